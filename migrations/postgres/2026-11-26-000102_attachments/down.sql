DROP TABLE attachments;
DROP FUNCTION discard_file;
DROP TABLE discarded_files;
ALTER TABLE messages DROP COLUMN file_count;
