-- What a form was answered whose work leaves no row to know it by again, so that a double
-- click is answered the same.
CREATE TABLE answered_forms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    membership_id BIGINT NOT NULL,
    -- The random id of the form, and what it said.
    submission TEXT NOT NULL,
    said TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, membership_id, submission),
    FOREIGN KEY (workspace_id, membership_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX answered_forms_by_age ON answered_forms (created_at);
