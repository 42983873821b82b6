-- Notes on contacts are found, as those of conversations are. The list of contacts finds
-- parts of words in them: the sweep learns those of what is there.
ALTER TABLE contact_notes ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
INSERT INTO stale_contacts (workspace_id, contact_id)
SELECT DISTINCT workspace_id, contact_id FROM contact_notes;

ALTER TABLE contact_notes ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(unaccented(body),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX contact_notes_search ON contact_notes USING gin (search);
CREATE INDEX contact_notes_by_workspace ON contact_notes (workspace_id, id);
