-- Who in Cc did not get a mail of ours that left, and why: as `ADDRESS: REASON`,
-- separated by line breaks. Written before it leaves.
ALTER TABLE mails ADD COLUMN unreached TEXT;
