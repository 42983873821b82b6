-- What may change what a session sees is an event of its workspace like any other, as
-- PostgreSQL needs it to be.
DROP TRIGGER inbox_members_removed;
DROP TRIGGER inbox_members_added;
DROP TRIGGER inboxes_restricted;
DROP TRIGGER memberships_changed;
DROP TRIGGER sessions_moved;
DROP TRIGGER sessions_ended;
DROP TABLE live_access;

-- One that has expired is found by itself.
CREATE TRIGGER sessions_ended AFTER DELETE ON sessions
WHEN OLD.expires_at > strftime('%Y-%m-%d %H:%M:%f', 'now') BEGIN
    INSERT INTO live_events (workspace_id, kind)
        SELECT workspace_id, 'access' FROM live_counters WHERE workspace_id = OLD.workspace_id;
END;
CREATE TRIGGER sessions_moved AFTER UPDATE OF workspace_id ON sessions
WHEN OLD.workspace_id IS NOT NEW.workspace_id BEGIN
    INSERT INTO live_events (workspace_id, kind)
        SELECT workspace_id, 'access' FROM live_counters WHERE workspace_id = OLD.workspace_id;
END;
CREATE TRIGGER memberships_changed AFTER UPDATE OF role, ended_at ON memberships BEGIN
    INSERT INTO live_events (workspace_id, kind)
        SELECT workspace_id, 'access' FROM live_counters WHERE workspace_id = OLD.workspace_id;
END;
CREATE TRIGGER inboxes_restricted AFTER UPDATE OF is_restricted ON inboxes BEGIN
    INSERT INTO live_events (workspace_id, kind)
        SELECT workspace_id, 'access' FROM live_counters WHERE workspace_id = OLD.workspace_id;
END;
CREATE TRIGGER inbox_members_added AFTER INSERT ON inbox_members BEGIN
    INSERT INTO live_events (workspace_id, kind)
        SELECT workspace_id, 'access' FROM live_counters WHERE workspace_id = NEW.workspace_id;
END;
CREATE TRIGGER inbox_members_removed AFTER DELETE ON inbox_members BEGIN
    INSERT INTO live_events (workspace_id, kind)
        SELECT workspace_id, 'access' FROM live_counters WHERE workspace_id = OLD.workspace_id;
END;
