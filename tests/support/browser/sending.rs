//! A request on its way, with the cookies that are there.

use super::{Browser, Page};

/// What browsers take of a cookie, its name and value: one that is longer is dropped whole.
const LONGEST: usize = 4096;

impl Browser {
    /// Sends a request with these headers and cookies alone.
    pub(super) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Page, ureq::Error> {
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        let cookies: Vec<String> = {
            let jar = self.cookies.lock().expect("no panic");
            jar.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        if !cookies.is_empty() {
            request = request.header("Cookie", cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).expect("a request");
        let mut response = self.agent.run(request)?;
        for cookie in response.headers().get_all("set-cookie") {
            self.keep(cookie.to_str().expect("a cookie is ASCII"));
        }
        Ok(Page {
            browser: self.clone(),
            path: path.to_owned(),
            status: response.status().as_u16(),
            headers: response
                .headers()
                .iter()
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect(),
            // A picture is none; what is asked of it is told by its headers.
            body: String::from_utf8_lossy(&response.body_mut().read_to_vec()?).into_owned(),
        })
    }

    fn keep(&self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("a cookie has a name");
        if name.len() + value.len() > LONGEST {
            return;
        }
        let mut jar = self.cookies.lock().expect("no panic");
        if value.is_empty() || attributes.to_lowercase().contains("max-age=0") {
            jar.remove(name);
        } else {
            jar.insert(name.to_owned(), value.to_owned());
        }
    }
}
