-- One of the team wrote it with another program, from an address of ours: no customer waits.
ALTER TABLE mails ADD COLUMN is_colleague BOOLEAN NOT NULL DEFAULT FALSE;
