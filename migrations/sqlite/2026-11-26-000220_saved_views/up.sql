-- A list of the inbox or a search that a member keeps by name.
CREATE TABLE saved_views (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    membership_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- The name as it is compared: lower-cased, with single spaces.
    name_key TEXT NOT NULL,
    -- The page that it opens: /inbox?... or /search?...
    address TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('own', 'team')),
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, membership_id, name_key),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX saved_views_of_the_team ON saved_views (workspace_id) WHERE scope = 'team';
