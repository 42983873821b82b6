-- SQLite cannot change a CHECK: a new column takes the place of the old one.
DELETE FROM deliveries WHERE kind = 'push';
ALTER TABLE deliveries DROP COLUMN notification_id;
ALTER TABLE deliveries DROP COLUMN push_subscription_id;
DROP TABLE push_subscriptions;
DELETE FROM installation WHERE name = 'push_key';
DROP INDEX deliveries_waiting_for_member;
DROP INDEX deliveries_waiting_for_visitor;
DROP INDEX deliveries_of_chats_by_recipient;
ALTER TABLE deliveries ADD COLUMN what TEXT NOT NULL DEFAULT 'test' CHECK (what IN
    ('invitation', 'reset_password', 'verify_address', 'address_changed', 'test', 'reply', 'notifications', 'reply_refused', 'chat_answers'));
UPDATE deliveries SET what = kind;
ALTER TABLE deliveries DROP COLUMN kind;
ALTER TABLE deliveries RENAME COLUMN what TO kind;
CREATE UNIQUE INDEX deliveries_waiting_for_member ON deliveries (membership_id)
    WHERE kind = 'notifications' AND attempts = 0;
CREATE UNIQUE INDEX deliveries_waiting_for_visitor ON deliveries (conversation_id)
    WHERE kind = 'chat_answers' AND attempts = 0;
CREATE INDEX deliveries_of_chats_by_recipient ON deliveries (recipient, created_at) WHERE kind = 'chat_answers';
