//! Files that are not what they say, and forms that do not end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::{arriving, link, png, replied, stored};
use crate::support::{Instance, Page};

/// A download under a policy that lets it do nothing.
#[track_caller]
fn is_harmless(file: &Page) {
    assert_eq!((file.status, file.header("content-type")), (200, "application/octet-stream"));
    assert!(file.header("content-disposition").starts_with("attachment; "), "{:?}", file.headers);
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("content-security-policy"), "sandbox; default-src 'none'");
}

#[test]
fn what_a_file_holds_decides_and_not_its_name() {
    let (instance, cast) = Instance::with_cast();
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for (name, content) in [
        ("page.png", &b"<!DOCTYPE html><script>alert(1)</script>"[..]),
        ("drawing.svg", svg.as_bytes()),
        ("drawing.png", svg.as_bytes()),
        ("page.html", b"<script>alert(1)</script>"),
        ("cut.png", &png(40, 40)[..50]),
        ("program.exe", b"MZ\x90\0"),
    ] {
        let (_, page) = replied(&instance, &cast, name, content);
        assert_eq!(page.all(".thread .files img").len(), 0, "{name}");
        is_harmless(&cast.agent.get(&link(&page)));
    }
    let (_, page) = replied(&instance, &cast, "really.txt", &png(40, 40));
    assert_eq!(cast.agent.get(&link(&page)).header("content-type"), "image/png");
}

#[test]
fn a_bomb_is_a_file_like_any_other() {
    let (instance, cast) = Instance::with_cast();
    let mut bomb = png(1, 1);
    bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let mut sum = flate2::Crc::new();
    sum.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    let begun = Instant::now();
    let (_, page) = replied(&instance, &cast, "bomb.png", &bomb);
    assert!(begun.elapsed() < Duration::from_secs(10));
    is_harmless(&cast.agent.get(&link(&page)));
}

#[test]
fn a_name_is_no_path() {
    let (instance, cast) = Instance::with_cast();
    for (sent, kept) in [
        ("../../../../etc/passwd", "passwd"),
        ("/etc/cron.d/x", "x"),
        ("<b>x</b>.txt", "b>.txt"),
        ("a\u{202e}fdp.exe", "afdp.exe"),
        (&format!("{}.txt", "n".repeat(300)), &format!("{}.txt", "n".repeat(116))),
    ] {
        let (_, page) = replied(&instance, &cast, sent, b"content");
        assert_eq!(page.all(".thread a.attachment .one-line"), [kept], "{sent}");
        is_harmless(&cast.agent.get(&link(&page)));
    }
    assert!(stored(&instance).iter().all(|name| name.len() == 22), "{:?}", stored(&instance));
}

/// A form with a file of which a third has arrived.
fn half_sent(instance: &Instance, path: &str, cookies: &str) -> TcpStream {
    let address = instance.base.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).expect("the server listens");
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\n\
         Cookie: {cookies}\r\nContent-Type: multipart/form-data; boundary=edge\r\n\
         Content-Length: 9000000\r\n\r\n--edge\r\nContent-Disposition: form-data; name=\"file\"; \
         filename=\"film.mov\"\r\n\r\n"
    )
    .expect("the server reads");
    stream.write_all(&vec![7; 3_000_000]).expect("the server reads");
    stream
}

/// Whoever sends a file there without a session finds no room on the disk.
#[track_caller]
fn stores_nothing_of(instance: &Instance, path: &str) {
    let _stream = half_sent(instance, path, "none=1");
    // What is stored is there by then.
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(arriving(instance), Vec::<String>::new(), "{path}");
}

#[test]
fn a_form_that_is_cut_off_leaves_nothing() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let session = cast.agent.browser.cookie("baton_session").expect("signed in");
    let path = format!("/conversations/{id}/reply");
    let stream = half_sent(&instance, &path, &format!("baton_session={session}"));
    // It is on disk while it arrives.
    let waiting = Instant::now();
    while arriving(&instance).is_empty() {
        assert!(waiting.elapsed() < Duration::from_secs(10), "nothing arrives");
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(stream);
    let waiting = Instant::now();
    while !arriving(&instance).is_empty() {
        assert!(waiting.elapsed() < Duration::from_secs(10), "{:?}", arriving(&instance));
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(stored(&instance).is_empty());
    for table in ["attachments", "messages WHERE kind = 'reply'"] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

/// What a client is told in the end, and after how long.
fn told(mut stream: TcpStream) -> (String, Duration) {
    let begun = Instant::now();
    stream.set_read_timeout(Some(Duration::from_secs(40))).expect("a timeout");
    let mut answer = Vec::new();
    // What it has not sent may reset the connection behind the answer.
    let _ = stream.read_to_end(&mut answer);
    (String::from_utf8_lossy(&answer).into_owned(), begun.elapsed())
}

#[test]
fn slow_clients_are_told_so_and_hold_up_nobody() {
    let (instance, cast) = Instance::with_cast();
    let path = format!("/chat/{}/files", cast.chat_key);
    let slow: Vec<TcpStream> = (0..20).map(|_| half_sent(&instance, &path, "none=1")).collect();
    let address = instance.base.trim_start_matches("http://").to_owned();
    let mut form = TcpStream::connect(&address).expect("the server listens");
    write!(
        form,
        "POST /login HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail="
    )
    .expect("the server reads");
    let waiting = Instant::now();
    while arriving(&instance).len() < 20 {
        assert!(waiting.elapsed() < Duration::from_secs(10), "{:?}", arriving(&instance));
        std::thread::sleep(Duration::from_millis(10));
    }
    let send = |content: &[u8]| {
        let file = [("file".to_owned(), "a.txt".to_owned(), content.to_vec())];
        instance.browser().post_files(&path, &[], &file)
    };
    assert_eq!(send(&[b'a'; 60_000]).status, 200, "a small file needs no place");
    send(&[b'a'; 500_000]).expect(422, "Too many files arrive at once.");
    for stream in slow.into_iter().chain([form]) {
        let (answer, after) = told(stream);
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains("The connection is too slow"), "{answer}");
        assert!(after < Duration::from_secs(25), "{after:?}");
    }
    assert_eq!(send(&[b'a'; 500_000]).status, 200);
}

#[test]
fn a_customer_leaves_no_more_than_so_many_files() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let path = format!("/chat/{}/files", cast.chat_key);
    let file = [("file".to_owned(), "a.txt".to_owned(), b"a".to_vec())];
    let word = browser.post_files(&path, &[], &file).attribute("input[name=attached]", "value");
    for n in 1..60 {
        assert_eq!(browser.post_files(&path, &[], &file).status, 200, "{n}");
    }
    let refused = browser.post_files(&path, &[], &file);
    refused.expect(429, "Too many files at once.");
    assert_eq!(stored(&instance).len(), 60);
    let chat = cast.chat_path();
    let form = browser.get(&chat).form("Send");
    let form = form.with("Your name", "Hanna").with("Email address", "hanna@customer.example");
    let form = form.with("Message", "And a file").set("attached", &word);
    let page = form.clone().attach("Attach files", "b.txt", b"b").submit();
    page.expect(429, "Your text is kept");
    assert_eq!(page.all(".attached .one-line"), ["a.txt"], "what came before is kept too");
    stores_nothing_of(&instance, &chat);
    stores_nothing_of(&instance, &path);
    // Without a new file the limit is not concerned.
    form.submit().expect(200, "And a file").expect(200, "a.txt");
}

#[test]
fn who_may_write_nowhere_leaves_nothing_on_the_disk() {
    let (instance, cast) = Instance::with_cast();
    stores_nothing_of(&instance, "/chat/no-such-key");
    stores_nothing_of(&instance, "/chat/no-such-key/files");
    let file = [("file".to_owned(), "a.txt".to_owned(), b"a".to_vec())];
    let send = |path: &str| instance.browser().post_files(path, &[], &file);
    send("/chat/no-such-key").expect(404, "This chat is closed");
    assert_eq!(send("/chat/no-such-key/files").status, 404);
    let (_, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Hello");
    instance.execute("UPDATE inboxes SET archived_at = created_at");
    let chat = cast.chat_path();
    stores_nothing_of(&instance, &chat);
    stores_nothing_of(&instance, &format!("{chat}/files"));
    send(&chat).expect(410, "This chat is closed");
    send(&format!("{chat}/files")).expect(422, "This chat is closed.");
    assert!(stored(&instance).is_empty());
    // Whose conversation goes on sends files as before.
    let form = customer.get(&chat).form("Send").attach("Attach files", "a.txt", b"a");
    form.submit().expect(200, "a.txt");
}
