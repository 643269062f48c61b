//! Lines with checksums, and ids as they stand in them.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What ids can't hold in a line.
const SPACES: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

/// An id as it stands in a line: in one word.
pub(super) fn key(id: &str) -> Cow<'_, str> {
    utf8_percent_encode(id, SPACES).into()
}

/// The id that stands in a line as a key.
pub(super) fn id(key: &str) -> String {
    percent_decode_str(key).decode_utf8_lossy().into_owned()
}

/// A line with its checksum. The checksum of an item's line leaves out the first byte, which changes.
pub(super) fn checked(line: &str) -> String {
    format!("{line} {:08x}\n", crc32fast::hash(line.as_bytes()))
}

/// The line without its checksum, if that is right.
pub(super) fn unchecked(line: &str) -> Option<&str> {
    let (words, sum) = line.rsplit_once(' ')?;
    (sum.len() == 8 && u32::from_str_radix(sum, 16).ok()? == crc32fast::hash(words.as_bytes())).then_some(words)
}
