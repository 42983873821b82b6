-- Changes of the workspace go back to where they were.
INSERT INTO activities (workspace_id, kind, actor_id, actor_name, subject_name, detail, created_at)
SELECT workspace_id, kind, actor_id, actor_name, '', about, created_at
FROM audit_entries WHERE conversation_id IS NULL ORDER BY id;
DROP TABLE audit_entries;
DROP FUNCTION refuse_audit_deletion();
DROP FUNCTION refuse_audit_change();
