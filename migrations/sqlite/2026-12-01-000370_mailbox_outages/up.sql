-- Since when a mailbox cannot be read, or its server lets no reply leave: a row for as long
-- as that lasts.
CREATE TABLE mailbox_outages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    server TEXT NOT NULL CHECK (server IN ('imap', 'smtp')),
    since TIMESTAMP NOT NULL,
    -- Of the last try.
    reason TEXT NOT NULL,
    -- When those who can mend it were told.
    told_at TIMESTAMP,
    UNIQUE (inbox_id, server),
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inboxes (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX mailbox_outages_untold ON mailbox_outages (since) WHERE told_at IS NULL;

-- What tells of an outage goes with it.
ALTER TABLE notifications ADD COLUMN outage_id BIGINT REFERENCES mailbox_outages (id) ON DELETE CASCADE;
CREATE INDEX notifications_by_outage ON notifications (outage_id) WHERE outage_id IS NOT NULL;
