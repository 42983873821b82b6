//! The demo's labels, and the conversations that have them.

use baton::db::{Conn, QueryResult};
use baton::models::history;
use baton::models::label::Colour;

/// By the name of the customer.
const LABELS: &[(&str, Colour, &[&str])] = &[
    (
        "Delivery",
        Colour::Blue,
        &["Élodie Marchetti", "Pedalwerk Workshop", "Ravi Patel", "Ingrid Solberg"],
    ),
    ("Invoice", Colour::Yellow, &["Noor Haddad", "Mateo Herrera", "Pedalwerk Workshop"]),
    (
        "Return",
        Colour::Purple,
        &["Priya Raman", "Yuki Tanabe", "Jonas Okafor", "Rental desk, Harbour Bikes"],
    ),
    ("Spare part", Colour::Green, &["Hanna Lindqvist", "Sam Whitlock", "Declan O’Byrne"]),
    ("Urgent", Colour::Red, &["Hanna Lindqvist", "Mateo Herrera", "Pedalwerk Workshop"]),
    ("Website", Colour::Grey, &["Freya Nielsen", "Maximiliane-Theodora von Hohenstein-Wartenberg"]),
];

pub fn write(conn: &mut Conn, workspace_id: i64) -> QueryResult<()> {
    for (name, colour, contacts) in LABELS {
        history::write_label(conn, workspace_id, name, *colour, contacts)?;
    }
    Ok(())
}
