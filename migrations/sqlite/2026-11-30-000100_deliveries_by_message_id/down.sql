DROP INDEX deliveries_by_message_id;
