//! Packs pages with gzip before they leave.
//!
//! actix's own `Compress` hands every body over 1 kB to the blocking pool, chunk
//! by chunk: under load that is hundreds of threads, and an answer in pieces. A
//! page is a few dozen kilobytes in memory, packed in one go in less than the way
//! to another thread takes, and sent with its length.

use std::io::Write;

use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    self, AcceptEncoding, ContentEncoding, Encoding, Header, HeaderValue,
};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Below this, packing saves no packet on the wire.
const MIN: u64 = 1024;

/// Above this, packing takes long enough to keep other requests waiting. Nothing
/// that people read is near it.
const MAX: u64 = 2 * 1024 * 1024;

/// Packs the body where the browser takes gzip, the body is text, and it is in
/// memory as a whole. A stream goes out as it is, and so does what is packed.
///
/// # Errors
/// Those of the service within.
pub async fn gzip<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let is_accepted = accepts_gzip(&request);
    let mut response = next.call(request).await?;
    if !is_packable(&response) {
        return Ok(response.map_into_left_body());
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !is_accepted {
        return Ok(response.map_into_left_body());
    }
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    match body.try_into_bytes() {
        Ok(plain) => {
            let packed = pack(&plain);
            if packed.is_some() {
                response
                    .headers_mut()
                    .insert(header::CONTENT_ENCODING, ContentEncoding::Gzip.to_header_value());
            }
            let body = BoxBody::new(packed.map_or(plain, Bytes::from));
            Ok(ServiceResponse::new(request, response.set_body(EitherBody::right(body))))
        }
        Err(body) => Ok(ServiceResponse::new(request, response.set_body(EitherBody::left(body)))),
    }
}

fn accepts_gzip(request: &ServiceRequest) -> bool {
    let offers = [Encoding::gzip(), Encoding::identity()];
    AcceptEncoding::parse(request)
        .is_ok_and(|accepted| accepted.negotiate(offers.iter()) == Some(Encoding::gzip()))
}

fn is_packable<B: MessageBody>(response: &ServiceResponse<B>) -> bool {
    let headers = response.headers();
    let is_text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/") || kind.starts_with("application/json"));
    is_text
        && !headers.contains_key(header::CONTENT_ENCODING)
        && matches!(response.response().body().size(), BodySize::Sized(MIN..=MAX))
}

/// `None` where packing fails, which a buffer in memory has no reason for.
fn pack(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use actix_web::http::StatusCode;
    use actix_web::middleware::from_fn;
    use actix_web::{App, HttpResponse, test, web};

    use super::*;

    /// What a browser that accepts `coding` gets for a page of `text`: its
    /// coding, and the bytes.
    async fn answer(
        coding: &'static str,
        text: String,
        kind: &'static str,
    ) -> (Option<String>, Vec<u8>) {
        let app = test::init_service(App::new().wrap(from_fn(gzip)).route(
            "/",
            web::get().to(move || {
                let text = text.clone();
                async move { HttpResponse::Ok().content_type(kind).body(text) }
            }),
        ))
        .await;
        let request = test::TestRequest::get().insert_header(("accept-encoding", coding));
        let response = test::call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), StatusCode::OK);
        let coding = response
            .headers()
            .get(header::CONTENT_ENCODING)
            .map(|value| value.to_str().unwrap().to_owned());
        (coding, test::read_body(response).await.to_vec())
    }

    #[actix_web::test]
    async fn a_page_is_packed_for_those_who_take_it() {
        let page = "<p>Mia claimed this.</p>".repeat(400);
        let (coding, body) = answer("gzip, deflate, br", page.clone(), "text/html").await;
        assert_eq!(coding.as_deref(), Some("gzip"));
        let mut text = String::new();
        flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, page);
        for coding in ["identity", "br", "gzip;q=0"] {
            assert_eq!(
                answer(coding, page.clone(), "text/html").await,
                (None, page.clone().into_bytes())
            );
        }
    }

    #[actix_web::test]
    async fn what_gains_nothing_goes_as_it_is() {
        let (coding, _) = answer("gzip", "short".to_owned(), "text/html").await;
        assert_eq!(coding, None);
        let (coding, _) = answer("gzip", "x".repeat(5000), "image/png").await;
        assert_eq!(coding, None);
    }
}
