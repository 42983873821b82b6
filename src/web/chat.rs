//! The customer's page of the web chat. There is no session here: a visitor is
//! a signed token, and sees what that token proves to be theirs.

mod files;
mod live;
pub mod page;
mod view;
mod visit;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::{Deserialize, Deserializer};

use crate::App;
use crate::channels::web_chat::{self, Arrival, Refusal};
use crate::models::chat::answers;
use crate::models::inbox::{self, Look};
use crate::models::visitor::{self, Wanted};
use crate::web::error::AppError;
use crate::web::form::{FileForm, TakesFiles};
use crate::web::view::FileField;
use crate::web::{assets, client, respond};
pub use files::{file, show_file};
pub use live::{here, stream};
use page::{ChatClosedPage, ChatMessages};
use view::Draft;
use visit::Visit;

/// The most messages that one answer to the page's script carries.
const MOST_AT_ONCE: i64 = 100;

/// What the address of a chat page says. The words `new`, `sent` and `embed` count by
/// being there; a number that is none is not.
#[derive(Debug, Deserialize)]
pub struct Asked {
    new: Option<String>,
    /// A first message was just sent.
    sent: Option<String>,
    #[serde(default, deserialize_with = "number")]
    conversation: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    messages_before: Option<i64>,
    embed: Option<String>,
    /// What the link of a mail brings, see [`answers::prove`].
    proof: Option<String>,
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.and_then(|text| text.parse().ok()))
}

/// A customer's form.
#[derive(Debug, Deserialize)]
pub struct Written {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    message: String,
    conversation: Option<i64>,
    #[serde(default)]
    submission: String,
    /// The files that came before this form, by their words.
    #[serde(default)]
    attached: Vec<String>,
}

impl TakesFiles for Written {}

/// What the page's script asks for.
#[derive(Debug, Deserialize)]
pub struct Since {
    conversation: i64,
    #[serde(default)]
    after: i64,
    /// The chat is closed at the moment: what is answered is not seen. Counts by being there.
    peek: Option<String>,
}

/// `GET /chat/{key}`: the form for somebody new, or the visitor's conversation.
///
/// # Errors
/// When the database fails.
pub async fn show(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let Some(visit) = Visit::find(&app, &request, &key, asked.embed.is_some()).await? else {
        return closed(String::new());
    };
    if let Some(proof) = asked.proof.clone().filter(|_| !visit.is_embedded) {
        return proved(&app, visit, proof, asked.conversation).await;
    }
    let wanted = match (asked.conversation, &asked.new) {
        (_, Some(_)) => Wanted::New,
        (Some(id), None) => Wanted::One { id, before: asked.messages_before },
        (None, None) => Wanted::Latest,
    };
    let mut draft = Draft::default();
    if asked.sent.is_some() {
        if visit.visitor.is_some() {
            return Ok(respond::see_other(&format!("/chat/{}", visit.chat.inbox.chat_key)));
        }
        let answer = match app.config.smtp_url {
            Some(_) => "the answer comes by email",
            None => "it cannot be shown here",
        };
        draft.refusal =
            Some(format!("Your message was sent. This browser keeps no cookies, so {answer}."));
    }
    view::answer(&app, &visit, wanted, StatusCode::OK, draft).await
}

/// Takes what the link of a mail brought, and goes on to the page without it: no address in
/// the browser's history is worth more than another.
async fn proved(
    app: &App,
    visit: Visit,
    proof: String,
    conversation: Option<i64>,
) -> Result<HttpResponse, AppError> {
    if let Some(visitor) = visit.visitor {
        let signer = app.signer.clone();
        let noted = app.db.change(move |conn| answers::prove(conn, &signer, &visitor, &proof));
        noted.await?;
    }
    let wanted = conversation.map_or_else(String::new, |id| format!("?conversation={id}"));
    Ok(respond::see_other(&format!("/chat/{}{wanted}", visit.chat.inbox.chat_key)))
}

/// `POST /chat/{key}`: a conversation's beginning, or a message in one.
///
/// # Errors
/// When the database fails.
pub async fn write(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    asked: Query<Asked>,
    form: FileForm<Written>,
) -> Result<HttpResponse, AppError> {
    let Some(mut visit) = Visit::find(&app, &request, &key, asked.embed.is_some()).await? else {
        // To its end: a browser shows no answer to a form that it could not finish sending.
        let (written, _) = form.read_text().await?;
        return closed(written.message);
    };
    let client = client::of(&request, &app);
    let (written, files) = files::read(&app, &client, &visit, form).await?;
    let words = written.attached.clone();
    let (files, after) = files::take(&app, &client, &visit, words, files).await?;
    if let Some(after) = after {
        return refused(&app, &visit, &written, files, Refusal::TooMany(after)).await;
    }
    if files.error.is_some() {
        return refused(&app, &visit, &written, files, Refusal::FileGone).await;
    }
    let arrival = Arrival {
        files: files.words(),
        inbox: visit.chat.inbox.clone(),
        visitor: visit.visitor.clone(),
        conversation_id: written.conversation,
        name: written.name.clone(),
        email: written.email.clone(),
        message: written.message.clone(),
        submission: written.submission.clone(),
        client,
    };
    let stored = match web_chat::receive(&app.db, &app.signer, arrival).await? {
        Ok(stored) => stored,
        Err(refusal) => return refused(&app, &visit, &written, files, refusal).await,
    };
    let mut response = if visit.is_embedded {
        // A redirect would lose the header with the token.
        visit.visitor = Some(stored.visitor.clone());
        let wanted = Wanted::One { id: stored.conversation_id, before: None };
        view::answer(&app, &visit, wanted, StatusCode::OK, Draft::default()).await?
    } else {
        // Whether the token that is handed out now comes back is seen there.
        let sent = if visit.visitor.is_none() { "?sent=1" } else { "" };
        respond::see_other(&format!("/chat/{}{sent}", visit.chat.inbox.chat_key))
    };
    visit.remember(&app, &stored.visitor, &mut response)?;
    Ok(response)
}

/// The page again, with the text and the reason.
async fn refused(
    app: &App,
    visit: &Visit,
    written: &Written,
    files: FileField,
    refusal: Refusal,
) -> Result<HttpResponse, AppError> {
    let wanted = match written.conversation {
        Some(id) => Wanted::One { id, before: None },
        None => Wanted::New,
    };
    let mut draft = Draft::kept(&written.name, &written.email, &written.message, files);
    match refusal {
        Refusal::Invalid(problems) => {
            draft.refuse_fields(problems);
            view::answer(app, visit, wanted, StatusCode::UNPROCESSABLE_ENTITY, draft).await
        }
        Refusal::TooMany(after) => {
            draft.refusal = Some(format!(
                "You have written a lot in a short time. Your text is kept: please send it again \
                 in {}.",
                after.in_words()
            ));
            let status = StatusCode::TOO_MANY_REQUESTS;
            let page = view::answer(app, visit, wanted, status, draft).await?;
            Ok(respond::too_many(page, after))
        }
        Refusal::FileGone => {
            draft.refuse_files();
            view::answer(app, visit, wanted, StatusCode::UNPROCESSABLE_ENTITY, draft).await
        }
        Refusal::Blocked => {
            let words = "Your message could not be sent. Your text is kept.";
            draft.refusal = Some(words.to_owned());
            view::answer(app, visit, wanted, StatusCode::FORBIDDEN, draft).await
        }
        Refusal::Closed => view::answer(app, visit, Wanted::New, StatusCode::GONE, draft).await,
        // The page says so itself, since the conversation is not there to show.
        Refusal::NoSuchConversation => {
            view::answer(app, visit, wanted, StatusCode::NOT_FOUND, draft).await
        }
    }
}

/// `GET /chat/{key}/messages`: what is new in a conversation, as list items.
///
/// # Errors
/// Not found when the conversation is not the visitor's; or when the database fails.
pub async fn messages(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    since: Query<Since>,
) -> Result<HttpResponse, AppError> {
    let visit = Visit::find(&app, &request, &key, false).await?.ok_or(AppError::NotFound)?;
    let visitor = visit.visitor.clone().ok_or(AppError::NotFound)?;
    let Since { conversation, after, .. } = *since;
    let asks = visitor.clone();
    let found = app
        .db
        .read(move |conn| {
            let new = visitor::messages_after(conn, &visitor, conversation, after, MOST_AT_ONCE)?;
            let is_theirs = !new.is_empty()
                || visitor::find_conversation(conn, &visitor, conversation)?.is_some();
            let files = visitor::files_of(conn, &visitor, &new)?;
            Ok(is_theirs.then_some((new, files)))
        })
        .await?
        .ok_or(AppError::NotFound)?;
    if let Some(newest) = visitor::newest_reply(&found.0)
        && since.peek.is_none()
    {
        view::note_read(&app, &asks, conversation, newest).await?;
    }
    let fragment: ChatMessages = view::messages(&app, &visit, found.0, &found.1);
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(fragment.render()?))
}

/// `GET /chat/{key}/embed.js`: what a site's snippet loads. The same for every
/// chat but for its look: the script reads the key from its own address.
///
/// # Errors
/// When the database fails.
pub async fn embed_script(app: Data<App>, key: Path<String>) -> Result<HttpResponse, AppError> {
    let chat = app.db.read(move |conn| inbox::find_chat(conn, &key)).await?;
    let look = chat.map(|chat| chat.inbox.look).unwrap_or_default();
    let script = String::from_utf8_lossy(&assets::content("js/chat/embed.js")).into_owned();
    let script = with_look(&script, &look)?;
    Ok(HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"))
        .body(script))
}

/// The script with the look of one chat where it has a place for it.
fn with_look(script: &str, look: &Look) -> Result<String, AppError> {
    let values = serde_json::json!({
        "accent": look.accent.hex(),
        "side": look.side.into_str(),
        "label": look.label,
    });
    match script.split("/*look*/").collect::<Vec<_>>()[..] {
        [before, _, after] => Ok(format!("{before}{values}{after}")),
        _ => Err(AppError::Internal("the script has no place for a look".into())),
    }
}

/// There is no such chat, any more perhaps: what was written meanwhile comes back.
fn closed(kept: String) -> Result<HttpResponse, AppError> {
    let page = ChatClosedPage { kept, ..ChatClosedPage::default() };
    respond::page(StatusCode::NOT_FOUND, &page)
}
