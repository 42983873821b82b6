DROP TABLE taken_back;
ALTER TABLE mails DROP COLUMN undo_id;
