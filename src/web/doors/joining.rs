//! Accepting an invitation in the browser.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::page::{InvitationPage, Joining, WordsPage, role_words, too_many_attempts};
use super::register::Asker;
use crate::App;
use crate::db::{Stop, Verb};
use crate::models::joining::{self, Entrant, Offer, Refusal, Way};
use crate::models::limit::RetryAfter;
use crate::models::password;
use crate::models::text::{self, NAME_MAX};
use crate::web::credentials::{self, Checked};
use crate::web::error::AppError;
use crate::web::respond;
use crate::web::sessions;
use crate::web::settings::date;
use crate::web::view::{Baton, Field, Flash};
use crate::web::viewer::{SESSION_ID, SignedIn};

/// What the form *Accept invitation* sends.
pub(super) struct Typed {
    pub token: String,
    pub name: String,
    pub password: String,
}

/// Shows what a link offers; opening it uses nothing up.
pub(super) async fn show(
    app: &App,
    user: Option<&SignedIn>,
    token: &str,
) -> Result<HttpResponse, AppError> {
    match look_up(app, token).await? {
        Ok(offer) => respond::ok(&page(offer, user, token, "")),
        Err(refusal) => refused(refusal),
    }
}

/// Takes the offer up, and puts the person into the workspace.
pub(super) async fn accept(
    asker: &Asker<'_>,
    user: Option<&SignedIn>,
    typed: Typed,
) -> Result<HttpResponse, AppError> {
    let app = asker.app;
    let offer = match look_up(app, &typed.token).await? {
        Ok(offer) => offer,
        Err(refusal) => return refused(refusal),
    };
    let (token, name) = (typed.token.clone(), typed.name.clone());
    let (entrant, proof) = match entrant(asker, &offer, user, typed).await? {
        Ok(entrant) => entrant,
        Err(problem) => return problem.show(page(offer, user, &token, &name)),
    };
    let (signer, sent) = (app.signer.clone(), token.clone());
    let joined = app.db.write(move |conn| joining::accept(conn, &signer, &sent, &entrant)).await?;
    let joined = match joined {
        Ok(joined) => joined,
        // The form stays: it can be sent again.
        Err(refusal @ (Refusal::Changed | Refusal::NoSeat { .. })) => {
            let Ok(offer) = look_up(app, &token).await? else { return refused(refusal) };
            let mut page = page(offer, user, &token, &name);
            page.error = Some(refusal.to_string());
            return respond::page(StatusCode::CONFLICT, &page);
        }
        Err(refusal) => return refused(refusal),
    };
    let place = Some(joined.workspace_id);
    match proof {
        Proof::Session => {
            let former: Option<i64> = asker.session.get(SESSION_ID).ok().flatten();
            sessions::rotate(asker.session, asker.request, place)?;
            if let Some(former) = former {
                sessions::keep_device(&app.db, asker.session, former).await?;
            }
        }
        Proof::Password(hash) => {
            sessions::begin(asker.session, asker.request, joined.user.id, &hash, place)?;
        }
        Proof::JustSet => {
            let hash = &joined.user.password_hash;
            sessions::begin(asker.session, asker.request, joined.user.id, hash, place)?;
        }
    }
    let flash = Flash::ok(format!("You joined {}.", joined.workspace_name));
    Ok(respond::see_other_with(app, "/inbox", &flash))
}

async fn look_up(app: &App, token: &str) -> Result<Result<Offer, Refusal>, AppError> {
    let (signer, token) = (app.signer.clone(), token.to_owned());
    Ok(app
        .db
        .read(move |conn| {
            let found: Verb<Offer, Refusal> = joining::look_up(conn, &signer, &token);
            match found {
                Ok(offer) => Ok(Ok(offer)),
                Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
                Err(Stop::Failed(error)) => Err(error),
            }
        })
        .await?)
}

/// What the session to come is made with.
enum Proof {
    /// The session there is.
    Session,
    /// The hash that the typed password was checked against.
    Password(String),
    JustSet,
}

/// Why the form comes back, and where the reason stands.
enum Problem {
    /// And what is wrong with the password.
    Name(String, Option<String>),
    Password(String),
    TooMany(RetryAfter),
    /// What the page says by itself.
    NotThisWay,
}

impl Problem {
    fn show(self, mut page: InvitationPage) -> Result<HttpResponse, AppError> {
        let mut status = StatusCode::UNPROCESSABLE_ENTITY;
        match self {
            Self::Name(reason, about_password) => {
                page.name.error = Some(reason);
                page.password.error = about_password;
            }
            Self::Password(reason) => page.password.error = Some(reason),
            Self::TooMany(after) => {
                page.password.error = Some(too_many_attempts(after));
                let response = respond::page(StatusCode::TOO_MANY_REQUESTS, &page)?;
                return Ok(respond::too_many(response, after));
            }
            Self::NotThisWay => status = StatusCode::CONFLICT,
        }
        respond::page(status, &page)
    }
}

/// Turns what was typed into what the person brings along.
async fn entrant(
    asker: &Asker<'_>,
    offer: &Offer,
    user: Option<&SignedIn>,
    typed: Typed,
) -> Result<Result<(Entrant, Proof), Problem>, AppError> {
    let app = asker.app;
    let about = vec![offer.email.clone(), offer.workspace_name.clone(), typed.name.clone()];
    Ok(match (way_of(offer, user), offer.way) {
        (Joining::SignedIn, Way::OwnPassword { user_id }) => {
            Ok((Entrant::Known { user_id }, Proof::Session))
        }
        (Joining::HasUser, _) => {
            match credentials::check(app, asker.client, &offer.email, typed.password).await? {
                Checked::Right(user) => {
                    Ok((Entrant::Known { user_id: user.id }, Proof::Password(user.password_hash)))
                }
                Checked::Wrong => {
                    Err(Problem::Password("This is not the password of this address.".into()))
                }
                Checked::TooMany(after) => Err(Problem::TooMany(after)),
            }
        }
        (Joining::NewUser, _) => match text::line(&typed.name, NAME_MAX) {
            Err(problem) => {
                let about_password = password::length(&typed.password).err();
                Err(Problem::Name(problem.to_string(), about_password.map(|why| why.to_string())))
            }
            Ok(name) => match app.hasher.choose(typed.password, about).await? {
                Ok(password_hash) => Ok((Entrant::New { name, password_hash }, Proof::JustSet)),
                Err(problem) => Err(Problem::Password(problem.to_string())),
            },
        },
        (Joining::ProvesAddress, Way::NewPassword { user_id }) => {
            match text::optional_line(&typed.name, NAME_MAX) {
                Err(problem) => Err(Problem::Name(problem.to_string(), None)),
                Ok(name) => match app.hasher.choose(typed.password, about).await? {
                    Ok(password_hash) => {
                        Ok((Entrant::Renewed { user_id, name, password_hash }, Proof::JustSet))
                    }
                    Err(problem) => Err(Problem::Password(problem.to_string())),
                },
            }
        }
        _ => Err(Problem::NotThisWay),
    })
}

fn way_of(offer: &Offer, user: Option<&SignedIn>) -> Joining {
    match (offer.way, user) {
        (_, Some(user)) if user.email != offer.email => {
            Joining::SignedInAsOther { email: user.email.clone() }
        }
        (Way::OwnPassword { user_id }, Some(user)) if user.user_id == user_id => Joining::SignedIn,
        (Way::OwnPassword { .. }, _) => Joining::HasUser,
        (Way::NewUser, _) => Joining::NewUser,
        (Way::NewPassword { .. }, _) => Joining::ProvesAddress,
        (Way::ProofNeeded, _) => Joining::Unproved,
    }
}

/// The page, with the name that was typed so far, or that there is.
fn page(offer: Offer, user: Option<&SignedIn>, token: &str, name: &str) -> InvitationPage {
    let joining = way_of(&offer, user);
    let zone = text::time_zone(&offer.time_zone).unwrap_or(chrono_tz::UTC);
    let inviter_name = offer.invited_by.1;
    let called = offer.called.filter(|_| name.is_empty());
    InvitationPage {
        flash: None,
        token: token.to_owned(),
        workspace_name: offer.workspace_name,
        inviter: Baton::colleague(&inviter_name),
        inviter_name,
        role_name: offer.role.name().to_owned(),
        role_words: role_words(offer.role).to_owned(),
        email: offer.email,
        valid_until: date(offer.expires_at, zone),
        joining,
        is_signed_in: user.is_some(),
        name: Field::new(called.as_deref().unwrap_or(name)),
        password: Field::default(),
        error: None,
    }
}

fn refused(refusal: Refusal) -> Result<HttpResponse, AppError> {
    let (status, page) = match refusal {
        Refusal::Invalid => (StatusCode::NOT_FOUND, WordsPage::invitation_invalid()),
        Refusal::Expired { inviter_name } => {
            (StatusCode::GONE, WordsPage::invitation_expired(&inviter_name))
        }
        Refusal::Revoked => (StatusCode::GONE, WordsPage::invitation_revoked()),
        Refusal::Accepted => (StatusCode::GONE, WordsPage::invitation_accepted()),
        other @ (Refusal::AlreadyMember { .. } | Refusal::NoSeat { .. } | Refusal::Changed) => {
            return Err(AppError::conflict("The invitation was not accepted", other.to_string()));
        }
    };
    respond::page(status, &page)
}
