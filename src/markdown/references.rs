//! Character references: `&#22238;`, `&amp;`.

use pulldown_cmark::{Event, Parser};

use crate::text;

/// The longest character reference that is decoded, in bytes with the `&` and the `;`.
const LONGEST: usize = 40;

/// The text with its character references decoded as in `CommonMark` (§2.5), without the characters that XML forbids. If
/// `numeric` is set, named references stay. No other markup is interpreted.
pub(crate) fn decode(text: &str, numeric: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b';');
        let reference = end.map(|end| &rest[..=end]).filter(|reference| !numeric || reference.starts_with("&#"));
        match reference.and_then(|reference| Some((reference.len(), character(reference)?))) {
            Some((length, character)) => {
                out.push_str(&text::legal(&character));
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text that one character reference stands for.
fn character(reference: &str) -> Option<String> {
    let name = reference.strip_prefix('&')?.strip_suffix(';')?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#') {
        return None;
    }
    let mut text = String::new();
    for event in Parser::new(reference) {
        if let Event::Text(words) = event {
            text.push_str(&words);
        }
    }
    (text != reference).then_some(text)
}
