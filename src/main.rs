//! The command line of Baton.

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
