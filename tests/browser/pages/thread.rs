//! The thread: Markdown, mentions, notes that are changed, and files.

use super::{Inspection, at_conversation};
use crate::checks::Screen;
use crate::support::Instance;
use crate::window::Script;

#[test]
fn axe_finds_nothing_on_a_thread_with_everything_in_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let reply = "**Bold**, `code`\n\n- one\n- two\n\n> quoted\n\n```\ncode\n```\nhttps://a.example";
    let form = cast.agent.open(id).form("Send reply").with("Reply", reply);
    form.attach("Attach files", "a long name of a file.pdf", b"%PDF-1.7").submit();
    let note = cast.agent.open(id).form("Add note").with("Note", "@Gil Roth, bin C41?").submit();
    let edit = note.click("Edit note").form("Save note");
    edit.with("Text of the note", "@Gil Roth, bin C14?").submit().expect(200, "Note saved.");
    let mut at = Inspection::sign_in(&instance.base, &cast.agent.email);
    let path = format!("/conversations/{id}");
    at.visit(&path, "edited at");
    for (link, words) in [("Edit note", "Cancel"), ("Delete note", "Delete this note?")] {
        at.window.go(&path);
        at.window.follow(link);
        at.look(words);
    }
    at.window.press("Delete note");
    at.look("Mia Chen deleted a note");
    at.visit("/notifications", "Notifications");
    at.ends_well();
}

#[test]
fn a_file_is_sent_with_script() {
    sends_a_file(Script::On);
}

#[test]
fn a_file_is_sent_without_script() {
    sends_a_file(Script::Off);
}

fn sends_a_file(script: Script) {
    let (instance, cast) = Instance::with_cast();
    let waiting = cast.waiting(&instance);
    let file = instance.dir.path().join("offer.txt");
    std::fs::write(&file, "17.90 each").expect("the folder is there");
    let window = at_conversation(&cast.agent, waiting, script);
    window.attach("Attach files", &file);
    if script == Script::On {
        // It goes ahead of the form.
        window.sees("offer.txt");
        assert_eq!(instance.count("SELECT count(*) FROM attachments WHERE message_id IS NULL"), 1);
    }
    window.press("Claim and send");
    window.sees("Claimed and sent.");
    window.sees("offer.txt");
    assert_eq!(instance.count("SELECT max(file_count) FROM messages"), 1);
}

#[test]
fn an_at_sign_and_the_beginning_of_a_name_offer_members() {
    let (instance, cast) = Instance::with_cast();
    let waiting = cast.waiting(&instance);
    let window = at_conversation(&cast.agent, waiting, Script::On);
    let becomes = |expected: &str| {
        let found = window.until(|| (window.value("Note") == expected).then_some(()));
        assert!(found.is_some(), "{expected:?}, but {:?}", window.value("Note"));
    };
    window.fill("Note", "Ask @gi\u{e007}about it");
    becomes("Ask @Gil Roth about it");
    // No name fits an address.
    window.fill("Note", "gil@Gil\u{e007}");
    becomes("gil@Gil\n");
    window.fill("Note", "Or");
    window.has_no_button("Insert mention");
    window.choose("Mention", "Ana Silva");
    assert_eq!(window.value("Note"), "Or", "choosing does nothing yet");
    window.press("Insert mention");
    becomes("Or @Ana Silva ");
    window.press("Add note");
    window.sees("Note added.");
    assert_eq!(instance.count("SELECT count(*) FROM notifications WHERE kind = 'mentioned'"), 1);
}

#[test]
fn pick_a_time_leads_to_the_field_for_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let window = at_conversation(&cast.agent, id, Script::On);
    window.show_on(Screen::Phone);
    window.press("Snooze options");
    window.press("Pick a time");
    let at = "return [document.activeElement.id, document.querySelector('#details [name=until]').value].join()";
    let is_there = || (window.run(at) == "snooze-time,time").then_some(());
    assert!(window.until(is_there).is_some(), "{}", window.run(at));
    assert_eq!(window.value("Time"), "");
}

#[test]
fn a_long_reply_with_many_files_leaves_room_for_the_thread_and_its_button() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let window = at_conversation(&cast.agent, id, Script::On);
    let name = format!("{}.txt", "a-long-name-of-a-file-".repeat(6));
    let file = instance.dir.path().join(name);
    std::fs::write(&file, "Two are left.").expect("the folder is there");
    for _ in 0..6 {
        window.attach("Attach files", &file);
    }
    let count = "return document.querySelectorAll('[name=attached]').length";
    assert!(window.until(|| (window.run(count) == 6).then_some(())).is_some());
    window.fill("Reply", &"One line more.\n".repeat(30));
    window.sees("Files are not kept with a draft.");
    for screen in [Screen::Wide, Screen::Phone] {
        window.show_on(screen);
        let room = "const box = document.querySelector('.composers').getBoundingClientRect();
            const send = document.querySelector('.composer-foot .is-accent').getBoundingClientRect();
            return [document.getElementById('messages').clientHeight > 80, box.bottom <= innerHeight,
                send.bottom <= box.bottom, send.right <= innerWidth].join()";
        assert_eq!(window.run(room), "true,true,true,true", "{screen:?}");
    }
    window.press("Send reply");
    window.sees("Reply sent.");
    let is_inside = "return [...document.querySelectorAll('#messages .files *')].every(
        (one) => one.getBoundingClientRect().left >= 0)";
    assert_eq!(window.run(is_inside), true);
}
