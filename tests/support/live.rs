//! A page that listens to `GET /live`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;

use super::{Browser, Member};

/// Longer than anything takes that is told at once.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long nothing must come before it counts as nothing.
const QUIET: Duration = Duration::from_millis(700);

/// One piece of news.
#[derive(Clone, Debug)]
pub struct Told {
    /// `7-128`: the workspace, and the event's number in it.
    pub id: String,
    pub name: String,
    pub data: Value,
}

impl Told {
    pub fn number(&self) -> i64 {
        let (_, number) = self.id.split_once('-').expect("a workspace and a number");
        number.parse().expect("a number")
    }

    /// `conversation 12 owner`, `gone 12`, `notification 3`.
    pub fn words(&self) -> String {
        let of = |key: &str| match &self.data[key] {
            Value::Null => String::new(),
            Value::String(text) => format!(" {text}"),
            other => format!(" {other}"),
        };
        format!("{}{}{}{}", self.name, of("id"), of("kind"), of("unread"))
    }
}

/// A stream that is held open, until the value goes.
pub struct Live {
    connection: TcpStream,
    told: Receiver<Told>,
}

impl Member {
    /// Listens from now on.
    #[track_caller]
    pub fn listen(&self) -> Live {
        let live = self.listen_after("").expect("a stream");
        assert_eq!(live.next().name, "here");
        live
    }

    /// Listens as a browser that comes back, which has seen `last`; the status of an
    /// answer that is no stream.
    pub fn listen_after(&self, last: &str) -> Result<Live, u16> {
        self.browser.listen("/live", last)
    }
}

impl Browser {
    /// Listens to a stream, having seen `last`; the status of an answer that is none.
    pub fn listen(&self, path: &str, last: &str) -> Result<Live, u16> {
        Live::open((self.base(), path), &self.cookie_header(), last)
    }
}

impl Live {
    fn open((base, path): (&str, &str), cookies: &str, last: &str) -> Result<Self, u16> {
        let host = base.trim_start_matches("http://");
        let mut connection = TcpStream::connect(host).expect("the server listens");
        let last =
            if last.is_empty() { String::new() } else { format!("Last-Event-ID: {last}\r\n") };
        write!(
            connection,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\nConnection: close\r\n\
             Cookie: {cookies}\r\n{last}\r\n"
        )
        .expect("the server takes it");
        let mut lines = BufReader::new(connection.try_clone().expect("a handle"));
        let mut head = String::new();
        lines.read_line(&mut head).expect("the server answers");
        let status: u16 = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        if status != 200 {
            return Err(status);
        }
        let (send, told) = channel();
        std::thread::spawn(move || {
            let (mut id, mut name) = (String::new(), String::new());
            // A chunk's length stands on a line of its own, and begins no field.
            for line in lines.by_ref().lines().map_while(Result::ok) {
                if let Some(value) = line.strip_prefix("id: ") {
                    value.clone_into(&mut id);
                } else if let Some(value) = line.strip_prefix("event: ") {
                    value.clone_into(&mut name);
                } else if let Some(value) = line.strip_prefix("data: ") {
                    let data = serde_json::from_str(value).expect("JSON");
                    if send.send(Told { id: id.clone(), name: name.clone(), data }).is_err() {
                        return;
                    }
                }
            }
        });
        Ok(Self { connection, told })
    }

    /// The next piece of news.
    #[track_caller]
    pub fn next(&self) -> Told {
        self.told.recv_timeout(PATIENCE).expect("something is told")
    }

    /// Everything that is told until nothing comes for a while.
    pub fn all(&self) -> Vec<Told> {
        std::iter::from_fn(|| self.told.recv_timeout(QUIET).ok()).collect()
    }

    /// The same in words.
    pub fn words(&self) -> Vec<String> {
        self.all().iter().map(Told::words).collect()
    }

    /// Waits until the server ends the stream; what came before it.
    #[track_caller]
    pub fn ends(&self) -> Vec<Told> {
        let mut all = Vec::new();
        loop {
            match self.told.recv_timeout(PATIENCE) {
                Ok(told) => all.push(told),
                Err(RecvTimeoutError::Disconnected) => return all,
                Err(RecvTimeoutError::Timeout) => panic!("the stream goes on after {all:?}"),
            }
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // The server may have closed it already.
        let _ = self.connection.shutdown(std::net::Shutdown::Both);
    }
}
