//! What a form sends besides one value for each name.

use super::{Browser, Form, Page};

impl Form {
    /// Adds a value to those of the same name, as one more checkbox does.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(found, _)| found != name);
        self
    }

    /// Sends it with a file, and follows redirects.
    #[track_caller]
    pub fn submit_with_file(&self, field: &str, name: &str, content: &[u8]) -> Page {
        let sent = self.browser.post_file(&self.action, &self.fields, (field, name, content));
        self.browser.follow(sent)
    }
}

impl Browser {
    /// Posts a form with a file as one of Baton's pages would, without following.
    #[track_caller]
    fn post_file(
        &self,
        path: &str,
        fields: &[(String, String)],
        (field, name, content): (&str, &str, &[u8]),
    ) -> Page {
        const EDGE: &str = "----the-edge-of-a-part";
        let mut body = Vec::new();
        let mut part = |head: &str, content: &[u8]| {
            let head = format!("--{EDGE}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        for (name, value) in fields.iter().filter(|(name, _)| name != field) {
            part(&format!("name=\"{name}\""), value.as_bytes());
        }
        part(&format!("name=\"{field}\"; filename=\"{name}\""), content);
        body.extend_from_slice(format!("--{EDGE}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let headers = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", kind.as_str())];
        self.send("POST", path, &headers, body).expect("the server answers")
    }
}
