//! Forms, as a person fills them: fields by their labels, options by their words.

use scraper::{ElementRef, Html, Selector};

use super::names::{label_of, words};
use super::{Browser, Page, encode};

/// A form about to be sent by one of its buttons.
#[derive(Clone)]
pub struct Form {
    pub(super) browser: Browser,
    pub(super) action: String,
    method: String,
    pub(super) fields: Vec<(String, String)>,
    /// Accessible names of the fields, with the names they are sent by.
    labels: Vec<(String, String)>,
    /// Labels of the options, by the select's name.
    options: Vec<(String, String, String)>,
    /// Checkboxes: their labels, with the names and values they are sent by.
    boxes: Vec<(String, String, String)>,
    /// Chosen files: the field, the file's name, and what it holds.
    files: Vec<(String, String, Vec<u8>)>,
}

impl Form {
    pub(super) fn read(
        page: &Page,
        html: &Html,
        form: ElementRef<'_>,
        pressed: ElementRef<'_>,
    ) -> Self {
        let mut read = Self {
            browser: page.browser.clone(),
            action: pressed
                .attr("formaction")
                .or(form.attr("action"))
                .unwrap_or(&page.path)
                .to_owned(),
            method: form.attr("method").unwrap_or("get").to_uppercase(),
            fields: Vec::new(),
            labels: Vec::new(),
            options: Vec::new(),
            boxes: Vec::new(),
            files: Vec::new(),
        };
        let controls = Selector::parse("input, textarea, select").expect("a selector");
        for control in form.select(&controls) {
            let Some(name) = control.attr("name") else { continue };
            read.labels.push((label_of(html, control), name.to_owned()));
            if control.attr("type") == Some("checkbox") {
                let value = control.attr("value").unwrap_or("on").to_owned();
                read.boxes.push((label_of(html, control), name.to_owned(), value));
            }
            if control.attr("type") == Some("file") {
                continue;
            }
            let value = match control.value().name() {
                "textarea" => {
                    let text: String = control.text().collect();
                    text.strip_prefix('\n').map(str::to_owned).unwrap_or(text)
                }
                "select" => read.selected(control, name),
                _ => match control.attr("type").unwrap_or("text") {
                    "checkbox" | "radio" if control.attr("checked").is_none() => continue,
                    "checkbox" | "radio" => control.attr("value").unwrap_or("on").to_owned(),
                    _ => control.attr("value").unwrap_or("").to_owned(),
                },
            };
            read.fields.push((name.to_owned(), value));
        }
        if let Some(name) = pressed.attr("name") {
            read.fields.push((name.to_owned(), pressed.attr("value").unwrap_or("").to_owned()));
        }
        read
    }

    fn selected(&mut self, select: ElementRef<'_>, name: &str) -> String {
        let options = Selector::parse("option").expect("a selector");
        let mut chosen = None;
        for option in select.select(&options) {
            let label = words(option);
            let value = option.attr("value").map_or_else(|| label.clone(), str::to_owned);
            if chosen.is_none() || option.attr("selected").is_some() {
                chosen = Some(value.clone());
            }
            self.options.push((name.to_owned(), label, value));
        }
        chosen.unwrap_or_default()
    }

    /// Fills a field, or chooses an option by its words.
    #[track_caller]
    pub fn with(self, label: &str, value: &str) -> Self {
        let name = self
            .labels
            .iter()
            .find(|(found, _)| found == label)
            .map(|(_, name)| name.clone())
            .unwrap_or_else(|| panic!("no field {label:?}, but {:?}", self.labels));
        let value = self
            .options
            .iter()
            .find(|(of, words, _)| *of == name && words == value)
            .map_or_else(|| value.to_owned(), |(_, _, value)| value.clone());
        self.set(&name, &value)
    }

    /// Checks a box that is not checked, the first one of this label.
    #[track_caller]
    pub fn check(mut self, label: &str) -> Self {
        let is_checked = |name: &str, value: &str| {
            self.fields.iter().any(|(of, found)| of == name && found == value)
        };
        let found = self
            .boxes
            .iter()
            .find(|(of, name, value)| of == label && !is_checked(name, value))
            .unwrap_or_else(|| panic!("no box {label:?} to check, but {:?}", self.boxes));
        let (_, name, value) = found.clone();
        self.fields.push((name, value));
        self
    }

    /// Chooses a file in the field of this name, besides those that are chosen.
    #[track_caller]
    pub fn attach(mut self, label: &str, name: &str, content: &[u8]) -> Self {
        let found = self.labels.iter().find(|(found, _)| found == label);
        let (_, field) = found.unwrap_or_else(|| panic!("no field {label:?}"));
        self.files.push((field.clone(), name.to_owned(), content.to_vec()));
        self
    }

    /// Sets a field by the name it is sent by, hidden or not.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(found, _)| found != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The words of the options of a select, by its accessible name.
    pub fn options(&self, label: &str) -> Vec<&str> {
        let name = self.labels.iter().find(|(found, _)| found == label).map(|(_, name)| name);
        self.options
            .iter()
            .filter(|(of, _, _)| Some(of) == name)
            .map(|(_, words, _)| words.as_str())
            .collect()
    }

    pub fn action(&self) -> &str {
        &self.action
    }

    /// Sends it and follows redirects.
    #[track_caller]
    pub fn submit(&self) -> Page {
        self.browser.follow(self.submit_once())
    }

    /// Sends it and stays where the first answer is.
    #[track_caller]
    pub fn submit_once(&self) -> Page {
        self.submit_as(&self.browser)
    }

    /// Sends it with another browser's cookies, without following.
    #[track_caller]
    pub fn submit_as(&self, browser: &Browser) -> Page {
        let fields: Vec<(&str, &str)> =
            self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if !self.files.is_empty() {
            browser.post_files(&self.action, &fields, &self.files)
        } else if self.method == "POST" {
            browser.post_once(&self.action, &fields)
        } else {
            browser.get_once(&format!("{}?{}", self.action, encode(&fields)))
        }
    }
}
