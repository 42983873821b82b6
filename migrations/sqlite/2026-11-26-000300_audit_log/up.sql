-- Who changed what, when, from where. Without a foreign key to what was changed: an
-- entry outlives it, and holds nothing of a contact but a number.
CREATE TABLE audit_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    conversation_id BIGINT,
    topic TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    -- What was changed, by its name; what it was before, and what it is now.
    about TEXT NOT NULL,
    old_value TEXT NOT NULL,
    new_value TEXT NOT NULL,
    -- The client's address, or *Baton* or *command line*.
    origin TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, actor_id) REFERENCES memberships (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX audit_entries_by_time ON audit_entries (workspace_id, created_at DESC, id DESC);
CREATE INDEX audit_entries_by_topic ON audit_entries (workspace_id, topic, created_at DESC, id DESC);
CREATE INDEX audit_entries_by_actor ON audit_entries (workspace_id, actor_id, created_at DESC, id DESC);

-- What was noted so far: changes of the workspace move here, and changes of owner
-- stay in their timelines besides.
INSERT INTO audit_entries (workspace_id, conversation_id, topic, kind, actor_id, actor_name,
                           about, old_value, new_value, origin, created_at)
SELECT workspace_id, conversation_id,
    CASE
        WHEN conversation_id IS NOT NULL THEN 'owner'
        WHEN kind LIKE 'plan%' THEN 'plan'
        WHEN kind LIKE 'workspace%' THEN 'workspace'
        WHEN kind LIKE 'contact_field%' THEN 'contact_fields'
        WHEN kind LIKE 'contact%' THEN 'contacts'
        WHEN kind LIKE 'inbox%' THEN 'inboxes'
        WHEN kind LIKE 'label%' THEN 'labels'
        WHEN kind LIKE 'quick_reply%' THEN 'quick_replies'
        ELSE 'team'
    END,
    kind, actor_id, actor_name,
    CASE
        WHEN conversation_id IS NOT NULL THEN ''
        WHEN subject_name <> '' AND detail <> '' THEN subject_name || ': ' || detail
        WHEN subject_name <> '' THEN subject_name
        ELSE detail
    END,
    '',
    CASE
        WHEN conversation_id IS NULL THEN ''
        WHEN kind = 'assigned' AND subject_name <> '' THEN subject_name
        WHEN kind IN ('claimed', 'took_over', 'assigned') THEN actor_name
        ELSE 'Unassigned'
    END,
    '', created_at
FROM activities
WHERE conversation_id IS NULL
   OR kind IN ('claimed', 'released', 'assigned', 'unassigned', 'took_over', 'owner_left')
ORDER BY id;
DELETE FROM activities WHERE conversation_id IS NULL;

-- Append-only: an entry goes with its workspace and in no other way.
CREATE TRIGGER audit_entries_stay_as_they_are BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'The audit log is append-only.');
END;
CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
WHEN EXISTS (SELECT 1 FROM workspaces WHERE id = OLD.workspace_id)
BEGIN
    SELECT RAISE(ABORT, 'The audit log is append-only.');
END;
-- REPLACE deletes without asking the trigger above.
CREATE TRIGGER audit_entries_stay_whole
BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'The audit log is append-only.');
END;
