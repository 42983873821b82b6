ALTER TABLE workspaces ADD COLUMN deleted_at TIMESTAMP;
CREATE INDEX workspaces_deleted ON workspaces (id) WHERE deleted_at IS NOT NULL;
