//! What Managers decide about the chat of an inbox: its look, its hours, its end.

use super::INBOXES;
use crate::support::{Browser, Cast, Form, Instance, Page};

#[track_caller]
fn page(cast: &Cast, tab: &str) -> Page {
    let page = cast.manager.get(INBOXES).row("Website chat").click("Edit");
    if tab.is_empty() { page } else { page.click(tab) }
}

#[track_caller]
fn body_class(page: &Page) -> String {
    page.attribute("body", "class")
}

#[test]
fn a_chat_gets_a_colour_a_title_and_a_button_of_its_own() {
    let (instance, cast) = Instance::with_cast();
    let form = page(&cast, "Appearance").form("Save appearance");
    assert_eq!(form.value("accent"), Some("ink"));
    let form = form
        .set("accent", "blue")
        .with("Button position", "Lower left")
        .with("Welcome title", "Ask the workshop")
        .with("Button label", "Help & advice");
    form.submit().expect(200, "Saved the appearance of Website chat.");
    let shown = instance.browser().get(&cast.chat_path());
    assert_eq!(shown.all(".chat-head h1"), ["Ask the workshop"]);
    assert!(body_class(&shown).contains("accent-blue"), "{}", body_class(&shown));
    let script = instance.browser().get(&format!("{}/embed.js", cast.chat_path()));
    for words in ["\"accent\":\"#1d4ed8\"", "\"side\":\"left\"", "\"label\":\"Help & advice\""] {
        assert!(script.body.contains(words), "{words}");
    }
    assert!(!script.body.contains("/*look*/"));
    assert!(script.body.len() < 10 * 1024, "{} bytes, not even packed", script.body.len());
}

#[test]
fn who_changes_one_thing_takes_back_nothing_that_another_changed_meanwhile() {
    let (_instance, cast) = Instance::with_cast();
    for (tab, button, [one, other], [name, other_name]) in [
        ("", "Save inbox", ["Greeting", "Allowed sites"], ["greeting", "allowed_sites"]),
        (
            "Appearance",
            "Save appearance",
            ["Welcome title", "Button label"],
            ["welcome_title", "button_label"],
        ),
    ] {
        let value = "https://shop.example";
        let form = || page(&cast, tab).form(button);
        let (first, second) = (form(), form());
        first.with(one, value).submit().expect(200, "Saved");
        second.with(other, value).submit().expect(200, "Saved");
        assert_eq!((form().value(name), form().value(other_name)), (Some(value), Some(value)));
    }
    let (first, second) = (page(&cast, "Hours"), page(&cast, "Hours"));
    let (first, second) = (first.form("Save hours"), second.form("Save hours"));
    first.set("opening", "always").submit().expect(200, "Saved");
    second.with("Away message", "Back soon.").submit().expect(200, "Saved");
    let now = page(&cast, "Hours").form("Save hours");
    assert_eq!(now.value("opening"), Some("always"));
    assert_eq!(now.value("away_message"), Some("Back soon."));
}

#[test]
fn a_preview_shows_the_look_and_stores_nothing() {
    let (instance, cast) = Instance::with_cast();
    let form = page(&cast, "Appearance").form("Preview");
    let form = form.set("accent", "red").set("side", "left").with("Welcome title", "Hello!");
    let shown = form.submit();
    assert_eq!(shown.status, 200);
    assert_eq!(shown.all("[data-look-title]"), ["Hello!"]);
    let class = shown.attribute("[data-look-preview]", "class");
    assert!(class.contains("accent-red") && class.contains("is-left"), "{class}");
    let kept = shown.form("Save appearance");
    assert_eq!((kept.value("accent"), kept.value("welcome_title")), (Some("red"), Some("Hello!")));
    assert_eq!(instance.count("SELECT count(*) FROM inboxes WHERE accent <> 'ink'"), 0);
    let long = "t".repeat(61);
    let refused = kept.with("Welcome title", &long).submit();
    refused.expect(422, "This is longer than 60 characters: it has 61.");
    assert_eq!(refused.form("Save appearance").value("welcome_title"), Some(long.as_str()));
    assert_eq!(instance.count("SELECT count(*) FROM inboxes WHERE accent <> 'ink'"), 0);
}

#[test]
fn what_is_typed_into_the_look_cannot_leave_the_script() {
    let (instance, cast) = Instance::with_cast();
    let form = page(&cast, "Appearance").form("Save appearance");
    form.with("Button label", "\"}; alert(1); //").submit().expect(200, "Saved the appearance of");
    let script = instance.browser().get(&format!("{}/embed.js", cast.chat_path()));
    assert!(script.body.contains(r#""label":"\"}; alert(1); //""#), "{}", &script.body[..600]);
}

/// A day of the week on which it is not today, in no time zone: hours for it are
/// outside of the hours now.
fn another_day() -> &'static str {
    use chrono::Datelike;
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let today = usize::try_from(chrono::Utc::now().weekday().num_days_from_monday());
    days[(today.expect("a day") + 3) % 7]
}

#[track_caller]
fn closed(cast: &Cast, message: &str) -> Form {
    let form = page(cast, "Hours").form("Save hours");
    form.set("opening", "own").set("day", another_day()).with("Away message", message)
}

#[track_caller]
fn write(browser: &Browser, cast: &Cast, message: &str) -> Page {
    let form = browser.get(&cast.chat_path()).form("Send").with("Message", message);
    let form = form.set("name", "Hanna").set("email", "hanna@customer.example");
    form.submit()
}

#[test]
fn outside_of_the_hours_customers_are_told_on_the_page_and_once_in_the_thread() {
    let (instance, cast) = Instance::with_cast();
    closed(&cast, "We are closed. <b>See you!</b>").submit().expect(200, "Saved the hours of");
    let customer = instance.browser();
    customer.get(&cast.chat_path()).expect(200, "We are closed. <b>See you!</b>");
    let page = customer.get(&cast.chat_path());
    page.expect(200, "We will be back on").expect(200, "(Berlin time)");
    let shown = write(&customer, &cast, "Is it in stock?");
    let said = |page: &Page| page.all(".thread .bubble > p:first-child");
    let told = "We are closed. <b>See you!</b>";
    assert_eq!(said(&shown), ["Is it in stock?", told]);
    shown.expect(200, "We will be back on");
    assert_eq!(shown.all(".is-automatic").len(), 1);
    let form = shown.form("Send").with("Message", "Hello?");
    assert_eq!(said(&form.submit()), ["Is it in stock?", told, "Hello?"]);
    // The team reads it too, as nobody's reply, and the conversation waits as before.
    let id = instance.count("SELECT max(id) FROM conversations");
    let thread = cast.agent.open(id);
    thread.expect(200, "Away message sent: “We are closed. <b>See you!</b>”");
    thread.expect(200, "Nobody owns this yet");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind <> 'customer'"), 0);
}

#[test]
fn nothing_is_said_while_it_is_open_or_where_there_is_nothing_to_say() {
    let (instance, cast) = Instance::with_cast();
    let says = |words: &str| instance.browser().get(&cast.chat_path()).says(words);
    closed(&cast, "").submit().expect(200, "Saved the hours of");
    assert!(!says("We are here again"));
    let form = closed(&cast, "Closed.").set("opening", "always");
    form.submit().expect(200, "Saved the hours of");
    assert!(!says("Closed."));
    // As the workspace: which has no hours until it gets some.
    closed(&cast, "Closed.").set("opening", "workspace").submit();
    assert!(!says("Closed."));
    let settings = cast.admin.get("/settings/workspace").form("Save workspace");
    settings.set("hours", "set").set("day", another_day()).submit().expect(200, "saved");
    assert!(says("Closed."));
    let shown = write(&instance.browser(), &cast, "Hello?");
    assert_eq!(shown.all(".thread .bubble > p:first-child"), ["Hello?", "Closed."]);
    // Wrong hours come back with the text.
    let refused = closed(&cast, "Away!").without("day").submit();
    refused.expect(422, "Choose at least one day.");
    let kept = refused.form("Save hours");
    assert_eq!((kept.value("opening"), kept.value("away_message")), (Some("own"), Some("Away!")));
    let unknown = closed(&cast, "Away!").set("opening", "never").submit();
    unknown.expect(422, "Baton did not understand that");
}

#[test]
fn what_is_told_outside_of_the_hours_stands_on_one_page_of_a_long_chat() {
    let (instance, cast) = Instance::with_cast();
    closed(&cast, "Away!").submit().expect(200, "Saved");
    let (_, customer) = cast.customer_writes_a_lot(&instance);
    let newest = customer.get(&cast.chat_path());
    assert_eq!(newest.all(".is-automatic").len(), 1);
    let earlier = newest.click("Show earlier messages");
    assert_eq!(earlier.all("[data-message]").len(), 3, "it was told after all of these");
}

#[test]
fn an_archived_inbox_takes_no_new_conversations_and_keeps_the_old_ones() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let stranger = instance.browser().get(&cast.chat_path()).form("Send");
    let archived = page(&cast, "").form("Archive inbox").submit();
    archived.expect(200, "Archived Website chat. Its conversations stay where they are.");
    cast.manager.get(INBOXES).expect(200, "They take no new conversations.");
    // Who is new finds it closed, also who had the page open.
    let closed = instance.browser().get(&cast.chat_path());
    closed.expect(410, "This chat is closed");
    let late = stranger.with("Your name", "Kofi").with("Email address", "kofi@customer.example");
    let late = late.with("Message", "Hello?").submit();
    late.expect(410, "This chat is closed").expect(410, "Nobody answers here.");
    assert_eq!(late.all("textarea"), ["Hello?"], "nothing is lost");
    // Whoever has a conversation is led there.
    let known = customer.get(&format!("{}?new", cast.chat_path()));
    known.expect(410, "It takes no new conversations. Yours goes on.");
    known.click("Open your conversation").expect(200, "Is it in stock?");
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 1);
    // Who has written there reads and writes on, and is answered.
    let shown = customer.get(&cast.chat_path());
    assert_eq!(shown.find_link("Start a new conversation"), None);
    shown.form("Send").with("Message", "Any news?").submit().expect(200, "Any news?");
    let reply = cast.agent.open(id).form("Claim and send").with("Reply", "Two left.");
    reply.submit().expect(200, "Two left.");
    customer.get(&cast.chat_path()).expect(200, "Two left.");
    // It is in the lists, and under its own filter.
    let add = cast.admin.get(INBOXES).click("Add inbox").form("Save inbox");
    add.with("Name", "Wholesale").submit();
    let list = cast.agent.get("/inbox?view=mine");
    let list = list.form("Filter").with("Filter by inbox", "Website chat (archived)").submit();
    list.expect(200, "Hanna Lindqvist");
    let back = page(&cast, "").form("Restore inbox").submit();
    back.expect(200, "Website chat takes new conversations again.");
    instance.browser().get(&cast.chat_path()).expect(200, "Your name");
}
