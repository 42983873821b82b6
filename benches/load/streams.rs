//! Open pages: many streams on one node while customers write, and how soon the stream of
//! somebody who is removed ends on every node.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream as Blocking};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use baton::db::schema::inboxes;
use diesel::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::client;
use crate::installation::Installation;
use crate::people::Person;

/// The members of each workspace, who all listen.
const MEMBERS: usize = 25;
/// Messages of customers in a second.
pub const A_SECOND: u64 = 200;
/// They are sent on so many connections.
const SENDERS: usize = 32;
/// What a stream says of one that came.
const MESSAGE: &[u8] = b"\"kind\":\"message\"";
/// Members that are removed, one after the other.
const REMOVALS: usize = 100;

/// How it went.
pub struct Streams {
    pub count: usize,
    /// Kilobytes of the server's memory for each, after the first fifth of them.
    pub kilobytes: f64,
    /// Messages that were sent, and lines of streams that should and did tell of them.
    pub sent: usize,
    pub expected: usize,
    pub told: usize,
    pub elapsed: Duration,
    /// From the moment a message was sent to each line that told of it.
    pub latencies: Vec<Duration>,
    /// Of the server, in cores.
    pub cpu: f64,
}

/// What the readers and the senders share.
struct Shared {
    started: Instant,
    /// When each workspace's latest message was sent, in microseconds from `started`.
    sent_at: Vec<AtomicU64>,
    open: AtomicUsize,
    is_over: AtomicBool,
    latencies: Mutex<Vec<Duration>>,
}

impl Shared {
    fn micros(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// Opens `count` streams of members of many workspaces, and lets customers write to
/// those for so long, each of them a new conversation.
///
/// # Panics
/// When a stream or an answer is not what it should be.
pub fn run(installation: &Installation, count: usize, time: Duration) -> Streams {
    let workspaces = count.div_ceil(MEMBERS);
    let users = installation.users("listener", MEMBERS);
    let places: Vec<(i64, Vec<String>)> = (0..workspaces)
        .map(|n| installation.workspace_of(&format!("Workspace {n}"), &users))
        .collect();
    let keys = chat_keys(installation, &places);
    let shared = Arc::new(Shared {
        started: Instant::now(),
        sent_at: (0..workspaces).map(|_| AtomicU64::new(0)).collect(),
        open: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
        latencies: Mutex::default(),
    });
    let cookies: Vec<(usize, String)> = places
        .into_iter()
        .enumerate()
        .flat_map(|(n, (_, cookies))| cookies.into_iter().map(move |cookie| (n, cookie)))
        .take(count)
        .collect();
    let address = installation.address();
    let reading = {
        let shared = shared.clone();
        std::thread::spawn(move || read_all(address, cookies, &shared))
    };
    let wait_for = |some: usize| {
        while shared.open.load(Ordering::Relaxed) < some {
            assert!(!reading.is_finished(), "the streams open");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    // The first of them fill caches that all share.
    wait_for(count / 5);
    let (first, before) = (shared.open.load(Ordering::Relaxed), installation.memory());
    wait_for(count);
    std::thread::sleep(Duration::from_secs(1));
    let kilobytes = (installation.memory() - before) * 1024.0 / (count - first) as f64;
    let (began, cpu) = (Instant::now(), installation.cpu());
    let sent = send(address, &keys, &shared, time);
    let elapsed = began.elapsed();
    let cpu = (installation.cpu() - cpu).as_secs_f64() / elapsed.as_secs_f64();
    std::thread::sleep(Duration::from_secs(3));
    shared.is_over.store(true, Ordering::Relaxed);
    reading.join().expect("the readers end");
    let latencies = std::mem::take(&mut *shared.latencies.lock().expect("nobody holds it"));
    let told = latencies.len();
    // Every member of the workspace is told.
    let expected = sent * count / workspaces;
    Streams { count, kilobytes, sent, expected, told, elapsed, latencies, cpu }
}

fn chat_keys(installation: &Installation, places: &[(i64, Vec<String>)]) -> Vec<String> {
    let key = |workspace: i64| {
        installation.read(|conn| {
            inboxes::table
                .filter(inboxes::workspace_id.eq(workspace))
                .select(inboxes::chat_key)
                .first::<String>(conn)
        })
    };
    places.iter().map(|(workspace, _)| key(*workspace)).collect()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn read_all(address: SocketAddr, cookies: Vec<(usize, String)>, shared: &Arc<Shared>) {
    let local = LocalSet::new();
    // So many at once: a browser, too, waits for the answer of the page first.
    let turns = Arc::new(tokio::sync::Semaphore::new(64));
    for (workspace, cookie) in cookies {
        local.spawn_local(read(address, workspace, cookie, turns.clone(), shared.clone()));
    }
    let shared = shared.clone();
    runtime().block_on(local.run_until(async move {
        while !shared.is_over.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }));
}

async fn read(
    address: SocketAddr,
    workspace: usize,
    cookie: String,
    turns: Arc<tokio::sync::Semaphore>,
    shared: Arc<Shared>,
) {
    let turn = turns.acquire().await.expect("turns go on");
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let request = format!("GET /live HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the server takes it");
    let (mut turn, mut buffer, mut rest) = (Some(turn), [0; 4096], Vec::new());
    let mut is_head = true;
    loop {
        let read = stream.read(&mut buffer).await.expect("the stream goes on");
        assert!(read > 0, "the server ended a stream");
        rest.extend_from_slice(&buffer[..read]);
        if std::mem::take(&mut is_head) {
            assert!(rest.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&rest));
        }
        if turn.is_some() && rest.windows(11).any(|part| part == b"event: here") {
            turn = None;
            shared.open.fetch_add(1, Ordering::Relaxed);
        }
        let end = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let told = rest[..end].windows(MESSAGE.len()).filter(|part| *part == MESSAGE).count();
        rest.drain(..end);
        if told > 0 {
            let sent = shared.sent_at[workspace].load(Ordering::Relaxed);
            let latency = Duration::from_micros(shared.micros().saturating_sub(sent));
            let mut latencies = shared.latencies.lock().expect("nobody fails");
            latencies.extend(std::iter::repeat_n(latency, told));
        }
    }
}

/// Sends messages at an even pace, each a customer's first; how many.
fn send(address: SocketAddr, keys: &[String], shared: &Shared, time: Duration) -> usize {
    let next = AtomicUsize::new(0);
    let pace = Duration::from_secs(1) / u32::try_from(A_SECOND).expect("a small number");
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                runtime().block_on(async {
                    let mut stream = TcpStream::connect(address).await.expect("a connection");
                    stream.set_nodelay(true).expect("an option");
                    let mut buffer = vec![0; 64 * 1024];
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        let due = began + pace * u32::try_from(n).expect("a small number");
                        if due >= began + time {
                            next.fetch_sub(1, Ordering::Relaxed);
                            return;
                        }
                        tokio::time::sleep_until(due.into()).await;
                        let workspace = n % keys.len();
                        let request = message(address, &keys[workspace], n);
                        shared.sent_at[workspace].store(shared.micros(), Ordering::Relaxed);
                        stream.write_all(&request).await.expect("the server takes it");
                        let status = client::answer(&mut stream, &mut buffer).await;
                        assert_eq!(status, 303, "the message is taken");
                    }
                });
            });
        }
    });
    next.load(Ordering::Relaxed)
}

/// A new customer's first message, from an address of their own.
fn message(address: SocketAddr, key: &str, n: usize) -> Vec<u8> {
    let body = format!(
        "name=Customer+{n}&email=customer.{n}%40streams.example&submission=bench-streams-{:016x}\
         &message=Where+is+my+order+{n}%3F",
        rand::random::<u64>()
    );
    let [a, b, c] = [n >> 16, n >> 8, n].map(|part| part & 0xff);
    format!(
        "POST /chat/{key} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
         X-Forwarded-For: 10.{a}.{b}.{c}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// How soon members who are removed hear nothing more, from the press of the button on.
#[derive(Default)]
pub struct Removals {
    /// To its answer.
    pub answered: Vec<Duration>,
    /// To the last byte of each of their streams.
    pub ended: Vec<Duration>,
}

/// Removes one member after the other, each with a stream on every node.
///
/// # Panics
/// When a stream does not end.
pub fn removals(installation: &Installation) -> Removals {
    let nodes = [installation.another_node(), installation.another_node()];
    let addresses = [installation.address(), nodes[0].address, nodes[1].address];
    let mut removals = Removals::default();
    for user in installation.users("leaver", REMOVALS) {
        let Person { membership_id, cookie } =
            installation.join(&user, installation.workspace_id());
        let streams = addresses.map(|address| open(address, &cookie));
        let began = Instant::now();
        let ends = streams.map(|stream| std::thread::spawn(move || ended(stream)));
        let form = format!("workspace={}", installation.workspace_id());
        let remove = format!("/settings/team/members/{membership_id}/remove");
        installation.post(&remove, "application/x-www-form-urlencoded", form.into());
        removals.answered.push(began.elapsed());
        removals.ended.extend(ends.map(|end| end.join().expect("it ends") - began));
    }
    removals
}

fn open(address: SocketAddr, cookie: &str) -> BufReader<Blocking> {
    let mut stream = Blocking::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("an option");
    write!(
        stream,
        "GET /live HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n"
    )
    .expect("the server takes it");
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    while !line.starts_with("event: here") {
        line.clear();
        assert!(lines.read_line(&mut line).expect("the stream begins") > 0, "no stream");
    }
    lines
}

/// When the last byte came.
fn ended(mut stream: BufReader<Blocking>) -> Instant {
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).expect("the stream ends") > 0 {}
    Instant::now()
}
