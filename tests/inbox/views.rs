//! *Mine*, *Unassigned*, *All*; *Open*, *Snoozed*, *Resolved*; inboxes.

use super::{count, fill, listed};
use crate::support::{Cast, Instance, Member};

#[test]
fn it_opens_on_mine_or_on_unassigned_when_mine_is_empty() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let current = |member: &crate::support::Member| {
        member.get("/inbox").all("nav[aria-label=Views] [aria-current]").concat()
    };
    assert!(current(&cast.agent).starts_with("Unassigned"));
    cast.agent.open(id).form("Claim").submit();
    assert!(current(&cast.agent).starts_with("Mine"));
    assert!(current(&cast.manager).starts_with("Unassigned"));
    assert_eq!(listed(&cast.agent.get("/inbox")), ["Hanna Lindqvist"]);
}

#[test]
fn each_view_has_its_conversations_and_says_how_many() {
    let (instance, cast) = Instance::with_cast();
    let (mine, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    let (theirs, _) = cast.customer_writes(&instance, "Ivo Martens", "A dent.");
    cast.customer_writes(&instance, "Nia Okoro", "Opening hours?");
    cast.manager.open(mine).form("Claim").submit();
    cast.agent.open(theirs).form("Claim").submit();
    let page = cast.manager.get("/inbox");
    assert_eq!(listed(&page), ["Hanna Lindqvist"]);
    assert_eq!(listed(&page.click("Unassigned")), ["Nia Okoro"]);
    assert_eq!(listed(&page.click("All")), ["Nia Okoro", "Ivo Martens", "Hanna Lindqvist"]);
    assert_eq!(["mine", "unassigned", "all"].map(|view| count(&page, view)), ["1", "1", "3"]);
    let page = cast.other_agent.get("/inbox");
    assert_eq!(["mine", "unassigned"].map(|view| count(&page, view)), ["0", "1"]);
}

#[test]
fn a_row_says_whether_the_team_wrote_last() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    let said = || cast.agent.get("/inbox").all(".row-text").concat();
    assert_eq!(said(), "In stock?");
    let reply = cast.agent.open(id).form("Claim and send").with("Reply", "Two are left.");
    reply.submit().expect(200, "Claimed and sent.");
    cast.agent.open(id).form("Add note").with("Note", "Or three.").submit();
    assert_eq!(said(), "Answered. Two are left.");
    let chat = format!("/chat/{}", cast.chat_key);
    customer.get(&chat).form("Send").with("Message", "I take one.").submit();
    assert_eq!(said(), "I take one.");
}

#[test]
fn an_agent_has_no_all_and_never_sees_what_others_own() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.other_agent.get("/inbox");
    assert_eq!(page.find_link("All"), None);
    cast.other_agent.get("/inbox?view=all").expect(403, "Your role does not include the view All");
    for view in ["mine", "unassigned"] {
        for status in ["open", "snoozed", "resolved"] {
            let page = cast.other_agent.get(&format!("/inbox?view={view}&status={status}"));
            assert!(listed(&page).is_empty(), "{view} {status}");
        }
    }
    cast.other_agent.open(id).expect(404, "There is nothing here");
}

#[test]
fn each_status_has_its_own_list_in_every_view() {
    let (instance, cast) = Instance::with_cast();
    for (name, button) in
        [("Ivo Martens", Some("Resolve")), ("Nia Okoro", Some("Snooze")), ("Hanna Lindqvist", None)]
    {
        let (id, _) = cast.customer_writes(&instance, name, "Hello");
        let page = cast.agent.open(id).form("Claim").submit();
        if let Some(button) = button {
            page.form(button).submit();
        }
    }
    let page = cast.agent.get("/inbox");
    assert_eq!(listed(&page), ["Hanna Lindqvist"]);
    let snoozed = page.click("Snoozed");
    assert_eq!(listed(&snoozed), ["Nia Okoro"]);
    assert_eq!(count(&snoozed, "mine"), "1");
    assert_eq!(listed(&snoozed.click("Resolved")), ["Ivo Martens"]);
    let all = cast.manager.get("/inbox?view=all&status=resolved");
    assert_eq!(listed(&all), ["Ivo Martens"]);
    assert_eq!(listed(&all.click("Mine")), Vec::<String>::new());
}

#[test]
fn an_empty_list_says_what_it_is_and_where_to_go() {
    let (instance, cast) = Instance::with_cast();
    cast.agent.get("/inbox").expect(200, "Nobody is waiting. New conversations appear here.");
    cast.waiting(&instance);
    let page = cast.agent.get("/inbox?view=mine");
    page.expect(200, "You own no open conversation.");
    assert_eq!(listed(&page.click("See who is waiting")), ["Hanna Lindqvist"]);
    page.click("Snoozed").expect(200, "None of yours is snoozed.");
    page.click("Resolved").expect(200, "You have resolved nothing yet.");
}

#[test]
fn counts_stop_at_99_plus() {
    let (instance, cast) = Instance::with_cast();
    let counts = |member: &Member| {
        let page = member.get("/inbox");
        ["mine", "unassigned", "all"].map(|view| count(&page, view))
    };
    fill(&instance, &cast, 1..=99);
    assert_eq!(counts(&cast.manager), ["0", "99", "99"]);
    cast.owned_by(&instance, &cast.manager);
    assert_eq!(counts(&cast.manager), ["1", "99", "99+"]);
    assert_eq!(counts(&cast.admin), ["0", "99", "99+"], "a colleague's counts too");
    fill(&instance, &cast, 100..=100);
    assert_eq!(counts(&cast.manager), ["1", "99+", "99+"]);
    let mine = cast.manager.get("/inbox?view=mine");
    mine.expect(200, "More than 99 are waiting in Unassigned.");
}

/// A second chat, and a customer who writes there.
fn second_inbox(instance: &Instance, cast: &Cast) {
    let form = cast.admin.get("/settings/inboxes/new").form("Save inbox");
    form.with("Name", "Workshop").submit().expect(200, "Workshop");
    let chat = cast.admin.get("/settings/inboxes").row("Workshop").link("Open chat page");
    let form = instance.browser().get(&chat).form("Send");
    form.with("Your name", "Ivo Martens")
        .with("Email address", "ivo@customer.example")
        .with("Message", "A dent.")
        .submit()
        .expect(200, "A dent.");
}

#[test]
fn lists_and_searches_that_differ_have_titles_that_differ() {
    let (_instance, cast) = Instance::with_cast();
    for (path, title) in [
        ("/inbox?view=unassigned", "Unassigned · Inbox · Baton"),
        ("/inbox?view=mine&status=snoozed", "Mine, snoozed · Inbox · Baton"),
        ("/inbox?view=all&status=spam", "All, spam · Inbox · Baton"),
        ("/search", "Search · Baton"),
        ("/search?q=spokes", "spokes · Search · Baton"),
        ("/contacts", "Contacts · Baton"),
        ("/contacts?q=nobody", "nobody · Contacts · Baton"),
    ] {
        assert_eq!(cast.manager.get(path).all("title").concat(), title);
    }
}

#[test]
fn a_list_is_narrowed_to_one_inbox() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    assert!(!cast.agent.get("/inbox").has_button("Filter"), "there is one inbox");
    second_inbox(&instance, &cast);
    let page = cast.agent.get("/inbox");
    assert_eq!(listed(&page), ["Ivo Martens", "Hanna Lindqvist"]);
    let form = page.form("Filter");
    let options = form.options("Filter by inbox");
    assert_eq!((options.len(), options[0], options[2]), (3, "Inbox", "Workshop"));
    let page = form.with("Filter by inbox", "Workshop").submit();
    assert_eq!(listed(&page), ["Ivo Martens"]);
    assert_eq!(count(&page, "unassigned"), "1");
    page.click("Mine").expect(200, "Nothing here in this inbox.");
    assert_eq!(listed(&page.click("Mine").click("Unassigned")), ["Ivo Martens"], "it stays");
    let row = page.attribute(".rows a", "href");
    let page = cast.agent.get(&row);
    assert_eq!(listed(&page), ["Ivo Martens"], "beside the conversation too");
    let page = page.form("Filter").with("Filter by inbox", "Inbox").submit();
    assert_eq!(listed(&page), ["Ivo Martens", "Hanna Lindqvist"]);
}

#[test]
fn all_is_narrowed_to_one_owner_whose_conversations_are_handed_on() {
    let (instance, cast) = Instance::with_cast();
    for (name, owner) in [("Ivo", "Mia Chen"), ("Nia", "Lukas Brandt"), ("Tom", "Mia Chen")] {
        let (id, _) = cast.customer_writes(&instance, name, "Hello");
        cast.manager.assigns(id, owner);
    }
    cast.customer_writes(&instance, "Zoe", "Hello");
    let page = cast.manager.get("/inbox?view=all");
    assert_eq!(listed(&page), ["Zoe", "Tom", "Nia", "Ivo"]);
    let form = page.form("Filter");
    assert_eq!(form.options("Filter by owner")[0], "Owner");
    let page = form.with("Filter by owner", "Mia Chen").submit();
    assert_eq!(listed(&page), ["Tom", "Ivo"]);
    assert_eq!(count(&page, "all"), "2");
    page.click("Snoozed").expect(200, "This member owns nothing here.");
    assert_eq!(
        listed(&page.click("Unassigned")),
        ["Zoe"],
        "the other views have owners of their own"
    );

    // Mia is ill.
    let form = page
        .form("Assign selected")
        .check("All that match")
        .with("Assign selected to", "Lukas Brandt");
    form.submit().expect(200, "2 assigned.");
    let page = cast.manager.get(&page.path);
    page.expect(200, "This member owns nothing here.");
    let page = page.form("Filter").with("Filter by owner", "Lukas Brandt").submit();
    assert_eq!(listed(&page).len(), 3);

    // An Agent has neither the view nor the filter.
    let of_mia = cast.agent.membership_id;
    let unassigned = cast.other_agent.get(&format!("/inbox?view=unassigned&owner={of_mia}"));
    assert_eq!(listed(&unassigned), ["Zoe"]);
    assert!(!unassigned.has_button("Filter"));
}

#[test]
fn a_list_of_somebody_who_left_says_so_and_grows_to_no_other() {
    let (instance, cast) = Instance::with_cast();
    cast.owned_by(&instance, &cast.manager);
    let of_mia = format!("/inbox?view=all&owner={}", cast.agent.membership_id);
    let team = cast.admin.get("/settings/team").row(&cast.agent.email).click("Remove");
    team.form("Remove member").submit().expect(200, "Mia Chen removed.");
    let page = cast.manager.get(&of_mia);
    page.expect(200, "The member of this view is no longer in the team.");
    assert!(listed(&page).is_empty());
    assert_eq!(count(&page, "all"), "0");
}

#[test]
fn what_is_not_a_choice_is_as_good_as_none() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    for query in [
        "view=everything",
        "status=closed",
        "inbox=x",
        "owner=x",
        "before=x",
        "before=1-x",
        "view=",
    ] {
        let page = cast.agent.get(&format!("/inbox?{query}"));
        assert_eq!(listed(&page), ["Hanna Lindqvist"], "{query}");
    }
    let nowhere = cast.agent.get("/inbox?view=unassigned&inbox=999999");
    assert!(listed(&nowhere).is_empty());
}

#[test]
fn nothing_of_another_workspace_is_listed_or_counted() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    let page = cast.outsider.get("/inbox?view=all");
    assert!(listed(&page).is_empty());
    assert_eq!(["mine", "unassigned", "all"].map(|view| count(&page, view)), ["0", "0", "0"]);
    let inbox = instance.first_inbox(cast.workspace_id);
    let page = cast.outsider.get(&format!("/inbox?view=all&inbox={inbox}"));
    assert!(listed(&page).is_empty());
}
