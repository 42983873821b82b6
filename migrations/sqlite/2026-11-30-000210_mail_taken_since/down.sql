ALTER TABLE mailboxes DROP COLUMN taken_since;
