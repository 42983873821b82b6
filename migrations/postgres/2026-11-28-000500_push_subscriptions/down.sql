DELETE FROM deliveries WHERE kind = 'push';
ALTER TABLE deliveries DROP COLUMN notification_id;
ALTER TABLE deliveries DROP COLUMN push_subscription_id;
DROP TABLE push_subscriptions;
DELETE FROM installation WHERE name = 'push_key';
ALTER TABLE deliveries DROP CONSTRAINT deliveries_kind_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_kind_check CHECK (kind IN
    ('invitation', 'reset_password', 'verify_address', 'address_changed', 'test', 'reply', 'notifications', 'reply_refused', 'chat_answers'));
