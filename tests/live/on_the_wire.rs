//! A stream as it travels: whole, although it leaves the HTTP server on the way.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use crate::support::{Instance, Member};

/// Asks for a stream; the head of the answer, in lower case, and what follows it.
fn ask(instance: &Instance, member: &Member) -> (String, BufReader<TcpStream>) {
    let host = instance.base.trim_start_matches("http://");
    let mut connection = TcpStream::connect(host).expect("the server listens");
    let cookies = member.browser.cookie_header();
    write!(connection, "GET /live HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\n\r\n")
        .expect("the server takes it");
    let mut answer = BufReader::new(connection);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(answer.read_line(&mut head).expect("a head"), 0, "{head}");
    }
    (head.to_lowercase(), answer)
}

/// The next chunk (RFC 9112, 7.1); the last one is empty.
fn chunk(body: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    body.read_line(&mut line).expect("the length of a chunk");
    let length = usize::from_str_radix(line.trim_end(), 16).expect("in hexadecimal");
    let mut chunk = vec![0; length + 2];
    body.read_exact(&mut chunk).expect("all of it");
    assert!(chunk.ends_with(b"\r\n"));
    chunk.truncate(length);
    String::from_utf8(chunk).expect("text")
}

#[test]
fn a_stream_is_whole_chunks_after_a_head_like_every_other() {
    let (instance, cast) = Instance::with_cast();
    let (head, mut body) = ask(&instance, &cast.agent);
    for line in [
        "http/1.1 200 ok",
        "transfer-encoding: chunked",
        "content-type: text/event-stream",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
    ] {
        assert!(head.contains(line), "there is no {line:?} in {head}");
    }
    let ids: Vec<String> = (0..5).map(|_| format!("\"id\":{}", cast.waiting(&instance))).collect();
    let mut told = String::new();
    while !ids.iter().all(|id| told.contains(id)) {
        let next = chunk(&mut body);
        assert_ne!(next, "", "it ended after {told}");
        told.push_str(&next);
    }
    assert!(told.starts_with("retry: "), "{told}");
    let sessions = format!("DELETE FROM sessions WHERE user_id = {}", cast.agent.user_id);
    instance.execute(&sessions);
    while !chunk(&mut body).is_empty() {}
    assert_eq!(body.read(&mut [0]).expect("the end"), 0, "something follows the last chunk");
}

#[test]
fn one_who_hangs_up_is_forgotten_at_once() {
    let (instance, cast) = Instance::with_cast();
    let (_, body) = ask(&instance, &cast.agent);
    assert_eq!(instance.app.live.len(), 1);
    drop(body);
    let started = std::time::Instant::now();
    while !instance.app.live.is_empty() {
        assert!(started.elapsed().as_secs() < 4, "only a heartbeat would find out");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
