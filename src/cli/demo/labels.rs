//! The demo's labels with the conversations that have them, and its quick replies.

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

/// Name, text, times used.
const QUICK_REPLIES: &[(&str, &str, i64)] = &[
    (
        "hours",
        "Hello {{contact.first_name|there}}, the workshop is open Monday to Friday from 9 to 18 and on Saturday from 10 to 14.\n\n{{agent.name}}, {{workspace.name}}",
        41,
    ),
    (
        "return label",
        "Hello {{contact.first_name|there}}, the label is on its way to your address. Drop the parcel anywhere with the yellow sign; the money is back within two days after that.",
        18,
    ),
    (
        "ready",
        "Good news, {{contact.name}}: your bike is ready. You can fetch it any day before six.\n\n{{agent.name}}",
        7,
    ),
];

pub fn write(conn: &mut Conn, workspace_id: i64) -> QueryResult<()> {
    for (name, colour, contacts) in LABELS {
        history::write_label(conn, workspace_id, name, *colour, contacts)?;
    }
    for (name, body, times_used) in QUICK_REPLIES {
        history::write_quick_reply(conn, workspace_id, name, body, *times_used)?;
    }
    Ok(())
}
