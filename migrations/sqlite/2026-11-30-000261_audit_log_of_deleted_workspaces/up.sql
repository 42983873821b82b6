-- The entries of a workspace that was deleted go little by little, before it.
DROP TRIGGER audit_entries_stay;
CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
WHEN EXISTS (SELECT 1 FROM workspaces WHERE id = OLD.workspace_id AND deleted_at IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'The audit log is append-only.');
END;
