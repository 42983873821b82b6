-- SQLite cannot change a CHECK: the table of what a merge moved is made anew.
DELETE FROM contact_merge_rows WHERE kind = 'contact_addresses';
CREATE TABLE contact_merge_rows_of_before (
    merge_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('conversations', 'visitors', 'contact_notes')),
    row_id BIGINT NOT NULL,
    PRIMARY KEY (merge_id, kind, row_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, merge_id) REFERENCES contact_merges (workspace_id, id) ON DELETE CASCADE
);
INSERT INTO contact_merge_rows_of_before (merge_id, workspace_id, kind, row_id)
SELECT merge_id, workspace_id, kind, row_id FROM contact_merge_rows;
DROP TABLE contact_merge_rows;
ALTER TABLE contact_merge_rows_of_before RENAME TO contact_merge_rows;
CREATE INDEX contact_merge_rows_by_merge ON contact_merge_rows (workspace_id, merge_id);
DROP TABLE contact_addresses;
