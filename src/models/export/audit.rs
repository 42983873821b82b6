//! The audit log, the oldest entry first.

use diesel::prelude::*;
use serde_json::json;

use super::{BATCH, Batch};
use crate::db::schema::audit_entries;
use crate::db::{Conn, Utc};

pub(super) fn batch(conn: &mut Conn, workspace_id: i64, after: i64) -> QueryResult<Batch> {
    type What = (Option<i64>, String, String, String);
    type Who = (Option<i64>, String, String);
    type Row = (i64, What, Who, (String, String), Utc);
    let rows: Vec<Row> = audit_entries::table
        .filter(audit_entries::workspace_id.eq(workspace_id))
        .filter(audit_entries::id.gt(after))
        .order(audit_entries::id)
        .limit(BATCH)
        .select((
            audit_entries::id,
            (
                audit_entries::conversation_id,
                audit_entries::topic,
                audit_entries::kind,
                audit_entries::about,
            ),
            (audit_entries::actor_id, audit_entries::actor_name, audit_entries::origin),
            (audit_entries::old_value, audit_entries::new_value),
            audit_entries::created_at,
        ))
        .load(conn)?;
    let last = rows.last().map(|row| row.0);
    let to_json = |(id, what, who, change, created_at): Row| {
        json!({
            "id": id,
            "conversation_id": what.0,
            "topic": what.1,
            "kind": what.2,
            "about": what.3,
            "actor_id": who.0,
            "actor_name": who.1,
            "origin": who.2,
            "before": change.0,
            "after": change.1,
            "created_at": created_at.to_string(),
        })
    };
    Ok((rows.into_iter().map(to_json).collect(), last))
}
