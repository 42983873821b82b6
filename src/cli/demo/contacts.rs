//! What the demo's team noted about its contacts.

use baton::db::{Conn, QueryResult, Utc};
use baton::models::contact::notes;
use baton::models::history::Person;

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
        "Standing order since November: 24 B05S, 6 L05A.",
    ),
    ("Vélo Lyon", Who::Gil, 60 * 24 * 10, "Invoices in French, to achats@, never to the shop."),
    ("Gwendolyn Ashworth", Who::Ana, 60 * 24 * 7, "Prefers letters. Her neighbour decides."),
];

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
