//! Processes of the built program, and what the system says of them.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Another process on the same database, until it goes.
pub struct Node {
    pub address: SocketAddr,
    pub process: Child,
}

impl Drop for Node {
    fn drop(&mut self) {
        stop(&mut self.process);
    }
}

/// Killed: what it wrote is thrown away.
pub fn stop(process: &mut Child) {
    let _ = process.kill();
    let _ = process.wait();
}

pub fn command(arguments: &[&str], url: &str, data_dir: &Path, address: SocketAddr) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
    command
        .args(arguments)
        .env("DATABASE_URL", url)
        .env("BATON_DATA_DIR", data_dir)
        .env("BATON_LISTEN", address.to_string())
        // So that each customer of the benchmark has an address of their own.
        .env("BATON_TRUSTED_PROXIES", "127.0.0.1")
        .env("BATON_LOG", "info")
        .stdout(Stdio::null());
    command
}

/// Waits until a server answers.
pub fn wait_for(address: SocketAddr) {
    for _ in 0..500 {
        if ureq::get(format!("http://{address}/healthz")).call().is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What a process holds in memory now, in megabytes, by its number or `self`.
pub fn memory_of(process: &str) -> f64 {
    status(process, "VmRSS:")
}

pub fn status(process: &str, name: &str) -> f64 {
    let file = format!("/proc/{process}/status");
    let text = std::fs::read_to_string(file).expect("the process runs");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("the line");
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().expect("kilobytes");
    kilobytes / 1024.0
}
