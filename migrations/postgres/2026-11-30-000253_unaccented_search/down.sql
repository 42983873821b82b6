-- Contacts keep keys without accents until they are saved again.
ALTER TABLE messages DROP COLUMN search;
ALTER TABLE messages ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(body,
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX messages_search ON messages USING gin (search);
ALTER TABLE conversations DROP COLUMN search;
ALTER TABLE conversations ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(subject,
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX conversations_search ON conversations USING gin (search);
ALTER TABLE contacts DROP COLUMN search;
ALTER TABLE contacts ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(company, ''),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX contacts_search ON contacts USING gin (search);
DROP FUNCTION unaccented;
