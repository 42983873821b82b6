//! The list that a word in a text offers, by finger and by key.

use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::Ask;
use crate::focus::{focus, show_at};
use crate::keys::{SHIFT, strike};
use crate::support::{Cast, Instance};
use crate::window::Window;

/// More quick replies than the list shows at once, and a conversation to use them in.
fn at_many_replies(instance: &Instance, cast: &Cast) -> Window {
    for number in 10..21 {
        let form = cast.manager.get("/settings/quick-replies/new").form("Save quick reply");
        let (name, text) = (format!("reply {number}"), format!("Text {number}"));
        form.with("Name", &name).with("Text", &text).submit().expect(200, &name);
    }
    let id = cast.waiting(instance);
    Window::at(&cast.agent, &format!("/conversations/{id}"))
}

fn touch(window: &Window, kind: &str, points: &Value) {
    let event = json!({ "type": kind, "touchPoints": points });
    window.ask(Ask::devtools("Input.dispatchTouchEvent", event));
}

#[test]
fn a_finger_picks_from_the_list_only_where_it_is_lifted() {
    let (instance, cast) = Instance::with_cast();
    let mia = at_many_replies(&instance, &cast);
    show_at(&mia, 390, 700);
    let by_touch = json!({ "enabled": true });
    mia.ask(Ask::devtools("Emulation.setTouchEmulationEnabled", by_touch));
    mia.fill("Reply", "/");
    let found = mia.until(|| {
        let place = mia.run(
            "const list = document.querySelector('.suggestions:not([hidden])');
             const { left, top } = list?.getBoundingClientRect() ?? {};
             return list && [left + 40, top + 150]",
        );
        serde_json::from_value::<(f64, f64)>(place).ok()
    });
    let (x, y) = found.expect("the list");
    touch(&mia, "touchStart", &json!([{ "x": x, "y": y }]));
    for step in 1..12 {
        touch(&mia, "touchMove", &json!([{ "x": x, "y": y - 10.0 * f64::from(step) }]));
    }
    touch(&mia, "touchEnd", &json!([]));
    let is_scrolled = "const list = document.querySelector('.suggestions');
        return !list.hidden && list.scrollTop > 0";
    assert!(mia.until(|| (mia.run(is_scrolled) == true).then_some(())).is_some());
    assert_eq!(mia.value("Reply"), "/");
    // A touch that ends what still scrolls picks nothing.
    let is_put = || {
        touch(&mia, "touchStart", &json!([{ "x": x, "y": y }]));
        touch(&mia, "touchEnd", &json!([]));
        std::thread::sleep(Duration::from_millis(500));
        mia.value("Reply").starts_with("Text ").then_some(())
    };
    assert!(mia.until(is_put).is_some(), "{:?}", mia.value("Reply"));
}

#[test]
fn shift_and_tab_leave_the_list_and_take_nothing_from_it() {
    let (instance, cast) = Instance::with_cast();
    let mia = at_many_replies(&instance, &cast);
    for (field, text) in [("Reply", "/"), ("Note", "Ask @gi")] {
        mia.fill(field, text);
        strike(&mia, "Tab", SHIFT, false);
        assert_ne!(focus(&mia), field.to_lowercase());
        assert_eq!(mia.value(field), text);
    }
}

#[test]
fn in_a_low_window_the_list_is_in_sight() {
    let (instance, cast) = Instance::with_cast();
    let mia = at_many_replies(&instance, &cast);
    for (width, height) in [(1280, 800), (844, 390), (320, 256)] {
        show_at(&mia, width, height);
        mia.fill("Reply", "/");
        let is_in_sight = "const list = document.querySelector('.suggestions:not([hidden])');
            const chosen = list?.querySelector('[aria-selected=true]').getBoundingClientRect();
            return list !== null && list.getBoundingClientRect().top >= 0 && chosen.top >= 0
                && chosen.bottom <= innerHeight";
        let look = || (mia.run(is_in_sight) == true).then_some(());
        assert!(mia.until(look).is_some(), "{width} x {height}");
    }
}
