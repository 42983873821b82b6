//! What a browser shows: one notice of its user, or several of the same, read when it is sent.

use chrono::TimeDelta;
use diesel::dsl::exists;
use diesel::prelude::*;
use web_push_native::{Auth, p256};

use super::subscription::keys;
use crate::db::schema::{
    deliveries, mailbox_outages, memberships, notifications, push_subscriptions, sessions,
};
use crate::db::{Conn, Known, Utc};
use crate::models::conversation::{self, Visible};
use crate::models::notification::{self, Kind, Notice, Way};
use crate::models::token::{self, Signer};
use crate::models::{delivery, membership, text};
use crate::policy::Actor;

/// How long a notice is worth a message: what is older is seen in the page.
pub const WORTH: TimeDelta = TimeDelta::hours(1);
/// How long a message waits for more of the same, from the last on, and since it began.
const GATHERED: TimeDelta = TimeDelta::seconds(2);
const GATHERED_MOST: TimeDelta = TimeDelta::minutes(1);
/// The most of a name and of what it is about that a message carries, in characters.
const NAME_MAX: usize = 100;
const ABOUT_MAX: usize = 200;

/// Puts a notice into the outbox for each browser of its member's user, in the
/// transaction that writes it: or several alike, from the first to the last of these. Those
/// of a kind that comes many times in a row go with what waits already.
///
/// # Errors
/// When a query fails.
pub fn enqueue(conn: &mut Conn, of: &Notice<'_>, (first, last): (i64, i64)) -> QueryResult<()> {
    if !of.kind.is_pushed() {
        return Ok(());
    }
    let now = Utc::now();
    let subscriptions: Vec<i64> = push_subscriptions::table
        .inner_join(sessions::table)
        .inner_join(memberships::table.on(memberships::user_id.eq(push_subscriptions::user_id)))
        .filter(memberships::id.eq(of.membership_id))
        .filter(sessions::expires_at.gt(now))
        .select(push_subscriptions::id)
        .load(conn)?;
    let is_gathered = of.kind.is_gathered();
    let due = if is_gathered { now.plus(GATHERED) } else { now };
    let (kind, workspace_id) = (delivery::Kind::Push, Some(of.workspace_id));
    for id in subscriptions {
        if is_gathered && joins(conn, of, id, last, now)? {
            continue;
        }
        diesel::insert_into(deliveries::table)
            .values((
                delivery::entry(kind, workspace_id, "", token::short_nonce(), due),
                deliveries::membership_id.eq(of.membership_id),
                deliveries::first_notification_id.eq(is_gathered.then_some(first)),
                deliveries::notification_id.eq(last),
                deliveries::push_subscription_id.eq(id),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Adds a notice to the message that waits for this browser, of the same kind and by the same
/// person, which then waits anew; `false` where there is none.
fn joins(
    conn: &mut Conn,
    of: &Notice<'_>,
    subscription_id: i64,
    id: i64,
    now: Utc,
) -> QueryResult<bool> {
    let alike = notifications::table
        .filter(notifications::id.nullable().eq(deliveries::notification_id))
        .filter(notifications::kind.eq(of.kind))
        .filter(notifications::actor_name.eq(of.actor_name));
    diesel::update(
        deliveries::table
            .filter(deliveries::push_subscription_id.eq(subscription_id))
            .filter(deliveries::first_notification_id.is_not_null())
            .filter(deliveries::membership_id.eq(of.membership_id))
            .filter(deliveries::attempts.eq(0))
            .filter(deliveries::created_at.gt(now.minus(GATHERED_MOST)))
            .filter(exists(alike)),
    )
    .set((
        deliveries::notification_id.eq(Some(id)),
        deliveries::next_attempt_at.eq(now.plus(GATHERED)),
    ))
    .execute(conn)
    .map(|joined| joined > 0)
}

/// What a message leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Conversation(i64),
    /// The list of the member's own.
    Mine,
    /// The settings of an inbox.
    Inbox(i64),
}

impl Place {
    /// Its address.
    pub fn path(self) -> String {
        match self {
            Self::Conversation(id) => format!("/conversations/{id}"),
            Self::Mine => "/inbox?view=mine".to_owned(),
            Self::Inbox(id) => format!("/settings/inboxes/{id}"),
        }
    }

    /// What browsers know by which notification a newer one takes the place of.
    pub fn tag(self) -> String {
        match self {
            Self::Conversation(id) => format!("conversation-{id}"),
            Self::Mine => "mine".to_owned(),
            Self::Inbox(id) => format!("inbox-{id}"),
        }
    }
}

/// A message to a browser.
#[derive(Clone, Debug)]
pub struct Message {
    pub subscription_id: i64,
    pub endpoint: String,
    /// Whom it is encrypted for.
    pub keys: (p256::PublicKey, Auth),
    pub with_sound: bool,
    pub told: Told,
}

/// What it says.
#[derive(Clone, Debug)]
pub struct Told {
    pub place: Place,
    /// `Gil Roth assigned this to you`
    pub headline: String,
    /// `Hanna Lindqvist: Where is my order?`
    pub about: String,
}

impl Message {
    /// What the push service knows the messages about this place by (RFC 8030, 5.4):
    /// another word for each browser, so that it learns nothing of who is told of the same.
    pub fn topic(&self, signer: &Signer) -> String {
        signer.pseudonym(&["push", &self.subscription_id.to_string(), &self.told.place.tag()])
    }
}

/// What a delivery shows in its browser now; `None` when it is to be dropped: it was read
/// or taken back, is too old, is not wanted any more or out of the member's sight, or the
/// member or the browser is not there any more.
///
/// # Errors
/// When a query fails.
pub fn message(conn: &mut Conn, delivery_id: i64, now: Utc) -> QueryResult<Option<Message>> {
    type Ids = (Option<i64>, Option<i64>, (Option<i64>, Option<i64>), Option<i64>);
    let ids: Option<Ids> = deliveries::table
        .find(delivery_id)
        .select((
            deliveries::workspace_id,
            deliveries::membership_id,
            (deliveries::first_notification_id, deliveries::notification_id),
            deliveries::push_subscription_id,
        ))
        .first(conn)
        .optional()?;
    let Some((Some(workspace_id), Some(membership_id), (first, Some(last)), Some(id))) = ids else {
        return Ok(None);
    };
    let Some(actor) = membership::actor(conn, workspace_id, membership_id)? else {
        return Ok(None);
    };
    type Browser = (i64, String, String, String, bool, Option<i64>);
    let browser: Option<Browser> = push_subscriptions::table
        .inner_join(sessions::table)
        .filter(push_subscriptions::id.eq(id))
        .filter(push_subscriptions::user_id.eq(actor.user_id))
        .filter(sessions::expires_at.gt(now))
        .select((
            push_subscriptions::id,
            push_subscriptions::endpoint,
            push_subscriptions::p256dh,
            push_subscriptions::auth,
            push_subscriptions::with_sound,
            sessions::workspace_id,
        ))
        .first(conn)
        .optional()?;
    let Some((subscription_id, endpoint, p256dh, auth, with_sound, shown)) = browser else {
        return Ok(None);
    };
    let Some(keys) = keys(&p256dh, &auth) else { return Ok(None) };
    let unread = unread(conn, (workspace_id, membership_id), (first, last), now)?;
    let told = told(conn, (workspace_id, actor), &unread, shown == Some(workspace_id))?;
    Ok(told.map(|told| Message { subscription_id, endpoint, keys, with_sound, told }))
}

/// A notice that a message may tell.
struct Unread {
    kind: Kind,
    conversation_id: Option<i64>,
    inbox_id: Option<i64>,
    actor: String,
    subject: String,
}

/// The notices of a message that are unread and still worth it, the oldest first: the last of
/// them, and those of the same from the first on, where there is one.
fn unread(
    conn: &mut Conn,
    (workspace_id, membership_id): (i64, i64),
    (first, last): (Option<i64>, i64),
    now: Utc,
) -> QueryResult<Vec<Unread>> {
    type Row = (Known<Kind>, Option<i64>, Option<i64>, String, String);
    let found: Vec<Row> = notifications::table
        .left_join(mailbox_outages::table)
        .filter(notifications::workspace_id.eq(workspace_id))
        .filter(notifications::membership_id.eq(membership_id))
        .filter(notifications::id.between(first.unwrap_or(last), last))
        .filter(notifications::read_at.is_null())
        .filter(notifications::created_at.gt(now.minus(WORTH)))
        .order(notifications::id)
        .select((
            notifications::kind,
            notifications::conversation_id,
            mailbox_outages::inbox_id.nullable(),
            notifications::actor_name,
            notifications::subject_name,
        ))
        .load(conn)?;
    let mut unread: Vec<Unread> = found
        .into_iter()
        .filter_map(|(Known(kind), conversation_id, inbox_id, actor, subject)| {
            Some(Unread { kind: kind?, conversation_id, inbox_id, actor, subject })
        })
        .filter(|one| first.is_none() || one.kind.is_gathered())
        .collect();
    let by = unread.last().map(|last| last.actor.clone());
    unread.retain(|one| Some(&one.actor) == by.as_ref());
    Ok(unread)
}

/// What these notices say to their member as of now, all of them alike: of one conversation or
/// inbox, or how many there are. A list leads where the browser shows that workspace.
fn told(
    conn: &mut Conn,
    (workspace_id, member): (i64, Actor),
    unread: &[Unread],
    is_here: bool,
) -> QueryResult<Option<Told>> {
    let Some(Unread { kind, .. }) = unread.last() else { return Ok(None) };
    let way = notification::choices(conn, member.membership_id)?.way(*kind);
    if way == Way::None || !kind.is_for(member.role) {
        return Ok(None);
    }
    let name = |name: &str| text::excerpt(name, NAME_MAX);
    let ids: Vec<i64> = unread.iter().filter_map(|one| one.conversation_id).collect();
    let mut visible = conversation::visible_among(conn, workspace_id, member, &ids)?;
    if kind.is_gathered() {
        visible.retain(|one| one.holding.owner == Some(member.membership_id));
    }
    let seen = |of: &Unread| visible.iter().find(|one| Some(one.id) == of.conversation_id);
    let newest = |of: &Unread| {
        if let Some(id) = of.inbox_id {
            let headline = of.kind.headline(&of.actor, &of.subject);
            let about = text::excerpt(&of.subject, ABOUT_MAX);
            return Some(Told { place: Place::Inbox(id), headline, about });
        }
        let Visible { id, subject, .. } = seen(of)?;
        let (place, customer) = (Place::Conversation(*id), name(&of.subject));
        let headline = of.kind.headline(&name(&of.actor), &customer);
        let about = text::excerpt(&format!("{customer}: {subject}"), ABOUT_MAX);
        Some(Told { place, headline, about })
    };
    let Some(newest) = unread.iter().rev().find_map(newest) else { return Ok(None) };
    if visible.len() < 2 {
        return Ok(Some(newest));
    }
    let shown: Vec<&Unread> = unread.iter().filter(|one| seen(one).is_some()).collect();
    let actor = shown.last().map(|one| name(&one.actor)).unwrap_or_default();
    let mut customers: Vec<String> = shown.iter().map(|one| name(&one.subject)).collect();
    customers.dedup();
    Ok(Some(Told {
        place: if is_here { Place::Mine } else { newest.place },
        headline: Kind::headline_of_several(&actor, visible.len()),
        about: text::excerpt(&customers.join(", "), ABOUT_MAX),
    }))
}
