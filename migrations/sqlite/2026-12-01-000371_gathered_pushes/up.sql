-- A message to a browser about what may come several times in a row: its notices are
-- those from the first to notification_id, and more join it until it leaves.
ALTER TABLE deliveries ADD COLUMN first_notification_id BIGINT;
CREATE INDEX deliveries_gathering ON deliveries (push_subscription_id) WHERE first_notification_id IS NOT NULL;
