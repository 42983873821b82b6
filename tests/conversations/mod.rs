//! `/conversations/ID`: who holds a conversation, what is written into it, and
//! where it stands.

mod answering;
mod assigning;
mod changing_notes;
mod leaving;
mod markdown;
mod mentions;
mod notes;
mod ownership;
mod progress;
mod removed;
mod repeating;
mod snoozing;
mod staleness;
mod texts;
mod views;
mod workspaces;

use crate::support::{Browser, Cast, Page};

/// The lines of the list *Activity*, newest first.
fn activity(page: &Page) -> Vec<String> {
    page.all("[aria-labelledby=activity] li > span")
}

/// Everything that stands in the thread's bubbles, oldest first.
fn bubbles(page: &Page) -> Vec<String> {
    page.all(".thread .bubble")
}

/// The customer writes once more, in the browser they began in.
fn customer_adds(cast: &Cast, customer: &Browser, message: &str) {
    customer
        .get(&format!("/chat/{}", cast.chat_key))
        .form("Send")
        .with("Message", message)
        .submit()
        .expect(200, message);
}
