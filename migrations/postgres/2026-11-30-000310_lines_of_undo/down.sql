ALTER TABLE activities DROP COLUMN by_undo;
