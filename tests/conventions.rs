//! What the architecture promises about the source itself: who imports whom,
//! two folders of migrations alike, forms that say their workspace, pages
//! without inline code, styles that are used, code that stands once. Each rule is
//! tried on a line that breaks it, too.

mod copies;
mod files;
mod imports;
mod source;
mod styles;
mod templates;

use std::path::{Path, PathBuf};

/// The project's folder.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder whose name ends so: its path from the project's
/// folder, and its text.
fn read_all(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut |path| {
        let name = path.strip_prefix(root()).expect("below it").to_str().expect("UTF-8");
        if name.ends_with(ending) {
            found.push((name.to_owned(), std::fs::read_to_string(path).expect("a text")));
        }
    });
    found.sort();
    assert!(!found.is_empty(), "nothing in {folder} ends with {ending}");
    found
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() { walk(&path, visit) } else { visit(&path) }
    }
}

/// Fails with every violation at once, one a line.
#[track_caller]
fn none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}
