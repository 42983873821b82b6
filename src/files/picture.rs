//! Pictures among files: what they hold decides, never their names.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::error::{ParameterError, ParameterErrorKind};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
};

/// A picture that is shown: some 60 megapixels.
const BOUNDS: Bounds = Bounds { side: 12_000, memory: 192 * 1024 * 1024 };
/// The longest side of the small one beside it.
const SMALL: u32 = 640;

/// The pictures that browsers show, and that do nothing.
const SHOWN: [(&str, ImageFormat); 4] = [
    ("image/png", ImageFormat::Png),
    ("image/jpeg", ImageFormat::Jpeg),
    ("image/gif", ImageFormat::Gif),
    ("image/webp", ImageFormat::WebP),
];

/// The most that a picture may take. A file of a few bytes can claim any size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Pixels.
    pub side: u32,
    /// Bytes, while it is read.
    pub memory: u64,
}

/// What a file is.
#[derive(Debug)]
pub struct Kind {
    /// The type that its content has.
    pub content_type: &'static str,
    /// Where it is a picture that can be shown.
    pub picture: Option<Picture>,
}

/// A picture that was looked at whole.
#[derive(Debug)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// A small one for the thread.
    pub small: Vec<u8>,
}

/// Looks at a file. A picture that is damaged or too large is a file like any
/// other. Takes long: for threads that may.
///
/// # Errors
/// When the file cannot be read.
pub fn look(path: &Path) -> std::io::Result<Kind> {
    let mut file = BufReader::new(File::open(path)?);
    let mut beginning = Vec::new();
    file.by_ref().take(8192).read_to_end(&mut beginning)?;
    file.rewind()?;
    let content_type =
        infer::get(&beginning).map_or("application/octet-stream", |kind| kind.mime_type());
    let format = SHOWN.iter().find(|(shown, _)| *shown == content_type);
    let picture = format.and_then(|(_, format)| read(file, *format).ok());
    Ok(Kind { content_type, picture })
}

fn read(file: BufReader<File>, format: ImageFormat) -> ImageResult<Picture> {
    let whole = decode(file, format, BOUNDS)?;
    let (width, height) = (whole.width(), whole.height());
    let small = if width.max(height) > SMALL { whole.thumbnail(SMALL, SMALL) } else { whole };
    Ok(Picture { width, height, small: encode(&small)? })
}

/// Reads a picture within bounds, upright.
///
/// # Errors
/// When it is damaged or empty, or beyond the bounds: then nothing is taken for it.
pub(super) fn decode(
    file: impl BufRead + Seek,
    format: ImageFormat,
    bounds: Bounds,
) -> ImageResult<DynamicImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(bounds.side);
    limits.max_image_height = Some(bounds.side);
    limits.max_alloc = Some(bounds.memory);
    let mut reader = ImageReader::with_format(file, format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    // The decoder keeps to the limits for what it needs itself, not for what it makes.
    limits.reserve(decoder.total_bytes())?;
    // A phone stores which way it was held beside the picture.
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    if picture.width() == 0 || picture.height() == 0 {
        let empty = ParameterErrorKind::DimensionMismatch;
        return Err(ImageError::Parameter(ParameterError::from_kind(empty)));
    }
    Ok(picture)
}

fn encode(small: &DynamicImage) -> ImageResult<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    if small.color().has_alpha() {
        small.write_to(&mut out, ImageFormat::Png)?;
    } else {
        small.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, 82))?;
    }
    Ok(out.into_inner())
}

/// Whether browsers show pictures of a format.
pub(super) fn is_format_shown(format: ImageFormat) -> bool {
    SHOWN.iter().any(|(_, shown)| *shown == format)
}

/// Whether a type is one that is shown in place, if it has a size.
pub fn is_shown(content_type: &str) -> bool {
    SHOWN.iter().any(|(shown, _)| *shown == content_type)
}

/// The type of the small picture, by its first bytes.
pub fn type_of_small(beginning: &[u8]) -> &'static str {
    if beginning.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" }
}

/// A PNG that says of itself that it is a square of this side.
#[cfg(test)]
pub(super) fn claiming(mut png: Vec<u8>, side: u32) -> Vec<u8> {
    // Width and height stand in the first chunk, with a checksum behind.
    png[16..20].copy_from_slice(&side.to_be_bytes());
    png[20..24].copy_from_slice(&side.to_be_bytes());
    let mut sum = flate2::Crc::new();
    sum.update(&png[12..29]);
    png[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    png
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;

    fn looked_at(content: &[u8]) -> Kind {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        look(file.path()).unwrap()
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        RgbImage::new(width, height).write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_picture_has_a_size_and_a_small_one() {
        let kind = looked_at(&png(1300, 650));
        let picture = kind.picture.unwrap();
        assert_eq!((kind.content_type, picture.width, picture.height), ("image/png", 1300, 650));
        let small = image::load_from_memory(&picture.small).unwrap();
        assert_eq!((small.width(), small.height()), (640, 320));
        assert_eq!(type_of_small(&picture.small), "image/jpeg");
    }

    #[test]
    fn what_is_no_picture_is_a_file() {
        for (content, content_type) in [
            (
                &b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"[..],
                "text/xml",
            ),
            (b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
            (b"%PDF-1.7", "application/pdf"),
            (b"hello", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ] {
            let kind = looked_at(content);
            assert!(kind.picture.is_none());
            assert!([content_type, "application/octet-stream"].contains(&kind.content_type));
        }
        assert!(looked_at(&png(20, 20)[..60]).picture.is_none(), "cut off");
    }

    #[test]
    fn a_bomb_is_not_opened() {
        // Some bytes that claim to be much: by the sides, or by the memory alone.
        for side in [60_000, 11_000] {
            assert!(looked_at(&claiming(png(1, 1), side)).picture.is_none());
        }
    }
}
