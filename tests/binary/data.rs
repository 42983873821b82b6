//! Backup, demo and seed.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use baton::db::{Db, Location};
use diesel::RunQueryDsl;

use super::place::{add_member, mode};
use super::{Place, Program, Server};
use crate::support::{is_postgres, sign_in};

#[test]
fn a_backup_taken_under_load_holds_everything_acknowledged_before() {
    let place = Place::new();
    let server = place.serve();
    let admin = server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    if is_postgres() {
        place.run(&["backup", "copy.db"]).expect_refusal("use `pg_dump`");
        assert!(!place.path("copy.db").exists());
        return;
    }
    let chat = admin.get("/settings/inboxes").attribute("a[href*='/chat/']", "href");
    let chat = chat.strip_prefix(&server.base).unwrap_or(&chat).to_owned();
    let acknowledged = Mutex::new(Vec::new());
    let is_done = AtomicBool::new(false);
    let before = std::thread::scope(|scope| {
        for writer in 0..3 {
            let (server, chat, acknowledged, is_done) = (&server, &chat, &acknowledged, &is_done);
            scope.spawn(move || {
                for n in 0.. {
                    if is_done.load(Ordering::Relaxed) || n == 15 {
                        break;
                    }
                    let text = format!("Message {n} of writer {writer}");
                    let page = server.browser().get(chat).form("Send");
                    page.with("Your name", "Hanna")
                        .with("Email address", "hanna@customer.example")
                        .with("Message", &text)
                        .submit()
                        .expect(200, &text);
                    acknowledged.lock().expect("no panic").push(text);
                }
            });
        }
        while acknowledged.lock().expect("no panic").len() < 5 {
            std::thread::yield_now();
        }
        let before = acknowledged.lock().expect("no panic").clone();
        let backup = place.run(&["backup", "copy.db"]);
        is_done.store(true, Ordering::Relaxed);
        assert!(backup.expect_success().contains("The database is in copy.db."));
        before
    });
    assert_eq!(mode(&place.path("copy.db")), 0o600);
    let size = std::fs::metadata(place.path("copy.db")).expect("the copy").len();
    place.run(&["backup", "copy.db"]).expect_refusal("copy.db exists already");
    assert_eq!(std::fs::metadata(place.path("copy.db")).expect("the copy").len(), size);
    server.stop();

    let mut command = place.command(&[]);
    command.env("DATABASE_URL", "sqlite:copy.db");
    let restored = Server::start(command);
    let ana = restored.browser();
    sign_in(&ana, "ana@sprocket.example");
    let queue = ana.get("/inbox?view=unassigned");
    for text in before {
        assert!(queue.says(&text), "{text} is missing from {}", queue.text());
    }
    restored.stop();
}

/// As by a new binary beside the old server, before it takes its place.
#[test]
fn a_backup_does_not_bring_the_schema_up_to_date() {
    if is_postgres() {
        return;
    }
    let place = Place::new();
    place.serve().stop();
    let known = place.count("SELECT count(*) FROM __diesel_schema_migrations");
    let older = "DELETE FROM __diesel_schema_migrations
        WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)";
    let changed = place.database().change_now(|conn| diesel::sql_query(older).execute(conn));
    changed.expect("the statement works");
    place.run(&["backup", "copy.db"]).expect_success();
    assert_eq!(mode(&place.path("copy.db")), 0o600);
    let location = Location::Sqlite(place.path("data/baton.db").display().to_string());
    let mut conn = location.connect().expect("the database");
    let left = diesel::sql_query("DELETE FROM __diesel_schema_migrations").execute(&mut conn);
    assert_eq!(i64::try_from(left.expect("the statement works")), Ok(known - 1));
}

#[test]
fn a_backup_that_is_killed_leaves_nothing_that_looks_like_one() {
    if is_postgres() {
        return;
    }
    let place = Place::new();
    place.serve().stop();
    let mut killed = std::process::Command::new("bash");
    // The kernel ends whoever writes a file larger than 100 KB.
    let script = "ulimit -c 0; ulimit -f 100; exec \"$0\" backup copy.db";
    killed.env_clear().current_dir(place.dir.path()).args(["-c", script]).arg(&place.program);
    let killed = Program::run(killed);
    assert!(!killed.status.success(), "{}", killed.out);
    assert!(!place.path("copy.db").exists());
    assert!(place.path("copy.db.part").exists(), "it was in the middle of it: {}", killed.err);
    std::fs::write(place.path("copy.db.part-journal"), "half of one").expect("our folder");
    place.run(&["backup", "copy.db"]).expect_success();
    let left = std::fs::read_dir(place.dir.path()).expect("our folder").flatten();
    let mut left: Vec<_> = left.map(|file| file.file_name()).collect();
    left.sort();
    assert_eq!(left, ["copy.db", "data"]);
    let copy = Location::Sqlite(place.path("copy.db").display().to_string());
    Db::open(copy).expect("it is whole");
}

#[test]
fn a_backup_that_fails_leaves_nothing() {
    if is_postgres() {
        return;
    }
    let place = Place::new();
    place.serve().stop();
    std::fs::write(place.path("data/baton.db"), "no database").expect("our folder");
    place.run(&["backup", "copy.db"]).expect_refusal("data/baton.db");
    let names = ["copy.db", "copy.db.part", "copy.db.part-journal"];
    assert_eq!(names.map(|name| place.path(name).exists()), [false; 3]);
}

#[test]
fn the_demo_lets_three_people_in_and_leaves_nothing_behind() {
    let place = Place::new();
    let temporary = place.path("tmp");
    std::fs::create_dir(&temporary).expect("our folder");
    let mut command = place.command(&["demo"]);
    command.env("TMPDIR", &temporary);
    let mut server = Server::start(command);
    let welcome = server.wait_for_output("Ctrl+C stops it.");
    let people: Vec<Vec<&str>> = welcome
        .lines()
        .filter(|line| line.contains("@sprocket.example"))
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(people.len(), 3, "{welcome}");
    for person in &people {
        let [role, first, last, email, password] = person[..] else { panic!("{person:?}") };
        let browser = server.browser();
        let form = browser.get("/login").form("Sign in");
        let inbox = form.with("Email address", email).with("Password", password).submit();
        inbox.expect(200, "Inbox");
        let team = browser.get("/settings/team").status;
        assert_eq!(team, if role == "Administrator" { 200 } else { 403 });
        browser.get("/settings/profile").expect(200, &format!("{first} {last}"));
    }
    let ana = server.browser();
    let form = ana.get("/login").form("Sign in");
    form.with("Email address", people[0][3]).with("Password", people[0][4]).submit();
    let shown: usize = ["open", "snoozed", "resolved"]
        .iter()
        .map(|status| ana.get(&format!("/inbox?view=all&status={status}")))
        .map(|page| page.all("a[href^='/conversations/']").len())
        .sum();
    assert!(shown >= 40, "there are {shown} conversations");
    // Nothing has failed where somebody looks first.
    for customer in ["Noah Keller", "Ines Duarte"] {
        let list = ana.get("/inbox?view=all").row(customer);
        let mail = ana.get(&list.attribute("a[href^='/conversations/']", "href"));
        assert!(mail.says("Sent") && !mail.says("not sent"), "{}", mail.text());
    }
    assert_eq!(std::fs::read_dir(&temporary).expect("our folder").count(), 1);
    // Its terminal was closed.
    server.signal("HUP");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    assert_eq!(std::fs::read_dir(&temporary).expect("our folder").count(), 0);
    assert!(!place.path("data").exists(), "the demo keeps to its own folder");
}

#[test]
fn seed_fills_the_only_workspace_or_the_named_one() {
    let place = Place::new();
    place.serve().stop();
    place.run(&["seed", "--conversations", "5"]).expect_refusal("There is no workspace yet");
    let mut command = place.command(&[]);
    command.env("BATON_SIGNUPS", "open");
    let server = Server::start(command);
    let admin = server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    add_member(&server, &admin, "Mia Chen", "mia@sprocket.example", "Agent");

    let told = place.run(&["seed", "--conversations", "700"]);
    assert!(told.expect_success().contains("700 of 700 conversations"), "{}", told.out);
    assert_eq!(place.count("SELECT count(*) FROM conversations"), 700);
    let messages = place.count("SELECT count(*) FROM messages") / 700;
    assert!((7..=13).contains(&messages), "{messages} messages each");
    let open_by_owner = "SELECT count(*) FROM conversations WHERE status = 'open' AND assignee_id";
    for owner in ["IS NULL", "= 1", "= 2"] {
        let owned = place.count(&format!("{open_by_owner} {owner}"));
        assert!(owned > 0, "no open conversation has an owner that {owner}");
    }
    for status in ["open", "snoozed", "resolved"] {
        let sql = format!("SELECT count(*) FROM conversations WHERE status = '{status}'");
        assert!(place.count(&sql) > 0, "none is {status}");
    }
    admin.get("/inbox?view=all").expect(200, "All");

    server.found("Rival Ltd", "Olga Petrova", "olga@rival.example");
    place
        .run(&["seed", "--conversations", "5"])
        .expect_refusal("There are several workspaces: name one with --workspace.");
    place
        .run(&["seed", "--conversations", "5", "--workspace", "Nobody Ltd"])
        .expect_refusal("There is no workspace \"Nobody Ltd\"");
    let named = place.run(&["seed", "--conversations", "5", "--workspace", "Rival Ltd"]);
    named.expect_success();
    assert_eq!(place.count("SELECT count(*) FROM conversations"), 705);
    assert_eq!(
        place.count(
            "SELECT count(*) FROM conversations c JOIN workspaces w
            ON w.id = c.workspace_id WHERE w.name = 'Rival Ltd'"
        ),
        5
    );
    let none = Program::run(place.command(&["seed", "--conversations", "0"]));
    assert_eq!(none.status.code(), Some(2), "{}", none.err);
    server.stop();
}
