//! Bad configuration ends in one clear line, and leaves nothing behind.

use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;

use super::{Place, Program, Server};
use crate::support::is_postgres;

/// A start with this variable, which fails.
#[track_caller]
fn start_with(place: &Place, name: &str, value: &str) -> Program {
    let mut command = place.command(&[]);
    command.env(name, value);
    Program::run(command)
}

#[test]
fn every_variable_says_what_is_wrong_with_it() {
    let place = Place::new();
    for (name, value, words) in [
        ("BATON_LISTEN", "8080", "\"8080\" is not HOST:PORT"),
        ("BATON_LISTEN", "127.0.0.1:99999", "is not HOST:PORT"),
        ("BATON_LISTEN", "no.such.host.invalid:80", "is not HOST:PORT"),
        ("BATON_LISTEN", "::1:8341", "write [::1]:8341."),
        ("BATON_LISTEN", "192.0.2.1:0", "cannot listen on 192.0.2.1:0"),
        ("BATON_BASE_URL", "inbox.example.com", "is not a web address"),
        ("BATON_BASE_URL", "ftp://inbox.example.com", "must begin with http"),
        ("BATON_BASE_URL", "https://example.com/baton", "without a path"),
        (
            "BATON_DATA_DIR",
            "/dev/null/data",
            "Cannot create the folder /dev/null/data: there is a file",
        ),
        ("DATABASE_URL", "mysql://ana:hunter22@db/baton", "must begin with postgres://"),
        ("DATABASE_URL", "sqlite:nowhere/baton.db", "the folder nowhere does not exist"),
        ("DATABASE_URL", "postgres://ana:hunter22@db:x/baton", "is not a valid address"),
        ("BATON_SECRET_KEY", "hunter22", "must have at least 32 characters"),
        ("BATON_SMTP_URL", "mailto:ana:hunter22@example.com", "is not a mail server's address"),
        ("BATON_SMTP_URL", "smtp://ana:hunter22@example.com?Tls=required", "may have one option"),
        ("BATON_MAIL_FROM", "nobody", "\"nobody\" is not a sender"),
        ("BATON_MAIL_FROM", "a b <a@ b>", "\"a b <a@ b>\" is not a sender"),
        ("BATON_FILES_URL", "file:///srv/baton?x", "has something behind the folder"),
        ("BATON_SIGNUPS", "maybe", "\"maybe\" is neither open nor closed"),
        ("BATON_TRUSTED_PROXIES", "10.0.0.0/8, proxy", "\"proxy\" is neither an IP nor a network"),
        ("BATON_LOG", "baton=loud", "\"baton=loud\" is not a filter"),
    ] {
        let ended = start_with(&place, name, value);
        ended.expect_refusal(words);
        assert!(ended.err.contains(name), "{name} is missing from {}", ended.err);
        assert!(!ended.err.contains("hunter22"), "a secret is in {}", ended.err);
    }
    // A key that is refused comes after the folder was made; the others before.
    assert!(!place.path("data/baton.db").exists());
    assert!(!place.path("data/secret.key").exists());
}

#[test]
fn a_variable_that_is_no_text_is_none_of_ours() {
    let place = Place::new();
    let mut command = place.command(&[]);
    command.env("LESSOPEN", std::ffi::OsStr::from_bytes(b"\xff"));
    command.env("BATON_FILES_URL", "s3://bucket/files").env("BATON_SIGNUPS", "maybe");
    Program::run(command).expect_refusal("neither open nor closed");
}

#[test]
fn several_mistakes_are_told_at_once() {
    let place = Place::new();
    let mut command = place.command(&[]);
    command.env("BATON_SIGNUPS", "maybe").env("BATON_MAIL_FROM", "nobody");
    let ended = Program::run(command);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(ended.err.lines().count(), 2, "{}", ended.err);
    assert!(ended.err.contains("BATON_SIGNUPS") && ended.err.contains("BATON_MAIL_FROM"));
    assert!(!place.path("data").exists(), "nothing is made by a start that fails");
}

#[test]
fn an_empty_variable_counts_as_none() {
    let place = Place::new();
    place.serve().stop();
    let mut command = place.command(&["workspace", "list"]);
    for name in ["BATON_BASE_URL", "BATON_DATA_DIR", "BATON_SECRET_KEY", "BATON_SMTP_URL"] {
        command.env(name, "");
    }
    Program::run(command).expect_success();
    assert!(place.path("data/secret.key").exists());
}

#[test]
fn a_database_that_does_not_answer_is_told_in_one_line() {
    let place = Place::new();
    // A port that was free a moment ago.
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("an address").port()
    };
    let url = format!("postgres://ana:hunter22@127.0.0.1:{port}/baton");
    let ended = start_with(&place, "DATABASE_URL", &url);
    ended.expect_refusal("cannot open the database");
    assert!(!ended.err.contains("hunter22"), "a secret is in {}", ended.err);
}

#[test]
fn a_database_that_cannot_be_opened_is_named_with_the_reason() {
    let place = Place::new();
    std::fs::create_dir(place.path("notes")).expect("our folder");
    start_with(&place, "DATABASE_URL", "sqlite:notes")
        .expect_refusal("cannot open the database notes: it is a folder.");
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let place = Place::new();
    let notes = place.path("notes.txt");
    let text = "Buy more chain oil.\n".repeat(300);
    std::fs::write(&notes, &text).expect("our file");
    start_with(&place, "DATABASE_URL", "sqlite:notes.txt")
        .expect_refusal("notes.txt: file is not a database. Restore a backup");
    assert_eq!(std::fs::read_to_string(&notes).expect("our file"), text);
}

#[test]
fn a_file_in_the_place_of_a_folder_is_told_with_the_variable() {
    let place = Place::new();
    let notes = place.path("notes.txt");
    std::fs::write(&notes, "Buy more chain oil.").expect("our file");
    let in_place = "notes.txt: there is a file in its place. BATON_";
    start_with(&place, "BATON_DATA_DIR", "notes.txt").expect_refusal(in_place);
    start_with(&place, "BATON_FILES_URL", &format!("file://{}", notes.display()))
        .expect_refusal(&format!("{in_place}FILES_URL, or else BATON_DATA_DIR, says"));
}

#[test]
fn a_certificate_that_cannot_be_used_is_told_with_its_file() {
    let place = Place::new();
    let none = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    std::fs::write(place.path("ca.pem"), none).expect("our file");
    start_with(&place, "BATON_MAIL_CA_FILE", "ca.pem")
        .expect_refusal("BATON_MAIL_CA_FILE: certificate 1 of ca.pem cannot be used: ");
}

#[test]
fn a_port_in_use_is_told_with_a_way_out() {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = listener.local_addr().expect("an address").to_string();
    start_with(&place, "BATON_LISTEN", &taken)
        .expect_refusal(&format!("Another program listens on {taken} already"));
    // A first start that ends so has lost nothing: the next one goes on.
    drop(listener);
    place.serve().stop();
}

#[test]
fn a_secret_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.serve().stop();
    let key = place.path("data/secret.key");
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).expect("our file");
    place.run(&[]).expect_refusal("chmod 600 data/secret.key");
}

#[test]
fn a_start_tries_whether_files_can_arrive_and_be_kept() {
    let place = Place::new();
    place.serve().stop();
    start_with(&place, "BATON_FILES_URL", "file:///proc/self")
        .expect_refusal("Cannot write in the folder /proc/self: ");
    let mut command = place.command(&[]);
    command.env("BATON_FILES_URL", "s3://bucket").env("AWS_ENDPOINT", "http://127.0.0.1:1");
    Program::run(command).expect_refusal("AWS_ENDPOINT is an http:// address: set AWS_ALLOW_HTTP");
    // It is the server's affair.
    let mut command = place.command(&["workspace", "list"]);
    command.env("BATON_FILES_URL", "file:///proc/self");
    Program::run(command).expect_success();
    let uploads = place.path("data/uploads");
    std::fs::remove_dir(&uploads).expect("it is empty");
    std::os::unix::fs::symlink("/proc/self", &uploads).expect("our folder");
    let mut command = place.command(&[]);
    command.env("BATON_FILES_URL", format!("file://{}", place.path("data/files").display()));
    let refused = Program::run(command);
    refused.expect_refusal("Cannot write in the folder data/uploads: ");
    assert!(refused.err.contains("BATON_DATA_DIR"), "{}", refused.err);
}

#[test]
fn what_is_hardly_meant_is_told_in_the_log_of_a_start() {
    let place = Place::new();
    let server = place.serve();
    let log = server.log();
    // Several nodes may serve a PostgreSQL, and each would have files of its own.
    let of_files = "Files are kept in data/files: if several nodes serve this database";
    assert_eq!(log.contains(of_files), is_postgres(), "{log}");
    assert!(!log.contains("WARN"), "one node is as it should be: {log}");
    server.stop();
    let mut command = place.command(&[]);
    command.env("BATON_LISTEN", "0.0.0.0:0");
    command.env("BATON_SMTP_URL", "smtp://ana:hunter22@mail.example.com");
    command.env("BATON_MAILFROM", "ana@mail.example.com");
    let server = Server::start(command);
    for words in [
        "Reachable only as localhost: set BATON_BASE_URL",
        "password goes to mail.example.com",
        "BATON_MAILFROM is not heeded",
    ] {
        assert!(server.log().contains(words), "{words:?} is missing from {}", server.log());
    }
    assert!(!server.log().contains("hunter22"), "{}", server.log());
    server.stop();
    let mut command = place.command(&[]);
    command.env("BATON_LISTEN", "0.0.0.0:0").env("BATON_BASE_URL", "http://inbox.example.com");
    command.env("BATON_FILES_URL", format!("file://{}", place.path("data/files").display()));
    let server = Server::start(command);
    assert!(!server.log().contains("WARN"), "{}", server.log());
    server.stop();
}
