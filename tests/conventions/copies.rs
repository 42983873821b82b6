//! Code stands once: what was copied from file to file is found by its length.

use std::collections::BTreeMap;

use super::{none, read_all};

/// So many lines of code in a row are no coincidence.
const MOST_ALIKE: usize = 11;

/// The lines of code with their numbers; imports, attributes and comments may be alike.
fn code(text: &str) -> Vec<(usize, &str)> {
    let mut in_import = false;
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| {
        in_import |= line.starts_with("use ") || line.starts_with("pub use ");
        let is_code = !in_import && !line.is_empty() && !line.starts_with(['#', '/']);
        in_import &= !line.ends_with(';');
        is_code
    });
    lines.map(|(at, line)| (at + 1, line)).collect()
}

/// Where files begin to be alike for too long.
fn copies(files: &[(String, String)]) -> Vec<String> {
    let mut seen: BTreeMap<Vec<&str>, (&str, usize)> = BTreeMap::new();
    let mut found = Vec::new();
    for (file, text) in files {
        for lines in code(text).windows(MOST_ALIKE) {
            let at = lines[0].0;
            let words = lines.iter().map(|(_, line)| *line).collect();
            let (first, line) = *seen.entry(words).or_insert((file, at));
            if first != file {
                found.push(format!("{file}:{at} is as {first}:{line}"));
            }
        }
    }
    found
}

#[test]
fn no_code_stands_in_two_files() {
    let folders = ["src", "tests", "benches"];
    let all = folders.iter().flat_map(|folder| read_all(folder, ".rs"));
    none(&copies(&all.filter(|(file, _)| !file.contains("schema")).collect::<Vec<_>>()));
}

#[test]
fn the_rule_of_copies_sees_what_breaks_it() {
    let lines = |count: usize| (0..count).map(|n| format!("f({n});\n")).collect::<String>();
    let alike = |text: &str, count: usize| {
        let file = |name: &str, first: &str| (name.to_owned(), format!("{first}{}", lines(count)));
        copies(&[file("a", "use a::{\n    b,\n};\n"), file("b", text)])
    };
    assert_eq!(alike("// b\n", MOST_ALIKE), ["b:2 is as a:4"]);
    none(&alike("", MOST_ALIKE - 1));
}
