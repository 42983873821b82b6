-- What a team knows of its contacts beside name, address, phone and company.
CREATE TABLE contact_fields (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- The name as it is compared: lower-cased, with single spaces.
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'number', 'date', 'choice')),
    -- One per line; empty for the other kinds.
    choices TEXT NOT NULL,
    position BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, name_key)
);

-- A value in the one form of its kind: a number in plain digits, a date as
-- 2026-11-24, a choice as the field spells it. As text, so that an amount comes
-- back as it was typed and not as the nearest fraction. No row: no value.
CREATE TABLE contact_values (
    contact_id BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    value TEXT NOT NULL CHECK (value <> ''),
    PRIMARY KEY (contact_id, field_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, field_id) REFERENCES contact_fields (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_values_by_contact ON contact_values (workspace_id, contact_id);
CREATE INDEX contact_values_by_field ON contact_values (workspace_id, field_id, value);
