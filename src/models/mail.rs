//! What a message was as a mail, whether it came in or goes out.

use diesel::prelude::*;

use crate::db::schema::{mails, messages};
use crate::db::{Conn, Utc};

/// A mail that came in, beside its message.
#[derive(Clone, Copy, Debug)]
pub struct Arrived<'a> {
    /// The Message-ID without its brackets; empty where it had none.
    pub header_id: &'a str,
    /// The Message-IDs that it answers, the oldest first.
    pub refs: &'a [String],
    pub subject: &'a str,
    pub from_name: &'a str,
    pub from_address: &'a str,
    /// As `Name <address>`, one per line.
    pub to_list: &'a str,
    pub cc_list: &'a str,
    /// Where answers go, when not to the sender: an address per line.
    pub reply_to: Option<&'a str>,
    /// The quoted history and the signature.
    pub quoted: &'a str,
    pub has_html: bool,
    /// Its HTML names pictures elsewhere.
    pub has_remote_images: bool,
    /// Written by a machine: nothing answers it by itself.
    pub is_automatic: bool,
    /// By one that answers by itself (RFC 3834): where the next reply goes is as before.
    pub is_auto_reply: bool,
    /// The store's key of the mail as it was, and its size in bytes.
    pub original: (&'a str, i64),
    pub fingerprint: &'a str,
}

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

/// Notes what a message was as a mail.
///
/// # Errors
/// When the query fails.
pub fn insert(
    conn: &mut Conn,
    (workspace_id, inbox_id): (i64, i64),
    message_id: i64,
    mail: &Arrived<'_>,
) -> QueryResult<()> {
    let (original_key, original_size) = mail.original;
    diesel::insert_into(mails::table)
        .values((
            mails::message_id.eq(message_id),
            mails::workspace_id.eq(workspace_id),
            mails::inbox_id.eq(inbox_id),
            mails::header_id.eq(mail.header_id),
            mails::refs.eq(mail.refs.join(" ")),
            mails::subject.eq(mail.subject),
            (mails::from_name.eq(mail.from_name), mails::from_address.eq(mail.from_address)),
            (mails::to_list.eq(mail.to_list), mails::cc_list.eq(mail.cc_list)),
            mails::reply_to.eq(mail.reply_to),
            mails::quoted.eq(mail.quoted),
            mails::has_html.eq(mail.has_html),
            mails::has_remote_images.eq(mail.has_remote_images),
            (
                mails::is_automatic.eq(mail.is_automatic),
                mails::is_auto_reply.eq(mail.is_auto_reply),
            ),
            mails::original_key.eq(Some(original_key)),
            mails::original_size.eq(Some(original_size)),
            mails::fingerprint.eq(Some(mail.fingerprint)),
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
