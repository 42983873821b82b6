//! `baton secret-key …`

use baton::config::{Args, Config};
use baton::db::{Db, one_line};
use baton::models::installation;
use baton::models::token::Signer;
use clap::Subcommand;

use super::out;

#[derive(Subcommand)]
pub enum Command {
    /// Let the database go by the secret key that is given or kept now, where the one it was made with is lost
    Replace {
        /// Do it; without this, all that becomes worthless is told
        #[arg(long)]
        yes: bool,
    },
}

const WORTHLESS: &str = "What was made with the key that is lost becomes worthless, for good:
- sessions: everybody signs in again
- links that were mailed or copied: invitations, new passwords, addresses to confirm
- passwords of mailboxes: until they are typed again, these inboxes neither get nor send mail
- browser notifications: who had turned them on turns them on again
- in customers' browsers, the chats they began: they begin new ones
- in mails that were sent: links to turn off such mails, and the ways of answers into chats and from members; answers by customers to replies still join by their Message-ID
Stop all servers first. Nothing has been changed yet: run this again with --yes to do it.";

pub fn run(args: &Args, command: &Command) -> Result<(), String> {
    let Command::Replace { yes } = command;
    if !yes {
        return Err(WORTHLESS.to_owned());
    }
    let mut config = super::configure(args)?;
    let made = config.new_key_file.clone();
    let replaced = replace(&mut config);
    if let (Err(_), Some(made)) = (&replaced, &made) {
        // It opens nothing. The first error is the one to tell.
        let _ = std::fs::remove_file(made);
    }
    if !replaced? {
        return Err("This database goes by this secret key already: nothing is changed.".into());
    }
    out::mention(
        "The database goes by the secret key of this configuration now: keep it with the backups, and start the servers. Those that were not stopped first end by themselves: start them again with it.",
    );
    Ok(())
}

fn replace(config: &mut Config) -> Result<bool, String> {
    let db = Db::open(config.location.clone()).map_err(|told| one_line(&told))?;
    config.keep_new_key()?;
    let fingerprint = Signer::new(config.secret_key.clone()).fingerprint();
    super::change(&db, |conn| installation::replace_key(conn, &fingerprint))
}
