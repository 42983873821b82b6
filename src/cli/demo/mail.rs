//! The inbox that takes mail, and what the team wrote from it first.

use std::convert::Infallible;

use baton::db::{Conn, Stop, Verb};
use baton::models::address::Address;
use baton::models::mailbox::{self, Details};
use baton::models::sending::beginning::{self, Beginning};
use baton::models::token::{self, Signer};
use baton::models::{history::Person, inbox};

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
        beginning::begin(conn, (workspace_id, by.membership_id), &new).map_err(
            |stop| match stop {
                Stop::Failed(error) => Stop::Failed(error),
                Stop::Refused(reason) => broken(format!("{reason:?}")),
            },
        )?;
    }
    Ok(())
}
