DROP INDEX conversations_spam;
ALTER TABLE conversations DROP COLUMN spam_at;
DROP INDEX contacts_blocked;
ALTER TABLE contacts DROP COLUMN blocked_at;
