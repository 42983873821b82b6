//! What a JPEG says of itself before it is decoded. Most are decoded line by line; of
//! some the decoder keeps every coefficient until the last scan has come.

use std::io::{BufRead, ErrorKind, Read};

/// How many bytes the decoder keeps of a JPEG beside the picture itself: two for each
/// sample where it cannot go line by line, which are the progressive ones and those whose
/// colours come one after the other. `None` where that is not plain to see.
pub(super) fn kept(file: &mut impl BufRead) -> Option<u64> {
    scan(file).ok()
}

/// What the frame header says (T.81, B.2.2).
struct Frame {
    is_progressive: bool,
    components: u8,
    pixels: u64,
}

fn scan(file: &mut impl BufRead) -> std::io::Result<u64> {
    let broken = || ErrorKind::InvalidData.into();
    if bytes::<2>(file)? != [0xff, 0xd8] {
        return Err(broken());
    }
    let mut frame: Option<Frame> = None;
    loop {
        let marker = marker(file)?;
        let length = u64::from(u16::from_be_bytes(bytes(file)?));
        let mut segment = file.by_ref().take(length.checked_sub(2).ok_or_else(broken)?);
        match marker {
            // Tables of arithmetic coding and of Huffman's have numbers among the frames'.
            0xc4 | 0xc8 | 0xcc => {}
            0xc0..=0xcf if frame.is_some() => return Err(broken()),
            0xc0..=0xcf => {
                let [_, h1, h0, w1, w0, components] = bytes(&mut segment)?;
                let sides = [u16::from_be_bytes([h1, h0]), u16::from_be_bytes([w1, w0])];
                frame = Some(Frame {
                    is_progressive: marker > 0xc1,
                    components,
                    // Blocks of eight at the edges are whole, and as many as colours share.
                    pixels: sides
                        .iter()
                        .map(|side| u64::from(*side).next_multiple_of(32))
                        .product(),
                });
            }
            0xda => {
                let [of_scan] = bytes(&mut segment)?;
                let Frame { is_progressive, components, pixels } = frame.ok_or_else(broken)?;
                let is_whole = !is_progressive && of_scan == components;
                return Ok(if is_whole { 0 } else { 2 * pixels * u64::from(components) });
            }
            _ => {}
        }
        std::io::copy(&mut segment, &mut std::io::sink())?;
    }
}

/// The next marker. Decoders find one among bytes that belong nowhere, too, each in its
/// own way: such a file is not read here.
fn marker(file: &mut impl Read) -> std::io::Result<u8> {
    let mut read = bytes::<2>(file)?;
    // What fills up.
    while read == [0xff, 0xff] {
        read[1] = bytes::<1>(file)?[0];
    }
    match read {
        [0xff, marker @ (0xc0..=0xcf | 0xda..=0xdd | 0xe0..=0xef | 0xfe)] => Ok(marker),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}

fn bytes<const N: usize>(file: &mut impl Read) -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A JPEG of one grey, in a frame of this kind (`0xc2` is progressive), of which the first
/// scan has so many of the three colours.
#[cfg(test)]
pub(super) fn of_nothing(frame: u8, (width, height): (u16, u16), in_scan: u8) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    let mut segment = |marker: u8, parts: &[&[u8]]| {
        let content = parts.concat();
        out.extend([0xff, marker]);
        out.extend(u16::try_from(content.len() + 2).unwrap_or_default().to_be_bytes());
        out.extend(content);
    };
    let mut codes = [0; 17];
    codes[1] = 1;
    segment(0xdb, &[&[0], &[1; 64]]);
    let components = [1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
    segment(frame, &[&[8], &height.to_be_bytes(), &width.to_be_bytes(), &[3], &components]);
    segment(0xc4, &[&codes, &[0]]);
    codes[0] = 0x10;
    segment(0xc4, &[&codes, &[0]]);
    let scanned = [1, 0, 2, 0, 3, 0];
    let last = if frame == 0xc2 { 0 } else { 63 };
    segment(0xda, &[&[in_scan], &scanned[..usize::from(in_scan) * 2], &[0, last, 0]]);
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8);
    // A bit for each block's first coefficient, and one for the end of a whole block.
    let bits = blocks * usize::from(in_scan) * if frame == 0xc2 { 1 } else { 2 };
    out.resize(out.len() + bits.div_ceil(8), 0);
    out.extend([0xff, 0xd9]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decoded_line_by_line_keeps_nothing() {
        let of = |frame, in_scan| kept(&mut &of_nothing(frame, (64, 32), in_scan)[..]);
        assert_eq!(of(0xc0, 3), Some(0));
        assert_eq!(of(0xc2, 3), Some(64 * 32 * 3 * 2), "progressive");
        assert_eq!(of(0xc0, 1), Some(64 * 32 * 3 * 2), "a colour after the other");
    }

    #[test]
    fn what_is_not_plain_to_see_is_not_taken_for_granted() {
        let whole = of_nothing(0xc0, (64, 32), 3);
        // The tables end with the 71st byte, and the frame header with the 90th.
        let two_frames = [&whole[..90], &whole[71..]].concat();
        let stray = [&whole[..2], b"\0", &whole[2..]].concat();
        for broken in [&b""[..], b"\xff\xd8", b"\x89PNG", &whole[..80], &two_frames, &stray] {
            assert_eq!(kept(&mut &broken[..]), None);
        }
        let filled = [&whole[..2], b"\xff\xff", &whole[2..]].concat();
        assert_eq!(kept(&mut &filled[..]), Some(0));
    }
}
