//! Settings → Team: removing a member, after a page that says what it does.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::page::RemoveMemberPage;
use super::{LIST, known, refused};
use crate::App;
use crate::models::membership::{self, Refusal};
use crate::models::removal::{self, Ended, Remains};
use crate::models::{invitation, repeated, token};
use crate::policy::roles;
use crate::web::away;
use crate::web::error::AppError;
use crate::web::form::{Act, Submission};
use crate::web::respond;
use crate::web::settings::{after_leaving, date, successor};
use crate::web::view::{Area, Baton, Choice, Flash, counted};
use crate::web::viewer::Viewer;

/// What the form *Remove member* sends.
#[derive(Default, Deserialize)]
pub struct RemoveForm {
    /// A membership's id; empty for the queue.
    #[serde(default)]
    successor: String,
    keep_invitations: Option<String>,
    submission: Option<Submission>,
}

/// `GET /settings/team/members/ID/remove`
pub async fn confirm(
    app: web::Data<App>,
    path: web::Path<i64>,
    viewer: Viewer,
) -> Result<HttpResponse, AppError> {
    show(&app, &viewer, *path, StatusCode::OK, &RemoveForm::default(), None).await
}

/// `POST /settings/team/members/ID/remove`
pub async fn remove(
    app: web::Data<App>,
    path: web::Path<i64>,
    Act { viewer, form }: Act<RemoveForm>,
) -> Result<HttpResponse, AppError> {
    let (caller, id) = (viewer.caller(), *path);
    known(&app, &viewer, id).await?;
    let is_self = id == caller.membership_id;
    let ended = match successor(&form.successor) {
        Err(refusal) => Err(refusal),
        Ok(successor_id) => {
            let keep_invitations = form.keep_invitations.is_some();
            let remains = Remains { successor_id, keep_invitations };
            let said = format!("remove {id} {} {keep_invitations}", form.successor);
            let sent = Submission::of(form.submission.as_ref(), &viewer, said);
            app.db
                .write(move |conn| {
                    let mut next = LIST;
                    let words = repeated::once::<Refusal>(conn, sent.as_ref(), |conn| {
                        let done = removal::end(conn, caller, id, remains)?;
                        if is_self {
                            next = after_leaving(&done);
                        }
                        Ok(told(&done))
                    })?;
                    Ok((next, words))
                })
                .await?
        }
    };
    match ended {
        Ok((next, words)) => Ok(respond::see_other_with(&app, next, &Flash::ok(words))),
        Err(refusal @ Refusal::NoSuccessor) => {
            let reason = Some(refusal.to_string());
            show(&app, &viewer, id, StatusCode::UNPROCESSABLE_ENTITY, &form, reason).await
        }
        Err(refusal) => refused(&app, &viewer, refusal).await,
    }
}

fn told(done: &Ended) -> String {
    let Ended { name, moved, successor, revoked, .. } = done;
    let to = successor.as_deref().unwrap_or("the queue");
    let counted =
        |number: usize, one, many| counted(i64::try_from(number).unwrap_or(i64::MAX), one, many);
    let mut words = format!("{name} removed.");
    if *moved > 0 {
        let moved = counted(*moved, "conversation", "conversations");
        words.push_str(&format!(" {moved} went to {to}."));
    }
    if *revoked > 0 {
        let revoked = counted(*revoked, "invitation", "invitations");
        words.push_str(&format!(" {revoked} revoked."));
    }
    words
}

async fn show(
    app: &App,
    viewer: &Viewer,
    id: i64,
    status: StatusCode,
    form: &RemoveForm,
    error: Option<String>,
) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let (member, owned, team, pending_invitations, administrators) = app
        .db
        .read(move |conn| {
            Ok((
                membership::find(conn, workspace_id, id)?,
                membership::owned(conn, workspace_id, id)?,
                membership::active_names(conn, workspace_id)?,
                invitation::pending_sent(conn, workspace_id, id)?,
                membership::administrators(conn, workspace_id)?,
            ))
        })
        .await?;
    let Some(member) = member else {
        let name = known(app, viewer, id).await?;
        return refused(app, viewer, Refusal::Gone(name)).await;
    };
    if let Err(rule) = roles::end_membership(member.role, administrators) {
        let flash = Flash::bad(rule.to_string());
        return Ok(respond::see_other_with(app, LIST, &flash));
    }
    let successors = team
        .into_iter()
        .filter(|other| other.membership_id != id)
        .map(|other| {
            let value = other.membership_id.to_string();
            let is_selected = value == form.successor;
            let label = away::label(&other, viewer);
            let is_me = other.membership_id == viewer.membership_id;
            let label = if is_me { format!("{label} (you)") } else { label };
            Choice::new(value, label, is_selected)
        })
        .collect();
    let page = RemoveMemberPage {
        chrome: viewer.chrome(app, Area::Team).await?,
        submission: token::short_nonce(),
        member_id: id,
        baton: Baton::of(&member.name, id == viewer.membership_id),
        role_name: member.role.name().to_owned(),
        since: date(member.since, viewer.time_zone),
        load: owned.into(),
        successors,
        pending_invitations,
        keep_invitations: form.keep_invitations.is_some(),
        error,
        name: member.name,
        email: member.email,
    };
    respond::page(status, &page)
}
