//! A reply that was written on an outdated page is held once.

use super::bubbles;
use crate::support::Instance;

#[test]
fn a_reply_is_held_once_when_the_customer_wrote_meanwhile() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    cast.agent.open(id).form("Claim").submit();
    let form = cast.agent.open(id).form("Send reply").with("Reply", "Yes, order it.");
    cast.customer_adds(&customer, "Never mind, I found one.");
    let page = form.submit();
    page.expect(409, "Hanna Lindqvist wrote again while you were writing.")
        .expect(409, "Your reply is not sent yet.");
    assert_eq!(bubbles(&page), ["Is it in stock?", "Never mind, I found one."]);
    let again = page.form("Send reply");
    assert_eq!(again.value("body"), Some("Yes, order it."));
    let page = again.submit();
    page.expect(200, "Reply sent.");
    assert_eq!(bubbles(&page), ["Is it in stock?", "Never mind, I found one.", "Yes, order it."]);
}

#[test]
fn a_second_press_on_the_first_page_is_held_again() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    cast.agent.open(id).form("Claim").submit();
    let form = cast.agent.open(id).form("Send reply").with("Reply", "Yes, order it.");
    cast.customer_adds(&customer, "Never mind.");
    for _ in 0..2 {
        form.submit().expect(409, "Your reply is not sent yet.");
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 0);
}

#[test]
fn a_held_claim_and_send_claims_nothing() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "Yes, order it.");
    cast.customer_adds(&customer, "Never mind.");
    let page = form.submit();
    page.expect(409, "Your reply is not sent yet.").expect(409, "Nobody owns this yet");
    page.form("Claim and send").submit().expect(200, "Claimed and sent.");
}

#[test]
fn a_conversation_is_not_put_away_with_a_message_that_nobody_has_seen() {
    let (instance, cast) = Instance::with_cast();
    for button in ["Resolve", "Mark as spam", "Snooze"] {
        let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Many thanks!");
        let form = cast.agent.open(id).form(button);
        let form = if button == "Snooze" { form.set("until", "tomorrow") } else { form };
        cast.customer_adds(&customer, "But where is the invoice?");
        let page = form.submit();
        page.expect(409, "Hanna Lindqvist wrote again before you pressed the button");
        assert_eq!(bubbles(&page), ["Many thanks!", "But where is the invoice?"]);
        let open =
            format!("SELECT count(*) FROM conversations WHERE id = {id} AND status = 'open'");
        assert_eq!(instance.count(&open), 1, "{button}");
        let again = page.form(button);
        let again = if button == "Snooze" { again.set("until", "tomorrow") } else { again };
        again.submit().expect(200, "");
        assert_eq!(instance.count(&open), 0, "{button}");
    }
}

#[test]
fn a_note_holds_nothing_up() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "Yes, order it.");
    cast.manager.open(id).form("Add note").with("Note", "She is a regular.").submit();
    form.submit().expect(200, "Reply sent.");
}

#[test]
fn a_page_whose_newest_message_is_a_note_is_not_outdated() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id).form("Add note").with("Note", "Ask the workshop.").submit();
    page.form("Send reply").with("Reply", "I asked.").submit().expect(200, "Reply sent.");
}

#[test]
fn a_colleagues_reply_counts_as_newer_and_is_named() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Claim and send").with("Reply", "Yes, order it.");
    let page = cast.agent.open(id).form("Claim and send").with("Reply", "It is.").submit();
    page.form("Release").submit();
    let page = form.submit();
    page.expect(409, "Mia Chen replied while you were writing.");
    assert!(!page.says("Hanna Lindqvist wrote again"));
    // In another tab of one's own, too.
    let form = page.form("Claim and send");
    let other = cast.manager.open(id).form("Claim and send").with("Reply", "Two of them.").submit();
    other.form("Release").submit();
    let page = form.submit();
    page.expect(409, "You replied while you were writing.");
    page.form("Claim and send").submit().expect(200, "Claimed and sent.");
}

#[test]
fn what_is_written_on_an_earlier_page_of_the_thread_is_held_for_what_nobody_has_seen() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes_a_lot(&instance);
    cast.agent.open(id).form("Claim").submit();
    let newest = cast.agent.open(id);
    cast.customer_adds(&customer, "Never mind, I found one.");
    let earlier = newest.click("Show earlier messages");
    for button in ["Resolve", "Snooze"] {
        let form = earlier.form(button);
        let form = if button == "Snooze" { form.set("until", "tomorrow") } else { form };
        form.submit().expect(409, "wrote again before you pressed the button");
    }
    let form = earlier.form("Send reply").with("Reply", "Yes, order it.");
    form.submit().expect(409, "Hanna Lindqvist wrote again while you were writing.");

    // Whoever has seen it goes on, also from an address that says more than there is.
    let earlier = cast.agent.open(id).click("Show earlier messages");
    cast.customer_adds(&customer, "Or two?");
    let form = earlier.form("Send reply").with("Reply", "Yes, order it.");
    form.submit().expect(409, "wrote again");
    let before = instance.count("SELECT min(id) FROM messages") + 3;
    let path = format!("/conversations/{id}?messages_before={before}");
    let form = cast.agent.get(&path).form("Send reply").with("Reply", "Yes, order it.");
    form.submit().expect(409, "wrote again");
    let path = format!("{path}&shown=999999");
    let form = cast.agent.get(&path).form("Send reply").with("Reply", "Yes, order it.");
    form.submit().expect(200, "Reply sent.");
}
