-- SQLite cannot change a CHECK: a new column takes the place of the old one.
ALTER TABLE inboxes ADD COLUMN channel TEXT NOT NULL DEFAULT 'web_chat' CHECK (channel IN ('web_chat', 'email'));
ALTER TABLE inboxes DROP COLUMN kind;
ALTER TABLE inboxes RENAME COLUMN channel TO kind;

-- The mailbox behind an inbox that takes mail. Passwords are sealed with the secret key.
CREATE TABLE mailboxes (
    inbox_id BIGINT PRIMARY KEY NOT NULL,
    workspace_id BIGINT NOT NULL,
    -- Lower-cased.
    address TEXT NOT NULL,
    -- The name that customers see; empty: the inbox's.
    sender_name TEXT NOT NULL,
    -- At the end of every reply.
    signature TEXT NOT NULL,
    -- Without a host nothing is fetched: mail comes by a pipe alone.
    imap_host TEXT NOT NULL,
    imap_port INTEGER NOT NULL,
    imap_user TEXT NOT NULL,
    imap_password TEXT NOT NULL,
    imap_security TEXT NOT NULL CHECK (imap_security IN ('tls', 'starttls', 'none')),
    -- Without a host replies go by the mail server of this installation.
    smtp_host TEXT NOT NULL,
    smtp_port INTEGER NOT NULL,
    smtp_user TEXT NOT NULL,
    smtp_password TEXT NOT NULL,
    smtp_security TEXT NOT NULL CHECK (smtp_security IN ('tls', 'starttls', 'none')),
    -- Whether address+something arrives too.
    has_plus_addresses BOOLEAN NOT NULL,
    -- Grows with every change of the above, so that a connection made before it ends.
    version BIGINT NOT NULL,
    -- How far the folder has been read (RFC 3501, 2.3.1.1).
    uid_validity BIGINT,
    last_uid BIGINT NOT NULL,
    -- The node that reads it now, by a random word.
    leased_by TEXT,
    leased_until TIMESTAMP,
    -- Since when it is connected; none: it is not.
    connected_at TIMESTAMP,
    last_mail_at TIMESTAMP,
    last_error TEXT,
    last_error_at TIMESTAMP,
    -- Failures in a row, and when to connect again.
    failures INTEGER NOT NULL,
    next_attempt_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, inbox_id),
    UNIQUE (workspace_id, address),
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inboxes (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX mailboxes_due ON mailboxes (next_attempt_at) WHERE imap_host <> '';

-- What a message was as a mail, whether it came in or goes out.
CREATE TABLE mails (
    message_id BIGINT PRIMARY KEY NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    workspace_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    -- The Message-ID without its brackets; of what goes out the same at every try.
    header_id TEXT NOT NULL,
    -- The Message-IDs that the mail answers, the oldest first, separated by spaces.
    refs TEXT NOT NULL,
    subject TEXT NOT NULL,
    from_name TEXT NOT NULL,
    from_address TEXT NOT NULL,
    -- As `Name <address>`, separated by line breaks.
    to_list TEXT NOT NULL,
    cc_list TEXT NOT NULL,
    -- Where an answer goes, when not to from_address.
    reply_to TEXT,
    -- The quoted history and the signature, which the page folds.
    quoted TEXT NOT NULL,
    has_html BOOLEAN NOT NULL,
    -- Written by a machine (RFC 3834): nothing answers it by itself.
    is_automatic BOOLEAN NOT NULL,
    -- What came in: the store's key of the mail as it was, and its size in bytes.
    original_key TEXT,
    original_size BIGINT,
    -- The hash by which the same mail is known again; none of what goes out.
    fingerprint TEXT,
    -- Why what went out did not arrive, as its receiver's server told.
    bounced_at TIMESTAMP,
    bounce_reason TEXT,
    UNIQUE (inbox_id, fingerprint),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inboxes (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX mails_by_header_id ON mails (workspace_id, inbox_id, header_id);
CREATE TRIGGER mails_discarded AFTER DELETE ON mails WHEN OLD.original_key IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO discarded_files (store_key) VALUES (OLD.original_key);
END;

ALTER TABLE deliveries ADD COLUMN what TEXT NOT NULL DEFAULT 'test' CHECK (what IN
    ('invitation', 'reset_password', 'verify_address', 'address_changed', 'test', 'reply', 'notifications', 'reply_refused', 'chat_answers'));
UPDATE deliveries SET what = kind;
ALTER TABLE deliveries DROP COLUMN kind;
ALTER TABLE deliveries RENAME COLUMN what TO kind;

-- A member's reply that goes out as a mail.
ALTER TABLE deliveries ADD COLUMN reply_id BIGINT REFERENCES messages (id) ON DELETE CASCADE;
CREATE INDEX deliveries_by_reply ON deliveries (reply_id) WHERE reply_id IS NOT NULL;
-- When a try began after which the mail server may have taken it. A reply of which
-- nobody knows whether it left is not sent again by itself.
ALTER TABLE deliveries ADD COLUMN began_at TIMESTAMP;
