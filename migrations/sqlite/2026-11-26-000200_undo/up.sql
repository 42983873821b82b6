-- What a member did and can take back for a few seconds.
CREATE TABLE undos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    membership_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('owner', 'status', 'label')),
    until TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX undos_by_member ON undos (workspace_id, membership_id);
CREATE INDEX undos_by_end ON undos (until);

-- Each conversation that it changed, until that is taken back: as it was, and as it
-- must still be. Members and labels may be gone by then, so nothing refers to them.
CREATE TABLE undo_changes (
    undo_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    owner_id BIGINT,
    owned_since TIMESTAMP,
    last_owner_id BIGINT,
    status TEXT NOT NULL,
    snoozed_until TIMESTAMP,
    snoozed_by_id BIGINT,
    spam_at TIMESTAMP,
    last_activity_at TIMESTAMP NOT NULL,
    since_version BIGINT NOT NULL,
    since_status TEXT NOT NULL,
    since_snoozed_until TIMESTAMP,
    since_spam_at TIMESTAMP,
    since_activity_at TIMESTAMP NOT NULL,
    label_id BIGINT,
    -- When the label was put on; none: it was taken off.
    labelled_at TIMESTAMP,
    changed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (undo_id, conversation_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, undo_id) REFERENCES undos (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX undo_changes_by_undo ON undo_changes (workspace_id, undo_id);
CREATE INDEX undo_changes_by_conversation ON undo_changes (workspace_id, conversation_id);
