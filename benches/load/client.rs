//! Asks a server as fast as it answers: HTTP/1.1 on connections that stay open,
//! with as little work of its own as possible.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

/// What is asked: whole requests as bytes.
#[derive(Clone)]
pub struct Requests {
    pub each: Arc<Vec<Vec<u8>>>,
    /// From the beginning again after the last one; else the round ends there.
    pub again: bool,
    /// The status that every answer must have.
    pub status: u16,
}

/// A server, and what is asked of it.
#[derive(Clone)]
pub struct Target {
    pub address: SocketAddr,
    pub requests: Requests,
}

/// One round.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    pub elapsed: Duration,
    /// One per answer, in no order.
    pub latencies: Vec<Duration>,
}

impl Sample {
    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }
}

/// Runs one round: until `time` is over, or there is nothing left to ask.
///
/// # Panics
/// When an answer is not the expected one: then no number would mean anything.
pub fn run(target: &Target, connections: usize, time: Duration) -> Sample {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(connections);
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let latencies = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                let share = (connections + thread) / threads;
                let next = next.clone();
                scope.spawn(move || work(target, share, &next, started + time))
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect()
    });
    Sample { elapsed: started.elapsed(), latencies }
}

fn work(
    target: &Target,
    connections: usize,
    next: &Arc<AtomicUsize>,
    end: Instant,
) -> Vec<Duration> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    let local = LocalSet::new();
    let tasks: Vec<_> = (0..connections)
        .map(|_| local.spawn_local(converse(target.clone(), next.clone(), end)))
        .collect();
    runtime.block_on(local.run_until(async {
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.expect("a connection"));
        }
        all
    }))
}

async fn converse(target: Target, next: Arc<AtomicUsize>, end: Instant) -> Vec<Duration> {
    let mut stream = TcpStream::connect(target.address).await.expect("the server listens");
    stream.set_nodelay(true).expect("an option");
    let mut buffer = vec![0; 256 * 1024];
    let mut latencies = Vec::with_capacity(4096);
    let requests = &target.requests;
    while Instant::now() < end {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if !requests.again && number >= requests.each.len() {
            break;
        }
        let request = &requests.each[number % requests.each.len()];
        let asked = Instant::now();
        stream.write_all(request).await.expect("the server takes the request");
        let status = answer(&mut stream, &mut buffer).await;
        latencies.push(asked.elapsed());
        assert_eq!(
            status,
            requests.status,
            "{}",
            String::from_utf8_lossy(&request[..request.len().min(80)])
        );
    }
    latencies
}

/// Reads one answer to its end; its status.
pub async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> u16 {
    let mut filled = 0;
    let head = loop {
        let read = stream.read(&mut buffer[filled..]).await.expect("the server answers");
        assert!(read > 0, "the server closed the connection");
        filled += read;
        if let Some(end) = buffer[..filled].windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
    let status = text.get(9..12).and_then(|code| code.parse().ok()).expect("a status");
    if text.contains("\r\ntransfer-encoding: chunked") {
        while !buffer[..filled].ends_with(b"0\r\n\r\n") {
            let read = stream.read(&mut buffer[filled..]).await.expect("the server answers");
            assert!(read > 0, "the server closed the connection");
            filled += read;
        }
        return status;
    }
    let length: usize = text
        .split("\r\ncontent-length: ")
        .nth(1)
        .and_then(|rest| rest.split("\r\n").next())
        .and_then(|length| length.parse().ok())
        .expect("a length");
    let mut missing = (head + length).saturating_sub(filled);
    while missing > 0 {
        let read = stream.read(buffer).await.expect("the server answers");
        assert!(read > 0, "the server closed the connection");
        missing = missing.saturating_sub(read);
    }
    status
}
