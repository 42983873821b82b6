//! Pages: forms that say their workspace, no inline code, escaped output.

use super::{none, read_all};

/// Folders whose forms nobody's membership stands behind.
const BEFORE_A_WORKSPACE: [&str; 2] = ["templates/doors/", "templates/chat/"];
/// Forms of the user, not of the member: they work in whatever workspace.
const OF_THE_USER: [&str; 2] = ["action=\"/logout\"", "action=\"/workspaces/switch\""];

/// The templates of pages; mails follow the rules of mail programs.
fn pages() -> Vec<(String, String)> {
    let is_mail =
        |file: &str| file.starts_with("templates/mail/") || file == "templates/layouts/mail.html";
    let all = read_all("templates", ".html");
    all.into_iter()
        .filter(|(file, _)| !is_mail(file))
        .map(|(file, text)| (file, without_comments(&text)))
        .collect()
}

fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{#") {
        out.push_str(before);
        let (comment, after) = after.split_once("#}").unwrap_or((after, ""));
        out.extend(comment.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    out + rest
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The unsafe forms that do not say for which workspace they were made.
fn forms_without_workspace(file: &str, text: &str) -> Vec<String> {
    if BEFORE_A_WORKSPACE.iter().any(|folder| file.starts_with(folder)) {
        return Vec::new();
    }
    let forms = text.match_indices("<form").filter_map(|(at, _)| {
        let form = text[at..].split("</form>").next()?;
        let tag = opening_tag(form);
        // One that is sent again has all the fields that it came with.
        let says = ["workspace(", "guard(", "again.fields"].iter().any(|way| form.contains(way));
        let is_of_the_user = OF_THE_USER.iter().any(|action| tag.contains(action));
        let breaks = tag.contains("method=\"post\"") && !says && !is_of_the_user;
        breaks.then(|| format!("{file}:{}: {tag}", line_of(text, at)))
    });
    forms.collect()
}

/// A tag up to its `>`, past those of the expressions in it.
fn opening_tag(text: &str) -> &str {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '>' if depth == 0 => return &text[..=at],
            _ => {}
        }
    }
    text
}

/// Scripts, styles and handlers inside a page, which its policy forbids.
fn inline_code(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('<') {
        let tag = opening_tag(&text[at..]);
        let is_script = tag.starts_with("<script") && !tag.contains(" src=");
        let has_attribute = |name: &dyn Fn(&str) -> bool| {
            tag.split_whitespace()
                .skip(1)
                .any(|part| part.split_once('=').is_some_and(|(n, _)| name(n)))
        };
        let is_handler = |name: &str| {
            name.strip_prefix("on")
                .is_some_and(|event| event.chars().all(|c| c.is_ascii_lowercase()))
        };
        let breaks = is_script
            || tag.starts_with("<style")
            || has_attribute(&|name| name == "style")
            || has_attribute(&is_handler)
            || tag.contains("javascript:");
        if breaks {
            found.push(format!("{file}:{}: {tag}", line_of(text, at)));
        }
    }
    found
}

/// Ways around the escaping: what is HTML says so by its type, `rich::Markup`.
fn unescaped(file: &str, text: &str) -> Vec<String> {
    let text = text.replace("| ", "|").replace(" |", "|");
    let ways = ["|safe", "escape none", "filter safe"].into_iter();
    ways.filter(|way| text.contains(way)).map(|way| format!("{file}: {way}")).collect()
}

/// Markup that is made elsewhere than in `rich`, and in the chart that plotters draws.
fn homemade_markup(file: &str, text: &str) -> Vec<String> {
    if file.starts_with("src/rich/") || file == "src/rich.rs" {
        return Vec::new();
    }
    let ways = ["askama::filters", "HtmlSafe", "trusted("].into_iter();
    let is_drawn = |way: &&str| *way == "trusted(" && file == "src/web/reports/chart.rs";
    let found = ways.filter(|way| text.contains(way) && !is_drawn(way));
    found.map(|way| format!("{file}: {way}")).collect()
}

/// The longest line, in characters.
const LINE_MAX: usize = 160;
/// White space in a sentence, and in a value, is part of the page. A longer line is
/// nothing but that, with so much around it.
const AROUND_TEXT: usize = 80;
/// The shortest value that counts as text: a `style` of a mail, the path of a drawing.
const LONG_VALUE: usize = 100;

fn long_lines(file: &str, text: &str) -> Vec<String> {
    let is_long = |line: &str| line.chars().count() > LINE_MAX && around_text(line) > AROUND_TEXT;
    let long = text.lines().enumerate().filter(|(_, line)| is_long(line));
    long.map(|(at, _)| format!("{file}:{} is longer than {LINE_MAX}", at + 1)).collect()
}

/// The characters of a line that are tags, expressions and short values.
fn around_text(line: &str) -> usize {
    let (mut around, mut depth, mut value) = (0, 0_usize, None);
    for c in line.chars() {
        match c {
            '<' | '{' => depth += 1,
            '"' => match value.take() {
                Some(length) if length >= LONG_VALUE => around -= length,
                Some(_) => {}
                None => value = Some(0),
            },
            _ => value = value.map(|length| length + 1),
        }
        around += usize::from(depth > 0 || value.is_some());
        if matches!(c, '>' | '}') {
            depth = depth.saturating_sub(1);
        }
    }
    around
}

#[test]
fn lines_of_templates_can_be_read() {
    let all = read_all("templates", ".html");
    none(&all.iter().flat_map(|(file, text)| long_lines(file, text)).collect::<Vec<_>>());
}

#[test]
fn every_form_of_a_member_says_its_workspace() {
    let found = pages()
        .iter()
        .flat_map(|(file, text)| forms_without_workspace(file, text))
        .collect::<Vec<_>>();
    none(&found);
}

#[test]
fn no_page_holds_inline_code() {
    none(&pages().iter().flat_map(|(file, text)| inline_code(file, text)).collect::<Vec<_>>());
}

#[test]
fn only_markup_of_rich_is_put_into_a_page_unescaped() {
    let templates = read_all("templates", ".html");
    let ways = templates.iter().flat_map(|(file, text)| unescaped(file, text));
    let sources = read_all("src", ".rs");
    let made = sources.iter().flat_map(|(file, text)| homemade_markup(file, text));
    none(&ways.chain(made).collect::<Vec<_>>());
}

#[test]
fn the_rules_of_templates_see_what_breaks_them() {
    for text in [
        "<form method=\"post\" action=\"/x\"><button>Go</button></form>",
        "<form class=\"{% if a > b %}c{% endif %}\" method=\"post\" action=\"{{ x }}\"></form>",
    ] {
        assert_eq!(forms_without_workspace("templates/team/index.html", text).len(), 1, "{text}");
    }
    for text in [
        "<form method=\"get\" action=\"/inbox\"></form>",
        "<form method=\"post\" action=\"/logout\"></form>",
        "<form method=\"post\" action=\"/x\">{{ m::workspace(chrome.workspace_id) }}</form>",
    ] {
        none(&forms_without_workspace("templates/team/index.html", text));
    }
    for text in [
        "<script>alert(1)</script>",
        "<style>p { color: red }</style>",
        "<p class=\"a\" style=\"color: red\">",
        "<button onclick=\"go()\">",
        "<a href=\"javascript:go()\">",
    ] {
        assert_eq!(inline_code("x", text).len(), 1, "{text}");
    }
    none(&inline_code(
        "x",
        "<script src=\"a.js\" defer></script><meta content=\"x\"><p id=\"on\">",
    ));
    let link = "<a class=\"button\" href=\"/inbox\">{{ m::icon(\"inbox\") }}Inbox</a>";
    assert_eq!(long_lines("x", &link.repeat(3)).len(), 1);
    none(&long_lines("x", &format!("<p>{}</p>{{{{ name }}}}", "Said to people. ".repeat(12))));
    none(&long_lines("x", &format!("<path d=\"{}\"/>", "M 1 2 L 3 4 ".repeat(20))));
    for text in ["{{ name|safe }}", "{{ name | safe }}"] {
        assert_eq!(unescaped("x", text).len(), 1, "{text}");
    }
    assert_eq!(unescaped("x", "{% filter safe %}{{ name }}{% endfilter %}").len(), 1);
    for text in ["rich::trusted(name)", "askama::filters::Safe(name)", "impl HtmlSafe for Name {}"]
    {
        assert_eq!(homemade_markup("src/web/client.rs", text).len(), 1, "{text}");
    }
}
