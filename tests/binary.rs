//! The built binary, as people start it.

mod commands;
mod configuration;
mod crash;
mod data;
mod lost;
mod memory;
pub mod place;
pub mod receive;
mod start;
mod stop;
mod streams;

use place::{Place, Program, Server};
