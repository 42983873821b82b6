DROP TABLE inbox_members;
DROP INDEX inboxes_restricted;
ALTER TABLE inboxes DROP COLUMN is_restricted;
