//! Whether HTML can be read with an effort that its size explains. A parser looks
//! through what is open at each tag, compares the attributes of a tag with each other,
//! and opens bold and links again in each paragraph: a small page can take minutes, or
//! become a tree of gigabytes.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns, parse_fragment};

/// The most of a mail's HTML that is read, in bytes: nobody writes more.
const LONGEST: usize = 2 * 1024 * 1024;
/// How long HTML may take to read; what people send takes some hundredths of it.
pub const PATIENCE: Duration = Duration::from_secs(1);
/// The most nodes of a page; what people send has some thousands.
const NODES: usize = 200_000;
/// In bytes; between two of these somebody looks at the clock.
const PIECE: usize = 1024;

/// The beginning of HTML that is read at all.
pub fn beginning(html: &str) -> &str {
    &html[..html.floor_char_boundary(LONGEST)]
}

/// Hands HTML over in small pieces, as long as `take` wants more. Whether it was all of
/// it within the time.
pub fn feed<'a>(html: &'a str, patience: Duration, mut take: impl FnMut(&'a str) -> bool) -> bool {
    let until = Instant::now() + patience;
    let mut left = html;
    while !left.is_empty() {
        let (piece, rest) = left.split_at(left.floor_char_boundary(PIECE));
        if Instant::now() >= until || !take(piece) {
            return false;
        }
        left = rest;
    }
    true
}

/// Whether a page becomes a tree of a bearable size within the time. It is parsed as it
/// would be for the tree, which is not made.
pub fn is_bearable(html: &str, patience: Duration) -> bool {
    let nodes = Rc::new(Cell::new(0));
    let within = QualName::new(None, ns!(html), local_name!("div"));
    let sink = Counter { document: Rc::new(within.clone()), nodes: nodes.clone() };
    let mut parser = parse_fragment(sink, ParseOpts::default(), within, Vec::new(), false);
    feed(html, patience, |piece| {
        parser.process(StrTendril::from(piece));
        nodes.get() <= NODES
    })
}

/// Counts the nodes of a tree. Of each, only the name is kept, and that as long as the
/// parser holds it.
struct Counter {
    document: Rc<QualName>,
    nodes: Rc<Cell<usize>>,
}

impl Counter {
    fn count(&self) {
        self.nodes.set(self.nodes.get() + 1);
    }

    /// What stands for a node whose name nobody asks for.
    fn nameless(&self) -> Rc<QualName> {
        self.count();
        Rc::new(QualName::clone(&self.document))
    }
}

impl TreeSink for Counter {
    type Handle = Rc<QualName>;
    type Output = ();
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) {}

    fn get_document(&self) -> Rc<QualName> {
        self.document.clone()
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<QualName>) -> ExpandedName<'a> {
        target.expanded()
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, _: ElementFlags) -> Rc<QualName> {
        self.count();
        Rc::new(name)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<QualName> {
        self.nameless()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<QualName> {
        self.nameless()
    }

    fn get_template_contents(&self, _: &Rc<QualName>) -> Rc<QualName> {
        self.nameless()
    }

    fn same_node(&self, one: &Rc<QualName>, other: &Rc<QualName>) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn parse_error(&self, _: Cow<'static, str>) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append(&self, _: &Rc<QualName>, _: NodeOrText<Rc<QualName>>) {}
    fn append_before_sibling(&self, _: &Rc<QualName>, _: NodeOrText<Rc<QualName>>) {}
    fn append_based_on_parent_node(
        &self,
        _: &Rc<QualName>,
        _: &Rc<QualName>,
        _: NodeOrText<Rc<QualName>>,
    ) {
    }
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn add_attrs_if_missing(&self, _: &Rc<QualName>, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, _: &Rc<QualName>) {}
    fn reparent_children(&self, _: &Rc<QualName>, _: &Rc<QualName>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody is kept waiting by a slow machine: what is refused is refused for its size.
    const ENDLESS: Duration = Duration::from_secs(600);

    #[test]
    fn what_people_send_is_bearable() {
        let newsletter =
            "<table><tr><td><div><p style=\"a: b\">Hi <b>there</b></table>".repeat(2_000);
        assert!(is_bearable(&newsletter, ENDLESS));
        assert!(is_bearable("", ENDLESS));
        assert!(is_bearable(&"<p>unclosed <br>".repeat(20_000), ENDLESS));
    }

    #[test]
    fn looks_that_are_opened_again_in_each_paragraph_are_not() {
        let looks: String = (0..500).map(|n| format!("<font color={n}>")).collect();
        let page = format!("<p>{looks}{}", "<p>x".repeat(1_000));
        assert!(page.len() < 20_000);
        assert!(!is_bearable(&page, ENDLESS));
    }

    #[test]
    fn the_clock_is_looked_at_between_two_pieces() {
        let page = "ä".repeat(PIECE);
        let mut taken = String::new();
        let was_all = feed(&page, ENDLESS, |piece| {
            taken.push_str(piece);
            true
        });
        assert!(was_all && taken == page);
        assert!(!feed(&page, Duration::ZERO, |_| true), "no time, nothing read");
        assert!(!is_bearable(&"<div>".repeat(PIECE), Duration::ZERO));
    }
}
