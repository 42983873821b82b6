//! The form *Save profile*: names, time zone, theme, signature, notifications.

use std::convert::Infallible;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::page::ProfilePage;
use super::{PROFILE, load, refused};
use crate::App;
use crate::db::{Conn, QueryResult, Verb};
use crate::error::AppError;
use crate::models::notification::{self, Choices, Kind};
use crate::models::text::{self, NAME_MAX};
use crate::models::user::{self, Profile, SIGNATURE_MAX, Theme};
use crate::policy::Capability;
use crate::web::form::Act;
use crate::web::respond;
use crate::web::view::{Choice, Field, Flash};
use crate::web::viewer::Viewer;

/// What the form sends. What it does not name stays as it is.
#[derive(Deserialize)]
pub struct ProfileForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    public_name: String,
    /// Empty: that of the workspace.
    time_zone: Option<String>,
    theme: Option<String>,
    signature: Option<String>,
    /// An empty one always comes along: none at all is not the same as not asked.
    #[serde(default)]
    notify: Vec<String>,
}

/// What is stored of it.
pub struct Stored {
    pub profile: Profile,
    pub choices: Choices,
}

impl Stored {
    /// Reads it; `None` when the user is gone.
    pub fn load(conn: &mut Conn, user_id: i64, membership_id: i64) -> QueryResult<Option<Self>> {
        let Some(profile) = user::profile(conn, user_id)? else { return Ok(None) };
        Ok(Some(Self { profile, choices: notification::choices(conn, membership_id)? }))
    }
}

/// What is wrong with the form, by field.
struct Problems {
    name: Option<String>,
    public_name: Option<String>,
    zone: Option<String>,
    signature: Option<String>,
}

/// `POST /settings/profile`
///
/// # Errors
/// When the database fails.
pub async fn save(app: Data<App>, act: Act<ProfileForm>) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let (user_id, membership_id) = (viewer.user_id, viewer.membership_id);
    let stored = app
        .db
        .read(move |conn| Stored::load(conn, user_id, membership_id))
        .await?
        .ok_or(AppError::NotFound)?;
    let profile = match check(&form, stored.profile) {
        Ok(profile) => profile,
        Err(problems) => {
            let mut page = load(&app, &viewer).await?;
            put_back(&mut page, &viewer, form, problems);
            return refused(&page);
        }
    };
    let choices = form.choices(&viewer, &stored.choices);
    let Ok(()) = app
        .db
        .write(move |conn| -> Verb<(), Infallible> {
            user::change_profile(conn, user_id, &profile)?;
            Ok(notification::choose(conn, membership_id, &choices)?)
        })
        .await?;
    Ok(respond::see_other_with(&app, PROFILE, &Flash::ok("Your profile is saved.")))
}

impl ProfileForm {
    /// The kinds that are wanted; those that the page does not offer stay.
    fn choices(&self, viewer: &Viewer, before: &Choices) -> Choices {
        if self.notify.is_empty() {
            return before.clone();
        }
        let is_wanted = |kind: &Kind| {
            if is_offered(viewer, *kind) { self.names(*kind) } else { before.wants(*kind) }
        };
        let wanted: Vec<Kind> = Kind::ALL.into_iter().filter(is_wanted).collect();
        Choices::only(&wanted)
    }

    fn names(&self, kind: Kind) -> bool {
        self.notify.iter().any(|code| code == kind.code())
    }
}

fn check(form: &ProfileForm, old: Profile) -> Result<Profile, Problems> {
    let words = |problem: text::TextProblem| problem.to_string();
    let name = text::line(&form.name, NAME_MAX).map_err(words);
    let public_name = text::optional_line(&form.public_name, NAME_MAX).map_err(words);
    let time_zone = match form.time_zone.as_deref() {
        None => Ok(old.time_zone),
        Some("") => Ok(None),
        Some(zone) => match text::time_zone(zone) {
            Some(zone) => Ok(Some(zone)),
            None => Err("Choose a time zone of the list.".to_owned()),
        },
    };
    let signature = match form.signature.as_deref() {
        None => Ok(old.signature),
        Some(typed) if typed.trim().is_empty() => Ok(String::new()),
        Some(typed) => text::paragraph(typed, SIGNATURE_MAX).map_err(words),
    };
    let theme = form.theme.as_deref().and_then(Theme::parse).unwrap_or(old.theme);
    match (name, public_name, time_zone, signature) {
        (Ok(name), Ok(public_name), Ok(time_zone), Ok(signature)) => {
            Ok(Profile { name, public_name, time_zone, theme, signature })
        }
        (name, public_name, zone, signature) => Err(Problems {
            name: name.err(),
            public_name: public_name.err(),
            zone: zone.err(),
            signature: signature.err(),
        }),
    }
}

fn put_back(page: &mut ProfilePage, viewer: &Viewer, form: ProfileForm, problems: Problems) {
    if !form.notify.is_empty() {
        page.notify = kinds(viewer, |kind| form.names(kind));
    }
    if let Some(zone) = &form.time_zone {
        page.zones = zones(viewer, Some(zone));
    }
    if let Some(theme) = &form.theme {
        page.themes = themes(theme);
    }
    page.name = Field { value: form.name, error: problems.name };
    page.public_name = Field { value: form.public_name, error: problems.public_name };
    page.zone_error = problems.zone;
    if let Some(signature) = form.signature {
        page.signature = Field { value: signature, error: problems.signature };
    }
}

/// The time zones to choose from; first, and chosen by default, the workspace's.
pub fn zones(viewer: &Viewer, chosen: Option<&str>) -> Vec<Choice> {
    let shared = format!("As the workspace ({})", viewer.workspace_time_zone.name());
    let names = text::time_zone_names().iter();
    std::iter::once(Choice::new("", shared, chosen.is_none_or(str::is_empty)))
        .chain(names.map(|name| Choice::new(*name, *name, chosen == Some(*name))))
        .collect()
}

/// The themes to choose from.
pub fn themes(chosen: &str) -> Vec<Choice> {
    let choice = |theme: Theme| Choice::new(theme.code(), theme.name(), theme.code() == chosen);
    Theme::ALL.map(choice).to_vec()
}

/// The kinds of notification to choose from.
pub fn kinds(viewer: &Viewer, is_chosen: impl Fn(Kind) -> bool) -> Vec<Choice> {
    let offered = Kind::ALL.into_iter().filter(|kind| is_offered(viewer, *kind));
    offered.map(|kind| Choice::new(kind.code(), kind.occasion(), is_chosen(kind))).collect()
}

/// Whoever invites nobody is not told that somebody accepted.
fn is_offered(viewer: &Viewer, kind: Kind) -> bool {
    kind != Kind::InvitationAccepted || viewer.may(Capability::ManageTeam)
}
