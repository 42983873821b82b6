-- Of notes alone: when its author last changed it, or took it back. A note that was
-- taken back stays as a row without its text.
ALTER TABLE messages ADD COLUMN edited_at TIMESTAMP;
ALTER TABLE messages ADD COLUMN deleted_at TIMESTAMP;

-- What a note said before it was changed.
CREATE TABLE note_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    -- When this text was written.
    created_at TIMESTAMP NOT NULL,
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
);
CREATE INDEX note_versions_by_message ON note_versions (message_id, id);
CREATE INDEX note_versions_by_workspace ON note_versions (workspace_id);
