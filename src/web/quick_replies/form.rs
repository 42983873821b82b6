//! The form of a quick reply: what it says, what is wrong with it, how it reads.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;

use super::page::{Inboxes, Preview, QuickReplyFormPage};
use crate::App;
use crate::models::inbox;
use crate::models::quick_reply::placeholder::{self, Values};
use crate::models::quick_reply::{self, Details, NAME_MAX, QuickReply, Refusal, Scope, TEXT_MAX};
use crate::models::{seen, text, token};
use crate::rich;
use crate::web::error::AppError;
use crate::web::form::Submission;
use crate::web::respond;
use crate::web::view::{Area, Field};
use crate::web::viewer::Viewer;
use strum::IntoEnumIterator;

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
pub struct QuickReplyForm {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub text: String,
    /// Absent where there is but one inbox.
    #[serde(default)]
    pub scope: String,
    #[serde(default)]
    pub inbox: Vec<i64>,
    /// *Preview* was pressed, and not *Save quick reply*.
    pub preview: Option<String>,
    pub submission: Option<Submission>,
    /// What the page showed of a stored one.
    #[serde(default)]
    pub seen: String,
}

impl QuickReplyForm {
    /// The form of one that exists.
    pub fn of(reply: &QuickReply) -> Self {
        let (scope, inbox) = match &reply.scope {
            Scope::AllInboxes => ("all", Vec::new()),
            Scope::Some(inboxes) => ("some", inboxes.clone()),
        };
        Self {
            name: reply.name.clone(),
            text: reply.body.clone(),
            scope: scope.to_owned(),
            inbox,
            seen: seen::json(&reply.details()),
            ..Self::default()
        }
    }

    /// What it says of the quick reply with this id, or of a new one.
    pub fn said(&self, id: Option<i64>) -> String {
        let said = (id, &self.name, &self.text, &self.scope, &self.inbox);
        token::mark(&["quick reply", &format!("{said:?}")])
    }
}

/// What is wrong with a form, by field.
#[derive(Default)]
pub struct Problems {
    pub name: Option<String>,
    text: Option<String>,
    inboxes: Option<String>,
}

impl Problems {
    /// What a verb refused, beside the field that it is about.
    pub fn of(refusal: &Refusal) -> Option<Self> {
        let reason = Some(refusal.to_string());
        match refusal {
            Refusal::Taken(_) => Some(Self { name: reason, ..Self::default() }),
            Refusal::NoSuchInbox => Some(Self { inboxes: reason, ..Self::default() }),
            _ => None,
        }
    }
}

/// The form as the model takes it, or what is wrong.
pub fn check(form: &QuickReplyForm) -> Result<Details, Problems> {
    let name = text::line(&form.name, NAME_MAX).map_err(|e| e.to_string());
    let body = check_text(&form.text);
    let scope = match form.scope.as_str() {
        "some" if form.inbox.is_empty() => Err("Choose at least one inbox.".to_owned()),
        "some" => {
            Ok(Scope::Some(BTreeSet::from_iter(form.inbox.iter().copied()).into_iter().collect()))
        }
        _ => Ok(Scope::AllInboxes),
    };
    match (name, body, scope) {
        (Ok(name), Ok(body), Ok(scope)) => Ok(Details { name, body, scope }),
        (name, text, inboxes) => {
            Err(Problems { name: name.err(), text: text.err(), inboxes: inboxes.err() })
        }
    }
}

fn check_text(typed: &str) -> Result<String, String> {
    let body = text::paragraph(typed, TEXT_MAX).map_err(|e| e.to_string())?;
    let unknown = placeholder::unknown(&body);
    if unknown.is_empty() {
        return Ok(body);
    }
    let nothing = text::listed(&unknown);
    Err(format!("Nothing is known for {nothing}. Use the placeholders that are listed below."))
}

/// The page with the form as it was sent, or as it is stored.
pub async fn page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    reply: Option<QuickReply>,
    form: QuickReplyForm,
    problems: Problems,
) -> Result<HttpResponse, AppError> {
    let (caller, workspace_id) = (viewer.caller(), viewer.workspace_id);
    let (inboxes, (agent, workspace)) = app
        .db
        .read(move |conn| {
            let inboxes = inbox::list(conn, workspace_id)?;
            Ok((inboxes, quick_reply::names(conn, caller)?))
        })
        .await?;
    let page = QuickReplyFormPage {
        chrome: viewer.chrome(app, Area::QuickReplies).await?,
        id: reply.as_ref().map(|reply| reply.id),
        saved_name: reply.map_or_else(String::new, |reply| reply.name),
        previews: previews(&form.text, &agent, &workspace),
        inboxes: Inboxes {
            is_some: form.scope == "some",
            choices: inboxes
                .into_iter()
                .map(|inbox| (inbox.id, inbox.name, form.inbox.contains(&inbox.id)))
                .collect(),
            error: problems.inboxes,
        },
        submission: token::short_nonce(),
        seen: form.seen,
        name: Field { value: form.name, error: problems.name },
        text: Field { value: form.text, error: problems.text },
        placeholders: placeholder::Field::iter()
            .map(|field| (format!("{{{{{}}}}}", field.into_str()), field.meaning()))
            .collect(),
    };
    respond::page(status, &page)
}

/// How a text reads to a customer with a name, and to one without where that differs.
fn previews(text: &str, agent_name: &str, workspace_name: &str) -> Vec<Preview> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let preview = |to, contact_name: &str| {
        let values = Values {
            contact_name: contact_name.to_owned(),
            agent_name: agent_name.to_owned(),
            workspace_name: workspace_name.to_owned(),
        };
        let filled = placeholder::fill(text, &values);
        let left = text::listed(&placeholder::left(&filled));
        Preview { to, html: rich::markdown(&filled, &[]), left }
    };
    let named = preview("To Hanna Lindqvist", "Hanna Lindqvist");
    let unnamed = preview("To somebody whose name is not known", "");
    if named.html.0 == unnamed.html.0 { vec![named] } else { vec![named, unnamed] }
}
