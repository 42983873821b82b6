//! Reads Rust source as far as the rules need it: which paths a file names,
//! in `use` lines and inline, without comments, texts and tests.

/// A path that a file names, from the root of the crate or of another crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub line: usize,
    /// `crate::models::user`, `std::env`, `diesel::prelude`.
    pub path: String,
}

impl Named {
    /// Whether it is this path, or below it.
    pub fn is_in(&self, module: &str) -> bool {
        self.path == module
            || self.path.strip_prefix(module).is_some_and(|rest| rest.starts_with("::"))
    }
}

/// The module that a file of `src/` is.
pub fn module_of(file: &str) -> String {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    match inner {
        "lib" | "main" => "crate".to_owned(),
        inner => format!("crate::{}", inner.replace('/', "::")),
    }
}

/// Whether a file holds tests alone.
pub fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs") || file.contains("/tests/")
}

/// Everything that the program part of a file names.
pub fn names(file: &str, text: &str) -> Vec<Named> {
    // Tests stand at the end of a file.
    let program = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    paths(&module_of(file), &blank(program))
}

/// The paths in source that [`blank`] has gone over, seen from a module.
pub fn paths(module: &str, code: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let mut rest = code;
    let mut line = 1;
    while let Some(start) = rest.find(is_word) {
        line += newlines(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word == "use" && after.starts_with(char::is_whitespace) {
            let (tree, after) = after.split_at(after.find(';').unwrap_or(after.len()));
            for path in expand(tree) {
                found.push(Named { line, path: absolute(module, &path) });
            }
            line += newlines(tree);
            rest = after;
            continue;
        }
        let (path, after) = path_at(rest);
        if path.contains("::") {
            found.push(Named { line, path: absolute(module, path) });
        }
        rest = after;
    }
    found
}

fn newlines(text: &str) -> usize {
    text.matches('\n').count()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The longest `a::b::c` at the beginning, and what follows.
fn path_at(text: &str) -> (&str, &str) {
    let mut end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    while let Some(next) = text[end..].strip_prefix("::") {
        let length = next.find(|c| !is_word(c)).unwrap_or(next.len());
        if length == 0 {
            break;
        }
        end += 2 + length;
    }
    text.split_at(end)
}

/// `a::{b, c::{self, D as E}}` as `a::b`, `a::c`, `a::c::D`.
fn expand(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((stem, inner)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree).trim();
        return vec![path.trim_end_matches("::*").trim_end_matches("::self").to_owned()];
    };
    let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = &inner[start..at];
                if !part.trim().is_empty() {
                    found.extend(expand(part).iter().map(|rest| join(stem.trim(), rest)));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

fn join(stem: &str, rest: &str) -> String {
    if rest == "self" {
        return stem.trim_end_matches("::").to_owned();
    }
    format!("{stem}{rest}")
}

/// The path from the root of the crate, for one that begins with `super` or
/// `self`. The library is `crate` to the commands too.
fn absolute(module: &str, path: &str) -> String {
    let path = path.trim_start_matches("::");
    let (mut from, mut rest) = (module, path);
    if let Some(inner) = rest.strip_prefix("self::") {
        return format!("{from}::{inner}");
    }
    while let Some(inner) = rest.strip_prefix("super::") {
        from = from.rsplit_once("::").map_or("crate", |(parent, _)| parent);
        rest = inner;
    }
    if rest.len() < path.len() {
        return format!("{from}::{rest}");
    }
    path.strip_prefix("baton::").map_or_else(|| path.to_owned(), |rest| format!("crate::{rest}"))
}

/// The same source, on the same lines, without comments and texts.
pub fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_text(rest) {
            length
        } else if c == '"' {
            quoted(rest, '"')
        } else if c == '\'' && is_char_literal(rest) {
            quoted(rest, '\'')
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        out.extend(rest[..skipped].chars().filter(|c| *c == '\n'));
        out.push(' ');
        rest = &rest[skipped..];
    }
    out
}

/// The length of `r"…"` or `r#"…"#` at the beginning.
fn raw_text(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?.chars().take_while(|c| *c == '#').count();
    let inner = text[1 + hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(2 + hashes + inner.find(&close)? + close.len())
}

/// The length of a quoted text at the beginning, with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Tells `'a'` from the lifetime `'a`.
fn is_char_literal(text: &str) -> bool {
    let mut inner = text.chars().skip(1);
    inner.next() == Some('\\') || inner.next() == Some('\'')
}

#[test]
fn paths_are_found_in_use_lines_and_inline() {
    let code = r##"
use crate::{db::{self, Conn}, web::view as v};
use super::roles::*;
// use crate::no::comment;
fn f<'a>(x: &'a str) -> std::fmt::Result {
    let quote = '"'; let text = "crate::no::text"; let raw = r#"crate::no::"raw""#;
    super::super::mail::send(diesel::dsl::now, self::inner::g(), Role::Agent)
}
"##;
    let found = paths("crate::policy::seats", &blank(code));
    let found: Vec<(usize, &str)> = found.iter().map(|n| (n.line, n.path.as_str())).collect();
    assert_eq!(
        found,
        [
            (2, "crate::db"),
            (2, "crate::db::Conn"),
            (2, "crate::web::view"),
            (3, "crate::policy::roles"),
            (5, "std::fmt::Result"),
            (7, "crate::mail::send"),
            (7, "diesel::dsl::now"),
            (7, "crate::policy::seats::inner::g"),
            (7, "Role::Agent"),
        ]
    );
}

#[test]
fn a_file_is_the_module_that_its_path_says() {
    for (file, module) in [
        ("src/lib.rs", "crate"),
        ("src/policy.rs", "crate::policy"),
        ("src/web/team/removal.rs", "crate::web::team::removal"),
    ] {
        assert_eq!(module_of(file), module);
    }
}
