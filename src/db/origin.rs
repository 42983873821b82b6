//! Where a write comes from, for the audit log. A request says it once, for all
//! that its handler does; the transaction that runs holds it.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;

tokio::task_local! {
    /// What the task that asks was begun for.
    static OF_TASK: Origin;
}
thread_local! {
    /// What the transaction on this thread was begun for.
    static OF_TRANSACTION: RefCell<Option<Origin>> = const { RefCell::new(None) };
}

/// Where a write comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A request of this client, by its address.
    Client(Arc<str>),
    /// Baton's own work in the background.
    Baton,
    /// A command that an operator typed.
    CommandLine,
}

impl Origin {
    /// The origin in the words of the audit log.
    pub fn words(&self) -> &str {
        match self {
            Self::Client(address) => address,
            Self::Baton => "Baton",
            Self::CommandLine => "command line",
        }
    }

    /// Does `work`, all of whose writes come from here.
    pub fn of<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        OF_TASK.scope(self, work)
    }

    /// The origin of the transaction that runs on this thread.
    pub fn current() -> Self {
        OF_TRANSACTION.with_borrow(Clone::clone).unwrap_or_else(Self::of_task)
    }

    /// The origin of the task that asks. Only a command is in none.
    pub(super) fn of_task() -> Self {
        OF_TASK.try_with(Clone::clone).unwrap_or(Self::CommandLine)
    }

    /// Runs `work` on this thread as what comes from here: a transaction, or a part of one
    /// that is not of whoever asked.
    pub fn during<T>(self, work: impl FnOnce() -> T) -> T {
        /// Also when the work panics: the thread goes back to its pool.
        struct Restore(Option<Origin>);
        impl Drop for Restore {
            fn drop(&mut self) {
                OF_TRANSACTION.set(self.0.take());
            }
        }
        let _restore = Restore(OF_TRANSACTION.replace(Some(self)));
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_is_of_whoever_asked_and_the_next_one_is_not() {
        let client = Origin::Client("192.0.2.7".into());
        assert_eq!(Origin::current(), Origin::CommandLine);
        assert_eq!(client.clone().during(Origin::current), client);
        let within = || (Origin::Baton.during(Origin::current), Origin::current());
        assert_eq!(client.clone().during(within), (Origin::Baton, client.clone()));
        assert_eq!(Origin::current(), Origin::CommandLine);
        let broken = std::panic::catch_unwind(|| Origin::Baton.during(|| panic!("on purpose")));
        assert!(broken.is_err());
        assert_eq!(Origin::current(), Origin::CommandLine);
    }
}
