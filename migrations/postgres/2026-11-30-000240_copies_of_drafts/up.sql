-- Who else a reply goes to by mail, as far as it is typed; none: as of the last mail.
ALTER TABLE drafts ADD COLUMN cc TEXT;
