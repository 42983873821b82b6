//! `GET /live`: who is told what, in which order, and until when.

mod ending;
mod presence;
mod resuming;
mod telling;
