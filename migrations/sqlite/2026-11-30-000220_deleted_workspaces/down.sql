DROP INDEX workspaces_deleted;
ALTER TABLE workspaces DROP COLUMN deleted_at;
