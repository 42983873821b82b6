//! What becomes of a draft when its form is sent: taken, refused, or taken back.

use super::{AT_THE_DESK, KEPT, ON_THE_PHONE, Typing, field, other_text, version_of};
use crate::support::{Form, Instance, Page};

/// What the page's own script would send.
fn typing<'a>(form: &'a Form, kind: &'a str) -> Typing<'a> {
    let value = |name| form.value(name).expect("the form has it");
    let version = value("draft").parse().expect("a version");
    Typing { kind, page: value("submission"), version, cc: None }
}

fn nothing_left(page: &Page, button: &str) {
    assert_eq!(field(page, button), "");
    assert_eq!(page.form(button).value("draft"), Some("0"));
}

#[test]
fn what_is_sent_is_no_draft_any_more_and_stays_sent() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    for (button, name, kind) in [
        ("Claim and send", "Reply", "reply"),
        ("Send reply", "Reply", "reply"),
        ("Add note", "Note", "note"),
    ] {
        // Saved before, sent before it was ever saved, and saved without the page knowing.
        for saves in [true, false] {
            if button == "Claim and send" && !saves {
                continue;
            }
            let form = cast.agent.open(id).form(button).with(name, "It left.");
            let mine = typing(&form, kind);
            if saves {
                mine.saves(&cast.agent, id, "It le");
            }
            let page = form.submit();
            nothing_left(&page, if kind == "note" { button } else { "Send reply" });
            for version in [mine.version, mine.version + 1] {
                let late = Typing { version, ..mine };
                assert_eq!(other_text(&late.save(&cast.agent, id, "It left.")), "");
            }
            assert_eq!(instance.count(KEPT), 0, "{button}");
        }
    }
}

#[test]
fn whoever_had_the_text_in_another_tab_hears_that_it_was_sent() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let version = AT_THE_DESK.saves(&cast.agent, id, "It left.");
    cast.agent.open(id).form("Send reply").submit().expect(200, "Reply sent.");
    let desk = Typing { version, ..AT_THE_DESK };
    let told = desk.save(&cast.agent, id, "It left. Bye");
    assert_eq!(other_text(&told), "");
    // They may go on all the same, and a tab that showed nothing begins anew.
    Typing { version: version_of(&told), ..desk }.saves(&cast.agent, id, "Bye");
    assert_eq!(other_text(&ON_THE_PHONE.save(&cast.agent, id, "Hello")), "Bye");
}

#[test]
fn sending_leaves_what_another_tab_wrote() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "It left.");
    ON_THE_PHONE.saves(&cast.agent, id, "One thing more");
    let page = form.submit();
    page.expect(200, "Reply sent.");
    assert_eq!(field(&page, "Send reply"), "One thing more");
    page.form("Send reply").submit();
    assert_eq!(instance.count(KEPT), 0);
}

#[test]
fn a_reply_that_is_refused_is_kept_without_script() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let text = "Hi {{contact.nickname}}!";
    let form = cast.agent.open(id).form("Claim and send").with("Reply", text);
    form.submit().expect(422, "Fill in {{contact.nickname}}");
    let form = cast.agent.open(id).form("Claim and send");
    assert_eq!(form.value("body"), Some(text));
    // Held for a newer message, changed, and held no more.
    customer.get(&cast.chat_path()).form("Send").with("Message", "Hello?").submit();
    form.with("Reply", "Hi Hanna!").submit().expect(409, "wrote again while you were writing");
    let page = cast.agent.open(id);
    assert_eq!(field(&page, "Claim and send"), "Hi Hanna!");
    let page = page.form("Claim and send").submit();
    page.expect(200, "Claimed and sent.");
    nothing_left(&page, "Send reply");
}

#[test]
fn an_emptied_field_is_an_emptied_draft() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    AT_THE_DESK.saves(&cast.agent, id, "It left");
    let page = cast.agent.open(id).form("Send reply").with("Reply", "").submit();
    page.expect(422, "Please fill this in.");
    assert_eq!(field(&page, "Send reply"), "");
    assert_eq!(instance.count(KEPT), 0);
}

#[test]
fn a_refused_text_never_takes_the_place_of_another_tab_s() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "Hi {{contact.nickname}}!");
    ON_THE_PHONE.saves(&cast.agent, id, "From the phone");
    let page = form.submit();
    assert_eq!(field(&page, "Send reply"), "Hi {{contact.nickname}}!", "it is there to be changed");
    let form = page.form("Send reply");
    let stale = typing(&form, "reply");
    assert_eq!(other_text(&stale.save(&cast.agent, id, "Hi Hanna!")), "From the phone");
    assert_eq!(field(&cast.agent.open(id), "Send reply"), "From the phone");
}

#[test]
fn a_manager_who_was_too_late_finds_the_text_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Claim and send").with("Reply", "Two are left.");
    cast.agent.open(id).form("Claim").submit();
    form.submit().expect(409, "Your reply was not sent.");
    assert_eq!(cast.manager.open(id).all("textarea#reply"), ["Two are left."]);
    // Of somebody who does not see it any more nothing is kept there.
    let form = cast.other_agent.open(cast.waiting(&instance)).form("Claim and send");
    let id = instance.count("SELECT max(id) FROM conversations");
    cast.agent.open(id).form("Claim").submit();
    form.with("Reply", "Three.").submit().expect(409, "Mia Chen claimed this first");
    assert_eq!(instance.count(KEPT), 1);
}

#[test]
fn an_inserted_text_is_kept() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    crate::quick_replies::add(&instance, &cast.manager, "hours", "We open at nine.");
    let form = cast.agent.open(id).form("Insert").with("Quick reply", "hours");
    form.with("Reply", "Good morning!").submit();
    let page = cast.agent.open(id);
    assert_eq!(field(&page, "Send reply"), "Good morning!\nWe open at nine.");
}

#[test]
fn a_mail_that_was_taken_back_is_a_draft_before_what_was_written_since() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let inbox = cast.email_inbox(&instance).id;
    instance.execute(&format!("UPDATE conversations SET inbox_id = {inbox}"));
    let send = |text: &str| {
        let sent = cast.agent.open(id).form("Send reply").with("Reply", text).submit();
        sent.expect(200, "Sending in 10 seconds.");
        sent
    };
    let undo = send("It left.").form("Undo");
    undo.submit().expect(200, "Your text is back in the composer.");
    assert_eq!(field(&cast.agent.open(id), "Send reply"), "It left.");
    let sent = send("It left today.");
    nothing_left(&cast.agent.open(id), "Send reply");
    typing(&sent.form("Send reply"), "reply").saves(&cast.agent, id, "One thing more");
    let page = sent.form("Undo").submit();
    assert_eq!(field(&page, "Send reply"), "It left today.\n\nOne thing more");
    assert_eq!(page.form("Send reply").value("draft"), Some("5"));
}
