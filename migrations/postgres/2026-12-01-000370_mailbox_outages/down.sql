DELETE FROM mailbox_outages;
DROP INDEX notifications_by_outage;
ALTER TABLE notifications DROP COLUMN outage_id;
DROP TABLE mailbox_outages;
