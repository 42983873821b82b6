//! `baton user …`

use baton::App;
use baton::models::account_link::{self, LinkKind};
use baton::models::{text, user};
use clap::Subcommand;

use super::out;

#[derive(Subcommand)]
pub enum Command {
    /// Print a link with which a person chooses a new password
    #[command(override_usage = "baton user reset-password [OPTIONS] <ADDRESS>")]
    ResetPassword {
        /// The address they sign in with
        address: String,
    },
}

/// `knows_address`: somebody has said where people reach the server.
pub fn run(app: &App, command: &Command, knows_address: bool) -> Result<(), String> {
    let Command::ResetPassword { address } = command;
    let email = text::email(address).map_err(|e| e.to_string())?;
    let Some(user) = super::read(&app.db, |conn| user::by_email(conn, &email))? else {
        return Err(format!("Nobody signs in with {email}."));
    };
    let kind = LinkKind::ResetPassword;
    let link = super::change(&app.db, |conn| account_link::issue(conn, &user, kind, &user.email))?;
    let token = account_link::handed_token_of(&app.signer, &link);
    out::print(app.config.link(&format!("/reset-password?token={token}")))?;
    if !knows_address {
        out::tell("The address is a guess: set BATON_BASE_URL as the server has it.");
    }
    out::tell(format_args!("Hand this link to {}. It works once, for one hour.", user.name));
    Ok(())
}
