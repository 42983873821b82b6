-- SQLite cannot change a CHECK: the table of what a merge moved is made anew.

-- Addresses that a contact has beside its own, of those that became part of it. The merged
-- contact goes after a day, and whoever writes from its address is the one that is left.
CREATE TABLE contact_addresses (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    email TEXT NOT NULL,
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_addresses_by_email ON contact_addresses (workspace_id, email, contact_id);
CREATE INDEX contact_addresses_by_contact ON contact_addresses (workspace_id, contact_id);

-- They move with a merge, and back with its end.
CREATE TABLE contact_merge_rows_with_addresses (
    merge_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('conversations', 'visitors', 'contact_notes', 'contact_addresses')),
    row_id BIGINT NOT NULL,
    PRIMARY KEY (merge_id, kind, row_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, merge_id) REFERENCES contact_merges (workspace_id, id) ON DELETE CASCADE
);
INSERT INTO contact_merge_rows_with_addresses (merge_id, workspace_id, kind, row_id)
SELECT merge_id, workspace_id, kind, row_id FROM contact_merge_rows;
DROP TABLE contact_merge_rows;
ALTER TABLE contact_merge_rows_with_addresses RENAME TO contact_merge_rows;
CREATE INDEX contact_merge_rows_by_merge ON contact_merge_rows (workspace_id, merge_id);

-- Those of the last day, as far as they are known still.
INSERT INTO contact_addresses (workspace_id, contact_id, email)
WITH RECURSIVE became (workspace_id, id, target_id) AS (
    SELECT workspace_id, merged_id, contact_id FROM contact_merges
    UNION
    SELECT became.workspace_id, became.id, m.contact_id FROM became
    JOIN contact_merges m ON m.workspace_id = became.workspace_id AND m.merged_id = became.target_id
)
SELECT became.workspace_id, became.target_id, merged.email FROM became
JOIN contacts merged ON merged.workspace_id = became.workspace_id AND merged.id = became.id
JOIN contacts target ON target.workspace_id = became.workspace_id AND target.id = became.target_id
WHERE target.merged_at IS NULL AND merged.email <> target.email;
