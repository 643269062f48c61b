//! Parts of files (RFC 9110 §14).

use std::ops::Range;

/// What part of a file a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AskedPart {
    /// All of it: several parts at once, too, are answered so.
    Whole,
    Bytes(Range<usize>),
    /// The file has no such part.
    None,
}

/// What a `Range` header asks for, of a file of so many bytes. What isn't understood asks for nothing.
pub(super) fn part(range: &str, length: usize) -> AskedPart {
    let Some((unit, set)) = range.split_once('=') else { return AskedPart::Whole };
    let Some((first, last)) = set.trim().split_once('-') else { return AskedPart::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
        return AskedPart::Whole;
    }
    match (number(first), number(last), first.is_empty(), last.is_empty()) {
        (Some(first), Some(last), ..) if first > last => AskedPart::Whole,
        (Some(first), last, _, is_open) if last.is_some() || is_open => match last {
            _ if first >= length => AskedPart::None,
            Some(last) => AskedPart::Bytes(first..last.saturating_add(1).min(length)),
            None => AskedPart::Bytes(first..length),
        },
        (None, Some(count), true, _) if count == 0 || length == 0 => AskedPart::None,
        (None, Some(count), true, _) => AskedPart::Bytes(length.saturating_sub(count)..length),
        _ => AskedPart::Whole,
    }
}

/// A number of digits alone; one that no file reaches if it is too large.
fn number(digits: &str) -> Option<usize> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(usize::MAX))
}
