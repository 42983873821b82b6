ALTER TABLE contacts DROP COLUMN search;
ALTER TABLE conversations DROP COLUMN search;
DROP INDEX messages_by_workspace;
ALTER TABLE messages DROP COLUMN search;
