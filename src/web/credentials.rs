//! Checking a password someone typed: counted before it is hashed, and given
//! back when it was right, so that none of many guesses at once slips through.

use super::client::Client;
use crate::App;
use crate::db::{DbError, Verb};
use crate::models::limit::{self, AttemptId, RetryAfter};
use crate::models::password::HashError;
use crate::models::text;
use crate::models::user::{self, User};
use crate::web::error::AppError;

/// What came of a password that was typed.
pub enum Checked {
    Right(User),
    /// A wrong password, or an address that nobody has: they look and take alike.
    Wrong,
    /// Not even looked at: too many were wrong.
    TooMany(RetryAfter),
}

/// Checks the password of whoever has this address.
///
/// # Errors
/// [`AppError::Busy`] when too many passwords are being hashed; otherwise when
/// the database or the hashing fails.
pub async fn check(
    app: &App,
    client: &Client,
    address: &str,
    password: String,
) -> Result<Checked, AppError> {
    let (signer, client) = (app.signer.clone(), client.key().to_owned());
    // What is no address at all is nobody's, and not asked of the database.
    let email = text::email(address).ok();
    let typed = email.clone().unwrap_or_else(|| address.trim().to_lowercase());
    let counted = app
        .db
        .write(move |conn| -> Verb<_, RetryAfter> {
            let counted = limit::take_password(conn, &signer, &typed, &client)?;
            let found = email.as_deref().map(|email| user::by_email(conn, email)).transpose()?;
            Ok((counted, found.flatten()))
        })
        .await?;
    let (counted, found) = match counted {
        Ok(counted) => counted,
        Err(retry_after) => return Ok(Checked::TooMany(retry_after)),
    };
    let hash = found.as_ref().map(|user| user.password_hash.clone());
    match app.hasher.verify(password, hash).await {
        Ok(false) => Ok(Checked::Wrong),
        Ok(true) => {
            give_back(app, counted).await?;
            Ok(found.map_or(Checked::Wrong, Checked::Right))
        }
        Err(error) => {
            give_back(app, counted).await?;
            Err(error.into())
        }
    }
}

async fn give_back(app: &App, counted: [AttemptId; 2]) -> Result<(), DbError> {
    app.db.change(move |conn| limit::give_back(conn, &counted)).await
}

impl From<HashError> for AppError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Failed(cause) => Self::Internal(format!("hashing a password: {cause}")),
        }
    }
}
