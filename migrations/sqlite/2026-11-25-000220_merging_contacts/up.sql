-- Set while the contact is part of another one: it is in no list, and stays for
-- a day, so that the merge can be undone.
ALTER TABLE contacts ADD COLUMN merged_at TIMESTAMP;
CREATE INDEX contacts_merged ON contacts (merged_at) WHERE merged_at IS NOT NULL;

CREATE TABLE contact_merges (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    -- The contact that is left, and the one that became part of it.
    contact_id BIGINT NOT NULL,
    merged_id BIGINT NOT NULL,
    merged_by_id BIGINT NOT NULL,
    -- The fields that were empty and came from the other one, separated by spaces.
    filled TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, merged_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, merged_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, merged_by_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_merges_by_contact ON contact_merges (workspace_id, contact_id, id);
CREATE INDEX contact_merges_by_member ON contact_merges (workspace_id, merged_by_id);

-- What a merge moved: what came later is not the other contact's.
CREATE TABLE contact_merge_rows (
    merge_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('conversations', 'visitors', 'contact_notes')),
    row_id BIGINT NOT NULL,
    PRIMARY KEY (merge_id, kind, row_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, merge_id) REFERENCES contact_merges (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_merge_rows_by_merge ON contact_merge_rows (workspace_id, merge_id);
