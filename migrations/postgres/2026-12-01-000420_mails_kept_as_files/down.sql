ALTER TABLE deliveries DROP COLUMN is_file;
