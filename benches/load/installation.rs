//! A Baton as people run it: the built program in a process of its own, with a
//! database of its own, filled by `baton seed`.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::cookie::Key;
use baton::App;
use baton::config::{Args, Config};
use baton::db::{Db, Stop};
use baton::models::user::{self, NewUser};
use baton::models::workspace::{self, Founder};
use baton::models::{inbox, membership, password};
use baton::policy::Role;
use diesel::prelude::*;
use tempfile::TempDir;

use crate::client::{Requests, Target};
use crate::database::Database;
use crate::process::{Node, command, status, stop, wait_for};

pub const PASSWORD: &str = "correct horse battery staple";
const EMAIL: &str = "ana@sprocket.example";

/// Conversations that are claimed in one round at most.
const QUEUE: i64 = 5_000;

/// A running Baton. Dropping it stops it and removes its database.
pub struct Installation {
    pub size: u32,
    address: SocketAddr,
    cookie: String,
    workspace_id: i64,
    membership_id: i64,
    db: Db,
    cookie_key: Key,
    process: Child,
    database: Database,
    url: String,
    dir: TempDir,
}

impl Installation {
    pub fn start(database: &Database, size: u32) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (location, url) = database.create(dir.path(), size);
        let db = Db::open(location).expect("the database is migrated");
        let (workspace_id, membership_id) = people(&db);
        let command = |arguments: &[&str], address| command(arguments, &url, dir.path(), address);
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("an address");
        let started = Instant::now();
        let filled = command(&["seed", "--conversations", &size.to_string()], address)
            .status()
            .expect("the program runs");
        assert!(filled.success(), "the seed failed");
        eprintln!(
            "{}: {size} conversations in {:.1} s",
            database.name(),
            started.elapsed().as_secs_f64()
        );
        drop(free);
        let cookie_key = open(&url, dir.path(), None).cookie_key;
        let process = command(&["serve"], address).spawn().expect("the program runs");
        let mut installation = Self {
            size,
            address,
            cookie: String::new(),
            workspace_id,
            membership_id,
            db,
            cookie_key,
            process,
            database: database.clone(),
            url,
            dir,
        };
        installation.sign_in();
        installation
    }

    /// Waits for the server, and signs in as its Administrator.
    fn sign_in(&mut self) {
        let agent = ureq::Agent::config_builder().max_redirects(0).build().new_agent();
        let base = format!("http://{}", self.address);
        wait_for(self.address);
        let response = agent
            .post(format!("{base}/login"))
            .header("Origin", &base)
            .send_form([("email", EMAIL), ("password", PASSWORD)])
            .expect("the sign-in is answered");
        let cookie = response
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .find(|value| value.starts_with("baton_session="))
            .expect("a session");
        self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    }

    /// The body of a page.
    pub fn get(&self, path: &str) -> Vec<u8> {
        let mut response = ureq::get(format!("http://{}{path}", self.address))
            .header("Cookie", &self.cookie)
            .call()
            .expect("the page opens");
        response.body_mut().read_to_vec().expect("a body")
    }

    /// Posts a form of any kind; where the answer leads.
    pub fn post(&self, path: &str, kind: &str, body: Vec<u8>) -> String {
        let base = format!("http://{}", self.address);
        let agent = ureq::Agent::config_builder().max_redirects(0).build().new_agent();
        let response = agent
            .post(format!("{base}{path}"))
            .header("Cookie", &self.cookie)
            .header("Origin", &base)
            .header("Content-Type", kind)
            .send(&body[..])
            .expect("the form is taken");
        let location = response.headers().get("location").expect("a redirect");
        location.to_str().expect("a path").to_owned()
    }

    pub fn target(&self, requests: Requests) -> Target {
        Target { address: self.address, requests }
    }

    /// One page again and again.
    pub fn page(&self, path: &str) -> Requests {
        self.reading([self.request("GET", path, "", "")])
    }

    /// As a browser asks for it.
    pub fn page_compressed(&self, path: &str) -> Requests {
        self.reading([self.request("GET", path, "Accept-Encoding: gzip, deflate, br\r\n", "")])
    }

    /// Conversations all over the workspace, each page with the list beside it.
    pub fn conversation_pages(&self) -> Requests {
        let ids = self.ids("SELECT id FROM conversations WHERE id % 97 = 3 ORDER BY id LIMIT 500");
        self.reading(
            ids.iter()
                .map(|id| self.request("GET", &format!("/conversations/{id}?view=all"), "", "")),
        )
    }

    /// What a Manager sees of the last 30 days.
    pub fn reports(&self) -> Requests {
        let today = chrono::Utc::now().date_naive();
        let first = today - chrono::TimeDelta::days(29);
        self.page(&format!("/reports?from={first}&to={today}"))
    }

    /// Customers all over the workspace, each looked for by their address.
    pub fn address_searches(&self) -> Requests {
        let ids = self.ids("SELECT id FROM contacts WHERE id % 97 = 3 ORDER BY id LIMIT 500");
        let addresses: Vec<String> = self
            .db
            .read_now(|conn| {
                use baton::db::schema::contacts;
                contacts::table
                    .filter(contacts::id.eq_any(ids))
                    .select(contacts::email.assume_not_null())
                    .load(conn)
            })
            .expect("the query works");
        self.reading(addresses.iter().map(|address| {
            let words: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
            self.request("GET", &format!("/search?q={words}"), "", "")
        }))
    }

    /// A claim of each.
    pub fn claims(&self, queue: &[i64]) -> Requests {
        let body = format!("workspace={}", self.workspace_id);
        let each = queue
            .iter()
            .map(|id| self.request("POST", &format!("/conversations/{id}/claim"), "", &body))
            .collect();
        Requests { each: Arc::new(each), again: false, status: 303 }
    }

    /// Replies to each in turn, none of them twice the same.
    pub fn replies(&self, owned: &[i64]) -> Requests {
        let each = (0..30_000)
            .zip(owned.iter().cycle())
            .map(|(number, id)| {
                let body = format!(
                    "workspace={}&last_message={}&submission=bench-{}-{number}&body={}",
                    self.workspace_id,
                    i64::MAX,
                    rand::random::<u64>(),
                    "Thank+you+for+waiting.+The+part+went+out+this+morning."
                );
                self.request("POST", &format!("/conversations/{id}/reply"), "", &body)
            })
            .collect();
        Requests { each: Arc::new(each), again: false, status: 303 }
    }

    fn reading(&self, each: impl IntoIterator<Item = Vec<u8>>) -> Requests {
        Requests { each: Arc::new(each.into_iter().collect()), again: true, status: 200 }
    }

    fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
        let form = if body.is_empty() {
            String::new()
        } else {
            format!(
                "Origin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: {}\r\n",
                self.address,
                body.len()
            )
        };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n{headers}{form}\r\n{body}",
            self.address, self.cookie
        )
        .into_bytes()
    }

    /// Puts the newest conversations into the queue; their ids.
    pub fn fill_queue(&self) -> Vec<i64> {
        let newest = format!("SELECT id FROM conversations ORDER BY id DESC LIMIT {QUEUE}");
        execute(
            &self.db,
            &format!(
                "UPDATE conversations SET assignee_id = NULL, owned_since = NULL, status = 'open',
                    snoozed_until = NULL, snoozed_by_id = NULL,
                    ownership_version = ownership_version + 1
             WHERE id IN ({newest})"
            ),
        );
        self.ids(&newest)
    }

    /// Some of the conversations that the Administrator owns.
    pub fn owned(&self) -> Vec<i64> {
        self.ids(&format!(
            "SELECT id FROM conversations WHERE assignee_id = {} ORDER BY id DESC LIMIT {QUEUE}",
            self.membership_id
        ))
    }

    /// What the process holds in memory now, in megabytes.
    pub fn memory(&self) -> f64 {
        self.status("VmRSS:")
    }

    /// The most that it held since it started.
    pub fn memory_peak(&self) -> f64 {
        self.status("VmHWM:")
    }

    /// Counts the most that it held from now on.
    pub fn forget_peak(&self) {
        let file = format!("/proc/{}/clear_refs", self.process.id());
        std::fs::write(file, "5").expect("the process is ours");
    }

    fn status(&self, name: &str) -> f64 {
        status(&self.process.id().to_string(), name)
    }

    pub fn workspace_id(&self) -> i64 {
        self.workspace_id
    }

    /// The same installation opened in this process, as a command opens it, or at an
    /// address of its own.
    pub fn app(&self, address: Option<SocketAddr>) -> App {
        open(&self.url, self.dir.path(), address)
    }

    /// The session of its Administrator.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    /// What signs the cookies of its sessions.
    pub fn cookie_key(&self) -> &Key {
        &self.cookie_key
    }

    /// The time that it has had of all cores.
    pub fn cpu(&self) -> Duration {
        let file = format!("/proc/{}/stat", self.process.id());
        let text = std::fs::read_to_string(file).expect("the process runs");
        // The name before it may hold anything, in parentheses (proc(5)).
        let (_, fields) = text.rsplit_once(") ").expect("the name ends");
        let ticks = fields.split(' ').skip(11).take(2).map(|n| n.parse::<u64>().expect("ticks"));
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Another process on the same database.
    pub fn another_node(&self) -> Node {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let mut command = command(&["serve"], &self.url, self.dir.path(), address);
        let process = command.spawn().expect("the program runs");
        wait_for(address);
        Node { address, process }
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut baton::db::Conn) -> QueryResult<T>) -> T {
        self.db.read_now(work).expect("the query works")
    }

    fn ids(&self, sql: &str) -> Vec<i64> {
        #[derive(QueryableByName)]
        struct Id {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            id: i64,
        }
        let rows: Vec<Id> =
            self.db.read_now(|conn| diesel::sql_query(sql).load(conn)).expect("the query works");
        rows.into_iter().map(|row| row.id).collect()
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        stop(&mut self.process);
        self.database.remove(self.size);
    }
}

fn open(url: &str, data_dir: &Path, address: Option<SocketAddr>) -> App {
    let args = Args {
        database_url: Some(url.to_owned().into()),
        data_dir: Some(data_dir.to_owned()),
        listen: address.map(|address| address.to_string()),
        ..Args::default()
    };
    let config = Config::resolve(&args).expect("it is right");
    App::open(config).expect("the application opens")
}

/// Three members, one per role, and two inboxes.
fn people(db: &Db) -> (i64, i64) {
    let password_hash = password::hash_now(PASSWORD).expect("a hash");
    let new = |name: &str, email: &str| NewUser {
        email: email.to_owned(),
        name: name.to_owned(),
        password_hash: password_hash.clone(),
        is_verified: true,
    };
    let founder = Founder::New(new("Ana Silva", EMAIL));
    let founded =
        write(db, |conn| workspace::found(conn, "Sprocket & Co", "Europe/Berlin", &founder, true));
    for (name, email, role) in [
        ("Gil Roth", "gil@sprocket.example", Role::Manager),
        ("Mia Chen", "mia@sprocket.example", Role::Agent),
    ] {
        let user = write(db, |conn| user::create(conn, &new(name, email)));
        db.change_now(|conn| membership::insert(conn, founded.workspace_id, user.id, role))
            .expect("the database works");
    }
    let second = inbox::Details {
        name: "Workshop".to_owned(),
        greeting: "Hello".to_owned(),
        sites: inbox::Sites::default(),
    };
    write(db, |conn| inbox::add(conn, founded.founder(), &second, None));
    // Members were there before their customers, as in the seed's history.
    execute(db, "UPDATE memberships SET created_at = '2020-01-01 00:00:00'");
    (founded.workspace_id, founded.membership_id)
}

fn execute(db: &Db, sql: &str) {
    db.change_now(|conn| diesel::sql_query(sql).execute(conn)).expect("the statement works");
}

pub fn write<T, R: std::fmt::Debug>(
    db: &Db,
    verb: impl FnMut(&mut baton::db::Conn) -> Result<T, Stop<R>>,
) -> T {
    db.write_now(verb).expect("the database works").expect("nothing refuses")
}
