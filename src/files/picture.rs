//! Pictures among files: what they hold decides, never their names.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits};

/// The longest side of a picture that is shown, and of the small one beside it.
const LONGEST: u32 = 12_000;
const SMALL: u32 = 640;
/// The most memory that a picture may take: some 60 megapixels. A file of a few
/// bytes can claim any size.
const MEMORY: u64 = 192 * 1024 * 1024;

/// The pictures that browsers show, and that do nothing.
const SHOWN: [(&str, ImageFormat); 4] = [
    ("image/png", ImageFormat::Png),
    ("image/jpeg", ImageFormat::Jpeg),
    ("image/gif", ImageFormat::Gif),
    ("image/webp", ImageFormat::WebP),
];

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
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(file, format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let mut whole = DynamicImage::from_decoder(decoder)?;
    whole.apply_orientation(orientation);
    let (width, height) = (whole.width(), whole.height());
    let small = if width.max(height) > SMALL { whole.thumbnail(SMALL, SMALL) } else { whole };
    Ok(Picture { width, height, small: encode(&small)? })
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

/// Whether a type is one that is shown in place, if it has a size.
pub fn is_shown(content_type: &str) -> bool {
    SHOWN.iter().any(|(shown, _)| *shown == content_type)
}

/// The type of the small picture, by its first bytes.
pub fn type_of_small(beginning: &[u8]) -> &'static str {
    if beginning.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" }
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
        for side in [60_000_u32, 11_000] {
            let mut bomb = png(1, 1);
            bomb[16..20].copy_from_slice(&side.to_be_bytes());
            bomb[20..24].copy_from_slice(&side.to_be_bytes());
            let mut sum = flate2::Crc::new();
            sum.update(&bomb[12..29]);
            bomb[29..33].copy_from_slice(&sum.sum().to_be_bytes());
            assert!(looked_at(&bomb).picture.is_none());
        }
    }
}
