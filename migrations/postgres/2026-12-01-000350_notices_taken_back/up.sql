-- What was told and is taken back goes from pages that are open, too.
CREATE FUNCTION tell_of_notice_taken_back() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (workspace_id, kind, conversation_id, membership_id)
        SELECT DISTINCT ON (membership_id)
            workspace_id, 'notification', conversation_id, membership_id
        FROM was JOIN live_counters USING (workspace_id) WHERE in_page AND read_at IS NULL
        ORDER BY membership_id, id;
    RETURN NULL;
END $$;
CREATE TRIGGER notifications_taken_back AFTER DELETE ON notifications
    REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION tell_of_notice_taken_back();
