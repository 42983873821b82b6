//! The command line of Baton.

// No input may make a thread panic. Where a panic is impossible, the `allow` says why.
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
use rustix::fs::Mode;
use rustix::process::umask;

fn main() -> ExitCode {
    // Whatever is written is its owner's alone, also in a folder that others may open.
    umask(Mode::RWXG | Mode::RWXO);
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
