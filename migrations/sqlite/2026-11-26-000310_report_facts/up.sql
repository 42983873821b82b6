-- What reports count, a row for each thing that happened, so that no report reads
-- messages. Moments are seconds since 1970: a day is made of them in the zone of
-- whoever asks.
CREATE TABLE report_facts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('opened', 'reopened', 'answered', 'resolved', 'reply')),
    happened BIGINT NOT NULL,
    -- When the span began that ended then: at the opening, or the last reopening.
    since BIGINT NOT NULL,
    -- The quarter of an hour, of which every zone's days are made.
    slot BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    -- Whoever replied or resolved, member or not any more.
    member_id BIGINT,
    -- 1 for spam, and what is of blocked contacts.
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
    CHECK (since <= happened),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
-- Holds all that a report reads, in the order in which it counts.
CREATE INDEX report_facts_by_slot
    ON report_facts (workspace_id, kind, slot, inbox_id, member_id, happened, since, conversation_id)
    WHERE hidden = 0;
CREATE INDEX report_facts_by_conversation ON report_facts (workspace_id, conversation_id, kind, happened);
-- A conversation is opened once, and answered for the first time once.
CREATE UNIQUE INDEX report_facts_once ON report_facts (conversation_id, kind)
    WHERE kind IN ('opened', 'answered');

-- What happened so far.
INSERT INTO report_facts (workspace_id, conversation_id, kind, happened, since, slot, inbox_id, member_id, hidden)
SELECT c.workspace_id, c.id, f.kind, f.happened, f.happened, f.happened / 900, c.inbox_id, f.member_id,
    CASE WHEN c.spam_at IS NULL AND p.blocked_at IS NULL THEN 0 ELSE 1 END
FROM conversations c
JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
JOIN (
    SELECT id AS conversation_id, 'opened' AS kind, CAST(strftime('%s', created_at) AS BIGINT) AS happened,
        CAST(NULL AS BIGINT) AS member_id
    FROM conversations
    UNION ALL
    SELECT conversation_id, 'reply', CAST(strftime('%s', created_at) AS BIGINT), author_id FROM messages WHERE kind = 'reply'
    UNION ALL
    SELECT m.conversation_id, 'answered', CAST(strftime('%s', m.created_at) AS BIGINT), m.author_id FROM messages m
    WHERE m.kind = 'reply' AND m.id = (
        SELECT min(r.id) FROM messages r
        WHERE r.workspace_id = m.workspace_id AND r.conversation_id = m.conversation_id AND r.kind = 'reply')
    UNION ALL
    -- Reopened is what was resolved, not what was snoozed.
    SELECT conversation_id, kind, happened, actor_id FROM (
        SELECT conversation_id, kind, actor_id, CAST(strftime('%s', created_at) AS BIGINT) AS happened,
            lag(kind) OVER (PARTITION BY conversation_id ORDER BY id) AS kind_before
        FROM activities WHERE kind IN ('resolved', 'reopened') AND conversation_id IS NOT NULL
    ) AS steps
    WHERE kind = 'resolved' OR kind_before = 'resolved'
) AS f ON f.conversation_id = c.id;
UPDATE report_facts SET since = coalesce((
    SELECT max(o.happened) FROM report_facts o
    WHERE o.workspace_id = report_facts.workspace_id
      AND o.conversation_id = report_facts.conversation_id
      AND o.kind IN ('opened', 'reopened') AND o.happened <= report_facts.happened), happened)
WHERE kind = 'resolved';
UPDATE report_facts SET since = coalesce((
    SELECT max(o.happened) FROM report_facts o
    WHERE o.workspace_id = report_facts.workspace_id
      AND o.conversation_id = report_facts.conversation_id
      AND o.kind = 'opened' AND o.happened <= report_facts.happened), happened)
WHERE kind = 'answered';
