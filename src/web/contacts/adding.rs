//! `/contacts/new`: a contact whom a member enters by hand.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::form::{self, ContactForm};
use super::page::NewContactPage;
use super::show::{address, refused};
use crate::App;
use crate::models::contact::Typed;
use crate::models::contact::adding::{self, Refusal};
use crate::models::contact::saving::Unfit;
use crate::models::{contact_field, token};
use crate::web::error::AppError;
use crate::web::form::{Act, Submission};
use crate::web::respond;
use crate::web::view::{Area, Flash};
use crate::web::viewer::Viewer;

/// `GET /contacts/new`
///
/// # Errors
/// When the database fails.
pub async fn new(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    page(&app, &viewer, StatusCode::OK, &Typed::default(), Unfit::default(), None).await
}

/// `POST /contacts/new`: *Save contact*.
///
/// # Errors
/// When the membership has ended, or the database fails.
pub async fn add(app: Data<App>, act: Act<ContactForm>) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let caller = viewer.caller();
    let typed = form.typed();
    let sent = Submission::of(form.submission.as_ref(), &viewer, said(&typed));
    let written = typed.clone();
    let added = app.db.write(move |conn| adding::add(conn, caller, &written, sent.as_ref()));
    let (problems, known) = match added.await? {
        Ok(id) => {
            let saved = Flash::ok(format!("Saved {}.", typed.name.trim()));
            return Ok(respond::see_other_with(&app, &address(id), &saved));
        }
        Err(Refusal::Unfit(problems)) => (*problems, None),
        Err(Refusal::Known(id, name)) => (Unfit::default(), Some((id, name))),
        Err(Refusal::Ordinary(refusal)) => return Err(refused(refusal)),
    };
    page(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, &typed, problems, known).await
}

/// What the form says, in one order.
fn said(typed: &Typed) -> String {
    let Typed { name, email, phone, company, values } = typed;
    let mut values: Vec<_> = values.iter().collect();
    values.sort();
    format!("contact {:?}", (name, email, phone, company, values))
}

/// `known` is who has the address already: their id and name.
async fn page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    typed: &Typed,
    problems: Unfit,
    known: Option<(i64, String)>,
) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let own = app.db.read(move |conn| contact_field::list(conn, workspace_id)).await?;
    let mut fields = form::new(typed, problems, own);
    if let Some((_, name)) = &known {
        fields.email.error = Some(format!("{name} has this address already."));
    }
    let page = NewContactPage {
        chrome: viewer.chrome(app, Area::Contacts).await?,
        fields,
        known,
        submission: token::short_nonce(),
    };
    respond::page(status, &page)
}
