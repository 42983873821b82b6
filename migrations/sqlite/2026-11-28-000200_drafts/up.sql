-- What a member is writing in a conversation, until it is sent.
CREATE TABLE drafts (
    membership_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reply', 'note')),
    workspace_id BIGINT NOT NULL,
    -- Empty once it was sent or cleared.
    body TEXT NOT NULL,
    -- Grows with every change, so that a page knows whether it has seen the newest.
    version BIGINT NOT NULL,
    -- The page that wrote this, or that sent what stood here; empty for none.
    page TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (membership_id, conversation_id, kind),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX drafts_by_conversation ON drafts (workspace_id, conversation_id);
CREATE INDEX drafts_by_age ON drafts (updated_at);
