//! The Markdown that members write in replies and notes, and what of it counts:
//! CommonMark without what would let one person's text pass for the page itself.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeWithOffset};

/// The parts of a text, in order: headings are paragraphs, pictures are links to
/// them, and what looks like HTML is text.
pub fn parts(text: &str) -> impl Iterator<Item = Event<'_>> {
    let parsed = Parser::new_ext(text, Options::empty()).into_offset_iter();
    TextMergeWithOffset::new(parsed.map(|(event, range)| (as_text(event), range))).map(
        |(event, range)| match event {
            // Of the two ways to write a heading, one is what people type below
            // the last line of a mail, and means no heading: `--`.
            Event::Start(Tag::Heading { id, classes, attrs, .. }) => {
                let level =
                    if text[range].starts_with('#') { HeadingLevel::H1 } else { HeadingLevel::H2 };
                Event::Start(Tag::Heading { level, id, classes, attrs })
            }
            other => other,
        },
    )
}

/// What looks like HTML is text, so that it is shown and does nothing.
fn as_text(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    }
}

/// A text without its marks, for where there is one line for it.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::Rule => out.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::HtmlBlock,
            ) => out.push(' '),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::models::text::excerpt;

    #[test]
    fn a_preview_shows_words_and_no_marks() {
        for (typed, shown) in [
            ("It **left** _this_ morning.", "It left this morning."),
            ("Please:\n\n1. unplug `it`\n2. wait\n", "Please: unplug it wait"),
            ("> late?\n\nNo, [track it](https://a.example/1).", "late? No, track it."),
            ("# Hello\n```\nlet x = 1;\n```", "Hello let x = 1;"),
            ("a < b <b>bold</b>", "a < b <b>bold</b>"),
            ("Best,\n-- \nAna", "Best, Ana"),
        ] {
            assert_eq!(excerpt(&plain(typed), 140), shown, "{typed:?}");
        }
    }
}
