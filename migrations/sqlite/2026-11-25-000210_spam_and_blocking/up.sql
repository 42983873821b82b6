-- Whoever is blocked cannot write to a chat.
ALTER TABLE contacts ADD COLUMN blocked_at TIMESTAMP;
CREATE INDEX contacts_blocked ON contacts (workspace_id) WHERE blocked_at IS NOT NULL;

-- Spam is resolved, so that it is in no queue; and kept apart from what is resolved.
ALTER TABLE conversations ADD COLUMN spam_at TIMESTAMP CHECK (spam_at IS NULL OR status = 'resolved');
CREATE INDEX conversations_spam ON conversations (workspace_id, last_activity_at DESC, id DESC)
    WHERE spam_at IS NOT NULL;
