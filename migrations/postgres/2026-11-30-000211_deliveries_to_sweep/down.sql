CREATE INDEX deliveries_by_message_id ON deliveries (message_id);
DROP INDEX deliveries_failed;
DROP INDEX deliveries_sent;
