-- Notes on contacts are found, as those of conversations are. The list of contacts finds
-- parts of words in them: the sweep learns those of what is there.
ALTER TABLE contact_notes ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
INSERT INTO stale_contacts (workspace_id, contact_id)
SELECT DISTINCT workspace_id, contact_id FROM contact_notes;

CREATE VIEW contact_note_texts AS
SELECT id, 'w' || workspace_id AS place, body AS text FROM contact_notes;
CREATE VIRTUAL TABLE contact_note_search USING fts5 (
    place, text, content = 'contact_note_texts', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', columnsize = 0
);
INSERT INTO contact_note_search (contact_note_search) VALUES ('rebuild');
CREATE TRIGGER contact_note_search_added AFTER INSERT ON contact_notes BEGIN
    INSERT INTO contact_note_search (rowid, place, text)
    VALUES (new.id, 'w' || new.workspace_id, new.body);
END;
CREATE TRIGGER contact_note_search_gone AFTER DELETE ON contact_notes BEGIN
    INSERT INTO contact_note_search (contact_note_search, rowid, place, text)
    VALUES ('delete', old.id, 'w' || old.workspace_id, old.body);
END;
CREATE TRIGGER contact_note_search_changed AFTER UPDATE OF body ON contact_notes BEGIN
    INSERT INTO contact_note_search (contact_note_search, rowid, place, text)
    VALUES ('delete', old.id, 'w' || old.workspace_id, old.body);
    INSERT INTO contact_note_search (rowid, place, text)
    VALUES (new.id, 'w' || new.workspace_id, new.body);
END;
