//! Files in replies, notes and the web chat.

mod hostile;
mod keeping;
mod sending;
mod sweeping;

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

use crate::support::{Cast, Instance, Page};

/// A picture of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    RgbImage::new(width, height).write_to(&mut out, ImageFormat::Png).expect("a picture");
    out.into_inner()
}

/// The Agent sends a reply with a file, and sees the conversation.
fn replied(instance: &Instance, cast: &Cast, name: &str, content: &[u8]) -> (i64, Page) {
    let id = cast.owned_by(instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "Here it is.");
    (id, form.attach("Attach files", name, content).submit())
}

/// The address of the only file on a page.
fn link(page: &Page) -> String {
    let of_picture = page.all(".thread .files img").len();
    page.attribute(if of_picture > 0 { ".picture" } else { ".thread a.attachment" }, "href")
}

/// Every file that the store holds.
fn stored(instance: &Instance) -> Vec<String> {
    names_in(instance, "files")
}

/// Every file that has not arrived whole.
fn arriving(instance: &Instance) -> Vec<String> {
    names_in(instance, "uploads")
}

fn names_in(instance: &Instance, folder: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(instance.dir.path().join(folder)) else {
        return Vec::new();
    };
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into()).collect()
}
