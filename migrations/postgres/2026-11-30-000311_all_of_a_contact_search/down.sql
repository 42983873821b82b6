ALTER TABLE contacts DROP COLUMN search;
ALTER TABLE contacts ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(unaccented(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(company, '')),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX contacts_search ON contacts USING gin (search);
