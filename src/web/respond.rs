//! How handlers answer: a page with a status, or a redirect with a word on what
//! happened.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, CookieJar, Key, SameSite};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::routes;
use super::view::Flash;
use crate::App;
use crate::models::limit::RetryAfter;
use crate::web::error::AppError;

const FLASH: &str = "baton_flash";

/// What a page has room for before its text has to move: most pages fit.
const PAGE_SIZE: usize = 64 * 1024;

/// A rendered page. One that shows a refused form again says so first in its title, which
/// is read out before anything else.
///
/// # Errors
/// When the template fails, which is a defect.
pub fn page(status: StatusCode, template: &impl Template) -> Result<HttpResponse, AppError> {
    let mut html = String::with_capacity(PAGE_SIZE);
    template.render_into(&mut html)?;
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        html = html.replacen("<title>", "<title>Error: ", 1);
    }
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}

/// A rendered page with status 200.
///
/// # Errors
/// As [`page`].
pub fn ok(template: &impl Template) -> Result<HttpResponse, AppError> {
    page(StatusCode::OK, template)
}

/// A few words for a script.
pub fn plain(status: StatusCode, words: String) -> HttpResponse {
    HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(words)
}

/// The answer where a limit is reached: with when there is room again.
pub fn too_many(mut response: HttpResponse, RetryAfter(seconds): RetryAfter) -> HttpResponse {
    response.headers_mut().insert(header::RETRY_AFTER, seconds.max(1).into());
    response
}

/// 303 to a local path: what a write answers, so that a reload repeats nothing.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// [`see_other`], with what happened, said once on the next page.
pub fn see_other_with(app: &App, path: &str, flash: &Flash) -> HttpResponse {
    let mut response = see_other(path);
    let mut jar = CookieJar::new();
    let value = serde_json::to_string(flash).unwrap_or_default();
    // Signed, so that only Baton speaks through it; short-lived, so that an
    // answer nobody fetched is not told much later.
    let mut cookie = Cookie::new(FLASH, to_cookie(&value));
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(app.config.is_https());
    cookie.set_max_age(Duration::minutes(1));
    jar.signed_mut(&app.cookie_key).add(cookie);
    for cookie in jar.delta() {
        // A value that no header can carry leaves the page without a flash.
        if response.add_cookie(cookie).is_err() {
            tracing::warn!("a flash could not be sent");
        }
    }
    response
}

/// Whether somebody gets to see the answer: not of a HEAD, nor of what a browser fetches
/// ahead.
pub fn is_seen(request: &HttpRequest) -> bool {
    let purpose = request.headers().get("sec-purpose").and_then(|value| value.to_str().ok());
    request.method() != Method::HEAD && !purpose.unwrap_or_default().starts_with("prefetch")
}

/// What happened just before this request, if it has not been told yet.
pub fn incoming_flash(request: &HttpRequest, key: &Key) -> Option<Flash> {
    let sent = request.cookie(FLASH)?;
    let mut jar = CookieJar::new();
    jar.add_original(sent);
    let flash = from_cookie(jar.signed(key).get(FLASH)?.value())?;
    request.extensions_mut().insert(FlashIsHere);
    Some(flash)
}

/// Marks a request whose flash a page may have told.
struct FlashIsHere;

/// Forgets the flash once a page (and not a redirect) has had it.
pub fn forget_flash(request: &HttpRequest, response: &mut HttpResponse<impl Sized>) {
    let told =
        !response.status().is_redirection() && request.extensions().contains::<FlashIsHere>();
    if told {
        let mut cookie = Cookie::new(FLASH, "");
        cookie.set_path("/");
        if response.add_removal_cookie(&cookie).is_err() {
            tracing::warn!("a flash could not be removed");
        }
    }
}

/// Whether a path leads back into this program and nowhere else, written as a header
/// carries it.
pub fn local_path(next: &str) -> Option<&str> {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    is_local.then_some(next)
}

/// The way to a local path by signing in.
pub fn by_sign_in(next: &str) -> String {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/login?next={next}")
}

/// The page that a form was on, as a local path. A browser that does not say it is led to
/// the nearest one above the form's own path.
pub fn page_before(request: &HttpRequest) -> String {
    request
        .headers()
        .get(header::REFERER)
        .and_then(|value| url::Url::parse(value.to_str().ok()?).ok())
        .map(|page| page[url::Position::BeforePath..url::Position::AfterQuery].to_owned())
        .filter(|path| local_path(path).is_some())
        .or_else(|| routes::page_of_form(request.path()).map(str::to_owned))
        .unwrap_or_else(|| "/inbox".to_owned())
}

/// Without a sign that a cookie's reader would decode: the signature is over the
/// text as it was sent.
fn to_cookie(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn from_cookie(value: &str) -> Option<Flash> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_program_are_followed() {
        for path in ["/inbox", "/conversations/7?view=mine", "/"] {
            assert_eq!(local_path(path), Some(path));
        }
        for path in [
            "",
            "inbox",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nSet-Cookie: x",
            "/search?q=ä",
            "javascript:alert(1)",
        ] {
            assert_eq!(local_path(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_flash_survives_the_cookie() {
        let flash = Flash::warn("Assigned to “Ana & Söhne” = 100%; done.");
        let sent = serde_json::to_string(&flash).unwrap();
        let read = from_cookie(&to_cookie(&sent)).unwrap();
        assert_eq!((read.kind, read.text), (flash.kind, flash.text));
    }
}
