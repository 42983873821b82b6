//! Too much, and what breaks.

use diesel::RunQueryDsl;

use crate::binary::place::Place;
use crate::support::{Instance, PASSWORD};

#[test]
fn a_slash_too_many_leads_to_the_page() {
    let (_instance, cast) = Instance::with_cast();
    let browser = &cast.agent.browser;
    let to = |path: &str| browser.get_once(path).location();
    assert_eq!(to("/inbox/?view=all").as_deref(), Some("/inbox?view=all"));
    for nowhere in ["/nothing/", "//inbox/", "/inbox//"] {
        assert_eq!(browser.get_once(nowhere).status, 404, "{nowhere}");
    }
}

#[test]
fn a_form_has_a_bound_and_a_long_message_is_within_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id);
    let before = instance.count("SELECT count(*) FROM messages");
    // Four bytes each, percent-encoded twelve: the most that is a message.
    let longest = "𝄞".repeat(10_000);
    page.form("Send reply").with("Reply", &longest).submit().expect(200, "Reply sent.");
    assert_eq!(instance.count("SELECT count(*) FROM messages"), before + 1);
    let page = cast.agent.open(id);
    let too_much = page.form("Send reply").with("Reply", &"a".repeat(200 * 1024)).submit();
    too_much.expect(413, "That text is too long").expect(413, "Error 413, reference ");
    assert!(!too_much.says("Go back"), "whoever asked for no page has none to go back to");
    assert_eq!(instance.count("SELECT count(*) FROM messages"), before + 1);
    let too_long = cast.agent.open(id).form("Send reply").with("Reply", &"a".repeat(10_001));
    let kept = too_long.submit();
    assert_eq!(kept.status, 422, "{}", kept.text());
    assert!(kept.body.contains(&"a".repeat(10_001)), "nothing typed is lost");
}

#[test]
fn a_body_is_bounded_for_strangers_too() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let much = "a".repeat(200 * 1024);
    for path in ["/login", "/register", &cast.chat_path()] {
        assert_eq!(browser.post_once(path, &[("message", &much)]).status, 413, "{path}");
    }
}

/// Much longer than a socket holds: a browser reads no answer before it has sent it all.
#[test]
fn a_text_of_any_length_is_read_to_its_end_and_told_what_to_do() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let much = "a".repeat(20 * 1024 * 1024);
    let from_page = [("Sec-Fetch-Site", "same-origin"), ("Accept", "text/html,*/*;q=0.8")];
    let reply = format!("/conversations/{id}/reply");
    let answer =
        cast.agent.browser.request("POST", &reply, &from_page, Some(&format!("body={much}")));
    answer.expect(413, "That text is too long").expect(413, "what you wrote is still there");
    assert!(answer.find_link("Go to Inbox").is_some());
    // With files, and by a customer.
    let form = instance.browser().get(&cast.chat_path()).form("Send").with("Message", &much);
    let chat = form.submit_with_file("file", "a.txt", b"a");
    chat.expect(413, "That text is too long").expect(413, "Error 413, reference ");
    assert_eq!(chat.find_link("Go to Inbox"), None);
}

#[test]
fn what_is_no_form_is_refused() {
    let (instance, cast) = Instance::with_cast();
    let browser = &cast.admin.browser;
    let from_here = ("Sec-Fetch-Site", "same-origin");
    for body in ["name=a%00b", "workspace=me&name=Ana", "name=Ana&name=Olga", ""] {
        let answer = browser.request("POST", "/settings/profile", &[from_here], Some(body));
        assert_eq!(answer.status, 422, "{body}: {}", answer.text());
    }
    for (path, body) in [
        ("/settings/profile", "name=Ana&theme=pink"),
        ("/settings/profile", "name=Ana&shortcuts=maybe"),
        ("/settings/profile", "name=Ana&notify_assigned=pigeon"),
        ("/settings/workspace", "workspace_name=Ana&timezone=UTC&session_days=5"),
        ("/settings/workspace", "workspace_name=Ana&timezone=UTC&hours=sometimes"),
    ] {
        let answer = browser.request("POST", path, &[from_here], Some(body));
        assert_eq!(answer.status, 422, "{body}: {}", answer.text());
    }
    let name = instance.count("SELECT count(*) FROM users WHERE name = 'Ana Silva'");
    assert_eq!(name, 1);
}

#[test]
fn when_the_database_fails_a_page_says_so_with_a_reference_and_no_cause() {
    let (instance, cast) = Instance::with_cast();
    // The outbox is gone, and nothing else.
    instance.execute("ALTER TABLE deliveries RENAME TO lost_deliveries");
    let page = cast.admin.browser.get_once("/settings/team/invite");
    let failed = page.form("Send invite").with("Email address", "noor@sprocket.example").submit();
    failed.expect(500, "Error 500, reference");
    let reference = failed.all("code").join("");
    let is_hex = reference.chars().all(|c| c.is_ascii_hexdigit());
    assert!(reference.len() == 8 && is_hex, "{reference:?}");
    let cause = failed.text().to_lowercase();
    for word in ["deliveries", "sql", "table", "relation", "query", "panic", "src/"] {
        assert!(!cause.contains(word), "the page tells {word:?}: {cause}");
    }
    assert_eq!(failed.header("cache-control"), "no-store");
    // Nothing of the half-done work is there, and the rest goes on.
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 0);
    cast.agent.get("/inbox").expect(200, "Inbox");
    let again = cast.admin.browser.get_once("/settings/team/invite");
    let again = again.form("Send invite").with("Email address", "noor@sprocket.example").submit();
    assert_ne!(again.all("code").join(""), reference, "each failure has its own");
}

#[test]
fn when_the_database_fails_a_stranger_gets_a_page_too() {
    let instance = Instance::start();
    instance.execute("ALTER TABLE attempts RENAME TO lost_attempts");
    let fields = [("email", "ana@sprocket.example"), ("password", "whatever it is")];
    instance.browser().post_once("/login", &fields).expect(500, "Error 500, reference");
    let health = instance.browser().get_once("/healthz");
    assert_eq!(health.status, 200, "the database still answers");
}

#[test]
fn when_a_session_cannot_be_read_a_page_says_so_and_nobody_is_signed_out() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("ALTER TABLE sessions RENAME TO lost_sessions");
    let failed = cast.agent.get("/inbox");
    failed.expect(500, "Error 500, reference");
    assert!(failed.header("content-security-policy").contains("default-src 'none'"));
    cast.agent.browser.post_once("/notifications/read", &[]).expect(500, "Error 500");
    instance.execute("ALTER TABLE lost_sessions RENAME TO sessions");
    cast.agent.get("/inbox").expect(200, "Mia Chen");
}

#[test]
fn when_a_session_cannot_be_kept_a_page_says_so_and_the_log_takes_one_line() {
    let place = Place::new();
    let server = place.serve();
    server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let rename = |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        let renamed = place.database().change_now(|conn| diesel::sql_query(&sql).execute(conn));
        renamed.expect("the statement works");
    };
    let before = server.log().lines().count();
    rename("sessions", "lost_sessions");
    let browser = server.browser();
    let form = browser.get("/login").form("Sign in");
    let form = form.with("Email address", "ana@sprocket.example").with("Password", PASSWORD);
    let failed = form.submit_once();
    failed.expect(500, "Error 500, reference");
    assert!(failed.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(browser.cookie("baton_session"), None);
    let log = server.log();
    let told: Vec<&str> = log.lines().skip(before).collect();
    assert_eq!(told.len(), 1, "{log}");
    assert!(told[0].contains(&failed.all("code").join("")), "{log}");
    rename("lost_sessions", "sessions");
    form.submit().expect(200, "Inbox");
    server.stop();
}

#[test]
fn when_the_database_fails_a_customer_keeps_the_text() {
    let (instance, cast) = Instance::with_cast();
    let path = cast.chat_path();
    let form = || {
        let form = instance.browser().get(&path).form("Send").with("Your name", "Hanna");
        let form = form.with("Email address", "hanna@customer.example");
        form.with("Message", "The left pedal fell off.")
    };
    let (with_file, without) =
        (form().attach("Attach files", "pedal.txt", b"It looks like this."), form());
    instance.execute("ALTER TABLE messages RENAME TO lost_messages");
    let failed = without.submit();
    failed.expect(500, "Error 500, reference").expect(500, "What you wrote");
    failed.expect(500, "The left pedal fell off.").expect(500, "try again in a few minutes");
    assert!(failed.find_link("Go to Inbox").is_none(), "a customer has none");
    assert!(!failed.says("runs this server"), "nor do they know who does");
    // What arrives cannot be written at all.
    let uploads = instance.app.config.uploads_dir();
    std::fs::remove_dir_all(&uploads).expect("our folder");
    std::fs::write(&uploads, "in the way").expect("our file");
    with_file.submit().expect(500, "The left pedal fell off.");
}

#[test]
fn when_the_database_fails_a_reply_is_sent_again_from_the_page_that_says_so() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.get(&format!("/conversations/{id}?view=mine"));
    let form = page.form("Send reply").with("Reply", "It left.\nYesterday.");
    let with_file = form.clone().attach("Attach files", "a.txt", b"a");
    let note = page.form("Add note").with("Note", "Ask the carrier.");
    let before = instance.count("SELECT count(*) FROM messages");
    instance.execute("ALTER TABLE messages RENAME TO lost_messages");
    let (reply, with_file, note) = (form.submit(), with_file.submit(), note.submit());
    instance.execute("ALTER TABLE lost_messages RENAME TO messages");
    for (failed, text) in [(&reply, "Yesterday."), (&note, "Ask the carrier.")] {
        failed.expect(500, "Error 500, reference").expect(500, text);
        let back = failed.find_link("Back to the conversation");
        assert_eq!(back.as_deref(), Some(&*format!("/conversations/{id}?view=mine")));
        // Twice: it is one form.
        failed.form("Try again").submit().expect(200, text);
        failed.form("Try again").submit().expect(200, text);
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), before + 2);
    with_file.expect(500, "Error 500, reference").expect(500, "Yesterday.");
    assert!(!with_file.has_button("Try again"), "the file would not come again");
}

#[test]
fn what_is_the_same_for_everybody_looks_up_no_session() {
    let place = Place::new();
    let server = place.serve();
    let ana = server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let style = ana.get("/inbox").attribute("link[rel=stylesheet]", "href");
    let sql = "ALTER TABLE sessions RENAME TO lost_sessions";
    let renamed = place.database().change_now(|conn| diesel::sql_query(sql).execute(conn));
    renamed.expect("the statement works");
    assert_eq!(ana.get_once(&style).status, 200);
    assert_eq!(ana.get_once("/healthz").status, 200);
    let unread = "a session could not be read";
    assert!(!server.log().contains(unread), "{}", server.log());
    assert_eq!(ana.get_once("/inbox").status, 500);
    assert!(server.log().contains(unread), "{}", server.log());
}

#[test]
fn the_address_of_a_form_leads_to_the_page_that_the_form_is_on() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    for (form, page) in [
        (format!("/conversations/{id}/reply?view=all"), format!("/conversations/{id}?view=all")),
        (format!("/conversations/{id}/notes/4/delete"), format!("/conversations/{id}")),
        ("/inbox/resolve".to_owned(), "/inbox".to_owned()),
        ("/settings/team/invitations/3/revoke".to_owned(), "/settings/team".to_owned()),
        ("/logout".to_owned(), "/".to_owned()),
    ] {
        let answer = cast.agent.browser.get_once(&form);
        assert_eq!((answer.status, answer.location()), (303, Some(page)), "{form}");
    }
    for nothing in ["/conversations/1/nothing", "/nowhere/at/all", "//evil.example/inbox/resolve"] {
        assert_eq!(cast.agent.browser.get_once(nothing).status, 404, "{nothing}");
    }
}
