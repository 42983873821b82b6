-- Contacts are found by their phone numbers until they are saved again.
SELECT 1;
