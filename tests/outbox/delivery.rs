//! Mail servers that refuse, put off, are away or say nothing.

use std::collections::HashMap;
use std::net::TcpListener;
use std::time::Duration;

use baton::db::Utc;
use baton::db::schema::deliveries;
use baton::models::delivery::{self, Kind, Room};
use diesel::prelude::*;

use super::{Runner, invite, make_due, wait_until_empty, with_mail_server};
use crate::support::{Answer, Cast, Instance, MailServer, Page};

fn row(cast: &Cast, email: &str) -> Page {
    cast.admin.get("/settings/team").row(email)
}

#[test]
fn a_refused_mail_is_shown_on_the_row_and_resend_sends_it() {
    let (server, instance, cast) = with_mail_server();
    server.answers(Answer::Refuse(550, "No such mailbox here"));
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example");
    instance.wait_for_count(1, "SELECT count(*) FROM deliveries WHERE failed_at IS NOT NULL");
    let nora = row(&cast, "nora@sprocket.example");
    for words in ["Pending", "Mail not delivered", "No such mailbox here"] {
        assert!(nora.says(words), "{words:?} is missing from {}", nora.text());
    }
    assert!(nora.find_link("Copy link").is_some(), "there is another way");

    server.answers(Answer::Take);
    nora.form("Resend").submit().expect(200, "Invitation sent to nora@sprocket.example.");
    server.wait_for("nora@sprocket.example");
    wait_until_empty(&instance);
    let nora = row(&cast, "nora@sprocket.example");
    assert!(nora.says("Pending") && !nora.says("Mail not delivered"), "{}", nora.text());
}

#[test]
fn a_mail_that_is_put_off_is_tried_again_after_growing_pauses() {
    let (server, instance, cast) = with_mail_server();
    server.answers(Answer::RefuseInTheEnd(451, "Come back later"));
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example");
    for (tries, longest) in [(1, 5), (2, 30), (3, 120), (4, 600), (5, 3600)] {
        let tried = format!(
            "SELECT count(*) FROM deliveries WHERE attempts = {tries} AND leased_until IS NULL"
        );
        instance.wait_for_count(1, &tried);
        let next: Utc =
            instance.read(|conn| deliveries::table.select(deliveries::next_attempt_at).first(conn));
        let pause = next.since(Utc::now()).num_seconds();
        let shortest = longest / 6;
        assert!((shortest..=longest).contains(&pause) || tries == 1, "after {tries}: {pause} s");
        assert!(row(&cast, "nora@sprocket.example").says("Come back later"));
        if tries == 5 {
            server.answers(Answer::Take);
        }
        make_due(&instance);
    }
    server.wait_for("nora@sprocket.example");
    wait_until_empty(&instance);
    assert!(!row(&cast, "nora@sprocket.example").says("Mail not delivered"));
    let ids: Vec<String> = server.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 6);
    assert!(ids.iter().all(|id| *id == ids[0] && !id.is_empty()), "{ids:?}");
}

#[test]
fn a_mail_server_that_is_away_is_told_on_the_row_and_gets_the_mail_when_it_is_back() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let url = format!("smtp://{address}");
    let instance = Instance::start_with(|config| config.smtp_url = url.parse().ok());
    let cast = Cast::create(&instance);
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example");
    let away = "SELECT count(*) FROM deliveries WHERE last_error IS NOT NULL AND failed_at IS NULL";
    instance.wait_for_count(1, away);
    let nora = row(&cast, "nora@sprocket.example");
    for words in ["Mail not delivered", "does not accept connections on port"] {
        assert!(nora.says(words), "{words:?} is missing from {}", nora.text());
    }
    let server = MailServer::on(TcpListener::bind(address).expect("the port is still free"));
    make_due(&instance);
    server.wait_for("nora@sprocket.example");
}

#[test]
fn a_silent_mail_server_holds_up_neither_a_page_nor_other_mails() {
    let (server, instance, cast) = with_mail_server();
    server.answers_to("silent@", Answer::BeSilent);
    let _runner = Runner::start(&instance.app);
    invite(&cast, "silent@sprocket.example").expect(200, "Invitation sent");
    let in_flight = "SELECT count(*) FROM deliveries WHERE recipient = 'silent@sprocket.example'
        AND leased_until IS NOT NULL AND sent_at IS NULL AND last_error IS NULL";
    instance.wait_for_count(1, in_flight);
    let silent = row(&cast, "silent@sprocket.example");
    assert!(silent.says("Pending") && !silent.says("Mail not delivered"), "{}", silent.text());
    invite(&cast, "nora@sprocket.example").expect(200, "Invitation sent");
    server.wait_for("nora@sprocket.example");
    assert_eq!(instance.count(in_flight), 1, "the first one still waits for an answer");
    server.answers(Answer::Take);
    server.wait_for("silent@sprocket.example");
}

/// Longer than a lease, and than the whole of it had once.
#[test]
fn a_mail_server_that_looks_for_long_into_what_it_is_given_gets_it_once() {
    let (server, instance, cast) = with_mail_server();
    server.answers(Answer::TakeSilently);
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example");
    server.wait_until("the mail", |mails| mails.len() == 1);
    std::thread::sleep(Duration::from_secs(17));
    assert!(!row(&cast, "nora@sprocket.example").says("Mail not delivered"));
    server.answers(Answer::Take);
    instance.wait_for_count(1, "SELECT count(*) FROM deliveries WHERE sent_at IS NOT NULL");
    assert_eq!(server.mails().len(), 1);
    assert_eq!(instance.count("SELECT count(*) FROM deliveries WHERE attempts = 1"), 1);
}

#[test]
fn a_mail_of_which_nobody_knows_is_sent_once_more_and_said_to_have_perhaps_arrived() {
    let (_server, instance, cast) = with_mail_server();
    invite(&cast, "nora@sprocket.example");
    let kinds = vec![Kind::Invitation];
    let room = Room { kinds, places: 1, of_one: 1, busy: HashMap::new(), held: Vec::new() };
    let lose = || {
        make_due(&instance);
        let mut leased = instance.write(|conn| delivery::lease_due(conn, Utc::now(), &room));
        let leased = leased.pop().expect("it is due");
        let said = "The mail server did not say whether it took it.";
        // As where the answer to a write was lost.
        for _ in 0..2 {
            instance.write(|conn| delivery::mark_unknown(conn, &leased, said, Utc::now()));
        }
        row(&cast, "nora@sprocket.example")
    };
    let failed = "SELECT count(*) FROM deliveries WHERE failed_at IS NOT NULL";
    let nora = lose();
    nora.expect(200, "Mail may have arrived").expect(200, "Baton will try once more.");
    assert_eq!(instance.count(failed), 0);
    let nora = lose();
    nora.expect(200, "Mail may have arrived").expect(200, "did not say whether it took it.");
    assert!(!nora.says("try once more") && !nora.says("Mail not delivered"), "{}", nora.text());
    assert_eq!(instance.count(failed), 1);
}

#[test]
fn mails_whose_cause_is_gone_never_leave() {
    let (server, instance, cast) = with_mail_server();
    let nobody = ["revoked@x.example", "expired@x.example", "joined@x.example"];
    for email in nobody.into_iter().chain(["resent@x.example"]) {
        invite(&cast, email).expect(200, "Invitation sent");
    }
    row(&cast, "revoked@x.example").form("Revoke").submit().expect(200, "revoked");
    instance.execute(
        "UPDATE invitations SET expires_at = '2020-01-01 00:00:00' WHERE email = 'expired@x.example'",
    );
    instance
        .browser()
        .get(&instance.copied_invitation("joined@x.example"))
        .form("Accept invitation")
        .with("Your name", "Jo")
        .with("Password", "velvet otter piano 42")
        .submit()
        .expect(200, "Inbox");
    row(&cast, "resent@x.example").form("Resend").submit().expect(200, "Invitation sent");
    // A link for a new password that a newer one has replaced.
    for _ in 0..2 {
        let forgot = instance.browser().get("/forgot-password");
        forgot.form("Send link").with("Email address", "gil@sprocket.example").submit();
    }

    let _runner = Runner::start(&instance.app);
    wait_until_empty(&instance);
    for email in nobody {
        assert_eq!(server.taken_for(email).len(), 0, "{email}");
    }
    let resent = server.taken_for("resent@x.example");
    assert_eq!(resent.len(), 1, "the first one is void");
    let path = instance.mailed_invitation("resent@x.example");
    assert_eq!(resent[0].link(), format!("{}{path}", instance.base));
    let resets = server.taken_for("gil@sprocket.example");
    assert_eq!(resets.len(), 1, "the first one is void");
    let path = instance.reset_link("gil@sprocket.example");
    assert_eq!(resets[0].link(), format!("{}{path}", instance.base));
}
