CREATE TABLE inboxes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('web_chat')),
    name TEXT NOT NULL,
    greeting TEXT NOT NULL,
    -- Names the customer's page: unguessable, so it is all a visitor needs.
    chat_key TEXT NOT NULL UNIQUE,
    -- Origins that may embed the chat, separated by spaces.
    allowed_sites TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, id)
);

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    company TEXT,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, id)
);
CREATE INDEX contacts_by_email ON contacts (workspace_id, email);

-- A browser that wrote to a chat. It holds a signed token; what it typed proves nothing.
CREATE TABLE visitors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    nonce TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inboxes (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX visitors_by_inbox ON visitors (workspace_id, inbox_id);
CREATE INDEX visitors_by_contact ON visitors (workspace_id, contact_id);

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    visitor_id BIGINT,
    subject TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'snoozed', 'resolved')),
    -- The owner: an active membership of this workspace, by foreign key.
    assignee_id BIGINT,
    -- Grows with every change of owner; what compare-and-set compares.
    ownership_version BIGINT NOT NULL,
    owned_since TIMESTAMP,
    -- The user whose membership ended while they owned it.
    last_owner_id BIGINT REFERENCES users (id),
    snoozed_until TIMESTAMP,
    snoozed_by_id BIGINT,
    preview TEXT NOT NULL,
    -- Newest message that is not a note, and newest by the customer; 0: none.
    last_message_id BIGINT NOT NULL,
    last_customer_message_id BIGINT NOT NULL,
    last_activity_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CHECK ((status = 'snoozed') = (snoozed_until IS NOT NULL)),
    CHECK ((assignee_id IS NULL) = (owned_since IS NULL)),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inboxes (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, visitor_id) REFERENCES visitors (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, assignee_id) REFERENCES memberships (workspace_id, active_id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, snoozed_by_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX conversations_by_activity
    ON conversations (workspace_id, status, last_activity_at DESC, id DESC);
CREATE INDEX conversations_by_owner
    ON conversations (workspace_id, assignee_id, status, last_activity_at DESC, id DESC, inbox_id)
    WHERE assignee_id IS NOT NULL;
-- An index of its own: PostgreSQL does not read the one above in order for "IS NULL".
-- The last three columns let it be counted without the table.
CREATE INDEX conversations_unassigned
    ON conversations (workspace_id, status, last_activity_at DESC, id DESC, inbox_id, last_owner_id, assignee_id)
    WHERE assignee_id IS NULL;
CREATE INDEX conversations_by_inbox
    ON conversations (workspace_id, inbox_id, status, last_activity_at DESC, id DESC);
CREATE INDEX conversations_by_contact ON conversations (workspace_id, contact_id, last_activity_at DESC);
CREATE INDEX conversations_by_visitor ON conversations (workspace_id, visitor_id) WHERE visitor_id IS NOT NULL;
CREATE INDEX conversations_by_snoozer ON conversations (workspace_id, snoozed_by_id) WHERE snoozed_by_id IS NOT NULL;
CREATE INDEX conversations_by_last_owner ON conversations (last_owner_id) WHERE last_owner_id IS NOT NULL;
-- Not WHERE status = 'snoozed', which is the same rows: SQLite would compare each
-- status that a query binds with that word, and prepare the query again.
CREATE INDEX conversations_to_wake ON conversations (snoozed_until) WHERE snoozed_until IS NOT NULL;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'reply', 'note')),
    author_id BIGINT,
    author_name TEXT NOT NULL,
    -- The name the customer was shown for this reply.
    public_name TEXT NOT NULL,
    body TEXT NOT NULL,
    -- Made with the form, so that a double click stores one message.
    submission TEXT,
    created_at TIMESTAMP NOT NULL,
    CHECK ((kind = 'customer') = (author_id IS NULL)),
    UNIQUE (workspace_id, submission),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, author_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX messages_by_conversation ON messages (workspace_id, conversation_id, id);
CREATE INDEX messages_by_author ON messages (workspace_id, author_id) WHERE author_id IS NOT NULL;

-- The timeline of a conversation, and (without one) what happened to the workspace.
CREATE TABLE activities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    conversation_id BIGINT,
    kind TEXT NOT NULL,
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    -- The other member it speaks of, e.g. the new owner.
    subject_id BIGINT,
    subject_name TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, actor_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, subject_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX activities_by_conversation ON activities (workspace_id, conversation_id, id);
CREATE INDEX activities_by_actor ON activities (workspace_id, actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX activities_by_subject ON activities (workspace_id, subject_id) WHERE subject_id IS NOT NULL;

-- How far a member has read a conversation.
CREATE TABLE conversation_reads (
    conversation_id BIGINT NOT NULL,
    membership_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, membership_id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX conversation_reads_by_conversation ON conversation_reads (workspace_id, conversation_id);
CREATE INDEX conversation_reads_by_member ON conversation_reads (workspace_id, membership_id);

CREATE TABLE notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    membership_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    conversation_id BIGINT,
    actor_name TEXT NOT NULL,
    -- What it is about, in words, e.g. the contact's name.
    subject_name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    read_at TIMESTAMP,
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX notifications_by_member ON notifications (workspace_id, membership_id, id DESC);
CREATE INDEX notifications_unread ON notifications (membership_id, conversation_id) WHERE read_at IS NULL;
CREATE INDEX notifications_by_conversation ON notifications (workspace_id, conversation_id);
