//! HTML as text: with its lines, its lists, its quotes, and where its links lead.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::effort;

/// The text of a page, as far as it can be read in time.
pub fn text(html: &str) -> String {
    let input = BufferQueue::default();
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    effort::feed(effort::beginning(html), effort::PATIENCE, |piece| {
        input.push_back(StrTendril::from(piece));
        // The sink never asks to stop, so one call reads it all.
        let _ = tokenizer.feed(&input);
        true
    });
    tokenizer.end();
    tokenizer.sink.out.into_inner().finish()
}

#[derive(Default)]
struct Sink {
    out: RefCell<Lines>,
    /// The element whose content is not shown, while within one, and how many of its name
    /// are open.
    hidden: RefCell<Option<(String, usize)>>,
    /// Where the link leads that is open, and where its text begins.
    link: RefCell<Option<(String, usize)>>,
    is_pre: Cell<u32>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) if self.hidden.borrow().is_none() => {
                self.out.borrow_mut().write(&text, self.is_pre.get() > 0);
            }
            Token::TagToken(tag) => return self.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Sink {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        let is_start = tag.kind == TagKind::StartTag;
        let mut hidden = self.hidden.borrow_mut();
        match hidden.as_mut() {
            None => {}
            Some((of, depth)) if of == name => {
                // Whose end may be left out is ended by the next one.
                let is_next = is_start && ENDLESS.contains(&name);
                *depth = if is_start { *depth + 1 } else { *depth - 1 };
                if !is_next && *depth > 0 {
                    return TokenSinkResult::Continue;
                }
                *hidden = None;
                if !is_next {
                    return TokenSinkResult::Continue;
                }
            }
            Some(_) => return TokenSinkResult::Continue,
        }
        if is_start && is_hidden(name, tag) {
            if !VOID.contains(&name) {
                *hidden = Some((name.to_owned(), 1));
            }
            return TokenSinkResult::Continue;
        }
        drop(hidden);
        self.shown(name, tag, is_start)
    }

    fn shown(&self, name: &str, tag: &Tag, is_start: bool) -> TokenSinkResult<()> {
        let mut out = self.out.borrow_mut();
        match name {
            "script" | "style" | "title" | "noscript" | "template" | "select" | "textarea"
                if is_start =>
            {
                *self.hidden.borrow_mut() = Some((name.to_owned(), 1));
                return match name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" => TokenSinkResult::RawData(RawKind::Rawtext),
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::Continue,
                };
            }
            "br" => out.end_line(),
            "hr" => out.paragraph(),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" => {
                out.paragraph()
            }
            "pre" => {
                out.paragraph();
                let depth = self.is_pre.get();
                self.is_pre.set(if is_start { depth + 1 } else { depth.saturating_sub(1) });
            }
            "blockquote" => {
                out.paragraph();
                out.quote(is_start);
            }
            "li" => {
                out.break_line();
                if is_start {
                    out.write("- ", true);
                }
            }
            "td" | "th" => out.write(" ", false),
            "div" | "tr" | "section" | "article" | "header" | "footer" | "center" | "dt" | "dd"
            | "address" | "form" => out.break_line(),
            "img" => {
                if let Some(alt) = attribute(tag, "alt") {
                    out.write(&alt, false);
                }
            }
            "a" if is_start => {
                let href = attribute(tag, "href").filter(|href| is_address(href));
                *self.link.borrow_mut() = href.map(|href| (href, out.length()));
            }
            "a" => {
                if let Some((href, from)) = self.link.borrow_mut().take() {
                    out.link(&href, from);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Elements that have no content (HTML Living Standard, 13.1.2).
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];
/// Elements whose end may be left out, as mails do.
const ENDLESS: [&str; 7] = ["p", "li", "td", "th", "tr", "dt", "dd"];

/// Whether nobody sees the element, such as the words that lists of mails show after the
/// subject.
fn is_hidden(name: &str, tag: &Tag) -> bool {
    if matches!(name, "html" | "body") {
        return false;
    }
    let style = attribute(tag, "style").unwrap_or_default().to_ascii_lowercase();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    style.contains("display:none")
        || style.contains("mso-hide:all")
        || tag.attrs.iter().any(|attribute| &*attribute.name.local == "hidden")
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == name)?;
    Some(found.value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Whether a link leads somewhere that a reader may want to know.
fn is_address(href: &str) -> bool {
    let href = href.to_ascii_lowercase();
    ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| href.starts_with(scheme))
}

/// Text line by line, each with the quotes that it stands in.
#[derive(Default)]
struct Lines {
    text: String,
    quotes: usize,
    /// Nothing stands in this line so far.
    is_fresh: bool,
    /// White space that counts only if something follows.
    has_space: bool,
    /// Line ends that count only if something follows.
    breaks: usize,
}

impl Lines {
    fn length(&self) -> usize {
        self.text.len()
    }

    fn write(&mut self, text: &str, is_pre: bool) {
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
        self.is_fresh = false;
        self.text.push(c);
    }

    /// The line ends here, also where it is empty.
    fn end_line(&mut self) {
        self.breaks = (self.breaks + 1).min(3);
        self.has_space = false;
    }

    /// What follows begins in a line of its own.
    fn break_line(&mut self) {
        self.breaks = self.breaks.max(1);
        self.has_space = false;
    }

    fn paragraph(&mut self) {
        self.breaks = self.breaks.max(2);
        self.has_space = false;
    }

    fn quote(&mut self, is_start: bool) {
        self.quotes =
            if is_start { (self.quotes + 1).min(20) } else { self.quotes.saturating_sub(1) };
    }

    /// Writes where a link leads, unless its text says so.
    fn link(&mut self, href: &str, from: usize) {
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

    fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_page_is_read_in_lines() {
        assert_eq!(
            text("<html><head><title>No</title><style>p{}</style></head><body><p>Hello&nbsp;Ana,</p>\n<p>a  b<br>c</p><div>d</div><div>e</div></body></html>").replace('\u{a0}', " "),
            "Hello Ana,\n\na b\nc\n\nd\ne"
        );
        assert_eq!(text("<ul><li>one<li>two</ul>after"), "- one\n- two\n\nafter");
        assert_eq!(text("<table><tr><td>a<td>b<tr><td>c</table>"), "a b\nc");
        assert_eq!(text("<pre>a\n  b</pre>"), "a\n  b");
    }

    #[test]
    fn quotes_are_marked() {
        assert_eq!(
            text("Yes<blockquote>Shall<br>we?<blockquote>Hm</blockquote></blockquote>Ana"),
            "Yes\n\n> Shall\n> we?\n\n>> Hm\n\nAna"
        );
    }

    #[test]
    fn links_say_where_they_lead() {
        assert_eq!(
            text(
                "<a href='https://a.example/x'>here</a> or <a href=\"https://b.example\">b.example</a>"
            ),
            "here <https://a.example/x> or b.example"
        );
        assert_eq!(text("<a href='javascript:alert(1)'>click</a>"), "click");
    }

    #[test]
    fn what_nobody_sees_is_not_read() {
        assert_eq!(
            text("<div style='DISPLAY : none; max-height:0'>a <div>b</div> c</div><p>Hello</p>"),
            "Hello"
        );
        assert_eq!(text("<p hidden>a<p>b<img style='display:none' alt='x'>c"), "bc");
        assert_eq!(text("<span style='mso-hide:all'>a</span>b <select><option>one</select>"), "b");
        assert_eq!(text("<textarea>a</textarea>b"), "b");
        // Its own end is missing, and what stands after it is not lost with it.
        assert_eq!(text("<table><tr><td style='display:none'>a<td>b</table>"), "b");
    }

    #[test]
    fn what_is_broken_has_a_text_too() {
        for html in [
            "",
            "<",
            "<a",
            "<!--",
            "<script>",
            "<style>p{",
            "</p></p>",
            "&#xFFFFFFFF;",
            "<p>a<p>b</",
        ] {
            let _ = text(html);
        }
        assert_eq!(text("<script>alert('<p>no</p>')</script>yes"), "yes");
    }
}
