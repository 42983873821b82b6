DROP TABLE contact_merge_rows;
DROP TABLE contact_merges;
DROP INDEX contacts_merged;
ALTER TABLE contacts DROP COLUMN merged_at;
