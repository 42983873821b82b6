DROP TRIGGER inbox_members_removed;
DROP TRIGGER inbox_members_added;
DROP TRIGGER inboxes_restricted;
DROP TRIGGER memberships_changed;
DROP TRIGGER sessions_moved;
DROP TRIGGER sessions_ended;

CREATE TABLE live_access (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    number BIGINT NOT NULL
);
INSERT INTO live_access (id, number) VALUES (1, 0);
CREATE TRIGGER sessions_ended AFTER DELETE ON sessions BEGIN
    UPDATE live_access SET number = number + 1;
END;
CREATE TRIGGER sessions_moved AFTER UPDATE OF workspace_id ON sessions BEGIN
    UPDATE live_access SET number = number + 1;
END;
CREATE TRIGGER memberships_changed AFTER UPDATE OF role, ended_at ON memberships BEGIN
    UPDATE live_access SET number = number + 1;
END;
CREATE TRIGGER inboxes_restricted AFTER UPDATE OF is_restricted ON inboxes BEGIN
    UPDATE live_access SET number = number + 1;
END;
CREATE TRIGGER inbox_members_added AFTER INSERT ON inbox_members BEGIN
    UPDATE live_access SET number = number + 1;
END;
CREATE TRIGGER inbox_members_removed AFTER DELETE ON inbox_members BEGIN
    UPDATE live_access SET number = number + 1;
END;
