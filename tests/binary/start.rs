//! The first start, the next one, and another folder.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::place::mode;
use super::{Place, Program, Server};
use crate::support::{is_postgres, sign_in};

#[test]
fn an_empty_folder_becomes_an_installation_that_lasts() {
    let place = Place::new();
    let server = place.serve();
    let base = server.base.clone();
    assert_eq!(server.browser().get("/healthz").status, 200);
    server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let data = place.path("data");
    let key = std::fs::read_to_string(data.join("secret.key")).expect("the key");
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("secret.key")), 0o600);
    if !is_postgres() {
        for name in ["baton.db", "baton.db-wal", "baton.db-shm"] {
            assert_eq!(mode(&data.join(name)), 0o600, "{name}");
        }
    }
    let hint = format!("Create the first workspace at {base}/register");
    assert_eq!(server.stop(), format!("Baton is ready: open {base}\n{hint}\n"));

    let server = place.serve();
    let base = server.base.clone();
    sign_in(&server.browser(), "ana@sprocket.example");
    let same = std::fs::read_to_string(data.join("secret.key")).expect("the key");
    assert_eq!(same, key);
    server.browser().get("/register").expect(403, "You need an invitation");
    assert_eq!(server.stop(), format!("Baton is ready: open {base}\n"));
}

/// A command that another user runs would make those that are missing, and lock the
/// server out of them.
#[test]
fn a_server_that_is_ready_has_made_all_its_folders() {
    let place = Place::new();
    place.serve().stop();
    for name in ["files", "mail", "uploads"] {
        assert_eq!(mode(&place.path("data").join(name)), 0o700, "{name}");
    }
}

#[test]
fn what_customers_send_is_private_in_a_folder_that_others_may_open_too() {
    let place = Place::new();
    let folder = place.path("shared");
    std::fs::create_dir(&folder).expect("our folder");
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).expect("our folder");
    let mut command = place.command(&[]);
    command.env("BATON_FILES_URL", format!("file://{}", folder.display()));
    let server = Server::start(command);
    let admin = server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let chat = admin.get("/settings/inboxes").attribute("a[href*='/chat/']", "href");
    let form = server.browser().get(chat.strip_prefix(&server.base).unwrap_or(&chat)).form("Send");
    let form = form.with("Your name", "Hanna").with("Email address", "hanna@customer.example");
    form.with("Message", "See it.")
        .attach("Attach files", "plan.txt", b"the plan")
        .submit()
        .expect(200, "plan.txt");
    let files: Vec<_> = std::fs::read_dir(&folder)
        .expect("our folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(mode(&files[0]), 0o600);
    server.stop();
}

#[test]
fn a_copy_of_the_binary_alone_runs_in_another_folder() {
    let mut place = Place::new();
    let copy = place.path("baton-copy");
    std::fs::copy(&place.program, &copy).expect("the copy");
    place.program = copy;
    let server = place.serve();
    let page = server.browser().get("/register");
    page.expect(200, "Create a workspace");
    for (asset, kind) in [
        (page.attribute("link[rel=stylesheet]", "href"), "text/css"),
        (page.attribute("script[src]", "src"), "text/javascript"),
        (page.attribute("link[rel=icon]", "href"), "image/"),
    ] {
        let found = server.browser().get_once(&asset);
        assert_eq!(found.status, 200, "{asset}");
        assert!(found.header("content-type").starts_with(kind), "{asset}: {:?}", found.headers);
        assert!(!found.body.is_empty());
    }
    server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    server.stop();
}

#[test]
fn a_start_with_another_secret_key_is_refused() {
    let place = Place::new();
    place.serve().stop();
    let mut command = place.command(&[]);
    command.env("BATON_SECRET_KEY", "another key of more than thirty-two characters");
    Program::run(command)
        .expect_refusal("This database belongs to another secret key: start with the");
    // The key that is kept still opens it.
    place.serve().stop();
}

#[test]
fn a_missing_secret_key_is_not_replaced_by_one_that_opens_nothing() {
    let place = Place::new();
    place.serve().stop();
    let key = place.path("data/secret.key");
    std::fs::remove_file(&key).expect("the key");
    place.run(&[]).expect_refusal("The secret key of this database is missing: restore");
    assert!(!key.exists());
}

#[test]
fn where_the_secret_key_is_lost_an_operator_goes_on_without_what_it_opened() {
    let place = Place::new();
    let server = place.serve();
    let ana = server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    ana.get("/inbox").expect(200, "Inbox");
    let address = server.base.trim_start_matches("http://").to_owned();
    server.stop();
    place
        .run(&["secret-key", "replace", "--yes"])
        .expect_refusal("goes by this secret key already");
    let key = place.path("data/secret.key");
    std::fs::remove_file(&key).expect("the key");
    place.run(&[]).expect_refusal("`baton secret-key replace`");
    // Without a word nothing is done.
    let told = place.run(&["secret-key", "replace"]);
    assert_eq!(told.status.code(), Some(1), "{}", told.err);
    assert!(told.err.contains("passwords of mailboxes") && told.err.contains("--yes"));
    assert!(!key.exists());
    place.run(&[]).expect_refusal("The secret key of this database is missing");
    let done = place.run(&["secret-key", "replace", "--yes"]);
    assert!(done.expect_success().contains("goes by the secret key"), "{}", done.out);
    assert_eq!(mode(&key), 0o600);
    assert_eq!(place.count("SELECT count(*) FROM sessions"), 0);
    let mut command = place.command(&[]);
    command.env("BATON_LISTEN", &address);
    let server = Server::start(command);
    ana.get_once("/inbox").expect(303, "");
    sign_in(&server.browser(), "ana@sprocket.example");
    server.stop();
}

#[test]
fn an_older_program_does_not_start_on_a_newer_schema_and_goes_on_where_it_runs() {
    let place = Place::new();
    let server = place.serve();
    let added = place.database().change_now(|conn| {
        use diesel::RunQueryDsl;
        let sql = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')";
        diesel::sql_query(sql).execute(conn)
    });
    added.expect("the statement works");
    for command in [&[][..], &["workspace", "list"]] {
        place.run(command).expect_refusal("of a newer Baton, whose migration 20990101000000");
    }
    assert_eq!(server.browser().get("/healthz").status, 200);
    server.stop();
}

#[test]
fn two_first_starts_at_once_agree() {
    let place = Place::new();
    let servers: Vec<Server> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..3).map(|_| scope.spawn(|| place.serve())).collect();
        starts.into_iter().map(|start| start.join().expect("it starts")).collect()
    });
    servers[0].found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    for server in servers {
        sign_in(&server.browser(), "ana@sprocket.example");
        server.stop();
    }
}

#[test]
fn the_health_check_fails_while_the_database_does() {
    let place = Place::new();
    let server = place.serve();
    let database = place.database();
    let rename = |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        database
            .change_now(|conn| {
                use diesel::RunQueryDsl;
                diesel::sql_query(&sql).execute(conn)
            })
            .expect("the statement works");
    };
    let health = || server.browser().get("/healthz").status;
    assert_eq!(health(), 200);
    rename("installation", "gone");
    assert_eq!(health(), 500);
    rename("gone", "installation");
    assert_eq!(health(), 200);
    if is_postgres() {
        drop(database);
        place.drop_database();
        assert_eq!(health(), 503);
    }
}

/// A database whose clock is behind, as that of another machine may be.
#[test]
fn a_clock_that_is_not_the_databases_is_told_in_the_log() {
    let place = Place::new();
    let server = place.serve();
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(!server.log().contains("This machine's clock"), "{}", server.log());
    server.stop();
    if !is_postgres() {
        return;
    }
    let database = place.database();
    for sql in [
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
         AS $$SELECT pg_catalog.clock_timestamp() - interval '75.9 seconds'$$",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog',
                                    current_database()); END $$",
    ] {
        use diesel::RunQueryDsl;
        let done = database.change_now(|conn| diesel::sql_query(sql).execute(conn));
        done.expect("the statement works");
    }
    drop(database);
    let server = place.serve();
    let started = std::time::Instant::now();
    let told = |log: String| {
        log.contains("This machine's clock is 75.")
            && log.contains(" seconds ahead of the database's")
    };
    while !told(server.log()) {
        assert!(started.elapsed().as_secs() < 20, "{}", server.log());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    server.stop();
}

#[test]
fn a_server_opens_as_many_files_as_the_system_lets_it() {
    let place = Place::new();
    let served = place.command(&[]);
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "echo $$ > pid; ulimit -Sn 256; exec \"$0\""]).arg(served.get_program());
    command.env_clear().current_dir(place.path(""));
    command.envs(served.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let server = Server::start(command);
    let pid = std::fs::read_to_string(place.path("pid")).expect("a number");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", pid.trim())).expect("limits");
    let files = limits.lines().find(|line| line.starts_with("Max open files")).expect("a line");
    let words: Vec<&str> = files.split_whitespace().collect();
    assert_eq!(words[3], words[4], "{files}");
    server.stop();
}
