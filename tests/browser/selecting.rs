//! What is selected in a list that moves by itself.

use crate::live::{at, is_the_same};
use crate::support::Instance;

#[test]
fn a_list_whose_label_goes_grows_to_no_other_one() {
    let (instance, cast) = Instance::with_cast();
    let new = cast.manager.get("/settings/labels/new").form("Save label");
    new.with("Name", "Urgent").set("colour", "red").submit().expect(200, "Added the label");
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    cast.customer_writes(&instance, "Tomas Novak", "My wheel came back bent.");
    let form = cast.manager.open(id).form("Add label").with("Label", "Urgent");
    form.submit().expect(200, "Added the label Urgent.");
    let label = instance.count("SELECT max(id) FROM labels");
    let ana = at(&cast.admin, &format!("/inbox?view=all&label={label}"));
    ana.check("Select Hanna Lindqvist");
    ana.check("All that match");
    ana.sees("All selected");
    cast.manager.get(&format!("/settings/labels/{label}/delete")).form("Delete label").submit();
    ana.sees("The label of this view no longer exists.");
    ana.does_not_see("Tomas Novak");
    ana.has_no_button("Resolve selected");
    is_the_same(&ana);
}

#[test]
fn all_that_match_stays_ticked_for_its_list_alone() {
    let (instance, cast) = Instance::with_cast();
    let mine = cast.owned_by(&instance, &cast.admin);
    // Without a choice the list is *Mine*, and *Unassigned* where that is empty.
    let ana = at(&cast.admin, "/inbox");
    ana.check("Select Hanna Lindqvist");
    ana.check("All that match");
    ana.sees("All selected");
    cast.customer_writes(&instance, "Tomas Novak", "My wheel came back bent.");
    cast.customer_writes(&instance, "Kofi Mensah", "Fifty, please.");
    ana.does_not_see("Tomas Novak");
    cast.manager.open(mine).form("Take over").submit().expect(200, "You own this");
    ana.sees("Tomas Novak");
    ana.does_not_see("All selected");
    assert_eq!(ana.run("return document.querySelector('form.bulk').elements.all.checked"), false);
    is_the_same(&ana);
}
