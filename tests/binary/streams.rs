//! Streams of pages whose node, or whose database, goes away.

use super::{Place, Server};
use crate::support::{Browser, Live, Postgres, Told, encode, is_postgres};

const SIGNED_IN: &str = "baton_session";

/// A customer writes, who was never there before; the conversation's place in the order.
fn customer_writes(server: &Server, chat: &str, n: usize) {
    let email = format!("customer{n}@customer.example");
    let fields = encode(&[("name", "Hanna"), ("email", &email), ("message", "Is it in stock?")]);
    let headers = [("Sec-Fetch-Site", "same-origin")];
    let page = server.browser().request("POST", chat, &headers, Some(&fields));
    assert_eq!(page.status, 303, "{}", page.text());
}

/// Where customers write, as its Administrator reads it.
fn chat_of(admin: &Browser) -> String {
    let address = admin.get("/inbox").link("Open the chat page (in a new tab)");
    let at = address.find("/chat/").expect("a chat");
    address[at..].to_owned()
}

/// The same session at another node.
fn at(server: &Server, admin: &Browser) -> Browser {
    let browser = server.browser();
    browser.set_cookie(SIGNED_IN, &admin.cookie(SIGNED_IN).expect("a session"));
    browser
}

fn listen(browser: &Browser, last: &str) -> Live {
    browser.listen("/live", last).expect("a stream")
}

/// Each of the conversations is told once, and everything in order.
#[track_caller]
fn expect_each_once(all: &[Told], conversations: std::ops::RangeInclusive<i64>) {
    let told: Vec<i64> = all.iter().filter(|told| told.name != "here").map(Told::number).collect();
    assert!(told.is_sorted_by(|a, b| a < b), "{told:?}");
    for id in conversations {
        for kind in ["opened", "message"] {
            let words = format!("conversation {id} {kind}");
            assert_eq!(all.iter().filter(|told| told.words() == words).count(), 1, "{words}");
        }
    }
}

#[test]
fn a_page_whose_node_was_killed_goes_on_at_another_without_a_gap() {
    let place = Place::new();
    let mut first = place.serve();
    let admin = first.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let chat = chat_of(&admin);
    let second = place.serve();
    let stream = listen(&admin, "");
    customer_writes(&first, &chat, 1);
    // What is written at one node is told at the other.
    customer_writes(&second, &chat, 2);
    let mut all = stream.all();
    first.kill_at_once();
    all.extend(stream.ends());
    customer_writes(&second, &chat, 3);
    let last = &all.last().expect("something was told").id;
    let again = listen(&at(&second, &admin), last);
    customer_writes(&second, &chat, 4);
    all.extend(again.all());
    expect_each_once(&all, 1..=4);
}

#[test]
fn a_restart_of_postgresql_loses_no_event() {
    if !is_postgres() {
        return;
    }
    let mut postgres = Postgres::start();
    let place = Place::new();
    let serve = || {
        let mut command = place.command(&[]);
        command.env("DATABASE_URL", &postgres.url);
        Server::start(command)
    };
    let (first, second) = (serve(), serve());
    let admin = first.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let chat = chat_of(&admin);
    let streams = [listen(&admin, ""), listen(&at(&second, &admin), "")];
    customer_writes(&first, &chat, 1);
    let mut told = streams.each_ref().map(Live::all);
    postgres.restart();
    for (n, server) in [&first, &second, &first].into_iter().enumerate() {
        wait_until_healthy(server);
        customer_writes(server, &chat, n + 2);
    }
    // The streams themselves went on.
    for (stream, all) in streams.iter().zip(&mut told) {
        while all.iter().filter(|told| told.words().ends_with("message")).count() < 4 {
            all.push(stream.next());
        }
        expect_each_once(all, 1..=4);
    }
}

fn wait_until_healthy(server: &Server) {
    let begun = std::time::Instant::now();
    while server.browser().request("GET", "/healthz", &[], None).status != 200 {
        assert!(begun.elapsed().as_secs() < 30, "{}", server.log());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
