-- Who sent a file to a chat, as a pseudonym, for as long as it waits for its message: what
-- one client keeps waiting is bounded.
ALTER TABLE attachments ADD COLUMN client TEXT;
CREATE INDEX attachments_of_client ON attachments (client) WHERE client IS NOT NULL;
