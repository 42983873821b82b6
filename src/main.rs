//! The command line of Baton.

// Nothing that comes from outside ends a thread. What cannot fail says why at its place.
#![cfg_attr(
    not(test),
    warn(
        clippy::expect_used,
        clippy::panic,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::run(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            for line in failure.lines.lines() {
                eprintln!("baton: {line}");
            }
            ExitCode::from(failure.code)
        }
    }
}
