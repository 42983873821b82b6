//! Settings → Inboxes: the places where customers write.

mod chat;
mod team;

use baton::models::inbox::{self, Details, Refusal, Sites};
use baton::models::membership::Barred;

use crate::support::{Form, Instance, Member, Page};

const INBOXES: &str = "/settings/inboxes";

#[track_caller]
fn adding(by: &Member, name: &str) -> Form {
    by.get(INBOXES).click("Add inbox").form("Save inbox").with("Name", name)
}

/// The path of the chat page that an inbox's page shows.
#[track_caller]
fn chat_of(instance: &Instance, page: &Page) -> String {
    let url = page.attribute("#chat-url", "value");
    url.strip_prefix(&instance.base).expect("a page of this place").to_owned()
}

#[test]
fn a_new_workspace_has_one_inbox_with_a_chat() {
    let (instance, cast) = Instance::with_cast();
    let list = cast.admin.get(INBOXES);
    let row = list.row("Website chat");
    row.expect(200, "Web chat, no conversations yet");
    assert_eq!(row.link("Open chat page"), cast.chat_path());
    cast.waiting(&instance);
    cast.admin.get(INBOXES).row("Website chat").expect(200, "Web chat, 1 conversation");
    // Keys cannot be guessed from one another.
    let key = &cast.chat_key;
    assert!(key.len() >= 22, "{key}");
    assert!(!list.body.contains("rival"));
}

#[test]
fn an_inbox_is_added_with_its_chat_page_and_snippet() {
    let (instance, cast) = Instance::with_cast();
    let page = adding(&cast.admin, "  Wholesale ")
        .with("Greeting", "Ask us about bulk orders.")
        .with("Allowed sites", "https://shop.example\n https://www.shop.example/")
        .submit();
    page.expect(200, "Added Wholesale. Its chat page is below.");
    let unlisted = "First list the site under Allowed sites";
    assert!(!page.says(unlisted));
    cast.admin.get(INBOXES).row("Website chat").click("Edit").expect(200, unlisted);
    let chat = chat_of(&instance, &page);
    assert_ne!(chat, cast.chat_path());
    let snippet = page.form("Save inbox");
    assert_eq!(snippet.value("name"), Some("Wholesale"));
    assert_eq!(
        snippet.value("allowed_sites"),
        Some("https://shop.example\nhttps://www.shop.example")
    );
    let url = page.attribute("#chat-url", "value");
    assert_eq!(page.all("#snippet"), [format!("<script async src=\"{url}/embed.js\"></script>")]);
    // The page of the snippet may stand in a frame on those sites alone.
    let customer = instance.browser();
    let chat_page = customer.get(&chat);
    chat_page.expect(200, "Ask us about bulk orders.");
    let policy = chat_page.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors 'self' https://shop.example https://www.shop.example"),
        "{policy}"
    );
    let script = customer.get(&format!("{chat}/embed.js"));
    assert_eq!(script.status, 200);
    assert!(script.header("content-type").contains("javascript"));
    // What is written there arrives in the one list, under its inbox.
    let sent = chat_page.form("Send").with("Your name", "Kofi Mensah");
    let sent =
        sent.with("Email address", "kofi@customer.example").with("Message", "Fifty, please.");
    sent.submit().expect(200, "Fifty, please.");
    cast.agent.get("/inbox?view=unassigned").expect(200, "Kofi Mensah");
    cast.admin.get(INBOXES).row("Wholesale").expect(200, "1 conversation");
}

#[test]
fn a_form_that_comes_twice_adds_one_inbox_and_with_another_name_another() {
    let (instance, cast) = Instance::with_cast();
    let form = adding(&cast.admin, "Wholesale");
    let page = form.submit();
    form.submit().expect(200, "Added Wholesale.");
    assert_eq!(instance.count("SELECT count(*) FROM inboxes WHERE name = 'Wholesale'"), 1);
    let other = form.with("Name", "Repairs").submit();
    other.expect(200, "Added Repairs.");
    assert_eq!(other.form("Save inbox").value("name"), Some("Repairs"));
    assert_ne!(chat_of(&instance, &other), chat_of(&instance, &page));
}

#[test]
fn two_inboxes_have_no_name_together_unless_they_had_it_before() {
    const TAKEN: &str = "Another inbox has this name.";
    let (instance, cast) = Instance::with_cast();
    let page = adding(&cast.admin, " website  CHAT ").with("Greeting", "Hello!").submit();
    page.expect(422, TAKEN);
    assert_eq!(page.form("Save inbox").value("greeting"), Some("Hello!"));
    adding(&cast.outsider, "Wholesale").submit().expect(200, "Added Wholesale.");
    adding(&cast.admin, "Wholesale").submit().expect(200, "Added Wholesale.");
    let wholesale = format!("{INBOXES}/{}", instance.newest_inbox());
    let renamed =
        |name: &str| cast.manager.get(&wholesale).form("Save inbox").with("Name", name).submit();
    renamed("Website chat").expect(422, TAKEN);
    renamed("WHOLESALE").expect(200, "Saved WHOLESALE.");
    let email = || {
        let new = cast.admin.get(INBOXES).click("Add inbox").click("Email").form("Save inbox");
        new.with("Email address", "help@sprocket.example")
    };
    email().with("Name", "Wholesale").submit().expect(422, TAKEN);
    email().with("Name", "Mail").submit().expect(200, "Added Mail.");
    let mail = cast.admin.get(&format!("{INBOXES}/{}", instance.newest_inbox()));
    mail.form("Save inbox").with("Name", "Wholesale").submit().expect(422, TAKEN);
    instance.execute("UPDATE inboxes SET name = 'Website chat'");
    renamed("Website chat").expect(200, "Saved Website chat.");
}

#[test]
fn an_inbox_is_edited_and_keeps_its_address() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.manager.get(INBOXES).row("Website chat").click("Edit");
    page.expect(200, "Website chat");
    let before = chat_of(&instance, &page);
    let saved = page
        .form("Save inbox")
        .with("Name", "Shop chat")
        .with("Greeting", "Hello!\r\nHow can we help?")
        .submit();
    saved.expect(200, "Saved Shop chat.");
    assert_eq!(chat_of(&instance, &saved), before);
    let chat = instance.browser().get(&before);
    chat.expect(200, "How can we help?");
    assert!(
        chat.header("content-security-policy").contains("frame-ancestors 'self'"),
        "nobody else may embed it"
    );
    cast.admin.get(INBOXES).row("Shop chat").expect(200, "Web chat");
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_the_text_is_kept() {
    let (instance, cast) = Instance::with_cast();
    let not_a_site = |site: &str| {
        format!(
            "“{site}” is not the address of a site. \
             Write it like https://www.example.com, without a path."
        )
    };
    for (sites, reason) in [
        ("shop.example", not_a_site("shop.example")),
        ("https://shop.example/chat", not_a_site("https://shop.example/chat")),
        ("https://shop.example?x", not_a_site("https://shop.example?x")),
        ("https://*.shop.example", not_a_site("https://*.shop.example")),
        ("https://a.example;script-src", not_a_site("https://a.example;script-src")),
        ("https://me:pw@shop.example", not_a_site("https://me:pw@shop.example")),
        ("javascript:alert(1)", not_a_site("javascript:alert(1)")),
        ("*", not_a_site("*")),
        ("'none'", not_a_site("'none'")),
        ("https://ok.example https://", not_a_site("https://")),
        (
            "http://shop.example",
            "“http://shop.example” is not encrypted. \
             Only https:// can be used, or http:// for localhost."
                .to_owned(),
        ),
    ] {
        let page = adding(&cast.admin, "Wholesale").with("Allowed sites", sites).submit();
        assert_eq!(page.status, 422, "{sites}");
        assert_eq!(page.all("#allowed_sites-error"), [reason], "{sites}");
        let form = page.form("Save inbox");
        assert_eq!(form.value("allowed_sites"), Some(sites));
        assert_eq!(form.value("name"), Some("Wholesale"));
    }
    let many: Vec<String> = (0..51).map(|n| format!("https://s{n}.example")).collect();
    let page = adding(&cast.admin, "Wholesale").with("Allowed sites", &many.join("\n")).submit();
    assert_eq!(page.all("#allowed_sites-error"), ["That is more than 50 sites."]);
    let long = "g".repeat(501);
    let page = adding(&cast.admin, " ").with("Greeting", &long).submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#name-error"), ["Please fill this in."]);
    assert_eq!(page.all("#greeting-error"), ["This is longer than 500 characters: it has 501."]);
    assert_eq!(page.form("Save inbox").value("greeting"), Some(long.as_str()));
    assert_eq!(instance.count("SELECT count(*) FROM inboxes"), 2);
    // The same when one that exists is edited; its heading keeps the stored name.
    let page = cast.admin.get(INBOXES).row("Website chat").click("Edit").form("Save inbox");
    let page = page.with("Name", "").with("Allowed sites", "nowhere").submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("h1"), ["Website chat"]);
    assert_eq!(page.all("#allowed_sites-error"), [not_a_site("nowhere")]);
    let policy = instance.browser().get(&cast.chat_path());
    assert!(!policy.header("content-security-policy").contains("nowhere"));
}

#[test]
fn sites_are_kept_once_and_localhost_may_be_tried_without_encryption() {
    let (_instance, cast) = Instance::with_cast();
    let typed = "HTTPS://Shop.example:443 https://shop.example/ http://localhost:3000";
    let page = adding(&cast.admin, "Wholesale").with("Allowed sites", typed).submit();
    assert_eq!(
        page.form("Save inbox").value("allowed_sites"),
        Some("https://shop.example\nhttp://localhost:3000")
    );
}

#[test]
fn managers_look_after_inboxes_and_agents_do_not() {
    let (instance, cast) = Instance::with_cast();
    adding(&cast.manager, "Wholesale").submit().expect(200, "Added Wholesale.");
    let id = instance.newest_inbox();
    let refused = "Your role does not include Inboxes";
    for path in [INBOXES.to_owned(), format!("{INBOXES}/new"), format!("{INBOXES}/{id}")] {
        let page = cast.agent.get(&path);
        page.expect(403, refused);
        assert!(!page.says("Wholesale"), "{path}");
    }
    for path in [format!("{INBOXES}/new"), format!("{INBOXES}/{id}")] {
        cast.agent.browser.post(&path, &[("name", "Mine")]).expect(403, refused);
    }
    assert_eq!(cast.agent.get("/settings/profile").find_link("Inboxes"), None);
    assert_eq!(instance.count("SELECT count(*) FROM inboxes WHERE name = 'Mine'"), 0);
}

#[test]
fn an_inbox_of_another_workspace_does_not_exist() {
    let (instance, cast) = Instance::with_cast();
    let own = instance.first_inbox(cast.workspace_id);
    for path in [format!("{INBOXES}/{own}"), format!("{INBOXES}/999999"), format!("{INBOXES}/x")] {
        assert_eq!(cast.outsider.get(&path).status, 404, "{path}");
        let page = cast.outsider.browser.post(&path, &[("name", "Taken over")]);
        assert_eq!(page.status, 404, "{path}");
    }
    cast.admin.get(INBOXES).row("Website chat").expect(200, "Edit");
    assert_eq!(instance.count("SELECT count(*) FROM inboxes WHERE name = 'Taken over'"), 0);
}

#[test]
fn whoever_lost_the_role_or_the_membership_meanwhile_changes_no_inbox() {
    // The verbs look again under their locks, after the request was checked.
    let (instance, cast) = Instance::with_cast();
    let details =
        Details { name: "Other".to_owned(), greeting: String::new(), sites: Sites::default() };
    let id = instance.first_inbox(cast.workspace_id);
    let (own, foreign) = (cast.workspace_id, cast.other_workspace_id);
    for (workspace_id, member, reason) in [
        (own, &cast.agent, Refusal::Barred(Barred::NotAllowed)),
        (own, &cast.outsider, Refusal::Barred(Barred::MembershipEnded)),
        (foreign, &cast.admin, Refusal::Barred(Barred::MembershipEnded)),
        (foreign, &cast.outsider, Refusal::NotFound),
    ] {
        let by = member.at(workspace_id);
        let changed = instance.verb(|conn| inbox::change(conn, by, id, (&details, None)));
        assert_eq!(changed, Err(reason), "{}", member.name);
        if reason != Refusal::NotFound {
            let added = instance.verb(|conn| inbox::add(conn, by, &details, None));
            assert_eq!(added, Err(reason), "{}", member.name);
        }
    }
    assert_eq!(instance.count("SELECT count(*) FROM inboxes WHERE name = 'Other'"), 0);
}
