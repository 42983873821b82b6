-- The address that a message of a chat was mailed from; none: it was written in the chat.
ALTER TABLE messages ADD COLUMN mailed_from TEXT;

-- The address to which a mail went whose link was opened in the visitor's browser.
ALTER TABLE visitors ADD COLUMN proved_email TEXT;

-- An answer by mail proved it until now: that the mailbox is its writer's, and not that the
-- chat is.
UPDATE contacts SET proved_email = NULL WHERE proved_email IS NOT NULL;
