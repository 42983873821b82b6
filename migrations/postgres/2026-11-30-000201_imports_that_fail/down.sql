ALTER TABLE contact_imports DROP COLUMN failure;
ALTER TABLE contact_imports DROP COLUMN attempts;
