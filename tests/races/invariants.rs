//! What is true of the database whatever happened, each said as a query that
//! counts the rows for which it is not.

use crate::support::Instance;

/// The kinds of activity that change an owner.
const OWNERSHIP: &str =
    "('claimed', 'released', 'assigned', 'unassigned', 'took_over', 'owner_left', 'owner_away')";
/// The kinds of activity that say where a conversation stands.
const PROGRESS: &str = "('created', 'resolved', 'reopened', 'snoozed', 'snooze_ended')";
/// The owner after an activity of the first kinds.
const OWNER_AFTER: &str = "CASE WHEN a.kind IN ('claimed', 'took_over') THEN a.actor_id
                                WHEN a.kind = 'assigned' THEN a.subject_id END";

/// Fails, naming it, when something is not as it must always be.
#[track_caller]
pub fn invariants(instance: &Instance) {
    expect_invariants(|sql| instance.count(sql));
}

/// The same of a database that is asked by `count`.
#[track_caller]
pub fn expect_invariants(count: impl Fn(&str) -> i64) {
    let broken: Vec<String> = all()
        .into_iter()
        .filter_map(|(name, violations)| match count(&violations) {
            0 => None,
            n => Some(format!("{name} ({n})")),
        })
        .collect();
    assert!(broken.is_empty(), "broken: {broken:#?}");
}

fn all() -> Vec<(&'static str, String)> {
    let mut all = ownership();
    all.extend(messages());
    all.extend(notifications());
    all.extend(team());
    all
}

/// Every change of owner, with the owner before it; Baton itself is nobody, 0.
fn changes() -> String {
    format!(
        "(SELECT a.id, a.conversation_id, a.kind, coalesce(a.actor_id, 0) AS actor_id,
                 {OWNER_AFTER} AS owner,
                 LAG({OWNER_AFTER}) OVER (PARTITION BY a.conversation_id ORDER BY a.id) AS former
          FROM activities a WHERE a.conversation_id IS NOT NULL AND a.kind IN {OWNERSHIP})"
    )
}

fn ownership() -> Vec<(&'static str, String)> {
    let newest_of = |kinds: &str| {
        format!(
            "(SELECT max(n.id) FROM activities n
              WHERE n.conversation_id = c.id AND n.kind IN {kinds})"
        )
    };
    vec![
        (
            "an owner is an active member of the same workspace",
            "SELECT count(*) FROM conversations c WHERE c.assignee_id IS NOT NULL AND NOT EXISTS (
                 SELECT 1 FROM memberships m WHERE m.id = c.assignee_id
                 AND m.workspace_id = c.workspace_id AND m.ended_at IS NULL)"
                .to_owned(),
        ),
        (
            "the version counts the changes of owner",
            format!(
                "SELECT count(*) FROM conversations c WHERE c.ownership_version <> (
                     SELECT count(*) FROM activities a
                     WHERE a.conversation_id = c.id AND a.kind IN {OWNERSHIP})"
            ),
        ),
        (
            "the timeline tells the owner",
            format!(
                "SELECT count(*) FROM conversations c JOIN activities a ON a.id = {}
                 WHERE coalesce({OWNER_AFTER}, 0) <> coalesce(c.assignee_id, 0)",
                newest_of(OWNERSHIP)
            ),
        ),
        (
            "nothing is passed to whoever has it",
            format!(
                "SELECT count(*) FROM {} AS a WHERE coalesce(a.owner, 0) = coalesce(a.former, 0)",
                changes()
            ),
        ),
        (
            "the timeline tells the status",
            format!(
                "SELECT count(*) FROM conversations c JOIN activities a ON a.id = {}
                 WHERE c.status <> CASE a.kind WHEN 'resolved' THEN 'resolved'
                                               WHEN 'snoozed' THEN 'snoozed' ELSE 'open' END",
                newest_of(PROGRESS)
            ),
        ),
    ]
}

fn messages() -> Vec<(&'static str, String)> {
    vec![
        (
            "the author of a reply owned the conversation",
            format!(
                "SELECT count(*) FROM messages m WHERE m.kind = 'reply' AND NOT EXISTS (
                     SELECT 1 FROM activities a WHERE {OWNER_AFTER} = m.author_id AND a.id = (
                         SELECT max(b.id) FROM activities b
                         WHERE b.conversation_id = m.conversation_id AND b.kind IN {OWNERSHIP}
                         AND b.created_at <= m.created_at))"
            ),
        ),
        (
            "a form is stored once",
            "SELECT count(*) FROM (SELECT 1 AS one FROM messages WHERE submission IS NOT NULL
             GROUP BY workspace_id, submission HAVING count(*) > 1) AS doubled"
                .to_owned(),
        ),
        (
            "a conversation knows its newest messages",
            "SELECT count(*) FROM conversations c
             WHERE c.last_message_id <> (
                 SELECT max(m.id) FROM messages m
                 WHERE m.conversation_id = c.id AND m.kind <> 'note')
             OR c.last_customer_message_id <> (
                 SELECT max(m.id) FROM messages m
                 WHERE m.conversation_id = c.id AND m.kind = 'customer')"
                .to_owned(),
        ),
        (
            "nobody waits for an answer in what is resolved",
            "SELECT count(*) FROM conversations
             WHERE status = 'resolved' AND waiting_since IS NOT NULL"
                .to_owned(),
        ),
        (
            "a customer who wrote last waits, since a message after the last reply",
            "SELECT count(*) FROM conversations c
             LEFT JOIN messages m ON m.conversation_id = c.id AND m.kind = 'customer'
                 AND m.created_at = c.waiting_since
             WHERE c.status <> 'resolved' AND CASE
                 WHEN c.last_message_id = c.last_customer_message_id THEN m.id IS NULL
                     OR m.id < (SELECT max(r.id) FROM messages r
                                WHERE r.conversation_id = c.id AND r.kind = 'reply')
                 ELSE c.waiting_since IS NOT NULL END"
                .to_owned(),
        ),
        (
            "no customer waits in what is resolved",
            "SELECT count(*) FROM conversations c
             JOIN messages m ON m.id = c.last_customer_message_id
             WHERE c.status = 'resolved' AND m.created_at > (
                 SELECT max(a.created_at) FROM activities a
                 WHERE a.conversation_id = c.id AND a.kind = 'resolved')"
                .to_owned(),
        ),
    ]
}

fn notifications() -> Vec<(&'static str, String)> {
    // Who got or lost how much by the doing of others, against what they were told.
    let untold = |who: &str, kind: &str, also: &str| {
        format!(
            "SELECT count(*) FROM (
                 SELECT a.conversation_id, a.{who} AS member, count(*) AS n FROM {} AS a
                 JOIN memberships m ON m.id = a.{who} AND m.ended_at IS NULL
                 WHERE a.{who} <> a.actor_id AND {also}
                 GROUP BY a.conversation_id, a.{who}) AS due
             WHERE due.n <> (SELECT count(*) FROM notifications t
                             WHERE t.conversation_id = due.conversation_id
                             AND t.membership_id = due.member AND t.kind = '{kind}')",
            changes()
        )
    };
    let total = |kind: &str, who: &str| {
        format!(
            "SELECT count(*) FROM notifications t WHERE t.kind = '{kind}' AND NOT EXISTS (
                 SELECT 1 FROM {} AS a WHERE a.conversation_id = t.conversation_id
                 AND a.{who} = t.membership_id AND a.{who} <> a.actor_id)",
            changes()
        )
    };
    vec![
        ("each new owner was told", untold("owner", "assigned", "a.kind = 'assigned'")),
        (
            "each former owner was told",
            untold(
                "former",
                "taken",
                "a.kind NOT IN ('owner_left', 'owner_away', 'released', 'unassigned')",
            ),
        ),
        (
            "each whose conversation was given back was told",
            untold("former", "given_back", "a.kind IN ('released', 'unassigned')"),
        ),
        ("who is away was told", untold("former", "went_back", "a.kind = 'owner_away'")),
        ("nobody was told of what they were not given", total("assigned", "owner")),
        ("nobody was told of what was not taken from them", total("taken", "former")),
        ("nobody was told of what they did not lose", total("given_back", "former")),
        (
            "what one is told of is in one's workspace",
            "SELECT count(*) FROM notifications t JOIN memberships m ON m.id = t.membership_id
             WHERE m.workspace_id <> t.workspace_id"
                .to_owned(),
        ),
    ]
}

fn team() -> Vec<(&'static str, String)> {
    let every = |name: &'static str, sql: &str| (name, sql.to_owned());
    vec![
        every(
            "members and invitations have seats",
            "SELECT count(*) FROM workspaces w JOIN plans p ON p.code = w.plan WHERE p.seats < (
                 SELECT count(*) FROM memberships m
                 WHERE m.workspace_id = w.id AND m.ended_at IS NULL) + (
                 SELECT count(*) FROM invitations i
                 WHERE i.workspace_id = w.id AND i.accepted_at IS NULL AND i.revoked_at IS NULL)",
        ),
        every(
            "a workspace has an Administrator",
            "SELECT count(*) FROM workspaces w WHERE NOT EXISTS (
                 SELECT 1 FROM memberships m WHERE m.workspace_id = w.id
                 AND m.ended_at IS NULL AND m.role = 'administrator')",
        ),
        every(
            "an address has one open invitation",
            "SELECT count(*) FROM (SELECT 1 AS one FROM invitations
             WHERE accepted_at IS NULL AND revoked_at IS NULL
             GROUP BY workspace_id, email HAVING count(*) > 1) AS doubled",
        ),
        every(
            "an invitation is accepted or revoked, not both",
            "SELECT count(*) FROM invitations
             WHERE accepted_at IS NOT NULL AND revoked_at IS NOT NULL",
        ),
        every(
            "who accepted an invitation is or was a member of that address",
            "SELECT count(*) FROM invitations i WHERE i.accepted_at IS NOT NULL AND NOT EXISTS (
                 SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id
                 WHERE m.id = i.accepted_by_id AND u.email = i.email)",
        ),
        every(
            "a user is a member once",
            "SELECT count(*) FROM (SELECT 1 AS one FROM memberships WHERE ended_at IS NULL
             GROUP BY workspace_id, user_id HAVING count(*) > 1) AS doubled",
        ),
        every(
            "nobody is signed in to a workspace that is not theirs",
            "SELECT count(*) FROM sessions s WHERE s.workspace_id IS NOT NULL AND NOT EXISTS (
                 SELECT 1 FROM memberships m WHERE m.user_id = s.user_id
                 AND m.workspace_id = s.workspace_id AND m.ended_at IS NULL)",
        ),
    ]
}
