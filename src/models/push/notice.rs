//! What a browser shows: one notice of its user, read when it is sent.

use chrono::TimeDelta;
use diesel::prelude::*;
use web_push_native::{Auth, p256};

use super::subscription::keys;
use crate::db::schema::{deliveries, memberships, notifications, push_subscriptions, sessions};
use crate::db::{Conn, Known, Utc};
use crate::models::notification::{self, Kind, Notice, Way};
use crate::models::token::{self, Signer};
use crate::models::{conversation, delivery, membership, text};

/// How long a notice is worth a message: what is older is seen in the page.
pub const WORTH: TimeDelta = TimeDelta::hours(1);
/// The most of a name and of a subject that a message carries, in characters.
const NAME_MAX: usize = 100;
const ABOUT_MAX: usize = 200;

/// Puts a notice into the outbox for each browser of its member's user, in the
/// transaction that writes it.
///
/// # Errors
/// When a query fails.
pub fn enqueue(conn: &mut Conn, of: &Notice<'_>, notification_id: i64) -> QueryResult<()> {
    if !of.kind.is_pushed() || of.conversation_id.is_none() {
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
    let (kind, workspace_id) = (delivery::Kind::Push, Some(of.workspace_id));
    for id in subscriptions {
        diesel::insert_into(deliveries::table)
            .values((
                delivery::entry(kind, workspace_id, "", token::short_nonce(), now),
                deliveries::membership_id.eq(of.membership_id),
                deliveries::notification_id.eq(notification_id),
                deliveries::push_subscription_id.eq(id),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// A message to a browser.
#[derive(Clone, Debug)]
pub struct Message {
    pub subscription_id: i64,
    pub endpoint: String,
    /// Whom it is encrypted for.
    pub keys: (p256::PublicKey, Auth),
    pub with_sound: bool,
    pub conversation_id: i64,
    /// `Gil Roth assigned this to you`
    pub headline: String,
    /// `Hanna Lindqvist: Where is my order?`
    pub about: String,
}

impl Message {
    /// What the push service knows the messages of this conversation by (RFC 8030, 5.4):
    /// another word for each browser, so that it learns nothing of who is told of the same.
    pub fn topic(&self, signer: &Signer) -> String {
        let ids = [self.subscription_id, self.conversation_id].map(|id| id.to_string());
        signer.pseudonym(&["push", &ids[0], &ids[1]])
    }
}

/// What a delivery shows in its browser now; `None` when it is to be dropped: it was read
/// or taken back, is too old, is not wanted any more or out of the member's sight, or the
/// member or the browser is not there any more.
///
/// # Errors
/// When a query fails.
pub fn message(conn: &mut Conn, delivery_id: i64, now: Utc) -> QueryResult<Option<Message>> {
    type Ids = (Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    let ids: Option<Ids> = deliveries::table
        .find(delivery_id)
        .select((
            deliveries::workspace_id,
            deliveries::membership_id,
            deliveries::notification_id,
            deliveries::push_subscription_id,
        ))
        .first(conn)
        .optional()?;
    let Some((Some(workspace_id), Some(membership_id), Some(notice), Some(subscription_id))) = ids
    else {
        return Ok(None);
    };
    let Some(actor) = membership::actor(conn, workspace_id, membership_id)? else {
        return Ok(None);
    };
    let Some(told) = unread(conn, membership_id, notice, now)? else { return Ok(None) };
    if notification::choices(conn, membership_id)?.way(told.kind) == Way::None {
        return Ok(None);
    }
    let visible = conversation::visible_among(conn, workspace_id, actor, &[told.conversation_id])?;
    let Some(seen) = visible.into_iter().next() else { return Ok(None) };
    let browser: Option<(String, String, String, bool)> = push_subscriptions::table
        .inner_join(sessions::table)
        .filter(push_subscriptions::id.eq(subscription_id))
        .filter(push_subscriptions::user_id.eq(actor.user_id))
        .filter(sessions::expires_at.gt(now))
        .select((
            push_subscriptions::endpoint,
            push_subscriptions::p256dh,
            push_subscriptions::auth,
            push_subscriptions::with_sound,
        ))
        .first(conn)
        .optional()?;
    let Some((endpoint, p256dh, auth, with_sound)) = browser else { return Ok(None) };
    let Some(keys) = keys(&p256dh, &auth) else { return Ok(None) };
    let name = |name: &str| text::excerpt(name, NAME_MAX);
    let (actor, customer) = (name(&told.actor), name(&told.customer));
    Ok(Some(Message {
        subscription_id,
        endpoint,
        keys,
        with_sound,
        conversation_id: told.conversation_id,
        headline: told.kind.headline(&actor, &customer),
        about: text::excerpt(&format!("{customer}: {}", seen.subject), ABOUT_MAX),
    }))
}

struct Told {
    kind: Kind,
    conversation_id: i64,
    actor: String,
    customer: String,
}

fn unread(conn: &mut Conn, membership_id: i64, id: i64, now: Utc) -> QueryResult<Option<Told>> {
    let found: Option<(Known<Kind>, Option<i64>, String, String)> = notifications::table
        .find(id)
        .filter(notifications::membership_id.eq(membership_id))
        .filter(notifications::read_at.is_null())
        .filter(notifications::created_at.gt(now.minus(WORTH)))
        .select((
            notifications::kind,
            notifications::conversation_id,
            notifications::actor_name,
            notifications::subject_name,
        ))
        .first(conn)
        .optional()?;
    Ok(match found {
        Some((Known(Some(kind)), Some(conversation_id), actor, customer)) => {
            Some(Told { kind, conversation_id, actor, customer })
        }
        _ => None,
    })
}
