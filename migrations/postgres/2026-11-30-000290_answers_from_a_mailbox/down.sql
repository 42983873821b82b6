ALTER TABLE visitors DROP COLUMN proved_email;
ALTER TABLE messages DROP COLUMN mailed_from;
