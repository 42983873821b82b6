//! A browser without script: it keeps cookies, follows redirects, and finds
//! fields and buttons by their accessible names.

mod fields;
mod files;
mod form;
mod names;
mod sending;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use scraper::{Html, Selector};
use ureq::Agent;

use names::{accessible_name, words};

pub use form::Form;

/// A person at a browser. Clones share their cookies, as tabs do.
#[derive(Clone)]
pub struct Browser {
    base: String,
    agent: Agent,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Browser {
    pub fn new(base: &str) -> Self {
        let agent = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .new_agent();
        Self { base: base.to_owned(), agent, cookies: Arc::default() }
    }

    /// Another browser with the same cookies as of now.
    pub fn twin(&self) -> Self {
        let cookies = self.cookies.lock().expect("no panic").clone();
        Self { cookies: Arc::new(Mutex::new(cookies)), ..Self::new(&self.base) }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("no panic").get(name).cloned()
    }

    /// The address that it was made for, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Every cookie, as a request carries them.
    pub fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().expect("no panic");
        let pairs: Vec<String> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("no panic").insert(name.to_owned(), value.to_owned());
    }

    /// Opens a page and follows redirects.
    #[track_caller]
    pub fn get(&self, path: &str) -> Page {
        self.follow(self.request("GET", path, &[], None))
    }

    /// Opens a page and stays where the first answer is.
    #[track_caller]
    pub fn get_once(&self, path: &str) -> Page {
        self.request("GET", path, &[], None)
    }

    /// Posts a form as one of Baton's pages would, and follows redirects.
    #[track_caller]
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.follow(self.post_once(path, fields))
    }

    /// Posts a form as one of Baton's pages would, without following.
    #[track_caller]
    pub fn post_once(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = encode(fields);
        self.request("POST", path, &[("Sec-Fetch-Site", "same-origin")], Some(&body))
    }

    /// Sends any request, with the cookies and nothing that is not asked for.
    #[track_caller]
    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Page {
        self.try_request(method, path, headers, body).expect("the server answers")
    }

    /// [`Browser::request`] to a server that may be gone.
    pub fn try_request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Result<Page, ureq::Error> {
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        let headers = [headers, if body.is_some() { &form } else { &[] }].concat();
        self.send(method, path, &headers, body.unwrap_or("").as_bytes().to_vec())
    }

    fn follow(&self, mut page: Page) -> Page {
        for _ in 0..10 {
            let Some(target) = page.location() else { return page };
            let path = target.strip_prefix(&self.base).unwrap_or(&target).to_owned();
            page = self.request("GET", &path, &[], None);
        }
        panic!("redirected in a circle at {}", page.path);
    }
}

/// An answer.
#[derive(Clone)]
pub struct Page {
    browser: Browser,
    pub path: String,
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Page {
    /// Where a redirect leads.
    pub fn location(&self) -> Option<String> {
        (300..400).contains(&self.status).then(|| self.headers.get("location").cloned()).flatten()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// The words on the page, with single spaces.
    pub fn text(&self) -> String {
        words(self.html().root_element())
    }

    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// Fails, showing the page, unless it says this.
    #[track_caller]
    pub fn expect(&self, status: u16, words: &str) -> &Self {
        assert_eq!(self.status, status, "at {}: {}", self.path, self.text());
        assert!(self.says(words), "at {} there is no {words:?} in: {}", self.path, self.text());
        self
    }

    /// The texts of everything that a selector finds.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector");
        self.html().select(&selector).map(words).collect()
    }

    /// An attribute of the first thing that a selector finds.
    #[track_caller]
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let found = Selector::parse(selector).expect("a selector");
        self.html()
            .select(&found)
            .next()
            .and_then(|element| element.attr(name))
            .unwrap_or_else(|| panic!("no {selector} with {name} at {}", self.path))
            .to_owned()
    }

    /// Whether there is a button of this name.
    pub fn has_button(&self, name: &str) -> bool {
        self.find_form(name).is_some()
    }

    /// The target of the first link of this name.
    #[track_caller]
    pub fn link(&self, name: &str) -> String {
        self.find_link(name).unwrap_or_else(|| panic!("no link {name:?} at {}", self.path))
    }

    pub fn find_link(&self, name: &str) -> Option<String> {
        let selector = Selector::parse("a[href]").expect("a selector");
        let html = self.html();
        let found = html.select(&selector).find(|link| accessible_name(*link) == name)?;
        found.attr("href").map(str::to_owned)
    }

    /// Follows the first link of this name.
    #[track_caller]
    pub fn click(&self, name: &str) -> Page {
        self.browser.get(&self.link(name))
    }

    /// The part of the page that is the row (`li`, `tr`) with these words.
    #[track_caller]
    pub fn row(&self, containing: &str) -> Page {
        let selector = Selector::parse("li, tr").expect("a selector");
        let html = self.html();
        let row = html
            .select(&selector)
            .rfind(|row| words(*row).contains(containing))
            .unwrap_or_else(|| panic!("no row with {containing:?} in: {}", self.text()));
        Page { body: row.html(), ..self.clone() }
    }

    /// The form with a button of this name.
    #[track_caller]
    pub fn form(&self, button: &str) -> Form {
        self.find_form(button)
            .unwrap_or_else(|| panic!("no button {button:?} at {}: {}", self.path, self.text()))
    }

    fn find_form(&self, button: &str) -> Option<Form> {
        let html = self.html();
        let forms = Selector::parse("form").expect("a selector");
        let buttons = Selector::parse("button").expect("a selector");
        html.select(&forms).find_map(|form| {
            let pressed = form.select(&buttons).find(|found| accessible_name(*found) == button)?;
            Some(Form::read(self, &html, form, pressed))
        })
    }
}

/// A table without the mark that tells that it is UTF-8, which each has: Excel asks for it.
#[track_caller]
pub fn without_mark(table: &str) -> &str {
    table.strip_prefix('\u{feff}').expect("a mark")
}

/// Fields as a form sends them.
pub fn encode(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
