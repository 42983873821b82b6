ALTER TABLE mails DROP COLUMN unreached;
