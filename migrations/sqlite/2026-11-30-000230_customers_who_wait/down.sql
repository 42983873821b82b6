DROP INDEX conversations_waiting_by_inbox;
DROP INDEX conversations_waiting_unassigned;
DROP INDEX conversations_waiting_by_owner;
DROP INDEX conversations_waiting;
ALTER TABLE conversations DROP COLUMN waiting_since;
