ALTER TABLE mails DROP COLUMN has_remote_images;
