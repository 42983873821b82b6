//! `/conversations/new`: a member begins a conversation by mail.

pub mod page;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use page::NewConversationPage;
use serde::Deserialize;

use super::attachments;
use super::form::{Files, Submission, TakesFiles, Upload};
use super::respond;
use super::undo;
use super::view::{Area, Choice, Field, FileField};
use super::viewer::Viewer;
use crate::App;
use crate::models::address::{self, Address};
use crate::models::attachment::Sender;
use crate::models::conversation::SUBJECT_MAX;
use crate::models::quick_reply::placeholder;
use crate::models::sending::beginning::{self, Beginning, Begun, Refusal};
use crate::models::sending::{self, MEGABYTES};
use crate::models::text::{self, TextProblem};
use crate::models::{contact, token};
use crate::policy::Capability;
use crate::web::error::AppError;

/// What the address says of the form.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    /// A contact to write to.
    contact: Option<i64>,
    /// A text that was taken back.
    draft: Option<i64>,
}

/// The form as it is sent.
#[derive(Debug, Deserialize)]
pub struct NewConversation {
    #[serde(default)]
    to: String,
    #[serde(default)]
    cc: String,
    #[serde(default)]
    inbox: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    body: String,
    submission: Submission,
    #[serde(default)]
    attached: Vec<String>,
}

impl TakesFiles for NewConversation {}

/// What the form holds.
#[derive(Default)]
struct Typed {
    to: Field,
    cc: Field,
    inbox: Field,
    subject: Field,
    body: Field,
    files: FileField,
}

/// `GET /conversations/new`
///
/// # Errors
/// When the database fails.
pub async fn new(
    app: Data<App>,
    viewer: Viewer,
    asked: Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (caller, workspace_id) = (viewer.caller(), viewer.workspace_id);
    let Asked { contact, draft } = asked.into_inner();
    let (contact, draft) = app
        .db
        .read(move |conn| {
            let contact = match contact {
                Some(id) => contact::find(conn, workspace_id, id)?,
                None => None,
            };
            let draft = match draft {
                Some(id) => sending::find_taken_back(conn, caller, id)?,
                None => None,
            };
            Ok((contact, draft.filter(|draft| draft.conversation_id.is_none())))
        })
        .await?;
    let typed = match draft {
        Some(draft) => {
            let (sender, words) = (Sender::Member(caller.membership_id), draft.files());
            Typed {
                files: attachments::take(&app, workspace_id, sender, words, Files::default())
                    .await?,
                to: Field::new(first_email(&draft.to_list)),
                cc: Field::new(address::shown(&address::stored(&draft.cc_list))),
                inbox: Field::new(draft.inbox_id.to_string()),
                subject: Field::new(draft.subject),
                body: Field::new(draft.body),
            }
        }
        None => Typed {
            to: Field::new(contact.and_then(|contact| contact.email).unwrap_or_default()),
            ..Typed::default()
        },
    };
    page(&app, &viewer, StatusCode::OK, typed).await
}

/// `POST /conversations/new`
///
/// # Errors
/// When the form is none, or the database fails.
pub async fn begin(
    app: Data<App>,
    sent: Upload<NewConversation>,
) -> Result<HttpResponse, AppError> {
    let Upload { viewer, form, files } = sent;
    let (caller, workspace_id) = (viewer.caller(), viewer.workspace_id);
    let sender = Sender::Member(caller.membership_id);
    let files = attachments::take(&app, workspace_id, sender, form.attached.clone(), files).await?;
    let words = files.words();
    let (mut typed, checked) = check(&form, files);
    let Some(new) = checked else {
        return page(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, typed).await;
    };
    let new = Beginning { files: words, ..new };
    let begun = app.db.write(move |conn| beginning::begin(conn, caller, &new));
    match begun.await? {
        Ok(begun) => Ok(told(&app, begun)),
        Err(Refusal::NoMember) => Err(AppError::ChooseWorkspace),
        Err(refusal) => {
            typed.refuse(refusal);
            page(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, typed).await
        }
    }
}

/// The field takes an address alone.
fn first_email(list: &str) -> String {
    address::stored(list).into_iter().next().map_or_else(String::new, |one| one.email)
}

/// What was typed, with what is wrong beside it; and what it comes to but for the files,
/// if nothing is.
fn check(form: &NewConversation, files: FileField) -> (Typed, Option<Beginning>) {
    let to = text::email(&form.to);
    let cc = address::typed(&form.cc);
    let inbox = form.inbox.parse::<i64>().map_err(|_| CHOOSE);
    let subject = filled(text::line(&form.subject, SUBJECT_MAX));
    // A file that was refused is told of beside its field, and not as a text that is missing.
    let has_files = !files.is_empty() || files.error.is_some();
    let body = filled(text::message(&form.body, has_files));
    let typed = Typed {
        to: Field::checked(&form.to, &to),
        cc: Field::checked(&form.cc, &cc),
        inbox: Field::checked(&form.inbox, &inbox),
        subject: Field::checked(&form.subject, &subject),
        body: Field::checked(&form.body, &body),
        files,
    };
    let are_files_right = typed.files.error.is_none();
    let checked = match (to, cc, inbox, subject, body) {
        (Ok(to), Ok(mut cc), Ok(inbox_id), Ok(subject), Ok(body)) if are_files_right => {
            // One mail is enough for whoever stands in both.
            cc.retain(|other| other.email != to);
            let (to, submission) = (Address::new("", to), form.submission.0.clone());
            Some(Beginning { inbox_id, to, cc, subject, body, submission, files: Vec::new() })
        }
        _ => None,
    };
    (typed, checked)
}

/// A text in which nothing is left that was to be filled in, or what is wrong with it.
fn filled(checked: Result<String, TextProblem>) -> Result<String, String> {
    let text = checked.map_err(|problem| problem.to_string())?;
    placeholder::filled(&text)?;
    Ok(text)
}

const CHOOSE: &str = "Choose an inbox that mail leaves from.";

impl Typed {
    /// Says what stood in the way, beside the field that it is about.
    fn refuse(&mut self, refusal: Refusal) {
        let to = &mut self.to.error;
        match refusal {
            Refusal::NoMember => {}
            Refusal::NoInbox => self.inbox.error = Some(CHOOSE.to_owned()),
            Refusal::Blocked => {
                *to = Some("This contact is blocked. Unblock them on their page first.".to_owned());
            }
            Refusal::Ourselves => {
                *to =
                    Some("This is one of your own inboxes. Use the customer's address.".to_owned());
            }
            Refusal::FileGone => {
                self.files.error = Some(attachments::GONE.to_owned());
            }
            Refusal::FilesTooLarge => {
                let most = format!("A mail takes {MEGABYTES} MB of files at most.");
                self.files.error = Some(most);
            }
        }
    }
}

/// On to the conversation; its mail can be taken back for a moment.
fn told(app: &App, begun: Begun) -> HttpResponse {
    let path = format!("/conversations/{}", begun.conversation_id);
    let flash = undo::sending("Sending", begun.conversation_id, begun.message_id, "");
    respond::see_other_with(app, &path, &flash)
}

async fn page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    typed: Typed,
) -> Result<HttpResponse, AppError> {
    let (workspace_id, actor) = (viewer.workspace_id, viewer.actor());
    let senders = app.db.read(move |conn| beginning::senders(conn, workspace_id, actor)).await?;
    let chosen = typed.inbox.value.parse::<i64>().ok();
    let choice = |sender: &beginning::Sender| {
        let label = format!("{} ({})", sender.name, sender.address);
        Choice::new(sender.inbox_id.to_string(), label, chosen == Some(sender.inbox_id))
    };
    let sends = app.config.sends_for_inboxes();
    let silent: Vec<&str> = senders
        .iter()
        .filter(|sender| !sends && !sender.has_own_server)
        .map(|sender| sender.name.as_str())
        .collect();
    let page = NewConversationPage {
        chrome: viewer.chrome(app, Area::Inbox).await?,
        to: typed.to,
        cc: typed.cc,
        inboxes: senders.iter().map(choice).collect(),
        inbox_error: typed.inbox.error,
        silent: text::listed(&silent),
        subject: typed.subject,
        body: typed.body,
        files: typed.files,
        submission: token::short_nonce(),
        can_add_inbox: viewer.may(Capability::ConnectChannels),
    };
    respond::page(status, &page)
}
