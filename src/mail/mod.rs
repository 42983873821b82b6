//! Mails that Baton writes itself.

pub mod page;
