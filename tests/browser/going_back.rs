//! What a form holds for whoever goes back to its page, or leaves it.

use crate::checks::Screen;
use crate::support::Instance;
use crate::window::Window;

fn back(window: &Window) {
    window.block_on(window.client().back()).expect("the page before");
}

#[test]
fn what_was_sent_does_not_stand_in_its_form_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    for (field, button, text) in
        [("Reply", "Send reply", "Two are left."), ("Note", "Add note", "A regular.")]
    {
        mia.fill(field, text);
        mia.press(button);
        mia.sees(text);
        mia.is_painted();
        back(&mia);
        mia.sees(text);
        assert_eq!(mia.value(field), "", "{field}");
    }
}

#[test]
fn a_filter_names_the_list_that_is_shown() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    let new = cast.manager.get("/settings/labels/new").form("Save label");
    new.with("Name", "Refund").set("colour", "red").submit();
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    mia.choose("Filter by label", "Refund");
    mia.sees("Nothing here with this label.");
    back(&mia);
    mia.sees("Hanna Lindqvist");
    assert_eq!(mia.value("Filter by label"), "");
}

/// The driver would answer the browser's question itself.
fn asks_before_leaving(window: &Window) -> bool {
    let leave = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }))";
    window.run(leave).as_bool().expect("whether it was held")
}

#[test]
fn a_text_that_no_draft_keeps_is_not_left_without_a_word() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let contact = instance.count("SELECT id FROM contacts");
    let mia = Window::at(&cast.agent, &format!("/contacts/{contact}"));
    assert!(!asks_before_leaving(&mia));
    mia.fill("Note", "Calls on Fridays.");
    assert!(asks_before_leaving(&mia));
    mia.press("Add note");
    mia.sees("Calls on Fridays.");
    assert!(!asks_before_leaving(&mia));

    mia.go(&format!("/conversations/{id}"));
    mia.fill("Reply", "Two are left.");
    assert!(!asks_before_leaving(&mia), "it is kept as a draft");
}

#[test]
fn the_list_stays_where_it_was_scrolled_to() {
    let (instance, cast) = Instance::with_cast();
    for n in 1..=30 {
        cast.customer_writes(&instance, &format!("Customer {n}"), "Is it in stock?");
    }
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    // On a phone the whole pane scrolls.
    let place = "const list = document.querySelector('.list-pane .pane-scroll');
        const box = getComputedStyle(list).overflowY === 'visible' ? list.parentElement : list;
        return Math.round(box.scrollTop)";
    for screen in [Screen::Wide, Screen::Phone] {
        mia.show_on(screen);
        mia.go("/inbox?view=unassigned");
        mia.run(
            "[...document.querySelectorAll('a.row')]
                 .find((row) => row.textContent.includes('Customer 18'))
                 .scrollIntoView({ block: 'center' })",
        );
        let before = mia.run(place);
        assert!(before.as_i64() > Some(0));
        mia.open_row("Customer 18");
        mia.sees("Claim");
        if screen == Screen::Wide {
            assert_eq!(mia.run(place), before, "beside it");
        }
        back(&mia);
        let is_back = || (mia.run(place) == before).then_some(());
        assert!(mia.until(is_back).is_some(), "on {screen:?}: {}", mia.run(place));
    }

    // What was opened from elsewhere is brought into sight.
    mia.show_on(Screen::Wide);
    mia.run("document.querySelector('.list-pane .pane-scroll').scrollTop = 0");
    let last = mia.run("return [...document.querySelectorAll('a.row')].at(-1).href");
    mia.go(last.as_str().expect("an address"));
    assert!(mia.run(place).as_i64() > Some(0));
}
