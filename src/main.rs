//! The command line of Baton.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::run(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(lines) => {
            for line in lines.lines() {
                eprintln!("baton: {line}");
            }
            ExitCode::FAILURE
        }
    }
}
