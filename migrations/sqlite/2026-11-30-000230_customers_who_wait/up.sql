-- Since when the customer waits for an answer, see models::waiting; NULL: they do not.
ALTER TABLE conversations ADD COLUMN waiting_since TIMESTAMP;

-- Those who wait so far.
UPDATE conversations SET waiting_since = (
    SELECT min(m.created_at) FROM messages m
    WHERE m.workspace_id = conversations.workspace_id AND m.conversation_id = conversations.id
      AND m.kind = 'customer'
      AND m.id > coalesce((
          SELECT r.id FROM messages r
          WHERE r.workspace_id = conversations.workspace_id
            AND r.conversation_id = conversations.id AND r.kind = 'reply'
          ORDER BY r.id DESC LIMIT 1), 0)
      AND NOT EXISTS (
          SELECT 1 FROM mails l WHERE l.message_id = m.id AND (l.is_automatic OR EXISTS (
              SELECT 1 FROM contacts b
              WHERE b.workspace_id = m.workspace_id AND b.email = l.from_address
                AND b.blocked_at IS NOT NULL AND b.merged_at IS NULL)))
      -- Resolved since, until the customer wrote again: what a member reopens, waits on.
      AND NOT EXISTS (
          SELECT 1 FROM activities e
          WHERE e.workspace_id = m.workspace_id AND e.conversation_id = m.conversation_id
            AND e.kind = 'resolved' AND e.created_at > m.created_at
            AND (SELECT n.actor_id IS NULL FROM activities n
                 WHERE n.workspace_id = e.workspace_id AND n.conversation_id = e.conversation_id
                   AND n.id > e.id AND n.kind IN ('reopened', 'not_spam')
                 ORDER BY n.id LIMIT 1)))
WHERE status <> 'resolved' AND NOT EXISTS (
    SELECT 1 FROM contacts p
    WHERE p.workspace_id = conversations.workspace_id AND p.id = conversations.contact_id
      AND p.blocked_at IS NOT NULL);

-- The list of those who wait, as the lists by activity have theirs.
CREATE INDEX conversations_waiting
    ON conversations (workspace_id, status, waiting_since, id, inbox_id)
    WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_waiting_by_owner
    ON conversations (workspace_id, assignee_id, status, waiting_since, id, inbox_id)
    WHERE waiting_since IS NOT NULL AND assignee_id IS NOT NULL;
CREATE INDEX conversations_waiting_unassigned
    ON conversations (workspace_id, status, waiting_since, id, inbox_id, assignee_id)
    WHERE waiting_since IS NOT NULL AND assignee_id IS NULL;
CREATE INDEX conversations_waiting_by_inbox
    ON conversations (workspace_id, inbox_id, status, waiting_since, id)
    WHERE waiting_since IS NOT NULL;
