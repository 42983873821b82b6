-- An answer that a member mailed and that was not sent: why, and what it said, which
-- is kept nowhere else.
ALTER TABLE deliveries ADD COLUMN refusal TEXT;
ALTER TABLE deliveries ADD COLUMN refused_body TEXT;
