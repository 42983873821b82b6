-- When its author last changed a note on a contact, or took it back. One that was taken
-- back stays as a row without its text.
ALTER TABLE contact_notes ADD COLUMN edited_at TIMESTAMP;
ALTER TABLE contact_notes ADD COLUMN deleted_at TIMESTAMP;

-- What a note on a contact said before it was changed.
CREATE TABLE contact_note_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    note_id BIGINT NOT NULL REFERENCES contact_notes (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    -- When this text was written.
    created_at TIMESTAMP NOT NULL,
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
);
CREATE INDEX contact_note_versions_by_note ON contact_note_versions (note_id, id);
CREATE INDEX contact_note_versions_by_workspace ON contact_note_versions (workspace_id);
