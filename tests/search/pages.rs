//! Pages of what is found: nothing is left out without a word.

use super::{found, search};
use crate::support::{Instance, Member, Page};

/// The conversations on all pages, in their order.
fn on_all_pages(mut page: Page) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        let html = page.html();
        let rows = scraper::Selector::parse(".found a").expect("a selector");
        let links = html.select(&rows).filter_map(|row| row.attr("href"));
        all.extend(links.map(|link| link.split(['#', '?']).next().unwrap_or(link).to_owned()));
        if page.find_link("Older").is_none() {
            return all;
        }
        page = page.click("Older");
    }
}

#[track_caller]
fn finds_all(by: &Member, words: &str, count: usize) {
    let mut all = on_all_pages(search(by, words));
    assert_eq!(all.len(), count, "{words}: {all:?}");
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "{words}: each once");
}

#[test]
fn every_conversation_of_a_contact_and_of_a_subject_is_on_one_of_the_pages() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    for n in 0..45 {
        let zelda = "Zelda Quixote <zelda@customer.example>";
        let mail = inbox.mail(zelda, &format!("Wobblegear {n}"), "Where is it?");
        inbox.takes(&instance, mail.with("Message-ID", &format!("<z{n}@x.example>")).raw());
    }
    let kofi =
        inbox.mail("Kofi Mensah <kofi@customer.example>", "A gear", "It wobbles, Zelda says.");
    inbox.takes(&instance, kofi.with("Message-ID", "<kofi@x.example>").raw());
    finds_all(&cast.manager, "wobblegear", 45);
    finds_all(&cast.manager, "quixote", 45);
    // Those that a message leads to come behind.
    finds_all(&cast.manager, "zelda", 46);
    let filtered = cast.manager.get("/search?q=&status=open");
    assert_eq!(on_all_pages(filtered).len(), 46);
    assert!(on_all_pages(cast.manager.get("/search?q=&status=snoozed")).is_empty());
}

#[test]
fn a_name_finds_who_wrote_on_the_days_that_are_asked_for() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Zelda Quixote", "Where is it?");
    let past = "2026-02-03 10:00:00";
    instance.execute(&format!("UPDATE conversations SET created_at = '{past}' WHERE id = {id}"));
    instance.execute(&format!("UPDATE messages SET created_at = '{past}'"));
    let today = baton::db::Utc::now().to_chrono().format("%Y-%m-%d").to_string();
    let on = |from: &str| found(&cast.manager.get(&format!("/search?q=zelda&from={from}")));
    assert_eq!(on("2026-02-03"), ["Zelda Quixote"]);
    assert_eq!(on(&today), [""; 0]);
    customer.get(&cast.chat_path()).form("Send").with("Message", "Hello?").submit();
    assert_eq!(on("2026-02-04"), ["Zelda Quixote"]);
}

#[test]
fn signs_alone_are_nothing_to_look_for() {
    let (_instance, cast) = Instance::with_cast();
    for signs in ["%25", "_", "%F0%9F%9A%B2"] {
        let page = cast.manager.get(&format!("/search?q={signs}&status=open"));
        page.expect(200, "No letters or digits to look for");
        assert!(page.find_link("Save view").is_none(), "{signs}");
    }
    let page = cast.manager.get("/search");
    page.expect(200, "What are you looking for?");
    assert!(page.find_link("Save view").is_none());
}
