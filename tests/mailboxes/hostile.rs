//! Mail servers, or somebody on the way to them, that mean harm.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use baton::channels::mail_server::{self, Outcome};
use baton::config::MailServers;
use baton::models::mailbox::{NewServer, Protocol, Security};
use baton::net::Dialer;

/// A server that talks to one client like this; answers its port, and what `talk` answers.
fn server<T: Send + 'static>(
    talk: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (u16, Receiver<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let (told, outcome) = channel();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a client");
        let _ = told.send(talk(stream));
    });
    (port, outcome)
}

/// What is wrong with a server, in the words of *Test connection*.
fn problem(of: Protocol, port: u16, security: Security) -> String {
    let dialer = Dialer::new(&MailServers { may_be_private: true, ..MailServers::default() });
    let server = NewServer {
        host: "127.0.0.1".into(),
        port,
        user: "support".into(),
        security,
        ..NewServer::default()
    };
    let trial = actix_web::rt::System::new()
        .block_on(async move { mail_server::try_out(&dialer, of, &server).await });
    let failed = trial.steps.into_iter().find_map(|(_, outcome)| match outcome {
        Outcome::Failed(problem) => Some(problem.to_string()),
        _ => None,
    });
    failed.expect("a step fails")
}

#[test]
fn what_comes_in_the_clear_behind_the_answer_to_starttls_counts_as_nothing() {
    let (port, heard) = server(|stream| {
        let mut out = stream.try_clone().expect("a stream");
        let mut lines = BufReader::new(stream).lines();
        let mut say = |words: &str| out.write_all(words.as_bytes()).expect("it is heard");
        say("220 mail.test\r\n");
        assert!(lines.next().expect("a line").expect("EHLO").starts_with("EHLO "));
        say("250-mail.test\r\n250 STARTTLS\r\n");
        assert_eq!(lines.next().expect("a line").expect("STARTTLS"), "STARTTLS");
        say("220 go on\r\n250-injected\r\n250 AUTH PLAIN\r\n");
        // The handshake would begin.
        lines.next().is_none()
    });
    let words = problem(Protocol::Smtp, port, Security::StartTls);
    assert!(words.starts_with("Somebody on the way sends more"), "{words}");
    assert!(heard.recv().expect("an end"), "nothing more is said");
}

#[test]
fn a_line_without_an_end_is_not_listened_to() {
    for (of, security, begin, most) in [
        (Protocol::Smtp, Security::None, "220 ", 64),
        (Protocol::Smtp, Security::StartTls, "220 ", 64),
        (Protocol::Imap, Security::None, "* OK ", 256),
        (Protocol::Imap, Security::StartTls, "* OK ", 256),
    ] {
        let (port, sent) = server(move |mut stream| {
            let mut sent = 0;
            let mut piece = begin.as_bytes().to_vec();
            while sent < 64 * 1024 * 1024 && stream.write_all(&piece).is_ok() {
                sent += piece.len();
                piece = vec![b'A'; 64 * 1024];
            }
            sent
        });
        let words = problem(of, port, security);
        assert!(words.contains("does not greet as an"), "{words}");
        let sent = sent.recv().expect("an end");
        // What the system keeps on the way is not ours.
        assert!(sent < 32 * 1024 * 1024, "{sent} bytes, where {most} KB are enough");
    }
}
