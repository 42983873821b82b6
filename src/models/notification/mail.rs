//! Notifications by mail: which mail carries one, and what a mail says when it leaves.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{Choices, Kind, choices, choose};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{
    deliveries, mailbox_outages, memberships, notifications, users, workspaces,
};
use crate::db::{Conn, Known, Utc};
use crate::models::address::Address;
use crate::models::conversation::{self, Visible};
use crate::models::delivery::{self, Waiting};
use crate::models::message::mentions;
use crate::models::sending::Mailing;
use crate::models::token::{self, Purpose, Signer};
use crate::models::{housekeeping, mailbox, membership};
use crate::policy::Role;
use crate::policy::ownership::{Actor, Reply};

/// How long a mail waits for more, and for the member to read it in the page.
pub const WAIT: TimeDelta = TimeDelta::minutes(2);

/// The mail that waits for what a member is told now; `None` where none may go to
/// them: nobody has proved their address.
///
/// # Errors
/// When a query fails.
pub(super) fn join(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
) -> QueryResult<Option<i64>> {
    let address: Option<String> = memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::id.eq(membership_id))
        .filter(memberships::ended_at.is_null())
        .filter(users::email_verified_at.is_not_null())
        .select(users::email)
        .first(conn)
        .optional()?;
    let Some(recipient) = address else { return Ok(None) };
    let due = Utc::now().plus(WAIT);
    let waiting = Waiting { workspace_id, recipient: &recipient, due };
    delivery::waiting::notifications(conn, &waiting, membership_id).map(Some)
}

/// What a mail tells a member.
#[derive(Clone, Debug)]
pub struct Digest {
    pub membership_id: i64,
    pub user_id: i64,
    /// Where it goes: the address as it is now.
    pub email: String,
    pub workspace: String,
    pub groups: Vec<Group>,
}

/// What is told of one conversation, or of something else.
#[derive(Clone, Debug)]
pub struct Group {
    /// The conversation; `None` where it is of none, or the member lost sight of it.
    pub about: Option<About>,
    /// The inbox whose mailbox it is about.
    pub inbox_id: Option<i64>,
    /// Whom it is about, in words, or why something does not work.
    pub subject_name: String,
    /// What happened, the kinds with their headlines, in its order.
    pub lines: Vec<(Kind, String)>,
}

/// A conversation that the member may see.
#[derive(Clone, Debug)]
pub struct About {
    pub conversation_id: i64,
    pub subject: String,
    /// The beginning of what the customer wrote last, where nobody has answered it, or of the
    /// note that mentions the member, where that is all they are told.
    pub quote: String,
    /// The member owns it, and somebody may wait there.
    is_theirs: bool,
    /// Where an answer to the mail can go, where the member may reply.
    pub mailbox: Option<mailbox::Mailbox>,
    /// Whom it goes to from there, and who gets a copy, where that is by mail.
    pub recipients: Option<(Address, Vec<Address>)>,
}

type Notice = (Known<Kind>, Option<i64>, Option<i64>, String, String);

/// What a delivery tells its member now: what they have not read meanwhile, may still
/// see and still want by mail; `None` when nothing of it is left.
///
/// # Errors
/// When a query fails.
pub fn digest(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    delivery_id: i64,
) -> QueryResult<Option<Digest>> {
    let Some(actor) = membership::actor(conn, workspace_id, membership_id)? else {
        return Ok(None);
    };
    let person: Option<(String, String)> = users::table
        .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
        .inner_join(workspaces::table.on(workspaces::id.eq(memberships::workspace_id)))
        .filter(memberships::id.eq(membership_id))
        .filter(users::email_verified_at.is_not_null())
        .select((users::email, workspaces::name))
        .first(conn)
        .optional()?;
    let Some((email, workspace)) = person else { return Ok(None) };
    let notices: Vec<Notice> = notifications::table
        .left_join(mailbox_outages::table)
        .filter(notifications::delivery_id.eq(delivery_id))
        .filter(notifications::membership_id.eq(membership_id))
        .filter(notifications::read_at.is_null())
        .order(notifications::id)
        .select((
            notifications::kind,
            notifications::conversation_id,
            mailbox_outages::inbox_id.nullable(),
            notifications::actor_name,
            notifications::subject_name,
        ))
        .load(conn)?;
    let ids: Vec<i64> = notices.iter().filter_map(|notice| notice.1).collect();
    let visible = conversation::visible_among(conn, workspace_id, actor, &ids)?;
    let visible = abouts(conn, workspace_id, actor, visible)?;
    let wanted = choices(conn, membership_id)?;
    let is_wanted = |kind: Kind| wanted.way(kind).is_by_mail() && kind.is_for(actor.role);
    let mut groups = grouped(notices, &visible, is_wanted);
    for group in &mut groups {
        let is_mention = group.lines.iter().all(|(kind, _)| *kind == Kind::Mentioned);
        if let Some(about) = group.about.as_mut().filter(|_| is_mention) {
            // It is a member who waits, not the customer.
            about.mailbox = None;
            about.quote = mentions::newest_of(conn, about.conversation_id, membership_id)?;
        }
    }
    let user_id = actor.user_id;
    let digest = Digest { membership_id, user_id, email, workspace, groups };
    Ok(Some(digest).filter(|digest| !digest.groups.is_empty()))
}

fn grouped(
    notices: Vec<Notice>,
    visible: &HashMap<i64, About>,
    is_wanted: impl Fn(Kind) -> bool,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (kind, conversation_id, inbox_id, actor, subject_name) in notices {
        let Known(Some(kind)) = kind else { continue };
        let about = conversation_id.and_then(|id| visible.get(&id)).cloned();
        let is_out_of_sight = conversation_id.is_some() && about.is_none();
        if !is_wanted(kind) || (is_out_of_sight && !kind.is_of_loss()) {
            continue;
        }
        if kind.is_for_owner() && about.as_ref().is_some_and(|about| !about.is_theirs) {
            continue;
        }
        let line = (kind, kind.headline(&actor, &subject_name));
        let id = about.as_ref().map(|about| about.conversation_id);
        let is_same = |group: &&mut Group| {
            id.is_some() && group.about.as_ref().map(|about| about.conversation_id) == id
        };
        match groups.iter_mut().find(is_same) {
            Some(group) if group.lines.contains(&line) => {}
            Some(group) => group.lines.push(line),
            None => groups.push(Group { about, inbox_id, subject_name, lines: vec![line] }),
        }
    }
    groups
}

fn abouts(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    visible: Vec<Visible>,
) -> QueryResult<HashMap<i64, About>> {
    let mut mailboxes: HashMap<i64, Option<mailbox::Mailbox>> = HashMap::new();
    let mut found = HashMap::with_capacity(visible.len());
    for Visible { id, inbox_id, subject, preview, is_answered, holding, is_spam, .. } in visible {
        if let Entry::Vacant(place) = mailboxes.entry(inbox_id) {
            place.insert(mailbox::for_answers(conn, workspace_id, inbox_id)?);
        }
        let may_reply = matches!(actor.reply(holding), Reply::AsOwner | Reply::ClaimsFirst);
        let mailbox = mailboxes.get(&inbox_id).cloned().flatten().filter(|_| may_reply);
        let mailing = Mailing::of(conn, workspace_id, id)?;
        let recipients = mailing.and_then(|mailing| Some((mailing.to?, mailing.cc)));
        let quote = if is_answered { String::new() } else { preview };
        let is_theirs = holding.owner == Some(actor.membership_id) && !is_spam;
        found.insert(
            id,
            About { conversation_id: id, subject, quote, is_theirs, mailbox, recipients },
        );
    }
    Ok(found)
}

/// A mail of notifications that did not leave, and is not tried again.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Undelivered {
    pub recipient: String,
    pub reason: String,
}

/// Why the last mail to a member did not leave; `None` when it did, or is on its way.
///
/// # Errors
/// When the query fails.
pub fn undelivered(
    conn: &mut Conn,
    membership_id: i64,
    now: Utc,
) -> QueryResult<Option<Undelivered>> {
    // One that left after an older failure may be swept already.
    let since = now.minus(housekeeping::DELIVERIES_KEPT);
    type Last = (Option<Utc>, Option<Utc>, String, Option<String>);
    let last: Option<Last> = deliveries::table
        .filter(deliveries::membership_id.eq(membership_id))
        .filter(deliveries::kind.eq(delivery::Kind::Notifications))
        .filter(deliveries::sent_at.is_not_null().or(deliveries::failed_at.gt(since)))
        .order(deliveries::id.desc())
        .select((
            deliveries::sent_at,
            deliveries::began_at,
            deliveries::recipient,
            deliveries::last_error,
        ))
        .first(conn)
        .optional()?;
    Ok(last.and_then(|(sent_at, began_at, recipient, reason)| {
        // One that may have arrived says nothing of the address.
        let reason = reason.filter(|_| sent_at.is_none() && began_at.is_none())?;
        Some(Undelivered { recipient, reason })
    }))
}

/// The token by which whoever reads a member's mail turns such mail off, signed in or
/// not. It does nothing else.
pub fn stop_token(signer: &Signer, membership_id: i64, user_id: i64) -> String {
    signer.sign(Purpose::StopNotifications, membership_id, &user_id.to_string())
}

/// A member whom a token names, and what they choose.
#[derive(Clone, Debug)]
pub struct Reader {
    pub membership_id: i64,
    pub email: String,
    pub workspace: String,
    pub role: Role,
    pub choices: Choices,
}

/// The member whose mail this token came with.
///
/// # Errors
/// When a query fails.
pub fn reader(conn: &mut Conn, signer: &Signer, token: &str) -> QueryResult<Option<Reader>> {
    let Some(id) = token::row_id(token) else { return Ok(None) };
    let found: Option<(i64, String, String, Role)> = memberships::table
        .inner_join(users::table)
        .inner_join(workspaces::table)
        .filter(memberships::id.eq(id))
        .select((users::id, users::email, workspaces::name, memberships::role))
        .first(conn)
        .optional()?;
    let Some((user_id, email, workspace, role)) = found else { return Ok(None) };
    if !signer.verify(token, Purpose::StopNotifications, id, &user_id.to_string()) {
        return Ok(None);
    }
    let choices = choices(conn, id)?;
    Ok(Some(Reader { membership_id: id, email, workspace, role, choices }))
}

/// Turns mail of a kind off for the member whom a token names, of every kind where
/// none is named. The page tells as before. `None` for a token of nobody.
///
/// # Errors
/// When a query fails.
pub fn stop(
    conn: &mut Conn,
    signer: &Signer,
    token: &str,
    kind: Option<Kind>,
) -> QueryResult<Option<Reader>> {
    let Some(reader) = reader(conn, signer, token)? else { return Ok(None) };
    dialect::lock(conn, RowLock::MembershipChanges(reader.membership_id))?;
    let choices = choices(conn, reader.membership_id)?.without_mail(kind);
    choose(conn, reader.membership_id, &choices)?;
    Ok(Some(Reader { choices, ..reader }))
}
