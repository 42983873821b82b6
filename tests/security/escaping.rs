//! Markup that people type is text on every page that shows it.

use crate::support::{Cast, Instance, Page, found};

/// In a name, a subject, a message: each would run or break out if it were not
/// escaped where it stands.
const MARKUP: &str = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>&amp;{{7*7}}";

#[track_caller]
fn expect_text(page: &Page, whose: &str) {
    assert_eq!(page.status, 200, "{}: {}", page.path, page.text());
    let live = page.all("img, script:not([src]), [onerror], iframe, svg script, b > script");
    assert!(live.is_empty(), "{whose} is live at {}: {live:?}", page.path);
    assert!(!page.body.contains("<script>alert"), "{whose} at {}", page.path);
}

/// The page shows it, as it was typed.
#[track_caller]
fn expect_shown(page: &Page, whose: &str) {
    expect_text(page, whose);
    let words = MARKUP.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.says(&words), "{whose} is not at {}: {}", page.path, page.text());
}

#[test]
fn what_a_customer_writes_is_text() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let path = cast.chat_path();
    let message = format!("{MARKUP}\njavascript:alert(3) https://x.example/\"onclick=alert(4) ");
    let sent = browser
        .get(&path)
        .form("Send")
        .with("Your name", MARKUP)
        .with("Email address", "hanna@customer.example")
        .with("Message", &message)
        .submit();
    expect_shown(&sent, "a message, to the customer");
    let id = instance.count("SELECT max(id) FROM conversations");
    let thread = cast.agent.open(id);
    expect_shown(&thread, "a message");
    let handlers = thread.all("[onclick]");
    assert!(handlers.is_empty(), "{handlers:?}");
    for link in hrefs(&thread) {
        assert!(!link.to_lowercase().starts_with("javascript"), "{link}");
    }
    expect_shown(&cast.agent.get("/inbox?view=unassigned"), "a customer's name");
    let newest = instance.count("SELECT max(id) FROM messages");
    let fragment = browser.get(&format!("{path}/messages?conversation={id}&after={}", newest - 1));
    expect_text(&fragment, "a message, to the page's script");
    let taken = thread.form("Claim").submit();
    expect_shown(&taken, "a subject");
    cast.manager.open(id).form("Take over").submit();
    expect_shown(&cast.agent.get("/notifications"), "a name in a notification");
}

fn hrefs(page: &Page) -> Vec<String> {
    let selector = scraper::Selector::parse("a[href]").expect("a selector");
    let html = page.html();
    html.select(&selector).filter_map(|a| a.attr("href").map(str::to_owned)).collect()
}

#[test]
fn what_a_refused_form_brings_back_is_text() {
    let (instance, cast) = Instance::with_cast();
    let path = cast.chat_path();
    let browser = instance.browser();
    let refused = browser
        .get(&path)
        .form("Send")
        .with("Your name", MARKUP)
        .with("Email address", MARKUP)
        .with("Message", MARKUP)
        .submit();
    assert_eq!(refused.status, 422);
    let kept = refused.form("Send");
    for field in ["name", "email", "message"] {
        assert_eq!(kept.value(field), Some(MARKUP), "{field} comes back as it was typed");
    }
    let refused = instance.browser().get("/login").form("Sign in").with("Email address", MARKUP);
    let refused = refused.with("Password", "x").submit();
    assert_eq!(refused.form("Sign in").value("email"), Some(MARKUP));
    let next = instance.browser().get(&format!("/login?next=/%22%3E{}", "%3Cscript%3E"));
    assert!(!next.body.contains("<script>"), "{}", next.body);
}

/// Names that members give themselves, their workspace and their inboxes.
#[test]
fn names_are_text_wherever_they_stand() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    rename(&cast, "/settings/profile", "Save profile", "name");
    rename(&cast, "/settings/workspace", "Save workspace", "workspace_name");
    let inbox = cast.admin.get("/settings/inboxes").link("Edit");
    rename(&cast, &inbox, "Save inbox", "name");
    cast.admin.open(id).form("Take over").submit();
    let removal = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    for path in [
        "/inbox?view=all",
        "/settings/team",
        "/settings/inboxes",
        inbox.as_str(),
        "/settings/workspace",
        "/settings/workspace/delete",
        "/settings/profile",
        removal.as_str(),
        "/workspaces",
    ] {
        expect_text(&cast.admin.get(path), "a name");
    }
    for path in ["/inbox?view=all", "/settings/workspace/delete", "/workspaces"] {
        expect_shown(&cast.admin.get(path), "the workspace's name");
    }
    let told = cast.agent.get("/notifications");
    expect_shown(&told, "a colleague's name");
    expect_shown(&cast.manager.open(id), "an owner's name");
    expect_text(&instance.browser().get(&cast.chat_path()), "a team's name");
}

#[track_caller]
fn rename(cast: &Cast, path: &str, button: &str, field: &str) {
    let saved = cast.admin.get(path).form(button).set(field, MARKUP).submit();
    expect_text(&saved, "a name just saved");
}

#[test]
fn an_invitation_shows_names_as_text() {
    let (instance, cast) = Instance::with_cast();
    rename(&cast, "/settings/profile", "Save profile", "name");
    rename(&cast, "/settings/workspace", "Save workspace", "workspace_name");
    cast.admin
        .get("/settings/team/invite")
        .form("Send invite")
        .with("Email address", "noor@sprocket.example")
        .submit();
    let page = instance.browser().get(&instance.mailed_invitation("noor@sprocket.example"));
    expect_shown(&page, "a workspace's name");
}

#[test]
fn the_offer_to_switch_shows_names_as_text() {
    let (instance, cast) = Instance::with_cast();
    let (other, _) = found_with_open_door(&instance);
    crate::support::join(&instance, other, cast.agent.user_id, baton::policy::Role::Agent);
    let other = other.to_string();
    let page = cast.agent.browser.post_once("/notifications/read", &[("workspace", &other)]);
    assert_eq!(page.status, 409);
    assert!(page.all("img, script:not([src])").is_empty(), "{}", page.body);
    assert!(page.says("alert(2)"), "{}", page.text());
}

fn found_with_open_door(instance: &Instance) -> (i64, crate::support::Member) {
    found(instance, MARKUP, "Otto Weiss", "otto@other.example")
}
