//! What things are called, as people and assistive technology find them.

use scraper::{ElementRef, Html, Selector};

/// The words in an element, with single spaces.
pub fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name by which assistive technology calls a link or button: its label, or
/// its words less what is hidden from it.
pub fn accessible_name(element: ElementRef<'_>) -> String {
    if let Some(label) = element.attr("aria-label") {
        return label.to_owned();
    }
    let hidden = Selector::parse("[aria-hidden=true]").expect("a selector");
    let mut name: String = element.text().collect();
    for part in element.select(&hidden) {
        let part: String = part.text().collect();
        if !part.is_empty() {
            name = name.replacen(&part, "", 1);
        }
    }
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The label of a control: its own, the one that refers to it, or around it.
pub fn label_of(html: &Html, control: ElementRef<'_>) -> String {
    if let Some(label) = control.attr("aria-label") {
        return label.to_owned();
    }
    let labels = Selector::parse("label").expect("a selector");
    let by_id = control
        .attr("id")
        .and_then(|id| html.select(&labels).find(|label| label.attr("for") == Some(id)));
    let around = || {
        control
            .ancestors()
            .filter_map(ElementRef::wrap)
            .find(|ancestor| ancestor.value().name() == "label")
    };
    by_id.or_else(around).map(words).unwrap_or_default()
}
