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

use crate::support::Page;

/// The lines of the list *Activity*, newest first.
pub fn activity(page: &Page) -> Vec<String> {
    page.all("[aria-labelledby=activity] li > span")
}

pub fn newest_activity(page: &Page) -> String {
    activity(page).remove(0)
}

/// Everything that stands in the thread's bubbles, oldest first.
fn bubbles(page: &Page) -> Vec<String> {
    page.all(".thread .bubble")
}
