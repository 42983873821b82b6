-- What pages that are open are told. Events of a workspace are numbered without a gap,
-- in the order of the commits: a reader who has seen a number has seen all below it.
CREATE TABLE live_counters (
    workspace_id BIGINT PRIMARY KEY NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    number BIGINT NOT NULL
);
INSERT INTO live_counters (workspace_id, number) SELECT id, 0 FROM workspaces;

CREATE TABLE live_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    workspace_id BIGINT NOT NULL REFERENCES live_counters (workspace_id) ON DELETE CASCADE,
    -- Set as soon as it is written: there is one writer.
    number BIGINT,
    kind TEXT NOT NULL,
    conversation_id BIGINT,
    -- Of a notification: whose it is.
    membership_id BIGINT,
    -- Who holds the conversation and held it before, by which is decided who is told.
    inbox_id BIGINT,
    old_status TEXT,
    old_owner_id BIGINT,
    old_last_owner_id BIGINT,
    new_status TEXT,
    new_owner_id BIGINT,
    new_last_owner_id BIGINT,
    created_at TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    UNIQUE (workspace_id, number)
);
CREATE INDEX live_events_created_at ON live_events (created_at);

-- Grows with whatever may change what a session sees.
CREATE TABLE live_access (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    number BIGINT NOT NULL
);
INSERT INTO live_access (id, number) VALUES (1, 0);

CREATE TRIGGER workspaces_count_live_events AFTER INSERT ON workspaces BEGIN
    INSERT INTO live_counters (workspace_id, number) VALUES (NEW.id, 0);
END;

CREATE TRIGGER live_events_number AFTER INSERT ON live_events BEGIN
    UPDATE live_counters SET number = number + 1 WHERE workspace_id = NEW.workspace_id;
    UPDATE live_events
        SET number = (SELECT number FROM live_counters WHERE workspace_id = NEW.workspace_id)
        WHERE id = NEW.id;
END;

-- What is written with a date of its own that is long past is no news.
CREATE TRIGGER conversations_opened AFTER INSERT ON conversations
WHEN NEW.created_at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 hour') BEGIN
    INSERT INTO live_events (workspace_id, kind, conversation_id, inbox_id,
            new_status, new_owner_id, new_last_owner_id)
        VALUES (NEW.workspace_id, 'opened', NEW.id, NEW.inbox_id,
            NEW.status, NEW.assignee_id, NEW.last_owner_id);
END;
CREATE TRIGGER conversations_moved AFTER UPDATE ON conversations
WHEN OLD.assignee_id IS NOT NEW.assignee_id
    OR OLD.last_owner_id IS NOT NEW.last_owner_id
    OR OLD.status <> NEW.status
    OR OLD.spam_at IS NOT NEW.spam_at
    OR OLD.snoozed_until IS NOT NEW.snoozed_until
    OR OLD.subject <> NEW.subject
    OR OLD.contact_id <> NEW.contact_id
    OR OLD.visitor_read_id <> NEW.visitor_read_id BEGIN
    INSERT INTO live_events (workspace_id, kind, conversation_id, inbox_id,
            old_status, old_owner_id, old_last_owner_id,
            new_status, new_owner_id, new_last_owner_id)
        VALUES (NEW.workspace_id,
            CASE WHEN OLD.assignee_id IS NOT NEW.assignee_id THEN 'owner'
                 WHEN OLD.status <> NEW.status OR OLD.spam_at IS NOT NEW.spam_at
                   OR OLD.snoozed_until IS NOT NEW.snoozed_until THEN 'status'
                 ELSE 'changed' END,
            NEW.id, NEW.inbox_id, OLD.status, OLD.assignee_id, OLD.last_owner_id,
            NEW.status, NEW.assignee_id, NEW.last_owner_id);
END;
CREATE TRIGGER conversations_deleted AFTER DELETE ON conversations BEGIN
    INSERT INTO live_events (workspace_id, kind, conversation_id, inbox_id,
            old_status, old_owner_id, old_last_owner_id)
        SELECT OLD.workspace_id, 'deleted', OLD.id, OLD.inbox_id,
            OLD.status, OLD.assignee_id, OLD.last_owner_id
        FROM live_counters WHERE workspace_id = OLD.workspace_id;
END;

-- Something in a conversation that stays with whoever holds it: what is put into this
-- view becomes an event.
CREATE VIEW live_parts AS
    SELECT conversation_id, kind FROM live_events WHERE conversation_id IS NOT NULL;
CREATE TRIGGER live_parts_told INSTEAD OF INSERT ON live_parts BEGIN
    INSERT INTO live_events (workspace_id, kind, conversation_id, inbox_id,
            old_status, old_owner_id, old_last_owner_id,
            new_status, new_owner_id, new_last_owner_id)
        SELECT c.workspace_id, NEW.kind, c.id, c.inbox_id,
            c.status, c.assignee_id, c.last_owner_id,
            c.status, c.assignee_id, c.last_owner_id
        FROM conversations c JOIN live_counters USING (workspace_id)
        WHERE c.id = NEW.conversation_id;
END;

-- Of a note the customer hears nothing, so it has a word of its own.
CREATE TRIGGER messages_written AFTER INSERT ON messages
WHEN NEW.created_at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 hour') BEGIN
    INSERT INTO live_parts (conversation_id, kind)
        VALUES (NEW.conversation_id, CASE NEW.kind WHEN 'note' THEN 'note' ELSE 'message' END);
END;
CREATE TRIGGER messages_edited AFTER UPDATE ON messages BEGIN
    INSERT INTO live_parts (conversation_id, kind)
        VALUES (NEW.conversation_id, CASE NEW.kind WHEN 'note' THEN 'note' ELSE 'message' END);
END;
CREATE TRIGGER messages_taken_back AFTER DELETE ON messages BEGIN
    INSERT INTO live_parts (conversation_id, kind)
        VALUES (OLD.conversation_id, CASE OLD.kind WHEN 'note' THEN 'note' ELSE 'message' END);
END;

-- A reply left, or did not.
CREATE TRIGGER deliveries_moved AFTER UPDATE ON deliveries
WHEN NEW.reply_id IS NOT NULL
    AND (OLD.sent_at IS NOT NEW.sent_at OR OLD.failed_at IS NOT NEW.failed_at
        OR OLD.last_error IS NOT NEW.last_error) BEGIN
    INSERT INTO live_parts (conversation_id, kind)
        SELECT conversation_id, 'delivery' FROM messages WHERE id = NEW.reply_id;
END;
CREATE TRIGGER conversation_labels_put AFTER INSERT ON conversation_labels
WHEN NEW.created_at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 hour') BEGIN
    INSERT INTO live_parts (conversation_id, kind) VALUES (NEW.conversation_id, 'labels');
END;
CREATE TRIGGER conversation_labels_taken AFTER DELETE ON conversation_labels BEGIN
    INSERT INTO live_parts (conversation_id, kind) VALUES (OLD.conversation_id, 'labels');
END;
CREATE TRIGGER notifications_sent AFTER INSERT ON notifications
WHEN NEW.in_page AND NEW.created_at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 hour') BEGIN
    INSERT INTO live_events (workspace_id, kind, conversation_id, membership_id)
        VALUES (NEW.workspace_id, 'notification', NEW.conversation_id, NEW.membership_id);
END;
CREATE TRIGGER notifications_read AFTER UPDATE ON notifications
WHEN NEW.in_page BEGIN
    INSERT INTO live_events (workspace_id, kind, conversation_id, membership_id)
        VALUES (NEW.workspace_id, 'notification', NEW.conversation_id, NEW.membership_id);
END;

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
