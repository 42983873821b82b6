//! What holds for every request: the address it came to, the page it came
//! from, and the headers of the answer.

use actix_web::HttpResponse;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use url::Url;

use crate::App;
use crate::db::Origin;
use crate::web::error::AppError;
use crate::web::{client, respond, routes};

/// Scripts, styles, pictures, frames and form targets of this origin alone, and no
/// page of another site around ours. The customer's chat sets its own.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
    frame-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// The policy of a page that the sites in `ancestors` may put into a frame.
pub fn embeddable_policy(ancestors: &str) -> String {
    CONTENT_SECURITY_POLICY
        .replace("frame-ancestors 'none'", &format!("frame-ancestors 'self' {}", ancestors.trim()))
}

/// Refuses unsafe requests that did not come from a page of ours at our address,
/// and sends a GET for a foreign Host to the base address.
pub async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let app = App::of(request.request())?.clone();
    let base = &app.config.base_url;
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_foreign = is_foreign_host(&request, base);
    if is_read && is_foreign {
        let target = at_base(base, &request);
        let moved =
            HttpResponse::TemporaryRedirect().insert_header((header::LOCATION, target)).finish();
        Ok(request.into_response(moved).map_into_right_body())
    } else if !is_read && (is_foreign || !is_from_here(&request, base)) {
        Ok(request.error_response(AppError::CrossOrigin).map_into_right_body())
    } else {
        // All that is written for this request comes from its client.
        let client = client::of(request.request(), &app);
        let answer = Origin::Client(client.into()).of(next.call(request)).await?;
        Ok(answer.map_into_left_body())
    }
}

/// Sets the security headers, and forgets a flash that was shown.
pub async fn headers<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let is_https = App::of(request.request()).is_ok_and(|app| app.config.is_https());
    let mut response = next.call(request).await?;
    let (request, head) = (response.request().clone(), response.response_mut());
    respond::forget_flash(&request, head);
    secure(head.headers_mut(), is_https);
    Ok(response)
}

/// Sets the headers that a response does not set for itself.
fn secure(headers: &mut HeaderMap, https: bool) {
    let mut default = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    default(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::REFERRER_POLICY, "same-origin");
    default(header::CACHE_CONTROL, "no-store");
    default(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    default(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    );
    if https {
        // Of this host alone: others below it are not Baton's.
        default(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

/// Whether an unsafe request comes from a page of ours, where that counts.
fn is_from_here(request: &ServiceRequest, base: &Url) -> bool {
    request.path() == routes::FROM_ANYWHERE || is_same_origin(request.headers(), base)
}

/// Browsers say where a request comes from: `Sec-Fetch-Site` where the address
/// is trustworthy (https, localhost), else `Origin`. A request that says
/// neither is none of a browser's, and is refused.
fn is_same_origin(headers: &HeaderMap, base: &Url) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    headers
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok())
        .and_then(|origin| Url::parse(origin).ok())
        .is_some_and(|origin| is_one_address(&origin, base))
}

/// Whether the request was sent to another address. Only what no script can set
/// counts, so not `X-Forwarded-Host`: a site whose name was bound to our IP is
/// of the same origin as its own requests, but cannot hide that name.
fn is_foreign_host(request: &ServiceRequest, base: &Url) -> bool {
    if request.path() == "/healthz" {
        return false;
    }
    let by_header = || request.headers().get(header::HOST)?.to_str().ok();
    let host = request.uri().authority().map(|name| name.as_str()).or_else(by_header);
    let host = host.unwrap_or_default();
    !Url::parse(&format!("{}://{host}", base.scheme()))
        .is_ok_and(|address| is_one_address(&address, base))
}

/// The same scheme, host and port; localhost and 127.0.0.1 count as one.
fn is_one_address(a: &Url, b: &Url) -> bool {
    let name = |url: &Url| match url.host_str() {
        Some("127.0.0.1" | "[::1]") => Some("localhost".to_owned()),
        other => other.map(str::to_owned),
    };
    a.scheme() == b.scheme()
        && name(a) == name(b)
        && a.port_or_known_default() == b.port_or_known_default()
}

fn at_base(base: &Url, request: &ServiceRequest) -> String {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    format!("{}{path}", base.as_str().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_form_of_another_page_is_refused() {
        let base = Url::parse("https://baton.example").unwrap();
        let same = |pairs| is_same_origin(&headers(pairs), &base);
        assert!(same(&[("sec-fetch-site", "same-origin")]));
        assert!(same(&[("origin", "https://baton.example")]));
        assert!(!same(&[]));
        assert!(!same(&[("sec-fetch-site", "same-site"), ("origin", "https://baton.example")]));
        assert!(!same(&[("sec-fetch-site", "none")]));
        assert!(!same(&[("origin", "null")]));
        assert!(!same(&[("origin", "http://baton.example")]));
        assert!(!same(&[("origin", "https://baton.example:8443")]));
        assert!(!same(&[("origin", "https://baton.example.evil.example")]));
    }

    #[test]
    fn the_names_of_this_machine_are_one_address() {
        let base = Url::parse("http://127.0.0.1:8080").unwrap();
        for origin in ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"] {
            assert!(is_one_address(&Url::parse(origin).unwrap(), &base), "{origin}");
        }
        assert!(!is_one_address(&Url::parse("http://localhost:9090").unwrap(), &base));
    }

    #[test]
    fn a_chat_names_the_sites_that_may_embed_it() {
        let policy = embeddable_policy("https://shop.example https://www.shop.example");
        assert!(
            policy
                .ends_with("frame-ancestors 'self' https://shop.example https://www.shop.example")
        );
    }
}
