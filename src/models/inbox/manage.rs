//! What Managers do with inboxes: add and change them.

use diesel::prelude::*;

use super::{Details, Hours, Inbox, Kind, Look, Refusal, find, insert, is_taken};
use crate::db::schema::inboxes;
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::activity::{self, record_setting};
use crate::models::audit::Change;
use crate::models::mailbox::{Protocol, outage};
use crate::models::membership::{ActingMember, MemberId, lock_settings};
use crate::models::token;
use crate::policy::Capability;

/// A member adds a web chat. The same form sent twice adds one, and answers it; with other
/// words it adds another.
///
/// # Errors
/// [`Refusal`] when the member may not, or the query's failure.
pub fn add(
    conn: &mut Conn,
    caller: MemberId,
    details: &Details,
    submission: Option<&str>,
) -> Verb<i64, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageInboxes)?;
    let Details { name, greeting, sites } = details;
    let mark = submission.map(|id| token::mark(&[id, name, greeting, &sites.0]));
    // By the workspace's lock, whoever sent it first is done.
    let added = inboxes::table
        .filter(inboxes::workspace_id.eq(workspace_id))
        .filter(inboxes::submission.eq(&mark))
        .select(inboxes::id);
    if let Some(id) = added.first(conn).optional()? {
        return Ok(id);
    }
    if is_taken(conn, workspace_id, name, 0)? {
        return refuse(Refusal::NameTaken);
    }
    let texts = (greeting.as_str(), sites.0.as_str());
    let id = insert(conn, workspace_id, Kind::WebChat, name, texts, mark.as_deref())?;
    let change = Change::default();
    record_setting(conn, workspace_id, activity::Kind::InboxAdded, &member, name, change)?;
    Ok(id)
}

/// A member changes an inbox's name, greeting and allowed sites: where it is known what
/// their page showed, only what differs from that is written.
///
/// # Errors
/// [`Refusal`] when the member may not or there is no such inbox here, or the
/// query's failure.
pub fn change(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    (typed, seen): (&Details, Option<&Details>),
) -> Verb<(), Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageInboxes)?;
    let Some(before) = find(conn, workspace_id, id)? else { return refuse(Refusal::NotFound) };
    let details = seen.map_or_else(|| typed.clone(), |seen| typed.over(seen, &before.details()));
    let Details { name, greeting, sites } = &details;
    // Two that have one name already keep it.
    if *name != before.name && is_taken(conn, workspace_id, name, id)? {
        return refuse(Refusal::NameTaken);
    }
    diesel::update(inboxes::table.find(id))
        .set((
            inboxes::name.eq(name),
            inboxes::greeting.eq(greeting),
            inboxes::allowed_sites.eq(&sites.0),
        ))
        .execute(conn)?;
    let changes = [
        ("name", before.name.as_str(), name.as_str()),
        ("greeting", &before.greeting, greeting),
        ("allowed sites", &before.allowed_sites, &sites.0),
    ];
    record_changes(conn, &member, &before, &changes)?;
    Ok(())
}

/// A member gives an inbox's chat another look.
///
/// # Errors
/// As [`change`].
pub fn set_look(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    (typed, seen): (&Look, Option<&Look>),
) -> Verb<(), Refusal> {
    let member = lock_settings(conn, caller, Capability::ManageInboxes)?;
    let Some(inbox) = find(conn, caller.workspace_id, id)? else {
        return refuse(Refusal::NotFound);
    };
    let before = &inbox.look;
    let look = seen.map_or_else(|| typed.clone(), |seen| typed.over(seen, before));
    diesel::update(inboxes::table.find(id))
        .set((
            inboxes::accent.eq(look.accent),
            inboxes::side.eq(look.side),
            inboxes::welcome_title.eq(&look.title),
            inboxes::button_label.eq(&look.label),
        ))
        .execute(conn)?;
    let changes = [
        ("colour", before.accent.name(), look.accent.name()),
        ("place of the button", before.side.name(), look.side.name()),
        ("welcome title", &before.title, &look.title),
        ("button label", &before.label, &look.label),
    ];
    record_changes(conn, &member, &inbox, &changes)?;
    Ok(())
}

/// A member says when an inbox is open, and what customers are told outside of that.
///
/// # Errors
/// As [`change`].
pub fn set_opening(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    (typed, seen): (&Hours, Option<&Hours>),
) -> Verb<(), Refusal> {
    let member = lock_settings(conn, caller, Capability::ManageInboxes)?;
    let Some(inbox) = find(conn, caller.workspace_id, id)? else {
        return refuse(Refusal::NotFound);
    };
    let before = Hours { opening: inbox.opening(), away_message: inbox.away_message().to_owned() };
    let hours = seen.map_or_else(|| typed.clone(), |seen| typed.over(seen, &before));
    let Hours { opening, away_message } = &hours;
    diesel::update(inboxes::table.find(id))
        .set((
            inboxes::opening.eq(opening.into_str()),
            inboxes::working_hours.eq(opening.own().map(ToString::to_string)),
            inboxes::away_message.eq(away_message),
        ))
        .execute(conn)?;
    let (was, is) = (before.opening.words(), opening.words());
    let changes = [
        ("hours", was.as_str(), is.as_str()),
        ("message outside of them", &before.away_message, away_message),
    ];
    record_changes(conn, &member, &inbox, &changes)?;
    Ok(())
}

/// A member archives an inbox, or takes it back: answers its name.
///
/// # Errors
/// As [`change`].
pub fn set_archived(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    is_archived: bool,
) -> Verb<String, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageInboxes)?;
    let Some(inbox) = find(conn, workspace_id, id)? else { return refuse(Refusal::NotFound) };
    if inbox.is_archived() == is_archived {
        return Ok(inbox.name);
    }
    diesel::update(inboxes::table.find(id))
        .set(inboxes::archived_at.eq(is_archived.then(Utc::now)))
        .execute(conn)?;
    if is_archived {
        outage::end(conn, id, Protocol::Imap)?;
    }
    let kind =
        if is_archived { activity::Kind::InboxArchived } else { activity::Kind::InboxUnarchived };
    record_setting(conn, workspace_id, kind, &member, &inbox.name, Change::default())?;
    Ok(inbox.name)
}

/// Writes a line for each thing that is different: its name, what it was, what it is.
pub(super) fn record_changes(
    conn: &mut Conn,
    member: &ActingMember,
    inbox: &Inbox,
    changes: &[(&str, &str, &str)],
) -> QueryResult<()> {
    for (what, from, to) in changes.iter().filter(|(_, from, to)| from != to) {
        let about = format!("{}: {what}", inbox.name);
        let kind = activity::Kind::InboxChanged;
        record_setting(conn, inbox.workspace_id, kind, member, &about, Change { from, to })?;
    }
    Ok(())
}
