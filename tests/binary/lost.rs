//! A database or a secret key that is replaced or lost: while the server runs, and before
//! its start.

use std::fs;
use std::net::TcpListener;

use baton::db::Location;
use diesel::RunQueryDsl;

use super::place::add_member;
use super::{Place, Program, Server};
use crate::support::{Instance, count, is_postgres, sign_in};

/// A server whose database was replaced by a backup from before its second member.
fn replaced() -> (Place, Server) {
    let place = Place::new();
    let server = place.serve();
    let admin = server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    place.run(&["backup", "copy.db"]).expect_success();
    add_member(&server, &admin, "Mia Chen", "mia@sprocket.example", "Agent");
    fs::rename(place.path("copy.db"), place.path("data/baton.db")).expect("our folder");
    (place, server)
}

#[test]
fn a_server_whose_database_is_replaced_ends_and_leaves_nothing_of_it_in_the_new_one() {
    if is_postgres() {
        return;
    }
    let (place, mut server) = replaced();
    assert_eq!(server.wait().code(), Some(1), "{}", server.log());
    let why = "The database data/baton.db was replaced while Baton ran on it";
    assert!(server.log().contains(why), "{}", server.log());
    let server = place.serve();
    sign_in(&server.browser(), "ana@sprocket.example");
    server.stop();
    assert_eq!(place.count("SELECT count(*) FROM users"), 1, "of the backup");
    let sound = "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'";
    assert_eq!(place.count(sound), 1);
}

/// As by `systemctl restart` right behind it, before the server has looked.
#[test]
fn a_server_that_is_stopped_right_after_leaves_nothing_either() {
    if is_postgres() {
        return;
    }
    let (place, mut server) = replaced();
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(1), "{}", server.log());
    assert_eq!(place.count("SELECT count(*) FROM users"), 1, "of the backup");
}

#[test]
fn nothing_is_confirmed_that_would_go_with_a_removed_database() {
    if is_postgres() {
        return;
    }
    let (instance, cast) = Instance::with_cast();
    let Location::Sqlite(path) = &instance.app.config.location else { panic!("it is SQLite") };
    let form = instance.browser().get(&cast.chat_path()).form("Send").with("Your name", "Hanna");
    let form = form.with("Email address", "hanna@customer.example");
    let form = form.with("Message", "The left pedal fell off.");
    let health = || instance.browser().get("/healthz").status;
    assert_eq!(health(), 200);
    let aside = format!("{path}.aside");
    fs::rename(path, &aside).expect("our folder");
    assert_eq!(health(), 503);
    form.submit().expect(503, "The left pedal fell off.");
    fs::rename(&aside, path).expect("our folder");
    assert_eq!(health(), 200);
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 0);
}

/// Whoever came first would be the Administrator of a new installation.
#[test]
fn a_lost_database_is_not_taken_for_a_first_start() {
    if is_postgres() {
        return;
    }
    let place = Place::new();
    let [database, key, log] =
        ["baton.db", "secret.key", "baton.db-wal"].map(|name| place.path("data").join(name));
    place.serve().stop();
    let refusal = "There is a secret key in data/secret.key but no database data/baton.db: restore a backup, or remove data/secret.key to begin anew.";
    fs::remove_file(&database).expect("our file");
    place.run(&[]).expect_refusal(refusal);
    assert!(!database.exists());
    fs::write(&database, "").expect("our folder");
    for command in [&[][..], &["workspace", "list"], &["secret-key", "replace", "--yes"]] {
        place.run(command).expect_refusal(refusal);
    }
    fs::write(&log, "what was written last").expect("our folder");
    fs::remove_file(&key).expect("our file");
    place.run(&[]).expect_refusal("There is data/baton.db-wal but no database data/baton.db:");
    fs::remove_file(&log).expect("our file");
    // As a first start leaves it that was broken off.
    assert!(database.exists() && !key.exists());
    place.serve().stop();
    // And one whose key somebody gave.
    fs::remove_dir_all(place.path("data")).expect("our folder");
    let mut command = place.command(&[]);
    command.env("BATON_SECRET_KEY", "a key of more than thirty-two characters");
    Server::start(command).stop();
    assert!(!key.exists());
}

#[test]
fn a_server_whose_secret_key_is_replaced_ends() {
    let place = Place::new();
    let mut server = place.serve();
    fs::remove_file(place.path("data/secret.key")).expect("our file");
    let done = place.run(&["secret-key", "replace", "--yes"]);
    assert!(done.expect_success().contains("Those that were not stopped first"), "{}", done.out);
    assert_eq!(server.wait().code(), Some(1), "{}", server.log());
    let why = "The database goes by another secret key by now";
    assert!(server.log().contains(why), "{}", server.log());
    place.serve().stop();
}

#[test]
fn the_health_check_fails_where_the_database_goes_by_another_key() {
    let instance = Instance::start();
    assert_eq!(instance.browser().get("/healthz").status, 200);
    let sql = "UPDATE installation SET value = 'x' WHERE name = 'secret_key_fingerprint'";
    assert_eq!(instance.execute(sql), 1);
    assert_eq!(instance.browser().get("/healthz").status, 503);
}

/// The old program may be the one that listens, and serves the database.
#[test]
fn a_start_whose_port_is_taken_does_not_change_the_schema() {
    if is_postgres() {
        return;
    }
    let place = Place::new();
    place.serve().stop();
    let known = place.count("SELECT count(*) FROM __diesel_schema_migrations");
    let location = Location::Sqlite(place.path("data/baton.db").display().to_string());
    let mut conn = location.connect().expect("the database");
    let older = "DELETE FROM __diesel_schema_migrations
        WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)";
    diesel::sql_query(older).execute(&mut conn).expect("the statement works");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let mut command = place.command(&[]);
    let taken = listener.local_addr().expect("an address").to_string();
    command.env("BATON_LISTEN", &taken);
    Program::run(command).expect_refusal(&format!("Another program listens on {taken} already"));
    let left = diesel::sql_query("DELETE FROM __diesel_schema_migrations").execute(&mut conn);
    assert_eq!(i64::try_from(left.expect("the statement works")), Ok(known - 1));
}

#[test]
fn another_programs_database_is_left_alone() {
    let place = Place::new();
    let path = place.path("theirs.db");
    let script = "PRAGMA journal_mode = DELETE; CREATE TABLE songs (id INTEGER PRIMARY KEY)";
    let location = Location::Sqlite(path.display().to_string());
    let mut conn = location.connect().expect("a database");
    for statement in script.split("; ") {
        diesel::sql_query(statement).execute(&mut conn).expect("the statement works");
    }
    drop(conn);
    let before = fs::read(&path).expect("our file");
    let mut command = place.command(&[]);
    command.env("DATABASE_URL", "sqlite:theirs.db");
    Program::run(command).expect_refusal("theirs.db is no database of Baton's");
    assert_eq!(fs::read(&path).expect("our file"), before);
}

#[test]
fn files_arrive_also_where_somebody_removed_their_folder() {
    let (instance, cast) = Instance::with_cast();
    let form = instance.browser().get(&cast.chat_path()).form("Send").with("Your name", "Hanna");
    let form = form.with("Email address", "hanna@customer.example");
    let form = form.with("Message", "See it.").attach("Attach files", "plan.txt", b"the plan");
    fs::remove_dir_all(instance.app.config.uploads_dir()).expect("our folder");
    form.submit().expect(200, "plan.txt");
    assert_eq!(count(instance.db(), "SELECT count(*) FROM attachments"), 1);
}
