//! Replies: only the owner's, and never a text lost.

use super::{activity, bubbles};
use crate::support::Instance;

#[test]
fn the_owner_replies_and_the_customer_reads_it() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let page = cast.agent.open(id).form("Claim").submit();
    let page = page.form("Send reply").with("Reply", "Yes.\r\n\r\nTwo are left.").submit();
    page.expect(200, "Reply sent.");
    assert_eq!(bubbles(&page), ["Is it in stock?", "Yes.Two are left."]);
    let chat = customer.get(&cast.chat_path());
    assert_eq!(bubbles(&chat), ["Is it in stock?", "Yes.Two are left."]);
}

#[test]
fn an_unassigned_one_is_claimed_by_answering() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = cast.agent.open(id);
    assert!(!page.has_button("Send reply"));
    page.expect(200, "Sending claims it.");
    let page = page.form("Claim and send").with("Reply", "It is.").submit();
    page.expect(200, "Claimed and sent.").expect(200, "You own this");
    assert_eq!(activity(&page)[0], "Mia Chen claimed this");
}

#[test]
fn a_manager_reads_what_another_owns_but_answers_only_after_taking_over() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.manager.open(id);
    page.expect(200, "Only Mia Chen can reply here.");
    assert!(!page.has_button("Send reply") && !page.has_button("Claim and send"));
    let page = page.form("Take over").submit();
    page.form("Send reply").with("Reply", "Gil here.").submit().expect(200, "Reply sent.");
}

#[test]
fn a_reply_to_what_another_claimed_meanwhile_is_refused_and_kept() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Claim and send").with("Reply", "Two left, shall I?");
    cast.agent.open(id).form("Claim").submit();
    let page = form.submit();
    page.expect(409, "Your reply was not sent. Mia Chen owns this now.");
    assert_eq!(page.all("textarea#reply"), ["Two left, shall I?"]);
    assert_eq!(bubbles(&page), ["Is the rear hanger in stock?"]);
    // The text comes along with the conversation.
    let page = page.form("Take over").submit();
    page.expect(200, "your text is kept below");
    let form = page.form("Send reply");
    assert_eq!(form.value("body"), Some("Two left, shall I?"));
    form.submit().expect(200, "Reply sent.");
}

#[test]
fn an_agent_who_lost_the_race_keeps_the_text_and_sees_nothing_of_the_thread() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "My door code is 4711.");
    let text = "Thank you, <b>Hanna</b>.\r\nWe come on Friday.";
    let form = cast.other_agent.open(id).form("Claim and send").with("Reply", text);
    cast.agent.open(id).form("Claim and send").with("Reply", "Noted, secretly.").submit();
    let page = form.submit();
    page.expect(409, "Your reply was not sent.")
        .expect(409, "Mia Chen claimed this first")
        .expect(409, "Hanna Lindqvist");
    assert_eq!(page.all("textarea#kept"), ["Thank you, <b>Hanna</b>. We come on Friday."]);
    for hidden in ["4711", "secretly"] {
        assert!(!page.body.contains(hidden), "{hidden} is not theirs to read");
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 2);
}

#[test]
fn an_owner_whose_conversation_was_reassigned_keeps_the_text() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "On its way.");
    cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt").submit();
    let page = form.submit();
    page.expect(409, "Lukas Brandt owns this now").expect(409, "Your reply was not sent.");
    assert_eq!(page.all("textarea#kept"), ["On its way."]);
    assert!(!page.body.contains("rear hanger"), "the thread is not theirs any more");
}

#[test]
fn the_page_of_who_lost_leads_to_the_next_that_waits() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "Hello");
    cast.other_agent.open(id).form("Claim").submit();
    cast.customer_writes(&instance, "Ivo Martens", "A dent in the frame.");
    form.submit().click("Next in Unassigned").expect(200, "A dent in the frame.");
}

#[test]
fn a_reply_reopens_what_was_resolved_or_snoozed() {
    let (instance, cast) = Instance::with_cast();
    for button in ["Resolve", "Snooze"] {
        let id = cast.owned_by(&instance, &cast.agent);
        let page = cast.agent.open(id).form(button).submit();
        page.expect(200, "Sending reopens it.");
        let page = page.form("Send reply").with("Reply", "One more thing.").submit();
        page.expect(200, "Reply sent.").expect(200, "Open");
        assert_eq!(activity(&page)[0], "Mia Chen reopened this");
        let open =
            format!("SELECT count(*) FROM conversations WHERE id = {id} AND status = 'open'");
        assert_eq!(instance.count(&open), 1);
    }
}

#[test]
fn what_people_write_is_text_and_not_markup() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) =
        cast.customer_writes(&instance, "Hanna Lindqvist", "<script>alert(1)</script>");
    instance.execute("UPDATE contacts SET name = '<i>Hanna</i>'");
    let page = cast.agent.open(id).form("Claim").submit();
    let page = page.form("Send reply").with("Reply", "<img src=x onerror=y>").submit();
    for page in [page, customer.get(&cast.chat_path())] {
        assert_eq!(bubbles(&page), ["<script>alert(1)</script>", "<img src=x onerror=y>"]);
        assert!(page.all("script:not([src]), img, i").is_empty(), "{}", page.body);
    }
}

#[test]
fn a_last_word_leaves_the_conversation_resolved() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = cast.agent.open(id).form("Send and resolve").with("Reply", "It is.").submit();
    page.expect(200, "Claimed, sent and resolved.");
    assert_eq!(activity(&page)[..2], ["Mia Chen resolved this", "Mia Chen claimed this"]);
    assert_eq!(bubbles(&page).last().map(String::as_str), Some("It is."));
    // One more word does not open it again, and a plain one does.
    let page = page.form("Send and resolve").with("Reply", "Bye.").submit();
    page.expect(200, "Sent and resolved.");
    assert_eq!(activity(&page)[0], "Mia Chen resolved this");
    assert!(page.has_button("Reopen"));
    let page = page.form("Send reply").with("Reply", "Oh, and one thing.").submit();
    assert_eq!(activity(&page)[0], "Mia Chen reopened this");
    assert!(page.has_button("Resolve"));
}

#[test]
fn what_the_customer_wrote_meanwhile_keeps_it_open() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let form = cast.agent.open(id).form("Send and resolve").with("Reply", "It is.");
    cast.customer_adds(&customer, "And the blue one?");
    let page = form.submit();
    page.expect(409, "Your reply is not sent yet.");
    assert_eq!(page.all("textarea#reply"), ["It is."]);
    assert!(page.has_button("Resolve"));
    page.form("Send and resolve").submit().expect(200, "Claimed, sent and resolved.");
}
