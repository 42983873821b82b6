//! A folder in which the binary is run, with nothing in its environment but
//! what a test puts there.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use baton::db::{Db, Location};
use tempfile::TempDir;

use crate::support::{Browser, Database, PASSWORD, Page, count};

/// Long enough for a busy machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// An empty folder, an empty database, and the binary.
pub struct Place {
    pub dir: TempDir,
    pub program: PathBuf,
    database: Database,
}

impl Place {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        // Where SQLite's is by default.
        let database = Database::empty(&dir.path().join("data"));
        Self { dir, program: env!("CARGO_BIN_EXE_baton").into(), database }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A command in the folder: any free port, and on PostgreSQL its URL.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().current_dir(self.dir.path()).stdin(Stdio::null());
        command.env("BATON_LISTEN", "127.0.0.1:0").args(arguments);
        if let Location::Postgres(url) = self.database.location() {
            command.env("DATABASE_URL", url);
        }
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Program {
        Program::run(self.command(arguments))
    }

    /// Starts the server and waits until it says that it is ready.
    #[track_caller]
    pub fn serve(&self) -> Server {
        Server::start(self.command(&[]))
    }

    /// The database, past the program.
    pub fn database(&self) -> Db {
        Db::open(self.database.location()).expect("the database opens")
    }

    /// One number from the database.
    pub fn count(&self, sql: &str) -> i64 {
        count(&self.database(), sql)
    }

    /// Drops the database under the program, on PostgreSQL.
    pub fn drop_database(&self) {
        self.database.remove();
    }
}

/// A program that has ended.
pub struct Program {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

impl Program {
    pub fn run(mut command: Command) -> Self {
        let output = command.output().expect("the binary starts");
        Self {
            status: output.status,
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Fails unless it went well; answers what it printed.
    #[track_caller]
    pub fn expect_success(&self) -> &str {
        assert!(self.status.success(), "{}: {}", self.status, self.err);
        &self.out
    }

    /// Fails unless it was refused in one line that contains these words.
    #[track_caller]
    pub fn expect_refusal(&self, words: &str) -> &Self {
        assert_eq!(self.status.code(), Some(1), "{}{}", self.out, self.err);
        assert_eq!(self.out, "");
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        assert!(self.err.starts_with("baton: "), "{}", self.err);
        assert!(self.err.contains(words), "{words:?} is missing from {}", self.err);
        self
    }
}

/// A server that runs. Dropping it kills it.
pub struct Server {
    pub base: String,
    child: Child,
    out: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
    log: PathBuf,
    /// Where its log stays to be read.
    _logs: TempDir,
}

impl Server {
    #[track_caller]
    pub fn start(mut command: Command) -> Self {
        let mut server = Self::spawn(&mut command);
        while server.lost_its_port() {
            server = Self::spawn(&mut command);
        }
        let out = server.wait_for_output("\n");
        let first = out.lines().next().unwrap_or_default();
        match first.strip_prefix("Baton is ready: open ") {
            Some(base) => server.base = base.to_owned(),
            None => panic!("not ready: {out}{}", server.log()),
        }
        server
    }

    fn spawn(command: &mut Command) -> Self {
        let logs = tempfile::tempdir().expect("a temporary folder");
        let log = logs.path().join("log");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("our file"))
            .spawn()
            .expect("the binary starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let out = Arc::new(Mutex::new(String::new()));
        let printed = Arc::clone(&out);
        let reader = std::thread::spawn(move || {
            for line in lines {
                let line = line.expect("UTF-8");
                let mut printed = printed.lock().expect("no panic inside the lock");
                printed.push_str(&line);
                printed.push('\n');
            }
        });
        Self { base: String::new(), child, out, reader: Some(reader), log, _logs: logs }
    }

    /// Whether another test listens by now on the port that was free a moment ago.
    fn lost_its_port(&mut self) -> bool {
        let started = Instant::now();
        while self.out.lock().expect("no panic inside the lock").is_empty()
            && started.elapsed() < PATIENCE
        {
            if self.child.try_wait().expect("our child").is_some() {
                return self.log().contains("Another program listens on");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    /// Waits until it has printed these words; answers everything it has printed.
    #[track_caller]
    pub fn wait_for_output(&mut self, words: &str) -> String {
        let started = Instant::now();
        loop {
            let out = self.out.lock().expect("no panic inside the lock").clone();
            if out.contains(words) {
                return out;
            }
            let ended = self.child.try_wait().expect("our child");
            assert!(ended.is_none(), "it ended with {ended:?}: {out}{}", self.log());
            assert!(started.elapsed() < PATIENCE, "waited for {words:?}: {out}{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// What it wrote to stderr.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("our file")
    }

    /// What it holds in memory, in kB.
    pub fn memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("it runs, on Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("its memory");
        line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).expect("a number")
    }

    /// Sends a signal, by its name without SIG.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let done = Command::new("sh").args(["-c", &kill]).status().expect("a shell");
        assert!(done.success(), "{kill}");
    }

    /// Waits for its end.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("our child") {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "it does not end: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it as an operator does; answers everything it printed.
    #[track_caller]
    pub fn stop(mut self) -> String {
        self.signal("TERM");
        let status = self.wait();
        assert!(status.success(), "{status}: {}", self.log());
        if let Some(reader) = self.reader.take() {
            reader.join().expect("it reads to the end");
        }
        self.out.lock().expect("no panic inside the lock").clone()
    }

    /// Ends it as a power cut does.
    pub fn kill_at_once(&mut self) {
        self.child.kill().expect("our child");
        self.child.wait().expect("our child");
    }

    /// Creates a workspace with its Administrator, who is signed in then.
    #[track_caller]
    pub fn found(&self, workspace: &str, name: &str, email: &str) -> Browser {
        let browser = self.browser();
        browser
            .get("/register")
            .form("Create workspace")
            .with("Workspace name", workspace)
            .with("Your name", name)
            .with("Email address", email)
            .with("Password", PASSWORD)
            .submit()
            .expect(200, "Inbox");
        browser
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Invites somebody and lets them join by the link that can be copied.
#[track_caller]
pub fn add_member(
    server: &Server,
    admin: &Browser,
    name: &str,
    email: &str,
    role: &str,
) -> Browser {
    invite(admin, email, role).expect(200, email);
    let team = admin.get("/settings/team");
    let link = team.row(email).click("Copy link").attribute("#link", "value");
    let browser = server.browser();
    browser
        .get(link.strip_prefix(&server.base).expect("a link to the server"))
        .form("Accept invitation")
        .with("Your name", name)
        .with("Password", PASSWORD)
        .submit()
        .expect(200, "Inbox");
    browser
}

/// Sends the invitation form.
#[track_caller]
pub fn invite(admin: &Browser, email: &str, role: &str) -> Page {
    admin
        .get("/settings/team/invite")
        .form("Send invite")
        .with("Email address", email)
        .with("Role", role)
        .submit()
}

/// The permissions of a file or folder.
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("it exists").permissions().mode() & 0o777
}
