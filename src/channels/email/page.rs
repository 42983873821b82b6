//! A mail's HTML as a page of its own: sanitized, without scripts and forms, with the
//! pictures that came with it, and its quoted history folded.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{Message, MimeHeaders, PartType};

use super::{effort, letter, parts};

/// The most bytes of pictures that are put into a page.
const PICTURES: usize = 10 * 1024 * 1024;

/// What a page may say of its looks: nothing that leaves its place.
const STYLES: [&str; 34] = [
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "color",
    "direction",
    "display",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style",
    "margin",
    "max-width",
    "padding",
    "text-align",
    "text-decoration",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
];
const LOOKS: [&str; 12] = [
    "align",
    "valign",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "face",
    "size",
    "style",
    "dir",
    "width",
];

/// The page around a mail. Its frame opens no windows, so that a link leads nowhere, and
/// above all not to another page in the mail's place: the text beside it names the address.
const HEAD: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Mail</title><base target=\"_blank\"><style>\
    :root{color-scheme:light}body{margin:12px;background:#fff;color:#1c1c1c;\
    font:15px/1.5 system-ui,sans-serif;overflow-wrap:break-word}img{max-width:100%;height:auto}\
    blockquote{margin:0 0 0 8px;padding-left:12px;border-left:2px solid #ccc}\
    summary{cursor:pointer;color:#555}</style></head><body>";
const TAIL: &str = "</body></html>";
/// Instead of a page that takes too long to read, which no program for mails writes.
const TOO_INVOLVED: &str = "<p>This mail's layout is too complex to show. Its text is in the conversation, and you can download the original.</p>";

/// The page of a mail as it came; `None` where it has no HTML. `shows_pictures`: also
/// those that would be loaded from elsewhere.
pub fn page(raw: &[u8], shows_pictures: bool) -> Option<String> {
    let raw = letter::prepared(raw);
    let message = letter::message(&raw).ok()?;
    let (_, html) = parts::words(&message);
    let html = html?;
    let html = effort::beginning(&html);
    if !effort::is_bearable(html, effort::PATIENCE) {
        return Some(format!("{HEAD}{TOO_INVOLVED}{TAIL}"));
    }
    let pictures = pictures(&message);
    let mut builder = builder();
    builder.attribute_filter(move |element, attribute, value| match (element, attribute) {
        ("img", "src") => picture(value.trim(), &pictures, shows_pictures).map(Cow::Owned),
        (_, "href") if is_within(value.trim()) => None,
        _ => Some(Cow::Borrowed(value)),
    });
    let clean = builder.clean(html).to_string();
    Some(format!("{HEAD}{}{TAIL}", folded(&clean)))
}

fn builder() -> Builder<'static> {
    static PROPERTIES: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| STYLES.into_iter().collect());
    let mut builder = Builder::default();
    builder
        .add_tags(["font", "u", "big", "tt"])
        .rm_tags(["map", "area"])
        .add_generic_attributes(LOOKS)
        .filter_style_properties(PROPERTIES.clone())
        .add_clean_content_tags(["title", "noscript", "template", "textarea", "select"])
        .add_url_schemes(["cid", "data"])
        // Nothing of a mail is on this server.
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
}

/// Schemes that are for pictures alone.
fn is_within(href: &str) -> bool {
    let href = href.to_ascii_lowercase();
    href.starts_with("data:") || href.starts_with("cid:")
}

/// The address of a picture in the page: with its content where it came along.
fn picture(src: &str, known: &HashMap<String, String>, shows: bool) -> Option<String> {
    let lower = src.get(..6).unwrap_or(src).to_ascii_lowercase();
    if lower.starts_with("cid:") {
        return known.get(src.get(4..)?).cloned();
    }
    if lower.starts_with("data:") {
        let kinds = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];
        return kinds
            .iter()
            .any(|kind| src.to_ascii_lowercase().starts_with(kind))
            .then(|| src.to_owned());
    }
    (shows && lower.starts_with("http")).then(|| src.to_owned())
}

/// The pictures that came along, by their Content-IDs. Their content says what they are.
fn pictures(message: &Message<'_>) -> HashMap<String, String> {
    let mut left = PICTURES;
    let mut found = HashMap::new();
    for part in &message.parts {
        let (PartType::Binary(bytes) | PartType::InlineBinary(bytes)) = &part.body else {
            continue;
        };
        let Some(id) = part.content_id() else { continue };
        let kind = infer::get(bytes).map_or("", |kind| kind.mime_type());
        if !crate::files::picture::is_shown(kind) || bytes.len() > left {
            continue;
        }
        left -= bytes.len();
        let content = format!("data:{kind};base64,{}", STANDARD.encode(bytes));
        found.insert(id.trim_matches(['<', '>']).to_owned(), content);
    }
    found
}

/// Whether HTML has pictures that would be loaded from elsewhere.
pub fn names_pictures_elsewhere(html: &str) -> bool {
    let html = html.to_ascii_lowercase();
    html.split("<img").skip(1).any(|after| {
        let tag = after.split('>').next().unwrap_or_default();
        let Some((_, src)) = tag.split_once("src") else { return false };
        let src = src.trim_start_matches([' ', '=', '"', '\'', '\n', '\r', '\t']);
        src.starts_with("http:") || src.starts_with("https:")
    })
}

/// Folds the quotes of sanitized HTML, whose tags are in order.
fn folded(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + 128);
    let mut depth = 0_usize;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let end = end_of_tag(tag);
        let (tag, after) = tag.split_at(end);
        if tag.starts_with("<blockquote") {
            if depth == 0 {
                out.push_str("<details><summary>Quoted text</summary>");
            }
            depth += 1;
        }
        out.push_str(tag);
        if tag.starts_with("</blockquote") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                out.push_str("</details>");
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Behind the `>` that ends a tag, and not one in an attribute.
fn end_of_tag(tag: &str) -> usize {
    let mut is_quoted = false;
    for (at, c) in tag.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            '>' if !is_quoted => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str, shows_pictures: bool) -> String {
        let raw = format!("From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n{html}");
        let page = page(raw.as_bytes(), shows_pictures).expect("a page");
        page[HEAD.len()..page.len() - TAIL.len()].trim().to_owned()
    }

    #[test]
    fn what_could_do_something_is_gone() {
        for html in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href='javascript:alert(1)'>x</a>",
            "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
            "<iframe src='https://rival.example'></iframe>",
            "<form action='https://rival.example'><input name=password><button>Go</button></form>",
            "<svg><animate onbegin=alert(1)></svg>",
            "<style>@import 'https://rival.example/x.css'</style>",
            "<link rel=stylesheet href='https://rival.example/x.css'>",
            "<meta http-equiv=refresh content='0;url=https://rival.example'>",
            "<base href='https://rival.example'>",
            "<p style=\"position:fixed;behavior:url(x)\">x</p>",
            "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
            "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        ] {
            let page = shown(html, true).to_lowercase();
            for word in [
                "script", "onerror", "onload", "onbegin", "<form", "<input", "<iframe", "import",
                "fixed", "<link", "<meta", "<base", "behavior",
            ] {
                assert!(!page.contains(word), "{html} → {page}");
            }
        }
    }

    #[test]
    fn pictures_from_elsewhere_wait_for_the_reader() {
        let html = "<p>Hi<img src=\"https://parts.example/open.gif\" alt=\"x\"></p>";
        assert!(!shown(html, false).contains("parts.example"));
        assert!(shown(html, true).contains("src=\"https://parts.example/open.gif\""));
        assert!(names_pictures_elsewhere(html) && !names_pictures_elsewhere("<img src='cid:1'>"));
        assert!(!names_pictures_elsewhere("<a href='https://a.example'><img alt=x></a>"));
    }

    #[test]
    fn a_page_that_is_work_without_end_is_told_and_not_read() {
        let looks: String = (0..500).map(|n| format!("<font color={n}>")).collect();
        let page = shown(&format!("<p>{looks}{}", "<p>x\n".repeat(1_000)), false);
        assert!(page == TOO_INVOLVED, "{} bytes", page.len());
    }

    #[test]
    fn quotes_are_folded_once_each() {
        let page = shown(
            "Yes<blockquote>Shall<blockquote>Hm</blockquote></blockquote><blockquote title=\"a>b\">x</blockquote>",
            false,
        );
        assert_eq!(page.matches("<details>").count(), 2, "{page}");
        assert_eq!(page.matches("</details>").count(), 2, "{page}");
        assert!(page.starts_with("Yes<details><summary>Quoted text</summary><blockquote>Shall"));
    }
}
