//! What follows a mail that came in, mostly before anybody has answered it: a customer's
//! second mail refers to their first one, whose Message-ID is none of ours.
//!
//! Such an id is no secret: its writer chose it, everybody in the mail has seen it, and
//! some programs make ids that can be guessed. So it opens nothing by itself. A mail joins
//! by it where it is from the conversation's contact, or names them too, and is among the
//! same people as the mail that it refers to: nobody gets an answer, with what it quotes,
//! who did not get that mail, and nobody answers to more people than they wrote to.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{IncomingMail, Writer};
use crate::db::Conn;
use crate::db::schema::{contacts, conversations, mails, messages};
use crate::models::address::{self, Address};
use crate::models::contact::blocking;
use crate::models::inbox::Inbox;
use crate::models::{sending, text};

/// A mail that came in, as far as what follows it cares.
#[derive(Queryable)]
struct Earlier {
    header_id: String,
    message_id: i64,
    conversation_id: i64,
    people: People,
    contact: (i64, Option<String>),
}

/// The people of a mail, as its row keeps them.
#[derive(Queryable)]
struct People {
    from: String,
    to_list: String,
    cc_list: String,
    reply_to: Option<String>,
}

/// The conversation of this inbox that a mail goes on with, by the Message-ID of another
/// that came in. What is put aside, and what answers by itself, goes on with none.
///
/// # Errors
/// When a query fails.
pub(super) fn find(
    conn: &mut Conn,
    inbox: &Inbox,
    letter: &IncomingMail,
) -> QueryResult<Option<i64>> {
    let is_meant = letter.bounce.is_none() && letter.writer != Writer::AutoReply;
    if !is_meant || inbox.is_archived() || letter.refs.is_empty() || letter.from_address.is_empty()
    {
        return Ok(None);
    }
    let mut found: Vec<Earlier> = mails::table
        .inner_join(messages::table.inner_join(conversations::table.inner_join(contacts::table)))
        .filter(mails::workspace_id.eq(inbox.workspace_id))
        .filter(mails::inbox_id.eq(inbox.id))
        .filter(mails::header_id.eq_any(letter.refs.clone()))
        .filter(mails::fingerprint.is_not_null())
        .filter(conversations::spam_at.is_null())
        .select((
            mails::header_id,
            messages::id,
            messages::conversation_id,
            (mails::from_address, mails::to_list, mails::cc_list, mails::reply_to),
            (contacts::id, contacts::email),
        ))
        .load(conn)?;
    if found.is_empty() {
        return Ok(None);
    }
    let own = sending::own_addresses(conn, inbox.workspace_id)?;
    let place = |id: &String| letter.refs.iter().rposition(|known| known == id);
    found.sort_by_key(|one| std::cmp::Reverse((place(&one.header_id), one.message_id)));
    let Some(earlier) = found.into_iter().find(|earlier| goes_on(letter, earlier, &own)) else {
        return Ok(None);
    };
    let (contact, from) = (Some(earlier.contact.0), Some(letter.from_address.as_str()));
    let is_refused = blocking::is_refused(conn, inbox.workspace_id, None, contact, from)?;
    Ok((!is_refused).then_some(earlier.conversation_id))
}

/// Whether a mail is from the contact of the conversation or to them as well, and among
/// the same people.
fn goes_on(letter: &IncomingMail, earlier: &Earlier, own: &[String]) -> bool {
    let Some(contact) = &earlier.contact.1 else { return false };
    let people = People {
        from: letter.from_address.clone(),
        to_list: letter.to_list.clone(),
        cc_list: letter.cc_list.clone(),
        reply_to: letter.reply_to.clone(),
    };
    let (named, mut before) = (people.named(own), earlier.people.named(own));
    before.insert(contact.clone());
    named.contains(contact) && named == before
}

impl People {
    /// Everybody but us.
    fn named(&self, own: &[String]) -> BTreeSet<String> {
        let lists = [&self.to_list, &self.cc_list, self.reply_to.as_ref().unwrap_or(&self.from)];
        let from = text::email(&self.from).ok().map(|email| Address::new("", email));
        let listed = lists.into_iter().flat_map(|list| address::stored(list));
        let all = listed.chain(from).filter(|one| !one.is_among(own));
        all.map(|one| one.email).collect()
    }
}
