//! What a page fetches itself: what is read by that, and what becomes of answers that are
//! none.

use baton::db::Utc;
use baton::models::mailbox::outage;

use crate::live::{at, is_the_same};
use crate::support::{Instance, PASSWORD};

const UNREAD: &str = "SELECT count(*) FROM notifications WHERE read_at IS NULL";

#[test]
fn what_came_below_a_thread_that_is_scrolled_up_is_read_once_it_is_in_view() {
    let (instance, cast) = Instance::with_cast();
    let (id, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    let chat = cast.chat_path();
    let writes = |text: &str| hanna.get(&chat).form("Send").with("Message", text).submit();
    writes(&"One line more.\n\n".repeat(80)).expect(200, "One line more.");
    let mia = at(&cast.agent, &format!("/conversations/{id}"));
    let is_read = || (instance.count(UNREAD) == 0).then_some(());
    assert!(mia.until(is_read).is_some());
    mia.run("document.getElementById('messages').scrollTop = -700");
    writes("The black one, please.");
    mia.sees("The black one, please.");
    mia.sees("New message");
    assert_eq!(instance.count(UNREAD), 1, "it is below what is in view");
    assert_eq!(mia.run("return document.getElementById('unread')?.firstChild.textContent"), "1");
    mia.press("New message");
    assert!(mia.until(is_read).is_some(), "it is in view");
    let bell = "return document.getElementById('unread') === null";
    assert!(mia.until(|| (mia.run(bell) == true).then_some(())).is_some());
    // With the end in view, what comes is read as it comes.
    writes("Or the red one.");
    mia.sees("Or the red one.");
    assert!(mia.until(is_read).is_some());
    is_the_same(&mia);
}

#[test]
fn an_answer_that_is_none_is_asked_for_again() {
    let (instance, cast) = Instance::with_cast();
    for (status, body) in [(503, "Busy"), (429, "Slowly"), (200, "Sign in to this network")] {
        let mia = at(&cast.agent, "/inbox?view=unassigned");
        mia.run(&format!(
            "const own = window.fetch;
             window.fetch = async (...of) => {{
                 window.fetch = own;
                 const real = await own(...of);
                 const answer = new Response('{body}', {{ status: {status} }});
                 Object.defineProperty(answer, 'url', {{ value: real.url }});
                 window.isRefused = true;
                 return answer;
             }}"
        ));
        let name = format!("Tomas Novak {status}");
        cast.customer_writes(&instance, &name, "My wheel came back bent.");
        assert!(mia.until(|| (mia.run("return window.isRefused") == true).then_some(())).is_some());
        mia.sees(&name);
        is_the_same(&mia);
    }
}

#[test]
fn an_older_answer_does_not_replace_a_newer_one() {
    let (instance, cast) = Instance::with_cast();
    let mia = at(&cast.agent, "/inbox?view=unassigned");
    // The first answer takes its time, and is of before the second.
    mia.run(
        "const own = window.fetch;
         window.asked = 0;
         window.fetch = async (...of) => {
             const answer = await own(...of);
             if (++window.asked === 1) await new Promise((done) => setTimeout(done, 4000));
             return answer;
         }",
    );
    cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let is_asked = || (mia.run("return window.asked") == 1).then_some(());
    assert!(mia.until(is_asked).is_some());
    cast.customer_writes(&instance, "Tomas Novak", "My wheel came back bent.");
    mia.sees("Tomas Novak");
    std::thread::sleep(std::time::Duration::from_secs(4));
    mia.sees("Tomas Novak");
    assert!(mia.text().contains("Tomas Novak"), "{}", mia.text());
}

#[test]
fn a_page_of_somebody_else_who_was_signed_in_here_takes_nothing_over() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let mia = at(&cast.agent, &format!("/conversations/{id}"));
    mia.fill("Note", "Ask the workshop.");
    // As another tab does it.
    mia.run(&format!(
        "const send = (path, fields) =>
             fetch(path, {{ method: 'POST', body: new URLSearchParams(fields) }});
         return send('/logout', {{}})
             .then(() => send('/login', {{ email: '{}', password: '{PASSWORD}' }}))
             .then(() => 'there')",
        cast.manager.email
    ));
    cast.customer_writes(&instance, "Tomas Novak", "My wheel came back bent.");
    mia.sees("Gil Roth is signed in here now");
    mia.does_not_see("Tomas Novak");
    assert_eq!(mia.value("Note"), "Ask the workshop.");
    is_the_same(&mia);
}

#[test]
fn a_page_of_an_inbox_shows_what_is_read_by_it() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    instance.execute(
        "UPDATE mailboxes SET imap_host = 'localhost', next_attempt_at = '2099-01-01 00:00:00'",
    );
    let ana = at(&cast.admin, &format!("/settings/inboxes/{}", inbox.id));
    ana.sees("Connecting");
    ana.fill("Signature", "Yours, Sprocket");
    instance.execute("UPDATE mailboxes SET failures = 3");
    instance.execute(
        "INSERT INTO mailbox_outages (workspace_id, inbox_id, server, since, reason)
         SELECT workspace_id, inbox_id, 'imap', '2026-11-24 08:12:00', 'It is down.' FROM mailboxes",
    );
    instance.write(|conn| outage::tell(conn, Utc::now()));
    ana.sees("Not connected since 24 Nov, 09:12.");
    assert!(ana.until(|| (instance.count(UNREAD) == 0).then_some(())).is_some());
    assert_eq!(ana.value("Signature"), "Yours, Sprocket");
    is_the_same(&ana);
}
