//! Customers write while members act.

use baton::db::Utc;
use chrono::TimeDelta;

use super::invariants::invariants;
use super::{ROUNDS, against, at_once, is_one_of};
use crate::support::{Browser, Cast, Form, Instance};

/// The form by which the customer goes on.
fn goes_on(cast: &Cast, customer: &Browser) -> Form {
    let chat = customer.get(&cast.chat_path());
    chat.form("Send").with("Message", "And one more thing.")
}

#[test]
fn a_claim_against_a_customers_message_loses_neither() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
        let claim = cast.agent.open(id).form("Claim");
        let message = goes_on(&cast, &customer);
        let (claimed, written) = against(|| claim.submit_once(), || message.submit_once());
        is_one_of(&claimed, &[303]);
        is_one_of(&written, &[303]);
        let page = cast.agent.open(id);
        page.expect(200, "You own this").expect(200, "And one more thing.");
    }
    invariants(&instance);
}

#[test]
fn a_resolution_against_a_customers_message_leaves_no_customer_waiting() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
        let resolve = cast.agent.open(id).form("Claim").submit().form("Resolve");
        let message = goes_on(&cast, &customer);
        let (resolved, written) = against(|| resolve.submit_once(), || message.submit_once());
        is_one_of(&resolved, &[303, 409]);
        is_one_of(&written, &[303]);
        let page = cast.agent.open(id);
        page.expect(200, "You own this").expect(200, "And one more thing.");
        page.form("Resolve");
    }
    invariants(&instance);
}

#[test]
fn a_reply_against_a_customers_message_is_sent_before_it_or_held() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
        cast.agent.open(id).form("Claim").submit();
        let reply = cast.agent.open(id).form("Send reply").with("Reply", "It is.");
        let message = goes_on(&cast, &customer);
        let (sent, written) = against(|| reply.submit_once(), || message.submit_once());
        is_one_of(&written, &[303]);
        is_one_of(&sent, &[303, 409]);
        let bubbles = cast.agent.open(id).all(".thread .bubble");
        let expected: &[&str] = if sent.status == 303 {
            &["In stock?", "It is.", "And one more thing."]
        } else {
            &["In stock?", "And one more thing."]
        };
        assert_eq!(bubbles, expected);
    }
    invariants(&instance);
}

#[test]
fn the_end_of_a_snooze_against_a_customers_message_opens_once() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
        let page = cast.agent.open(id).form("Claim").submit();
        page.form("Snooze").set("until", "tomorrow").submit();
        let message = goes_on(&cast, &customer);
        let later = Utc::now().plus(TimeDelta::days(3));
        let (_, written) = against(|| instance.wake(later), || message.submit_once());
        is_one_of(&written, &[303]);
        let opened = format!(
            "SELECT count(*) FROM activities WHERE conversation_id = {id}
             AND kind IN ('snooze_ended', 'reopened')"
        );
        assert_eq!(instance.count(&opened), 1);
    }
    invariants(&instance);
}

#[test]
fn a_customers_form_that_is_sent_many_times_at_once_is_one_conversation() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let form = customer
        .get(&cast.chat_path())
        .form("Send")
        .with("Your name", "Hanna Lindqvist")
        .with("Email address", "hanna@customer.example")
        .with("Message", "Is it in stock?");
    let tabs: Vec<Browser> = (0..16).map(|_| instance.browser()).collect();
    let pages = at_once(tabs.iter().map(|tab| || form.submit_as(tab)).collect());
    for page in &pages {
        assert_eq!(page.status, 303, "{}", page.text());
    }
    for table in ["conversations", "contacts", "visitors", "messages"] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {table}")), 1, "{table}");
    }
    let seen = tabs[7].get(&cast.chat_path());
    seen.expect(200, "Is it in stock?");
    invariants(&instance);
}

#[test]
fn of_a_visitors_many_messages_at_once_ten_are_taken() {
    let (instance, cast) = Instance::with_cast();
    let (_, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    let forms: Vec<Form> = (0..24).map(|_| goes_on(&cast, &customer)).collect();
    let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
    for page in &pages {
        is_one_of(page, &[303, 429]);
    }
    // The first message counts too.
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 10);
    invariants(&instance);
}
