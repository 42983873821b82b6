//! Code stands once: what was copied from file to file is found by its length.

use std::collections::BTreeMap;

use super::{none, read_all};

/// So many lines of code in a row are no coincidence.
const MOST_ALIKE: usize = 11;

/// The lines of code with their numbers; imports, attributes and comments may be alike.
fn code(text: &str) -> Vec<(usize, &str)> {
    let (mut in_import, mut in_attribute) = (false, false);
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| {
        in_import |= line.starts_with("use ") || line.starts_with("pub use ");
        in_attribute |= line.starts_with('#') && line.ends_with('(');
        let is_code =
            !in_import && !in_attribute && !line.is_empty() && !line.starts_with(['#', '/']);
        in_import &= !line.ends_with(';');
        in_attribute &= *line != ")]";
        is_code
    });
    lines.map(|(at, line)| (at + 1, line)).collect()
}

/// Where files begin to be alike, or to repeat themselves, for too long.
fn copies(files: &[(String, String)]) -> Vec<String> {
    let mut seen: BTreeMap<Vec<&str>, (&str, usize, usize)> = BTreeMap::new();
    let mut found = Vec::new();
    for (file, text) in files {
        for (place, lines) in code(text).windows(MOST_ALIKE).enumerate() {
            let at = lines[0].0;
            let words = lines.iter().map(|(_, line)| *line).collect();
            let (first, line, there) = *seen.entry(words).or_insert((file, at, place));
            // Of a row that repeats itself, what overlaps is no copy.
            if first != file || place >= there + MOST_ALIKE {
                found.push(format!("{file}:{at} is as {first}:{line}"));
            }
        }
    }
    found
}

#[test]
fn no_code_stands_twice() {
    let folders = ["src", "tests", "benches"];
    let all = folders.iter().flat_map(|folder| read_all(folder, ".rs"));
    none(&copies(&all.filter(|(file, _)| !file.contains("schema")).collect::<Vec<_>>()));
}

#[test]
fn the_rule_of_copies_sees_what_breaks_it() {
    let lines = |count: usize| (0..count).map(|n| format!("f({n});\n")).collect::<String>();
    let alike = |text: &str, count: usize| {
        let file = |name: &str, first: &str| (name.to_owned(), format!("{first}{}", lines(count)));
        copies(&[file("a", "use a::{\n    b,\n};\n#[c(\n    d,\n)]\n"), file("b", text)])
    };
    assert_eq!(alike("// b\n", MOST_ALIKE), ["b:2 is as a:7"]);
    none(&alike("", MOST_ALIKE - 1));
    let twice = format!("{0}g();\n{0}", lines(MOST_ALIKE));
    assert_eq!(copies(&[("a".to_owned(), twice)]), ["a:13 is as a:1"]);
    none(&copies(&[("a".to_owned(), "f();\n".repeat(MOST_ALIKE * 2 - 1))]));
}
