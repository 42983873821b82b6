//! Mail as a channel.

pub mod outgoing;
pub mod smtp;
