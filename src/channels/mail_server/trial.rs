//! *Test connection*: what works, step by step, before anything is saved.

use tokio::sync::Semaphore;

use super::imap;
use crate::mail::route::Route;
use crate::models::mailbox::{NewServer, Protocol, Security};
use crate::net::{Dialer, Problem, Step};

/// How a step of a trial went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed(Problem),
    /// One before it failed.
    NotTried,
}

/// What a trial of a server found: each step with how it went.
#[derive(Clone, Debug)]
pub struct Trial {
    pub steps: Vec<(Step, Outcome)>,
}

impl Trial {
    fn new(steps: &[Step], found: Result<(), Problem>) -> Self {
        let Err(problem) = found else {
            return Self { steps: steps.iter().map(|step| (*step, Outcome::Passed)).collect() };
        };
        let failed = steps.iter().position(|step| *step == problem.step).unwrap_or_default();
        let outcome = |at: usize| match at.cmp(&failed) {
            std::cmp::Ordering::Less => Outcome::Passed,
            std::cmp::Ordering::Equal => Outcome::Failed(problem.clone()),
            std::cmp::Ordering::Greater => Outcome::NotTried,
        };
        Self { steps: steps.iter().enumerate().map(|(at, step)| (*step, outcome(at))).collect() }
    }

    /// Whether every step passed.
    pub fn is_passed(&self) -> bool {
        self.steps.iter().all(|(_, outcome)| *outcome == Outcome::Passed)
    }
}

/// Servers that are tried in the same moment, whoever asks.
static TRYING: Semaphore = Semaphore::const_new(16);

/// Connects as it would to read or send, and changes nothing there.
pub async fn try_out(dialer: &Dialer, of: Protocol, server: &NewServer) -> Trial {
    // The semaphore is never closed.
    let _place = TRYING.acquire().await;
    let found = match of {
        Protocol::Imap => match imap::open(dialer, server).await {
            Ok(mut opened) => {
                let _ = imap::timed(std::time::Duration::ZERO, opened.session.logout()).await;
                Ok(())
            }
            Err(problem) => Err(problem),
        },
        Protocol::Smtp => Route::of_server(server, dialer).try_out().await,
    };
    Trial::new(&steps(of, server), found)
}

fn steps(of: Protocol, server: &NewServer) -> Vec<Step> {
    let is_imap = of == Protocol::Imap;
    [
        (Step::Name, true),
        (Step::Connect, true),
        (Step::Tls, server.security != Security::None),
        (Step::Login, is_imap || !server.user.is_empty()),
        (Step::Folder, is_imap),
    ]
    .into_iter()
    .filter_map(|(step, is_taken)| is_taken.then_some(step))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_behind_the_failed_step_was_not_tried() {
        let server = NewServer::default();
        let problem = Problem::new(Step::Tls, "Expired.", "Renew it.");
        let trial = Trial::new(&steps(Protocol::Imap, &server), Err(problem.clone()));
        let expected = [
            (Step::Name, Outcome::Passed),
            (Step::Connect, Outcome::Passed),
            (Step::Tls, Outcome::Failed(problem)),
            (Step::Login, Outcome::NotTried),
            (Step::Folder, Outcome::NotTried),
        ];
        assert_eq!(trial.steps, expected);
        assert!(!trial.is_passed());
        let plain = NewServer { security: Security::None, ..NewServer::default() };
        let trial = Trial::new(&steps(Protocol::Smtp, &plain), Ok(()));
        assert_eq!(trial.steps, [(Step::Name, Outcome::Passed), (Step::Connect, Outcome::Passed)]);
    }
}
