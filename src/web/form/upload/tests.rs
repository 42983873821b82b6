use std::path::Path;

use actix_web::http::StatusCode;
use actix_web::{App as ActixApp, HttpResponse, test, web};
use serde::Deserialize;

use super::*;
use crate::App;
use crate::config::{Args, Config};

#[derive(Deserialize)]
struct Letter {
    #[serde(default)]
    words: String,
}

impl TakesFiles for Letter {
    const MOST: usize = 2;
    const MEGABYTES: u64 = 1;
}

async fn answer(form: FileForm<Letter>) -> Result<HttpResponse, AppError> {
    let (form, files) = form.read("192.0.2.1".to_owned()).await?;
    let taken: Vec<String> = files
        .taken
        .iter()
        .map(|sent| {
            let content = std::fs::read(sent.file.path()).unwrap();
            assert_eq!(content.len() as u64, sent.size);
            format!("{} in {}: {}", sent.name, sent.field, sent.size)
        })
        .collect();
    Ok(HttpResponse::Ok().body(format!("{}; {taken:?}; {:?}", form.words, files.problem)))
}

/// A part of a form: its name, the name of its file, and what it holds.
type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

fn encoded(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map_or(String::new(), |file| format!("; filename=\"{file}\""));
        let head =
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}

/// What the form came to, and how many files are left afterwards.
async fn send(body: Vec<u8>) -> (StatusCode, String, usize) {
    let folder = tempfile::tempdir().unwrap();
    let args = Args { data_dir: Some(folder.path().to_owned()), ..Args::default() };
    let app = App::open(Config::resolve(&args).unwrap()).unwrap();
    let uploads = app.config.uploads_dir();
    let service = ActixApp::new().app_data(web::Data::new(app)).route("/", web::post().to(answer));
    let service = test::init_service(service).await;
    let request = test::TestRequest::post()
        .uri("/")
        .insert_header(("content-type", "multipart/form-data; boundary=edge"))
        .set_payload(body);
    let answer = test::call_service(&service, request.to_request()).await;
    let status = answer.status();
    let text = String::from_utf8(test::read_body(answer).await.to_vec()).unwrap();
    (status, text, left_in(&uploads))
}

fn left_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[actix_web::test]
async fn a_form_brings_its_text_and_its_files() {
    let (status, text, left) = send(encoded(&[
        ("words", None, "héllo & = more".as_bytes()),
        ("letter", Some("../new/photo.png"), b"\x89PNG"),
        ("letter", Some(""), b""),
    ]))
    .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(text, "héllo & = more; [\"photo.png in letter: 4\"]; None");
    assert_eq!(left, 0, "nobody kept it");
}

#[actix_web::test]
async fn a_file_that_is_too_large_is_named_and_the_rest_arrives() {
    let large = vec![7; 1024 * 1024 + 1];
    let (status, text, left) = send(encoded(&[
        ("letter", Some("large.bin"), &large),
        ("letter", Some("exact.bin"), &large[1..]),
        ("words", None, b"kept"),
    ]))
    .await;
    assert_eq!(status, StatusCode::OK);
    let expected =
        "kept; [\"exact.bin in letter: 1048576\"]; Some(\"large.bin is larger than 1 MB.\")";
    assert_eq!((text.as_str(), left), (expected, 0));
}

#[actix_web::test]
async fn more_files_than_a_form_takes_are_refused_in_words() {
    let files = [("letter", Some("a"), &b"1"[..]); 3];
    let (_, text, _) = send(encoded(&files)).await;
    assert!(text.ends_with("Some(\"Please choose 2 files at most.\")"), "{text}");
}

#[actix_web::test]
async fn a_form_without_end_or_cut_off_is_refused_and_leaves_nothing() {
    let endless = vec![7; BODY_MAX + 1];
    let (status, _, left) = send(encoded(&[("words", None, &endless)])).await;
    assert_eq!((status, left), (StatusCode::PAYLOAD_TOO_LARGE, 0));
    let whole = encoded(&[("letter", Some("a"), &endless)]);
    let (status, _, left) = send(whole[..BODY_MAX / 2].to_vec()).await;
    assert_eq!((status, left), (StatusCode::UNPROCESSABLE_ENTITY, 0));
}
