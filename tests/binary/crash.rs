//! A process that dies in the middle of a stream of writes: what was
//! acknowledged is there after the restart, and the outbox goes on.

mod writers;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;

use self::writers::{Records, Writer};
use super::place::add_member;
use super::{Place, Server};
use crate::races::invariants::expect_invariants;
use crate::support::{Answer, MailServer, encode, is_postgres};

/// Acknowledged writes of each kind before the process is killed.
const ENOUGH: usize = 25;

/// Conversations that wait before the stream begins.
const QUEUE: usize = 100;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

fn rows(place: &Place, sql: &str) -> Vec<Row> {
    let read = place.database().read_now(|conn| diesel::sql_query(sql).load(conn));
    read.expect("the query works")
}

fn execute(place: &Place, sql: &str) {
    let done = place.database().change_now(|conn| diesel::sql_query(sql).execute(conn));
    done.expect("the statement works");
}

/// Starts at the same address, so that the browsers go on.
fn serve(place: &Place, mails: &MailServer, listen: &str) -> Server {
    let mut command = place.command(&[]);
    command
        .env("BATON_LISTEN", listen)
        .env("BATON_SMTP_URL", mails.url())
        .env("BATON_TRUSTED_PROXIES", "127.0.0.1");
    Server::start(command)
}

/// A customer, from an address of their own, writes what nobody has claimed yet.
fn customer_waits(server: &Server, chat: &str, n: usize) {
    let email = format!("early{n}@customer.example");
    let fields = encode(&[("name", "Hanna"), ("email", &email), ("message", "Is it in stock?")]);
    let client = format!("203.0.113.{n}");
    let headers = [("Sec-Fetch-Site", "same-origin"), ("X-Forwarded-For", client.as_str())];
    let page = server.browser().request("POST", chat, &headers, Some(&fields));
    assert_eq!(page.status, 303, "{}", page.text());
}

#[test]
fn what_was_acknowledged_survives_kill_9_and_the_outbox_goes_on() {
    let place = Place::new();
    let mails = MailServer::start();
    let mut server = serve(&place, &mails, "127.0.0.1:0");
    let address = server.base.trim_start_matches("http://").to_owned();
    let admin = server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    execute(&place, "UPDATE plans SET seats = 1000");
    let join = |name: &str, email: &str| add_member(&server, &admin, name, email, "Agent");
    let (mia, lukas) =
        (join("Mia Chen", "mia@sprocket.example"), join("Lukas Brandt", "lukas@sprocket.example"));
    let member = |email: &str| {
        let sql = format!(
            "SELECT m.id AS n, u.email AS text FROM memberships m JOIN users u ON u.id = m.user_id
             WHERE u.email = '{email}'"
        );
        rows(&place, &sql)[0].n
    };
    let chat = admin.get("/settings/inboxes").attribute("a[href*='/chat/']", "href");
    let chat = chat.strip_prefix(&server.base).unwrap_or(&chat).to_owned();
    for n in 0..QUEUE {
        customer_waits(&server, &chat, n);
    }
    let queue: Vec<(i64, i64)> = rows(
        &place,
        "SELECT id AS n, CAST(last_message_id AS TEXT) AS text FROM conversations ORDER BY id",
    )
    .into_iter()
    .map(|row| (row.n, row.text.parse().expect("an id")))
    .collect();
    let (for_lukas, for_mia) = queue.split_at(10);
    // Of the mails in the stream, some arrive and the rest is never answered.
    mails.answers_to("late", Answer::BeSilent);

    let records = Records::default();
    let is_dead = AtomicBool::new(false);
    let writer = |browser| Writer { browser, records: &records, is_dead: &is_dead };
    std::thread::scope(|scope| {
        for n in 0..2 {
            let (customer, chat) = (writer(server.browser()), &chat);
            scope.spawn(move || customer.write_in(chat, n));
        }
        let (mia, me) = (writer(mia.clone()), member("mia@sprocket.example"));
        scope.spawn(move || mia.claim_and_answer(for_mia, me));
        let (lukas, me) = (writer(lukas.clone()), member("lukas@sprocket.example"));
        scope.spawn(move || lukas.claim_and_release(for_lukas, me));
        let ana = writer(admin.clone());
        scope.spawn(move || ana.invite());

        let started = Instant::now();
        while !records.has_enough(ENOUGH) && started.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(2));
        }
        server.kill_at_once();
        is_dead.store(true, Ordering::SeqCst);
    });
    assert!(records.has_enough(ENOUGH), "{}", records.counts());

    let server = serve(&place, &mails, &address);
    expect_invariants(|sql| place.count(sql));
    if !is_postgres() {
        let damage = "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
        assert_eq!(place.count(damage), 0);
        assert_eq!(place.count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    }
    expect_messages(&place, &records);
    expect_owners(&place, &records);
    for browser in [&admin, &mia, &lukas] {
        browser.get("/inbox").expect(200, "Inbox");
    }

    mails.answers(Answer::Take);
    // The dead process held some of them; its leases would end by themselves.
    execute(&place, "UPDATE deliveries SET leased_until = '2020-01-01 00:00:00'");
    expect_mails(&place, &mails, &records);
    server.stop();
}

/// Everything acknowledged is there once, and nothing twice.
fn expect_messages(place: &Place, records: &Records) {
    let stored = rows(
        place,
        "SELECT count(*) AS n, body AS text FROM messages WHERE body LIKE 'Crash:%' GROUP BY body",
    );
    for row in &stored {
        assert_eq!(row.n, 1, "{:?} is there more than once", row.text);
    }
    let stored: BTreeSet<String> = stored.into_iter().map(|row| row.text).collect();
    let acknowledged = records.messages.lock().expect("no panic").clone();
    let lost: Vec<_> = acknowledged.iter().filter(|text| !stored.contains(*text)).collect();
    assert!(lost.is_empty(), "of {} messages these are lost: {lost:?}", acknowledged.len());
    // Beside them, at most what each of the four was writing at that moment.
    let more = stored.len() - acknowledged.len();
    assert!(more <= 4, "{more} messages more than were acknowledged");
}

/// Each conversation has the owner of its last acknowledged change, or of the
/// one that was on its way.
fn expect_owners(place: &Place, records: &Records) {
    let owners = rows(
        place,
        "SELECT id AS n, coalesce(CAST(assignee_id AS TEXT), '') AS text FROM conversations",
    );
    let tried = records.owners.lock().expect("no panic").clone();
    for row in owners {
        let Some(steps) = tried.get(&row.n) else { continue };
        let owner: Option<i64> = row.text.parse().ok();
        let last = steps.iter().rposition(|step| step.is_acknowledged).unwrap_or(0);
        let possible: Vec<Option<i64>> = steps[last..].iter().map(|step| step.owner).collect();
        assert!(possible.contains(&owner), "{}: {owner:?} is none of {possible:?}", row.n);
    }
}

/// Everybody who was invited gets their mail: twice at most, if the process died
/// before it could note the first time, and then with the same Message-ID.
fn expect_mails(place: &Place, mails: &MailServer, records: &Records) {
    let invited = records.invited.lock().expect("no panic").clone();
    let open = rows(
        place,
        "SELECT count(*) AS n, email AS text FROM invitations WHERE revoked_at IS NULL
         GROUP BY email",
    );
    for email in &invited {
        let found = open.iter().find(|row| row.text == *email);
        assert_eq!(found.map(|row| row.n), Some(1), "{email} is invited");
    }
    mails.wait_until("every invitation", |mails| {
        let arrived: BTreeSet<&String> = mails.iter().flat_map(|mail| &mail.recipients).collect();
        invited.iter().all(|email| arrived.contains(email))
    });
    let started = Instant::now();
    // What tells members and customers of something waits for some minutes.
    let left = "SELECT id AS n, recipient AS text FROM deliveries
                WHERE sent_at IS NULL AND kind = 'invitation'";
    while !rows(place, left).is_empty() {
        assert!(started.elapsed() < Duration::from_secs(30), "the outbox is never empty");
        std::thread::sleep(Duration::from_millis(50));
    }
    for email in &invited {
        let ids: Vec<String> =
            mails.taken_for(email).iter().map(|mail| mail.header("Message-ID")).collect();
        assert!(ids.len() <= 2 && ids.iter().all(|id| *id == ids[0]), "{email}: {ids:?}");
    }
}
