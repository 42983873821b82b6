DROP TRIGGER audit_entries_stay ON audit_entries;
DROP FUNCTION refuse_audit_deletion();
CREATE FUNCTION refuse_audit_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM workspaces WHERE id = OLD.workspace_id) THEN
        RAISE EXCEPTION 'The audit log is append-only.';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION refuse_audit_deletion();
