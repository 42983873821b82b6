-- What was told and is taken back goes from pages that are open, too.
CREATE TRIGGER notifications_taken_back AFTER DELETE ON notifications
WHEN OLD.in_page AND OLD.read_at IS NULL BEGIN
    INSERT INTO live_events (workspace_id, kind, conversation_id, membership_id)
        SELECT workspace_id, 'notification', OLD.conversation_id, OLD.membership_id
        FROM live_counters WHERE workspace_id = OLD.workspace_id;
END;
