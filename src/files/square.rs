//! From a file that somebody sent to a small square PNG.

use std::io::{BufRead, Cursor, Seek};

use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat, ImageReader};

use super::picture::{self, Bounds};

/// The side of a picture, in pixels: twice the size at which the largest is shown.
const SIDE: u32 = 96;
/// What a camera makes today fits; what is larger is no portrait.
const LONGEST_SIDE: u32 = 10_000;
const BOUNDS: Bounds = Bounds { side: LONGEST_SIDE, memory: 256 * 1024 * 1024 };

/// Why a file is no picture to Baton, worded for the person who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureProblem {
    #[error("This is not a picture that Baton can read. Use a PNG, JPEG, GIF or WebP file.")]
    Unreadable,
    #[error("This picture is too large. Use one of at most {LONGEST_SIDE} pixels a side.")]
    TooLarge,
}

/// Draws the middle of a picture as a square PNG: nothing of the file is in it but what
/// could be seen, neither a place nor a script. What the file says of its type counts for
/// nothing. It takes a while: not on a thread that others wait for.
///
/// # Errors
/// [`PictureProblem`], worded for the person who chose the file.
pub fn draw(file: impl BufRead + Seek) -> Result<Vec<u8>, PictureProblem> {
    // Made small before it is turned, which would be a second one of its size.
    let (whole, orientation) = read(file)?;
    let mut square = whole.resize_to_fill(SIDE, SIDE, FilterType::Lanczos3);
    square.apply_orientation(orientation);
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageRgba8(square.to_rgba8())
        .write_to(&mut png, ImageFormat::Png)
        .map_err(problem)?;
    Ok(png.into_inner())
}

fn read(file: impl BufRead + Seek) -> Result<(DynamicImage, Orientation), PictureProblem> {
    let reader =
        ImageReader::new(file).with_guessed_format().map_err(|_| PictureProblem::Unreadable)?;
    let format = reader.format().filter(|format| picture::is_format_shown(*format));
    let format = format.ok_or(PictureProblem::Unreadable)?;
    picture::decode(reader.into_inner(), format, BOUNDS).map_err(problem)
}

fn problem(error: image::ImageError) -> PictureProblem {
    match error {
        image::ImageError::Limits(_) => PictureProblem::TooLarge,
        _ => PictureProblem::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::picture::claiming;
    use super::*;

    fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut picture =
            image::RgbaImage::from_pixel(width, height, image::Rgba([200, 40, 40, 255]));
        // Another colour at the edges, which a square of the middle leaves out.
        for y in 0..height {
            picture.put_pixel(0, y, image::Rgba([0, 0, 255, 255]));
        }
        let mut out = Cursor::new(Vec::new());
        let picture = DynamicImage::ImageRgba8(picture);
        let picture = match format {
            ImageFormat::Jpeg => DynamicImage::ImageRgb8(picture.to_rgb8()),
            _ => picture,
        };
        picture.write_to(&mut out, format).expect("it can be written");
        out.into_inner()
    }

    fn drawn(file: &[u8]) -> Result<DynamicImage, PictureProblem> {
        let png = draw(Cursor::new(file))?;
        Ok(image::load_from_memory_with_format(&png, ImageFormat::Png).expect("a PNG"))
    }

    #[test]
    fn whatever_comes_in_a_square_of_its_middle_comes_out() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            for (width, height) in [(300, 200), (80, 240), (96, 96), (1, 1)] {
                let picture = drawn(&encoded(width, height, format)).expect("a picture");
                assert_eq!((picture.width(), picture.height()), (SIDE, SIDE), "{format:?}");
            }
        }
        let wide = drawn(&encoded(400, 100, ImageFormat::Png)).expect("a picture").to_rgba8();
        assert_eq!(wide.get_pixel(0, 0).0, [200, 40, 40, 255], "the edges are cut off");
    }

    #[test]
    fn what_is_no_picture_or_only_named_one_is_refused() {
        let png = encoded(300, 200, ImageFormat::Png);
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        for file in [&b""[..], b"\x89PNG", svg, b"<html>", &png[..png.len() / 2], b"GIF89a"] {
            assert_eq!(
                drawn(file).err(),
                Some(PictureProblem::Unreadable),
                "{:?}",
                &file[..file.len().min(8)]
            );
        }
    }

    #[test]
    fn a_few_bytes_that_claim_to_be_an_enormous_picture_take_no_memory() {
        let bomb = claiming(encoded(300, 200, ImageFormat::Png), 65_536);
        assert_eq!(drawn(&bomb).err(), Some(PictureProblem::TooLarge));
    }

    #[test]
    fn what_would_take_too_much_memory_is_refused_although_its_sides_are_allowed() {
        let mut file = Cursor::new(Vec::new());
        DynamicImage::new_rgba16(30, 20).write_to(&mut file, ImageFormat::Png).expect("a PNG");
        let bomb = claiming(file.into_inner(), LONGEST_SIDE);
        assert_eq!(drawn(&bomb).err(), Some(PictureProblem::TooLarge));
    }
}
