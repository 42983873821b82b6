//! Members and customers who write as fast as they can, until nobody answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use baton::models::token::short_nonce;

use crate::support::{Browser, Page, encode};

/// The workspace that the forms are made for: the first one.
const WORKSPACE: &str = "1";

/// A change of owner that was asked for.
#[derive(Clone)]
pub struct Step {
    pub owner: Option<i64>,
    pub is_acknowledged: bool,
}

/// What the server has acknowledged.
#[derive(Default)]
pub struct Records {
    pub messages: Mutex<BTreeSet<String>>,
    pub invited: Mutex<BTreeSet<String>>,
    pub owners: Mutex<BTreeMap<i64, Vec<Step>>>,
}

impl Records {
    /// Whether there is enough of each kind to kill the process now.
    pub fn has_enough(&self, enough: usize) -> bool {
        self.kinds().iter().all(|count| *count >= enough)
    }

    pub fn counts(&self) -> String {
        format!("{:?}", self.kinds())
    }

    /// Customers' messages, replies, notes, changes of owner, and invitations.
    fn kinds(&self) -> [usize; 5] {
        let messages = self.messages.lock().expect("no panic");
        let of = |kind: &str| messages.iter().filter(|text| text.contains(kind)).count();
        let owners = self.owners.lock().expect("no panic");
        let changes = owners.values().flatten().filter(|step| step.is_acknowledged).count();
        let invited = self.invited.lock().expect("no panic").len();
        [of("customer"), of("reply"), of("note"), changes, invited]
    }

    fn message(&self, text: String) {
        self.messages.lock().expect("no panic").insert(text);
    }
}

/// Somebody who writes.
pub struct Writer<'a> {
    pub browser: Browser,
    pub records: &'a Records,
    pub is_dead: &'a AtomicBool,
}

impl Writer<'_> {
    /// Sends a form; `None` once the server is gone.
    fn post(&self, path: &str, fields: &[(&str, &str)], client: &str) -> Option<Page> {
        let headers = [("Sec-Fetch-Site", "same-origin"), ("X-Forwarded-For", client)];
        match self.browser.try_request("POST", path, &headers, Some(&encode(fields))) {
            Ok(page) => {
                assert_eq!(page.status, 303, "{path}: {}", page.text());
                Some(page)
            }
            Err(error) => {
                // The kill comes first and the flag right after it.
                std::thread::sleep(std::time::Duration::from_secs(1));
                assert!(self.is_dead.load(Ordering::SeqCst), "{path}: {error}");
                None
            }
        }
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Option<Page> {
        let with_workspace: Vec<(&str, &str)> =
            fields.iter().copied().chain([("workspace", WORKSPACE)]).collect();
        self.post(path, &with_workspace, "198.51.100.1")
    }

    /// Customers, each from elsewhere: a first message, and another one.
    pub fn write_in(&self, chat: &str, writer: usize) {
        for n in 0.. {
            let customer = Self { browser: self.browser.twin(), ..*self };
            let client = format!("198.18.{}.{}", writer * 100 + n / 250, n % 250);
            let text = format!("Crash: customer {writer} begins {n}");
            let name = format!("Customer {writer}-{n}");
            let email = format!("customer{n}@customer{writer}.example");
            let fields = [
                ("name", name.as_str()),
                ("email", &email),
                ("message", &text),
                ("submission", &short_nonce()),
            ];
            let Some(_) = customer.post(chat, &fields, &client) else { return };
            self.records.message(text);
            let Ok(page) = customer.browser.try_request("GET", chat, &[], None) else { return };
            let conversation = page.attribute("input[name=conversation]", "value");
            let text = format!("Crash: customer {writer} goes on {n}");
            let fields = [
                ("conversation", conversation.as_str()),
                ("message", &text),
                ("submission", &short_nonce()),
            ];
            let Some(_) = customer.post(chat, &fields, &client) else { return };
            self.records.message(text);
        }
    }

    /// Claims, replies and leaves a note, in one conversation after the other.
    pub fn claim_and_answer(&self, queue: &[(i64, i64)], me: i64) {
        for (id, last_message) in queue {
            let Some(()) = self.change_owner(*id, "claim", None, 0, Some(me)) else { return };
            let reply = format!("Crash: reply in {id}");
            let fields = [
                ("body", reply.as_str()),
                ("last_message", &last_message.to_string()),
                ("submission", &short_nonce()),
            ];
            let Some(_) = self.form(&format!("/conversations/{id}/reply"), &fields) else { return };
            self.records.message(reply);
            let note = format!("Crash: note in {id}");
            let fields = [("body", note.as_str()), ("submission", &short_nonce())];
            let Some(_) = self.form(&format!("/conversations/{id}/notes"), &fields) else { return };
            self.records.message(note);
        }
    }

    /// Claims and gives back, again and again.
    pub fn claim_and_release(&self, queue: &[(i64, i64)], me: i64) {
        for round in 0.. {
            for (id, _) in queue {
                let version = 2 * round;
                let claimed = self.change_owner(*id, "claim", None, version, Some(me));
                let Some(()) = claimed else { return };
                let released = self.change_owner(*id, "release", Some(me), version + 1, None);
                let Some(()) = released else { return };
            }
        }
    }

    fn change_owner(
        &self,
        id: i64,
        step: &str,
        shown: Option<i64>,
        version: i64,
        owner: Option<i64>,
    ) -> Option<()> {
        let tried = |is_acknowledged| {
            let mut owners = self.records.owners.lock().expect("no panic");
            let steps = owners.entry(id).or_insert_with(|| {
                // In the queue, as it was found.
                vec![Step { owner: None, is_acknowledged: true }]
            });
            if is_acknowledged {
                steps.last_mut().expect("it was tried").is_acknowledged = true;
            } else {
                steps.push(Step { owner, is_acknowledged });
            }
        };
        tried(false);
        let shown = shown.map(|id| id.to_string()).unwrap_or_default();
        let fields = [("owner", shown.as_str()), ("ownership_version", &version.to_string())];
        self.form(&format!("/conversations/{id}/{step}"), &fields)?;
        tried(true);
        Some(())
    }

    /// Invites one after another, as many as may be invited in an hour.
    pub fn invite(&self) {
        for n in 0..90 {
            let name = if n < 10 { "guest" } else { "late" };
            let email = format!("{name}{n}@sprocket.example");
            let fields = [("email", email.as_str()), ("role", "agent")];
            let Some(_) = self.form("/settings/team/invite", &fields) else { return };
            self.records.invited.lock().expect("no panic").insert(email);
        }
    }
}
