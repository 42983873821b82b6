//! Files of messages, and those that a form is about to send.

use askama::Template;

use super::counted;

/// A file of a message.
#[derive(Clone, Debug)]
pub struct FileView {
    pub name: String,
    pub href: String,
    /// `2.1 MB`
    pub size: String,
    /// The small picture, where it is one that can be shown.
    pub small: Option<Small>,
}

/// A small picture, with its sides as it is shown.
#[derive(Clone, Debug)]
pub struct Small {
    pub href: String,
    pub width: i64,
    pub height: i64,
}

/// The field *Attach files*: what has arrived already, and what is wrong.
#[derive(Clone, Debug, Default)]
pub struct FileField {
    pub attached: Vec<AttachedFile>,
    pub error: Option<String>,
}

/// A file that has arrived and waits for its form.
#[derive(Clone, Debug)]
pub struct AttachedFile {
    /// By which the form names it.
    pub word: String,
    pub name: String,
    pub size: String,
}

impl FileField {
    /// The words by which the form names its files.
    pub fn words(&self) -> Vec<String> {
        self.attached.iter().map(|file| file.word.clone()).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.attached.is_empty()
    }
}

/// A file that arrived ahead of its form: the line that the form gets.
#[derive(Template)]
#[template(path = "shared/_attached.html")]
pub struct AttachedItem {
    pub file: AttachedFile,
}

/// A size as people read it.
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => counted(bytes, "byte", "bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_short() {
        let sizes = [0, 1, 999, 1_000, 999_999, 2_150_000].map(size);
        assert_eq!(sizes, ["0 bytes", "1 byte", "999 bytes", "1 KB", "999 KB", "2.1 MB"]);
    }
}
