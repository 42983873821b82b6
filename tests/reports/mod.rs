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

fn fill(instance: &Instance, cast: &Cast) -> Filled {
    let person =
        |member: &Member| Person { membership_id: member.membership_id, name: member.name.clone() };
    let (mia, gil) = (person(&cast.agent), person(&cast.manager));
    let customer = |moment| (at(moment), Event::Customer("Hello?".to_owned()));
    let reply = |moment, by: &Person| (at(moment), Event::Reply(by.clone(), "Hello!".to_owned()));
    let resolved = |moment, by: &Person| (at(moment), Event::Resolved(by.clone()));
    let first = "SELECT min(id) FROM inboxes WHERE workspace_id =";
    let chat = instance.count(&format!("{first} {}", cast.workspace_id));
    let workspace_id = cast.workspace_id;
    let written = instance.db().change_now(|conn| {
        let workshop = inbox::create_web_chat(conn, workspace_id, "Workshop", "")?;
        let stories = [
            // A: Saturday 23:30, answered Sunday 01:30, resolved Monday 00:30.
            (
                chat,
                vec![
                    customer("03-28 22:30:00"),
                    reply("03-29 00:30:00", &mia),
                    resolved("03-29 22:30:00", &mia),
                ],
            ),
            // B: Sunday as it begins, answered as the clocks have gone forward,
            // resolved in Sunday's last second.
            (
                workshop,
                vec![
                    customer("03-28 23:00:00"),
                    reply("03-29 01:00:00", &gil),
                    reply("03-29 01:10:00", &gil),
                    resolved("03-29 21:59:59", &gil),
                ],
            ),
            // C: Monday as it begins; nobody has it.
            (workshop, vec![customer("03-29 22:00:00")]),
            // D: Friday's last second, so before the period; answered and resolved on
            // Saturday, reopened by the customer, resolved once more.
            (
                chat,
                vec![
                    customer("03-27 22:59:59"),
                    reply("03-28 08:00:00", &mia),
                    resolved("03-28 09:00:00", &mia),
                    customer("03-28 10:00:00"),
                    resolved("03-28 10:30:00", &gil),
                ],
            ),
            // E: will be spam.
            (chat, vec![customer("03-29 08:00:00"), reply("03-29 09:00:00", &gil)]),
            // F: Sunday 02:30, answered at 02:30 again, resolved in its last second.
            (
                chat,
                vec![
                    customer("10-25 00:30:00"),
                    reply("10-25 01:30:00", &mia),
                    resolved("10-25 22:59:59", &mia),
                ],
            ),
            // G: Sunday as it begins, answered 25 hours later as Monday begins.
            (chat, vec![customer("10-24 22:00:00"), reply("10-25 23:00:00", &gil)]),
            // H: Friday 16:00, before the period, answered Monday 10:00.
            (chat, vec![customer("10-23 14:00:00"), reply("10-26 09:00:00", &gil)]),
        ];
        let contacts: Vec<NewContact> = (0..stories.len())
            .map(|n| NewContact {
                name: format!("Customer {n}"),
                email: None,
                phone: None,
                company: None,
                created_at: at("03-01 00:00:00"),
                values: Vec::new(),
            })
            .collect();
        let ids = write_contacts(conn, workspace_id, &contacts)?;
        let stories: Vec<Story> = stories
            .into_iter()
            .zip(&ids)
            .map(|((inbox_id, events), contact_id)| Story {
                inbox_id,
                contact_id: *contact_id,
                contact_name: "Customer".to_owned(),
                events,
                read_by: Vec::new(),
                notify: false,
            })
            .collect();
        history::write_stories(conn, workspace_id, &stories)?;
        Ok(ids)
    });
    let contacts = written.expect("the database works");
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
