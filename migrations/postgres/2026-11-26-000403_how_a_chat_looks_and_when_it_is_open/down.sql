ALTER TABLE inboxes DROP COLUMN away_message;
ALTER TABLE inboxes DROP COLUMN working_hours;
ALTER TABLE inboxes DROP COLUMN opening;
ALTER TABLE inboxes DROP COLUMN button_label;
ALTER TABLE inboxes DROP COLUMN welcome_title;
ALTER TABLE inboxes DROP COLUMN side;
ALTER TABLE inboxes DROP COLUMN accent;
ALTER TABLE inboxes DROP COLUMN archived_at;
