-- Contacts keep keys without accents until they are saved again.
DROP TABLE message_search;
CREATE VIRTUAL TABLE message_search USING fts5 (
    place, text, content = 'message_texts', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3', columnsize = 0
);
INSERT INTO message_search (message_search) VALUES ('rebuild');
DROP TABLE subject_search;
CREATE VIRTUAL TABLE subject_search USING fts5 (
    place, text, content = 'subject_texts', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3', columnsize = 0
);
INSERT INTO subject_search (subject_search) VALUES ('rebuild');
DROP TABLE contact_search;
CREATE VIRTUAL TABLE contact_search USING fts5 (
    place, text, content = 'contact_texts', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3', columnsize = 0
);
INSERT INTO contact_search (contact_search) VALUES ('rebuild');
