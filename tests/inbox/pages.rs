//! The newest activity first, in pages that begin where the last one ended.

use std::collections::BTreeSet;

use super::{fill, listed};
use crate::support::{Instance, Page};

/// Goes through every page by *Older*, doing something between them.
fn walk(first: Page, mut between: impl FnMut()) -> Vec<Vec<String>> {
    let mut pages = vec![listed(&first)];
    let mut page = first;
    while page.find_link("Older").is_some() {
        between();
        page = page.click("Older");
        pages.push(listed(&page));
    }
    pages
}

#[test]
fn the_newest_activity_comes_first() {
    let (instance, cast) = Instance::with_cast();
    let (hanna, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    let (ivo, _) = cast.customer_writes(&instance, "Ivo Martens", "A dent.");
    let list = || listed(&cast.manager.get("/inbox?view=all"));
    assert_eq!(list(), ["Ivo Martens", "Hanna Lindqvist"]);
    cast.customer_adds(&customer, "Hello?");
    assert_eq!(list(), ["Hanna Lindqvist", "Ivo Martens"], "a customer's message");
    cast.agent.open(ivo).form("Claim and send").with("Reply", "Let me see.").submit();
    assert_eq!(list(), ["Ivo Martens", "Hanna Lindqvist"], "a reply");
    cast.manager.open(hanna).form("Add note").with("Note", "A regular.").submit();
    assert_eq!(list(), ["Hanna Lindqvist", "Ivo Martens"], "a note");
    cast.manager.open(ivo).form("Resolve").submit().form("Reopen").submit();
    assert_eq!(list(), ["Ivo Martens", "Hanna Lindqvist"], "being reopened");
    cast.agent.open(hanna);
    assert_eq!(list(), ["Ivo Martens", "Hanna Lindqvist"], "looking is no activity");
}

#[test]
fn pages_skip_and_repeat_nothing_even_when_all_arrived_at_one_moment() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast, 1..=120);
    let pages = walk(cast.manager.get("/inbox?view=all"), || {});
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
    let all: BTreeSet<String> = pages.concat().into_iter().collect();
    assert_eq!(all.len(), 120);
}

#[test]
fn pages_skip_and_repeat_nothing_while_new_ones_arrive() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast, 1..=120);
    let mut arrived = 0;
    let pages = walk(cast.agent.get("/inbox?view=unassigned"), || {
        arrived += 1;
        cast.customer_writes(&instance, &format!("Late {arrived}"), "Hello");
    });
    assert_eq!(arrived, 2);
    let all = pages.concat();
    assert_eq!(all.len(), 120);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 120);
    assert!(all.iter().all(|name| name.starts_with("Customer ")), "{all:?}");
    let newest = cast.agent.get("/inbox?view=unassigned");
    assert_eq!(listed(&newest)[..2], ["Late 2", "Late 1"]);
}

#[test]
fn a_full_page_without_a_next_one_says_so() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast, 1..=50);
    let page = cast.agent.get("/inbox");
    assert_eq!((listed(&page).len(), page.find_link("Older")), (50, None));
    fill(&instance, &cast, 51..=51);
    let page = cast.agent.get("/inbox").click("Older");
    assert_eq!(listed(&page).len(), 1);
    assert_eq!(listed(&page.click("Back to the newest")).len(), 50);
}

#[test]
fn the_next_page_is_of_the_same_list() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast, 1..=60);
    instance.execute("UPDATE conversations SET status = 'resolved'");
    let other = cast.waiting(&instance);
    let page = cast.manager.get("/inbox?view=unassigned&status=resolved").click("Older");
    assert_eq!(listed(&page).len(), 10);
    let row = page.attribute(".rows a", "href");
    assert!(row.contains("view=unassigned") && row.contains("status=resolved"), "{row}");
    assert!(!listed(&page).contains(&"Hanna Lindqvist".to_owned()), "{other} is open");
}

#[test]
fn the_place_where_a_page_ended_may_be_gone() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast, 1..=60);
    let page = cast.agent.get("/inbox?view=unassigned");
    let last = page.attribute(".rows li:last-child a", "href");
    cast.manager.get(&last).form("Claim").submit().expect(200, "You own this");
    assert_eq!(listed(&page.click("Older")).len(), 10);
}

#[test]
fn who_works_on_a_later_page_stays_on_it() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast, 1..=120);
    let first = cast.agent.get("/inbox?view=unassigned");
    let page = first.click("Older");
    let names = listed(&page);
    let open = cast.agent.get(&page.attribute(".rows li:nth-child(3) a", "href"));
    assert_eq!(listed(&open), names, "the list beside it is the same page");
    let next = format!("Next: {}", names[3]);
    open.form("Resolve").submit().click(&next).expect(200, &format!("From {}", names[3]));
    let form = page.form("Resolve selected").check(&format!("Select {}", names[4]));
    let left = listed(&form.submit());
    assert_eq!(left[..3], [&names[..2], &names[3..4]].concat());
    assert_eq!(left[3], names[5]);
    // What follows the last row of a page is the first of the next.
    let last = cast.agent.get(&first.attribute(".rows li:last-child a", "href"));
    last.form("Resolve").submit().expect(200, &format!("Next: {}", names[0]));
}
