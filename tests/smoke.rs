//! The kit itself: a customer writes, an agent claims and answers. And what lies below
//! every page, its connection.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::Instance;

#[test]
fn a_customer_writes_and_an_agent_answers() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let page = cast.agent.open(id);
    page.expect(200, "Is it in stock?");
    page.form("Claim and send")
        .with("Reply", "Yes, two left.")
        .submit()
        .expect(200, "Claimed and sent.");
    customer.get(&cast.chat_path()).expect(200, "Yes, two left.");
}

#[test]
fn a_connection_is_kept_while_somebody_reads() {
    let instance = Instance::start();
    let host = instance.base.trim_start_matches("http://");
    let mut connection = TcpStream::connect(host).expect("the server listens");
    let mut answers = BufReader::new(connection.try_clone().expect("a second handle"));
    let mut ask = || {
        write!(connection, "HEAD /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n").expect("it is open");
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(answers.read_line(&mut head).expect("a head"), 0, "closed after {head:?}");
        }
        head
    };
    assert!(ask().starts_with("HTTP/1.1 200"));
    // Longer than most servers wait unless they are told to.
    std::thread::sleep(Duration::from_secs(7));
    assert!(ask().starts_with("HTTP/1.1 200"));
}
