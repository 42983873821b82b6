-- What is to be swept.
CREATE INDEX deliveries_sent ON deliveries (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX deliveries_failed ON deliveries (failed_at) WHERE failed_at IS NOT NULL;
-- The message id is UNIQUE, which finds it as well.
DROP INDEX deliveries_by_message_id;
