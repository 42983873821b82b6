-- The list of contacts is searched by phone numbers, too: the sweep learns those that are there.
INSERT INTO stale_contacts (workspace_id, contact_id)
SELECT workspace_id, id FROM contacts WHERE phone IS NOT NULL;
