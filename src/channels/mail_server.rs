//! The servers of a mailbox: reading from one, and trying both out. What a server may
//! send is bounded.

mod imap;
mod trial;

pub use imap::{Opened, Session, open, problem_of, timed};
pub use trial::{Outcome, Trial, try_out};
