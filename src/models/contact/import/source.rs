//! A table as bytes: from any encoding into UTF-8, in pieces that are stored, and
//! read back from any place.

use std::cell::RefCell;
use std::io::{self, Read};

use diesel::prelude::*;
use encoding_rs::{CoderResult, Encoding, UTF_8, WINDOWS_1252};

use crate::db::Conn;
use crate::db::schema::contact_import_parts;

/// The size of a piece.
pub const PART: usize = 64 * 1024;
/// Bytes that are decoded at a time.
const CHUNK: usize = 32 * 1024;

/// The encoding of a text: what its first bytes say, else UTF-8 where all of it is,
/// else what programs on Windows write.
///
/// # Errors
/// When the text cannot be read.
pub fn encoding_of(mut text: impl Read) -> io::Result<&'static Encoding> {
    let mut first = [0; 3];
    let mut filled = 0;
    while filled < first.len() {
        match text.read(&mut first[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    if let Some((encoding, _)) = Encoding::for_bom(&first[..filled]) {
        return Ok(encoding);
    }
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut out = vec![0; 4 * CHUNK];
    let mut chunk = first[..filled].to_vec();
    loop {
        let is_last = chunk.is_empty();
        let (result, ..) = decoder.decode_to_utf8_without_replacement(&chunk, &mut out, is_last);
        if matches!(result, encoding_rs::DecoderResult::Malformed(..)) {
            return Ok(WINDOWS_1252);
        }
        if is_last {
            return Ok(UTF_8);
        }
        chunk = vec![0; CHUNK];
        let read = text.read(&mut chunk)?;
        chunk.truncate(read);
    }
}

/// Decodes a text without its mark of order, with `\n` at the end of each line, and
/// gives it to `store` in pieces of [`PART`] bytes, of which the last may be smaller.
/// Answers its size.
///
/// # Errors
/// When the text cannot be read, or `store` fails.
pub fn decode(
    mut text: impl Read,
    encoding: &'static Encoding,
    mut store: impl FnMut(i64, &[u8]) -> QueryResult<()>,
) -> Result<i64, DecodeError> {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut chunk = vec![0; CHUNK];
    let mut out = vec![0; 4 * CHUNK];
    let mut part = Vec::with_capacity(PART + out.len());
    let (mut number, mut ended_in_return) = (0, false);
    loop {
        let read = text.read(&mut chunk)?;
        // Room for whatever so many bytes can become.
        let (result, taken, written, _) =
            decoder.decode_to_utf8(&chunk[..read], &mut out, read == 0);
        debug_assert!(result == CoderResult::InputEmpty && taken == read);
        for byte in &out[..written] {
            match (byte, ended_in_return) {
                // The second sign of a line's end.
                (b'\n', true) => {}
                (b'\r', _) => part.push(b'\n'),
                (byte, _) => part.push(*byte),
            }
            ended_in_return = *byte == b'\r';
        }
        while part.len() >= PART || (read == 0 && !part.is_empty()) {
            let rest = part.split_off(part.len().min(PART));
            store(number, &part)?;
            number += 1;
            if rest.is_empty() && read == 0 {
                let last = i64::try_from(part.len()).unwrap_or(0);
                return Ok((number - 1) * PART_SIZE + last);
            }
            part = rest;
        }
        if read == 0 {
            return Ok(number * PART_SIZE);
        }
    }
}

const PART_SIZE: i64 = PART as i64;

/// Why a text was not stored.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error(transparent)]
    Read(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] diesel::result::Error),
}

/// The table of an import, as it is stored.
pub struct Parts<'a> {
    pub conn: RefCell<&'a mut Conn>,
    pub import_id: i64,
}

impl<'c> Parts<'c> {
    /// A piece by its number; empty behind the last one.
    fn part(&self, number: i64) -> QueryResult<Vec<u8>> {
        let found: Option<Vec<u8>> = contact_import_parts::table
            .filter(contact_import_parts::import_id.eq(self.import_id))
            .filter(contact_import_parts::number.eq(number))
            .select(contact_import_parts::content)
            .first(&mut **self.conn.borrow_mut())
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// The bytes between two places.
    ///
    /// # Errors
    /// When the query fails.
    pub fn slice(&self, from: i64, to: i64) -> QueryResult<Vec<u8>> {
        let mut bytes = Vec::new();
        let length = usize::try_from(to - from).unwrap_or(0);
        // A failing query is the only way in which this fails.
        self.from(from)
            .take(length as u64)
            .read_to_end(&mut bytes)
            .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
        Ok(bytes)
    }

    /// Reads on from a place.
    pub fn from(&self, byte: i64) -> FromPlace<'_, 'c> {
        FromPlace { parts: self, byte, part: Vec::new() }
    }
}

/// A table from some place on.
pub struct FromPlace<'p, 'c> {
    parts: &'p Parts<'c>,
    byte: i64,
    /// What is left of the piece that was read.
    part: Vec<u8>,
}

impl Read for FromPlace<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.part.is_empty() {
            let at = usize::try_from(self.byte % PART_SIZE).unwrap_or(0);
            let mut part = self.parts.part(self.byte / PART_SIZE).map_err(io::Error::other)?;
            self.part = part.split_off(at.min(part.len()));
        }
        let length = out.len().min(self.part.len());
        out[..length].copy_from_slice(&self.part[..length]);
        self.part.drain(..length);
        self.byte += i64::try_from(length).unwrap_or(0);
        Ok(length)
    }
}
