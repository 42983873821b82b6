ALTER TABLE attachments DROP COLUMN place;
