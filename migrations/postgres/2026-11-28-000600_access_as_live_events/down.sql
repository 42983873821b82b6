DROP TRIGGER inbox_members_removed ON inbox_members;
DROP TRIGGER inbox_members_added ON inbox_members;
DROP TRIGGER inboxes_restricted ON inboxes;
DROP TRIGGER memberships_changed ON memberships;
DROP TRIGGER sessions_moved ON sessions;
DROP TRIGGER sessions_ended ON sessions;
DROP FUNCTION tell_of_access;

CREATE SEQUENCE live_access AS BIGINT;
CREATE FUNCTION tell_of_access() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('live_access');
    PERFORM pg_notify('baton_live', 'access');
    RETURN NULL;
END $$;
CREATE TRIGGER sessions_ended AFTER DELETE ON sessions
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_access();
CREATE TRIGGER sessions_moved AFTER UPDATE OF workspace_id ON sessions
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_access();
CREATE TRIGGER memberships_changed AFTER UPDATE OF role, ended_at ON memberships
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_access();
CREATE TRIGGER inboxes_restricted AFTER UPDATE OF is_restricted ON inboxes
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_access();
CREATE TRIGGER inbox_members_changed AFTER INSERT OR DELETE ON inbox_members
    FOR EACH STATEMENT EXECUTE FUNCTION tell_of_access();
