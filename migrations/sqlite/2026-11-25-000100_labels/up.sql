CREATE TABLE labels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- The name as it is compared: lower-cased, with single spaces.
    name_key TEXT NOT NULL,
    colour TEXT NOT NULL CHECK (colour IN ('grey', 'red', 'yellow', 'green', 'blue', 'purple')),
    created_at TIMESTAMP NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, name_key)
);

CREATE TABLE conversation_labels (
    conversation_id BIGINT NOT NULL,
    label_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (conversation_id, label_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX conversation_labels_by_conversation ON conversation_labels (workspace_id, conversation_id);
CREATE INDEX conversation_labels_by_label ON conversation_labels (workspace_id, label_id, conversation_id);
