//! A window of Chromium, in which everything is found by its accessible name.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::driver::{Ask, Driver};
use crate::support::{Member, PASSWORD};

/// How long something may take to appear. The chat asks for news every five
/// seconds, and two cores may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(20);

const BUTTON: &str = "button, summary";
const LINK: &str = "a[href]";
const FIELD: &str = "input:not([type=hidden]), textarea, select";

/// Whether pages may run script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    On,
    Off,
}

/// A browser with a profile of its own. Its methods wait for what they look for.
pub struct Window {
    runtime: Runtime,
    /// Taken when the window closes.
    client: Option<Client>,
    base: String,
    script: Script,
    _driver: Driver,
    _folder: TempDir,
}

impl Window {
    pub fn open(base: &str, script: Script) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let driver = Driver::start(folder.path());
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let capabilities = capabilities(&folder.path().join("profile"), script);
        let client = runtime
            .block_on(
                ClientBuilder::new(HttpConnector::new())
                    .capabilities(capabilities)
                    .connect(&driver.url),
            )
            .expect("Chromium starts");
        let client = Some(client);
        let base = base.to_owned();
        Self { runtime, client, base, script, _driver: driver, _folder: folder }
    }

    /// A window in which a member is signed in.
    #[track_caller]
    pub fn of(member: &Member, script: Script) -> Self {
        let window = Self::open(member.browser.base(), script);
        window.sign_in(&member.email);
        window
    }

    /// A window with script in which a member looks at a page.
    #[track_caller]
    pub fn at(member: &Member, path: &str) -> Self {
        let window = Self::of(member, Script::On);
        window.go(path);
        window
    }

    /// Signs in with everybody's password.
    #[track_caller]
    pub fn sign_in(&self, email: &str) {
        self.go("/login");
        self.fill("Email address", email);
        self.fill("Password", PASSWORD);
        self.press("Sign in");
        self.sees("Sign out");
    }

    /// Writes to a chat, which nobody did from here before.
    #[track_caller]
    pub fn begin_chat(&self, name: &str, message: &str) {
        self.fill("Your name", name);
        self.fill("Email address", &format!("{}@customer.example", name.replace(' ', ".")));
        self.fill("Message", message);
        self.press("Send");
        self.sees(message);
    }

    // --- going ---------------------------------------------------------------

    /// Opens a path of this Baton, or a whole address.
    #[track_caller]
    pub fn go(&self, to: &str) {
        let address =
            if to.starts_with('/') { format!("{}{to}", self.base) } else { to.to_owned() };
        self.block_on(self.client().goto(&address)).expect("the page opens");
    }

    pub fn reload(&self) {
        self.block_on(self.client().refresh()).expect("the page opens again");
    }

    /// Path and query of the page.
    pub fn path(&self) -> String {
        let url = self.url();
        url.strip_prefix(&self.base).unwrap_or(&url).to_owned()
    }

    pub fn url(&self) -> String {
        self.block_on(self.client().current_url()).expect("an address").to_string()
    }

    // --- doing ---------------------------------------------------------------

    #[track_caller]
    pub fn press(&self, button: &str) {
        self.click(&self.find(None, BUTTON, button));
    }

    #[track_caller]
    pub fn follow(&self, link: &str) {
        self.click(&self.find(None, LINK, link));
    }

    /// Follows a link in the row with these words.
    #[track_caller]
    pub fn follow_in_row(&self, row: &str, link: &str) {
        let row = self.row(row);
        self.click(&self.find(Some(&row), LINK, link));
    }

    /// Opens the row with these words, which is one link as a whole.
    #[track_caller]
    pub fn open_row(&self, row: &str) {
        let row = self.row(row);
        let link = self.block_on(row.find(Locator::Css(LINK))).expect("the row is a link");
        self.click(&link);
    }

    /// Writes into a field, over what stands there.
    #[track_caller]
    pub fn fill(&self, field: &str, text: &str) {
        let field = self.find(None, FIELD, field);
        self.block_on(async {
            field.clear().await?;
            field.send_keys(text).await
        })
        .expect("the field takes text");
    }

    /// Chooses a file.
    #[track_caller]
    pub fn attach(&self, field: &str, file: &std::path::Path) {
        let field = self.find(None, FIELD, field);
        let path = file.to_str().expect("a path in UTF-8");
        self.block_on(field.send_keys(path)).expect("the field takes a file");
    }

    /// Checks a box, or takes the mark away.
    #[track_caller]
    pub fn check(&self, label: &str) {
        self.click(&self.find(None, FIELD, label));
    }

    #[track_caller]
    pub fn choose(&self, select: &str, option: &str) {
        let select = self.find(None, FIELD, select);
        let path = format!(".//option[normalize-space(.) = {}]", quoted(option));
        let option = self
            .block_on(select.find(Locator::XPath(&path)))
            .unwrap_or_else(|_| panic!("no option {option:?}"));
        self.click(&option);
    }

    // --- seeing --------------------------------------------------------------

    /// Waits for words anywhere on the page.
    #[track_caller]
    pub fn sees(&self, words: &str) {
        if self.until(|| self.text().contains(words).then_some(())).is_none() {
            panic!("no {words:?} at {}: {}", self.url(), self.text());
        }
    }

    /// Waits for the page that a pressed button leads to, where it can look like this one.
    #[track_caller]
    pub fn is_answered(&self) {
        let is_rest = "return document.querySelector('.button[aria-busy=true]') === null";
        // An error means that the page changed meanwhile.
        let rests = || self.block_on(self.client().execute(is_rest, Vec::new())).ok();
        assert!(self.until(|| rests().filter(|rest| *rest == true)).is_some(), "{}", self.url());
    }

    /// Fails when the words are on the page as it is.
    #[track_caller]
    pub fn does_not_see(&self, words: &str) {
        let text = self.text();
        assert!(!text.contains(words), "{words:?} at {}: {text}", self.url());
    }

    /// Waits for words in the row with other words.
    #[track_caller]
    pub fn sees_in_row(&self, row: &str, words: &str) {
        let found = self.until(|| {
            let row = self.find_row(row)?;
            let text = self.block_on(row.text()).ok()?;
            single_spaced(&text).contains(words).then_some(())
        });
        assert!(found.is_some(), "no {words:?} in the row {row:?}: {}", self.text());
    }

    /// Fails when there is such a button on the page as it is.
    #[track_caller]
    pub fn has_no_button(&self, name: &str) {
        assert!(self.look(None, BUTTON, name).is_none(), "a button {name:?} at {}", self.url());
    }

    #[track_caller]
    pub fn value(&self, field: &str) -> String {
        let field = self.find(None, FIELD, field);
        self.block_on(field.prop("value")).expect("a field").unwrap_or_default()
    }

    /// Where a link leads.
    #[track_caller]
    pub fn target(&self, link: &str) -> String {
        let link = self.find(None, LINK, link);
        self.block_on(link.prop("href")).expect("a link").unwrap_or_default()
    }

    /// The words on the page that can be seen, with single spaces.
    pub fn text(&self) -> String {
        let text =
            self.block_on(async { self.client().find(Locator::Css("body")).await?.text().await });
        single_spaced(&text.unwrap_or_default())
    }

    // --- for those who look closer ------------------------------------------------

    pub fn script(&self) -> Script {
        self.script
    }

    pub fn client(&self) -> &Client {
        self.client.as_ref().expect("open until it is dropped")
    }

    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    #[track_caller]
    pub fn ask(&self, command: Ask) -> Value {
        self.block_on(self.client().issue_cmd(command)).expect("the driver obeys")
    }

    /// Makes the page one that news has not reached: what was true when it was made is
    /// what it shows.
    #[track_caller]
    pub fn hears_nothing(&self) {
        if self.script == Script::On {
            self.run(
                "document.addEventListener('baton:news', (e) => e.stopImmediatePropagation(), true)",
            );
            // A look at the server that was begun before ends first.
            std::thread::sleep(Duration::from_secs(1));
        }
    }

    /// Runs a script of the test's own, past the page's policy.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        self.block_on(self.client().execute(script, Vec::new())).expect("the script runs")
    }

    /// Waits until the page is shown as it is now.
    #[track_caller]
    pub fn is_painted(&self) {
        let painted =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))";
        self.block_on(self.client().execute_async(painted, Vec::new())).expect("it is painted");
    }

    /// Asks again and again, as long as something may take to appear.
    pub fn until<T>(&self, mut look: impl FnMut() -> Option<T>) -> Option<T> {
        let start = Instant::now();
        loop {
            let found = look();
            if found.is_some() || start.elapsed() > PATIENCE {
                return found;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    #[track_caller]
    fn find(&self, within: Option<&Element>, kind: &str, name: &str) -> Element {
        self.until(|| self.look(within, kind, name))
            .unwrap_or_else(|| panic!("no {name:?} ({kind}) at {}: {}", self.url(), self.text()))
    }

    /// The first of this kind that can be seen and has this accessible name.
    fn look(&self, within: Option<&Element>, kind: &str, name: &str) -> Option<Element> {
        let look = async {
            let found = match within {
                Some(element) => element.find_all(Locator::Css(kind)).await?,
                None => self.client().find_all(Locator::Css(kind)).await?,
            };
            for element in found {
                let ask = Ask::accessible_name(element.element_id().as_ref());
                let label = self.client().issue_cmd(ask).await?;
                if label == name && element.is_displayed().await? {
                    return Ok(Some(element));
                }
            }
            Ok::<_, CmdError>(None)
        };
        // An error means that the page changed meanwhile: look again.
        self.block_on(look).ok().flatten()
    }

    #[track_caller]
    fn row(&self, words: &str) -> Element {
        self.until(|| self.find_row(words))
            .unwrap_or_else(|| panic!("no row {words:?} at {}: {}", self.url(), self.text()))
    }

    fn find_row(&self, words: &str) -> Option<Element> {
        let words = quoted(words);
        // The innermost: a row may stand in a list of groups.
        let path = format!(
            "//*[self::li or self::tr][contains(normalize-space(.), {words})]\
             [not(.//*[self::li or self::tr][contains(normalize-space(.), {words})])]"
        );
        self.block_on(self.client().find(Locator::XPath(&path))).ok()
    }

    #[track_caller]
    fn click(&self, element: &Element) {
        self.block_on(element.click()).expect("it can be clicked");
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // After a failure the browser may be gone already.
            let _ = self.runtime.block_on(client.close());
        }
    }
}

fn capabilities(profile: &Path, script: Script) -> serde_json::Map<String, Value> {
    let blocked = 2;
    let prefs = match script {
        Script::On => json!({}),
        Script::Off => json!({ "profile.managed_default_content_settings.javascript": blocked }),
    };
    let args = [
        "--headless",
        // Chromium's sandbox does not start as root, as continuous integration often runs.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // The driver cannot tell accessible names in a frame that has a process of its own.
        "--disable-site-isolation-trials",
        "--disable-features=IsolateOrigins,site-per-process",
        "--window-size=1440,900",
        "--lang=en-GB",
        &format!("--user-data-dir={}", profile.display()),
    ];
    let capabilities = json!({
        "goog:chromeOptions": { "args": args, "prefs": prefs },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let Value::Object(capabilities) = capabilities else { unreachable!("written above") };
    capabilities
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as XPath writes it. It knows no escapes, so it takes one kind of quote.
fn quoted(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}
