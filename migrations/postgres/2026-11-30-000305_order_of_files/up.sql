-- Which of a message's files comes first: several may arrive at once.
ALTER TABLE attachments ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
