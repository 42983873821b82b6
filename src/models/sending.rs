//! What members write to customers by mail: whom it is for, how it fares, and how it
//! is taken back while it has not left.

pub mod beginning;
pub mod fate;
pub mod letter;
pub mod retrying;
pub mod subject;
mod taking_back;
mod unreached;

use diesel::prelude::*;

use super::address::{self, Address};
use super::ownership::{Missing, may_be_missing};
use super::{attachment, delivery, inbox, mailbox, message, text, token, undo};
use crate::db::schema::{contacts, conversations, inboxes, mailboxes, mails, messages};
use crate::db::{Conn, Utc};

pub use fate::{Fate, Outgoing, of_messages};
pub use taking_back::{TakenBack, find_taken_back, sweep, take_back};
pub use unreached::Unreached;

/// What all files of a mail may hold together, in megabytes: what most servers take.
pub const MEGABYTES: i64 = 25;
/// Mails of a conversation that are looked at to address the next one.
const LOOKED_AT: i64 = 50;
/// The Message-IDs that a mail refers to at most: the first ones, and the last.
const REFS_MOST: usize = 30;

/// Why a reply that goes by mail is not taken back, or not tried again.
#[derive(Clone, Debug)]
pub enum Refusal {
    Missing(Missing),
    /// It is already on its way.
    TooLate,
}

may_be_missing!(Refusal);

/// Where the next reply of a conversation goes by mail.
#[derive(Clone, Debug)]
pub struct Mailing {
    workspace_id: i64,
    inbox_id: i64,
    from: Address,
    /// Our own addresses.
    own: Vec<String>,
    /// The customer; none where no address is known.
    pub to: Option<Address>,
    /// There is none since the contact has one of our own addresses.
    pub is_to_us: bool,
    /// Who else is in it, as of the last mail.
    pub cc: Vec<Address>,
    /// There were more than a mail of ours takes.
    pub is_cc_cut: bool,
    subject: String,
    refs: Vec<String>,
    /// The inbox has an SMTP server of its own.
    pub has_own_server: bool,
}

/// A mail of a conversation, as far as the next one cares.
#[derive(Debug, Queryable)]
struct Earlier {
    header_id: String,
    refs: String,
    subject: String,
    from: (String, String),
    to_list: String,
    cc_list: String,
    reply_to: Option<String>,
    is_auto_reply: bool,
    kind: message::Kind,
}

impl Earlier {
    fn came_in(&self) -> bool {
        self.kind == message::Kind::Customer
    }

    /// Who wrote it; none where it does not say so, or says what is no address.
    fn sender(&self) -> Option<Address> {
        let (name, email) = &self.from;
        text::email(email).ok().map(|email| Address::new(name, email))
    }

    /// Where its answers go: as it says, unless that is to ourselves.
    fn answered_at(&self, own: &[String]) -> Vec<Address> {
        let mut elsewhere = self.reply_to.as_deref().map(address::stored).unwrap_or_default();
        elsewhere.retain(|one| !one.is_among(own));
        if elsewhere.is_empty() { self.sender().into_iter().collect() } else { elsewhere }
    }

    /// Whether it came in and names nobody of us: as a blind copy, or by an address that hands
    /// on to ours. Whom it names does not know of us, or is ourselves.
    fn is_blind(&self, own: &[String]) -> bool {
        let mut named =
            [&self.to_list, &self.cc_list].into_iter().flat_map(|list| address::stored(list));
        self.came_in() && !named.any(|one| one.is_among(own))
    }

    /// What an answer to it refers to.
    fn refs_of_answer(&self) -> Vec<String> {
        let mut ids: Vec<String> = self
            .refs
            .split_whitespace()
            .chain([self.header_id.as_str()])
            .filter(|id| is_message_id(id))
            .map(str::to_owned)
            .collect();
        if ids.len() > REFS_MOST {
            ids.drain(1..=ids.len() - REFS_MOST);
        }
        ids
    }
}

impl Mailing {
    /// Whether a list of addresses, as a row keeps it, names nobody but us.
    pub fn is_us_alone(&self, list: &str) -> bool {
        list.lines().count() < 2 && address::stored(list).iter().all(|one| one.is_among(&self.own))
    }

    /// What stands below a member's reply: their signature and the inbox's, as Markdown.
    ///
    /// # Errors
    /// When a query fails.
    pub fn signatures(&self, conn: &mut Conn, membership_id: i64) -> QueryResult<Vec<String>> {
        match mailbox::find(conn, self.workspace_id, self.inbox_id)? {
            Some(mailbox) => letter::signatures(conn, &mailbox, Some(membership_id)),
            None => Ok(Vec::new()),
        }
    }

    /// Where the next reply of a conversation goes; `None` where its inbox takes no mail.
    ///
    /// # Errors
    /// When a query fails.
    pub fn of(
        conn: &mut Conn,
        workspace_id: i64,
        conversation_id: i64,
    ) -> QueryResult<Option<Self>> {
        type Found = (i64, (String, String, String, bool), String, String, Option<String>);
        let found: Option<Found> = conversations::table
            .inner_join(inboxes::table)
            .inner_join(contacts::table)
            .inner_join(mailboxes::table.on(mailboxes::inbox_id.eq(inboxes::id)))
            .filter(conversations::workspace_id.eq(workspace_id))
            .filter(conversations::id.eq(conversation_id))
            .filter(inboxes::kind.eq(inbox::Kind::Email))
            .select((
                inboxes::id,
                (
                    mailboxes::address,
                    mailboxes::sender_name,
                    inboxes::name,
                    mailboxes::smtp_host.ne(""),
                ),
                conversations::subject,
                contacts::name,
                contacts::email,
            ))
            .first(conn)
            .optional()?;
        let Some((inbox_id, mailbox, subject, contact, email)) = found else { return Ok(None) };
        let (own, sender, inbox, has_own_server) = mailbox;
        let earlier = earlier_mails(conn, workspace_id, conversation_id)?;
        let contact = email.map(|email| Address::new(&contact, email));
        let mut ours = own_addresses(conn, workspace_id)?;
        // The inbox had another address before, perhaps.
        ours.extend(earlier.iter().filter(|mail| !mail.came_in()).map(|mail| mail.from.1.clone()));
        let is_ours = contact.as_ref().is_some_and(|one| one.is_among(&ours));
        let to = customer(&earlier, contact, &ours);
        // An automatic answer is answered to the customer alone.
        let last = earlier.iter().find(|mail| !mail.is_auto_reply);
        let (cc, is_cc_cut) = match (last, &to) {
            (Some(last), Some(to)) => others(last, to, &ours),
            _ => (Vec::new(), false),
        };
        let from = Address::new(if sender.is_empty() { &inbox } else { &sender }, own);
        let subject = last.map_or(subject, |last| last.subject.clone());
        let refs = last.or(earlier.first()).map(Earlier::refs_of_answer).unwrap_or_default();
        Ok(Some(Self {
            workspace_id,
            inbox_id,
            from,
            is_to_us: is_ours && to.is_none(),
            to,
            cc,
            is_cc_cut,
            own: ours,
            subject: subject::of_reply(&subject),
            refs,
            has_own_server,
        }))
    }
}

/// Whom a mail that a member sent goes to, and who gets a copy; `None` where there is none.
///
/// # Errors
/// When the query fails.
pub(super) fn recipients_of(
    conn: &mut Conn,
    message_id: i64,
) -> QueryResult<Option<(Address, Vec<Address>)>> {
    let found: Option<(String, String)> = mails::table
        .find(message_id)
        .select((mails::to_list, mails::cc_list))
        .first(conn)
        .optional()?;
    Ok(found.and_then(|(to, cc)| {
        let to = address::stored(&to).into_iter().next()?;
        Some((to, address::stored(&cc)))
    }))
}

/// The mails of a conversation, the newest first.
fn earlier_mails(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
) -> QueryResult<Vec<Earlier>> {
    messages::table
        .inner_join(mails::table)
        .filter(messages::workspace_id.eq(workspace_id))
        .filter(messages::conversation_id.eq(conversation_id))
        .order(messages::id.desc())
        .limit(LOOKED_AT)
        .select((
            mails::header_id,
            mails::refs,
            mails::subject,
            (mails::from_name, mails::from_address),
            mails::to_list,
            mails::cc_list,
            mails::reply_to,
            mails::is_auto_reply,
            messages::kind,
        ))
        .load(conn)
}

/// The customer: where the contact wrote from last. Somebody else who wrote into the
/// thread is no customer; they are in Cc. Nor are we, in whose name a mailing list may
/// write.
fn customer(earlier: &[Earlier], contact: Option<Address>, own: &[String]) -> Option<Address> {
    let mut written = earlier.iter().filter(|mail| mail.came_in() && !mail.is_auto_reply);
    let is_theirs = |mail: &&Earlier| {
        let sender = mail.sender();
        contact.as_ref().is_some_and(|contact| sender.is_some_and(|it| it.email == contact.email))
    };
    let by_contact = written.clone().find(is_theirs);
    let first_sent = || {
        let begun = earlier.iter().rfind(|mail| !mail.came_in())?;
        address::stored(&begun.to_list).into_iter().next()
    };
    let is_other = |one: &Address| !one.is_among(own);
    by_contact
        // A contact that was merged or changed writes from an address of before.
        .or_else(|| written.next_back())
        .and_then(|mail| mail.answered_at(own).into_iter().find(is_other))
        .or(contact.filter(is_other))
        .or_else(|| first_sent().filter(is_other))
}

/// Who else is in the thread: everybody of the last mail, but for us; and whether there
/// are more than a mail takes. Of one that does not name us, only who wrote it.
fn others(last: &Earlier, to: &Address, own: &[String]) -> (Vec<Address>, bool) {
    let mut all = Vec::new();
    if last.came_in() {
        all.extend(last.answered_at(own));
    }
    if !last.is_blind(own) {
        all.extend(address::stored(&last.to_list).into_iter().filter(|_| last.came_in()));
        all.extend(address::stored(&last.cc_list));
    }
    let mut kept: Vec<Address> = Vec::new();
    for one in all {
        let is_new = one.email != to.email && kept.iter().all(|other| other.email != one.email);
        if one.is_among(own) || !is_new {
            continue;
        }
        if kept.len() == address::MOST {
            return (kept, true);
        }
        kept.push(one);
    }
    (kept, false)
}

/// The addresses of the workspace's inboxes.
///
/// # Errors
/// When the query fails.
pub(super) fn own_addresses(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<String>> {
    mailboxes::table
        .filter(mailboxes::workspace_id.eq(workspace_id))
        .select(mailboxes::address)
        .load(conn)
}

/// Whether a header may carry it between its brackets.
fn is_message_id(id: &str) -> bool {
    (3..=200).contains(&id.len())
        && id.contains('@')
        && id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'))
}

/// Whether these files fit into a mail.
pub(super) fn fits(files: &[attachment::WaitingFile]) -> bool {
    files.iter().map(|file| file.size).sum::<i64>() <= MEGABYTES * 1024 * 1024
}

/// Makes a message a mail that leaves as soon as it cannot be taken back any more,
/// in the transaction that stores it.
///
/// # Errors
/// When a query fails.
pub(super) fn enqueue(
    conn: &mut Conn,
    mailing: &Mailing,
    message_id: i64,
    (to, cc): (&Address, &[Address]),
    undo: Option<undo::Id>,
) -> QueryResult<()> {
    let Mailing { workspace_id, inbox_id, from, subject, refs, .. } = mailing;
    let domain = from.email.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let local = token::short_nonce();
    diesel::insert_into(mails::table)
        .values((
            mails::message_id.eq(message_id),
            mails::workspace_id.eq(workspace_id),
            mails::inbox_id.eq(inbox_id),
            mails::header_id.eq(format!("{local}@{domain}")),
            mails::refs.eq(refs.join(" ")),
            mails::subject.eq(subject),
            mails::from_name.eq(&from.name),
            mails::from_address.eq(&from.email),
            mails::to_list.eq(to.to_string()),
            mails::cc_list.eq(address::to_store(cc)),
            mails::quoted.eq(""),
            mails::has_html.eq(true),
            mails::is_automatic.eq(false),
            mails::undo_id.eq(undo),
        ))
        .execute(conn)?;
    let due = Utc::now().plus(undo::UNDOABLE);
    let reply = delivery::reply::New { reply_id: message_id, recipient: &to.email, local: &local };
    delivery::reply::enqueue(conn, *workspace_id, reply, due)
}

#[cfg(test)]
mod tests;
