DROP TRIGGER contact_search_changed;
DROP TRIGGER contact_search_gone;
DROP TRIGGER contact_search_added;
DROP VIEW contact_texts;
CREATE VIEW contact_texts AS
SELECT id, 'w' || workspace_id AS place, name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(company, '') AS text FROM contacts;
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
