-- The list of contacts is searched by `+46 (0)70` as it is dialled: the sweep learns those
-- that are there.
INSERT INTO stale_contacts (workspace_id, contact_id)
SELECT workspace_id, id FROM contacts WHERE phone LIKE '%(0)%';
