-- What contacts are sorted and searched by, in lower case as Rust has it.
ALTER TABLE contacts ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
UPDATE contacts SET
    sort_name = lower(name),
    search_text = lower(name || '
' || coalesce(email, '') || '
' || coalesce(company, ''));
CREATE INDEX contacts_by_name ON contacts (workspace_id, sort_name, id);

-- What the visitor typed. What the team makes of the contact is not theirs to see.
ALTER TABLE visitors ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE visitors ADD COLUMN email TEXT;
UPDATE visitors SET
    name = (SELECT contacts.name FROM contacts WHERE contacts.id = visitors.contact_id),
    email = (SELECT contacts.email FROM contacts WHERE contacts.id = visitors.contact_id);

CREATE TABLE contact_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    author_name TEXT NOT NULL,
    body TEXT NOT NULL,
    -- Made with the form, so that a double click stores one note.
    submission TEXT,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, submission),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, author_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_notes_by_contact ON contact_notes (workspace_id, contact_id, id);
CREATE INDEX contact_notes_by_author ON contact_notes (workspace_id, author_id);
