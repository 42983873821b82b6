DROP INDEX inboxes_by_submission;
ALTER TABLE inboxes DROP COLUMN submission;
