//! The form *Change password*.

use actix_session::Session;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::{PROFILE, WRONG_PASSWORD, current, load, refused};
use crate::App;
use crate::models::password::PasswordProblem;
use crate::models::repeated::{self, FormKey};
use crate::models::user::{self, User, UserRefusal};
use crate::web::client::Client;
use crate::web::credentials::{self, Checked};
use crate::web::error::AppError;
use crate::web::form::{Act, Submission};
use crate::web::respond;
use crate::web::sessions;
use crate::web::view::{Field, Flash};
use crate::web::viewer::Viewer;

/// What the form sends.
#[derive(Deserialize)]
pub struct NewPassword {
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    new_password: String,
    submission: Option<Submission>,
}

/// Why the password is as before.
enum Unchanged {
    WrongPassword,
    Problem(PasswordProblem),
    Refused(UserRefusal),
}

/// `POST /settings/profile/password`: ends the other sessions, and gives this
/// one a new key. The same form sent twice changes it once, and is answered the same.
///
/// # Errors
/// When too many passwords were wrong, or the database fails.
pub async fn change(
    app: Data<App>,
    request: HttpRequest,
    session: Session,
    client: Client,
    act: Act<NewPassword>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let sent = Submission::of(form.submission.as_ref(), &viewer, "change password".to_owned());
    let asked = Asked { app: &app, client: &client, viewer: &viewer, form: &form, sent };
    let changed = match asked.changed_before().await? {
        Some(user) => Ok(user),
        None => match asked.change().await? {
            // The first of two may have been done while this one was looked at.
            Err(unchanged) => asked.changed_before().await?.ok_or(unchanged),
            changed => changed,
        },
    };
    let unchanged = match changed {
        Err(unchanged) => unchanged,
        Ok(user) => {
            let workspace_id = Some(viewer.workspace_id);
            sessions::begin(&session, &request, user.id, &user.password_hash, workspace_id)?;
            sessions::keep_device(&app.db, &session, viewer.session_id).await?;
            let flash = Flash::ok("Your password is changed. Your other sessions have ended.");
            return Ok(respond::see_other_with(&app, PROFILE, &flash));
        }
    };
    let mut page = load(&app, &viewer).await?;
    match unchanged {
        Unchanged::WrongPassword => page.current_password = Field::failing("", WRONG_PASSWORD),
        Unchanged::Problem(problem) => {
            page.new_password = Field::failing("", problem.to_string());
        }
        Unchanged::Refused(refusal) => {
            let reason = refusal.to_string();
            return Err(AppError::conflict("Your password has not changed", reason));
        }
    }
    refused(&page)
}

/// Who asks for another password, and how.
struct Asked<'a> {
    app: &'a App,
    client: &'a Client,
    viewer: &'a Viewer,
    form: &'a NewPassword,
    sent: Option<FormKey>,
}

impl Asked<'_> {
    /// The user with the new password, or why it is not theirs.
    async fn change(&self) -> Result<Result<User, Unchanged>, AppError> {
        let Self { app, client, viewer, form, sent } = self;
        let Some(user) = current(app, client, viewer, form.current_password.clone()).await? else {
            return Ok(Err(Unchanged::WrongPassword));
        };
        let chosen = app.hasher.choose(form.new_password.clone(), user.password_inputs());
        let hash = match chosen.await? {
            Ok(hash) => hash,
            Err(problem) => return Ok(Err(Unchanged::Problem(problem))),
        };
        let (id, before, kept) = (user.id, user.proof(), viewer.session_id);
        let (sent, new_hash) = (sent.clone(), hash.clone());
        let changed = app
            .db
            .write(move |conn| {
                repeated::once(conn, sent.as_ref(), |conn| {
                    let user = user::change_password(conn, id, &before, &new_hash, kept)?;
                    Ok(user.proof())
                })
            })
            .await?;
        Ok(match changed {
            Ok(proof) if proof == user::proof_of(&hash) => Ok(User { password_hash: hash, ..user }),
            // Another one of the same form was quicker.
            Ok(_) => Err(Unchanged::Refused(UserRefusal::PasswordMoved)),
            Err(refusal) => Err(Unchanged::Refused(refusal)),
        })
    }

    /// The user, if this very form gave them the password that they have now. What it says
    /// is that password is checked, and counted, as any other.
    async fn changed_before(&self) -> Result<Option<User>, AppError> {
        let Self { app, client, viewer, form, sent } = self;
        let Some(sent) = sent.clone() else { return Ok(None) };
        let answer = app.db.read(move |conn| repeated::answer(conn, &sent)).await?;
        let Some(proof) = answer else { return Ok(None) };
        match credentials::check(app, client, viewer.email(), form.new_password.clone()).await? {
            Checked::Right(user) => {
                let is_theirs = user.id == viewer.user_id && user.proof() == proof;
                Ok(is_theirs.then_some(user))
            }
            Checked::Wrong => Ok(None),
            Checked::TooMany(retry_after) => Err(retry_after.into()),
        }
    }
}
