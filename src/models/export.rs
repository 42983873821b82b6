//! Everything of a workspace as one JSON file, written piece by piece so that its
//! size does not matter. Without what is secret: passwords, links, tokens.

mod audit;
mod contacts;
mod inboxes;
mod labels;
mod mails;
mod messages;

use std::io::Write;

use diesel::prelude::*;
use diesel::result::Error;
use serde_json::{Value, json};

use super::invitation::is_open;
use super::workspace;
use crate::db::schema::{activities, conversations, invitations, memberships, users};
use crate::db::{Conn, Utc};

/// Changes when a reader of the file would have to.
const VERSION: u32 = 1;
/// Rows read at a time.
const BATCH: i64 = 500;

/// Writes a workspace to `out`. Run it on a snapshot, so that its parts agree.
///
/// # Errors
/// When a query fails, there is no such workspace, or `out` cannot be written.
pub fn write(conn: &mut Conn, workspace_id: i64, out: &mut dyn Write) -> QueryResult<()> {
    let workspace = workspace::find(conn, workspace_id)?.ok_or(Error::NotFound)?;
    let settings = workspace::settings(conn, workspace_id)?.ok_or(Error::NotFound)?;
    let mut file = Json { out, is_first: true };
    file.raw("{")?;
    file.field("format", &json!("baton-workspace"))?;
    file.field("version", &json!(VERSION))?;
    file.field("exported_at", &json!(Utc::now().to_string()))?;
    file.field(
        "workspace",
        &json!({
            "id": workspace.id,
            "name": workspace.name,
            "plan": workspace.plan.code,
            "time_zone": workspace.time_zone,
            "working_hours": settings.working_hours.map(|hours| hours.to_string()),
            "session_days": settings.session_days,
            "agents_pass_on": settings.agents_pass_on,
            "created_at": workspace.created_at.to_string(),
        }),
    )?;
    file.list("members", &members(conn, workspace_id)?)?;
    file.list("invitations", &open_invitations(conn, workspace_id)?)?;
    file.list("inboxes", &inboxes::all(conn, workspace_id)?)?;
    file.list("labels", &labels::all(conn, workspace_id)?)?;
    file.list("quick_replies", &labels::quick_replies(conn, workspace_id)?)?;
    file.list("saved_views", &labels::saved_views(conn, workspace_id)?)?;
    file.list("contact_fields", &contacts::fields(conn, workspace_id)?)?;
    file.batches("contacts", |after| contacts::batch(conn, workspace_id, after))?;
    file.batches("conversations", |after| conversation_batch(conn, workspace_id, after))?;
    file.batches("activities", |after| activity_batch(conn, workspace_id, after))?;
    file.batches("audit_log", |after| audit::batch(conn, workspace_id, after))?;
    file.raw("}\n")
}

/// Some rows, and the id of the last one, after which the next ones come.
type Batch = (Vec<Value>, Option<i64>);

/// A JSON object on its way out, a field at a time.
struct Json<'a> {
    out: &'a mut dyn Write,
    is_first: bool,
}

impl Json<'_> {
    fn raw(&mut self, text: &str) -> QueryResult<()> {
        self.out.write_all(text.as_bytes()).map_err(unwritten)
    }

    fn value(&mut self, value: &Value) -> QueryResult<()> {
        serde_json::to_writer(&mut self.out, value).map_err(unwritten)
    }

    fn name(&mut self, name: &str) -> QueryResult<()> {
        let comma = if std::mem::take(&mut self.is_first) { "" } else { "," };
        self.raw(&format!("{comma}\n\"{name}\":"))
    }

    fn field(&mut self, name: &str, value: &Value) -> QueryResult<()> {
        self.name(name)?;
        self.value(value)
    }

    fn list(&mut self, name: &str, rows: &[Value]) -> QueryResult<()> {
        self.name(name)?;
        self.raw("[")?;
        self.rows(rows, true)?;
        self.raw("]")
    }

    fn batches(
        &mut self,
        name: &str,
        mut next: impl FnMut(i64) -> QueryResult<Batch>,
    ) -> QueryResult<()> {
        self.name(name)?;
        self.raw("[")?;
        let mut after = 0;
        while let (rows, Some(last)) = next(after)? {
            self.rows(&rows, after == 0)?;
            after = last;
        }
        self.raw("]")
    }

    fn rows(&mut self, rows: &[Value], mut is_first: bool) -> QueryResult<()> {
        for row in rows {
            self.raw(if std::mem::take(&mut is_first) { "\n" } else { ",\n" })?;
            self.value(row)?;
        }
        Ok(())
    }
}

fn unwritten(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::SerializationError(error.into())
}

fn moment(at: Option<Utc>) -> Option<String> {
    at.map(|at| at.to_string())
}

/// Former members too: messages and activities refer to them.
fn members(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Value>> {
    type Moments = (Utc, Option<Utc>, Option<Utc>);
    type Row = ((i64, i64), String, String, Option<String>, String, Moments);
    let rows: Vec<Row> = memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .order(memberships::id)
        .select((
            (memberships::id, users::id),
            users::name,
            users::email,
            users::public_name,
            memberships::role,
            (memberships::created_at, memberships::ended_at, memberships::away_until),
        ))
        .load(conn)?;
    let to_json = |((id, user_id), name, email, public_name, role, moments): Row| {
        let (since, ended_at, away_until) = moments;
        json!({
            "id": id,
            "user_id": user_id,
            "name": name,
            "email": email,
            "public_name": public_name,
            "role": role,
            "created_at": since.to_string(),
            "ended_at": moment(ended_at),
            "away_until": moment(away_until),
        })
    };
    Ok(rows.into_iter().map(to_json).collect())
}

fn open_invitations(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Value>> {
    type Row = (i64, String, String, i64, Utc, Utc);
    let rows: Vec<Row> = invitations::table
        .filter(invitations::workspace_id.eq(workspace_id))
        .filter(is_open())
        .order(invitations::id)
        .select((
            invitations::id,
            invitations::email,
            invitations::role,
            invitations::invited_by_id,
            invitations::created_at,
            invitations::expires_at,
        ))
        .load(conn)?;
    let to_json = |(id, email, role, invited_by_id, created_at, expires_at): Row| {
        json!({
            "id": id,
            "email": email,
            "role": role,
            "invited_by_id": invited_by_id,
            "created_at": created_at.to_string(),
            "expires_at": expires_at.to_string(),
        })
    };
    Ok(rows.into_iter().map(to_json).collect())
}

/// Conversations, each with its messages. The timelines are in `activities`.
fn conversation_batch(conn: &mut Conn, workspace_id: i64, after: i64) -> QueryResult<Batch> {
    type Ids = (i64, i64, i64);
    type Owner = (Option<i64>, Option<i64>, Option<Utc>);
    type Aside = (Option<Utc>, Option<Utc>);
    type Row = (Ids, String, String, Owner, Aside, Utc, Utc);
    let rows: Vec<Row> = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::id.gt(after))
        .order(conversations::id)
        .limit(BATCH)
        .select((
            (conversations::id, conversations::inbox_id, conversations::contact_id),
            conversations::subject,
            conversations::status,
            (
                conversations::assignee_id,
                conversations::last_owner_user_id,
                conversations::owned_since,
            ),
            (conversations::snoozed_until, conversations::spam_at),
            conversations::last_activity_at,
            conversations::created_at,
        ))
        .load(conn)?;
    let last = rows.last().map(|row| row.0.0);
    let ids: Vec<i64> = rows.iter().map(|row| row.0.0).collect();
    let mut labels = labels::of(conn, workspace_id, ids.clone())?;
    let mut messages = messages::of(conn, workspace_id, ids)?.into_iter().peekable();
    let mut out = Vec::with_capacity(rows.len());
    for (place, subject, status, owner, aside, last_activity_at, created_at) in rows {
        let (id, inbox_id, contact_id) = place;
        let mut own = Vec::new();
        while let Some((_, message)) = messages.next_if(|(of, _)| *of == id) {
            own.push(message);
        }
        out.push(json!({
            "id": id,
            "inbox_id": inbox_id,
            "contact_id": contact_id,
            "subject": subject,
            "status": status,
            "assignee_id": owner.0,
            "last_owner_user_id": owner.1,
            "owned_since": moment(owner.2),
            "snoozed_until": moment(aside.0),
            "spam_at": moment(aside.1),
            "last_activity_at": last_activity_at.to_string(),
            "created_at": created_at.to_string(),
            "labels": labels.remove(&id).unwrap_or_default(),
            "messages": own,
        }));
    }
    Ok((out, last))
}

fn activity_batch(conn: &mut Conn, workspace_id: i64, after: i64) -> QueryResult<Batch> {
    type Person = (Option<i64>, String);
    type Row = (i64, Option<i64>, String, Person, Person, String, Utc);
    let rows: Vec<Row> = activities::table
        .filter(activities::workspace_id.eq(workspace_id))
        .filter(activities::id.gt(after))
        .order(activities::id)
        .limit(BATCH)
        .select((
            activities::id,
            activities::conversation_id,
            activities::kind,
            (activities::actor_id, activities::actor_name),
            (activities::subject_id, activities::subject_name),
            activities::detail,
            activities::created_at,
        ))
        .load(conn)?;
    let last = rows.last().map(|row| row.0);
    let to_json = |(id, conversation_id, kind, actor, subject, detail, created_at): Row| {
        json!({
            "id": id,
            "conversation_id": conversation_id,
            "kind": kind,
            "actor_id": actor.0,
            "actor_name": actor.1,
            "subject_id": subject.0,
            "subject_name": subject.1,
            "detail": detail,
            "created_at": created_at.to_string(),
        })
    };
    Ok((rows.into_iter().map(to_json).collect(), last))
}
