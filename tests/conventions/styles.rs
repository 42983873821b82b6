//! Style sheets name only what there is: a class that nothing has, or a token that nothing
//! takes, is left from something that went. They take every colour from the tokens.

use std::collections::BTreeSet;

use super::{none, read_all};

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    first
        + &parts.filter_map(|part| part.split_once("*/")).map(|(_, rest)| rest).collect::<String>()
}

/// The classes that the selectors of a sheet name.
fn classes(css: &str) -> BTreeSet<String> {
    let css = without_comments(css);
    let selectors = css
        .split('{')
        .map(|part| part.rsplit(['}', ';']).next().unwrap_or_default())
        .filter(|selector| !selector.trim_start().starts_with('@'));
    selectors
        .flat_map(|selector| selector.split('.').skip(1))
        .map(|part| part.split(|c| !is_word(c)).next().unwrap_or_default().to_owned())
        .filter(|class| class.starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect()
}

/// Those that no text has as a word of its own, nor with an expression behind a dash.
fn unnamed<'a>(classes: &'a BTreeSet<String>, texts: &[String]) -> Vec<&'a String> {
    let words: BTreeSet<&str> = texts.iter().flat_map(|text| text.split(|c| !is_word(c))).collect();
    let is_made = |class: &str| {
        class.rfind('-').is_some_and(|dash| {
            let start = format!("{}{{{{", &class[..=dash]);
            texts.iter().any(|text| text.contains(&start))
        })
    };
    classes.iter().filter(|class| !words.contains(class.as_str()) && !is_made(class)).collect()
}

#[test]
fn every_class_of_a_style_sheet_is_used() {
    let folders = [("templates", ""), ("src", ".rs"), ("static/js", ".js")];
    let texts: Vec<String> = folders
        .iter()
        .flat_map(|(folder, ending)| read_all(folder, ending))
        .map(|(_, text)| text)
        .collect();
    let all: String = read_all("static/css", ".css").into_iter().map(|(_, css)| css).collect();
    let classes = classes(&all);
    none(&unnamed(&classes, &texts).iter().map(|class| format!(".{class}")).collect::<Vec<_>>());
}

#[test]
fn every_token_is_used() {
    let sheets = read_all("static/css", ".css");
    let (_, tokens) =
        sheets.iter().find(|(file, _)| file.ends_with("tokens.css")).expect("it is there");
    let is_used =
        |token: &str| sheets.iter().any(|(_, css)| css.contains(&format!("var({token})")));
    let tokens = tokens
        .split([' ', '\n'])
        .filter_map(|word| word.strip_suffix(':').filter(|word| word.starts_with("--")));
    none(&tokens.filter(|token| !is_used(token)).map(str::to_owned).collect::<Vec<_>>());
}

#[test]
fn the_rule_of_classes_sees_what_breaks_it() {
    let css = "/* .none */ @media (width < 1.5rem) { .a:is(.b-c, #x) > p { margin: 0.5rem } } .d-e { top: .5em }";
    let found = classes(css);
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b-c", "d-e"]);
    let texts = ["<p class=\"a d-{{ e }}\">".to_owned(), "b-cd".to_owned()];
    assert_eq!(unnamed(&found, &texts), ["b-c"]);
}

/// Colours that are not tokens, and declarations that shout.
fn loud_styles(file: &str, text: &str) -> Vec<String> {
    const COLOURS: [&str; 7] = ["#", "rgb(", "rgba(", "hsl(", "oklch(", "oklab(", "light-dark("];
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split("/*").next().unwrap_or_default();
        // A value stands behind a colon; in front of it, # names an element.
        let values = code.split_once(':').map_or("", |(_, values)| values);
        let is_value = |at: &usize| !values[*at..].contains('{');
        let has_colour =
            COLOURS.iter().any(|colour| values.find(colour).as_ref().is_some_and(is_value));
        if has_colour || code.contains("!important") {
            found.push(format!("{file}:{}: {}", number + 1, line.trim()));
        }
    }
    found
}

#[test]
fn style_sheets_take_their_colours_from_the_tokens() {
    let sheets = read_all("static/css", ".css");
    let others = sheets.iter().filter(|(file, _)| !file.ends_with("tokens.css"));
    none(&others.flat_map(|(file, text)| loud_styles(file, text)).collect::<Vec<_>>());
    assert_eq!(loud_styles("x", "a { color: #fff; }").len(), 1);
    assert_eq!(loud_styles("x", "a { color: var(--ink) !important; }").len(), 1);
    assert_eq!(loud_styles("x", "#content a:hover, #main { color: var(--ink); }").len(), 0);
}
