//! Files of messages: on their way in with a form, and out to whoever may see the
//! message. What customers or files bring in is served apart: a raster picture in
//! place, everything else as a download, neither as a page of ours.

use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::TryStreamExt;
use serde::Deserialize;

use super::form::{Files, SentFile};
use super::view::{AttachedFile, FileField, FileView, Small, file_size};
use super::viewer::Viewer;
use crate::App;
use crate::db::DbError;
use crate::files::{intake, picture};
use crate::models::attachment::{self, Attachment, MOST, Sender};
use crate::models::conversation;
use crate::web::error::AppError;

/// The longer side of a small picture, as it is shown.
const SHOWN: i64 = 320;
const POLICY: &str = "sandbox; default-src 'none'";

/// Why a file that a form named cannot go with its message.
pub const GONE: &str = "A file is missing. Attach it again.";

/// How a file is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    /// The small picture; counts by being there.
    small: Option<String>,
}

/// `GET /attachments/ID/NAME`
///
/// # Errors
/// 404 when there is no such file for this member; or when a part of it fails.
pub async fn show(
    app: Data<App>,
    viewer: Viewer,
    request: HttpRequest,
    path: Path<(i64, String)>,
    asked: Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (id, _) = path.into_inner();
    let (workspace_id, actor) = (viewer.workspace_id, viewer.actor());
    let found = app
        .db
        .read(move |conn| {
            let Some((file, of)) = attachment::find(conn, workspace_id, id)? else {
                return Ok(None);
            };
            Ok(conversation::find(conn, workspace_id, actor, of)?.map(|_| file))
        })
        .await?;
    serve(&app, &request, &found.ok_or(AppError::NotFound)?, &asked).await
}

/// Serves a file to whoever may see it.
///
/// # Errors
/// 404 when the store has lost it; or when the store fails.
pub async fn serve(
    app: &App,
    request: &HttpRequest,
    file: &Attachment,
    asked: &Asked,
) -> Result<HttpResponse, AppError> {
    let is_picture = file.width.is_some() && picture::is_shown(&file.content_type);
    let is_small = is_picture && asked.small.is_some();
    // What is in a file never changes; whether one may see it does.
    let tag = format!("\"{}{}\"", file.id, if is_small { "-small" } else { "" });
    let is_known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|sent| *sent == *tag);
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header(("cross-origin-resource-policy", "same-origin"))
        .insert_header((header::ETAG, tag));
    if is_known {
        return Ok(answer.finish());
    }
    let key =
        if is_small { attachment::small_key(&file.store_key) } else { file.store_key.clone() };
    let stored = app.files.read(&key).await.map_err(broken)?.ok_or(AppError::NotFound)?;
    let (size, mut content) = (stored.size, stored.content);
    let first = content.try_next().await.map_err(broken)?.unwrap_or_default();
    let content_type = match (is_small, is_picture) {
        (true, _) => picture::type_of_small(&first),
        (_, true) => &file.content_type,
        _ => "application/octet-stream",
    };
    let begun = futures_util::stream::once(async move { Ok(first) });
    Ok(answer
        .content_type(content_type)
        .insert_header((header::CONTENT_DISPOSITION, disposition(&file.name, is_picture)))
        // As it is: packing what is packed already costs and saves nothing.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .no_chunking(size)
        .streaming(futures_util::StreamExt::chain(begun, content)))
}

/// The name for every browser: in ASCII for old ones, whole by RFC 5987.
fn disposition(name: &str, is_picture: bool) -> ContentDisposition {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';');
    let plain = name.chars().map(|c| if is_plain(c) || c == ' ' { c } else { '_' }).collect();
    let disposition =
        if is_picture { DispositionType::Inline } else { DispositionType::Attachment };
    ContentDisposition {
        disposition,
        parameters: vec![
            DispositionParam::Filename(plain),
            DispositionParam::FilenameExt(ExtendedValue {
                charset: Charset::Ext("UTF-8".to_owned()),
                language_tag: None,
                value: name.as_bytes().to_vec(),
            }),
        ],
    }
}

fn broken(error: object_store::Error) -> AppError {
    AppError::Internal(format!("the store of files failed: {error}"))
}

/// The files of one message, for a page; `link` makes a file's address.
pub fn views(
    files: &[Attachment],
    message_id: i64,
    link: impl Fn(&Attachment) -> String,
) -> Vec<FileView> {
    let of_message = files.iter().filter(|file| file.message_id == Some(message_id));
    of_message.map(|file| view(file, &link(file))).collect()
}

/// The address of a file for members.
pub fn member_link(file: &Attachment) -> String {
    format!("/attachments/{}/{}", file.id, in_path(&file.name))
}

/// A name as a part of an address.
pub fn in_path(name: &str) -> String {
    url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}

fn view(file: &Attachment, href: &str) -> FileView {
    let mark = if href.contains('?') { '&' } else { '?' };
    let small = file.width.zip(file.height).map(|(width, height)| {
        let longer = width.max(height).max(1);
        let shown = |side: i64| (side * SHOWN.min(longer) / longer).max(1);
        Small { href: format!("{href}{mark}small=1"), width: shown(width), height: shown(height) }
    });
    let size = file_size(file.size);
    FileView { name: file.name.clone(), href: href.to_owned(), size, small }
}

/// Takes in what came with a form: files that are new, and the words of those that
/// came before it. Each waits for its message; what is wrong is told beside them.
///
/// # Errors
/// When the database fails.
pub async fn take(
    app: &App,
    workspace_id: i64,
    sender: Sender,
    mut words: Vec<String>,
    files: Files,
) -> Result<FileField, AppError> {
    let mut field = FileField { attached: Vec::new(), error: files.problem };
    words.truncate(MOST);
    for word in words {
        let named = word.clone();
        let found =
            app.db.read(move |conn| attachment::named(conn, workspace_id, sender, &named)).await?;
        match found {
            Some(sent) if field.attached.iter().all(|one| one.word != word) => {
                let size = file_size(sent.size);
                field.attached.push(AttachedFile { word, name: sent.name, size });
            }
            Some(_) => {}
            None => {
                field.error = Some(GONE.to_owned());
            }
        }
    }
    for sent in files.taken {
        if field.attached.len() >= MOST {
            field.error = Some(format!("A message takes {MOST} files at most."));
            break;
        }
        match keep(app, workspace_id, sender, sent).await? {
            Ok(attached) => field.attached.push(attached),
            Err(problem) => field.error = Some(problem),
        }
    }
    Ok(field)
}

/// The row comes first, so that no file is ever stored that nobody knows of.
async fn keep(
    app: &App,
    workspace_id: i64,
    sender: Sender,
    sent: SentFile,
) -> Result<Result<AttachedFile, String>, AppError> {
    let SentFile { name, file, .. } = sent;
    let looked = intake::look(name.clone(), file)
        .await
        .map_err(|error| AppError::Internal(format!("an upload could not be read: {error}")))?;
    let (word, new) = (looked.word.clone(), looked.new.clone());
    let size = file_size(new.size);
    let by = word.clone();
    app.db.change(move |conn| attachment::add(conn, workspace_id, sender, &by, &new)).await?;
    if let Err(error) = looked.store(&app.files).await {
        tracing::error!(%error, "a file could not be stored");
        forget(app, workspace_id, word).await?;
        return Ok(Err(format!("{name} could not be stored. Try again in a moment.")));
    }
    Ok(Ok(AttachedFile { word, name, size }))
}

async fn forget(app: &App, workspace_id: i64, word: String) -> Result<(), DbError> {
    app.db.change(move |conn| attachment::forget(conn, workspace_id, &word)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gets_through_a_header_whole() {
        let header = disposition("Müller \"final\"; v2.pdf", false).to_string();
        assert_eq!(
            header,
            "attachment; filename=\"M_ller _final__ v2.pdf\"; \
             filename*=UTF-8''M%C3%BCller%20%22final%22%3B%20v2.pdf"
        );
        assert_eq!(in_path("a b/é?.png"), "a%20b%2F%C3%A9%3F.png");
    }

    #[test]
    fn a_small_picture_keeps_its_shape() {
        let file = |width, height| Attachment {
            id: 1,
            message_id: Some(7),
            name: "a.png".into(),
            content_type: "image/png".into(),
            size: 1,
            store_key: "k".into(),
            width: Some(width),
            height: Some(height),
        };
        for (sides, shown) in
            [((1280, 640), (320, 160)), ((20, 10), (20, 10)), ((1, 12_000), (1, 320))]
        {
            let views = views(&[file(sides.0, sides.1)], 7, member_link);
            let small = views[0].small.as_ref().unwrap();
            assert_eq!((small.width, small.height), shown);
            assert_eq!(small.href, "/attachments/1/a.png?small=1");
        }
    }
}
