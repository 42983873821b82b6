-- SQLite cannot change a CHECK: the table is made anew.
CREATE TABLE new_deliveries (
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
INSERT INTO new_deliveries (
    id, kind, workspace_id, invitation_id, account_link_id, recipient, message_id, attempts,
    next_attempt_at, leased_until, sent_at, failed_at, last_error, created_at
) SELECT
    id, kind, workspace_id, invitation_id, account_link_id, recipient, message_id, attempts,
    next_attempt_at, leased_until, sent_at, failed_at, last_error, created_at
FROM deliveries WHERE kind <> 'address_changed';
DROP TABLE deliveries;
ALTER TABLE new_deliveries RENAME TO deliveries;
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX deliveries_by_invitation ON deliveries (workspace_id, invitation_id, id);
CREATE INDEX deliveries_by_account_link ON deliveries (account_link_id) WHERE account_link_id IS NOT NULL;
