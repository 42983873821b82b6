//! For each route a request that is right in every way, so that who sends it
//! is all that decides.

use baton::models::account_link::LinkKind;
use baton::models::notification::mail;

use super::world::{NEW_PASSWORD, Who, World, new_address, new_word};
use crate::away::days_ahead;
use crate::support::{Browser, Device, PASSWORD, Page};

/// A request that somebody is about to send.
#[derive(Clone)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub fields: Vec<(&'static str, String)>,
    pub browser: Browser,
}

impl Request {
    /// Sends it as a page of Baton would.
    pub fn send(&self) -> Page {
        let from_here: &[_] = &[("Sec-Fetch-Site", "same-origin")];
        self.send_with(if self.method == "POST" { from_here } else { &[] })
    }

    /// Sends it with these headers alone.
    pub fn send_with(&self, headers: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.fields)
            .finish();
        let body = (self.method == "POST").then_some(body);
        self.browser.request(self.method, &self.path, headers, body.as_deref())
    }

    /// Sets a field, in place of the one it had.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.retain(|(found, _)| *found != name);
        self.fields.push((name, value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(found, _)| *found != name);
        self
    }
}

/// The request of whoever asks to a route of the table, and what it needs to be
/// there, made for it.
pub fn request(world: &World, who: Who, method: &'static str, pattern: &str) -> Request {
    // A stream has no end: that there is one is all that counts here.
    let method = if pattern.ends_with("/live") { "HEAD" } else { method };
    let (path, mut fields) = if pattern == "/conversations/new" {
        let inbox = world.email_inbox(world.workspace_of(who)).id.to_string();
        let fields = vec![
            ("to", new_address()),
            ("inbox", inbox),
            ("subject", text("Your order")),
            ("body", text("It is ready.")),
            ("submission", new_word("a-form-that-was-made-")),
        ];
        (text(pattern), fields)
    } else if pattern.contains("{message}") {
        mailed(world, pattern)
    } else if pattern.starts_with("/conversations/") {
        conversation(world, who, pattern)
    } else if pattern.starts_with("/attachments/") {
        (pattern.replace("{id}", &world.file().to_string()).replace("{name}", "a.txt"), Vec::new())
    } else if pattern.starts_with("/mails/") {
        (pattern.replace("{id}", &world.mail().to_string()), Vec::new())
    } else if pattern.starts_with("/contacts") {
        contact(world, who, pattern)
    } else if pattern.starts_with("/settings/team/") {
        team(world, method, pattern)
    } else if pattern.starts_with("/saved-views/") {
        let id = world.saved_view();
        let fields = vec![("name", new_word("Queue ")), ("address", text("/inbox?view=mine"))];
        (pattern.replace("{id}", &id.to_string()), fields)
    } else if pattern.starts_with("/inbox/") || pattern == "/undo/{id}" {
        list(world, pattern)
    } else if pattern.starts_with("/settings/") || pattern == "/notifications/read" {
        settings(world, who, pattern)
    } else {
        door(world, who, method, pattern)
    };
    if method == "GET" {
        fields.clear();
    } else {
        fields.push(("workspace", world.workspace_of(who).to_string()));
    }
    assert!(!path.contains('{'), "no request is made for {method} {pattern}");
    Request { method, path, fields, browser: world.browser(who) }
}

type Made = (String, Vec<(&'static str, String)>);

fn text(value: &str) -> String {
    value.to_owned()
}

fn conversation(world: &World, who: Who, pattern: &str) -> Made {
    let id = world.conversation();
    if pattern.contains("{note}") {
        let note = world.note(id, who);
        let path = pattern.replace("{id}", &id.to_string()).replace("{note}", &note.to_string());
        return (path, vec![("body", text("Fourth time this month."))]);
    }
    let act = pattern.rsplit('/').next().unwrap_or_default();
    let fields = match act {
        "assign" => vec![("assignee", world.cast.other_agent.membership_id.to_string())],
        "snooze" => vec![("until", text("next-week"))],
        "reply" => vec![
            ("body", text("It left this morning.")),
            ("last_message", world.last_message(id).to_string()),
            ("submission", new_word("a-form-that-was-made-")),
        ],
        "notes" => vec![
            ("body", text("Third time this month.")),
            ("submission", new_word("a-form-that-was-made-")),
        ],
        "draft" => vec![
            ("kind", text("reply")),
            ("text", text("It left this")),
            ("version", text("0")),
            ("page", new_word("a-form-that-was-made-")),
        ],
        "here" => vec![("page", text("the-page-of-somebody"))],
        "now" => vec![("body", text("Hello!"))],
        "insert" => {
            vec![("body", text("Hello!")), ("quick_reply", world.quick_reply().to_string())]
        }
        "quick-reply" => {
            let path = pattern.replace("{id}", &id.to_string());
            return (format!("{path}?reply={}", world.quick_reply()), Vec::new());
        }
        "label" => vec![("label", world.label().to_string())],
        "unlabel" => {
            let label = world.label();
            world.instance.execute(&format!(
                "INSERT INTO conversation_labels (conversation_id, label_id, workspace_id, created_at)
                 VALUES ({id}, {label}, {}, CURRENT_TIMESTAMP)",
                world.cast.workspace_id
            ));
            vec![("label", label.to_string())]
        }
        "not-spam" => {
            let mark =
                "UPDATE conversations SET status = 'resolved', spam_at = created_at WHERE id";
            world.instance.execute(&format!("{mark} = {id}"));
            Vec::new()
        }
        "reopen" => {
            let resolve = "UPDATE conversations SET status = 'resolved' WHERE id";
            world.instance.execute(&format!("{resolve} = {id}"));
            Vec::new()
        }
        _ => Vec::new(),
    };
    (pattern.replace("{id}", &id.to_string()), fields)
}

/// What is done to a reply of the Agent's that goes by mail.
fn mailed(world: &World, pattern: &str) -> Made {
    let (id, message) = world.mailed_reply();
    let path = pattern.replace("{id}", &id.to_string()).replace("{message}", &message.to_string());
    if pattern.ends_with("/undo") {
        return (path, Vec::new());
    }
    world.instance.execute("UPDATE deliveries SET failed_at = created_at, last_error = 'No'");
    let page = world.cast.agent.open(id);
    (path, vec![("seen", page.attribute("input[name=seen]", "value"))])
}

/// What is done to conversations of the list: to the Agent's, and undone by the Agent.
fn list(world: &World, pattern: &str) -> Made {
    let id = world.conversation();
    if pattern == "/undo/{id}" {
        let undo = world.instance.count("SELECT max(id) FROM undos");
        return (pattern.replace("{id}", &undo.to_string()), Vec::new());
    }
    let version = format!("SELECT ownership_version FROM conversations WHERE id = {id}");
    let fields = vec![
        ("c", format!("{id}.{}", world.instance.count(&version))),
        ("assignee", world.cast.other_agent.membership_id.to_string()),
        ("label", world.label().to_string()),
        ("until", text("next-week")),
    ];
    (format!("{pattern}?view=mine"), fields)
}

fn contact(world: &World, who: Who, pattern: &str) -> Made {
    if pattern.starts_with("/contacts/imports/") {
        let path = pattern.replace("{id}", &world.import().to_string());
        let column = if path.ends_with("/columns") { "email" } else { "name" };
        return (path, vec![("column_0", text(column))]);
    }
    let id = world.contact();
    if pattern.ends_with("/unblock") {
        let block = "UPDATE contacts SET blocked_at = created_at WHERE id";
        world.instance.execute(&format!("{block} = {id}"));
    }
    if pattern.contains("{note}") {
        let note = world.contact_note(id, who);
        let path = pattern.replace("{id}", &id.to_string()).replace("{note}", &note.to_string());
        return (path, vec![("body", text("In no hurry any more."))]);
    }
    let fields = match pattern {
        "/contacts/import" => {
            vec![("table", format!("Name\n{}", new_word("Hanna ")))]
        }
        "/contacts/{id}/merge" => vec![("into", world.contact().to_string())],
        "/contacts/{id}/addresses/remove" => vec![("email", world.other_address(id))],
        "/contacts/{id}/unmerge" => vec![("merge", world.merge_into(id).to_string())],
        "/contacts/new" | "/contacts/{id}" => vec![("name", new_word("Hanna "))],
        _ => vec![
            ("body", text("Always in a hurry before a weekend.")),
            ("submission", new_word("a-form-that-was-made-")),
        ],
    };
    (pattern.replace("{id}", &id.to_string()), fields)
}

fn team(world: &World, method: &str, pattern: &str) -> Made {
    let fields = match pattern.rsplit('/').next() {
        Some("role") => vec![("role", text("manager"))],
        Some("away") => vec![("back_on", days_ahead(2).to_string())],
        Some("invite") => vec![("email", new_address()), ("role", text("agent"))],
        _ => Vec::new(),
    };
    let id = if pattern.contains("/members/") {
        world.new_member()
    } else if pattern.contains("/invitations/") {
        world.invitation().0
    } else {
        0
    };
    if method == "POST" {
        world.forget_attempts();
    }
    (pattern.replace("{id}", &id.to_string()), fields)
}

fn settings(world: &World, who: Who, pattern: &str) -> Made {
    let fields = match pattern {
        "/settings/billing" => vec![("plan", text("business"))],
        "/settings/workspace" => {
            vec![("workspace_name", new_word("Sprocket ")), ("timezone", text("Europe/Lisbon"))]
        }
        "/settings/workspace/logo" => {
            world.logo_of(world.workspace_of(who));
            vec![("remove", text("yes"))]
        }
        "/settings/profile/away" => vec![("back_on", days_ahead(2).to_string())],
        "/settings/profile/picture" => {
            world.picture_of(world.user(who).user_id);
            vec![("remove", text("yes"))]
        }
        "/settings/workspace/delete" => vec![("confirmation", world.workspace_name_of(who))],
        "/settings/profile" => vec![("name", new_word("Noor ")), ("public_name", String::new())],
        "/settings/profile/email" => {
            vec![("new_email", new_address()), ("password", text(PASSWORD))]
        }
        "/settings/profile/password" => {
            vec![("current_password", text(PASSWORD)), ("new_password", text(NEW_PASSWORD))]
        }
        "/settings/profile/devices" => {
            Device::at(&new_word("http://127.0.0.1:9/")).fields().to_vec()
        }
        "/settings/profile/devices/remove" => vec![("device", world.device_of(who).to_string())],
        "/settings/inboxes/new" | "/settings/inboxes/{id}" => vec![
            ("name", new_word("Chat ")),
            ("greeting", String::new()),
            ("allowed_sites", String::new()),
        ],
        "/settings/inboxes/new/email" | "/settings/inboxes/{id}/connection" => {
            vec![("name", new_word("Mail ")), ("address", new_address())]
        }
        "/settings/inboxes/{id}/look" => vec![("welcome_title", new_word("Hello "))],
        "/settings/inboxes/{id}/hours" => vec![("away_message", new_word("Closed "))],
        "/settings/inboxes/{id}/archive" | "/settings/inboxes/{id}/unarchive" => {
            let is_back = pattern.ends_with("/unarchive");
            let at = if is_back { "created_at" } else { "NULL" };
            world.instance.execute(&format!("UPDATE inboxes SET archived_at = {at}"));
            Vec::new()
        }
        "/settings/inboxes/{id}/team" => {
            let member = world.new_member().to_string();
            vec![("seen_by", text("chosen")), ("member", member)]
        }
        "/settings/labels/new" | "/settings/labels/{id}" => {
            vec![("name", new_word("Refund ")), ("colour", text("blue"))]
        }
        "/settings/contact-fields/new" | "/settings/contact-fields/{id}" => {
            vec![("name", new_word("Size ")), ("kind", text("number"))]
        }
        "/settings/contact-fields/{id}/move" => vec![("to", text("up"))],
        "/settings/quick-replies/new" | "/settings/quick-replies/{id}" => {
            vec![("name", new_word("opening ")), ("text", text("We open at nine."))]
        }
        "/settings/labels/{id}/merge" => vec![("into", world.label().to_string())],
        _ => Vec::new(),
    };
    if pattern == "/settings/profile/verify" {
        world.instance.unprove(&world.user(who).email);
    }
    if pattern == "/notifications/read" {
        world.notify(who);
    }
    let id = if pattern.starts_with("/settings/labels/") {
        world.label()
    } else if pattern.starts_with("/settings/contact-fields/{id}") {
        world.contact_field()
    } else if pattern.starts_with("/settings/quick-replies/") {
        world.quick_reply()
    } else if pattern == "/settings/inboxes/{id}/connection" {
        world.email_inbox(world.cast.workspace_id).id
    } else {
        world.inbox()
    };
    (pattern.replace("{id}", &id.to_string()), fields)
}

fn door(world: &World, who: Who, method: &str, pattern: &str) -> Made {
    let user = world.user(who);
    world.forget_attempts();
    let with_token = |token: String, more: Vec<(&'static str, String)>| {
        let path = if method == "GET" { format!("{pattern}?token={token}") } else { text(pattern) };
        (path, [vec![("token", token)], more].concat())
    };
    match pattern {
        "/static/{hash}/{name:.*}" => (baton::web::assets::url("app.css").to_owned(), Vec::new()),
        "/pictures/{key}" => {
            let key = world.picture_of(user.user_id);
            (pattern.replace("{key}", &key), Vec::new())
        }
        "/sent" => {
            let (workspace, word) = (world.workspace_of(who), new_word("a-form-that-was-made-"));
            (format!("{pattern}?workspace={workspace}&submission={word}"), Vec::new())
        }
        "/login" => {
            (text(pattern), vec![("email", user.email.clone()), ("password", text(PASSWORD))])
        }
        "/forgot-password" => (text(pattern), vec![("email", user.email.clone())]),
        "/reset-password" => with_token(
            world.account_token(LinkKind::ResetPassword, user, &user.email),
            vec![("password", text(NEW_PASSWORD))],
        ),
        "/verify-address" => {
            let token = world.account_token(LinkKind::VerifyAddress, user, &new_address());
            with_token(token, Vec::new())
        }
        "/unsubscribe" => {
            world.instance.execute("UPDATE memberships SET told_by = ''");
            let signer = &world.instance.app.signer;
            let token = mail::stop_token(signer, user.membership_id, user.user_id);
            (format!("{pattern}?token={token}"), Vec::new())
        }
        "/register" => {
            let (_, email) = world.invitation();
            let link = world.instance.mailed_invitation(&email);
            let (_, token) = link.split_once("token=").expect("a link with a token");
            let more = vec![("name", text("Noor Aziz")), ("password", text(NEW_PASSWORD))];
            with_token(text(token), more)
        }
        "/workspaces/switch" => {
            // So that whoever may has somewhere to go.
            if !matches!(who, Who::Outsider | Who::Stranger) {
                let sql = "UPDATE sessions SET workspace_id = NULL WHERE user_id";
                world.instance.execute(&format!("{sql} = {}", user.user_id));
            }
            (text(pattern), vec![("workspace_id", world.cast.workspace_id.to_string())])
        }
        "/chat/{key}/files/{id}/{name}" => {
            let path = pattern.replace("{key}", &world.cast.chat_key);
            (path.replace("{id}", &world.file().to_string()).replace("{name}", "a.txt"), Vec::new())
        }
        "/chat/{key}/messages" | "/chat/{key}/live" => {
            let path = pattern.replace("{key}", &world.cast.chat_key);
            (format!("{path}?conversation={}", world.conversation()), Vec::new())
        }
        "/chat/{key}/here" => {
            let fields = vec![
                ("conversation", world.conversation().to_string()),
                ("page", text("the-page-of-somebody")),
            ];
            (pattern.replace("{key}", &world.cast.chat_key), fields)
        }
        "/reports/{table}/csv" => (pattern.replace("{table}", "days"), Vec::new()),
        _ => (
            pattern.replace("{key}", &world.cast.chat_key),
            vec![
                ("name", text("Hanna Lindqvist")),
                ("email", text("hanna@customer.example")),
                ("message", text("Is the rear hanger in stock?")),
                ("submission", new_word("a-form-that-was-made-")),
            ],
        ),
    }
}
