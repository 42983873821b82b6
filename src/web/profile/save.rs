//! The form *Save profile*: names, time zone, theme, keys, signature, notifications.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::page::{KindRow, ProfilePage};
use super::{PROFILE, load, refused};
use crate::App;
use crate::models::notification::{Choices, Kind, Way};
use crate::models::text::{self, NAME_MAX};
use crate::models::user::{self, Preferences, Profile, SIGNATURE_MAX, Theme, Unchanged};
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::respond;
use crate::web::view::{Choice, Field, Flash};
use crate::web::viewer::Viewer;
use strum::IntoEnumIterator;

/// What the form sends. What it does not name stays as it is.
#[derive(Clone, Deserialize)]
pub struct ProfileForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    public_name: String,
    /// Empty: that of the workspace.
    time_zone: Option<String>,
    theme: Option<String>,
    /// `on` or `off`.
    shortcuts: Option<String>,
    signature: Option<String>,
    /// The kinds of notification among them, see [`field_of`].
    #[serde(flatten)]
    more: HashMap<String, String>,
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
    if form.has_unknown_choice() {
        return Err(AppError::Malformed("a choice that no page offers".into()));
    }
    let caller = viewer.caller();
    let typed = form.clone();
    let saved = app
        .db
        .write(move |conn| user::change_preferences(conn, caller, |before| typed.over(before)));
    match saved.await? {
        Ok(()) => Ok(respond::see_other_with(&app, PROFILE, &Flash::ok("Your profile is saved."))),
        Err(Unchanged::Barred(why)) => Err(AppError::barred(why, "Your profile")),
        Err(Unchanged::Unfit((problems, choices))) => {
            let mut page = load(&app, &viewer).await?;
            page.notify = kinds(&viewer, &choices);
            put_back(&mut page, &viewer, form, problems);
            refused(&page)
        }
    }
}

impl ProfileForm {
    /// What is to be, by what was; or what is wrong, with the ways that were chosen.
    fn over(&self, before: Preferences) -> Result<Preferences, (Problems, Choices)> {
        let choices = self.choices(&before.choices);
        match check(self, before.profile) {
            Ok(profile) => Ok(Preferences { profile, choices }),
            Err(problems) => Err((problems, choices)),
        }
    }

    /// Whether something was chosen that the page does not offer.
    fn has_unknown_choice(&self) -> bool {
        let is_unknown_way = |kind: Kind| {
            self.more.get(&field_of(kind)).is_some_and(|way| way.parse::<Way>().is_err())
        };
        self.theme.as_deref().is_some_and(|theme| theme.parse::<Theme>().is_err())
            || self.shortcuts.as_deref().is_some_and(|word| !["on", "off"].contains(&word))
            || Kind::iter().any(is_unknown_way)
    }

    /// The ways that were chosen; of a kind that the form does not name, as before.
    fn choices(&self, before: &Choices) -> Choices {
        let chosen = |kind: Kind| Some((kind, self.more.get(&field_of(kind))?.parse().ok()?));
        let named = Kind::iter().filter_map(chosen);
        named.fold(before.clone(), |choices, (kind, way)| choices.with(kind, way))
    }
}

/// The name of the field of a kind.
fn field_of(kind: Kind) -> String {
    format!("notify_{}", kind.into_str())
}

fn check(form: &ProfileForm, old: Profile) -> Result<Profile, Problems> {
    let words = |problem: text::TextProblem| problem.to_string();
    let name = text::line(&form.name, NAME_MAX).map_err(words);
    let public_name = text::optional_line(&form.public_name, NAME_MAX).map_err(words);
    let time_zone = match form.time_zone.as_deref() {
        None => Ok(old.time_zone),
        Some("") => Ok(None),
        Some(zone) => text::chosen_time_zone(zone).map(Some).map_err(words),
    };
    let signature = match form.signature.as_deref() {
        None => Ok(old.signature),
        Some(typed) => text::optional_paragraph(typed, SIGNATURE_MAX).map_err(words),
    };
    let theme = form.theme.as_deref().and_then(|word| word.parse().ok()).unwrap_or(old.theme);
    let shortcuts = form.shortcuts.as_deref().map_or(old.shortcuts, |word| word == "on");
    match (name, public_name, time_zone, signature) {
        (Ok(name), Ok(public_name), Ok(time_zone), Ok(signature)) => {
            Ok(Profile { name, public_name, time_zone, theme, signature, shortcuts })
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
    if let Some(zone) = &form.time_zone {
        page.zones = zones(viewer, Some(zone));
    }
    if let Some(theme) = form.theme.and_then(|word| word.parse().ok()) {
        page.themes = themes(theme);
    }
    if let Some(chosen) = &form.shortcuts {
        page.shortcuts = shortcuts(chosen != "off");
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
pub fn themes(chosen: Theme) -> Vec<Choice> {
    Theme::iter()
        .map(|theme| Choice::new(theme.into_str(), theme.name(), theme == chosen))
        .collect()
}

/// Whether single keys do something, to choose.
pub fn shortcuts(is_on: bool) -> Vec<Choice> {
    vec![Choice::new("on", "On", is_on), Choice::new("off", "Off", !is_on)]
}

/// The kinds of notification that the viewer may be told of, with the way of each.
pub fn kinds(viewer: &Viewer, choices: &Choices) -> Vec<KindRow> {
    let row = |kind: Kind| {
        let chosen = choices.way(kind);
        let choice = |way: Way| Choice::new(way.into_str(), way.name(), way == chosen);
        let ways = Way::iter().map(choice).collect();
        KindRow { name: field_of(kind), occasion: kind.occasion(), ways }
    };
    Kind::iter().filter(|kind| kind.is_for(viewer.role)).map(row).collect()
}
