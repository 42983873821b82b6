//! The text that HTML becomes, line by line.

/// Stands around what is struck out.
const STRUCK: &str = "~~";

/// Text line by line, each with the quotes that it stands in.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    quotes: usize,
    /// White space that counts only if something follows.
    has_space: bool,
    /// Line ends that count only if something follows.
    breaks: usize,
    /// How many elements are open that strike out their text, and whether what says so is
    /// written when something follows.
    struck: usize,
    strikes_next: bool,
}

impl Lines {
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    pub(super) fn write(&mut self, text: &str, is_pre: bool) {
        for c in text.chars() {
            match c {
                '\n' if is_pre => self.end_line(),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' if !is_pre => self.has_space = true,
                // Marks that hide a preview in a list of mails.
                '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{34f}' => {}
                c => self.push(c),
            }
        }
    }

    fn push(&mut self, c: char) {
        if self.breaks > 0 && !self.text.is_empty() {
            self.text.extend(std::iter::repeat_n('\n', self.breaks));
        }
        let is_first = self.breaks > 0 || self.text.is_empty();
        if is_first && self.quotes > 0 {
            self.text.extend(std::iter::repeat_n('>', self.quotes));
            self.text.push(' ');
        }
        if self.has_space && !is_first && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.has_space = false;
        self.breaks = 0;
        if std::mem::take(&mut self.strikes_next) {
            self.text.push_str(STRUCK);
        }
        self.text.push(c);
    }

    /// The line ends here, also where it is empty.
    pub(super) fn end_line(&mut self) {
        self.breaks = (self.breaks + 1).min(3);
        self.has_space = false;
    }

    /// What follows begins in a line of its own.
    pub(super) fn break_line(&mut self) {
        self.breaks = self.breaks.max(1);
        self.has_space = false;
    }

    pub(super) fn paragraph(&mut self) {
        self.breaks = self.breaks.max(2);
        self.has_space = false;
    }

    pub(super) fn quote(&mut self, is_start: bool) {
        self.quotes =
            if is_start { (self.quotes + 1).min(20) } else { self.quotes.saturating_sub(1) };
    }

    /// Marks what holds no more: an old price reads as one that is good otherwise.
    pub(super) fn strike(&mut self, is_start: bool) {
        let before = self.struck;
        self.struck = if is_start { before + 1 } else { before.saturating_sub(1) };
        match (before, self.struck) {
            (0, 1) => self.strikes_next = true,
            (1, 0) if !std::mem::take(&mut self.strikes_next) => self.text.push_str(STRUCK),
            _ => {}
        }
    }

    /// Writes where a link leads, unless its text says so.
    pub(super) fn link(&mut self, href: &str, from: usize) {
        let shown = self.text.get(from..).unwrap_or_default().trim();
        let bare = href.strip_prefix("mailto:").unwrap_or(href);
        let same = |text: &str| {
            text.trim_end_matches('/').eq_ignore_ascii_case(bare.trim_end_matches('/'))
        };
        let is_told =
            same(shown) || same(&format!("https://{shown}")) || same(&format!("http://{shown}"));
        if !shown.is_empty() && !is_told {
            self.write(&format!(" <{bare}>"), false);
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}
