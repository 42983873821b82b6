//! Pictures among files: what they hold decides, never their names.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::error::{ParameterError, ParameterErrorKind};
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
};

use super::jpeg;

/// A picture that is shown: some 60 megapixels of a camera's, and 20 of what takes three
/// times as much while it is read, as a progressive JPEG does.
const BOUNDS: Bounds = Bounds { side: 12_000, memory: 192 * 1024 * 1024 };
/// What stands beside the pixels of a PNG may take, unpacked: a colour profile and words. Its
/// decoder reads that before anybody knows how large the picture is.
const BESIDE_PIXELS: u64 = 8 * 1024 * 1024;
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

/// A picture that was looked at whole.
#[derive(Debug)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// A small one for the thread.
    pub small: Vec<u8>,
}

/// The type that a file's content has.
///
/// # Errors
/// When the file cannot be read.
pub fn content_type(path: &Path) -> std::io::Result<&'static str> {
    let mut beginning = Vec::new();
    File::open(path)?.take(8192).read_to_end(&mut beginning)?;
    Ok(infer::get(&beginning).map_or("application/octet-stream", |kind| kind.mime_type()))
}

/// The bytes that it takes to look at a picture; `None` where it is damaged or too large,
/// and so a file like any other.
///
/// # Errors
/// When the file cannot be read.
pub fn needs(path: &Path, content_type: &str) -> std::io::Result<Option<u64>> {
    let Some(format) = format(content_type) else { return Ok(None) };
    let file = BufReader::new(File::open(path)?);
    Ok(begin(file, format, BOUNDS).ok().map(|(_, needs)| needs))
}

/// Looks at a picture; `None` as for [`needs`]. Takes long: for threads that may.
///
/// # Errors
/// When the file cannot be read.
pub fn look(path: &Path, content_type: &str) -> std::io::Result<Option<Picture>> {
    let Some(format) = format(content_type) else { return Ok(None) };
    Ok(read(BufReader::new(File::open(path)?), format).ok())
}

fn format(content_type: &str) -> Option<ImageFormat> {
    SHOWN.iter().find(|(shown, _)| *shown == content_type).map(|(_, format)| *format)
}

fn read(file: BufReader<File>, format: ImageFormat) -> ImageResult<Picture> {
    let (whole, orientation) = decode(file, format, BOUNDS)?;
    let mut sides = (whole.width(), whole.height());
    let mut small =
        if sides.0.max(sides.1) > SMALL { whole.thumbnail(SMALL, SMALL) } else { whole };
    small.apply_orientation(orientation);
    if is_on_its_side(orientation) {
        sides = (sides.1, sides.0);
    }
    Ok(Picture { width: sides.0, height: sides.1, small: encode(&small)? })
}

/// Reads a picture within bounds, and which way it was held: it is turned when it is small,
/// since turning makes a second one of its size.
///
/// # Errors
/// When it is damaged or empty, or beyond the bounds: then nothing is taken for it.
pub(super) fn decode(
    file: impl BufRead + Seek,
    format: ImageFormat,
    bounds: Bounds,
) -> ImageResult<(DynamicImage, Orientation)> {
    let (mut decoder, _) = begin(file, format, bounds)?;
    // A phone stores it beside the picture.
    let orientation = decoder.orientation()?;
    let picture = DynamicImage::from_decoder(decoder)?;
    if picture.width() == 0 || picture.height() == 0 {
        let empty = ParameterErrorKind::DimensionMismatch;
        return Err(ImageError::Parameter(ParameterError::from_kind(empty)));
    }
    Ok((picture, orientation))
}

/// A decoder for a picture within bounds, and the bytes that it is going to take.
fn begin<'a>(
    mut file: impl BufRead + Seek + 'a,
    format: ImageFormat,
    bounds: Bounds,
) -> ImageResult<(impl ImageDecoder + 'a, u64)> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(bounds.side);
    limits.max_image_height = Some(bounds.side);
    limits.max_alloc = Some(bounds.memory);
    let kept = match format {
        ImageFormat::Jpeg => jpeg::kept(&mut file),
        ImageFormat::Png => Some(0),
        // These make a frame or planes of their own first.
        _ => None,
    };
    file.rewind()?;
    let mut reader = ImageReader::with_format(file, format);
    let mut of_decoder = limits.clone();
    if format == ImageFormat::Png {
        of_decoder.max_alloc = Some(BESIDE_PIXELS);
    }
    reader.limits(of_decoder);
    let decoder = reader.into_decoder()?;
    let made = decoder.total_bytes();
    let kept = kept.unwrap_or(match format {
        ImageFormat::Jpeg => made.saturating_mul(3),
        _ => made,
    });
    let needs = made.saturating_add(kept);
    // The decoder keeps to the limits in what it knows of, which is not all of it.
    limits.reserve(needs)?;
    Ok((decoder, needs))
}

/// Whether the sides change places when it is turned upright.
fn is_on_its_side(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
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

    fn looked_at(content: &[u8]) -> (&'static str, Option<Picture>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        let kind = content_type(file.path()).unwrap();
        let picture = look(file.path(), kind).unwrap();
        let needs = needs(file.path(), kind).unwrap();
        assert!(picture.is_none() || needs.is_some_and(|needs| needs <= BOUNDS.memory));
        (kind, picture)
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        RgbImage::new(width, height).write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_picture_has_a_size_and_a_small_one() {
        let (kind, picture) = looked_at(&png(1300, 650));
        let picture = picture.unwrap();
        assert_eq!((kind, picture.width, picture.height), ("image/png", 1300, 650));
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
            let (kind, picture) = looked_at(content);
            assert!(picture.is_none());
            assert!([content_type, "application/octet-stream"].contains(&kind));
        }
        assert!(looked_at(&png(20, 20)[..60]).1.is_none(), "cut off");
    }

    #[test]
    fn a_bomb_is_not_opened() {
        // Some bytes that claim to be much: by the sides, or by the memory alone.
        for side in [60_000, 11_000] {
            assert!(looked_at(&claiming(png(1, 1), side)).1.is_none());
        }
    }

    #[test]
    fn neither_is_one_beside_the_pixels() {
        let with_profile = |bytes: usize| {
            let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), Default::default());
            std::io::Write::write_all(&mut packed, &vec![b'a'; bytes]).unwrap();
            let mut chunk = b"iCCPx\0\0".to_vec();
            chunk.extend(packed.finish().unwrap());
            let length = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes();
            let mut sum = flate2::Crc::new();
            sum.update(&chunk);
            let plain = png(20, 20);
            let (head, rest) = plain.split_at(33);
            [head, &length, &chunk, &sum.sum().to_be_bytes(), rest].concat()
        };
        // The picture is shown, without a profile that is no profile.
        let profile = |bytes: usize| {
            let file = Cursor::new(with_profile(bytes));
            let (mut decoder, _) = begin(file, ImageFormat::Png, BOUNDS).unwrap();
            decoder.icc_profile().unwrap().map(|profile| profile.len())
        };
        assert_eq!(profile(500_000), Some(500_000));
        assert_eq!(profile(64 * 1024 * 1024), None);
    }

    #[test]
    fn what_a_decoder_keeps_meanwhile_counts() {
        let of = |frame, sides, in_scan| looked_at(&jpeg::of_nothing(frame, sides, in_scan)).1;
        let shown =
            |frame, sides| of(frame, sides, 3).map(|picture| (picture.width, picture.height));
        assert_eq!(shown(0xc0, (6000, 4000)), Some((6000, 4000)), "of a camera");
        assert_eq!(shown(0xc2, (4000, 3000)), Some((4000, 3000)), "progressive");
        assert_eq!(shown(0xc2, (8000, 8000)), None);
        assert!(of(0xc0, (8000, 8000), 1).is_none(), "a colour after the other");
    }

    #[test]
    fn a_picture_that_was_held_upright_is_shown_so() {
        let mut out = Cursor::new(Vec::new());
        RgbImage::new(1300, 650).write_to(&mut out, ImageFormat::Jpeg).unwrap();
        let plain = out.into_inner();
        // Orientation 6 in a little TIFF header.
        let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let held = [&plain[..2], b"\xff\xe1", &length, exif, &plain[2..]].concat();
        let picture = looked_at(&held).1.unwrap();
        assert_eq!((picture.width, picture.height), (650, 1300));
        let small = image::load_from_memory(&picture.small).unwrap();
        assert_eq!((small.width(), small.height()), (320, 640));
    }
}
