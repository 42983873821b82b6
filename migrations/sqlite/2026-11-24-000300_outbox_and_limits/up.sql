-- The outbox: what is to leave, written in the transaction that causes it.
-- A row holds a kind and ids; the mail is rendered when it is sent.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('invitation', 'reset_password', 'verify_address', 'test')),
    workspace_id BIGINT REFERENCES workspaces (id) ON DELETE CASCADE,
    invitation_id BIGINT,
    account_link_id BIGINT REFERENCES account_links (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    -- Stable over retries, so that a mail taken twice is one mail.
    message_id TEXT NOT NULL UNIQUE,
    attempts INTEGER NOT NULL,
    next_attempt_at TIMESTAMP NOT NULL,
    leased_until TIMESTAMP,
    sent_at TIMESTAMP,
    failed_at TIMESTAMP,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    FOREIGN KEY (workspace_id, invitation_id) REFERENCES invitations (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX deliveries_by_invitation ON deliveries (workspace_id, invitation_id, id);
CREATE INDEX deliveries_by_account_link ON deliveries (account_link_id) WHERE account_link_id IS NOT NULL;

-- One row per attempt that counts against a limit; shared by all nodes.
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What is limited and for whom, hashed: no address or IP is kept.
    bucket TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX attempts_by_bucket ON attempts (bucket, created_at);
CREATE INDEX attempts_by_time ON attempts (created_at);
