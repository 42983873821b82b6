//! Connections that are cut in the middle.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{connect, mail, reading_installation, wait_for, wait_for_words};
use crate::support::Dovecot;

/// Stands between Baton and the server, and cuts each of the first connections
/// after so many bytes from the server.
struct Cutter {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Cutter {
    fn start(server: u16, cuts: &'static [usize]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let n = counted.fetch_add(1, Ordering::SeqCst);
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(("127.0.0.1", server)))
                else {
                    continue;
                };
                let left = cuts.get(n).copied().unwrap_or(usize::MAX);
                let (from, to) = (client.try_clone(), server.try_clone());
                std::thread::spawn(move || {
                    pass(from.expect("a socket"), to.expect("a socket"), usize::MAX)
                });
                std::thread::spawn(move || pass(server, client, left));
            }
        });
        Self { port, connections }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut left: usize) {
    let mut buffer = [0; 4096];
    while left > 0 {
        let Ok(read) = from.read(&mut buffer) else { break };
        let passed = read.min(left);
        if passed == 0 || to.write_all(&buffer[..passed]).is_err() {
            break;
        }
        left -= passed;
    }
    // Whoever is gone already needs no telling.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

#[test]
fn a_connection_that_is_cut_anywhere_is_made_again_and_every_mail_is_taken_once() {
    let (instance, cast) = reading_installation();
    let dovecot = Dovecot::start();
    let pages = "A line of the rear hanger.\r\n".repeat(400);
    for n in 1..=5 {
        dovecot.deliver(mail(&format!("Hanger {n}")) + &pages);
    }
    // In the greeting, in the first mail, in the third one.
    let cutter = Cutter::start(dovecot.port, &[20, 6_000, 30_000]);
    connect(&cast, cutter.port, "None");
    wait_for(&instance, 5, "SELECT count(*) FROM mails");
    wait_for(&instance, 5, "SELECT last_uid FROM mailboxes");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'customer'"), 5);
    assert!(cutter.connections.load(Ordering::SeqCst) >= 4);
    let path = format!("/settings/inboxes/{}", instance.newest_inbox());
    wait_for_words(&cast, &path, "Connected since").expect(200, "Last error");
}

#[test]
fn a_connection_that_is_cut_while_it_waits_is_made_again() {
    let (instance, cast) = reading_installation();
    let mut dovecot = Dovecot::start();
    connect(&cast, dovecot.tls_port, "TLS");
    let connected = "SELECT count(*) FROM mailboxes WHERE connected_at IS NOT NULL";
    wait_for(&instance, 1, connected);
    dovecot.stop();
    wait_for(&instance, 0, connected);
    dovecot.deliver(mail("Rear hanger"));
    dovecot.go_on();
    wait_for(&instance, 1, "SELECT count(*) FROM mails");
}
