//! How templates write a text into HTML.

use std::fmt::{Result, Write};

use askama::filters::{self, Escaper};

/// Askama's escaping, spared the texts that have nothing to escape, which most are:
/// askama looks at one byte after the other, this at sixteen at once.
#[derive(Clone, Copy, Debug)]
pub struct Html;

impl Escaper for Html {
    fn write_escaped_str<W: Write>(&self, mut dest: W, text: &str) -> Result {
        // To the end, without a branch for each byte, which is what lets the compiler use
        // the processor's wide registers.
        let is_plain = text
            .bytes()
            .fold(true, |plain, byte| plain & !matches!(byte, b'"' | b'&' | b'\'' | b'<' | b'>'));
        if is_plain { dest.write_str(text) } else { filters::Html.write_escaped_str(dest, text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_written_as_askama_writes_it() {
        let written = |escaper: fn(&mut String, &str) -> Result, text: &str| {
            let mut out = String::new();
            escaper(&mut out, text).map(|()| out)
        };
        for code in 0..=0x2fff {
            let Some(one) = char::from_u32(code) else { continue };
            for text in [one.to_string(), format!("sixteen letters {one} and a few more")] {
                assert_eq!(
                    written(|out, text| Html.write_escaped_str(out, text), &text),
                    written(|out, text| filters::Html.write_escaped_str(out, text), &text),
                    "{text:?}"
                );
            }
        }
    }
}
