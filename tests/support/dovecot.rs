//! A real IMAP server: Debian's dovecot in a folder of its own, without root.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use baton::config::{Args, Config};
use tempfile::TempDir;

/// `nobody`, as whom dovecot runs where the tests run as root: it serves no mail as root.
const NOBODY: u32 = 65534;
/// Long enough for a busy machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running IMAP server for `ana`, whose password is [`Dovecot::PASSWORD`]. Its certificate
/// is for `localhost` and vouched for by [`Dovecot::AUTHORITY`].
pub struct Dovecot {
    folder: TempDir,
    process: Child,
    /// Plain, with STARTTLS.
    pub port: u16,
    /// With TLS from the first byte.
    pub tls_port: u16,
}

impl Dovecot {
    pub const AUTHORITY: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mailboxes/tls/authority.pem");

    /// Its user's password.
    pub const PASSWORD: &str = "open sesame";

    /// Lets an installation trust its certificate, as an operator says so, and ask for
    /// mail every second where a server does not tell of it.
    pub fn is_trusted_by(config: &mut Config) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let args = Args {
            data_dir: Some(folder.path().to_owned()),
            mail_ca_file: Some(Self::AUTHORITY.to_owned()),
            ..Args::default()
        };
        config.mail_servers = Config::resolve(&args).expect("it is right").mail_servers;
        config.mail_servers.poll_every = Duration::from_secs(1);
    }

    pub fn start() -> Self {
        Self::with("")
    }

    /// One that does not tell of new mail by itself.
    pub fn without_idle() -> Self {
        Self::with("imap_capability = IMAP4rev1 LITERAL+ UIDPLUS\n")
    }

    fn with(more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(root, mode).expect("our folder");
        for name in
            ["run", "state", "home", "home/ana", "home/ana/new", "home/ana/cur", "home/ana/tmp"]
        {
            fs::create_dir(root.join(name)).expect("a folder");
            own(&root.join(name));
        }
        own(root);
        for (name, text) in [
            ("users", &*users()),
            ("cert.pem", include_str!("../mailboxes/tls/localhost.pem")),
            ("key.pem", include_str!("../mailboxes/tls/localhost.key.pem")),
        ] {
            fs::write(root.join(name), text).expect("a file");
            own(&root.join(name));
        }
        let (port, tls_port) = (free_port(), free_port());
        let config = config(root, port, tls_port) + more;
        fs::write(root.join("dovecot.conf"), config).expect("a file");
        let process = launch(root);
        let this = Self { folder, process, port, tls_port };
        this.wait_until_it_listens();
        this
    }

    fn wait_until_it_listens(&self) {
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "dovecot does not start: {log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A mail arrives.
    pub fn deliver(&self, raw: impl AsRef<[u8]>) {
        self.delivered(raw, SystemTime::now());
    }

    /// Delivers a mail at a moment of before.
    pub fn delivered(&self, raw: impl AsRef<[u8]>, at: SystemTime) {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name =
            format!("1.{}_{}.test", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mails = self.folder.path().join("home/ana");
        let written = mails.join("tmp").join(&name);
        fs::write(&written, raw).expect("the mail is written");
        own(&written);
        let file = fs::File::options().write(true).open(&written).expect("the mail is there");
        file.set_modified(at).expect("it has a date");
        fs::rename(written, mails.join("new").join(name)).expect("the mail arrives");
    }

    /// How many mails are there, and how many of them were seen.
    pub fn mails(&self) -> (usize, usize) {
        let names = |of: &str| {
            let found =
                fs::read_dir(self.folder.path().join("home/ana").join(of)).expect("a folder");
            found.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        };
        let all: Vec<String> = names("new").chain(names("cur")).collect();
        let seen = all
            .iter()
            .filter(|name| name.split_once(":2,").is_some_and(|(_, flags)| flags.contains('S')));
        (all.len(), seen.count())
    }

    /// Refuses its user from now on, whatever the password.
    pub fn forgets_its_user(&self) {
        self.write_users("");
    }

    pub fn knows_its_user(&self) {
        self.write_users(&users());
    }

    fn write_users(&self, users: &str) {
        let path = self.folder.path().join("users");
        fs::write(&path, users).expect("a file");
        own(&path);
    }

    /// Ends every connection and takes no other one.
    pub fn stop(&mut self) {
        let root = self.folder.path();
        let told = Command::new("kill").arg(self.process.id().to_string()).status();
        assert!(told.expect("kill runs").success(), "dovecot runs");
        self.process.wait().expect("dovecot ends");
        let _ = fs::remove_dir_all(root.join("run"));
        fs::create_dir(root.join("run")).expect("a folder");
        own(&root.join("run"));
    }

    /// Goes on where it was stopped.
    pub fn go_on(&mut self) {
        self.process = launch(self.folder.path());
        self.wait_until_it_listens();
    }

    /// Numbers all mails anew, as after a restored backup. Only while it is stopped.
    pub fn renumber(&self) {
        let home = self.folder.path().join("home/ana");
        for entry in fs::read_dir(&home).expect("our folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                fs::remove_file(path).expect("our file");
            }
        }
        // The number that names the numbering is made of the second.
        std::thread::sleep(Duration::from_millis(1100));
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // One that was stopped is gone already.
        let _ =
            Command::new("kill").arg(self.process.id().to_string()).stderr(Stdio::null()).status();
        let _ = self.process.wait();
    }
}

/// As whom the files are, where that is not us.
fn own(path: &Path) {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).expect("root may give files away");
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").expect("a process").uid() == 0
}

fn free_port() -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().expect("an address").port()
}

fn program() -> PathBuf {
    let found = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"].map(PathBuf::from);
    let found = found.into_iter().find(|path| path.is_file());
    found.expect("dovecot is missing: apt-get install --no-install-recommends dovecot-imapd")
}

/// Who may sign in, as dovecot reads it.
fn users() -> String {
    format!("ana:{{PLAIN}}{}\n", Dovecot::PASSWORD)
}

fn launch(root: &Path) -> Child {
    let mut command = Command::new(program());
    command.arg("-F").arg("-c").arg(root.join("dovecot.conf"));
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("dovecot starts")
}

fn config(root: &Path, port: u16, tls_port: u16) -> String {
    let run = |arg: &str| {
        let told = Command::new("id").args(arg.split(' ')).output().expect("id runs").stdout;
        String::from_utf8(told).expect("a word").trim().to_owned()
    };
    let (user, group) =
        if is_root() { (run("-un 65534"), run("-gn 65534")) } else { (run("-un"), run("-gn")) };
    let (uid, gid) =
        if is_root() { (NOBODY.to_string(), NOBODY.to_string()) } else { (run("-u"), run("-g")) };
    let root = root.display();
    format!(
        "protocols = imap\n\
         base_dir = {root}/run\n\
         state_dir = {root}/state\n\
         log_path = {root}/log\n\
         listen = 127.0.0.1\n\
         default_internal_user = {user}\n\
         default_internal_group = {group}\n\
         default_login_user = {user}\n\
         first_valid_uid = 1\n\
         mail_location = maildir:{root}/home/%u\n\
         mail_max_userip_connections = 100\n\
         auth_failure_delay = 0\n\
         disable_plaintext_auth = no\n\
         ssl = yes\n\
         ssl_cert = <{root}/cert.pem\n\
         ssl_key = <{root}/key.pem\n\
         passdb {{\n  driver = passwd-file\n  args = {root}/users\n}}\n\
         userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={root}/home/%u\n}}\n\
         service anvil {{\n  chroot =\n}}\n\
         service imap-login {{\n  chroot =\n\
         \x20 inet_listener imap {{\n    port = {port}\n  }}\n\
         \x20 inet_listener imaps {{\n    port = {tls_port}\n    ssl = yes\n  }}\n}}\n"
    )
}
