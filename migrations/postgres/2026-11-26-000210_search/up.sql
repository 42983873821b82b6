-- Full text: what the team may look for, word by word, as each row's own column. Signs
-- become blanks, so that the parts of an address are words, as on SQLite. The first
-- lexeme, which no search can spell, is the workspace: the index then reads the words
-- of one workspace alone.
ALTER TABLE messages ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(body,
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX messages_search ON messages USING gin (search);
-- Newest first, where nearly every message has the words.
CREATE INDEX messages_by_workspace ON messages (workspace_id, id);

ALTER TABLE conversations ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(subject,
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX conversations_search ON conversations USING gin (search);

ALTER TABLE contacts ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    array_to_tsvector(ARRAY['#' || workspace_id::text])
    || to_tsvector('simple', translate(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(company, ''),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        '                                '))
) STORED;
CREATE INDEX contacts_search ON contacts USING gin (search);
