//! What happened just now, said once on the next page.

use serde::{Deserialize, Serialize};

/// What happened just now, said once on the next page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flash {
    pub kind: FlashKind,
    pub text: String,
    pub action: Option<FlashAction>,
    /// What the person had written and would miss.
    #[serde(default)]
    pub kept: Option<String>,
    /// The conversation that is next, where one was put away.
    #[serde(default)]
    pub next: Option<i64>,
}

/// The most of a text that a flash keeps, in bytes as JSON writes them: it travels in a
/// cookie, a third longer and signed, of which browsers take 4096.
const KEPT_MAX: usize = 2400;

/// How good the news is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlashKind {
    Ok,
    Warn,
    Bad,
}

/// What a flash offers: a form that undoes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FlashAction {
    pub action: String,
    pub label: String,
    pub fields: Vec<(String, String)>,
    /// How long it can work; a script hides it then.
    pub seconds: Option<i64>,
}

impl Flash {
    /// Why a text was not sent, see [`Flash::unsent`].
    pub const SIGNED_OUT: &str = "You were signed out";

    /// It worked.
    pub fn ok(text: impl Into<String>) -> Self {
        Self::of(FlashKind::Ok, text)
    }

    /// It worked, but; or it needs a decision.
    pub fn warn(text: impl Into<String>) -> Self {
        Self::of(FlashKind::Warn, text)
    }

    /// It did not work.
    pub fn bad(text: impl Into<String>) -> Self {
        Self::of(FlashKind::Bad, text)
    }

    fn of(kind: FlashKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), action: None, kept: None, next: None }
    }

    /// What was written on a page that is not its writer's any more, `because` of what;
    /// nothing without a text.
    pub fn unsent(because: &str, text: &str) -> Option<Self> {
        let text = text.trim();
        let end = fitting(text);
        let advice = if end < text.len() {
            "It was too long to keep in full."
        } else {
            "Copy it and send it again."
        };
        let words = format!("{because}, so this was not sent. {advice}");
        (end > 0).then(|| Self { kept: Some(text[..end].to_owned()), ..Self::warn(words) })
    }

    /// A form without a text came from a page that is not its sender's any more, `because` of
    /// what.
    pub fn unsaved(because: &str) -> Self {
        Self::warn(format!("{because}, so your last change was not saved."))
    }

    /// Adds an undo.
    pub fn with(mut self, action: FlashAction) -> Self {
        self.action = Some(action);
        self
    }

    /// Offers to go on with another conversation.
    pub fn followed_by(mut self, next: Option<i64>) -> Self {
        self.next = next;
        self
    }

    /// The text before and after the seconds that it names and that its form lasts: a
    /// script counts them down.
    pub fn around_seconds(&self) -> Option<(&str, i64, &str)> {
        let seconds = self.action.as_ref()?.seconds?;
        let (before, _) = self.text.split_once(&format!("{seconds} seconds"))?;
        let digits = seconds.to_string().len();
        Some((before, seconds, &self.text[before.len() + digits..]))
    }

    /// The state class of the box.
    pub fn class(&self) -> &'static str {
        match self.kind {
            FlashKind::Ok => "is-ok",
            FlashKind::Warn => "is-warn",
            FlashKind::Bad => "is-bad",
        }
    }

    /// The icon that says it without colour.
    pub fn icon(&self) -> &'static str {
        if self.kind == FlashKind::Ok { "check" } else { "alert" }
    }

    /// Bad news interrupts a screen reader, the rest waits for its turn.
    pub fn live_role(&self) -> &'static str {
        if self.kind == FlashKind::Bad { "alert" } else { "status" }
    }
}

/// How much of a text is kept, in bytes.
fn fitting(text: &str) -> usize {
    let mut left = KEPT_MAX;
    for (at, c) in text.char_indices() {
        let length = match c {
            '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
            // `\u001b`
            c if c < ' ' => 6,
            c => c.len_utf8(),
        };
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return at,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_to_what_json_makes_of_it() {
        let ascii: String = (0..128).map(char::from).collect();
        for text in ["plain", "\"{\"\n\r\t\\", "é🚲", &ascii] {
            let kept = text.repeat(5_000);
            let kept = &kept[..fitting(&kept)];
            let json = serde_json::to_string(kept).unwrap();
            let quotes = 2;
            assert!((KEPT_MAX - 6..=KEPT_MAX).contains(&(json.len() - quotes)), "{text:?}");
        }
        assert_eq!(fitting("short"), 5);
    }
}
