use std::collections::HashSet;

use proptest::prelude::*;

const REL: &str = "target=\"_blank\" rel=\"noopener noreferrer nofollow ugc\"";

fn html(text: &str, names: &[String]) -> String {
    super::html(text, names).to_string()
}

#[track_caller]
fn shows(typed: &str, shown: &str) {
    assert_eq!(html(typed, &[]), shown, "{typed:?}");
}

#[test]
fn people_write_bold_lists_quotes_and_code() {
    shows("It **left** _today_.", "<p>It <strong>left</strong> <em>today</em>.</p>");
    shows("- one\n- two", "<ul><li>one</li><li>two</li></ul>");
    shows("3. three\n4. four", "<ol start=\"3\"><li>three</li><li>four</li></ol>");
    shows("> late?\n\nNo.", "<blockquote><p>late?</p></blockquote><p>No.</p>");
    shows("run `a < b`", "<p>run <code>a &#60; b</code></p>");
    shows(
        "```html\n<b> & https://a.example\n```",
        "<pre><code>&#60;b&#62; &#38; https://a.example\n</code></pre>",
    );
}

#[test]
fn line_breaks_stay_and_blank_lines_part_paragraphs() {
    shows("one\ntwo  \nthree\n\nfour", "<p>one<br>two<br>three</p><p>four</p>");
    shows("Best,\n-- \nAna", "<p>Best,</p><hr><p>Ana</p>");
}

#[test]
fn html_is_text() {
    shows("<img src=x onerror=alert(1)>", "<p>&#60;img src=x onerror=alert(1)&#62;</p>");
    shows("a <b>c</b>", "<p>a &#60;b&#62;c&#60;/b&#62;</p>");
    shows("<script>\n**a**\n</script>", "<p>&#60;script&#62;<br>**a**<br>&#60;/script&#62;</p>");
    shows("<!-- a -->", "<p>&#60;!-- a --&#62;</p>");
}

#[test]
fn headings_and_pictures_stay_small() {
    shows("# Big\ntext", "<p><strong>Big</strong></p><p>text</p>");
    let link = format!("<p><a href=\"https://a.example/i.png\" {REL}>map</a></p>");
    shows("![map](https://a.example/i.png)", &link);
    let link = format!("<p><a href=\"https://b.example\" {REL}>map</a></p>");
    shows("[![map](https://a.example/i.png)](https://b.example)", &link);
}

#[test]
fn links_lead_to_the_web_and_to_mailboxes_alone() {
    shows(
        "[here](https://a.example/?x=1&y=\"2\")",
        &format!("<p><a href=\"https://a.example/?x=1&#38;y=&#34;2&#34;\" {REL}>here</a></p>"),
    );
    shows(
        "[mail](mailto:a@b.example) <c@d.example>",
        &format!(
            "<p><a href=\"mailto:a@b.example\" {REL}>mail</a> \
             <a href=\"mailto:c@d.example\" {REL}>c@d.example</a></p>"
        ),
    );
    for address in
        ["javascript:alert(1)", "JaVaScRiPt://x/%0aalert(1)", "data:text/html,x", "/settings"]
    {
        shows(&format!("[here]({address})"), "<p>here</p>");
    }
    shows(
        "[](https://a.example)",
        &format!("<p><a href=\"https://a.example\" {REL}>https://a.example</a></p>"),
    );
}

#[test]
fn bare_addresses_become_links_marks_or_not() {
    shows(
        "see https://a.example/a_b_c?d=*e*, or **https://b.example**",
        &format!(
            "<p>see <a href=\"https://a.example/a_b_c?d=\" {REL}>https://a.example/a_b_c?d=</a>\
             <em>e</em>, or <strong><a href=\"https://b.example\" {REL}>https://b.example</a></strong></p>"
        ),
    );
    shows(
        "mail a_b@c.example",
        &format!("<p>mail <a href=\"mailto:a_b@c.example\" {REL}>a_b@c.example</a></p>"),
    );
}

#[test]
fn who_is_mentioned_stands_out() {
    let names = ["Ana Costa".to_owned(), "Ana".to_owned()];
    assert_eq!(
        html("Hi @Ana Costa and @Ana, not @Anabel <@Ana>", &names),
        "<p>Hi <span class=\"mention\">@Ana Costa</span> and <span class=\"mention\">@Ana</span>, \
         not @Anabel &#60;<span class=\"mention\">@Ana</span>&#62;</p>"
    );
}

#[test]
fn a_text_of_ten_thousand_quotes_is_quick_and_flat() {
    for typed in [">".repeat(10_000), "- ".repeat(5_000), "[".repeat(10_000), "**a _".repeat(2_000)]
    {
        let begin = std::time::Instant::now();
        let shown = html(&typed, &[]);
        assert!(shown.matches("<blockquote>").count() <= 16);
        assert!(begin.elapsed().as_millis() < 1_000, "{:?}", &typed[..8]);
    }
}

/// What sanitizes other people's HTML finds nothing to take away in ours. So it
/// need not run for every message of every page.
#[test]
fn a_sanitizer_finds_nothing_to_do() {
    let parts = "(\\*\\*|_|`|```\n|~~~\n|#|> |- |1\\. |\n|\n\n|    |\\[|\\]|\\(|\\)|!|<|>|&|&lt;|\"|'|\\\\\
        |javascript:|https://a\\.example|mailto:|<script>|</script>|<img src=x onerror=y>|<a href=|a@b\\.example|@Ana|<!--|word| |\u{0}|é){0,40}";
    let mut sanitizer = ammonia::Builder::default();
    sanitizer
        .link_rel(Some("noopener noreferrer nofollow ugc"))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .add_tag_attributes("a", ["target"])
        .add_tag_attributes("span", ["class"])
        .add_tag_attributes("ol", ["start"]);
    let normalized = |html: &str| scraper::Html::parse_fragment(html).html();
    proptest!(|(typed in parts)| {
        let shown = html(&typed, &["Ana".to_owned()]);
        let clean = sanitizer.clean(&shown).to_string();
        prop_assert_eq!(normalized(&clean), normalized(&shown));
    });
}
