//! The inbox that takes mail, and what the team wrote from it first.

use std::collections::HashMap;
use std::convert::Infallible;

use baton::db::{Conn, QueryResult, Stop, Utc, Verb};
use baton::models::address::Address;
use baton::models::delivery::{self, Kind, Room};
use baton::models::mailbox::{self, Details};
use baton::models::sending::beginning::{self, Beginning};
use baton::models::token::{self, Signer};
use baton::models::{history::Person, inbox};
use chrono::TimeDelta;

use super::broken;

/// To whom, about what, and in which words.
const MAILS: [(&str, &str, &str, &str); 2] = [
    (
        "Ines Duarte",
        "ines@velo-atelier.example",
        "Your wheels are trued",
        "Hello Ines,\n\nboth wheels are **trued and tensioned**, and ready to be picked up:\n\n- Monday to Friday, 9 to 18\n- Saturday until 14",
    ),
    (
        "Noah Keller",
        "noah.keller@northwind.example",
        "Spokes for the order of November",
        "Hello Noah,\n\nthe 32 spokes come on Thursday. Shall we send the rest ahead?",
    ),
];

/// Adds the inbox, and lets these members begin a conversation each.
pub fn write(
    conn: &mut Conn,
    signer: &Signer,
    workspace_id: i64,
    by: [Person; 2],
) -> Verb<(), Infallible> {
    let inbox_id = inbox::create_email(conn, workspace_id, "Mail")?;
    let details = Details {
        address: "hello@sprocket.example".into(),
        sender_name: "Sprocket & Co".into(),
        signature: "Sprocket & Co\nHarbour Street 4".into(),
        ..Details::default()
    };
    mailbox::create(conn, signer, workspace_id, inbox_id, &details)?;
    for ((name, email, subject, body), by) in MAILS.into_iter().zip(by) {
        let new = Beginning {
            inbox_id,
            to: Address::new(name, email),
            cc: Vec::new(),
            subject: subject.into(),
            body: body.into(),
            submission: token::short_nonce(),
            files: Vec::new(),
        };
        beginning::begin(conn, by.id(workspace_id), &new).map_err(|stop| match stop {
            Stop::Failed(error) => Stop::Failed(error),
            Stop::Refused(reason) => broken(format!("{reason:?}")),
        })?;
    }
    Ok(deliver(conn)?)
}

/// Lets these mails have left, as where mail is set up: whoever looks at Baton first shall
/// not find failures. What is written in the demo has no server, and its page says so.
fn deliver(conn: &mut Conn) -> QueryResult<()> {
    let now = Utc::now();
    let room = Room {
        kinds: vec![Kind::Reply],
        places: MAILS.len(),
        of_one: MAILS.len(),
        busy: HashMap::new(),
        held: Vec::new(),
    };
    for leased in delivery::lease_due(conn, now.plus(TimeDelta::minutes(1)), &room)? {
        delivery::reply::mark_sent(conn, &leased, false, now)?;
    }
    Ok(())
}
