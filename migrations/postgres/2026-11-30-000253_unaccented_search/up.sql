-- "Kulz" finds "Külz", and the other way round: what SQLite's index does, as a function.
-- The extension `unaccent` is not installed everywhere, and no index can be built of it.
CREATE FUNCTION unaccented(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE
        WHEN octet_length($1) = char_length($1) THEN $1
        ELSE normalize(
            regexp_replace(normalize($1, NFD), '([A-Za-z])[\u0300-\u036f]+', '\1', 'g'),
            NFC
        )
    END
$$;

ALTER TABLE messages DROP COLUMN search;
ALTER TABLE messages ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(unaccented(body),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX messages_search ON messages USING gin (search);
ALTER TABLE conversations DROP COLUMN search;
ALTER TABLE conversations ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(unaccented(subject),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX conversations_search ON conversations USING gin (search);
ALTER TABLE contacts DROP COLUMN search;
ALTER TABLE contacts ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(unaccented(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(company, '')),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX contacts_search ON contacts USING gin (search);

-- Contacts are sorted and searched without accents too.
UPDATE contacts SET sort_name = unaccented(sort_name), search_text = unaccented(search_text)
WHERE octet_length(search_text) > char_length(search_text);
