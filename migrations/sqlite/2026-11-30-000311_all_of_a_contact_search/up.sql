-- What a contact's fields hold, and their further addresses, which the list of contacts
-- finds, are found by the search as well: what the list is searched by holds both.
DROP TRIGGER contact_search_changed;
DROP TRIGGER contact_search_gone;
DROP TRIGGER contact_search_added;
DROP VIEW contact_texts;
CREATE VIEW contact_texts AS
SELECT id, 'w' || workspace_id AS place, name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(company, '') || ' ' || search_text AS text FROM contacts;
INSERT INTO contact_search (contact_search) VALUES ('rebuild');
CREATE TRIGGER contact_search_added AFTER INSERT ON contacts BEGIN
    INSERT INTO contact_search (rowid, place, text)
    VALUES (new.id, 'w' || new.workspace_id, new.name || ' ' || coalesce(new.email, '') || ' ' || coalesce(new.phone, '') || ' ' || coalesce(new.company, '') || ' ' || new.search_text);
END;
CREATE TRIGGER contact_search_gone AFTER DELETE ON contacts BEGIN
    INSERT INTO contact_search (contact_search, rowid, place, text)
    VALUES ('delete', old.id, 'w' || old.workspace_id, old.name || ' ' || coalesce(old.email, '') || ' ' || coalesce(old.phone, '') || ' ' || coalesce(old.company, '') || ' ' || old.search_text);
END;
CREATE TRIGGER contact_search_changed AFTER UPDATE OF name, email, phone, company, search_text ON contacts BEGIN
    INSERT INTO contact_search (contact_search, rowid, place, text)
    VALUES ('delete', old.id, 'w' || old.workspace_id, old.name || ' ' || coalesce(old.email, '') || ' ' || coalesce(old.phone, '') || ' ' || coalesce(old.company, '') || ' ' || old.search_text);
    INSERT INTO contact_search (rowid, place, text)
    VALUES (new.id, 'w' || new.workspace_id, new.name || ' ' || coalesce(new.email, '') || ' ' || coalesce(new.phone, '') || ' ' || coalesce(new.company, '') || ' ' || new.search_text);
END;
