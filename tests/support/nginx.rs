//! A proxy in front of an instance: Debian's nginx with its own defaults, which hold back
//! what a server sends until there is enough of it.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Instance;

/// Long enough for a busy machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running proxy. Dropping it ends it.
pub struct Nginx {
    folder: TempDir,
    port: u16,
    process: Child,
}

impl Nginx {
    /// An empty installation that people reach through a proxy.
    pub fn before_instance() -> (Instance, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let base = format!("http://127.0.0.1:{port}");
        let mut instance = Instance::start_with(|config| {
            config.base_url = base.parse().expect("a URL");
        });
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = config(folder.path(), port, &instance.base);
        fs::write(folder.path().join("nginx.conf"), config).expect("a file");
        let process = launch(folder.path());
        instance.base = base;
        let this = Self { folder, port, process };
        this.wait_until_it_listens();
        (instance, this)
    }

    /// Ends every connection, and takes new ones then.
    pub fn restart(&mut self) {
        self.stop();
        self.process = launch(self.folder.path());
        self.wait_until_it_listens();
    }

    fn stop(&mut self) {
        let id = self.process.id();
        // Its workers end with it only where it is asked to.
        let _ = Command::new("kill").args(["-TERM", &id.to_string()]).status();
        let _ = self.process.wait();
    }

    fn wait_until_it_listens(&self) {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "nginx does not start: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.stop();
    }
}

fn launch(folder: &Path) -> Child {
    let program =
        ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|at| Path::new(at).exists());
    Command::new(program.unwrap_or("nginx"))
        .arg("-p")
        .arg(folder)
        .arg("-e")
        .arg(folder.join("log"))
        .arg("-c")
        .arg(folder.join("nginx.conf"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("nginx is installed, as Debian calls it: nginx-light")
}

fn config(folder: &Path, port: u16, upstream: &str) -> String {
    let root = folder.display();
    // As root its workers would be another user, to whom the folder is closed; otherwise
    // this line means nothing.
    format!(
        "user root;
         daemon off;
         pid {root}/pid;
         events {{}}
         http {{
             access_log off;
             client_body_temp_path {root}/body;
             proxy_temp_path {root}/proxy;
             fastcgi_temp_path {root}/fastcgi;
             uwsgi_temp_path {root}/uwsgi;
             scgi_temp_path {root}/scgi;
             server {{
                 listen 127.0.0.1:{port};
                 location / {{
                     proxy_pass {upstream};
                     proxy_set_header Host $http_host;
                 }}
             }}
         }}"
    )
}
