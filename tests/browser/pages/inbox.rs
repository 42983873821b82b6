//! The inbox, conversations in every state, and notifications.

use super::{Inspection, at_conversation};
use crate::support::{Cast, Instance, Member};
use crate::window::{Script, Window};

pub const PAGES: &[&str] =
    &["/inbox", "/conversations/{id}", "/conversations/new", "/notifications"];

/// Nowhere in it can a line break.
const UNBROKEN: &str = "https://shop.example/a/very/long/address/without/any/place/to/break/abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz?and=parameters";

const LONG_NAME: &str = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen";

fn conversation(id: i64) -> String {
    format!("/conversations/{id}?view=all")
}

/// What somebody else does meanwhile.
fn press(member: &Member, id: i64, button: &str) {
    let answer = member.open(id).form(button).submit();
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn reply(member: &Member, id: i64, button: &str, text: &str) {
    member.open(id).form(button).with("Reply", text).submit().expect(200, text);
}

fn note(member: &Member, id: i64, text: &str) {
    member.open(id).form("Add note").with("Note", text).submit().expect(200, text);
}

#[test]
fn axe_finds_nothing_on_a_new_inbox() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.outsider.email);
    at.visit("/inbox", "Try your chat");
    at.visit("/inbox?view=all&status=resolved", "Resolved");
    at.visit("/notifications", "No notifications yet");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_a_conversation_by_mail() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.agent.email);
    at.visit("/conversations/new", "No mail leaves from here yet");
    cast.email_inbox(&instance);
    at.visit("/conversations/new", "You will own the conversation");
    let form = cast.agent.get("/conversations/new").form("Send").with("To", "hanna@x.example");
    let page = form.with("Subject", UNBROKEN).with("Message", "It is ready.").submit();
    page.expect(200, "Sending in 10 s");
    let id = instance.count("SELECT max(id) FROM conversations");
    at.visit(&conversation(id), "Undo");
    for (change, words) in [
        ("failed_at = created_at, last_error = 'No such mailbox here'", "Not sent"),
        ("began_at = created_at", "May not have been sent"),
        ("sent_at = created_at", "Sent"),
    ] {
        instance.execute(&format!("UPDATE deliveries SET {change}"));
        at.visit(&conversation(id), words);
    }
    at.ends_well();
}

#[test]
fn a_mail_is_taken_back_with_script() {
    takes_a_mail_back(Script::On);
}

#[test]
fn a_mail_is_taken_back_without_script() {
    takes_a_mail_back(Script::Off);
}

fn takes_a_mail_back(script: Script) {
    let (instance, cast) = Instance::with_cast();
    cast.email_inbox(&instance);
    let waiting = cast.waiting(&instance);
    let window = at_conversation(&cast.agent, waiting, script);
    window.go("/conversations/new");
    window.fill("To", "hanna@customer.example");
    window.fill("Subject", "Your order");
    window.fill("Message", "It is ready.");
    window.press("Send");
    window.sees("You own this");
    window.press("Undo");
    window.sees("Your text is back in the composer.");
    window.press("Send");
    window.sees("You own this");
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 1);
}

#[test]
fn axe_finds_nothing_on_the_inbox_and_its_views() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    cast.customer_writes(&instance, LONG_NAME, UNBROKEN);
    cast.owned_by(&instance, &cast.agent);
    let snoozed = cast.owned_by(&instance, &cast.manager);
    let page = cast.manager.open(snoozed);
    page.form("Snooze").set("until", "tomorrow").submit().expect(200, "Snoozed until");
    press(&cast.manager, cast.owned_by(&instance, &cast.manager), "Resolve");
    // A second inbox brings the filter.
    let page = cast.admin.get("/settings/inboxes/new");
    page.form("Save inbox").with("Name", "Workshop").submit().expect(200, "Workshop");

    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);
    at.visit("/inbox", "Unassigned");
    at.visit("/inbox?view=mine", "No conversation open");
    at.visit("/inbox?view=all", "Wolfeschlegel");
    at.visit("/inbox?view=all&status=snoozed", "until");
    at.visit("/inbox?view=all&order=waiting", "Wolfeschlegel");
    at.visit("/inbox?view=all&status=resolved", "Hanna Lindqvist");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_conversations_in_every_state() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);

    let (long, _) = cast.customer_writes(&instance, LONG_NAME, UNBROKEN);
    note(&cast.agent, long, UNBROKEN);
    at.visit(&conversation(long), "Claim and send");
    at.look_on_phone("Show details");
    at.visit(&conversation(long), "Claim and send");
    at.look_on_phone("Snooze options");

    reply(&cast.agent, long, "Claim and send", UNBROKEN);
    at.visit(&conversation(long), "Only Mia Chen can reply here.");
    at.window.press("Take over");
    at.look("You own this");
    at.window.choose("Assign to", "Lukas Brandt");
    at.window.press("Assign");
    at.look("Assigned to Lukas Brandt.");
    at.window.go(&conversation(long));
    at.window.press("Snooze");
    at.look("Snoozed until");
    at.window.press("Resolve");
    at.look("Reopen");
    at.visit("/conversations/999999", "Error 404");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_conversations_that_moved_meanwhile() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);

    at.window.go(&conversation(cast.waiting(&instance)));
    at.window.hears_nothing();
    let id = instance.count("SELECT max(id) FROM conversations");
    press(&cast.agent, id, "Claim");
    at.window.press("Claim");
    at.look("Mia Chen claimed this first.");

    let (id, customer) = cast.customer_writes(&instance, "Tomas Novak", "It came back bent.");
    at.window.go(&conversation(id));
    at.window.fill("Reply", "   ");
    at.window.press("Claim and send");
    at.look("Reply");
    at.window.go(&conversation(id));
    at.window.press("Claim");
    at.window.sees("You own this");
    at.window.hears_nothing();
    at.window.fill("Reply", "Send us a picture, please.");
    customer.get(&cast.chat_path()).form("Send").with("Message", "Here it is.").submit();
    at.window.press("Send reply");
    at.look("Tomas Novak wrote again while you were writing.");

    at.window.go(&conversation(id));
    at.window.hears_nothing();
    press(&cast.admin, id, "Take over");
    at.window.choose("Assign to", "Lukas Brandt");
    at.window.press("Assign");
    at.look("Assign anyway");

    press(&cast.admin, id, "Release");
    at.window.go(&conversation(id));
    at.window.hears_nothing();
    at.window.fill("Reply", "I would have known.");
    press(&cast.agent, id, "Claim");
    at.window.press("Claim and send");
    at.look("Your reply was not sent.");

    at.window.go(&conversation(id));
    at.window.choose("Snooze until", "Pick a time");
    at.window.press("Snooze");
    at.look("Choose a date and a time.");
    at.visit("/notifications", "Notifications");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_what_an_agent_lost() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.agent.email);
    lose(&mut at, &instance, &cast, "Claim");
    at.window.sees("Lukas Brandt claimed this first");
    lose(&mut at, &instance, &cast, "Claim and send");
    at.window.sees("The text is kept below.");

    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.manager.open(id);
    page.form("Assign").with("Assign to", "Lukas Brandt").submit().expect(200, "Assigned");
    at.visit("/notifications", "Hanna Lindqvist");
    at.visit("/inbox", "Inbox");
    at.ends_well();
}

/// Tries on a page that is no longer true.
fn lose(at: &mut Inspection, instance: &Instance, cast: &Cast, button: &str) {
    let id = cast.waiting(instance);
    at.window.go(&format!("/conversations/{id}"));
    at.window.hears_nothing();
    at.window.fill("Reply", "Two are left.");
    press(&cast.other_agent, id, "Claim");
    at.window.press(button);
    at.look("Lukas Brandt");
}

#[test]
fn choosing_what_to_do_with_the_selected_leaves_the_list_where_it_is() {
    let (instance, cast) = Instance::with_cast();
    for n in 0..30 {
        cast.customer_writes(&instance, &format!("Customer {n}"), "Is it in stock?");
    }
    let window = Window::at(&cast.agent, "/inbox?view=unassigned");
    let scrolled = window.run(
        "const pane = document.querySelector('.list-pane .pane-scroll');
         document.querySelector('.pick').click();
         return [...document.querySelectorAll('.bulk-bar :is(select, button)')].map((one) => {
             one.focus();
             return pane.scrollTop;
         })",
    );
    let places = scrolled.as_array().expect("some can be chosen");
    assert!(places.len() > 2 && places.iter().all(|one| *one == 0), "{scrolled}");
}

#[test]
fn whoever_waits_longest_comes_first_and_the_list_follows_what_happens() {
    for script in [Script::On, Script::Off] {
        let (instance, cast) = Instance::with_cast();
        let (ivo, _) = cast.customer_writes(&instance, "Ivo", "Hello");
        cast.customer_writes(&instance, "Nia", "Hello");
        let window = Window::of(&cast.manager, script);
        window.go("/inbox?view=all");
        window.sees("Newest");
        window.follow("Newest first. Change to waiting longest");
        window.sees("Waiting");
        let order = window.text();
        assert!(order.find("Ivo") < order.find("Nia"), "{order}");
        reply(&cast.agent, ivo, "Claim and send", "Let me see.");
        if script == Script::Off {
            window.reload();
        }
        let is_gone = window.until(|| (!window.text().contains("Ivo")).then_some(()));
        is_gone.expect("the list follows");
        window.follow("Waiting longest. Change to newest first");
        window.sees("Ivo");
    }
}
