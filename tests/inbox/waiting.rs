//! *Waiting longest*: those whose customers wait for an answer, the longest wait first.

use std::collections::BTreeSet;

use super::{count, fill, listed};
use crate::support::{Browser, Cast, Instance, Member, Page};

const QUEUE: &str = "/inbox?view=unassigned&order=waiting";

/// Ivo, Nia and Tom write, in this order; their conversations and browsers.
fn three(instance: &Instance, cast: &Cast) -> [(i64, Browser); 3] {
    ["Ivo", "Nia", "Tom"].map(|name| cast.customer_writes(instance, name, "Hello"))
}

/// Who waits of all conversations.
fn waiting(by: &Member) -> Vec<String> {
    listed(&by.get("/inbox?view=all&order=waiting"))
}

fn press(by: &Member, id: i64, button: &str) -> Page {
    let page = by.open(id).form(button).submit();
    assert_eq!(page.status, 200, "{}", page.text());
    page
}

/// The page of a conversation's contact.
fn contact_of(instance: &Instance, conversation: i64) -> String {
    let sql = format!("SELECT contact_id FROM conversations WHERE id = {conversation}");
    format!("/contacts/{}", instance.count(&sql))
}

fn reply(by: &Member, id: i64, button: &str) {
    by.open(id).form(button).with("Reply", "Let me see.").submit().expect(200, "Let me see.");
}

#[test]
fn the_longest_wait_comes_first_and_writing_again_keeps_the_place() {
    let (instance, cast) = Instance::with_cast();
    let [(ivo, ivos), (nia, nias), _] = three(&instance, &cast);
    assert_eq!(waiting(&cast.manager), ["Ivo", "Nia", "Tom"]);
    cast.customer_adds(&ivos, "Hello?");
    assert_eq!(waiting(&cast.manager), ["Ivo", "Nia", "Tom"]);
    assert_eq!(listed(&cast.manager.get("/inbox?view=all")), ["Ivo", "Tom", "Nia"]);
    cast.agent.open(ivo).form("Add note").with("Note", "A regular.").submit();
    press(&cast.agent, ivo, "Claim");
    assert_eq!(waiting(&cast.manager), ["Ivo", "Nia", "Tom"], "neither is an answer");
    reply(&cast.agent, nia, "Claim and send");
    assert_eq!(waiting(&cast.manager), ["Ivo", "Tom"]);
    cast.customer_adds(&nias, "Thanks. And the price?");
    assert_eq!(waiting(&cast.manager), ["Ivo", "Tom", "Nia"], "another wait");
}

#[test]
fn each_view_has_its_own_and_says_how_many() {
    let (instance, cast) = Instance::with_cast();
    let [(ivo, _), (nia, _), (tom, _)] = three(&instance, &cast);
    press(&cast.agent, ivo, "Claim");
    press(&cast.agent, nia, "Claim");
    reply(&cast.agent, nia, "Send reply");
    let page = cast.agent.get("/inbox?order=waiting");
    assert_eq!(listed(&page), ["Ivo"]);
    assert_eq!(["mine", "unassigned"].map(|view| count(&page, view)), ["1", "1"]);
    assert_eq!(listed(&page.click("Unassigned")), ["Tom"]);
    reply(&cast.agent, ivo, "Send reply");
    let page = cast.agent.get("/inbox?view=mine&order=waiting");
    page.expect(200, "No customer is waiting for an answer here.");
    assert_eq!(listed(&page.click("See who is waiting")), ["Tom"]);
    press(&cast.manager, tom, "Resolve");
    cast.agent.get(QUEUE).expect(200, "No customer is waiting for an answer here.");
}

#[test]
fn resolving_ends_the_wait_and_what_takes_it_back_goes_on_with_it() {
    let (instance, cast) = Instance::with_cast();
    let [(ivo, ivos), ..] = three(&instance, &cast);
    let page = press(&cast.agent, ivo, "Resolve");
    assert_eq!(waiting(&cast.manager), ["Nia", "Tom"]);
    page.form("Undo").submit().expect(200, "Undone.");
    assert_eq!(waiting(&cast.manager), ["Ivo", "Nia", "Tom"]);
    press(&cast.agent, ivo, "Resolve");
    press(&cast.agent, ivo, "Reopen");
    assert_eq!(waiting(&cast.manager), ["Ivo", "Nia", "Tom"], "it was not settled");
    press(&cast.agent, ivo, "Resolve");
    cast.customer_adds(&ivos, "One thing more.");
    assert_eq!(waiting(&cast.manager), ["Nia", "Tom", "Ivo"], "what is new is another wait");
    press(&cast.agent, ivo, "Resolve").form("Undo").submit().expect(200, "Undone.");
    assert_eq!(waiting(&cast.manager), ["Nia", "Tom", "Ivo"]);
}

#[test]
fn whoever_is_snoozed_waits_on() {
    let (instance, cast) = Instance::with_cast();
    let [(ivo, ivos), (nia, _), _] = three(&instance, &cast);
    for id in [nia, ivo] {
        let form = cast.manager.open(id).form("Snooze").set("until", "tomorrow");
        form.submit().expect(200, "Snoozed until");
    }
    let snoozed = || listed(&cast.manager.get("/inbox?view=all&status=snoozed&order=waiting"));
    assert_eq!(
        (waiting(&cast.manager), snoozed()),
        (vec!["Tom".to_owned()], { ["Ivo", "Nia"].map(str::to_owned).to_vec() })
    );
    cast.customer_adds(&ivos, "Hello?");
    assert_eq!(waiting(&cast.manager), ["Ivo", "Tom"]);
    press(&cast.manager, nia, "Reopen");
    assert_eq!(waiting(&cast.manager), ["Ivo", "Nia", "Tom"]);
}

#[test]
fn a_reply_by_mail_that_is_taken_back_was_none() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = inbox.mail("Hanna <hanna@customer.example>", "Late order", "Where is it?");
    let (id, _) = inbox.takes(&instance, mail.raw());
    cast.customer_writes(&instance, "Ivo", "Hello");
    press(&cast.agent, id, "Claim");
    let send = |text: &str| {
        let form = cast.agent.open(id).form("Send reply").with("Reply", text);
        form.submit().expect(200, "Sending in 10 s").form("Undo")
    };
    let (first, second) = (send("It left."), send("Today."));
    assert_eq!(waiting(&cast.manager), ["Ivo"]);
    first.submit().expect(200, "Your text is back in the composer.");
    assert_eq!(waiting(&cast.manager), ["Ivo"], "the other one still answers");
    second.submit().expect(200, "Your text is back in the composer.");
    assert_eq!(waiting(&cast.manager), ["Hanna", "Ivo"]);
}

#[test]
fn an_undone_resolution_of_what_is_snoozed_settles_nothing() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = |text: &str| inbox.mail("Ivo <ivo@customer.example>", "Hanger", text);
    let (id, _) = inbox.takes(&instance, mail("In stock?").raw());
    let of = format!(
        "SELECT count(*) FROM conversations c JOIN messages m
         ON m.conversation_id = c.id AND m.created_at = c.waiting_since
         WHERE c.id = {id} AND m.body = 'In stock?'"
    );
    press(&cast.agent, id, "Claim");
    press(&cast.agent, id, "Snooze");
    press(&cast.agent, id, "Resolve").form("Undo").submit().expect(200, "Undone.");
    let subject = crate::mail::tag(&instance, id);
    let again = inbox.mail("Ivo <ivo@customer.example>", &subject, "Hello?");
    assert_eq!(inbox.takes(&instance, again.raw()).0, id);
    assert_eq!(instance.count(&of), 1);
    let reply = cast.agent.open(id).form("Send reply").with("Reply", "Yes.").submit();
    assert_eq!(instance.count(&of), 0);
    reply.form("Undo").submit();
    assert_eq!(instance.count(&of), 1, "since the first question");
}

#[test]
fn what_a_program_writes_begins_no_wait() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = |from: &str| inbox.mail(from, "Late order", "Where is it?");
    let away = mail("Hanna <hanna@customer.example>").with("Auto-Submitted", "auto-replied");
    inbox.takes(&instance, away.raw());
    let list = mail("News <news@list.example>").with("List-Id", "<news.list.example>");
    inbox.takes(&instance, list.raw());
    assert_eq!(listed(&cast.manager.get("/inbox?view=all")).len(), 2);
    assert_eq!(waiting(&cast.manager), [""; 0]);
    inbox.takes(&instance, mail("Hanna <hanna@customer.example>").raw());
    assert_eq!(waiting(&cast.manager), ["Hanna"]);
}

#[test]
fn spam_and_blocked_contacts_wait_for_nothing() {
    let (instance, cast) = Instance::with_cast();
    let [(ivo, _), (nia, _), _] = three(&instance, &cast);
    press(&cast.agent, ivo, "Mark as spam");
    assert_eq!(waiting(&cast.manager), ["Nia", "Tom"]);
    press(&cast.agent, ivo, "Not spam");
    assert_eq!(waiting(&cast.manager), ["Ivo", "Nia", "Tom"]);
    let contact = contact_of(&instance, nia);
    cast.agent.get(&contact).form("Block").submit().expect(200, "Blocked.");
    assert_eq!(waiting(&cast.manager), ["Ivo", "Tom"]);
    cast.agent.get(&contact).form("Unblock").submit();
    assert_eq!(waiting(&cast.manager), ["Ivo", "Nia", "Tom"]);

    let inbox = cast.email_inbox(&instance);
    let mail = |subject: &str| inbox.mail("Bo <bo@pills.example>", subject, "Cheap.");
    let (first, _) = inbox.takes(&instance, mail("Pills").raw());
    let contact = contact_of(&instance, first);
    cast.agent.get(&contact).form("Block").submit().expect(200, "Blocked.");
    inbox.takes(&instance, mail("More pills").raw());
    assert_eq!(waiting(&cast.manager), ["Ivo", "Nia", "Tom"]);
    cast.agent.get(&contact).form("Unblock").submit();
    assert_eq!(waiting(&cast.manager), ["Ivo", "Nia", "Tom", "Bo"], "the other one is spam");
}

#[test]
fn an_agent_sees_only_what_they_may() {
    let (instance, cast) = Instance::with_cast();
    let [(ivo, _), ..] = three(&instance, &cast);
    press(&cast.agent, ivo, "Claim");
    assert_eq!(listed(&cast.other_agent.get(QUEUE)), ["Nia", "Tom"]);
    assert_eq!(listed(&cast.other_agent.get("/inbox?view=mine&order=waiting")), [""; 0]);
    let all = cast.other_agent.get("/inbox?view=all&order=waiting");
    all.expect(403, "Your role does not include the view All");
    let page = cast.manager.get("/settings/inboxes").row("Website chat").click("Edit");
    let form = page.click("Who sees it").form("Save who sees it").without("member");
    let form = form.set("seen_by", "chosen").and("member", &cast.agent.membership_id.to_string());
    form.submit().expect(200, "Saved who sees Website chat.");
    let page = cast.other_agent.get(QUEUE);
    assert_eq!((listed(&page).len(), count(&page, "unassigned")), (0, "0".to_owned()));
    assert_eq!(listed(&cast.agent.get(QUEUE)), ["Nia", "Tom"]);
    assert_eq!(listed(&cast.outsider.get(QUEUE)), [""; 0]);
}

#[test]
fn its_pages_skip_and_repeat_nothing_while_others_are_answered() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Late", "Hello");
    fill(&instance, &cast, 1..=120);
    let mut page = cast.manager.get("/inbox?view=all&order=waiting");
    assert_eq!(listed(&page)[..2], ["Customer 1", "Customer 2"]);
    let mut pages = vec![listed(&page)];
    while page.find_link("More").is_some() {
        cast.customer_writes(&instance, &format!("Later {}", pages.len()), "Hello");
        let last = page.attribute(".rows li:last-child a", "href");
        cast.agent.get(&last).form("Claim and send").with("Reply", "Yes.").submit();
        page = page.click("More");
        pages.push(listed(&page));
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 23]);
    let names = pages.concat();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 123);
    assert_eq!(names[120..], ["Late", "Later 1", "Later 2"]);
    let first = page.click("Back to the longest wait");
    assert_eq!(listed(&first)[0], "Customer 1");
}

#[test]
fn all_that_match_are_those_who_wait() {
    let (instance, cast) = Instance::with_cast();
    let [(ivo, _), (nia, _), (_, toms)] = three(&instance, &cast);
    reply(&cast.agent, ivo, "Claim and send");
    let form = cast.manager.get("/inbox?view=all&order=waiting").form("Resolve selected");
    cast.customer_adds(&toms, "Wait.");
    let page = form.check("All that match").submit();
    page.expect(200, "1 resolved.");
    assert_eq!(listed(&page), ["Tom"], "he wrote meanwhile");
    assert_eq!(page.all(".list-order"), ["Waiting"]);
    let resolved = "SELECT max(id) FROM conversations WHERE status = 'resolved'";
    assert_eq!(instance.count(resolved), nia);
    let page = page.form("Undo").submit();
    page.expect(200, "Undone.");
    assert_eq!(listed(&page), ["Nia", "Tom"]);
}

#[test]
fn the_link_says_which_order_it_is_and_leads_to_the_other() {
    let (instance, cast) = Instance::with_cast();
    three(&instance, &cast);
    let page = cast.manager.get("/inbox?view=all");
    assert_eq!(page.all(".list-order"), ["Newest"]);
    let page = page.click("Newest first. Change to waiting longest");
    assert_eq!(
        (page.all(".list-order"), listed(&page)[0].as_str()),
        (vec!["Waiting".to_owned()], "Ivo",)
    );
    let title = page.attribute(".rows .row-time", "title");
    assert!(title.starts_with("Waiting since ") && title.contains(", "), "{title}");
    let page = page.click("Waiting longest. Change to newest first");
    assert_eq!(listed(&page), ["Tom", "Nia", "Ivo"]);
    // What names no order is none.
    assert_eq!(listed(&cast.manager.get("/inbox?view=all&order=shortest")), ["Tom", "Nia", "Ivo"]);
}

#[test]
fn every_link_of_the_list_carries_the_order_along() {
    let (instance, cast) = Instance::with_cast();
    let [(ivo, _), ..] = three(&instance, &cast);
    cast.admin.get("/settings/inboxes/new").form("Save inbox").with("Name", "Workshop").submit();
    let order = |page: &Page| page.all(".list-order").concat();
    let page = cast.manager.get(QUEUE);
    assert_eq!(order(&page.click("All")), "Waiting");
    assert_eq!(order(&page.click("Snoozed")), "Waiting");
    // Nobody waits in these, and there is nothing to choose; the way back leads to the order.
    for status in ["Resolved", "Spam"] {
        let there = page.click(status);
        assert_eq!(order(&there), "");
        assert_eq!(order(&there.click("Open")), "Waiting");
    }
    let filtered = page.form("Filter").with("Filter by inbox", "Website chat").submit();
    assert_eq!((order(&filtered), listed(&filtered).len()), ("Waiting".to_owned(), 3));

    // Beside a conversation, and after what is done there.
    let beside = cast.manager.get(&page.attribute(".rows a", "href"));
    assert_eq!((listed(&beside)[0].as_str(), order(&beside).as_str()), ("Ivo", "Waiting"));
    let beside = beside.form("Claim").submit();
    assert_eq!(
        (listed(&beside), order(&beside)),
        (["Nia", "Tom"].map(str::to_owned).to_vec(), "Waiting".to_owned(),)
    );
    assert!(beside.body.contains(&format!("/conversations/{ivo}")));
}

#[test]
fn it_is_kept_in_a_saved_view() {
    let (instance, cast) = Instance::with_cast();
    three(&instance, &cast);
    let form = cast.agent.get(QUEUE).click("Save view").form("Save view");
    form.with("View name", "Monday").submit().expect(200, "Saved the view Monday.");
    let page = cast.agent.get("/inbox").click("Monday");
    assert_eq!(listed(&page), ["Ivo", "Nia", "Tom"]);
    assert_eq!(page.all("nav[aria-label='Saved views'] [aria-current]"), ["Monday"]);
    let page = page.click("Waiting longest. Change to newest first");
    assert_eq!(page.all("nav[aria-label='Saved views'] [aria-current]"), [""; 0]);
}
