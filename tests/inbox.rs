//! `/inbox`: whose conversations, how many, in which order, and what is new.

mod beginning;
mod bulk;
mod pages;
mod unread;
mod views;
mod waiting;
mod waits;

use baton::db::Utc;
use baton::models::contact::bulk::{NewContact, write_contacts};
use baton::models::history::{self, Event, Story};
use chrono::TimeDelta;

use crate::support::{Cast, Instance, Page};

/// The contacts of the rows, in their order.
pub fn listed(page: &Page) -> Vec<String> {
    page.all(".rows .row-name")
        .into_iter()
        .map(|name| name.trim_start_matches("Unread. ").to_owned())
        .collect()
}

/// The contacts of the rows that are marked as unread.
fn unread(page: &Page) -> Vec<String> {
    page.all(".rows .is-unread .row-name")
        .into_iter()
        .map(|name| name.trim_start_matches("Unread. ").to_owned())
        .collect()
}

/// What a tab says its view holds.
fn count(page: &Page, view: &str) -> String {
    page.all(&format!("#count-{view}")).concat()
}

/// Writes waiting conversations of `Customer 1`, `Customer 2` and so on, all of
/// whose messages arrived at one moment.
fn fill(instance: &Instance, cast: &Cast, customers: std::ops::RangeInclusive<usize>) {
    let at = Utc::now().minus(TimeDelta::hours(2));
    let (workspace_id, inbox_id) = (cast.workspace_id, instance.first_inbox(cast.workspace_id));
    let contacts: Vec<NewContact> = customers
        .map(|n| NewContact {
            name: format!("Customer {n}"),
            email: None,
            phone: None,
            company: None,
            values: Vec::new(),
            created_at: at,
        })
        .collect();
    instance.write(|conn| {
        let ids = write_contacts(conn, workspace_id, &contacts)?;
        let stories: Vec<Story> = ids
            .into_iter()
            .zip(&contacts)
            .map(|(contact_id, contact)| Story {
                inbox_id,
                contact_id,
                contact_name: contact.name.clone(),
                events: vec![(at, Event::Customer(format!("From {}", contact.name)))],
                read_by: Vec::new(),
                notify: false,
            })
            .collect();
        history::write_stories(conn, workspace_id, &stories)
    });
}
