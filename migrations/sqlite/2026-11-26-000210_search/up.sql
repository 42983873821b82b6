-- Full text: what the team may look for, word by word. An index holds no text of its
-- own but reads it through a view; triggers keep it right. The first column is the
-- workspace as a word, so that a search reads the words of one workspace alone.
-- The last word that is typed is a beginning: those of two and three letters, of which
-- there are many, have an index of their own.

CREATE VIEW message_texts AS
SELECT id, 'w' || workspace_id AS place, body AS text FROM messages;
CREATE VIRTUAL TABLE message_search USING fts5 (
    place, text, content = 'message_texts', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3', columnsize = 0
);
INSERT INTO message_search (message_search) VALUES ('rebuild');
CREATE TRIGGER message_search_added AFTER INSERT ON messages BEGIN
    INSERT INTO message_search (rowid, place, text)
    VALUES (new.id, 'w' || new.workspace_id, new.body);
END;
CREATE TRIGGER message_search_gone AFTER DELETE ON messages BEGIN
    INSERT INTO message_search (message_search, rowid, place, text)
    VALUES ('delete', old.id, 'w' || old.workspace_id, old.body);
END;
CREATE TRIGGER message_search_changed AFTER UPDATE OF body ON messages BEGIN
    INSERT INTO message_search (message_search, rowid, place, text)
    VALUES ('delete', old.id, 'w' || old.workspace_id, old.body);
    INSERT INTO message_search (rowid, place, text)
    VALUES (new.id, 'w' || new.workspace_id, new.body);
END;

CREATE VIEW subject_texts AS
SELECT id, 'w' || workspace_id AS place, subject AS text FROM conversations;
CREATE VIRTUAL TABLE subject_search USING fts5 (
    place, text, content = 'subject_texts', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3', columnsize = 0
);
INSERT INTO subject_search (subject_search) VALUES ('rebuild');
CREATE TRIGGER subject_search_added AFTER INSERT ON conversations BEGIN
    INSERT INTO subject_search (rowid, place, text)
    VALUES (new.id, 'w' || new.workspace_id, new.subject);
END;
CREATE TRIGGER subject_search_gone AFTER DELETE ON conversations BEGIN
    INSERT INTO subject_search (subject_search, rowid, place, text)
    VALUES ('delete', old.id, 'w' || old.workspace_id, old.subject);
END;
CREATE TRIGGER subject_search_changed AFTER UPDATE OF subject ON conversations BEGIN
    INSERT INTO subject_search (subject_search, rowid, place, text)
    VALUES ('delete', old.id, 'w' || old.workspace_id, old.subject);
    INSERT INTO subject_search (rowid, place, text)
    VALUES (new.id, 'w' || new.workspace_id, new.subject);
END;

CREATE VIEW contact_texts AS
SELECT id, 'w' || workspace_id AS place, name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(company, '') AS text FROM contacts;
CREATE VIRTUAL TABLE contact_search USING fts5 (
    place, text, content = 'contact_texts', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3', columnsize = 0
);
INSERT INTO contact_search (contact_search) VALUES ('rebuild');
CREATE TRIGGER contact_search_added AFTER INSERT ON contacts BEGIN
    INSERT INTO contact_search (rowid, place, text)
    VALUES (new.id, 'w' || new.workspace_id, new.name || ' ' || coalesce(new.email, '') || ' ' || coalesce(new.phone, '') || ' ' || coalesce(new.company, ''));
END;
CREATE TRIGGER contact_search_gone AFTER DELETE ON contacts BEGIN
    INSERT INTO contact_search (contact_search, rowid, place, text)
    VALUES ('delete', old.id, 'w' || old.workspace_id, old.name || ' ' || coalesce(old.email, '') || ' ' || coalesce(old.phone, '') || ' ' || coalesce(old.company, ''));
END;
CREATE TRIGGER contact_search_changed AFTER UPDATE OF name, email, phone, company ON contacts BEGIN
    INSERT INTO contact_search (contact_search, rowid, place, text)
    VALUES ('delete', old.id, 'w' || old.workspace_id, old.name || ' ' || coalesce(old.email, '') || ' ' || coalesce(old.phone, '') || ' ' || coalesce(old.company, ''));
    INSERT INTO contact_search (rowid, place, text)
    VALUES (new.id, 'w' || new.workspace_id, new.name || ' ' || coalesce(new.email, '') || ' ' || coalesce(new.phone, '') || ' ' || coalesce(new.company, ''));
END;
