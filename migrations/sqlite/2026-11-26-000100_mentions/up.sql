-- Members whom a note mentions, and who were told of it.
CREATE TABLE note_mentions (
    message_id BIGINT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    membership_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    -- As it stands in the note, whatever the member is called today.
    name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (message_id, membership_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX note_mentions_by_member ON note_mentions (workspace_id, membership_id);
