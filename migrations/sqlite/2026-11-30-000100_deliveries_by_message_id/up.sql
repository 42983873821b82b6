CREATE INDEX deliveries_by_message_id ON deliveries (message_id);
