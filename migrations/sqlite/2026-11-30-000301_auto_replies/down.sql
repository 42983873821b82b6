ALTER TABLE mails DROP COLUMN is_auto_reply;
