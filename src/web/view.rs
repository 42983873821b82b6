//! What every template shares: values that are decided before a page is
//! rendered. Nothing here knows the database or the request.

mod chip;
mod chrome;
mod count;
mod file;
mod flash;
mod form;
mod note;
mod people;
mod team;
mod when;

pub use chip::Chip;
pub use chrome::{Area, Chrome, SettingsAccess, SettingsLink, WorkspaceLink};
pub use count::{capped, counted, grouped};
pub use file::{AttachedFile, AttachedItem, FileField, FileView, Small, size as file_size};
pub use flash::{Flash, FlashAction, FlashKind};
pub use form::{Choice, CustomField, CustomInput, Field, PASSWORD_HINT};
pub use note::{Changing, Edited, NoteFace};
pub use people::{Avatar, Baton, initials, tint};
pub use team::{Load, Seats};
pub use when::{When, day_and_hour, hour, minutes_ago};
