//! `/conversations/ID`: the thread, and what members do with it.

mod draft;
mod files;
mod following;
mod here;
mod labels;
mod load;
pub mod lost;
mod mail;
mod notes;
mod now;
mod ownership;
pub mod page;
mod place;
mod quick_reply;
mod said;
mod show;
mod timeline;
mod write;

pub use draft::draft;
pub use files::file;
pub use here::here;
pub use labels::{label, unlabel};
pub use mail::{send_again, undo};
pub use notes::{change_note, delete_note, note};
pub use now::now;
pub use ownership::{assign, claim, release, take_over};
pub use quick_reply::{insert, quick_reply};
pub use show::show;
pub use write::{not_spam, reopen, reply, resolve, snooze, spam};
