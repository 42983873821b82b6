DROP TABLE contact_import_refusals;
DROP TABLE contact_import_parts;
DROP TABLE contact_imports;
