-- SQLite cannot change a CHECK: a new column takes the place of the old one.
DROP INDEX deliveries_waiting_for_member;
DROP INDEX deliveries_waiting_for_visitor;
DROP INDEX deliveries_of_chats_by_recipient;
ALTER TABLE deliveries ADD COLUMN what TEXT NOT NULL DEFAULT 'test' CHECK (what IN
    ('invitation', 'reset_password', 'verify_address', 'address_changed', 'test', 'reply', 'notifications', 'reply_refused', 'chat_answers', 'push'));
UPDATE deliveries SET what = kind;
ALTER TABLE deliveries DROP COLUMN kind;
ALTER TABLE deliveries RENAME COLUMN what TO kind;
CREATE UNIQUE INDEX deliveries_waiting_for_member ON deliveries (membership_id)
    WHERE kind = 'notifications' AND attempts = 0;
CREATE UNIQUE INDEX deliveries_waiting_for_visitor ON deliveries (conversation_id)
    WHERE kind = 'chat_answers' AND attempts = 0;
CREATE INDEX deliveries_of_chats_by_recipient ON deliveries (recipient, created_at) WHERE kind = 'chat_answers';

-- Browsers that show notifications. One belongs to a session, and ends with it.
CREATE TABLE push_subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- None for the moment in which a session gets another key, and with it another row.
    session_id BIGINT UNIQUE REFERENCES sessions (id) ON DELETE CASCADE,
    -- The session that it waits to be taken over from.
    left_by BIGINT,
    -- Where the browser's maker takes what is for it: whoever knows it can send there.
    endpoint TEXT NOT NULL UNIQUE,
    -- The keys that its messages are encrypted for (RFC 8291), in base64url.
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    with_sound BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX push_subscriptions_by_user ON push_subscriptions (user_id);

-- What a browser is told, and of which notice. No references: what is gone when it
-- is due is dropped, and nobody who ends a session waits for somebody who writes.
ALTER TABLE deliveries ADD COLUMN push_subscription_id BIGINT;
ALTER TABLE deliveries ADD COLUMN notification_id BIGINT;
