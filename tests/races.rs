//! Races: real threads on real connections, all from one starting line. After
//! each, what must always be true is checked in SQL.

mod answers;
mod away;
mod bulk;
mod claims;
mod contacts;
pub mod crowd;
mod customers;
mod inboxes;
pub mod invariants;
mod invitations;
mod removals;
mod roles;

use std::fmt::Debug;
use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use baton::db::{Conn, Verb};

use crate::support::{Instance, Page};

/// How often two against each other start: either may be the quicker one.
const ROUNDS: usize = 12;

/// Does all of this at the same moment, each on a thread of its own, and answers
/// what came of it, in order.
pub fn at_once<T, F>(all: Vec<F>) -> Vec<T>
where
    T: Send,
    F: FnOnce() -> T + Send,
{
    let line = Barrier::new(all.len());
    thread::scope(|scope| {
        let running: Vec<_> = all
            .into_iter()
            .map(|one| {
                let line = &line;
                scope.spawn(move || {
                    line.wait();
                    one()
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().expect("nobody panics")).collect()
    })
}

/// Does two different things at the same moment.
pub fn against<A: Send, B: Send>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    let line = Barrier::new(2);
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            line.wait();
            other()
        });
        line.wait();
        let one = one();
        (one, other.join().expect("nobody panics"))
    })
}

/// Does one thing in a transaction that stays open for a moment, and the other as soon as
/// that has written and before it is committed.
pub fn meanwhile<A, R, B>(
    instance: &Instance,
    mut one: impl FnMut(&mut Conn) -> Verb<A, R> + Send,
    other: impl FnOnce() -> B + Send,
) -> B
where
    A: Send,
    R: Debug + Send,
{
    let (written, wait) = mpsc::channel();
    let db = instance.db();
    thread::scope(|scope| {
        let one = scope.spawn(move || {
            db.write_now(|conn| {
                let done = one(conn)?;
                // Nobody listens where it runs again.
                let _ = written.send(());
                thread::sleep(Duration::from_millis(300));
                Ok(done)
            })
        });
        wait.recv().expect("it is written");
        let other = other();
        one.join().expect("no panic").expect("the database works").expect("no rule refuses it");
        other
    })
}

/// Fails unless the answer has one of these statuses.
#[track_caller]
fn is_one_of(page: &Page, statuses: &[u16]) {
    assert!(statuses.contains(&page.status), "{} at {}: {}", page.status, page.path, page.text());
}

/// Which of the answers are redirects, which is what a write that was done answers.
#[track_caller]
fn winners(pages: &[Page]) -> Vec<usize> {
    for page in pages {
        is_one_of(page, &[303, 409]);
    }
    (0..pages.len()).filter(|n| pages[*n].status == 303).collect()
}
