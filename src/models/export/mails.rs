//! What messages were as mails. The servers of mailboxes stay out: they are secret.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Value, json};

use super::moment;
use crate::db::schema::{mailboxes, mails, messages};
use crate::db::{Conn, Utc};

/// Whom the inboxes that take mail are for customers, by the inbox.
///
/// # Errors
/// When the query fails.
pub fn mailboxes(conn: &mut Conn, workspace_id: i64) -> QueryResult<HashMap<i64, Value>> {
    type Row = (i64, String, String, String);
    let rows: Vec<Row> = mailboxes::table
        .filter(mailboxes::workspace_id.eq(workspace_id))
        .select((
            mailboxes::inbox_id,
            mailboxes::address,
            mailboxes::sender_name,
            mailboxes::signature,
        ))
        .load(conn)?;
    let to_json = |(id, address, sender_name, signature): Row| {
        let mailbox =
            json!({ "address": address, "sender_name": sender_name, "signature": signature });
        (id, mailbox)
    };
    Ok(rows.into_iter().map(to_json).collect())
}

/// The mails of these conversations, by the message.
///
/// # Errors
/// When the query fails.
pub fn of(
    conn: &mut Conn,
    workspace_id: i64,
    conversations: Vec<i64>,
) -> QueryResult<HashMap<i64, Value>> {
    type People = (String, String, String, String, Option<String>);
    type Fate = (bool, bool, bool, Option<Utc>, Option<String>, Option<String>);
    type Row = (i64, String, String, String, People, String, Fate);
    let rows: Vec<Row> = messages::table
        .inner_join(mails::table)
        .filter(messages::workspace_id.eq(workspace_id))
        .filter(messages::conversation_id.eq_any(conversations))
        .select((
            mails::message_id,
            mails::header_id,
            mails::refs,
            mails::subject,
            (
                mails::from_name,
                mails::from_address,
                mails::to_list,
                mails::cc_list,
                mails::reply_to,
            ),
            mails::quoted,
            (
                mails::is_automatic,
                mails::is_auto_reply,
                mails::is_colleague,
                mails::bounced_at,
                mails::bounce_reason,
                mails::unreached,
            ),
        ))
        .load(conn)?;
    let to_json = |(id, header_id, refs, subject, people, quoted, fate): Row| {
        let (from_name, from_address, to, cc, reply_to) = people;
        let (is_automatic, is_auto_reply, is_colleague, bounced_at, bounce_reason, unreached) =
            fate;
        let mail = json!({
            "message_id": header_id,
            "references": refs.split_whitespace().collect::<Vec<_>>(),
            "subject": subject,
            "from_name": from_name,
            "from_address": from_address,
            "to": to.lines().collect::<Vec<_>>(),
            "cc": cc.lines().collect::<Vec<_>>(),
            "reply_to": reply_to.map(|list| list.replace('\n', ", ")),
            "quoted": quoted,
            "is_automatic": is_automatic,
            "is_auto_reply": is_auto_reply,
            "is_colleague": is_colleague,
            "bounced_at": moment(bounced_at),
            "bounce_reason": bounce_reason,
            "unreached": unreached.unwrap_or_default().lines().collect::<Vec<_>>(),
        });
        (id, mail)
    };
    Ok(rows.into_iter().map(to_json).collect())
}
