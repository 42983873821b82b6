//! Members' Markdown as HTML. What is not written here cannot get into a page:
//! there is no way through for a tag or an attribute that somebody typed.

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::{Markup, is_web, push_escaped, push_opening, push_text, trusted};
use crate::models::markdown::parts;

/// Quotes and lists inside one another, as deep as anybody reads.
const DEEPEST: usize = 8;

/// A text as HTML. `names` are those who are mentioned in it.
pub fn html(text: &str, names: &[String]) -> Markup {
    let mut writer = Writer {
        out: String::with_capacity(text.len() + text.len() / 4 + 16),
        names,
        depth: 0,
        link: None,
        is_code: false,
        is_title: false,
    };
    for part in parts(text) {
        writer.part(part);
    }
    trusted(writer.out)
}

struct Writer<'a> {
    out: String,
    names: &'a [String],
    depth: usize,
    /// The link that is open, and where its text begins.
    link: Option<Link>,
    is_code: bool,
    is_title: bool,
}

struct Link {
    address: String,
    is_written: bool,
    from: usize,
    /// A picture in a link is part of its text.
    inside: usize,
}

impl Writer<'_> {
    fn part(&mut self, part: Event<'_>) {
        match part {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                self.out.push_str("<code>");
                push_escaped(&mut self.out, &text);
                self.out.push_str("</code>");
            }
            Event::SoftBreak | Event::HardBreak => self.out.push_str("<br>"),
            Event::Rule => self.out.push_str("<hr>"),
            // Kinds that are not asked for.
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_code {
            push_escaped(&mut self.out, text);
        } else if self.link.is_some() {
            push_lines(&mut self.out, text, push_escaped);
        } else {
            let names = self.names;
            push_lines(&mut self.out, text, |out, line| push_text(out, line, names));
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.out.push_str("<p>"),
            Tag::Heading { level, .. } => {
                self.is_title = level == HeadingLevel::H1;
                self.out.push_str(if self.is_title { "<p><strong>" } else { "<p>" });
            }
            Tag::BlockQuote(_) => self.open("<blockquote>"),
            Tag::List(None) => self.open("<ul>"),
            Tag::List(Some(1)) => self.open("<ol>"),
            Tag::List(Some(first)) => self.open(&format!("<ol start=\"{first}\">")),
            Tag::Item => self.open("<li>"),
            Tag::CodeBlock(_) => {
                self.is_code = true;
                self.out.push_str("<pre><code>");
            }
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.open_link(&dest_url),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.out.push_str("</p>"),
            TagEnd::Heading(_) => {
                self.out.push_str(if self.is_title { "</strong></p>" } else { "</p><hr>" });
            }
            TagEnd::BlockQuote(_) => self.close("</blockquote>"),
            TagEnd::List(false) => self.close("</ul>"),
            TagEnd::List(true) => self.close("</ol>"),
            TagEnd::Item => self.close("</li>"),
            TagEnd::CodeBlock => {
                self.is_code = false;
                self.out.push_str("</code></pre>");
            }
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Link | TagEnd::Image => self.close_link(),
            _ => {}
        }
    }

    /// A list's items are deeper than the list, so what is left out here is
    /// left out again by [`Writer::close`].
    fn open(&mut self, tag: &str) {
        self.depth += 1;
        if self.depth <= 2 * DEEPEST {
            self.out.push_str(tag);
        }
    }

    fn close(&mut self, tag: &str) {
        if self.depth <= 2 * DEEPEST {
            self.out.push_str(tag);
        }
        self.depth -= 1;
    }

    fn open_link(&mut self, address: &str) {
        if let Some(link) = &mut self.link {
            link.inside += 1;
            return;
        }
        let is_mail = |address: &str| {
            address.split_once(':').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("mailto"))
        };
        let (scheme, is_written) = match address {
            address if is_web(address) || is_mail(address) => ("", true),
            // `<ana@sprocket.example>`
            address if !address.contains([':', '/']) && address.contains('@') => ("mailto:", true),
            _ => ("", false),
        };
        if is_written {
            push_opening(&mut self.out, scheme, address);
        }
        let from = self.out.len();
        self.link = Some(Link { address: address.to_owned(), is_written, from, inside: 0 });
    }

    fn close_link(&mut self) {
        let Some(mut link) = self.link.take() else { return };
        if link.inside > 0 {
            link.inside -= 1;
            self.link = Some(link);
            return;
        }
        // A link without words has none to click.
        if self.out[link.from..].trim().is_empty() {
            push_escaped(&mut self.out, &link.address);
        }
        if link.is_written {
            self.out.push_str("</a>");
        }
    }
}

/// What was HTML to the parser comes as one text of several lines.
fn push_lines(out: &mut String, text: &str, mut push: impl FnMut(&mut String, &str)) {
    for (index, line) in text.trim_end_matches('\n').split('\n').enumerate() {
        if index > 0 {
            out.push_str("<br>");
        }
        push(out, line);
    }
}

#[cfg(test)]
mod tests;
