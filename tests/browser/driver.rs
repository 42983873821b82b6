//! Chromium's driver, a process of its own for each window.

use std::fmt::Debug;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use ureq::http::Method;
use url::{ParseError, Url};

/// Where the browser believes to be: a zone that no server has by default.
pub const TIME_ZONE: &str = "America/Lima";

/// A running `chromedriver`. Dropping it ends the process.
pub struct Driver {
    process: Child,
    pub url: String,
    // Kept open: the driver would fail to write into a closed pipe.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    /// `temporary` is the folder for what browser and driver leave behind.
    pub fn start(temporary: &Path) -> Self {
        // The port that it finds free may be another's a moment later.
        let mut said = String::new();
        for _ in 0..3 {
            match Self::try_start(temporary) {
                Ok(driver) => return driver,
                Err(why) => said = why,
            }
        }
        panic!("chromedriver ended at once: {said}");
    }

    fn try_start(temporary: &Path) -> Result<Self, String> {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .env("TZ", TIME_ZONE)
            .env("TMPDIR", temporary)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "`chromedriver` cannot be started ({error}). The tests in Chromium need it: \
                     apt-get install chromium chromium-driver. `cargo test --test baton` runs \
                     the others."
                )
            });
        let mut output = BufReader::new(process.stdout.take().expect("its output is piped"));
        let mut said = String::new();
        let port = loop {
            let start = said.len();
            let length = output.read_line(&mut said).expect("its output is text");
            if length == 0 {
                let _ = process.wait();
                return Err(said);
            }
            let line = said[start..].trim_end().trim_end_matches('.');
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.to_owned();
            }
        };
        Ok(Self { process, url: format!("http://127.0.0.1:{port}"), _output: output })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command that fantoccini does not know, as a path after the session's.
#[derive(Debug)]
pub struct Ask {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Ask {
    /// The name that assistive technology has for an element.
    pub fn accessible_name(element: &str) -> Self {
        let path = format!("element/{element}/computedlabel");
        Self { method: Method::GET, path, body: None }
    }

    /// What the console said since it was asked last.
    pub fn console() -> Self {
        let body = Some(json!({ "type": "browser" }));
        Self { method: Method::POST, path: "se/log".to_owned(), body }
    }

    /// A command of Chromium's own protocol.
    pub fn devtools(command: &str, params: Value) -> Self {
        let body = Some(json!({ "cmd": command, "params": params }));
        Self { method: Method::POST, path: "goog/cdp/execute".to_owned(), body }
    }
}

impl WebDriverCompatibleCommand for Ask {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (self.method.clone(), self.body.as_ref().map(Value::to_string))
    }
}
