//! Mail servers that do not let us in, and addresses that they do not take.

use std::io::Write;
use std::net::TcpListener;

use super::{Runner, invite, make_due, with_mail_server};
use crate::support::{Cast, Instance, MailServer};

const PUT_OFF: &str =
    "SELECT count(*) FROM deliveries WHERE last_error IS NOT NULL AND failed_at IS NULL";
const FAILED: &str = "SELECT count(*) FROM deliveries WHERE failed_at IS NOT NULL";

#[track_caller]
fn expect_on_row(cast: &Cast, email: &str, words: &str) {
    let row = cast.admin.get("/settings/team").row(email);
    assert!(row.says(words), "{words:?} is missing from {}", row.text());
    assert!(!row.says("internal client error"), "{}", row.text());
}

#[test]
fn a_server_that_refuses_us_at_its_door_gets_the_mail_later() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let door = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().expect("a client");
        client.write_all(b"554 5.7.1 You are on a list\r\n").expect("the client hears it");
        listener
    });
    let instance = Instance::start_with(|config| config.smtp_url = url.parse().ok());
    let cast = Cast::create(&instance);
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example");
    let listener = door.join().expect("it refused somebody");
    instance.wait_for_count(1, PUT_OFF);
    expect_on_row(&cast, "nora@sprocket.example", "You are on a list");
    let server = MailServer::on(listener);
    make_due(&instance);
    server.wait_for("nora@sprocket.example");
}

#[test]
fn a_server_that_takes_no_password_is_told_in_plain_words_and_tried_again() {
    let server = MailServer::start();
    let url = format!("smtp://baton:velvet@{}", server.address);
    let instance = Instance::start_with(|config| config.smtp_url = url.parse().ok());
    let cast = Cast::create(&instance);
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example");
    instance.wait_for_count(1, PUT_OFF);
    let words = "The server does not offer sign-in by password here.";
    expect_on_row(&cast, "nora@sprocket.example", words);
}

#[test]
fn an_address_that_the_server_cannot_take_is_not_tried_again() {
    let (server, instance, cast) = with_mail_server();
    let _runner = Runner::start(&instance.app);
    invite(&cast, "jörg@sprocket.example");
    instance.wait_for_count(1, FAILED);
    let words = "The mail server does not take addresses with letters such as ä.";
    expect_on_row(&cast, "jörg@sprocket.example", words);
    assert_eq!(server.mails().len(), 0);
}

#[test]
fn a_domain_with_other_letters_travels_in_those_that_every_server_takes() {
    let (server, instance, cast) = with_mail_server();
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@bücher.example");
    let mail = server.wait_for("nora@xn--bcher-kva.example");
    assert_eq!(mail.header("To"), "nora@xn--bcher-kva.example");
}
