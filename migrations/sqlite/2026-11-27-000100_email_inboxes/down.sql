-- SQLite cannot change a CHECK: a new column takes the place of the old one.
DELETE FROM inboxes WHERE kind <> 'web_chat';
DROP TABLE mails;
DROP TABLE mailboxes;
DROP INDEX deliveries_by_reply;
DELETE FROM deliveries WHERE kind NOT IN ('invitation', 'reset_password', 'verify_address', 'address_changed', 'test');
ALTER TABLE deliveries DROP COLUMN began_at;
ALTER TABLE deliveries DROP COLUMN reply_id;
ALTER TABLE deliveries ADD COLUMN what TEXT NOT NULL DEFAULT 'test' CHECK (what IN
    ('invitation', 'reset_password', 'verify_address', 'address_changed', 'test'));
UPDATE deliveries SET what = kind;
ALTER TABLE deliveries DROP COLUMN kind;
ALTER TABLE deliveries RENAME COLUMN what TO kind;
ALTER TABLE inboxes ADD COLUMN channel TEXT NOT NULL DEFAULT 'web_chat' CHECK (channel IN ('web_chat'));
ALTER TABLE inboxes DROP COLUMN kind;
ALTER TABLE inboxes RENAME COLUMN channel TO kind;
