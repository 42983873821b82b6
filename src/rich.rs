//! What people wrote, as HTML: the one place where a text becomes markup.

mod escape;
mod markdown;
mod markup;

use askama::filters::Escaper;
use linkify::{LinkFinder, LinkKind};

pub use escape::Html;
pub use markdown::html as markdown;
pub use markup::{Markup, part, trusted};

use crate::models::mention;

/// A customer's text as HTML: escaped, a paragraph per block of lines, and what is a
/// web or mail address as a link. Links open apart, and tell the other site nothing.
pub fn html(text: &str) -> Markup {
    let mut out = String::with_capacity(text.len() + text.len() / 4 + 16);
    let mut in_paragraph = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            if in_paragraph {
                out.push_str("</p>");
            }
            in_paragraph = false;
            continue;
        }
        out.push_str(if in_paragraph { "<br>" } else { "<p>" });
        in_paragraph = true;
        push_text(&mut out, line, &[]);
    }
    if in_paragraph {
        out.push_str("</p>");
    }
    trusted(out)
}

/// A line of text with its addresses as links, and the mentions of these names.
fn push_text(out: &mut String, line: &str, names: &[String]) {
    for span in LinkFinder::new().spans(line) {
        let text = span.as_str();
        match span.kind() {
            Some(LinkKind::Url) if is_web(text) => push_link(out, "", text),
            Some(LinkKind::Email) => push_link(out, "mailto:", text),
            _ if names.is_empty() => push_escaped(out, text),
            _ => push_mentions(out, text, names),
        }
    }
}

fn push_mentions(out: &mut String, text: &str, names: &[String]) {
    let mut from = 0;
    for (found, _) in mention::found(text, names) {
        push_escaped(out, &text[from..found.start]);
        out.push_str("<span class=\"mention\">");
        push_escaped(out, &text[found.clone()]);
        out.push_str("</span>");
        from = found.end;
    }
    push_escaped(out, &text[from..]);
}

/// Other schemes than the web's, `javascript:` above all, stay text; so does what
/// no browser could open.
fn is_web(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// The beginning of a link: it opens apart, and tells the other site nothing.
fn push_opening(out: &mut String, scheme: &str, address: &str) {
    out.push_str("<a href=\"");
    out.push_str(scheme);
    push_escaped(out, address);
    out.push_str("\" target=\"_blank\" rel=\"noopener noreferrer nofollow ugc\">");
}

fn push_link(out: &mut String, scheme: &str, address: &str) {
    push_opening(out, scheme, address);
    push_escaped(out, address);
    out.push_str("</a>");
}

/// A text in parts, those that are looked for marked.
pub fn marked<'a>(parts: impl IntoIterator<Item = (&'a str, bool)>) -> Markup {
    let mut out = String::new();
    for (part, is_hit) in parts {
        if is_hit {
            out.push_str("<mark>");
        }
        push_escaped(&mut out, part);
        if is_hit {
            out.push_str("</mark>");
        }
    }
    trusted(out)
}

fn push_escaped(out: &mut String, text: &str) {
    // A string takes whatever is written.
    let _ = Html.write_escaped_str(out, text);
}

#[cfg(test)]
mod tests {
    fn html(text: &str) -> String {
        super::html(text).to_string()
    }

    #[test]
    fn blank_lines_part_paragraphs() {
        assert_eq!(html("one\ntwo\n\n \nthree"), "<p>one<br>two</p><p>three</p>");
        assert_eq!(html(""), "");
    }

    #[test]
    fn markup_is_text() {
        let shown = html("<img src=x onerror=\"alert('1')\"> & more");
        assert!(shown.starts_with("<p>&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;"));
        assert!(shown.ends_with(" &#38; more</p>"));
    }

    #[test]
    fn addresses_become_links_that_leak_nothing() {
        let rel = "target=\"_blank\" rel=\"noopener noreferrer nofollow ugc\"";
        assert_eq!(
            html("see https://a.example/?x=1&y=\"2, or mail b@c.example."),
            format!(
                "<p>see <a href=\"https://a.example/?x=1&#38;y=\" {rel}>\
                 https://a.example/?x=1&#38;y=</a>&#34;2, or mail \
                 <a href=\"mailto:b@c.example\" {rel}>b@c.example</a>.</p>"
            )
        );
    }

    #[test]
    fn other_schemes_stay_text() {
        for text in
            ["javascript:alert(1)", "javascript://a.example/%0aalert(1)", "file:///etc/passwd"]
        {
            assert_eq!(html(text), format!("<p>{text}</p>"));
        }
    }
}
