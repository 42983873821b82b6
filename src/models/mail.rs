//! What a message was as a mail, whether it came in or goes out.

use diesel::prelude::*;

use super::address;
use super::receive::{IncomingMail, Writer};
use crate::db::schema::{deliveries, mails, messages};
use crate::db::{Conn, Utc};

/// Mails of a conversation in which one is looked for that came back.
const LOOKED_AT: i64 = 50;

/// A mail as the page of its conversation shows it.
#[derive(Clone, Debug, Queryable)]
pub struct Mail {
    pub message_id: i64,
    pub subject: String,
    pub from_address: String,
    pub to_list: String,
    pub cc_list: String,
    pub reply_to: Option<String>,
    pub quoted: String,
    pub has_html: bool,
    pub has_remote_images: bool,
    pub is_automatic: bool,
    /// In bytes; none of what goes out.
    pub original_size: Option<i64>,
}

/// Where the original of a mail is kept.
#[derive(Clone, Debug, Queryable)]
pub struct Original {
    pub store_key: Option<String>,
    pub subject: String,
    pub has_html: bool,
    pub conversation_id: i64,
}

/// A mail of ours that left, as an answer to it names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct Ours {
    pub message_id: i64,
    pub conversation_id: i64,
    /// Its author, by membership.
    pub author_id: Option<i64>,
}

/// Notes what a message was as a mail, whose original has this key in the store.
///
/// # Errors
/// When the query fails.
pub fn insert(
    conn: &mut Conn,
    (workspace_id, inbox_id): (i64, i64),
    message_id: i64,
    letter: &IncomingMail,
    original_key: &str,
) -> QueryResult<()> {
    diesel::insert_into(mails::table)
        .values((
            mails::message_id.eq(message_id),
            mails::workspace_id.eq(workspace_id),
            mails::inbox_id.eq(inbox_id),
            mails::header_id.eq(&letter.header_id),
            mails::refs.eq(letter.refs.join(" ")),
            mails::subject.eq(&letter.subject),
            (mails::from_name.eq(&letter.from_name), mails::from_address.eq(&letter.from_address)),
            (mails::to_list.eq(&letter.to_list), mails::cc_list.eq(&letter.cc_list)),
            mails::reply_to.eq(&letter.reply_to),
            mails::quoted.eq(&letter.quoted),
            mails::has_html.eq(letter.has_html),
            mails::has_remote_images.eq(letter.has_remote_images),
            (
                mails::is_automatic.eq(letter.writer.is_automatic()),
                mails::is_auto_reply.eq(letter.writer == Writer::AutoReply),
                mails::is_colleague.eq(letter.writer == Writer::Colleague),
            ),
            mails::original_key.eq(Some(original_key)),
            mails::original_size.eq(Some(letter.original.1)),
            mails::fingerprint.eq(Some(&letter.fingerprint)),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Whether this inbox has taken a mail before.
///
/// # Errors
/// When the query fails.
pub fn is_known(conn: &mut Conn, inbox_id: i64, fingerprint: &str) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        mails::table
            .filter(mails::inbox_id.eq(inbox_id))
            .filter(mails::fingerprint.eq(fingerprint)),
    ))
    .get_result(conn)
}

/// The mail of ours that these Message-IDs name, the last one that is known. Only what
/// left this very inbox counts: an id that was seen elsewhere opens nothing here, nor
/// does that of a mail that came in, which whoever wrote it has chosen.
///
/// # Errors
/// When the query fails.
pub fn ours(
    conn: &mut Conn,
    (workspace_id, inbox_id): (i64, i64),
    header_ids: &[String],
) -> QueryResult<Option<Ours>> {
    if header_ids.is_empty() {
        return Ok(None);
    }
    let mut found: Vec<(String, Ours)> = mails::table
        .inner_join(messages::table)
        .filter(mails::workspace_id.eq(workspace_id))
        .filter(mails::inbox_id.eq(inbox_id))
        .filter(mails::header_id.eq_any(header_ids.to_vec()))
        .filter(mails::fingerprint.is_null())
        .select((mails::header_id, (messages::id, messages::conversation_id, messages::author_id)))
        .load(conn)?;
    let place = |id: &String| header_ids.iter().rposition(|known| known == id);
    found.sort_by_key(|(id, ours)| (place(id), ours.message_id));
    Ok(found.pop().map(|(_, ours)| ours))
}

/// The newest mail of ours in a conversation of this inbox that has left for an address.
///
/// # Errors
/// When the query fails.
pub fn newest_to(
    conn: &mut Conn,
    (workspace_id, inbox_id): (i64, i64),
    conversation_id: i64,
    email: &str,
) -> QueryResult<Option<Ours>> {
    let not_sent = deliveries::table
        .filter(deliveries::reply_id.eq(messages::id.nullable()))
        .filter(deliveries::sent_at.is_null());
    let found: Vec<(Ours, String, String)> = mails::table
        .inner_join(messages::table)
        .filter(mails::workspace_id.eq(workspace_id))
        .filter(mails::inbox_id.eq(inbox_id))
        .filter(mails::fingerprint.is_null())
        .filter(messages::conversation_id.eq(conversation_id))
        .filter(diesel::dsl::not(diesel::dsl::exists(not_sent)))
        .order(messages::id.desc())
        .limit(LOOKED_AT)
        .select((
            (messages::id, messages::conversation_id, messages::author_id),
            mails::to_list,
            mails::cc_list,
        ))
        .load(conn)?;
    let went_to = |list: &str| address::stored(list).iter().any(|one| one.email == email);
    let newest = found.into_iter().find(|(_, to, cc)| went_to(to) || went_to(cc));
    Ok(newest.map(|(ours, ..)| ours))
}

/// Notes that a mail of ours did not arrive; `false` when that is known already.
///
/// # Errors
/// When the query fails.
pub fn mark_bounced(
    conn: &mut Conn,
    workspace_id: i64,
    message_id: i64,
    reason: &str,
) -> QueryResult<bool> {
    diesel::update(mails::table)
        .filter(mails::workspace_id.eq(workspace_id))
        .filter(mails::message_id.eq(message_id))
        .filter(mails::bounced_at.is_null())
        .set((mails::bounced_at.eq(Some(Utc::now())), mails::bounce_reason.eq(Some(reason))))
        .execute(conn)
        .map(|changed| changed > 0)
}

/// What these messages of customers were as mails.
///
/// # Errors
/// When the query fails.
pub fn of_messages(
    conn: &mut Conn,
    workspace_id: i64,
    messages: Vec<i64>,
) -> QueryResult<Vec<Mail>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    mails::table
        .filter(mails::workspace_id.eq(workspace_id))
        .filter(mails::message_id.eq_any(messages))
        .select((
            mails::message_id,
            mails::subject,
            mails::from_address,
            mails::to_list,
            mails::cc_list,
            mails::reply_to,
            mails::quoted,
            mails::has_html,
            mails::has_remote_images,
            mails::is_automatic,
            mails::original_size,
        ))
        .load(conn)
}

/// Where the original of a message is, with its conversation: for whoever may see that.
///
/// # Errors
/// When the query fails.
pub fn original(
    conn: &mut Conn,
    workspace_id: i64,
    message_id: i64,
) -> QueryResult<Option<Original>> {
    mails::table
        .inner_join(messages::table)
        .filter(mails::workspace_id.eq(workspace_id))
        .filter(mails::message_id.eq(message_id))
        .select((mails::original_key, mails::subject, mails::has_html, messages::conversation_id))
        .first(conn)
        .optional()
}
