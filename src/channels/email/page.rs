//! A mail's HTML as a page of its own: sanitized, without scripts and forms, with the
//! pictures that came with it, and its quoted history folded.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use ammonia::{Builder, UrlRelative};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{Message, MimeHeaders, PartType};

use super::{effort, letter, parts};

/// The most bytes of pictures that came along and are put into a page, as they stand there:
/// in base64, and each time that the mail shows one.
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

/// The page around a mail. A link opens a window of its own, which knows nothing of this
/// one, and never another page in the mail's place.
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
    let pictures = Pictures::of(&message);
    let mut builder = builder();
    builder.attribute_filter(move |element, attribute, value| match (element, attribute) {
        ("img", "src") => pictures.address(value.trim(), shows_pictures),
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

/// How an address begins, in lower case: its scheme, and of a picture its kind.
fn beginning(address: &str) -> String {
    address.chars().take(16).map(|c| c.to_ascii_lowercase()).collect()
}

/// Schemes that are for pictures alone.
fn is_within(href: &str) -> bool {
    let beginning = beginning(href);
    beginning.starts_with("data:") || beginning.starts_with("cid:")
}

/// The pictures that came along.
struct Pictures {
    /// What stands in the page, by Content-IDs.
    known: HashMap<String, String>,
    /// Bytes that may still be put into the page: a mail can show one picture many times.
    room: AtomicUsize,
}

impl Pictures {
    /// Those of a mail. Their content says what they are.
    fn of(message: &Message<'_>) -> Self {
        let mut left = PICTURES;
        let mut known = HashMap::new();
        for part in &message.parts {
            let (PartType::Binary(bytes) | PartType::InlineBinary(bytes)) = &part.body else {
                continue;
            };
            let Some(id) = part.content_id() else { continue };
            let kind = infer::get(bytes).map_or("", |kind| kind.mime_type());
            if !crate::files::picture::is_shown(kind) || bytes.len() > left {
                continue;
            }
            let content = format!("data:{kind};base64,{}", STANDARD.encode(bytes));
            let Some(rest) = left.checked_sub(content.len()) else { continue };
            left = rest;
            known.insert(id.trim_matches(['<', '>']).to_owned(), content);
        }
        Self { known, room: AtomicUsize::new(PICTURES) }
    }

    /// The address of a picture in the page: with its content where it came along, and
    /// while there is room.
    fn address<'a>(&self, src: &'a str, shows: bool) -> Option<Cow<'a, str>> {
        let beginning = beginning(src);
        if beginning.starts_with("cid:") {
            let content = self.known.get(src.get(4..)?)?;
            let less = |room: usize| room.checked_sub(content.len());
            self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).ok()?;
            return Some(Cow::Owned(content.clone()));
        }
        let kinds = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];
        let is_shown = kinds.iter().any(|kind| beginning.starts_with(kind))
            || (shows && beginning.starts_with("http"));
        is_shown.then_some(Cow::Borrowed(src))
    }
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
    fn a_picture_that_is_shown_again_and_again_fills_the_page_only_so_far() {
        let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        picture.resize(1024 * 1024, 0);
        let mail = format!(
            "From: a@b.example\nContent-Type: multipart/related; boundary=x\n\n\
             --x\nContent-Type: text/html\n\n{}\n\
             --x\nContent-Type: image/png\nContent-ID: <a>\n\
             Content-Transfer-Encoding: base64\n\n{}\n--x--\n",
            "<img src=cid:a alt=Logo>\n".repeat(60),
            STANDARD.encode(&picture)
        );
        let page = page(mail.as_bytes(), false).expect("a page");
        assert!(page.contains("data:image/png;base64,"), "it is shown while there is room");
        assert_eq!(page.matches("alt=\"Logo\"").count(), 60, "the words for it stay");
        assert!(page.len() < 2 * PICTURES, "{} bytes", page.len());
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
