DROP TABLE contact_values;
DROP TABLE contact_fields;
