DELETE FROM contact_merge_rows WHERE kind = 'contact_addresses';
ALTER TABLE contact_merge_rows DROP CONSTRAINT contact_merge_rows_kind_check;
ALTER TABLE contact_merge_rows ADD CONSTRAINT contact_merge_rows_kind_check
    CHECK (kind IN ('conversations', 'visitors', 'contact_notes'));
DROP TABLE contact_addresses;
