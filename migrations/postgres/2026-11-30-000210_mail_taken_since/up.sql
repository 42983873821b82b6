-- When the mailbox was connected to the account that it reads now: what is much older in
-- there is not taken.
ALTER TABLE mailboxes ADD COLUMN taken_since TIMESTAMP NOT NULL DEFAULT (now() AT TIME ZONE 'utc');
UPDATE mailboxes SET taken_since = created_at;
