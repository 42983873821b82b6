//! The commands. Each answers one line per mistake, fit for an operator.

mod backup;
mod demo;
pub mod out;
mod random;
mod receive;
mod secret_key;
mod seed;
mod serve;
mod user;
mod workspace;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use baton::App;
use baton::config::{Args, Config, existing_database, require_database};
use baton::db::{Conn, Db, DbError, Verb, one_line};
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// A team inbox: every conversation has one owner, and only the owner can reply.
#[derive(Parser)]
#[command(name = "baton", bin_name = "baton", version, about, disable_help_subcommand = true)]
#[command(
    after_help = "Without a command, `serve` is run. Start with `baton demo` to look around."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    args: Args,
}

// The usage is written out where something is required: clap would name every flag whose
// variable is set as if it were, too.
#[derive(Subcommand)]
enum Command {
    /// Serve Baton (the default)
    Serve,
    /// Serve a throw-away workspace with example conversations
    #[command(
        after_help = "It heeds `--listen` and `--log` alone, and touches nothing of a real installation."
    )]
    Demo,
    /// Fill a workspace with made-up conversations, to try it under load
    #[command(override_usage = "baton seed [OPTIONS] --conversations <N>")]
    Seed(seed::Options),
    /// Copy the SQLite database, while Baton runs, into a new file
    #[command(override_usage = "baton backup [OPTIONS] <FILE>")]
    Backup {
        /// The file to write; it must not exist
        file: PathBuf,
    },
    /// Take a mail from the standard input, for a mail server's pipe
    #[command(
        override_usage = "baton receive [OPTIONS] <INBOX>",
        after_help = "Exits with 0 when the mail is taken or was before, and with 75 when the mail server is to keep it and try again. With 65 (it is larger than 256 MB), 67 (no inbox is called so) and 69 (the inbox is archived) it is to send the mail back."
    )]
    Receive(receive::Options),
    /// Help a person who cannot sign in
    #[command(subcommand)]
    User(user::Command),
    /// Go on where the secret key is lost
    #[command(subcommand)]
    SecretKey(secret_key::Command),
    /// List the workspaces, or change a plan
    #[command(subcommand)]
    Workspace(workspace::Command),
}

/// The exit code of what was typed wrong.
const USAGE: u8 = 2;

/// How a command failed.
pub struct Failure {
    pub code: u8,
    /// One line per mistake.
    pub lines: String,
}

impl From<String> for Failure {
    fn from(lines: String) -> Self {
        Self { code: 1, lines }
    }
}

/// Reads what was typed. Answers the exit code where that is all: after help, or a mistake,
/// either of which is told then.
pub fn parse(words: &[OsString]) -> Result<Cli, u8> {
    Cli::try_parse_from(words).map_err(|told| {
        // Nobody may be there to be told.
        let _ = told.print();
        if !told.use_stderr() {
            return 0;
        }
        // A mail server reads the code, whatever is wrong with what it was given to run.
        let is_mail = words.iter().any(|word| word == "receive");
        if is_mail { receive::NOT_NOW } else { USAGE }
    })
}

/// Runs a command to its end.
///
/// # Errors
/// [`Failure`].
pub fn run(cli: Cli) -> Result<(), Failure> {
    let command = cli.command.unwrap_or(Command::Serve);
    match command {
        Command::Demo => return Ok(demo::run(cli.args)?),
        Command::Receive(options) => {
            let app = require_database(&cli.args)
                .and_then(|()| open(configure(&cli.args)?))
                .map_err(receive::not_now)?;
            return receive::run(&app, &options);
        }
        Command::Backup { file } => {
            return Ok(backup::run(&existing_database(&cli.args)?, &file)?);
        }
        Command::SecretKey(command) => {
            require_database(&cli.args)?;
            return Ok(secret_key::run(&cli.args, &command)?);
        }
        Command::Serve => return Ok(serve::run(&cli.args)?),
        _ => require_database(&cli.args)?,
    }
    let app = open(configure(&cli.args)?)?;
    let done = match command {
        Command::Serve
        | Command::Demo
        | Command::Backup { .. }
        | Command::Receive(_)
        | Command::SecretKey(_) => Ok(()),
        Command::Seed(options) => seed::run(&app, &options),
        Command::User(command) => user::run(&app, &command, cli.args.has_base_url()),
        Command::Workspace(command) => workspace::run(&app, &command),
    };
    Ok(done?)
}

/// Opens the database, with its failure in one line.
fn open(config: Config) -> Result<App, String> {
    App::open(config).map_err(|told| one_line(&told))
}

/// Checks the configuration, and starts the log.
fn configure(args: &Args) -> Result<Config, String> {
    let config = Config::resolve(args)?;
    // Whatever is asked for: the library of IMAP tells every word of a sign-in.
    let filter = EnvFilter::try_new(format!("{},async_imap=off", config.log))
        .map_err(|e| format!("BATON_LOG: {e}."))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        // It would say so by `eprintln!`.
        .log_internal_errors(false)
        .init();
    Ok(config)
}

/// A read on this thread, with its failure in words.
fn read<T>(
    db: &Db,
    work: impl FnOnce(&mut Conn) -> baton::db::QueryResult<T>,
) -> Result<T, String> {
    db.read_now(work).map_err(|e| told(&e))
}

/// A verb on this thread, with its refusal or failure in words.
fn write<T, R: std::fmt::Display>(
    db: &Db,
    verb: impl FnMut(&mut Conn) -> Verb<T, R>,
) -> Result<T, String> {
    db.write_now(verb).map_err(|e| told(&e))?.map_err(|refusal| refusal.to_string())
}

/// A write that no rule refuses, on this thread, with its failure in words.
fn change<T>(
    db: &Db,
    work: impl FnMut(&mut Conn) -> baton::db::QueryResult<T>,
) -> Result<T, String> {
    db.change_now(work).map_err(|e| told(&e))
}

fn told(error: &DbError) -> String {
    format!("{error}.")
}
