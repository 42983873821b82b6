-- The newest message that a chat's page has shown to its customer; 0: none.
ALTER TABLE conversations ADD COLUMN visitor_read_id BIGINT NOT NULL DEFAULT 0;

-- The address that is known to be the contact's: they answered a mail that went there.
-- It says nothing of an address that the contact was given later.
ALTER TABLE contacts ADD COLUMN proved_email TEXT;

-- Answers of a chat: the conversation, and the first reply that the mail carries. The
-- last one is before the first of the conversation's next mail.
ALTER TABLE deliveries ADD COLUMN conversation_id BIGINT REFERENCES conversations (id) ON DELETE CASCADE;
ALTER TABLE deliveries ADD COLUMN first_reply_id BIGINT;
CREATE INDEX deliveries_by_conversation ON deliveries (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE UNIQUE INDEX deliveries_waiting_for_visitor ON deliveries (conversation_id)
    WHERE kind = 'chat_answers' AND attempts = 0;
CREATE INDEX deliveries_of_chats_by_recipient ON deliveries (recipient, created_at) WHERE kind = 'chat_answers';

-- Addresses whose reader wants no answers of a workspace's chats by mail. An address is
-- typed into a chat by anybody, so it is not one visitor's choice.
CREATE TABLE mail_stops (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, address)
);
