DROP TABLE attachments;
DROP TABLE discarded_files;
ALTER TABLE messages DROP COLUMN file_count;
