//! Labels in the list of conversations.

use super::{add, put};
use crate::inbox::listed;
use crate::support::Instance;

#[test]
fn rows_show_their_labels_and_the_list_can_be_filtered_by_one() {
    let (instance, cast) = Instance::with_cast();
    let (one, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "My money, please.");
    cast.customer_writes(&instance, "Kofi Mensah", "Fifty, please.");
    let list = cast.agent.get("/inbox?view=unassigned");
    assert!(!list.has_button("Filter"), "one inbox and no label: nothing to choose");
    let label = add(&instance, &cast, "Refund", "red");
    put(&cast.agent, one, "Refund");
    let list = cast.agent.get("/inbox?view=unassigned");
    list.row("Hanna Lindqvist").expect(200, "Refund");
    assert!(!list.row("Kofi Mensah").says("Refund"));
    let list = list.form("Filter").with("Filter by label", "Refund").submit();
    assert_eq!(listed(&list), ["Hanna Lindqvist"]);
    assert_eq!(list.all("#count-unassigned"), ["1"]);
    // The choice travels along, there and back.
    let page = list.row("Hanna Lindqvist");
    let page = cast.agent.get(&page.attribute("a.row", "href"));
    assert_eq!(listed(&page), ["Hanna Lindqvist"]);
    let back = page.form("Remove label Refund").submit();
    back.expect(200, "Nothing here with this label.");
    // A label that is gone still filters, and the way out is there although no label is.
    cast.manager.get(&format!("/settings/labels/{label}/delete")).form("Delete label").submit();
    let list = cast.agent.get(&format!("/inbox?view=unassigned&label={label}"));
    list.expect(200, "The label of this view no longer exists. Choose another one.");
    assert!(listed(&list).is_empty());
    assert_eq!(list.all("#count-unassigned"), ["0"]);
    let list = list.form("Filter").with("Filter by label", "Label").submit();
    assert_eq!(listed(&list), ["Kofi Mensah", "Hanna Lindqvist"]);
}

#[test]
fn all_that_match_a_label_that_is_gone_are_none() {
    let (instance, cast) = Instance::with_cast();
    let (one, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "My money, please.");
    cast.customer_writes(&instance, "Kofi Mensah", "Fifty, please.");
    let from = add(&instance, &cast, "Money back", "red");
    add(&instance, &cast, "Refund", "red");
    put(&cast.agent, one, "Money back");
    let address = format!("/inbox?view=unassigned&label={from}");
    let form = cast.agent.get(&address).form("Resolve selected").check("All that match");
    let merge = cast.manager.get(&format!("/settings/labels/{from}/merge"));
    merge.form("Merge labels").submit().expect(200, "Merged Money back into Refund");
    // Neither does the page that was open do it to others, nor one that comes after it.
    form.submit().expect(200, "None resolved.");
    assert!(!cast.agent.get(&address).has_button("Resolve selected"));
    assert_eq!(instance.count("SELECT count(*) FROM conversations WHERE status = 'open'"), 2);
}

#[test]
fn a_row_shows_two_labels_and_counts_the_rest() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    for name in ["Alpha", "Beta", "Gamma", "Delta"] {
        add(&instance, &cast, name, "green");
        put(&cast.agent, id, name);
    }
    let row = cast.agent.get("/inbox?view=unassigned").row("Hanna Lindqvist");
    assert_eq!(row.all(".label-chip"), ["Label Alpha", "Label Beta"]);
    row.expect(200, "2 more labels");
}

#[test]
fn a_label_moves_no_row() {
    let (instance, cast) = Instance::with_cast();
    let (older, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "First.");
    cast.customer_writes(&instance, "Kofi Mensah", "Second.");
    add(&instance, &cast, "Refund", "red");
    put(&cast.agent, older, "Refund");
    let list = cast.agent.get("/inbox?view=unassigned");
    assert_eq!(listed(&list), ["Kofi Mensah", "Hanna Lindqvist"]);
}

#[test]
fn a_filter_shows_nobody_what_they_may_not_see() {
    let (instance, cast) = Instance::with_cast();
    let label = add(&instance, &cast, "Refund", "red");
    let id = cast.owned_by(&instance, &cast.agent);
    put(&cast.agent, id, "Refund");
    for view in ["mine", "unassigned"] {
        let list = cast.other_agent.get(&format!("/inbox?view={view}&label={label}"));
        list.expect(200, "Nothing here with this label.");
    }
    assert!(!cast.outsider.get(&format!("/inbox?view=all&label={label}")).says("Hanna"));
    let list = cast.manager.get(&format!("/inbox?view=all&label={label}"));
    assert_eq!(listed(&list), ["Hanna Lindqvist"]);
}
