DROP INDEX contact_notes_by_workspace;
ALTER TABLE contact_notes DROP COLUMN search;
ALTER TABLE contact_notes DROP COLUMN search_text;
