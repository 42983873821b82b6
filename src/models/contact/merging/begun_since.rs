//! What the customer of a merged contact began as part of the other one: theirs again, once
//! the merge is undone.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::schema::{conversations, mails, messages, visitors};
use crate::db::{Conn, Utc};
use crate::models::contact::{Contact, addresses};
use crate::models::{address, message};

/// Gives the merged one the conversations that began since the merge in one of its
/// browsers, or by a mail from or to one of its addresses. Visitors and addresses have gone
/// back already; an address that the target has as well tells nothing.
pub(super) fn move_back(
    conn: &mut Conn,
    workspace_id: i64,
    since: Utc,
    (merged, target): (&Contact, &Contact),
) -> QueryResult<()> {
    let begun: Vec<(i64, Option<i64>)> = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::contact_id.eq(target.id))
        .filter(conversations::created_at.ge(since))
        .select((conversations::id, conversations::visitor_id))
        .load(conn)?;
    if begun.is_empty() {
        return Ok(());
    }
    let browsers: Vec<i64> = visitors::table
        .filter(visitors::workspace_id.eq(workspace_id))
        .filter(visitors::contact_id.eq(merged.id))
        .select(visitors::id)
        .load(conn)?;
    let mut theirs = all_addresses(conn, workspace_id, merged)?;
    let others = all_addresses(conn, workspace_id, target)?;
    theirs.retain(|email| !others.contains(email));
    let with = first_mails(conn, workspace_id, begun.iter().map(|(id, _)| *id).collect())?;
    let is_theirs = |(id, browser): &(i64, Option<i64>)| match browser {
        Some(browser) => browsers.contains(browser),
        None => with.get(id).is_some_and(|with| with.iter().any(|one| theirs.contains(one))),
    };
    let back: Vec<i64> = begun.iter().filter(|one| is_theirs(one)).map(|(id, _)| *id).collect();
    diesel::update(conversations::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::id.eq_any(back))
        .set(conversations::contact_id.eq(merged.id))
        .execute(conn)
        .map(|_| ())
}

fn all_addresses(
    conn: &mut Conn,
    workspace_id: i64,
    contact: &Contact,
) -> QueryResult<Vec<String>> {
    let further = addresses::of_contacts(conn, workspace_id, vec![contact.id])?;
    Ok(contact.email.iter().cloned().chain(further.into_iter().map(|(_, email)| email)).collect())
}

/// With whom conversations began, by the addresses of their first mails: who wrote it, or
/// whom a member wrote to.
fn first_mails(
    conn: &mut Conn,
    workspace_id: i64,
    ids: Vec<i64>,
) -> QueryResult<HashMap<i64, Vec<String>>> {
    let found: Vec<(i64, message::Kind, String, String)> = messages::table
        .inner_join(mails::table)
        .filter(messages::workspace_id.eq(workspace_id))
        .filter(messages::conversation_id.eq_any(ids))
        .order(messages::id)
        .select((messages::conversation_id, messages::kind, mails::from_address, mails::to_list))
        .load(conn)?;
    let mut first = HashMap::new();
    for (id, kind, from, to) in found {
        first.entry(id).or_insert_with(|| match kind {
            message::Kind::Customer => vec![from],
            _ => address::stored(&to).into_iter().map(|to| to.email).collect(),
        });
    }
    Ok(first)
}
