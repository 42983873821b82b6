//! Fills the customer's pages from what the visitor may see.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{Offset, Utc};
use chrono_tz::Tz;

use super::page::{
    Back, ChatAuthor, ChatClosedPage, ChatConversationPage, ChatFrame, ChatLink, ChatMessage,
    ChatMessages, ChatStartPage,
};
use super::visit::Visit;
use crate::App;
use crate::channels::web_chat::Problems;
use crate::db::Utc as Moment;
use crate::models::attachment::Attachment;
use crate::models::inbox::Chat;
use crate::models::visitor::{
    self, OpenConversation, OwnConversation, Seen, VisibleMessage, Wanted,
};
use crate::models::{text, token};
use crate::rich::{self, Markup};
use crate::web::error::AppError;
use crate::web::view::{Field, FileField, When};
use crate::web::{attachments, pictures, respond};

/// What was written and not stored, on its way back.
#[derive(Debug, Default)]
pub struct Draft {
    name: Field,
    email: Field,
    message: Field,
    files: FileField,
    pub refusal: Option<String>,
}

impl Draft {
    pub fn kept(name: &str, email: &str, message: &str, files: FileField) -> Self {
        Self {
            name: Field::new(name),
            email: Field::new(email),
            message: Field::new(message),
            files,
            refusal: None,
        }
    }

    /// What is wrong with the files, unless it is known better already.
    pub fn refuse_files(&mut self) {
        self.files.error.get_or_insert_with(|| attachments::GONE.to_owned());
    }

    pub fn refuse_fields(&mut self, problems: Problems) {
        let words = |problem: Option<text::TextProblem>| problem.map(|it| it.to_string());
        self.name.error = words(problems.name);
        self.email.error = words(problems.email);
        self.message.error = words(problems.message);
    }
}

/// Notes what a page is about to show.
///
/// # Errors
/// When the database fails.
pub async fn note_read(
    app: &App,
    visitor: &visitor::Visitor,
    conversation_id: i64,
    newest: i64,
) -> Result<(), AppError> {
    let visitor = visitor.clone();
    Ok(app
        .db
        .change(move |conn| visitor::mark_read(conn, &visitor, conversation_id, newest))
        .await?)
}

/// The page that was wanted. A conversation that is not the visitor's is not
/// found: then the form for a new one says so and keeps the text.
///
/// # Errors
/// When the database fails.
pub async fn answer(
    app: &App,
    visit: &Visit,
    wanted: Wanted,
    status: StatusCode,
    draft: Draft,
) -> Result<HttpResponse, AppError> {
    let seen = match visit.visitor.clone() {
        Some(visitor) => app.db.read(move |conn| visitor::look(conn, &visitor, wanted)).await?,
        None => Seen::default(),
    };
    if let (Some(visitor), Some(open)) = (&visit.visitor, &seen.open)
        && let Some(newest) = open.news()
        && visit.is_seen
    {
        note_read(app, visitor, open.id, newest).await?;
    }
    let current = seen.open.as_ref().map(|open| open.id);
    let frame = frame(app, visit, &seen.conversations, current);
    let mut response = match (seen.open, wanted) {
        (Some(open), _) => {
            let mut page = conversation_page(app, visit, frame, open, draft);
            page.is_past = matches!(wanted, Wanted::One { before: Some(_), .. });
            respond::page(status, &page)?
        }
        (None, _) if visit.chat.inbox.is_archived() => {
            let earlier = frame.conversations.first();
            let earlier = earlier.map(|one| frame.conversation_address(&one.id));
            let is_embedded = visit.is_embedded;
            let page = ChatClosedPage { kept: draft.message.value, earlier, is_embedded };
            respond::page(StatusCode::GONE, &page)?
        }
        (None, Wanted::One { .. }) => {
            let refusal = "This conversation cannot be opened in this browser. Please write to us \
                           in a new one.";
            let draft = Draft { refusal: Some(refusal.to_owned()), ..draft };
            respond::page(StatusCode::NOT_FOUND, &start_page(visit, frame, draft))?
        }
        (None, _) => respond::page(status, &start_page(visit, frame, draft))?,
    };
    visit.allow_framing(&mut response)?;
    Ok(response)
}

fn frame(app: &App, visit: &Visit, own: &[OwnConversation], current: Option<i64>) -> ChatFrame {
    let zone = zone(&visit.chat);
    let now = Utc::now();
    ChatFrame {
        key: visit.chat.inbox.chat_key.clone(),
        team: visit.chat.workspace_name.clone(),
        logo: visit.chat.logo.as_deref().map(pictures::address),
        accent: visit.chat.inbox.look.accent.into_str(),
        title: Some(visit.chat.inbox.look.title.clone())
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| visit.chat.workspace_name.clone()),
        is_archived: visit.chat.inbox.is_archived(),
        is_embedded: visit.is_embedded,
        answers_by_mail: app.config.smtp_url.is_some(),
        conversations: own
            .iter()
            .map(|one| ChatLink {
                id: one.id,
                title: one.subject.clone(),
                when: When::new(one.last_message_at.to_chrono(), now, zone),
                is_current: Some(one.id) == current,
            })
            .collect(),
    }
}

fn conversation_page(
    app: &App,
    visit: &Visit,
    frame: ChatFrame,
    open: OpenConversation,
    draft: Draft,
) -> ChatConversationPage {
    let by_header = visit.visitor.as_ref().filter(|_| visit.is_by_header);
    let email = visit.visitor.as_ref().and_then(|visitor| visitor.email.clone());
    ChatConversationPage {
        mailed_to: email.filter(|_| frame.answers_by_mail),
        frame,
        conversation: open.id,
        stream_pass: by_header.map(|visitor| visitor.stream_pass(&app.signer, open.id)),
        messages: with_told(app, visit, open.messages, &open.files, open.told),
        earlier: open.earlier,
        is_past: false,
        submission: token::short_nonce(),
        message: draft.message,
        files: draft.files,
        refusal: draft.refusal,
    }
}

/// For a visitor who is known, name and address come filled in.
fn start_page(visit: &Visit, frame: ChatFrame, mut draft: Draft) -> ChatStartPage {
    if let Some(visitor) = &visit.visitor {
        if draft.name.value.is_empty() && draft.name.error.is_none() {
            draft.name.value.clone_from(&visitor.name);
        }
        if draft.email.value.is_empty() && draft.email.error.is_none() {
            draft.email.value = visitor.email.clone().unwrap_or_default();
        }
    }
    ChatStartPage {
        frame,
        greeting: rich::html(&visit.chat.inbox.greeting),
        away: away(&visit.chat),
        submission: token::short_nonce(),
        name: draft.name,
        email: draft.email,
        message: draft.message,
        files: draft.files,
        refusal: draft.refusal,
    }
}

/// Messages as their customer sees them.
pub fn messages(
    app: &App,
    visit: &Visit,
    items: Vec<VisibleMessage>,
    files: &[Attachment],
) -> ChatMessages {
    let chat = &visit.chat;
    let link = |file: &Attachment| {
        let name = attachments::in_path(&file.name);
        let address = format!("/chat/{}/files/{}/{name}", chat.inbox.chat_key, file.id);
        match &visit.visitor {
            Some(visitor) if visit.is_by_header => {
                format!("{address}?pass={}", visitor.pass(&app.signer, file.id))
            }
            _ => address,
        }
    };
    let zone = zone(chat);
    let now = Utc::now();
    ChatMessages {
        team: chat.workspace_name.clone(),
        items: items
            .into_iter()
            .map(|message| ChatMessage {
                id: message.id,
                files: attachments::views(files, message.id, link),
                html: if message.is_theirs {
                    rich::html(&message.body)
                } else {
                    rich::markdown(&message.body, &[])
                },
                when: When::new(message.created_at.to_chrono(), now, zone),
                back: None,
                by: if message.is_theirs {
                    ChatAuthor::Customer
                } else {
                    ChatAuthor::Member {
                        name: message.author,
                        picture: message.picture.as_deref().map(pictures::address),
                    }
                },
            })
            .collect(),
    }
}

/// The messages of a conversation; what was told by itself stands behind the message
/// that it answered.
fn with_told(
    app: &App,
    visit: &Visit,
    shown: Vec<VisibleMessage>,
    files: &[Attachment],
    told: Vec<(Moment, String)>,
) -> ChatMessages {
    let place = |(at, text): (Moment, String)| {
        let answered = shown.iter().rev().find(|message| message.created_at <= at)?;
        Some((answered.id, at, text))
    };
    let placed: Vec<(i64, Moment, String)> = told.into_iter().filter_map(place).collect();
    let mut all = messages(app, visit, shown, files);
    for (id, at, text) in placed {
        let Some(place) = all.items.iter().position(|item| item.id == id) else { continue };
        let told = ChatMessage {
            id,
            html: rich::html(&text),
            when: When::new(at.to_chrono(), Utc::now(), zone(&visit.chat)),
            by: ChatAuthor::Automatic,
            back: back(&visit.chat),
            files: Vec::new(),
        };
        all.items.insert(place + 1, told);
    }
    all
}

/// Outside of the hours: what is said, and when somebody is there again.
fn away(chat: &Chat) -> Option<(Markup, Option<Back>)> {
    let message = chat.away_message(Utc::now())?;
    Some((rich::html(message), back(chat)))
}

/// Nobody knows in which zone the customer is, so the one of the hours is named.
fn back(chat: &Chat) -> Option<Back> {
    let zone = zone(chat);
    let local = chat.closed_until(Utc::now()).flatten()?.with_timezone(&zone);
    let place = match zone.name() {
        // Their names say the opposite of what they mean.
        name if name.starts_with("Etc/") => format!("UTC{}", local.offset().fix()),
        name => name.rsplit('/').next().unwrap_or_default().replace('_', " "),
    };
    let time = local.format("%A %-d %B, %H:%M");
    Some(Back { iso: local.to_rfc3339(), text: format!("{time} ({place} time)") })
}

fn zone(chat: &Chat) -> Tz {
    text::time_zone(&chat.time_zone).unwrap_or(Tz::UTC)
}
