-- Who began a conversation is kept with that it was opened, where it was a member: reports
-- count what customers began.
UPDATE report_facts SET member_id = (
    SELECT a.actor_id FROM activities a
    WHERE a.workspace_id = report_facts.workspace_id
      AND a.conversation_id = report_facts.conversation_id
      AND a.kind = 'created' AND a.actor_id IS NOT NULL
    ORDER BY a.id LIMIT 1)
WHERE kind = 'opened';
