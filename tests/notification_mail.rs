//! What members are told by mail, and how they end it.

mod choosing;
mod leaving;
mod nodes;
mod stopping;

use crate::support::Member;

const MIA: &str = "mia@sprocket.example";

/// How a member is told of a kind from now on.
fn chooses(by: &Member, occasion: &str, way: &str) {
    let form = by.get("/settings/profile").form("Save profile").with(occasion, way);
    form.submit().expect(200, "Your profile is saved.");
}
