DROP INDEX attachments_of_client;
ALTER TABLE attachments DROP COLUMN client;
