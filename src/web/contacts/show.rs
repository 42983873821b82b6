//! A contact's page: who they are, what they wrote about, what the team noted.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::form::{self, ContactForm, Unsaved, Why};
use super::notes::Notes;
use super::page::{ContactPage, ConversationRow, Merged};
use crate::App;
use crate::models::contact::conversations::{self, PastConversation};
use crate::models::contact::merging::{self, Merge};
use crate::models::contact::{self, Contact, Refusal, addresses, saving};
use crate::models::contact_field::{self, ContactField};
use crate::models::conversation_list::Cursor;
use crate::models::inbox::{self, Inbox};
use crate::models::membership::{self, MemberName};
use crate::models::paging::Page;
use crate::models::sending::beginning;
use crate::models::token;
use crate::policy::Capability;
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::list::owner_baton;
use crate::web::respond;
use crate::web::settings::date;
use crate::web::view::{Area, Avatar, Changing, Field, Flash, counted};
use crate::web::viewer::Viewer;

/// Conversations on a page.
const PAGE: Page = Page::of(50);

/// Where in the conversations the page is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Before(Option<Cursor>);

/// The page's address.
#[derive(Debug, Deserialize)]
pub struct Asked {
    before: Option<String>,
    /// The note whose text is in a field, or that is asked about.
    edit: Option<i64>,
    delete: Option<i64>,
}

/// What was typed and came back, on top of what is stored.
#[derive(Default)]
pub(super) struct Typed {
    pub contact: Option<Unsaved>,
    pub note: Field,
    /// What the viewer is about to do with a note.
    pub changing: Option<Changing>,
    pub flash: Option<Flash>,
}

/// `GET /contacts/{id}`
///
/// # Errors
/// Not found when the workspace has no such contact; or when the database fails.
pub async fn show(
    app: Data<App>,
    viewer: Viewer,
    id: Path<i64>,
    asked: Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (id, workspace_id) = (*id, viewer.workspace_id);
    if let Some(target) =
        app.db.read(move |conn| merging::target_of(conn, workspace_id, id)).await?
    {
        return Ok(respond::see_other(&address(target)));
    }
    let before = Before(asked.before.as_deref().and_then(Cursor::decode));
    let changing = Changing::asked(asked.edit, asked.delete);
    let typed = Typed { changing, ..Typed::default() };
    page(&app, &viewer, id, before, StatusCode::OK, typed).await
}

/// `POST /contacts/{id}`: *Save contact*.
///
/// # Errors
/// As [`show`], or when the membership has ended.
pub async fn save(
    app: Data<App>,
    act: Act<ContactForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let id = *id;
    let caller = viewer.caller();
    let (typed, seen) = (form.typed(), form.seen());
    let saved = app.db.write(move |conn| contact::save(conn, caller, id, &typed, seen.as_ref()));
    let (status, why) = match saved.await? {
        Ok(name) => {
            let back = form.conversation().map_or_else(|| address(id), str::to_owned);
            let saved = Flash::ok(format!("Saved {name}."));
            return Ok(respond::see_other_with(&app, &back, &saved));
        }
        Err(saving::Refusal::Unfit(problems)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Why::Unfit(problems))
        }
        Err(saving::Refusal::Known(other, name)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Why::Known(other, name))
        }
        Err(saving::Refusal::Changed) => (StatusCode::CONFLICT, Why::Changed),
        Err(saving::Refusal::Ordinary(refusal)) => return Err(refused(refusal)),
    };
    let typed = Typed { contact: Some(Unsaved { form, why }), ..Typed::default() };
    page(&app, &viewer, id, Before::default(), status, typed).await
}

pub(super) fn address(id: i64) -> String {
    format!("/contacts/{id}")
}

/// Everything that the page shows, as this viewer may see it.
struct Loaded {
    contact: Contact,
    other_emails: Vec<(i64, String)>,
    fields: Vec<(ContactField, Option<String>)>,
    count: i64,
    conversations: Vec<PastConversation>,
    merges: Vec<Merge>,
    notes: Notes,
    inboxes: Vec<Inbox>,
    can_write: bool,
    members: Vec<MemberName>,
}

async fn load(
    app: &App,
    viewer: &Viewer,
    id: i64,
    before: Option<Cursor>,
) -> Result<Loaded, AppError> {
    let (workspace_id, actor) = (viewer.workspace_id, viewer.actor());
    let loaded = app
        .db
        .read(move |conn| {
            let Some(contact) = contact::find(conn, workspace_id, id)? else { return Ok(None) };
            let limit = PAGE.limit();
            let page = conversations::page(conn, workspace_id, actor, id, before, limit)?;
            Ok(Some(Loaded {
                contact,
                other_emails: addresses::of_contacts(conn, workspace_id, vec![id])?,
                fields: contact_field::of_contact(conn, workspace_id, id)?,
                count: conversations::count(conn, workspace_id, actor, id)?,
                conversations: page,
                merges: merging::undoable(conn, workspace_id, id)?,
                notes: Notes::read(conn, workspace_id, id)?,
                inboxes: inbox::list(conn, workspace_id)?,
                can_write: !beginning::senders(conn, workspace_id, actor)?.is_empty(),
                members: membership::active_names(conn, workspace_id)?,
            }))
        })
        .await?;
    loaded.ok_or(AppError::NotFound)
}

pub(super) async fn page(
    app: &App,
    viewer: &Viewer,
    id: i64,
    Before(before): Before,
    status: StatusCode,
    typed: Typed,
) -> Result<HttpResponse, AppError> {
    let mut loaded = load(app, viewer, id, before).await?;
    let last = PAGE.cut(&mut loaded.conversations);
    let older = last.map(|row| Cursor { at: row.last_activity_at, id: row.id }.encode());
    let Loaded { contact, .. } = &loaded;
    let mut chrome = viewer.chrome(app, Area::Contacts).await?;
    if let Some(Unsaved { why: Why::Changed, .. }) = &typed.contact {
        let words =
            "Somebody else changed this contact while you had it open. Nothing is saved yet.";
        chrome.flash = Some(Flash::warn(words));
    }
    if let Some(flash) = typed.flash {
        chrome.flash = Some(flash);
    }
    let known = match &typed.contact {
        Some(Unsaved { why: Why::Known(other, name), .. }) => Some((*other, name.clone())),
        _ => None,
    };
    let page = ContactPage {
        chrome,
        id,
        known,
        name: contact.name.clone(),
        avatar: Avatar::new(&contact.name, &contact.id.to_string()),
        is_blocked: contact.is_blocked(),
        is_email_proved: contact.is_email_proved(),
        other_emails: loaded.other_emails.iter().map(|(_, email)| email.clone()).collect(),
        since: date(contact.created_at, viewer.time_zone),
        count: counted(loaded.count, "conversation", "conversations"),
        fields: match typed.contact {
            Some(unsaved) => unsaved.kept(contact, &loaded.fields),
            None => form::stored(contact, &loaded.fields),
        },
        conversations: loaded.rows(viewer),
        older,
        is_first_page: before.is_none(),
        empty_text: match (before, viewer.may(Capability::SeeAll)) {
            (Some(_), _) => "Nothing older.",
            (None, true) => "No conversations yet.",
            (None, false) => "None that are yours or in the queue.",
        },
        merged: loaded
            .merges
            .iter()
            .map(|one| Merged {
                id: one.id,
                name: one.name.clone(),
                when: viewer.when(one.created_at),
            })
            .collect(),
        can_delete: viewer.may(Capability::DeleteContacts),
        can_write: loaded.can_write && !loaded.contact.is_blocked(),
        notes: loaded.notes.shown(typed.changing.as_ref(), viewer),
        note: typed.note,
        submission: token::short_nonce(),
    };
    respond::page(status, &page)
}

impl Loaded {
    fn rows(&self, viewer: &Viewer) -> Vec<ConversationRow> {
        let row = |one: &PastConversation| {
            let inbox = self.inboxes.iter().find(|inbox| inbox.id == one.inbox_id);
            ConversationRow {
                id: one.id,
                subject: one.subject.clone(),
                preview: one.preview.clone(),
                icon: match inbox.map(|inbox| inbox.kind) {
                    Some(inbox::Kind::Email) => "mail",
                    _ => "chat",
                },
                status: if one.is_spam { "Spam" } else { one.status.name() },
                inbox: inbox.map_or_else(String::new, |inbox| inbox.name.clone()),
                owner: owner_baton(&self.members, viewer, one.owner),
                when: viewer.when(one.last_activity_at),
            }
        };
        self.conversations.iter().map(row).collect()
    }
}

pub(super) fn refused(refusal: Refusal) -> AppError {
    match refusal {
        Refusal::Barred(why) => AppError::barred(why, "Contacts"),
        Refusal::NotFound => AppError::NotFound,
    }
}
