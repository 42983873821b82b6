-- A restricted inbox's queue is for the Agents in inbox_members.
ALTER TABLE inboxes ADD COLUMN is_restricted BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX inboxes_restricted ON inboxes (workspace_id) WHERE is_restricted;

-- Active members alone, by foreign key, as a conversation's owner is.
CREATE TABLE inbox_members (
    inbox_id BIGINT NOT NULL,
    membership_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, membership_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inboxes (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, active_id) ON DELETE CASCADE
);
CREATE INDEX inbox_members_by_inbox ON inbox_members (workspace_id, inbox_id);
CREATE INDEX inbox_members_by_member ON inbox_members (workspace_id, membership_id);
