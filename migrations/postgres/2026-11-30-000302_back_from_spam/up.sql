-- What came back from spam by *Undo* was left out of the reports.
UPDATE report_facts SET hidden = 0
WHERE hidden = 1 AND EXISTS (
    SELECT 1 FROM conversations c
    JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    WHERE c.workspace_id = report_facts.workspace_id AND c.id = report_facts.conversation_id
      AND c.spam_at IS NULL AND p.blocked_at IS NULL);
-- Whose a conversation was before they left counts only while it stays resolved.
UPDATE conversations SET last_owner_id = NULL
WHERE last_owner_id IS NOT NULL AND status <> 'resolved';
