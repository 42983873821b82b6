//! Where the focus is after something was refused, moved by itself, or went away.

use serde_json::json;

use crate::driver::Ask;
use crate::keys::key;
use crate::support::Instance;
use crate::window::{Script, Window};

/// What has the focus: the words of a row, else its id, its label, or what kind of thing it is.
pub fn focus(window: &Window) -> String {
    let found = window.run(
        "const one = document.activeElement;
         return one.matches('a.row') ? one.querySelector('.row-name').textContent
             : one.id || one.ariaLabel || one.localName",
    );
    found.as_str().unwrap_or_default().to_owned()
}

#[track_caller]
fn comes_to(window: &Window, expected: &str) {
    let is_there = window.until(|| (focus(window) == expected).then_some(()));
    assert!(is_there.is_some(), "{expected:?}, but at {:?}", focus(window));
}

fn press_key(window: &Window, key: &str) {
    window.run(&format!(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }}))"
    ));
}

pub fn show_at(window: &Window, width: u32, height: u32) {
    let size =
        json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700 });
    window.ask(Ask::devtools("Emulation.setDeviceMetricsOverride", size));
}

#[test]
fn a_refused_form_comes_back_at_what_is_wrong_with_it() {
    let (_instance, cast) = Instance::with_cast();
    for script in [Script::On, Script::Off] {
        let mia = Window::of(&cast.agent, script);
        mia.go("/settings/profile");
        mia.fill("New password", "a much better one");
        mia.press("Change password");
        mia.sees("not your current password");
        let element = mia.block_on(mia.client().active_element()).expect("a focus");
        let id = mia.block_on(element.attr("id")).expect("an attribute");
        assert_eq!(id.as_deref(), Some("current_password"), "{script:?}");
        let title = mia.block_on(mia.client().title()).expect("a title");
        assert_eq!(title, "Error: Profile · Settings · Baton");
        let (_, y, ..) = mia.block_on(element.rectangle()).expect("a place");
        assert!((0.0..900.0).contains(&y), "{script:?}: {y} px down");
    }
}

#[test]
fn a_button_never_becomes_one_that_does_something_else() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let gil = Window::at(&cast.manager, &format!("/conversations/{id}"));
    gil.run("document.querySelector('#details [data-key=c]').focus()");
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    gil.sees("Take over to reply");
    let panel = "return document.querySelector('#details section').innerText.includes('Take over')";
    assert!(gil.until(|| (gil.run(panel) == true).then_some(())).is_some());
    comes_to(&gil, "Owner");
}

#[test]
fn the_focus_goes_on_to_the_next_row_when_its_own_goes_away() {
    let (instance, cast) = Instance::with_cast();
    let [_, bo, _] = ["Ada", "Bo", "Cleo"]
        .map(|name| cast.customer_writes(&instance, name, &format!("{name} asks.")).0);
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    press_key(&mia, "j");
    press_key(&mia, "j");
    assert_eq!(focus(&mia), "Unread. Bo");
    cast.manager.open(bo).form("Claim").submit().expect(200, "You own this");
    comes_to(&mia, "Unread. Ada");
}

#[test]
fn what_is_focused_is_never_behind_the_bar_of_what_is_selected() {
    let (instance, cast) = Instance::with_cast();
    for number in 0..20 {
        cast.customer_writes(&instance, &format!("Customer {number}"), "Is it in stock?");
    }
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    mia.check("Select Customer 19");
    mia.sees("1 selected");
    mia.run("document.querySelector('a.row').focus()");
    for _ in 0..14 {
        press_key(&mia, "j");
        let is_clear = "return document.activeElement.getBoundingClientRect().bottom
            <= document.querySelector('.bulk-bar').getBoundingClientRect().top";
        assert_eq!(mia.run(is_clear), true, "{}", focus(&mia));
    }
    // One key leads there from anywhere in the list.
    press_key(&mia, "b");
    let is_in = "return document.activeElement.closest('.bulk-bar') !== null";
    assert_eq!(mia.run(is_in), true, "{}", focus(&mia));
}

#[test]
fn in_a_low_window_the_list_can_be_read() {
    let (instance, cast) = Instance::with_cast();
    for number in 0..8 {
        cast.customer_writes(&instance, &format!("Customer {number}"), "Is it in stock?");
    }
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    for (width, height) in [(320, 256), (360, 300), (667, 375), (1000, 300)] {
        show_at(&mia, width, height);
        let is_seen = mia.run(
            "const is = (one) => {
                 const { left, top, width, height } = one.getBoundingClientRect();
                 return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
             };
             const seen = [...document.querySelectorAll('a.row')].map((row) => {
                 row.focus();
                 row.scrollIntoView({ block: 'nearest' });
                 return is(row);
             });
             return seen.every(Boolean) && is(document.querySelector('.rail-link'))",
        );
        assert_eq!(is_seen, true, "{width} x {height}");
    }
}

#[test]
fn in_a_low_window_the_thread_can_be_read_and_claimed() {
    let (instance, cast) = Instance::with_cast();
    let long = "One line more and ".repeat(40);
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", long.trim());
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    for (width, height) in [(320, 256), (390, 300), (640, 360), (844, 390)] {
        show_at(&mia, width, height);
        let room = "const head = document.querySelector('.pane-head');
            const claim = document.querySelector('.head-claim button').getBoundingClientRect();
            return [claim.bottom <= head.getBoundingClientRect().bottom,
                document.getElementById('messages').clientHeight > innerHeight / 2].join()";
        assert_eq!(mia.run(room), "true,true", "{width} x {height}");
    }
}

#[test]
fn a_filter_that_is_passed_by_key_shows_on_enter() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    let page = cast.admin.get("/settings/inboxes/new");
    page.form("Save inbox").with("Name", "Workshop").submit().expect(200, "Workshop");
    let gil = Window::at(&cast.manager, "/inbox?view=all");
    let path = gil.path();
    gil.run("document.querySelector('.list-filter select').focus()");
    key(&gil, "ArrowDown");
    let waits = "return document.querySelector('.list-filter .button').checkVisibility()";
    assert!(gil.until(|| (gil.run(waits) == true).then_some(())).is_some());
    assert_eq!((gil.path(), focus(&gil).as_str()), (path, "Filter by inbox"));
    key(&gil, "Enter");
    assert!(gil.until(|| gil.path().contains("inbox=1").then_some(())).is_some());
    comes_to(&gil, "Filter by inbox");
}

#[test]
fn the_bar_of_what_is_selected_does_not_take_the_focus_along() {
    let (instance, cast) = Instance::with_cast();
    for name in ["Ada", "Bo", "Cleo"] {
        cast.customer_writes(&instance, name, "Is it in stock?");
    }
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    mia.check("Select Bo");
    press_key(&mia, "b");
    // All of the page, then none.
    mia.run("document.activeElement.click(); document.activeElement.click()");
    comes_to(&mia, "Select Bo");
}

#[test]
fn a_file_that_goes_leaves_the_focus_where_files_are_chosen() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    let file = instance.dir.path().join("offer.txt");
    std::fs::write(&file, "17.90 each").expect("the folder is there");
    mia.attach("Attach files", &file);
    let said = "return document.querySelector('.composer [data-files-said]').textContent";
    assert!(mia.until(|| (mia.run(said) == "offer.txt attached").then_some(())).is_some());
    mia.run("const box = document.querySelector('[name=attached]'); box.focus(); box.click()");
    comes_to(&mia, "reply-files");
    assert_eq!(mia.run("return document.querySelectorAll('.attached').length"), 0);
}

#[test]
fn what_is_moved_by_key_can_be_moved_on() {
    let (instance, cast) = Instance::with_cast();
    for name in ["Frame size", "Customer since", "Colour"] {
        let form = cast.manager.get("/settings/contact-fields/new").form("Save contact field");
        form.set("name", name).set("kind", "text").submit().expect(200, name);
    }
    let id = instance.count("SELECT min(id) FROM contact_fields");
    for script in [Script::On, Script::Off] {
        let gil = Window::of(&cast.manager, script);
        gil.go("/settings/contact-fields");
        let focused = || gil.block_on(gil.client().active_element()).expect("a focus");
        let goes_to = |button: &str| {
            let expected = format!("move-{id}-{button}");
            let there = || gil.block_on(focused().attr("id")).ok().flatten();
            let is_there = gil.until(|| (there().as_ref() == Some(&expected)).then_some(()));
            assert!(is_there.is_some(), "{script:?}: {expected}, but at {:?}", there());
        };
        gil.press("Move down");
        goes_to("down");
        gil.block_on(focused().click()).expect("it can be pressed");
        // It is the last one.
        goes_to("up");
        for _ in 0..2 {
            gil.block_on(focused().click()).expect("it can be pressed");
            gil.sees("Moved the contact field Frame size.");
        }
        goes_to("down");
    }
}

#[test]
fn a_panel_over_the_page_closes_when_the_focus_leaves_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    show_at(&mia, 390, 844);
    mia.press("Show details");
    comes_to(&mia, "Close details");
    let is_open = "return document.querySelector('#details').matches(':popover-open')";
    mia.run("document.querySelector('#details select, #details a').focus()");
    assert_eq!(mia.run(is_open), true);
    mia.run("document.getElementById('reply').focus()");
    assert_eq!(mia.run(is_open), false);
}
