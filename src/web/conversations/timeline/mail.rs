//! How a reply that goes by mail fares, in words.

use super::super::page::MailLine;
use crate::db::Utc;
use crate::models::address;
use crate::models::sending::{Fate, Outgoing, Unreached};
use crate::policy::Holding;
use crate::policy::ownership::Reply;
use crate::web::viewer::Viewer;

/// What a message says of its mail to this viewer.
pub(super) fn line(mail: &Outgoing, is_mine: bool, holding: Holding, viewer: &Viewer) -> MailLine {
    let may_send = matches!(viewer.actor().reply(holding), Reply::AsOwner | Reply::ClaimsFirst);
    let (icon, state, reason) = match (&mail.fate, mail.unreached.is_empty()) {
        (Fate::Sent, false) => ("alert", "Sent", missed(&mail.unreached)),
        (fate, _) => words(fate),
    };
    MailLine {
        to: address::shown(&mail.to),
        cc: address::shown(&mail.cc),
        icon,
        state: state.to_owned(),
        reason,
        again: match &mail.fate {
            Fate::PutOff { again, .. } => Some(viewer.soon(*again)),
            _ => None,
        },
        undo: match &mail.fate {
            Fate::Waits { until } if is_mine => Some(seconds_to(*until)),
            _ => None,
        },
        seen: mail.fate.seen().filter(|_| may_send).map(Utc::micros),
    }
}

fn seconds_to(until: Utc) -> i64 {
    (until.since(Utc::now()).num_milliseconds() + 999).div_euclid(1000).clamp(0, 10)
}

fn missed(unreached: &[Unreached]) -> String {
    let told = unreached
        .iter()
        .map(|Unreached { address, reason }| format!("Not delivered to {address}: {reason}"));
    told.collect::<Vec<_>>().join(" ")
}

fn words(fate: &Fate) -> (&'static str, &'static str, String) {
    match fate {
        Fate::Waits { .. } | Fate::Leaving => ("clock", "Sending", String::new()),
        Fate::PutOff { reason, .. } => ("clock", "Not sent yet", reason.clone()),
        Fate::NotSent { reason, .. } => ("alert", "Not sent", reason.clone()),
        Fate::Kept { reason, .. } => ("alert", "Written to a file, not sent", reason.clone()),
        Fate::Unknown { .. } => (
            "alert",
            "May not have been sent",
            "The connection ended while the mail server was taking it. Ask the customer, or try again: \
             they may get it twice."
                .to_owned(),
        ),
        Fate::Sent => ("check", "Sent", String::new()),
        Fate::Bounced { reason } if reason.is_empty() => {
            ("alert", "Not delivered", "It came back.".to_owned())
        }
        Fate::Bounced { reason } => ("alert", "Not delivered", reason.clone()),
    }
}
