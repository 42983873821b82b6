-- Among what a machine wrote: whether it answered by itself (RFC 3834). Such a mail says
-- nothing of where the next reply goes; one that went through a mailing list or a form does.
ALTER TABLE mails ADD COLUMN is_auto_reply BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE mails SET is_auto_reply = TRUE WHERE is_automatic;
