//! Who is asking: extractors for the signed-in user and the acting member.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono_tz::Tz;

use super::routes::Needs;
use super::view::{self, Area, Chrome, Flash, SettingsAccess, When, WorkspaceLink, capped};
use super::{pictures, respond};
use crate::App;
use crate::db::{Conn, DbError, Utc};
use crate::live::Position;
use crate::models::identity::{self, Identity, Member};
use crate::models::membership::MemberId;
use crate::models::{session, text};
use crate::policy::{Actor, Capability, Role};
use crate::web::error::AppError;

/// The keys of the session's state.
pub const USER_ID: &str = "user_id";
pub const WORKSPACE_ID: &str = "workspace_id";
pub const SESSION_ID: &str = "session_id";
/// Stands in a session that could not be read: whether for want of a connection.
pub const UNREAD: &str = "unread";

/// A user who is signed in, whether or not they are in a workspace.
#[derive(Clone)]
pub struct SignedIn(Rc<Identity>);

impl std::ops::Deref for SignedIn {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.0
    }
}

/// A member who asks, in the workspace chosen in the session. Extracting one
/// checks what the route table says the route needs.
#[derive(Clone)]
pub struct Viewer {
    pub membership_id: i64,
    pub user_id: i64,
    pub session_id: i64,
    pub workspace_id: i64,
    pub role: Role,
    /// In which the viewer reads times: their own, or that of the workspace.
    pub time_zone: Tz,
    pub workspace_time_zone: Tz,
    /// Since when: what arrived earlier is not unread to them.
    pub since: Utc,
    pub flash: Option<Flash>,
    actor: Actor,
    identity: Rc<Identity>,
}

impl Viewer {
    /// The viewer as the rules see them.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The viewer as the verbs of models know who asks.
    pub fn caller(&self) -> MemberId {
        MemberId { workspace_id: self.workspace_id, membership_id: self.membership_id }
    }

    /// Whether the viewer's role allows this: for what a page shows.
    pub fn may(&self, capability: Capability) -> bool {
        self.role.may(capability)
    }

    /// The viewer's name.
    pub fn name(&self) -> &str {
        &self.identity.user_name
    }

    /// The viewer's address, lower-cased.
    pub fn email(&self) -> &str {
        &self.identity.email
    }

    /// Whether a mailed link has proved the viewer's address.
    pub fn is_verified(&self) -> bool {
        self.identity.is_verified
    }

    /// A moment as the viewer reads it now.
    pub fn when(&self, at: Utc) -> When {
        When::new(at.to_chrono(), Utc::now().to_chrono(), self.time_zone)
    }

    /// The hour of a moment, with its day where that is not today.
    pub fn hour(&self, at: Utc) -> String {
        view::hour(at.to_chrono(), Utc::now().to_chrono(), self.time_zone)
    }

    /// A moment at which something happens by itself, in the workspace's time zone.
    pub fn soon(&self, at: Utc) -> When {
        When::soon(at.to_chrono(), Utc::now().to_chrono(), self.time_zone)
    }

    /// The name of the workspace.
    pub fn workspace_name(&self) -> &str {
        self.member().map_or("", |member| &member.workspace_name)
    }

    /// The frame of a page in this area. Reads the list for the workspace
    /// switcher when there is something to switch to.
    ///
    /// # Errors
    /// When that list cannot be read.
    pub async fn chrome(&self, app: &App, area: Area) -> Result<Chrome, DbError> {
        let others = match self.member() {
            Some(member) if member.has_others => {
                let user_id = self.user_id;
                app.db.read(move |conn| identity::workspaces_of(conn, user_id)).await?
            }
            _ => Vec::new(),
        };
        Ok(Chrome {
            workspace_id: self.workspace_id,
            workspace_name: self.workspace_name().to_owned(),
            logo: self.member().and_then(|member| member.logo.as_deref()).map(pictures::address),
            user_id: self.identity.user_id,
            user_name: self.name().to_owned(),
            picture: self.identity.picture.as_deref().map(pictures::address),
            theme: self.identity.theme,
            shortcuts: self.identity.shortcuts,
            role_name: self.role.name().to_owned(),
            area,
            unread: capped(self.member().map_or(0, |member| member.unread)),
            other_workspaces: others
                .into_iter()
                .filter(|workspace| workspace.id != self.workspace_id)
                .map(|workspace| WorkspaceLink {
                    id: workspace.id,
                    name: workspace.name,
                    logo: workspace.logo.as_deref().map(pictures::address),
                })
                .collect(),
            may: SettingsAccess {
                manage_team: self.may(Capability::ManageTeam),
                manage_billing: self.may(Capability::Billing),
                manage_inboxes: self.may(Capability::ManageInboxes),
                manage_labels: self.may(Capability::ManageLabels),
                manage_contact_fields: self.may(Capability::ManageContactFields),
                manage_quick_replies: self.may(Capability::ManageQuickReplies),
                manage_workspace: self.may(Capability::WorkspaceSettings),
                see_audit_log: self.may(Capability::AuditLog),
            },
            may_see_reports: self.may(Capability::Reports),
            flash: self.flash.clone(),
            seen: self.member().map(|member| Position {
                workspace_id: self.workspace_id,
                number: member.newest_event.unwrap_or_default(),
            }),
        })
    }

    /// The viewer with so many unread notifications, since some were read in this very request.
    pub fn with_unread(mut self, unread: i64) -> Self {
        if let Some(member) = &mut Rc::make_mut(&mut self.identity).member {
            member.unread = unread;
        }
        self
    }

    /// The member behind a request whatever its route needs; `None` without one.
    /// For the frame of an error page.
    pub async fn any_member(request: &HttpRequest) -> Option<Self> {
        let app = App::of(request).ok()?;
        let identity = identity(request, app).await.ok()?;
        Self::new(request, app, identity).ok()
    }

    fn member(&self) -> Option<&Member> {
        self.identity.member.as_ref()
    }

    fn new(request: &HttpRequest, app: &App, identity: Rc<Identity>) -> Result<Self, AppError> {
        let member = identity.member.as_ref().ok_or(AppError::ChooseWorkspace)?;
        let workspace_time_zone = text::time_zone(&member.time_zone).unwrap_or(Tz::UTC);
        let own_time_zone = identity.time_zone.as_deref().and_then(text::time_zone);
        Ok(Self {
            membership_id: member.actor.membership_id,
            user_id: identity.user_id,
            session_id: identity.session_id,
            workspace_id: member.workspace_id,
            role: member.actor.role,
            time_zone: own_time_zone.unwrap_or(workspace_time_zone),
            workspace_time_zone,
            since: member.since,
            flash: respond::incoming_flash(request, &app.cookie_key),
            actor: member.actor,
            identity: identity.clone(),
        })
    }
}

/// Reads who the request's session stands for, once a request.
async fn identity(request: &HttpRequest, app: &App) -> Result<Rc<Identity>, AppError> {
    if let Some(known) = request.extensions().get::<Rc<Identity>>() {
        return Ok(known.clone());
    }
    match request.get_session().get::<bool>(UNREAD).ok().flatten() {
        None => {}
        Some(true) => return Err(AppError::Busy),
        Some(false) => return Err(AppError::Internal("the session could not be read".into())),
    }
    let not_signed_in = || AppError::SignIn { next: way_back(request) };
    let session_id =
        request.get_session().get::<i64>(SESSION_ID).ok().flatten().ok_or_else(not_signed_in)?;
    let found = app
        .db
        .read(move |conn: &mut Conn| identity::of_session(conn, session_id))
        .await?
        .ok_or_else(not_signed_in)?;
    if is_visit_due(&found) {
        note_visit(app, &found);
    }
    let found = Rc::new(found);
    request.extensions_mut().insert(found.clone());
    Ok(found)
}

fn is_visit_due(identity: &Identity) -> bool {
    let is_old = |seen: Utc| Utc::now().since(seen) > session::SEEN_EVERY;
    let member = identity.member.as_ref();
    is_old(identity.session_seen_at)
        || member.is_some_and(|member| member.seen_at.is_none_or(is_old))
}

/// Writes when the member was last here. Nobody waits for it.
fn note_visit(app: &App, identity: &Identity) {
    let db = app.db.clone();
    let session_id = identity.session_id;
    let membership_id = identity.member.as_ref().map(|member| member.actor.membership_id);
    let at = Utc::now();
    actix_web::rt::spawn(async move {
        let noted =
            db.change(move |conn| session::touch(conn, session_id, membership_id, at)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "the last visit could not be written");
        }
    });
}

/// Where to go after signing in: the page asked for, or the page the form was on.
fn way_back(request: &HttpRequest) -> String {
    if !request.method().is_safe() {
        return respond::page_before(request);
    }
    let path = request.uri().path_and_query().map(|path| path.as_str());
    path.and_then(respond::local_path).unwrap_or("/inbox").to_owned()
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, AppError>>>>;

impl FromRequest for SignedIn {
    type Error = AppError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = App::of(&request)?;
            identity(&request, app).await.map(SignedIn)
        })
    }
}

impl FromRequest for Viewer {
    type Error = AppError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = App::of(&request)?;
            let identity = identity(&request, app).await?;
            let viewer = Self::new(&request, app, identity)?;
            match request.app_data::<Needs>() {
                Some(Needs::May(capability, what)) if !viewer.may(*capability) => {
                    Err(AppError::Forbidden { what })
                }
                Some(Needs::PassOn(what)) if !viewer.actor().may_pass_on() => {
                    Err(AppError::Forbidden { what })
                }
                _ => Ok(viewer),
            }
        })
    }
}
