CREATE TABLE quick_replies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- The name as it is compared: lower-cased, with single spaces.
    name_key TEXT NOT NULL,
    -- With placeholders such as {{contact.first_name|there}}.
    body TEXT NOT NULL,
    -- Offered in every inbox, or only in those of quick_reply_inboxes.
    scope TEXT NOT NULL CHECK (scope IN ('all', 'some')),
    -- Replies that were sent with it.
    times_used BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, name_key)
);

CREATE TABLE quick_reply_inboxes (
    quick_reply_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    PRIMARY KEY (quick_reply_id, inbox_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, quick_reply_id) REFERENCES quick_replies (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inboxes (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX quick_reply_inboxes_by_reply ON quick_reply_inboxes (workspace_id, quick_reply_id);
CREATE INDEX quick_reply_inboxes_by_inbox ON quick_reply_inboxes (workspace_id, inbox_id);
