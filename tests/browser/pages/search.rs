//! Search, and many rows of the list at once.

use super::Inspection;
use crate::support::Instance;

pub const PAGES: &[&str] = &[
    "/search",
    "/saved-views",
    "/saved-views/new",
    "/saved-views/{id}",
    "/saved-views/{id}/delete",
];

#[test]
fn axe_finds_nothing_on_search_with_and_without_results() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);
    at.visit("/search", "What are you looking for?");
    let long = "Nothing".repeat(40);
    cast.customer_writes(&instance, "Hanna Lindqvist", &format!("A hanger, {long}?"));
    let (id, _) = cast.customer_writes(&instance, "Kofi Mensah", "Hanna sent me: a hanger.");
    cast.agent.open(id).form("Claim").submit();
    at.visit("/search?q=hanna", "Conversations");
    at.visit("/search?q=hanger&owner=999", "no longer in the team");
    at.visit("/search?q=zebra", "Nothing found");
    at.visit("/search?q=zebra&from=2026-02-01&to=2026-01-30", "This is before the day in From.");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_saved_views() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);
    at.visit("/saved-views", "No views yet");
    at.visit("/saved-views/new?address=%2Finbox%3Fview%3Dunassigned", "View name");
    at.window.press("Save view");
    for name in ["Queue", "NothingInThisNameOfAViewCanEverBeBrokenNorWrappedAnywhere"] {
        let fields = [("name", name), ("address", "/inbox?view=unassigned"), ("shared", "yes")];
        cast.manager.browser.post("/saved-views/new", &fields).expect(200, "Saved");
    }
    cast.waiting(&instance);
    at.visit("/inbox?view=unassigned", "Queue");
    at.visit("/search", "Queue");
    at.visit("/saved-views", "shared with the team");
    let id = instance.count("SELECT min(id) FROM saved_views");
    at.visit(&format!("/saved-views/{id}"), "Delete view");
    at.visit(&format!("/saved-views/{id}/delete"), "It leaves everybody’s list.");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_a_list_with_rows_selected() {
    let (instance, cast) = Instance::with_cast();
    for name in ["Ivo", "Nia", "Tom"] {
        cast.customer_writes(&instance, name, "Hello");
    }
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);
    at.window.go("/inbox?view=unassigned");
    at.window.check("Select Nia");
    at.look("1 selected");
    at.window.press("Assign selected");
    at.look("Choose an owner.");
    at.window.press("Resolve selected");
    at.look("1 resolved.");
    at.ends_well();
}
