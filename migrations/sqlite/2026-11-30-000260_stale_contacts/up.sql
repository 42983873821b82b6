-- Contacts whose values changed with their field: what they are searched by is made anew
-- little by little. A contact that is gone needs none, and stands here as often as it
-- changed: whoever makes it anew takes away no line that came meanwhile.
CREATE TABLE stale_contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    contact_id BIGINT NOT NULL
);
CREATE INDEX stale_contacts_by_workspace ON stale_contacts (workspace_id, id);
