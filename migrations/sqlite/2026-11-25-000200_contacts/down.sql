DROP TABLE contact_notes;
ALTER TABLE visitors DROP COLUMN email;
ALTER TABLE visitors DROP COLUMN name;
DROP INDEX contacts_by_name;
ALTER TABLE contacts DROP COLUMN search_text;
ALTER TABLE contacts DROP COLUMN sort_name;
