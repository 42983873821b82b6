-- A table of contacts from elsewhere, on its way in. While it is a draft the counts
-- say what would come of it.
CREATE TABLE contact_imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    started_by_id BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    -- How the file was read.
    encoding TEXT NOT NULL,
    delimiter TEXT NOT NULL,
    -- Of the table's columns, as JSON: what the first line calls them, and what each becomes.
    headings TEXT NOT NULL,
    targets TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'done', 'cancelled')),
    size BIGINT NOT NULL,
    -- Where the rows begin, and where the next one does: it moves in the
    -- transaction that stores what came before.
    first_byte BIGINT NOT NULL,
    first_line BIGINT NOT NULL,
    next_byte BIGINT NOT NULL,
    next_line BIGINT NOT NULL,
    rows_total BIGINT NOT NULL,
    rows_done BIGINT NOT NULL,
    added BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    leased_until TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, started_by_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_imports_by_member ON contact_imports (workspace_id, started_by_id);
CREATE INDEX contact_imports_running ON contact_imports (id) WHERE state = 'running';

-- The table as UTF-8, in pieces of one size, so that no size costs memory and
-- another node can go on. They go when the import ends.
CREATE TABLE contact_import_parts (
    import_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (import_id, number),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, import_id) REFERENCES contact_imports (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_import_parts_by_import ON contact_import_parts (workspace_id, import_id);

-- Lines that are not taken, to be corrected and imported again.
CREATE TABLE contact_import_refusals (
    import_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    -- As JSON.
    cells TEXT NOT NULL,
    PRIMARY KEY (import_id, line),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, import_id) REFERENCES contact_imports (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_import_refusals_by_import ON contact_import_refusals (workspace_id, import_id);
