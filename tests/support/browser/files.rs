//! Forms with files, as browsers send them.

use super::{Browser, Page};

const EDGE: &str = "----baton-test-edge";

impl Browser {
    /// Posts a form with files as one of Baton's pages would, without following.
    #[track_caller]
    pub fn post_files(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(String, String, Vec<u8>)],
    ) -> Page {
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let headers = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", &kind)];
        self.send("POST", path, &headers, multipart(fields, files)).expect("the server answers")
    }
}

/// A form with files as it goes over the wire.
pub fn multipart(fields: &[(&str, &str)], files: &[(String, String, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut part = |head: String, content: &[u8]| {
        let head = format!("--{EDGE}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    for (name, value) in fields {
        part(format!("name=\"{name}\""), value.as_bytes());
    }
    for (field, name, content) in files {
        let name = name.replace('"', "%22");
        part(format!("name=\"{field}\"; filename=\"{name}\""), content);
    }
    body.extend_from_slice(format!("--{EDGE}--\r\n").as_bytes());
    body
}
