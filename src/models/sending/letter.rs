//! What a reply is as a mail, read when it leaves.

use diesel::prelude::*;

use crate::db::schema::{deliveries, mails, memberships, messages, users, workspaces};
use crate::db::{Conn, Utc};
use crate::models::address::{self, Address};
use crate::models::attachment::{self, Attachment};
use crate::models::mailbox::{self, Mailbox};
use crate::models::message::Kind;

/// Messages that are quoted at the end.
const QUOTED: usize = 10;
/// Messages that are looked at for that.
const LOOKED_AT: i64 = 50;

/// A reply, with everything that its mail says.
#[derive(Clone, Debug)]
pub struct OutgoingMail {
    pub mailbox: Mailbox,
    pub conversation_id: i64,
    pub header_id: String,
    /// The Message-IDs that it answers, the oldest first.
    pub refs: Vec<String>,
    pub subject: String,
    pub from: Address,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    /// Markdown.
    pub body: String,
    /// When it was written.
    pub written_at: Utc,
    /// The author's signature and the mailbox's, those that are not empty, as Markdown.
    pub signatures: Vec<String>,
    pub files: Vec<Attachment>,
    /// What was said before, the newest first.
    pub history: Vec<Said>,
    /// The workspace's time zone by its IANA name.
    pub time_zone: String,
}

/// A message of before.
#[derive(Clone, Debug, Queryable)]
pub struct Said {
    pub kind: Kind,
    /// As customers see it.
    pub name: String,
    pub body: String,
    pub at: Utc,
}

impl Said {
    /// Whether it is Markdown: what members write is.
    pub fn is_markdown(&self) -> bool {
        self.kind == Kind::Reply
    }
}

type MailRow = (String, String, String, (String, String), String, String);
type MessageRow = (i64, String, Utc, Option<i64>);

/// Reads a reply as it leaves; `None` where it, or its inbox's mailbox, is gone.
///
/// # Errors
/// When a query fails.
pub fn read(conn: &mut Conn, message_id: i64) -> QueryResult<Option<OutgoingMail>> {
    type Found = (i64, i64, MailRow, MessageRow, String);
    let found: Option<Found> = messages::table
        .inner_join(mails::table)
        .inner_join(workspaces::table.on(workspaces::id.eq(messages::workspace_id)))
        .filter(messages::id.eq(message_id))
        .select((
            messages::workspace_id,
            mails::inbox_id,
            (
                mails::header_id,
                mails::refs,
                mails::subject,
                (mails::from_name, mails::from_address),
                mails::to_list,
                mails::cc_list,
            ),
            (messages::conversation_id, messages::body, messages::created_at, messages::author_id),
            workspaces::time_zone,
        ))
        .first(conn)
        .optional()?;
    let Some((workspace_id, inbox_id, mail, message, time_zone)) = found else { return Ok(None) };
    let Some(mailbox) = mailbox::find(conn, workspace_id, inbox_id)? else { return Ok(None) };
    let (header_id, refs, subject, (from_name, from_address), to, cc) = mail;
    let (conversation_id, body, written_at, author) = message;
    let signatures = signatures(conn, &mailbox, author)?;
    let files = attachment::of_messages(conn, workspace_id, vec![message_id])?;
    let to = address::stored(&to);
    let history = history(conn, workspace_id, (conversation_id, message_id), &to)?;
    Ok(Some(OutgoingMail {
        mailbox,
        conversation_id,
        header_id,
        refs: refs.split_whitespace().map(str::to_owned).collect(),
        subject,
        from: Address::new(&from_name, from_address),
        to,
        cc: address::stored(&cc),
        body,
        written_at,
        signatures,
        files,
        history,
        time_zone,
    }))
}

/// The author's signature and the mailbox's, those that are not empty.
pub(super) fn signatures(
    conn: &mut Conn,
    mailbox: &Mailbox,
    author: Option<i64>,
) -> QueryResult<Vec<String>> {
    let own = match author {
        Some(author) => signature_of(conn, author)?,
        None => String::new(),
    };
    let both = [own, mailbox.signature.clone()];
    Ok(both.into_iter().filter(|text| !text.trim().is_empty()).collect())
}

fn signature_of(conn: &mut Conn, membership_id: i64) -> QueryResult<String> {
    memberships::table
        .inner_join(users::table)
        .filter(memberships::id.eq(membership_id))
        .select(users::signature)
        .first(conn)
}

/// The people of a mail that came in, and whether a machine answered by itself.
type People = (String, String, String, Option<String>, bool);

/// What the customer knows already: never a note, nor a reply that did not leave, nor what
/// somebody else wrote to us alone.
fn history(
    conn: &mut Conn,
    workspace_id: i64,
    (conversation_id, before): (i64, i64),
    to: &[Address],
) -> QueryResult<Vec<Said>> {
    let not_sent = deliveries::table
        .filter(deliveries::reply_id.eq(messages::id.nullable()))
        .filter(deliveries::sent_at.is_null());
    let came_in = (
        mails::from_address,
        mails::to_list,
        mails::cc_list,
        mails::reply_to,
        mails::is_auto_reply,
    );
    let found: Vec<(Said, Option<People>)> = messages::table
        .left_join(mails::table)
        .filter(messages::workspace_id.eq(workspace_id))
        .filter(messages::conversation_id.eq(conversation_id))
        .filter(messages::id.lt(before))
        .filter(messages::kind.ne(Kind::Note))
        .filter(diesel::dsl::not(diesel::dsl::exists(not_sent)))
        .order(messages::id.desc())
        .limit(LOOKED_AT)
        .select((
            (messages::kind, messages::public_name, messages::body, messages::created_at),
            came_in.nullable(),
        ))
        .load(conn)?;
    let known = found.into_iter().filter(|(said, mail)| {
        said.kind != Kind::Customer || mail.as_ref().is_none_or(|people| is_known_to(to, people))
    });
    Ok(known.map(|(said, _)| said).take(QUOTED).collect())
}

/// Whether any of these wrote a mail, or got it, or gets its answers.
fn is_known_to(to: &[Address], (from, to_list, cc_list, reply_to, is_auto_reply): &People) -> bool {
    let lists = [Some(to_list), Some(cc_list), reply_to.as_ref()];
    let listed: Vec<Address> =
        lists.into_iter().flatten().flat_map(|of| address::stored(of)).collect();
    let is_theirs =
        |one: &Address| one.email == *from || listed.iter().any(|other| other.email == one.email);
    !is_auto_reply && to.iter().any(is_theirs)
}
