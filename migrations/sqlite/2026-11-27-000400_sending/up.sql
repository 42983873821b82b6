-- What puts a conversation back to where a reply found it, while that is not sent.
ALTER TABLE mails ADD COLUMN undo_id BIGINT;

-- A reply that its author took back before it left: its text waits for the composer.
CREATE TABLE taken_back (
    -- The message that is gone.
    message_id BIGINT PRIMARY KEY NOT NULL,
    workspace_id BIGINT NOT NULL,
    membership_id BIGINT NOT NULL,
    -- None where the conversation began with it, and is gone too.
    conversation_id BIGINT,
    inbox_id BIGINT NOT NULL,
    to_list TEXT NOT NULL,
    cc_list TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    -- The words by which a form names its files, separated by spaces.
    files TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inboxes (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX taken_back_by_conversation ON taken_back (workspace_id, conversation_id);
CREATE INDEX taken_back_by_age ON taken_back (created_at);
