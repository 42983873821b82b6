//! A process that dies or is stopped while it sends: no mail is lost, and none goes out
//! twice by itself.

use std::time::{Duration, Instant};

use diesel::prelude::*;

use super::{HANNA, hannas};
use crate::binary::place::{Place, Server};
use crate::binary::receive::{add_inbox, receive};
use crate::support::{Answer, Browser, EmailInbox, MailServer, Page};

/// A workspace of one, whose mail leaves by a server of ours.
struct Scene {
    place: Place,
    mails: MailServer,
    server: Server,
    ana: Browser,
    id: i64,
}

impl Scene {
    fn new() -> Self {
        let place = Place::new();
        let mails = MailServer::start();
        let server = serve(&place, &mails, "127.0.0.1:0");
        let ana = server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
        let address = "support@sprocket.example".to_owned();
        let inbox_id = add_inbox(&place, 1, "Support", &address);
        let inbox = EmailInbox { id: inbox_id, workspace_id: 1, address };
        let (code, said) = receive(&place, &["Support"], &hannas(&inbox).raw());
        assert_eq!(code, Some(0), "{said}");
        let id = place.count("SELECT max(id) FROM conversations");
        ana.get(&format!("/conversations/{id}")).form("Claim").submit().expect(200, "You own this");
        Self { place, mails, server, ana, id }
    }

    fn page(&self) -> Page {
        self.ana.get(&format!("/conversations/{}", self.id))
    }

    /// Sends a reply, and waits until the process is in the middle of it.
    fn send_until(&self, reached: &str) {
        self.page().form("Send reply").with("Reply", "It left.").submit().expect(200, "Sending");
        self.execute("UPDATE deliveries SET next_attempt_at = '2020-01-01 00:00:00'");
        self.wait_for(1, reached);
    }

    /// Kills the process, and starts it again when its lease is over.
    fn die(&mut self) {
        let address = self.server.base.trim_start_matches("http://").to_owned();
        self.server.kill_at_once();
        self.execute(
            "UPDATE deliveries SET leased_until = '2020-01-01 00:00:00'
             WHERE leased_until IS NOT NULL",
        );
        self.mails.answers(Answer::Take);
        self.server = serve(&self.place, &self.mails, &address);
    }

    fn execute(&self, sql: &str) {
        let done = self.place.database().change_now(|conn| diesel::sql_query(sql).execute(conn));
        done.expect("the statement works");
    }

    #[track_caller]
    fn wait_for(&self, expected: i64, sql: &str) {
        let started = Instant::now();
        while self.place.count(sql) != expected {
            assert!(started.elapsed() < Duration::from_secs(30), "never {expected}: {sql}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn wait_until_told(&self, words: &str) {
        let started = Instant::now();
        while !self.server.log().contains(words) {
            assert!(started.elapsed() < Duration::from_secs(30), "{}", self.server.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        // Until it listens for another signal.
        std::thread::sleep(Duration::from_millis(200));
    }

    /// Nobody knows whether it left: that is told, and it is tried again by hand alone.
    fn expect_unknown(&self, taken: usize) {
        self.wait_for(1, "SELECT count(*) FROM deliveries WHERE failed_at IS NOT NULL");
        let page = self.page();
        page.expect(200, "May not have been sent");
        self.ana.get("/notifications").expect(200, "The reply to Hanna Lindqvist");
        self.execute("UPDATE deliveries SET next_attempt_at = '2020-01-01 00:00:00'");
        std::thread::sleep(Duration::from_millis(2500));
        assert_eq!(self.mails.taken_for(HANNA).len(), taken, "not by itself");
        page.form("Try again").submit().expect(200, "Sending again.");
        self.wait_for(1, "SELECT count(*) FROM deliveries WHERE sent_at IS NOT NULL");
        let ids: Vec<String> =
            self.mails.taken_for(HANNA).iter().map(|mail| mail.header("Message-ID")).collect();
        assert_eq!(ids.len(), taken + 1);
        assert!(ids.iter().all(|id| *id == ids[0]), "the same mail: {ids:?}");
    }
}

fn serve(place: &Place, mails: &MailServer, listen: &str) -> Server {
    let mut command = place.command(&[]);
    command.env("BATON_LISTEN", listen).env("BATON_SMTP_URL", mails.url());
    Server::start(command)
}

const LEASED: &str = "SELECT count(*) FROM deliveries WHERE leased_until IS NOT NULL";
const BEGUN: &str = "SELECT count(*) FROM deliveries WHERE began_at IS NOT NULL";

#[test]
fn killed_before_the_server_may_have_it_a_reply_leaves_once_after_all() {
    let mut scene = Scene::new();
    scene.mails.answers(Answer::BeSilent);
    scene.send_until(LEASED);
    assert_eq!(scene.place.count(BEGUN), 0);
    scene.die();
    scene.wait_for(1, "SELECT count(*) FROM deliveries WHERE sent_at IS NOT NULL");
    assert_eq!(scene.mails.taken_for(HANNA).len(), 1);
}

#[test]
fn killed_when_the_mail_was_about_to_go_a_reply_is_marked_and_not_sent_by_itself() {
    let mut scene = Scene::new();
    scene.mails.answers(Answer::BeSilentBeforeTheMail);
    scene.send_until(BEGUN);
    scene.die();
    scene.expect_unknown(0);
}

#[test]
fn killed_when_the_server_had_it_a_reply_does_not_go_out_twice_by_itself() {
    let mut scene = Scene::new();
    scene.mails.answers(Answer::TakeSilently);
    scene.send_until(BEGUN);
    scene.mails.wait_until("the mail", |mails| mails.len() == 1);
    scene.die();
    scene.expect_unknown(1);
}

#[test]
fn killed_while_it_could_be_taken_back_a_reply_leaves_later() {
    let mut scene = Scene::new();
    scene.page().form("Send reply").with("Reply", "It left.").submit().expect(200, "Sending");
    scene.die();
    assert!(scene.page().has_button("Undo"), "{}", scene.page().text());
    scene.execute("UPDATE deliveries SET next_attempt_at = '2020-01-01 00:00:00'");
    scene.mails.wait_for(HANNA);
}

/// Many servers take longer than a moment to look into what they are given.
#[test]
fn told_to_stop_it_waits_for_the_answer_to_a_reply_and_begins_no_other() {
    let mut scene = Scene::new();
    scene.mails.answers(Answer::TakeSilently);
    scene.send_until(BEGUN);
    scene.mails.wait_until("the mail", |mails| mails.len() == 1);
    scene.page().form("Send reply").with("Reply", "And this.").submit().expect(200, "Sending");
    scene.server.signal("TERM");
    scene.wait_until_told("stopping");
    scene.execute(
        "UPDATE deliveries SET next_attempt_at = '2020-01-01 00:00:00' WHERE began_at IS NULL",
    );
    std::thread::sleep(Duration::from_secs(7));
    assert_eq!(scene.place.count(BEGUN), 1);
    scene.mails.answers(Answer::Take);
    assert_eq!(scene.server.wait().code(), Some(0), "{}", scene.server.log());
    assert_eq!(scene.place.count("SELECT count(*) FROM deliveries WHERE sent_at IS NOT NULL"), 1);
    assert_eq!(scene.place.count("SELECT count(*) FROM deliveries WHERE sent_at IS NULL"), 1);
    assert_eq!(scene.mails.taken_for(HANNA).len(), 1);
}

#[test]
fn told_twice_to_stop_it_does_not_wait_for_an_answer() {
    let mut scene = Scene::new();
    scene.mails.answers(Answer::TakeSilently);
    scene.send_until(BEGUN);
    scene.mails.wait_until("the mail", |mails| mails.len() == 1);
    scene.server.signal("TERM");
    scene.wait_until_told("stopping");
    let told = Instant::now();
    scene.server.signal("INT");
    assert_eq!(scene.server.wait().code(), Some(0), "{}", scene.server.log());
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
}
