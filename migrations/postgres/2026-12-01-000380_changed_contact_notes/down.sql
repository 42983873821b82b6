DROP TABLE contact_note_versions;
ALTER TABLE contact_notes DROP COLUMN deleted_at;
ALTER TABLE contact_notes DROP COLUMN edited_at;
