//! What the demo's team knows and noted about its contacts.

use baton::db::{Conn, QueryResult, Utc};
use baton::models::contact::notes;
use baton::models::contact_field::{Details, Kind};
use baton::models::history::{self, Person};

use super::data::Who;

/// About whom, by whom, so many minutes ago.
const NOTES: [(&str, Who, i64, &str); 4] = [
    (
        "Hanna Lindqvist",
        Who::Ana,
        50,
        "Rides a 2022 Topstone Carbon 3, GRX 2x11. Races cyclocross: always in a hurry before a weekend.",
    ),
    (
        "Northside Couriers",
        Who::Mia,
        60 * 24 * 6,
        "Identity order since November: 24 B05S, 6 L05A.",
    ),
    ("Vélo Lyon", Who::Gil, 60 * 24 * 10, "Invoices in French, to achats@, never to the shop."),
    ("Gwendolyn Ashworth", Who::Ana, 60 * 24 * 7, "Prefers letters. Her neighbour decides."),
];

/// Name, kind, choices, and the values by the names of the contacts.
type Field = (&'static str, Kind, &'static [&'static str], &'static [(&'static str, &'static str)]);

const FIELDS: [Field; 4] = [
    ("Customer number", Kind::Number, &[], &[("Hanna Lindqvist", "20417"), ("Vélo Lyon", "1042")]),
    (
        "Customer since",
        Kind::Date,
        &[],
        &[
            ("Hanna Lindqvist", "2022-05-14"),
            ("Northside Couriers", "2026-11-02"),
            ("Vélo Lyon", "2019-02-01"),
        ],
    ),
    (
        "Kind of customer",
        Kind::Choice,
        &["Private", "Fleet", "Workshop", "Dealer"],
        &[
            ("Hanna Lindqvist", "Private"),
            ("Northside Couriers", "Fleet"),
            ("Vélo Lyon", "Dealer"),
            ("Gwendolyn Ashworth", "Private"),
        ],
    ),
    ("Bike", Kind::Text, &[], &[("Hanna Lindqvist", "Topstone Carbon 3, 2022")]),
];

/// Writes the team's own fields with what is known of the contacts of these names.
pub fn write_fields(
    conn: &mut Conn,
    workspace_id: i64,
    contacts: &[(&str, i64)],
) -> QueryResult<()> {
    for (name, kind, choices, values) in FIELDS {
        let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
        let details = Details { name: name.to_owned(), kind, choices };
        let values: Vec<(i64, &str)> = values
            .iter()
            .filter_map(|(name, value)| {
                let (_, id) = contacts.iter().find(|(one, _)| one == name)?;
                Some((*id, *value))
            })
            .collect();
        history::write_contact_field(conn, workspace_id, &details, &values)?;
    }
    Ok(())
}

/// Writes the notes on the contacts of these names.
pub fn write(
    conn: &mut Conn,
    workspace_id: i64,
    contacts: &[(&str, i64)],
    person: impl Fn(Who) -> Person,
    ago: impl Fn(i64) -> Utc,
) -> QueryResult<()> {
    for (name, who, minutes, body) in NOTES {
        let Some((_, id)) = contacts.iter().find(|(one, _)| *one == name) else { continue };
        let Person { membership_id, name } = person(who);
        notes::write(conn, workspace_id, *id, (membership_id, &name), body, ago(minutes))?;
    }
    Ok(())
}
