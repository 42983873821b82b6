//! Pages that move by themselves, in several windows side by side.

use std::time::Duration;

use baton::policy::Role;
use serde_json::json;

use crate::driver::Ask;
use crate::support::{Instance, Member, join};
use crate::window::{Script, Window};

pub fn at(by: &Member, path: &str) -> Window {
    let window = Window::at(by, path);
    // Whatever would make the page anew would lose this.
    window.run("window.isTheSame = true");
    window
}

#[track_caller]
pub fn is_the_same(window: &Window) {
    assert_eq!(window.run("return window.isTheSame"), true, "the page was loaded again");
}

#[test]
fn the_list_moves_by_itself_and_keeps_what_is_selected() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Hanna Lindqvist", "Is the rear hanger in stock?");
    let ana = at(&cast.admin, "/inbox?view=unassigned");
    ana.check("Select Hanna Lindqvist");
    let (id, _) = cast.customer_writes(&instance, "Tomas Novak", "My wheel came back bent.");
    ana.sees("Tomas Novak");
    ana.sees("1 selected");
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    assert!(ana.until(|| (!ana.text().contains("Tomas Novak")).then_some(())).is_some());
    ana.sees("1 selected");
    is_the_same(&ana);
}

#[test]
fn two_members_side_by_side_see_who_claimed_it_and_keep_their_text() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let path = format!("/conversations/{id}");
    let mia = at(&cast.agent, &path);
    let gil = at(&cast.manager, &path);
    let lukas = at(&cast.other_agent, &path);
    gil.fill("Reply", "Let me look that up.");
    lukas.fill("Reply", "I have one here.");
    mia.press("Claim");
    mia.sees("You own this");
    mia.run("window.isTheSame = true");

    // A Manager goes on seeing it, an Agent does not; neither loses a word.
    gil.sees("Only Mia Chen can reply");
    gil.sees("Claimed");
    assert_eq!(gil.value("Reply"), "Let me look that up.");
    lukas.sees("Mia Chen claimed this first");
    assert_eq!(lukas.value("Reply"), "I have one here.");
    lukas.sees("Copy text");
    cast.customer_writes(&instance, "Tomas Novak", "My wheel came back bent.");
    lukas.sees("Tomas Novak");
    is_the_same(&gil);
    is_the_same(&lukas);

    // What is written comes into the thread, beside a text that stays.
    mia.fill("Reply", "Half of an answer");
    gil.fill("Note", "Ask the workshop.");
    gil.press("Add note");
    mia.sees("Ask the workshop.");
    assert_eq!(mia.value("Reply"), "Half of an answer");

    // And back again: the Manager takes over with the text, Mia's is kept.
    gil.press("Take over");
    gil.sees("You own this");
    mia.sees("Gil Roth");
    mia.sees("not sent");
    assert_eq!(mia.value("Reply"), "Half of an answer");
    is_the_same(&mia);
}

#[test]
fn whoever_loses_sight_of_what_is_open_sees_who_has_it_and_nothing_more() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let lukas = at(&cast.other_agent, &format!("/conversations/{id}?view=unassigned"));
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    lukas.sees("Mia Chen claimed this");
    lukas.does_not_see("claimed this first");
    // The list beside it goes on moving, and brings nothing of its own page along.
    cast.customer_writes(&instance, "Tomas Novak", "My wheel came back bent.");
    lukas.sees("Tomas Novak");
    lukas.does_not_see("No conversation open");
    is_the_same(&lukas);
}

#[test]
fn a_composer_that_came_by_itself_offers_what_every_other_does() {
    let (instance, cast) = Instance::with_cast();
    let form = cast.manager.get("/settings/quick-replies/new").form("Save quick reply");
    form.with("Name", "hours").with("Text", "We open at nine.").submit().expect(200, "hours");
    let id = cast.owned_by(&instance, &cast.agent);
    let gil = at(&cast.manager, &format!("/conversations/{id}"));
    gil.sees("Only Mia Chen can reply");
    cast.agent.open(id).form("Release").submit().expect(200, "Released.");
    gil.sees("Claim and send");
    gil.fill("Reply", "/hou\u{e007}");
    let is_put = || (gil.value("Reply") == "We open at nine.").then_some(());
    assert!(gil.until(is_put).is_some());
    is_the_same(&gil);
    gil.press("Claim and send");
    gil.sees("You own this");
}

#[test]
fn what_a_customer_writes_appears_and_can_be_answered_at_once() {
    let (instance, cast) = Instance::with_cast();
    let (id, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    let mia = at(&cast.agent, &format!("/conversations/{id}"));
    mia.fill("Reply", "Two of them.");
    cast.customer_adds(&hanna, "The black one, please.");
    mia.sees("The black one, please.");
    assert_eq!(mia.value("Reply"), "Two of them.");
    is_the_same(&mia);
    // It was shown: the reply is not held back for it.
    mia.press("Send reply");
    mia.sees("Two of them.");
    mia.does_not_see("while you were writing");
}

#[test]
fn what_came_out_of_sight_holds_a_reply_until_it_is_looked_at() {
    let (instance, cast) = Instance::with_cast();
    let (id, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    let chat = cast.chat_path();
    let writes = |text: &str| hanna.get(&chat).form("Send").with("Message", text).submit();
    writes(&"One line more.\n\n".repeat(80)).expect(200, "One line more.");
    let mia = at(&cast.agent, &format!("/conversations/{id}"));
    let scroll = "document.getElementById('messages').scrollTop = -700";
    mia.run(scroll);
    writes("The black one, please.");
    mia.sees("The black one, please.");
    mia.sees("New message");
    mia.fill("Reply", "The red one is left.");
    mia.press("Send reply");
    mia.sees("while you were writing");
    assert_eq!(mia.value("Reply"), "The red one is left.");

    mia.run(scroll);
    writes("Or the red one.");
    mia.press("New message");
    mia.does_not_see("New message");
    mia.press("Send reply");
    mia.sees("Reply sent.");
}

#[test]
fn a_page_of_a_session_that_ended_says_so_and_keeps_what_is_typed() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let mia = at(&cast.agent, &format!("/conversations/{id}"));
    mia.fill("Note", "Ask the workshop.");
    let profile = cast.agent.get("/settings/profile");
    profile.form("Sign out everywhere").submit().expect(200, "Sign in");
    mia.sees("You are signed out");
    assert_eq!(mia.value("Note"), "Ask the workshop.");
    is_the_same(&mia);
}

/// Lets a page count what it asks for, ten times as often as it would.
const QUICK_AND_COUNTED: &str = "
    window.asked = 0;
    for (const name of ['setTimeout', 'setInterval']) {
        const own = window[name].bind(window);
        window[name] = (work, ms = 0, ...more) => own(work, ms / 10, ...more);
    }
    const own = window.fetch.bind(window);
    window.fetch = (...what) => { window.asked += 1; return own(...what); };
    window.EventSource = class extends EventSource {
        constructor(...what) { super(...what); window.asked += 1; }
    };
";

#[test]
fn every_tab_of_a_session_that_ended_says_so_and_asks_for_nothing_more() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let ana = Window::of(&cast.admin, Script::On);
    let open = |path: &str| {
        let source = json!({ "source": QUICK_AND_COUNTED });
        ana.ask(Ask::devtools("Page.addScriptToEvaluateOnNewDocument", source));
        ana.go(path);
    };
    open(&format!("/conversations/{id}"));
    assert!(ana.until(|| (instance.app.live.len() == 1).then_some(())).is_some());
    let first = ana.block_on(ana.client().window()).expect("a tab");
    let second = ana.block_on(ana.client().new_window(true)).expect("a tab").handle;
    let switch = |to| ana.block_on(ana.client().switch_to_window(to)).expect("the tab is there");
    switch(second.clone());
    open(&format!("/conversations/{id}"));
    ana.sees("Hanna Lindqvist");
    let profile = cast.admin.get("/settings/profile");
    profile.form("Sign out everywhere").submit().expect(200, "Sign in");
    for tab in [second, first] {
        switch(tab);
        ana.sees("You are signed out");
        let asked = || ana.run("return window.asked");
        // What was begun before ends.
        std::thread::sleep(Duration::from_millis(300));
        let so_far = asked();
        ana.run("document.dispatchEvent(new Event('visibilitychange'))");
        // Longer than each of the pauses.
        std::thread::sleep(Duration::from_millis(1500));
        assert_eq!(asked(), so_far);
    }
}

#[test]
fn a_page_that_loses_its_conversation_after_its_session_keeps_what_is_typed() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let mia = at(&cast.agent, &format!("/conversations/{id}"));
    mia.fill("Note", "Ask the workshop.");
    // Without its cookie, the page is signed out while its stream goes on.
    mia.ask(Ask::devtools("Network.clearBrowserCookies", json!({})));
    cast.manager.open(id).form("Claim").submit().expect(200, "You own this");
    mia.sees("You are signed out");
    assert_eq!(mia.value("Note"), "Ask the workshop.");
    assert_eq!(
        mia.target("Sign in"),
        format!("{}/login?next=%2Fconversations%2F{id}", instance.base)
    );
    is_the_same(&mia);
}

#[test]
fn a_page_of_a_workspace_that_was_left_stops_and_leads_back() {
    let (instance, cast) = Instance::with_cast();
    join(&instance, cast.workspace_id, cast.outsider.user_id, Role::Manager);
    let rita = at(&cast.outsider, "/inbox?view=all");
    let workspace = "return document.querySelector('main [name=workspace]')?.value ?? ''";
    let before = rita.run(workspace);
    // As another tab does it.
    rita.run(&format!(
        "return fetch('/workspaces/switch', {{ method: 'POST',
             body: new URLSearchParams({{ workspace_id: '{}' }}) }}).then(() => 'there')",
        cast.workspace_id
    ));
    cast.customer_writes(&instance, "Tomas Novak", "My wheel came back bent.");
    rita.sees("You are in Sprocket & Co now");
    rita.does_not_see("Tomas Novak");
    assert_eq!(rita.run(workspace), before);
    is_the_same(&rita);
    rita.follow("Switch back");
    rita.sees("Choose a workspace");
}

#[test]
fn a_new_notification_is_said_to_those_who_do_not_see_it() {
    let (instance, cast) = Instance::with_cast();
    let mia = at(&cast.agent, "/contacts");
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Assign").with("Assign to", "Mia Chen");
    form.submit().expect(200, "Assigned to Mia Chen");
    let said = "return [...document.querySelectorAll('[role=status]')].map((one) => one.textContent).join()";
    let is_said = || mia.run(said).as_str()?.contains("1 unread notification").then_some(());
    assert!(mia.until(is_said).is_some(), "{}", mia.run(said));
}

#[test]
fn times_go_on_while_a_page_is_open() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let mia = at(&cast.agent, "/inbox?view=unassigned");
    mia.sees_in_row("Hanna Lindqvist", "just now");
    let after = |minutes: u32| {
        mia.run(&format!(
            "const now = Date.now;
             Date.now = () => now() + {minutes} * 60_000 + 5_000;
             document.dispatchEvent(new Event('visibilitychange'));
             Date.now = now;
             return document.querySelector('a.row time').textContent"
        ))
    };
    assert_eq!((after(0), after(4), after(130)), ("just now".into(), "4 min".into(), "2 h".into()));
}

#[test]
fn a_page_that_missed_what_happened_to_its_conversation_finds_out() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let everything = format!(
        "INSERT INTO live_events (kind, workspace_id) VALUES ('everything', {})",
        cast.workspace_id
    );
    let mia = at(&cast.agent, &format!("/conversations/{id}"));
    mia.fill("Note", "Ask the workshop.");
    // Nothing says what changed.
    mia.run("document.addEventListener('baton:news', (e) => e.detail.name === 'everything' || e.stopImmediatePropagation(), true)");
    cast.manager.open(id).form("Claim").submit().expect(200, "You own this");
    instance.execute(&everything);
    mia.sees("Gil Roth claimed this first");
    assert_eq!(mia.value("Note"), "Ask the workshop.");

    let gil = at(&cast.manager, &format!("/conversations/{id}"));
    instance.execute(&format!("DELETE FROM conversations WHERE id = {id}"));
    gil.sees("This conversation no longer exists.");
    is_the_same(&gil);
}

#[test]
fn notifications_come_while_their_page_is_open() {
    let (instance, cast) = Instance::with_cast();
    let mia = at(&cast.agent, "/notifications");
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Assign").with("Assign to", "Mia Chen");
    form.submit().expect(200, "Assigned to Mia Chen");
    mia.sees("Gil Roth");
    assert!(
        mia.until(
            || (mia.run("return document.title") == "(1) Notifications · Baton").then_some(())
        )
        .is_some()
    );
    is_the_same(&mia);
}

#[test]
fn members_and_the_customer_see_who_is_there_and_who_writes() {
    let (instance, cast) = Instance::with_cast();
    let hanna = Window::open(&instance.base, Script::On);
    hanna.go(&cast.chat_path());
    hanna.begin_chat("Hanna Lindqvist", "Is the rear hanger in stock?");
    hanna.run("window.isTheSame = true");
    let id = instance.count("SELECT max(id) FROM conversations");

    let gil = at(&cast.manager, &format!("/conversations/{id}"));
    let mia = at(&cast.agent, &format!("/conversations/{id}"));
    mia.sees("Gil Roth is here");
    gil.sees("Mia Chen is here");
    gil.fill("Note", "Ask the workshop.");
    mia.sees("Gil Roth is writing a note…");
    mia.press("Claim");
    mia.fill("Reply", "Two of them.");
    gil.sees("Mia Chen is writing…");
    hanna.sees("Mia Chen is writing…");
    hanna.fill("Message", "The black one, please.");
    mia.sees("Customer is writing…");
    mia.press("Send reply");
    hanna.sees("Two of them.");
    let is_still = || (!hanna.text().contains("is writing")).then_some(());
    assert!(hanna.until(is_still).is_some());
    assert_eq!(hanna.value("Message"), "The black one, please.");
    is_the_same(&hanna);

    drop(gil);
    let is_alone = || (!mia.text().contains("Gil Roth is")).then_some(());
    assert!(mia.until(is_alone).is_some());
}

#[test]
fn tabs_of_one_browser_share_a_stream() {
    let (instance, cast) = Instance::with_cast();
    let ana = at(&cast.admin, "/inbox?view=unassigned");
    let streams = || ana.until(|| (instance.app.live.len() == 1).then_some(())).is_some();
    assert!(streams());
    let second = ana.block_on(ana.client().new_window(true)).expect("a tab").handle;
    let first = ana.block_on(ana.client().window()).expect("a tab");
    ana.block_on(ana.client().switch_to_window(second.clone())).expect("the tab is there");
    ana.go("/inbox?view=unassigned");
    cast.customer_writes(&instance, "Tomas Novak", "My wheel came back bent.");
    ana.sees("Tomas Novak");
    assert_eq!(instance.app.live.len(), 1);
    // The tab that held the stream goes: the other one goes on.
    ana.block_on(ana.client().switch_to_window(first)).expect("the tab is there");
    ana.block_on(ana.client().close_window()).expect("it closes");
    ana.block_on(ana.client().switch_to_window(second)).expect("the tab is there");
    cast.customer_writes(&instance, "Berta Lang", "Hello?");
    ana.sees("Berta Lang");
}
