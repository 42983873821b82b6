-- Nothing to do: here autovacuum takes what was deleted out of tables and indexes.
SELECT 1;
