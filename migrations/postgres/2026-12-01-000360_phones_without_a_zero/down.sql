-- Contacts are found as they were until they are saved again.
SELECT 1;
