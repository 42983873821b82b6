-- The random id of the form that it was made with, so that a double click makes one.
ALTER TABLE inboxes ADD COLUMN submission TEXT;
CREATE UNIQUE INDEX inboxes_by_submission ON inboxes (workspace_id, submission);
