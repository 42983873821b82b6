-- How a member is told of each kind of notification where they chose so, such as
-- 'assigned:mail taken:none'; before, the kinds that they did without.
UPDATE memberships SET muted = replace(muted, ' ', ':none ') || ':none' WHERE muted <> '';
ALTER TABLE memberships RENAME COLUMN muted TO told_by;

-- Whether the page shows it: who wants a kind by mail alone has it nowhere else.
ALTER TABLE notifications ADD COLUMN in_page BOOLEAN NOT NULL DEFAULT TRUE;
-- The one mail that carries it. No reference: deliveries go before notifications do.
ALTER TABLE notifications ADD COLUMN delivery_id BIGINT;
CREATE INDEX notifications_by_delivery ON notifications (delivery_id) WHERE delivery_id IS NOT NULL;
DROP INDEX notifications_unread;
CREATE INDEX notifications_unread ON notifications (membership_id, conversation_id, in_page) WHERE read_at IS NULL;

-- The member whom a mail is for. What they are told while one waits goes with it.
ALTER TABLE deliveries ADD COLUMN membership_id BIGINT REFERENCES memberships (id) ON DELETE CASCADE;
CREATE INDEX deliveries_by_member ON deliveries (membership_id) WHERE membership_id IS NOT NULL;
CREATE UNIQUE INDEX deliveries_waiting_for_member ON deliveries (membership_id)
    WHERE kind = 'notifications' AND attempts = 0;
