//! The command line of Baton.

// No input may make a thread panic. Where a panic is impossible, the `allow` says why.
// What is printed goes by `cli::out`.
#![cfg_attr(
    not(test),
    warn(
        clippy::expect_used,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

mod cli;

use std::process::ExitCode;

use rustix::fs::Mode;
use rustix::process::umask;

fn main() -> ExitCode {
    // Whatever is written is its owner's alone, also in a folder that others may open.
    umask(Mode::RWXG | Mode::RWXO);
    let cli = match cli::parse(&std::env::args_os().collect::<Vec<_>>()) {
        Ok(cli) => cli,
        Err(code) => return ExitCode::from(code),
    };
    match cli::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            for line in failure.lines.lines() {
                cli::out::tell(format_args!("baton: {line}"));
            }
            ExitCode::from(failure.code)
        }
    }
}
