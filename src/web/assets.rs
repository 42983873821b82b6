//! Styles, scripts and pictures, carried inside the binary.
//!
//! All style sheets become one `app.css` and the scripts of the app one
//! `app.js`, so that a page needs few requests without a build step. The hash of
//! the content is part of the address: a browser may keep a file for ever, and
//! gets a new address when it changes.

use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

use actix_web::http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use mime_guess::mime;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// Style sheets in the order of their layers; a folder stands for its files by name.
const STYLES: [&str; 5] =
    ["css/tokens.css", "css/base.css", "css/layout.css", "css/components/", "css/pages/"];

const FOREVER: &str = "public, max-age=31536000, immutable";

struct Asset {
    url: String,
    hash: String,
    content_type: String,
    plain: Bytes,
    /// Present where compression saves something.
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
}

static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let mut files: Vec<String> = Files::iter().map(|name| name.into_owned()).collect();
    files.sort();
    let styles =
        STYLES.iter().flat_map(|part| files.iter().filter(move |name| name.starts_with(part)));
    let scripts = files.iter().filter(|name| is_app_script(name));
    let mut assets = HashMap::from([
        ("app.css".to_owned(), Asset::new("app.css", joined(styles))),
        ("app.js".to_owned(), Asset::new("app.js", joined(scripts))),
    ]);
    for name in files.iter().filter(|name| !name.starts_with("css/") && !is_app_script(name)) {
        assets.insert(name.clone(), Asset::new(name, read(name)));
    }
    assets
});

/// Scripts directly in `js/`, and others' in `vendor/`, run on every page of the team;
/// those in the folders of `js/` keep their own address.
fn is_app_script(name: &str) -> bool {
    name.starts_with("vendor/") || name.strip_prefix("js/").is_some_and(|file| !file.contains('/'))
}

fn joined<'a>(names: impl Iterator<Item = &'a String>) -> Vec<u8> {
    let mut all = Vec::new();
    for name in names {
        all.extend(read(name));
        all.push(b'\n');
    }
    all
}

fn read(name: &str) -> Vec<u8> {
    Files::get(name).map(|file| file.data.into_owned()).unwrap_or_default()
}

impl Asset {
    fn new(name: &str, content: Vec<u8>) -> Self {
        let digest = Sha256::digest(&content);
        let hash: String = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        let smaller = |packed: Option<Vec<u8>>| {
            packed.filter(|packed| packed.len() < content.len()).map(Bytes::from)
        };
        Self {
            url: format!("/static/{hash}/{name}"),
            content_type: content_type(name),
            gzip: smaller(gzip(&content)),
            brotli: smaller(brotli(&content)),
            plain: Bytes::from(content),
            hash,
        }
    }

    /// The smallest form that the browser takes.
    fn body_for(&self, request: &HttpRequest) -> (Option<ContentEncoding>, Bytes) {
        let offers = [
            (Encoding::brotli(), ContentEncoding::Brotli, &self.brotli),
            (Encoding::gzip(), ContentEncoding::Gzip, &self.gzip),
        ];
        let Ok(accepted) = AcceptEncoding::parse(request) else {
            return (None, self.plain.clone());
        };
        let supported: Vec<Encoding> = offers
            .iter()
            .filter(|(.., body)| body.is_some())
            .map(|(encoding, ..)| encoding.clone())
            .chain([Encoding::identity()])
            .collect();
        let chosen = accepted.negotiate(supported.iter());
        offers
            .into_iter()
            .find(|(encoding, ..)| chosen.as_ref() == Some(encoding))
            .and_then(|(_, coding, body)| Some((Some(coding), body.clone()?)))
            .unwrap_or_else(|| (None, self.plain.clone()))
    }
}

fn gzip(content: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).ok()?;
    encoder.finish().ok()
}

fn brotli(content: &[u8]) -> Option<Vec<u8>> {
    let mut packed = Vec::new();
    // The best quality and the usual window would take 100 MiB for a while, to save a
    // hundredth.
    let mut encoder = brotli::CompressorWriter::new(&mut packed, 4096, 7, 18);
    encoder.write_all(content).ok()?;
    encoder.flush().ok()?;
    drop(encoder);
    Some(packed)
}

fn content_type(name: &str) -> String {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    if kind.type_() == mime::TEXT { format!("{kind}; charset=utf-8") } else { kind.to_string() }
}

/// The address of a file in `static/`, or of `app.css` and `app.js`.
///
/// # Panics
/// When there is no such file: names come from templates, never from a request.
#[allow(clippy::panic, reason = "names stand in templates, which the tests render")]
pub fn url(name: &str) -> &'static str {
    match ASSETS.get(name) {
        Some(asset) => &asset.url,
        None => panic!("there is no static file {name}"),
    }
}

/// The content of a file, for an address of its own such as `/chat/KEY/embed.js`.
///
/// # Panics
/// When there is no such file, as [`url`].
#[allow(clippy::panic, reason = "names stand in templates, which the tests render")]
pub fn content(name: &str) -> Bytes {
    match ASSETS.get(name) {
        Some(asset) => asset.plain.clone(),
        None => panic!("there is no static file {name}"),
    }
}

/// `GET /service-worker.js`: what shows notifications while no page is open. It stands at
/// the root, since a service worker is one for what is below it alone.
pub async fn service_worker() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(content("js/push/service-worker.js"))
}

/// Reads and compresses everything now instead of during the first request.
pub fn prepare() {
    LazyLock::force(&ASSETS);
}

/// `GET /static/{hash}/{name:.*}`
pub async fn serve(request: HttpRequest, path: Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    let Some(asset) = ASSETS.get(&name) else {
        return HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("Not found");
    };
    let (coding, body) = asset.body_for(&request);
    let mut response = HttpResponse::Ok();
    response.content_type(&*asset.content_type).insert_header((header::VARY, "Accept-Encoding"));
    // A page of an older version asks with its own hash: it gets what there is,
    // but must not keep it under that address.
    response.insert_header((
        header::CACHE_CONTROL,
        if hash == asset.hash { FOREVER } else { "no-cache" },
    ));
    if let Some(coding) = coding {
        response.insert_header(coding);
    }
    response.body(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::StatusCode;
    use actix_web::{App, body::to_bytes, dev::ServiceResponse, test, web};
    use std::collections::HashSet;
    use std::io::Read;

    async fn get(url: &str, accept: Option<&str>) -> ServiceResponse {
        let app =
            test::init_service(App::new().route("/static/{hash}/{name:.*}", web::get().to(serve)))
                .await;
        let mut request = test::TestRequest::get().uri(url);
        if let Some(accept) = accept {
            request = request.insert_header((header::ACCEPT_ENCODING, accept));
        }
        test::call_service(&app, request.to_request()).await
    }

    fn header<'a>(response: &'a ServiceResponse, name: &str) -> Option<&'a str> {
        response.headers().get(name).and_then(|value| value.to_str().ok())
    }

    #[actix_web::test]
    async fn a_file_may_be_kept_for_ever_under_its_hash() {
        let response = get(url("app.css"), None).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-type"), Some("text/css; charset=utf-8"));
        assert_eq!(header(&response, "cache-control"), Some(FOREVER));
        assert_eq!(header(&response, "vary"), Some("Accept-Encoding"));
        assert_eq!(header(&response, "content-encoding"), None);
    }

    #[actix_web::test]
    async fn every_file_comes_as_what_it_is() {
        let kinds: HashSet<&str> = ASSETS.values().map(|asset| &*asset.content_type).collect();
        let known = [
            "text/css; charset=utf-8",
            "text/javascript; charset=utf-8",
            "image/svg+xml",
            "image/png",
        ];
        assert_eq!(kinds, HashSet::from(known));
    }

    #[actix_web::test]
    async fn the_hash_of_another_version_must_not_be_kept() {
        let response = get("/static/0123456789ab/app.css", None).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "cache-control"), Some("no-cache"));
    }

    #[actix_web::test]
    async fn unknown_names_are_not_found() {
        for path in ["nothing.css", "css/tokens.css", "../Cargo.toml", "%2e%2e/Cargo.toml", ""] {
            let response = get(&format!("/static/0123456789ab/{path}"), None).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[actix_web::test]
    async fn each_browser_gets_the_smallest_form_that_it_takes() {
        let plain = &ASSETS["app.css"].plain;
        for (accept, coding) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("identity", None),
            ("zstd", None),
        ] {
            let response = get(url("app.css"), Some(accept)).await;
            assert_eq!(header(&response, "content-encoding"), coding, "{accept}");
            let body = to_bytes(response.into_body()).await.unwrap();
            let mut text = Vec::new();
            match coding {
                Some("br") => {
                    brotli::Decompressor::new(&body[..], 4096).read_to_end(&mut text).unwrap();
                }
                Some(_) => {
                    flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut text).unwrap();
                }
                None => text.extend_from_slice(&body),
            }
            assert!(text == plain[..], "{accept} changed the content");
        }
    }

    #[actix_web::test]
    async fn the_style_sheet_holds_every_file_in_the_order_of_the_layers() {
        let css = std::str::from_utf8(&ASSETS["app.css"].plain).unwrap();
        let positions: Vec<usize> = [
            "@layer reset, base, layout",
            "@layer reset {",
            "@layer layout {",
            "@layer components {",
            "@layer pages {",
        ]
        .iter()
        .map(|mark| css.find(mark).unwrap_or_else(|| panic!("{mark} is missing")))
        .collect();
        assert!(positions.is_sorted());
    }

    #[actix_web::test]
    async fn every_file_that_a_template_names_exists() {
        let mut folders = vec![std::path::PathBuf::from("templates")];
        let mut found = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for name in
                    text.split("assets::url(\"").skip(1).filter_map(|rest| rest.split('"').next())
                {
                    assert!(ASSETS.contains_key(name), "{} names {name}", path.display());
                    found += 1;
                }
            }
        }
        assert!(found > 5);
    }
}
