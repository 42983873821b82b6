//! What is kept, for whom, and how long.

use super::{AT_THE_DESK, DESK, KEPT, ON_THE_PHONE, Typing, field, json, other_text, version_of};
use crate::support::{Instance, sign_in};

#[test]
fn what_is_typed_is_there_on_another_device() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    AT_THE_DESK.saves(&cast.agent, id, "It left\r\nthis ");
    Typing { kind: "note", ..AT_THE_DESK }.saves(&cast.agent, id, "Ask the courier");
    let phone = instance.browser();
    sign_in(&phone, &cast.agent.email);
    let page = phone.get(&format!("/conversations/{id}"));
    assert_eq!(field(&page, "Send reply"), "It left\nthis ");
    assert_eq!(field(&page, "Add note"), "Ask the courier");
    assert_eq!(page.all("[data-draft-state]"), ["Draft saved", "Draft saved"]);
    for form in ["Send reply", "Add note"] {
        assert_eq!(page.form(form).value("draft"), Some("1"));
    }
}

#[test]
fn a_draft_is_its_author_s_alone() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let secret = "Between you and me";
    AT_THE_DESK.saves(&cast.agent, id, secret);
    for member in [&cast.admin, &cast.manager, &cast.other_agent] {
        assert!(!member.open(id).body.contains(secret), "{}", member.name);
        assert!(member.get("/inbox?view=unassigned").all(".row-draft").is_empty());
        assert_eq!(version_of(&AT_THE_DESK.save(member, id, &member.name)), 1);
    }
    assert_eq!(cast.agent.get("/inbox?view=unassigned").all(".row-draft"), ["Draft"]);
    assert!(!cast.admin.get("/settings/workspace/export").body.contains(secret));
}

#[test]
fn whoever_does_not_see_the_conversation_keeps_nothing_in_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    // One of them had it open, and may know who has it.
    cast.other_agent.open(id);
    cast.agent.open(id).form("Claim").submit();
    for (member, status) in [(&cast.other_agent, 409), (&cast.outsider, 404)] {
        for text in ["Hello", "", "a\u{7}b", &"a".repeat(10_001)] {
            let answer = AT_THE_DESK.save(member, id, text);
            assert_eq!(answer.status, status, "{}", member.name);
            assert!(!answer.says("Is the rear hanger in stock?"), "nothing of the thread");
        }
    }
    assert_eq!(AT_THE_DESK.save(&cast.agent, 999_999, "Hello").status, 404);
    assert_eq!(instance.count("SELECT count(*) FROM drafts"), 0);
}

#[test]
fn a_draft_waits_until_its_author_sees_the_conversation_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let version = AT_THE_DESK.saves(&cast.agent, id, "It left");
    let assign = |to: &str| {
        let form = cast.manager.open(id).form("Assign").with("Assign to", to);
        form.submit().expect(200, "Assigned to");
    };
    assign("Lukas Brandt");
    let late = Typing { version, ..AT_THE_DESK };
    let answer = late.save(&cast.agent, id, "It left today");
    answer.expect(409, "Lukas Brandt owns this now").expect(409, "It left today");
    assert_eq!(cast.agent.open(id).status, 404);
    assign("Mia Chen");
    assert_eq!(field(&cast.agent.open(id), "Send reply"), "It left");
}

#[test]
fn a_manager_writes_where_another_owns_and_goes_on_after_taking_over() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    AT_THE_DESK.saves(&cast.manager, id, "Let me answer this");
    let page = cast.manager.open(id);
    page.expect(200, "Only Mia Chen can reply here.").expect(200, "Kept as your draft");
    assert_eq!(page.all("textarea#reply"), ["Let me answer this"]);
    page.form("Take over").submit().expect(200, "You own this now");
    assert_eq!(field(&cast.manager.open(id), "Send reply"), "Let me answer this");
}

#[test]
fn a_page_that_has_not_seen_the_newest_words_is_told_them() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let first = AT_THE_DESK.saves(&cast.agent, id, "It left");
    assert_eq!(other_text(&ON_THE_PHONE.save(&cast.agent, id, "Tomorrow")), "It left");
    let phone = Typing { version: first, ..ON_THE_PHONE };
    let second = phone.saves(&cast.agent, id, "It left today");
    let desk = Typing { version: first, ..AT_THE_DESK };
    let told = desk.save(&cast.agent, id, "It left and");
    assert_eq!(other_text(&told), "It left today");
    assert_eq!(version_of(&told), second);
    assert_eq!(other_text(&desk.save(&cast.agent, id, "")), "It left today", "nor is it cleared");
    // Whoever saw it and keeps their own words writes over it.
    Typing { version: second, ..desk }.saves(&cast.agent, id, "It left and");
    assert_eq!(field(&cast.agent.open(id), "Send reply"), "It left and");
}

#[test]
fn a_page_that_never_heard_that_its_text_was_kept_goes_on() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    AT_THE_DESK.saves(&cast.agent, id, "It");
    AT_THE_DESK.saves(&cast.agent, id, "It left");
    // The same words from elsewhere are no contradiction.
    assert_eq!(ON_THE_PHONE.saves(&cast.agent, id, "It left"), 2);
}

#[test]
fn an_empty_text_is_no_draft() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    assert_eq!(AT_THE_DESK.saves(&cast.agent, id, " \n"), 0);
    assert_eq!(instance.count("SELECT count(*) FROM drafts"), 0);
    let version = AT_THE_DESK.saves(&cast.agent, id, "It left");
    let desk = Typing { version, ..AT_THE_DESK };
    assert_eq!(desk.saves(&cast.agent, id, ""), 0);
    assert_eq!(instance.count(KEPT), 0);
    assert!(cast.agent.get("/inbox").all(".row-draft").is_empty());
    // Either page may begin again.
    AT_THE_DESK.saves(&cast.agent, id, "It");
    assert_eq!(field(&cast.agent.open(id), "Send reply"), "It");
}

#[test]
fn what_no_message_could_be_is_refused_in_words() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    AT_THE_DESK.saves(&cast.agent, id, &"é".repeat(10_000));
    let version = 1;
    for (text, words) in [
        ("é".repeat(10_001), "This is longer than 10000 characters: it has 10001."),
        ("a\0b".to_owned(), "This contains control characters. Please remove them."),
    ] {
        let answer = Typing { version, ..AT_THE_DESK }.save(&cast.agent, id, &text);
        assert_eq!((answer.status, answer.body.as_str()), (422, words));
    }
    assert_eq!(AT_THE_DESK.save(&cast.agent, id, &"é".repeat(100_000)).status, 413);
    for wrong in [
        Typing { kind: "letter", ..AT_THE_DESK },
        Typing { page: "short", ..AT_THE_DESK },
        Typing { page: &"x".repeat(65), ..AT_THE_DESK },
    ] {
        assert_eq!(wrong.save(&cast.agent, id, "It left").status, 422);
    }
    assert_eq!(field(&cast.agent.open(id), "Send reply"), "é".repeat(10_000));
}

#[test]
fn drafts_go_with_the_membership_and_after_three_months() {
    let (instance, cast) = Instance::with_cast();
    let (old, new) = (cast.waiting(&instance), cast.waiting(&instance));
    for id in [old, new] {
        AT_THE_DESK.saves(&cast.agent, id, "It left");
        AT_THE_DESK.saves(&cast.manager, id, "It left");
    }
    let path = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    cast.admin.get(&path).form("Remove member").submit().expect(200, "Mia Chen");
    assert_eq!(instance.count("SELECT count(*) FROM drafts"), 2);
    let refused = AT_THE_DESK.save(&cast.agent, new, "It left and");
    assert!(refused.location().is_some(), "they are in no workspace: {}", refused.status);
    instance.execute(&format!(
        "UPDATE drafts SET updated_at = '2020-01-01 00:00:00' WHERE conversation_id = {old}"
    ));
    instance.sweep();
    let left = format!("SELECT count(*) FROM drafts WHERE conversation_id = {new}");
    assert_eq!(instance.count(&left), 1);
    assert_eq!(instance.count("SELECT count(*) FROM drafts"), 1);
}

#[test]
fn a_draft_goes_with_its_conversation() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    assert_eq!(json(&AT_THE_DESK.save(&cast.agent, id, "It left"))["version"], 1);
    assert_eq!(instance.count(&format!("{KEPT} AND page = '{DESK}'")), 1);
    instance.execute("DELETE FROM conversations");
    assert_eq!(instance.count("SELECT count(*) FROM drafts"), 0);
}
