//! Who comes to which chat, and how the answer goes back: by a cookie on the
//! chat's own page; by a header in a frame, where third-party cookies do not
//! arrive and the page around keeps the token.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use crate::App;
use crate::models::inbox::{self, Chat, Inbox};
use crate::models::visitor::{self, Visitor};
use crate::web::error::AppError;
use crate::web::{respond, security};

const COOKIE: &str = "baton_visitor";
const HEADER: HeaderName = HeaderName::from_static("x-baton-visitor");

/// One request to a chat that exists.
pub struct Visit {
    pub chat: Chat,
    pub visitor: Option<Visitor>,
    /// The page stands in a frame on another site.
    pub is_embedded: bool,
    /// Their token comes by a header, so that no link of the page brings it along.
    pub is_by_header: bool,
    /// What is answered counts as read.
    pub is_seen: bool,
    sent_token: Option<String>,
}

impl Visit {
    /// Finds the chat by its key and the visitor by their token; `None` when
    /// there is no such chat. What was made for a frame and is opened in a tab of its own
    /// is a page like any other there: nothing around it keeps a token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(
        app: &App,
        request: &HttpRequest,
        key: &str,
        is_embedded: bool,
    ) -> Result<Option<Self>, AppError> {
        let is_embedded = is_embedded && !is_in_a_tab(request);
        let sent_token = sent_token(request, is_embedded);
        let is_seen = respond::is_seen(request);
        let is_by_header = is_embedded || request.headers().contains_key(HEADER);
        let (key, token, signer) = (key.to_owned(), sent_token.clone(), app.signer.clone());
        let found = app
            .db
            .read(move |conn| {
                let Some(chat) = inbox::find_chat(conn, &key)? else { return Ok(None) };
                let visitor = match token {
                    Some(token) => {
                        let Inbox { workspace_id, id, .. } = chat.inbox;
                        visitor::recognise(conn, &signer, workspace_id, id, &token)?
                    }
                    None => None,
                };
                Ok(Some((chat, visitor)))
            })
            .await?;
        Ok(found.map(|(chat, visitor)| Self {
            chat,
            visitor,
            is_embedded,
            is_by_header,
            is_seen,
            sent_token,
        }))
    }

    /// Whether nothing can be written here: no conversation begins, and who asks has none.
    pub fn is_closed(&self) -> bool {
        self.chat.inbox.is_archived() && self.visitor.is_none()
    }

    /// Lets the sites that the inbox allows put this answer into a frame.
    pub fn allow_framing(&self, response: &mut HttpResponse) -> Result<(), AppError> {
        let policy = security::embeddable_policy(self.chat.inbox.sites_policy());
        let policy = HeaderValue::from_str(&policy)
            .map_err(|error| AppError::Internal(format!("an inbox's sites: {error}")))?;
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        Ok(())
    }

    /// Hands the visitor their token, for a year from now.
    pub fn remember(
        &self,
        app: &App,
        visitor: &Visitor,
        response: &mut HttpResponse,
    ) -> Result<(), AppError> {
        let token = visitor.token(&app.signer);
        if self.is_embedded {
            if self.sent_token.as_ref() != Some(&token) {
                let value = HeaderValue::from_str(&token)
                    .map_err(|error| AppError::Internal(format!("a visitor's token: {error}")))?;
                response.headers_mut().insert(HEADER, value);
            }
            return Ok(());
        }
        let cookie = Cookie::build(COOKIE, token)
            .path(format!("/chat/{}", self.chat.inbox.chat_key))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(app.config.is_https())
            .max_age(Duration::days(365))
            .finish();
        response
            .add_cookie(&cookie)
            .map_err(|error| AppError::Internal(format!("a visitor's cookie: {error}")))
    }
}

fn is_in_a_tab(request: &HttpRequest) -> bool {
    request.headers().get("sec-fetch-dest").is_some_and(|place| place == "document")
}

/// The token that came along. A frame never goes by a cookie: whether one
/// arrives there depends on the browser, and two tokens would be two visitors.
fn sent_token(request: &HttpRequest, is_embedded: bool) -> Option<String> {
    let by_header = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
    if is_embedded || by_header.is_some() {
        return by_header.map(str::to_owned);
    }
    request.cookie(COOKIE).map(|cookie| cookie.value().to_owned())
}
