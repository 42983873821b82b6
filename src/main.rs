//! The command line of Baton.

mod cli;

use std::process::ExitCode;

use clap::Parser;

/// A page is thousands of small pieces of text; glibc's allocator takes a tenth of
/// the time of making one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
