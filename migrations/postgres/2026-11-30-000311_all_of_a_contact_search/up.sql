-- What a contact's fields hold, and their further addresses, which the list of contacts
-- finds, are found by the search as well: what the list is searched by holds both.
ALTER TABLE contacts DROP COLUMN search;
ALTER TABLE contacts ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(unaccented(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(company, '') || ' ' || search_text),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX contacts_search ON contacts USING gin (search);
