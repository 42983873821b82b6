DROP INDEX deliveries_waiting_for_member;
DROP INDEX deliveries_by_member;
DELETE FROM deliveries WHERE kind = 'notifications';
ALTER TABLE deliveries DROP COLUMN membership_id;
DROP INDEX notifications_unread;
DROP INDEX notifications_by_delivery;
DELETE FROM notifications WHERE NOT in_page;
ALTER TABLE notifications DROP COLUMN delivery_id;
ALTER TABLE notifications DROP COLUMN in_page;
CREATE INDEX notifications_unread ON notifications (membership_id, conversation_id) WHERE read_at IS NULL;
-- What they did without; words that the version before does not know are no kinds to it.
UPDATE memberships SET told_by = replace(told_by, ':none', '');
ALTER TABLE memberships RENAME COLUMN told_by TO muted;
