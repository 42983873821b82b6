-- What may change what a session sees is an event of its workspace like any other, so
-- that it counts from the commit on. A sequence moves before, and whoever looked in
-- between did not look again.
DROP TRIGGER inbox_members_changed ON inbox_members;
DROP TRIGGER inboxes_restricted ON inboxes;
DROP TRIGGER memberships_changed ON memberships;
DROP TRIGGER sessions_moved ON sessions;
DROP TRIGGER sessions_ended ON sessions;
DROP FUNCTION tell_of_access;
DROP SEQUENCE live_access;

-- One of a transaction is enough.
CREATE FUNCTION tell_of_access() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (workspace_id, kind)
        SELECT workspace_id, 'access' FROM live_counters c
        WHERE workspace_id = CASE TG_OP WHEN 'INSERT' THEN NEW.workspace_id ELSE OLD.workspace_id END
          AND NOT EXISTS (SELECT FROM live_events e
                          WHERE e.workspace_id = c.workspace_id AND e.number IS NULL
                            AND e.kind = 'access');
    RETURN NULL;
END $$;
-- One that has expired is found by itself, and nobody is to wait for the sweep of all.
CREATE TRIGGER sessions_ended AFTER DELETE ON sessions
    FOR EACH ROW WHEN (OLD.expires_at > (now() AT TIME ZONE 'UTC'))
    EXECUTE FUNCTION tell_of_access();
CREATE TRIGGER sessions_moved AFTER UPDATE OF workspace_id ON sessions
    FOR EACH ROW WHEN (OLD.workspace_id IS DISTINCT FROM NEW.workspace_id)
    EXECUTE FUNCTION tell_of_access();
CREATE TRIGGER memberships_changed AFTER UPDATE OF role, ended_at ON memberships
    FOR EACH ROW EXECUTE FUNCTION tell_of_access();
CREATE TRIGGER inboxes_restricted AFTER UPDATE OF is_restricted ON inboxes
    FOR EACH ROW EXECUTE FUNCTION tell_of_access();
CREATE TRIGGER inbox_members_added AFTER INSERT ON inbox_members
    FOR EACH ROW EXECUTE FUNCTION tell_of_access();
CREATE TRIGGER inbox_members_removed AFTER DELETE ON inbox_members
    FOR EACH ROW EXECUTE FUNCTION tell_of_access();
