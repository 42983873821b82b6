-- Files of messages. One without a message has arrived for a form that is not stored
-- yet: it waits for a day.
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    message_id BIGINT REFERENCES messages (id) ON DELETE CASCADE,
    -- Who sent it: a member, or somebody who writes to this inbox.
    member_id BIGINT,
    inbox_id BIGINT,
    -- The hash of the random word by which the form names it.
    word_hash TEXT NOT NULL,
    -- As sent, without folders and what cannot be seen.
    name TEXT NOT NULL,
    -- By what the file holds, not by its name.
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    -- Where the store keeps it: random, and never made from the name.
    store_key TEXT NOT NULL UNIQUE,
    -- Of pictures that can be shown, which have a small one beside them.
    width BIGINT,
    height BIGINT,
    created_at TIMESTAMP NOT NULL,
    CHECK ((member_id IS NULL) != (inbox_id IS NULL)),
    CHECK ((width IS NULL) = (height IS NULL)),
    UNIQUE (workspace_id, word_hash),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, member_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inboxes (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX attachments_by_message ON attachments (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX attachments_waiting ON attachments (created_at) WHERE message_id IS NULL;
CREATE INDEX attachments_by_member ON attachments (workspace_id, member_id) WHERE member_id IS NOT NULL;
CREATE INDEX attachments_by_inbox ON attachments (workspace_id, inbox_id) WHERE inbox_id IS NOT NULL;

-- So that a page asks for files only where there are some.
ALTER TABLE messages ADD COLUMN file_count BIGINT NOT NULL DEFAULT 0;

-- Files whose row is gone, whatever took it, and that the store still has to delete.
CREATE TABLE discarded_files (
    store_key TEXT PRIMARY KEY
);
CREATE TRIGGER attachments_discarded AFTER DELETE ON attachments
BEGIN
    INSERT OR IGNORE INTO discarded_files (store_key) VALUES (OLD.store_key);
END;
