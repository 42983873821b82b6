//! What must be true of every database at every moment, said in SQL.

use baton::db::{Db, Utc};
use diesel::prelude::*;

use super::is_postgres;

/// Each query counts what must not exist; `NOW` is this moment.
const NEVER: &[(&str, &str)] = &[
    (
        "an owner who is no active member of the workspace",
        "SELECT count(*) FROM conversations c LEFT JOIN memberships m ON m.id = c.assignee_id
            AND m.workspace_id = c.workspace_id AND m.ended_at IS NULL
         WHERE c.assignee_id IS NOT NULL AND m.id IS NULL",
    ),
    (
        "a workspace with more seats taken than its plan has",
        "SELECT count(*) FROM workspaces w JOIN plans p ON p.code = w.plan WHERE p.seats <
            (SELECT count(*) FROM memberships m WHERE m.workspace_id = w.id AND m.ended_at IS NULL)
            + (SELECT count(*) FROM invitations i WHERE i.workspace_id = w.id
                AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > 'NOW')",
    ),
    (
        "a workspace without an Administrator",
        "SELECT count(*) FROM workspaces w WHERE NOT EXISTS (SELECT 1 FROM memberships m
            WHERE m.workspace_id = w.id AND m.ended_at IS NULL AND m.role = 'administrator')",
    ),
    (
        "a user who is a member of one workspace twice",
        "SELECT count(*) FROM (SELECT 1 FROM memberships WHERE ended_at IS NULL
            GROUP BY workspace_id, user_id HAVING count(*) > 1) twice",
    ),
    (
        "an address that is invited into one workspace twice",
        "SELECT count(*) FROM (SELECT 1 FROM invitations
            WHERE accepted_at IS NULL AND revoked_at IS NULL
            GROUP BY workspace_id, email HAVING count(*) > 1) twice",
    ),
    (
        "an open invitation of somebody who is a member",
        "SELECT count(*) FROM invitations i
            JOIN users u ON u.email = i.email
            JOIN memberships m ON m.user_id = u.id AND m.workspace_id = i.workspace_id
         WHERE i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > 'NOW'
            AND m.ended_at IS NULL",
    ),
    (
        "an invitation that was accepted and revoked",
        "SELECT count(*) FROM invitations WHERE accepted_at IS NOT NULL AND revoked_at IS NOT NULL",
    ),
    (
        "an invitation without a mail in the outbox",
        "SELECT count(*) FROM invitations i WHERE i.accepted_at IS NULL AND i.revoked_at IS NULL
            AND i.expires_at > 'NOW'
            AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.invitation_id = i.id)",
    ),
    (
        "a change of owner without a line in the timeline, or a line without a change",
        "SELECT count(*) FROM conversations c WHERE c.ownership_version <>
            (SELECT count(*) FROM activities a WHERE a.conversation_id = c.id AND a.kind IN
                ('claimed', 'took_over', 'assigned', 'released', 'unassigned', 'owner_left'))",
    ),
    (
        "a conversation whose newest message is another one",
        "SELECT count(*) FROM conversations c WHERE c.last_message_id <> coalesce((SELECT max(m.id)
            FROM messages m WHERE m.conversation_id = c.id AND m.kind <> 'note'), 0)",
    ),
    (
        "a conversation whose newest message of the customer is another one",
        "SELECT count(*) FROM conversations c WHERE c.last_customer_message_id <> coalesce((SELECT
            max(m.id) FROM messages m WHERE m.conversation_id = c.id AND m.kind = 'customer'), 0)",
    ),
    (
        "a reply of somebody who had never been given the conversation",
        "SELECT count(*) FROM messages m WHERE m.kind = 'reply' AND NOT EXISTS (SELECT 1
            FROM activities a WHERE a.conversation_id = m.conversation_id
            AND (a.kind IN ('claimed', 'took_over') AND a.actor_id = m.author_id
                OR a.kind = 'assigned' AND a.subject_id = m.author_id))",
    ),
    (
        "a session of somebody who is no member of its workspace",
        "SELECT count(*) FROM sessions s WHERE s.workspace_id IS NOT NULL AND NOT EXISTS (SELECT 1
            FROM memberships m WHERE m.user_id = s.user_id AND m.workspace_id = s.workspace_id
            AND m.ended_at IS NULL)",
    ),
];

/// What SQLite itself finds damaged.
const NEVER_IN_SQLITE: &[(&str, &str)] = &[
    ("damage", "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
    ("a reference to nothing", "SELECT count(*) FROM pragma_foreign_key_check"),
];

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// Fails when the database holds something that must never exist.
#[track_caller]
pub fn expect_invariants(db: &Db) {
    let now = Utc::now().to_chrono().format("%Y-%m-%d %H:%M:%S%.6f").to_string();
    let of_sqlite = if is_postgres() { &[] } else { NEVER_IN_SQLITE };
    for (what, sql) in NEVER.iter().chain(of_sqlite) {
        let sql = format!("SELECT ({}) AS n", sql.replace("NOW", &now));
        let found = db.read_now(|conn| diesel::sql_query(&sql).get_result::<Count>(conn));
        assert_eq!(found.expect("the query works").n, 0, "there is {what}: {sql}");
    }
}
