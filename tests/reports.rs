//! Reports: the figures, worked out by hand on days at which the clocks change; who
//! sees them, and how they leave as tables.

mod counting;
mod page;
mod verbs;

use baton::db::Utc;
use baton::models::contact::bulk::{NewContact, write_contacts};
use baton::models::history::{self, Event, Person, Story};
use baton::models::inbox;
use baton::models::report::{Figures, Period, Times};
use chrono::DateTime;

use crate::support::{Cast, Instance, Member};

const REPORTS: &str = "/reports";

/// A moment of 2026, as `03-28 22:30:00` in UTC.
fn at(text: &str) -> Utc {
    let full = format!("2026-{}Z", text.replace(' ', "T"));
    DateTime::parse_from_rfc3339(&full).expect("a moment").to_utc().into()
}

fn period(first: &str, last: &str) -> Period {
    let day = |text: &str| format!("2026-{text}").parse().expect("a day");
    Period { first: day(first), last: day(last), zone: chrono_tz::Europe::Berlin }
}

fn times(count: usize, median: i64, p90: i64) -> Times {
    Times { count, median: Some(median), p90: Some(p90) }
}

fn figures(
    (opened, resolved, replies): (i64, i64, i64),
    response: Times,
    resolution: Times,
) -> Figures {
    Figures { opened, resolved, replies, response, resolution }
}

/// The team's days in spring and in autumn. Berlin is an hour ahead of UTC in winter
/// and two in summer; the clocks changed on Sunday 29 March and Sunday 25 October, both
/// at 01:00 UTC.
struct Filled {
    /// The conversations A to D, and E, which is to be spam; then F to H of autumn.
    ids: Vec<i64>,
}

/// What happens in each conversation, by its letter.
fn steps(mia: &Person, gil: &Person) -> Vec<(char, Utc, Event)> {
    let written = |of, moment| (of, at(moment), Event::Customer("Hello?".to_owned()));
    let answered =
        |of, moment, by: &Person| (of, at(moment), Event::Reply(by.clone(), "Hello!".to_owned()));
    let resolved = |of, moment, by: &Person| (of, at(moment), Event::Resolved(by.clone()));
    vec![
        // Saturday 23:30, answered Sunday 01:30, resolved Monday 00:30.
        written('A', "03-28 22:30:00"),
        answered('A', "03-29 00:30:00", mia),
        resolved('A', "03-29 22:30:00", mia),
        // Sunday as it begins, answered as the clocks have gone forward, resolved in
        // Sunday's last second.
        written('B', "03-28 23:00:00"),
        answered('B', "03-29 01:00:00", gil),
        answered('B', "03-29 01:10:00", gil),
        resolved('B', "03-29 21:59:59", gil),
        // Monday as it begins; nobody has it.
        written('C', "03-29 22:00:00"),
        // Friday's last second, so before the period; answered and resolved on Saturday,
        // reopened by the customer, resolved once more.
        written('D', "03-27 22:59:59"),
        answered('D', "03-28 08:00:00", mia),
        resolved('D', "03-28 09:00:00", mia),
        written('D', "03-28 10:00:00"),
        resolved('D', "03-28 10:30:00", gil),
        // Will be spam.
        written('E', "03-29 08:00:00"),
        answered('E', "03-29 09:00:00", gil),
        // Sunday 02:30, answered at 02:30 again, resolved in its last second.
        written('F', "10-25 00:30:00"),
        answered('F', "10-25 01:30:00", mia),
        resolved('F', "10-25 22:59:59", mia),
        // Sunday as it begins, answered 25 hours later as Monday begins.
        written('G', "10-24 22:00:00"),
        answered('G', "10-25 23:00:00", gil),
        // Friday 16:00, before the period, answered Monday 10:00.
        written('H', "10-23 14:00:00"),
        answered('H', "10-26 09:00:00", gil),
    ]
}

fn fill(instance: &Instance, cast: &Cast) -> Filled {
    let (workspace_id, chat) = (cast.workspace_id, instance.first_inbox(cast.workspace_id));
    let person =
        |member: &Member| Person { membership_id: member.membership_id, name: member.name.clone() };
    let steps = steps(&person(&cast.agent), &person(&cast.manager));
    let of = |letter| {
        let steps = steps.iter().filter(move |(of, ..)| *of == letter);
        steps.map(|(_, at, event)| (*at, event.clone())).collect()
    };
    let letters = 'A'..='H';
    let contacts = instance.write(|conn| {
        let workshop = inbox::create_web_chat(conn, workspace_id, "Workshop", "")?;
        let customers: Vec<NewContact> = letters
            .clone()
            .map(|letter| NewContact {
                name: format!("Customer {letter}"),
                email: None,
                phone: None,
                company: None,
                created_at: at("03-01 00:00:00"),
                values: Vec::new(),
            })
            .collect();
        let ids = write_contacts(conn, workspace_id, &customers)?;
        let stories: Vec<Story> = letters
            .clone()
            .zip(&ids)
            .map(|(letter, contact_id)| Story {
                inbox_id: if matches!(letter, 'B' | 'C') { workshop } else { chat },
                contact_id: *contact_id,
                contact_name: "Customer".to_owned(),
                events: of(letter),
                read_by: Vec::new(),
                notify: false,
            })
            .collect();
        history::write_stories(conn, workspace_id, &stories)?;
        Ok(ids)
    });
    let ids: Vec<i64> = contacts
        .iter()
        .map(|id| instance.count(&format!("SELECT id FROM conversations WHERE contact_id = {id}")))
        .collect();
    cast.manager.open(ids[4]).form("Mark as spam").submit().expect(200, "Not spam");
    cast.manager.browser.post("/settings/labels/new", &[("name", "Refund"), ("colour", "red")]);
    let label = instance.count("SELECT max(id) FROM labels").to_string();
    for id in [ids[0], ids[2], ids[4]] {
        let path = format!("/conversations/{id}/label");
        assert_eq!(cast.manager.browser.post(&path, &[("label", &label)]).status, 200);
    }
    Filled { ids }
}
