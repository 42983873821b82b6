//! `GET /live`: who is told what, in which order, and until when.

mod ending;
mod on_the_wire;
mod presence;
mod proxied;
mod resuming;
mod telling;
