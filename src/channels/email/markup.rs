//! HTML as text: with its lines, its lists, its quotes, and where its links lead.

mod lines;

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::effort;
use lines::Lines;

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
    /// The tables that are open, the innermost last.
    tables: RefCell<Vec<Table>>,
}

/// A table, as far as an empty cell in it must be seen.
#[derive(Default)]
struct Table {
    /// Its columns have names, as those of one that is there for the layout have not.
    has_head: bool,
    /// Where the text of the cell begins that is open.
    cell: Option<usize>,
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
            "hr" | "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" => out.paragraph(),
            "table" => {
                if is_start {
                    self.tables.borrow_mut().push(Table::default());
                } else {
                    self.end_cell(&mut out);
                    self.tables.borrow_mut().pop();
                }
                out.paragraph();
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
            "tr" => {
                self.end_cell(&mut out);
                out.break_line();
            }
            "td" | "th" => {
                self.end_cell(&mut out);
                out.write(" ", false);
                if let Some(table) = self.tables.borrow_mut().last_mut().filter(|_| is_start) {
                    table.has_head |= name == "th";
                    table.cell = (name == "td").then_some(out.length());
                }
            }
            "s" | "del" | "strike" => out.strike(is_start),
            "div" | "section" | "article" | "header" | "footer" | "center" | "dt" | "dd"
            | "address" | "form" => out.break_line(),
            "img" => {
                // Outlook writes the name by which it has the picture.
                let alt = attribute(tag, "alt");
                if let Some(alt) = alt.filter(|alt| !alt.to_ascii_lowercase().starts_with("cid:")) {
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

impl Sink {
    /// Ends the cell that is open: where it is empty, the values behind it stay in their
    /// columns.
    fn end_cell(&self, out: &mut Lines) {
        let mut tables = self.tables.borrow_mut();
        let Some(table) = tables.last_mut() else { return };
        if table.cell.take().is_some_and(|from| from == out.length()) && table.has_head {
            out.write("–", false);
        }
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
    fn values_stay_under_their_columns() {
        let head = "<tr><th>Item<th>Qty<th>Price</tr>";
        assert_eq!(
            text(&format!(
                "<table>{head}<tr><td>Rope<td>2<td>10<tr><td>Fender<td></td><td>7</table>x"
            )),
            "Item Qty Price\nRope 2 10\nFender – 7\n\nx"
        );
        assert_eq!(
            text(&format!("<table>{head}<tr><td> <td><b></b><td>7</tr><tr><td>1<td></table>")),
            "Item Qty Price\n– – 7\n1 –"
        );
        // Cells that make room in the layout are none of a table with columns.
        assert_eq!(text("<table><tr><td></td><td>a</td><td></td></tr></table>"), "a");
    }

    #[test]
    fn what_is_struck_out_says_so() {
        assert_eq!(text("Old: <s>12 </s>New: <b>10</b><del></del>"), "Old: ~~12~~ New: 10");
        assert_eq!(text("<del><p>a</p><s>b</s></del></s>c"), "~~a\n\nb~~c");
    }

    #[test]
    fn the_name_of_a_picture_is_no_text() {
        assert_eq!(text("a<img alt='cid:image001.png@01DD.1234'> <img alt='Logo'>"), "a Logo");
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
