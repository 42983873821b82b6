//! The browsers that show a person's notifications while no page is open.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::page::{DeviceRow, Devices};
use super::{PROFILE, browser, refused};
use crate::App;
use crate::db::Utc;
use crate::models::limit::{DEVICES, RetryAfter};
use crate::models::notification::Kind;
use crate::models::push::{self, Key, Subscription};
use crate::net::Dialer;
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::respond;
use crate::web::view::{Choice, Flash};
use crate::web::viewer::Viewer;

/// What a browser says of itself. Its script fills this in.
#[derive(Deserialize)]
pub struct NewDevice {
    #[serde(default)]
    endpoint: String,
    #[serde(default)]
    p256dh: String,
    #[serde(default)]
    auth: String,
    /// `on` or `off`.
    #[serde(default)]
    sound: String,
}

/// The form *Remove*, and *Turn off in this browser*.
#[derive(Deserialize)]
pub struct OldDevice {
    #[serde(default)]
    device: String,
}

/// `POST /settings/profile/devices`: this browser shows notifications from now on, with a
/// sound or without.
///
/// # Errors
/// When the database fails, or too many were tried.
pub async fn add(app: Data<App>, act: Act<NewDevice>) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let device = match check(&app, &viewer, &form).await? {
        Ok(device) => device,
        Err(reason) => {
            let mut page = super::load(&app, &viewer).await?;
            page.devices.error = Some(reason);
            page.devices.sounds = sounds(&form.sound);
            return refused(&page);
        }
    };
    let (user_id, session_id) = (viewer.user_id, viewer.session_id);
    let added =
        app.db.write(move |conn| push::subscribe(conn, user_id, session_id, &device)).await?;
    match added {
        Ok(()) => {
            let flash = Flash::ok("This browser shows notifications.");
            Ok(respond::see_other_with(&app, PROFILE, &flash))
        }
        Err(push::Refusal::Ended) => Err(AppError::SignIn { next: PROFILE.to_owned() }),
    }
}

/// What the browser sent, and whether its push service may be sent to.
async fn check(
    app: &App,
    viewer: &Viewer,
    form: &NewDevice,
) -> Result<Result<Subscription, String>, AppError> {
    let servers = &app.config.mail_servers;
    let NewDevice { endpoint, p256dh, auth, sound } = form;
    let device = Subscription::parse(endpoint, p256dh, auth, sound == "on", servers.push_in_clear);
    let device = match device {
        Ok(device) => device,
        Err(malformed) => return Ok(Err(malformed.to_string())),
    };
    let (signer, user) = (app.signer.clone(), viewer.user_id.to_string());
    app.db.write(move |conn| DEVICES.take::<RetryAfter>(conn, &signer, &[&user])).await??;
    match Dialer::new(servers).find_web(&device.endpoint).await {
        Ok(_) => Ok(Ok(device)),
        Err(problem) => Ok(Err(format!("The push service of this browser: {}", problem.reason))),
    }
}

/// `POST /settings/profile/devices/remove`: one of the person's browsers, this one or
/// another, shows nothing any more.
///
/// # Errors
/// [`AppError::NotFound`] when it is none of theirs, or when the database fails.
pub async fn remove(app: Data<App>, act: Act<OldDevice>) -> Result<HttpResponse, AppError> {
    let id: i64 = act.form.device.parse().map_err(|_| AppError::NotFound)?;
    let user_id = act.viewer.user_id;
    if !app.db.change(move |conn| push::remove(conn, user_id, id)).await? {
        return Err(AppError::NotFound);
    }
    let flash = Flash::ok("Notifications are off in that browser.");
    Ok(respond::see_other_with(&app, PROFILE, &flash))
}

/// The browsers of the viewer, as the page shows them.
pub(super) async fn load(app: &App, viewer: &Viewer, now: Utc) -> Result<Devices, AppError> {
    let user_id = viewer.user_id;
    let key = key(app).await?.public();
    let listed = app.db.read(move |conn| push::of_user(conn, user_id, now)).await?;
    let here = listed.iter().find(|device| device.session_id == viewer.session_id);
    let sound = match here {
        Some(here) if here.with_sound => "on",
        _ => "off",
    };
    Ok(Devices {
        tells_of_mailboxes: Kind::MailboxFailing.is_for(viewer.role),
        key,
        here: here.map(|device| device.id),
        sound,
        sounds: sounds(sound),
        rows: listed
            .into_iter()
            .map(|device| DeviceRow {
                id: device.id,
                browser: browser::name(&device.user_agent),
                since: viewer.when(device.created_at),
                with_sound: device.with_sound,
                is_current: device.session_id == viewer.session_id,
            })
            .collect(),
        error: None,
    })
}

/// The installation's key, made when the first profile is looked at.
async fn key(app: &App) -> Result<Key, AppError> {
    let signer = app.signer.clone();
    if let Some(key) = app.db.read(move |conn| push::find_key(conn, &signer)).await? {
        return Ok(key);
    }
    let signer = app.signer.clone();
    Ok(app.db.change(move |conn| push::make_key(conn, &signer)).await?)
}

fn sounds(chosen: &str) -> Vec<Choice> {
    vec![Choice::new("on", "On", chosen == "on"), Choice::new("off", "Off", chosen != "on")]
}
