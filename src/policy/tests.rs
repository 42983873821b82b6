//! The role table, who holds what, and sequences that nobody would think of.

mod administrators;
mod holding;
mod role_table;
mod seats;
