//! A PostgreSQL server of one test's own, which may stop under what uses it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What it does: one line on its input is one restart, its end is the end.
const SCRIPT: &str = r#"
set -eu
source bin/support/postgres.sh
trap stop_postgres EXIT
start_postgres -c fsync=off
echo "$postgres_url"
while read -r _; do
  as_postgres "$(postgres_bin)/pg_ctl" restart --pgdata=data --log=log --mode=fast --wait --silent
  echo "restarted"
done
"#;

/// A running server. Dropping it stops it and removes its data.
pub struct Postgres {
    pub url: String,
    process: Child,
    /// Taken when it ends.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Postgres {
    pub fn start() -> Self {
        let mut process = Command::new("bash")
            .args(["-c", SCRIPT])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut this = Self { url: String::new(), process, input, output };
        this.url = this.line();
        this
    }

    /// Ends every connection and what runs on it, and takes new ones then.
    pub fn restart(&mut self) {
        let input = self.input.as_mut().expect("it runs");
        writeln!(input).expect("it listens");
        assert_eq!(self.line(), "restarted");
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it says something");
        assert!(!line.is_empty(), "PostgreSQL does not start");
        line.trim().to_owned()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}
