//! A running Baton with a database of its own.

use std::convert::Infallible;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use baton::App;
use baton::config::{Config, FilesPlace, MailServers};
use baton::db::{Conn, Db, Location, QueryResult, Utc, Verb};
use baton::jobs::Jobs;
use baton::models::snooze;
use baton::web::server::serve;
use diesel::prelude::*;
use tempfile::TempDir;

use super::{Browser, Cast};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// Whether this run is the one on PostgreSQL.
pub fn is_postgres() -> bool {
    postgres_url().is_some()
}

fn postgres_url() -> Option<String> {
    std::env::var("BATON_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// A running Baton. Dropping it stops the server and removes the database.
pub struct Instance {
    pub app: App,
    /// Scheme, host and port, without a slash at the end.
    pub base: String,
    // In this order they go: the server stops, then the database, then the folder of both.
    _server: Server,
    database: Database,
    pub dir: TempDir,
}

/// Another node of an installation.
pub struct Node {
    pub app: App,
    pub base: String,
    _server: Server,
}

impl Node {
    /// A browser without a session.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }
}

/// A server on a thread, which stops when the value goes.
struct Server {
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start(app: &App, listener: TcpListener, with_jobs: bool) -> Self {
        let (send, receive) = std::sync::mpsc::channel();
        let served = app.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let jobs = with_jobs.then(|| Jobs::start(&served).expect("the jobs start"));
                let server = serve(served, listener).expect("the server starts");
                send.send(server.handle()).expect("the test waits");
                server.await.expect("the server ends well");
                if let Some(jobs) = jobs {
                    jobs.stop().await;
                }
            });
        });
        let handle = receive.recv().expect("the server starts");
        Self { handle, thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stop = self.handle.stop(false);
        actix_web::rt::System::new().block_on(stop);
        if let Some(thread) = self.thread.take() {
            // A failing server has told so by itself.
            let _ = thread.join();
        }
    }
}

impl Instance {
    /// An empty installation: no workspace, no user.
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// An empty installation with changes to its configuration.
    pub fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::launch(change, false)
    }

    /// An empty installation that also does its work in the background: it sends
    /// what is in the outbox, and wakes what is snoozed.
    pub fn start_with_jobs() -> Self {
        Self::launch(|_| {}, true)
    }

    /// As [`Self::start_with_jobs`], with another configuration.
    pub fn start_with_jobs_and(change: impl FnOnce(&mut Config)) -> Self {
        Self::launch(change, true)
    }

    fn launch(change: impl FnOnce(&mut Config), with_jobs: bool) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let database = Database::migrated(dir.path());
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let mut config = Config {
            listen: base.trim_start_matches("http://").to_owned(),
            base_url: base.parse().expect("a URL"),
            data_dir: dir.path().to_owned(),
            location: database.location(),
            secret_key: b"a key that only tests use, 32 bytes or more".to_vec().into(),
            new_key_file: None,
            smtp_url: None,
            mail_from: "Baton <baton@baton.example>".parse().expect("a sender"),
            signups_open: false,
            trusted_proxies: Vec::new(),
            files: FilesPlace::in_data_folder(dir.path()),
            mail_servers: MailServers { push_in_clear: true, ..MailServers::default() },
            log: "off".to_owned(),
        };
        change(&mut config);
        let app = App::open(config).expect("the application opens");
        let server = Server::start(&app, listener, with_jobs);
        Self { app, base, _server: server, database, dir }
    }

    /// Another node on the same database, until it goes.
    pub fn second_node(&self) -> Node {
        self.node_with(|_| {})
    }

    /// As [`Self::second_node`], with another configuration.
    pub fn node_with(&self, change: impl FnOnce(&mut Config)) -> Node {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let mut config =
            Config { base_url: base.parse().expect("a URL"), ..(*self.app.config).clone() };
        change(&mut config);
        let app = App::open(config).expect("the application opens");
        let server = Server::start(&app, listener, false);
        Node { app, base, _server: server }
    }

    /// An installation with one workspace of everybody in [`Cast`], and another
    /// workspace for the outsider.
    pub fn with_cast() -> (Self, Cast) {
        let instance = Self::start();
        let cast = Cast::create(&instance);
        (instance, cast)
    }

    /// A browser without a session.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    pub fn db(&self) -> &Db {
        &self.app.db
    }

    /// Reads from the database directly, to see what a page does not tell.
    pub fn read<T>(&self, work: impl FnOnce(&mut Conn) -> QueryResult<T>) -> T {
        self.app.db.read_now(work).expect("the query works")
    }

    /// One number from the database, for invariants said in SQL.
    pub fn count(&self, sql: &str) -> i64 {
        count(self.db(), sql)
    }

    /// Waits until a count is what it shall become: for what is done in the background.
    #[track_caller]
    pub fn wait_for_count(&self, expected: i64, sql: &str) {
        let started = Instant::now();
        loop {
            let found = self.count(sql);
            if found == expected {
                return;
            }
            assert!(started.elapsed() < Duration::from_secs(30), "{found}, not {expected}: {sql}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Deletes what has served, as the background does.
    pub fn sweep(&self) {
        actix_web::rt::System::new()
            .block_on(baton::jobs::sweep::sweep(self.db(), Utc::now()))
            .expect("the database works");
    }

    /// Ends the snoozes that are over at a moment, as the background does; answers how many.
    pub fn wake(&self, now: Utc) -> usize {
        let mut woken = 0;
        loop {
            let due = self.read(|conn| snooze::due(conn, now, 100));
            if due.is_empty() {
                return woken;
            }
            woken += due.iter().filter(|one| self.write(|c| snooze::wake(c, one, now))).count();
        }
    }

    /// Runs a verb, which is done or refused by a rule.
    #[track_caller]
    pub fn verb<T, R>(&self, verb: impl FnMut(&mut Conn) -> Verb<T, R>) -> Result<T, R> {
        self.app.db.write_now(verb).expect("the database works")
    }

    /// Writes to the database directly, past every rule.
    #[track_caller]
    pub fn write<T>(&self, work: impl FnMut(&mut Conn) -> QueryResult<T>) -> T {
        self.app.db.change_now(work).expect("the database works")
    }

    /// Changes the database directly, to bring about what takes days.
    #[track_caller]
    pub fn execute(&self, sql: &str) -> usize {
        self.write(|conn| diesel::sql_query(sql).execute(conn))
    }

    /// The inbox that a workspace had first.
    pub fn first_inbox(&self, workspace_id: i64) -> i64 {
        self.count(&format!("SELECT min(id) FROM inboxes WHERE workspace_id = {workspace_id}"))
    }

    /// The inbox that was added last.
    pub fn newest_inbox(&self) -> i64 {
        self.count("SELECT max(id) FROM inboxes")
    }
}

/// One number from a database.
pub fn count(db: &Db, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let query = diesel::sql_query(format!("SELECT ({sql}) AS n"));
    db.read_now(|conn| query.get_result::<Count>(conn)).expect("the query works").n
}

impl Drop for Database {
    fn drop(&mut self) {
        self.remove();
    }
}

/// A database of a test's own.
pub enum Database {
    Sqlite(PathBuf),
    Postgres { server: String, name: String },
}

impl Database {
    /// A copy of a database that was migrated once; an SQLite file is in `dir`.
    pub fn migrated(dir: &Path) -> Self {
        let database = Self::named(dir);
        match &database {
            Self::Sqlite(path) => {
                std::fs::copy(sqlite_template(), path).expect("the template is copied");
            }
            Self::Postgres { server, name } => {
                let template = postgres_template(server);
                on_server(server, &format!("CREATE DATABASE {name} {template}"));
            }
        }
        database
    }

    /// One without a table; an SQLite file in `dir` is made by whoever opens it.
    pub fn empty(dir: &Path) -> Self {
        let database = Self::named(dir);
        if let Self::Postgres { server, name } = &database {
            on_server(server, &format!("CREATE DATABASE {name}"));
        }
        database
    }

    fn named(dir: &Path) -> Self {
        match postgres_url() {
            None => Self::Sqlite(dir.join("baton.db")),
            Some(server) => {
                let n = NEXT.fetch_add(1, Ordering::Relaxed);
                Self::Postgres { server, name: format!("baton_{}_{n}", std::process::id()) }
            }
        }
    }

    pub fn location(&self) -> Location {
        match self {
            Self::Sqlite(path) => Location::Sqlite(path.to_str().expect("a path").to_owned()),
            Self::Postgres { server, name } => Location::Postgres(at_database(server, name)),
        }
    }

    /// Drops it, whoever uses it; an SQLite file goes with its folder.
    pub fn remove(&self) {
        if let Self::Postgres { server, name } = self {
            on_server(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn sqlite_template() -> &'static Path {
    static TEMPLATE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = TEMPLATE.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let migrated = dir.path().join("migrated.db");
        let copy = dir.path().join("template.db");
        let location = Location::Sqlite(migrated.to_str().expect("a path").to_owned());
        let _db = Db::open(location.clone()).expect("the database is migrated");
        // One file, without the log beside it.
        let copied = location.copy_to(copy.to_str().expect("a path"));
        copied.expect("an SQLite file").expect("the copy");
        (dir, copy)
    });
    path
}

/// What makes a copy of a database that was migrated once.
fn postgres_template(server: &str) -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("baton_{}_template", std::process::id());
        on_server(server, &format!("CREATE DATABASE {name}"));
        drop(Db::open(Location::Postgres(at_database(server, &name))).expect("it is migrated"));
        // Since version 15 it writes a copy into its log otherwise, which takes longer.
        let strategy = if version(server) >= 15_00_00 { " STRATEGY file_copy" } else { "" };
        format!("TEMPLATE {name}{strategy}")
    })
}

/// The version of the server, as `server_version_num` tells it.
fn version(server: &str) -> i32 {
    let mut conn = PgConnection::establish(server).expect("the PostgreSQL server answers");
    let number = diesel::dsl::sql::<diesel::sql_types::Integer>(
        "SELECT current_setting('server_version_num')::int",
    );
    number.get_result(&mut conn).expect("a number")
}

fn on_server(server: &str, sql: &str) {
    let mut conn = PgConnection::establish(server).expect("the PostgreSQL server answers");
    // A database that was in use a moment ago is refused as a template.
    for attempt in 0.. {
        match diesel::sql_query(sql).execute(&mut conn) {
            Ok(_) => return,
            Err(error) if attempt < 50 && error.to_string().contains("being accessed") => {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            Err(error) => panic!("{sql}: {error}"),
        }
    }
}

/// The server's URL with another database.
fn at_database(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).expect("a URL");
    url.set_path(name);
    url.to_string()
}
