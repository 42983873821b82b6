DROP TRIGGER contact_note_search_changed;
DROP TRIGGER contact_note_search_gone;
DROP TRIGGER contact_note_search_added;
DROP TABLE contact_note_search;
DROP VIEW contact_note_texts;
ALTER TABLE contact_notes DROP COLUMN search_text;
