//! What went wrong, in words: inside the frame for someone signed in, else as a door.

use askama::Template;

use crate::models::limit::RetryAfter;
use crate::web::view::{Chrome, Flash};

/// What a 404 may mean.
const GONE: &str = "The address may be mistyped, or what was here is gone.";

/// A way on from an error.
#[derive(Clone, Debug)]
pub struct WayOn {
    pub href: String,
    pub label: String,
}

/// A form that failed for no fault of its own, to be sent once more.
#[derive(Clone, Debug)]
pub struct Again {
    /// Where it is posted to.
    pub path: String,
    pub fields: Vec<(String, String)>,
}

/// One error page, whatever its status.
#[derive(Clone, Debug)]
pub struct ErrorPage {
    pub status: u16,
    pub heading: String,
    pub text: String,
    /// Finds the cause in the log.
    pub reference: Option<String>,
    /// What the person had written, so that nothing is lost.
    pub kept: Option<String>,
    pub again: Option<Again>,
    pub actions: Vec<WayOn>,
}

#[derive(Template)]
#[template(path = "error_pages/in_app.html")]
struct InApp<'a> {
    chrome: Chrome,
    error: &'a ErrorPage,
}

#[derive(Template)]
#[template(path = "error_pages/at_door.html")]
struct AtDoor<'a> {
    flash: Option<Flash>,
    error: &'a ErrorPage,
}

impl ErrorPage {
    /// With the way to the inbox, which leads to signing in where needed.
    pub fn new(status: u16, heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            status,
            heading: heading.into(),
            text: text.into(),
            reference: None,
            kept: None,
            again: None,
            actions: vec![WayOn { href: "/inbox".into(), label: "Go to Inbox".into() }],
        }
    }

    /// For a customer, who has no inbox here.
    pub fn for_customers(mut self) -> Self {
        self.actions.retain(|way| way.href != "/inbox");
        let text = match self.status {
            404 => Some("The address may be mistyped, or the chat is gone."),
            // They know nobody who runs the server.
            500 => Some("It is not your fault. Please try again in a few minutes."),
            _ => None,
        };
        if let Some(text) = text {
            text.clone_into(&mut self.text);
        }
        self
    }

    /// 404 for somebody who is not signed in, and so has no colleague here.
    pub fn for_strangers(mut self) -> Self {
        GONE.clone_into(&mut self.text);
        self
    }

    /// 403. `heading` as in `Your role does not include Billing`.
    pub fn forbidden(heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(403, heading, text)
    }

    /// 403 for a request that another site's page sent.
    pub fn other_origin() -> Self {
        Self::new(
            403,
            "That did not come from a Baton page",
            "For your safety Baton takes forms from its own pages only. Open the page again and repeat what you did.",
        )
    }

    /// 404. Nobody learns whether something is there for others.
    pub fn not_found(is_conversation: bool) -> Self {
        let text = if is_conversation {
            "The address may be mistyped, or what was here is gone or belongs to a colleague. If a colleague sent you this link, ask them to assign the conversation to you."
        } else {
            GONE
        };
        Self::new(404, "There is nothing here", text)
    }

    /// 409: the state does not allow it any more.
    pub fn conflict(heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(409, heading, text)
    }

    /// 413 for more text than a form may carry. A browser whose page had the form still has
    /// what was typed.
    pub fn too_long(is_from_page: bool) -> Self {
        let mut text = "It is longer than Baton takes at once, so nothing was saved.".to_owned();
        if is_from_page {
            text.push_str(
                " Go back in your browser: what you wrote is still there. Shorten it, and send it again.",
            );
        }
        Self::new(413, "That text is too long", text)
    }

    /// 408 for a form that did not come to its end.
    pub fn too_slow() -> Self {
        Self::new(
            408,
            "The connection is too slow",
            "What you sent did not arrive in time, so nothing was saved. Go back in your browser and send it again, with fewer or smaller files if there are any.",
        )
    }

    /// 413 for more in files.
    pub fn too_large() -> Self {
        Self::new(
            413,
            "That is too much at once",
            "Baton could not take what was sent. Shorten it and try again.",
        )
    }

    /// 422 for a form that no page of ours makes.
    pub fn malformed() -> Self {
        Self::new(
            422,
            "Baton did not understand that",
            "Something in the form or the address is missing or wrong. Open the page again and repeat what you did.",
        )
    }

    pub fn method_not_allowed() -> Self {
        Self::new(
            405,
            "That cannot be done here",
            "No page of Baton asks for this. Open the page again and repeat what you did.",
        )
    }

    pub fn too_many(after: RetryAfter) -> Self {
        let wait = after.in_words();
        Self::new(429, "Too much too quickly", format!("Wait {wait}, then try again."))
    }

    pub fn internal() -> Self {
        Self::new(
            500,
            "Something broke on our side",
            "It is not your fault, and what you saved before is safe. Try again in a moment. If it keeps happening, tell whoever runs this server the reference below.",
        )
    }

    /// 503: the database does not answer, or the server is stopping.
    pub fn unavailable() -> Self {
        Self::new(
            503,
            "Baton is busy",
            "It cannot answer at the moment. Try again in a few seconds.",
        )
    }

    pub fn with_kept(mut self, text: impl Into<String>) -> Self {
        self.kept = Some(text.into());
        self
    }

    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    pub fn with_another_try(mut self, again: Option<Again>) -> Self {
        self.again = again;
        self
    }

    /// With a way back to a conversation, before all others.
    pub fn with_way_back(mut self, conversation: Option<String>) -> Self {
        let way = conversation.map(|href| WayOn { href, label: "Back to the conversation".into() });
        self.actions.splice(0..0, way);
        self
    }

    /// The whole page; `chrome` where someone is signed in.
    pub fn render(&self, chrome: Option<Chrome>) -> askama::Result<String> {
        match chrome {
            Some(chrome) => InApp { chrome, error: self }.render(),
            None => AtDoor { flash: None, error: self }.render(),
        }
    }
}

/// 409 for a form or link of another workspace of the same user: offers the switch.
#[derive(Template)]
#[template(path = "error_pages/other_workspace.html")]
pub struct OtherWorkspacePage {
    /// Of the workspace that the session is in.
    pub chrome: Chrome,
    pub other_id: i64,
    pub other_name: String,
    /// Where to go after the switch.
    pub next: String,
    /// A form was refused, as opposed to a link followed.
    pub was_form: bool,
    /// What the refused form carried and the person would miss.
    pub kept: Option<String>,
}
