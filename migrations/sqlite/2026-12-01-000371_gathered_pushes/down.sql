DROP INDEX deliveries_gathering;
ALTER TABLE deliveries DROP COLUMN first_notification_id;
