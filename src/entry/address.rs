//! Addresses that editors mistyped.

use crate::diagnostic::Broken;
use crate::text;

/// An address as it was meant, if it was mistyped in a way that can be read only once:
///
/// ```text
/// https：//example.org/   http//example.org/   https:/example.org/   https://https://example.org/   www.example.org/
/// ```
pub(crate) fn mended(address: &str) -> Option<String> {
    let address = address.trim();
    let (mut scheme, mut rest) = ("", address);
    let mut is_right = true;
    while let Some((name, separator, after)) = scheme_of(rest) {
        is_right = scheme.is_empty() && separator == "://";
        (scheme, rest) = (name, after);
    }
    if text::strip_prefix_ignore_case(rest, "www.").is_some() && scheme.is_empty() {
        (scheme, is_right) = ("https", false);
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = host.contains('.') && !host.contains(|c: char| c.is_whitespace() || "{}%".contains(c));
    (!is_right && is_host).then(|| [scheme, "://", rest].concat())
}

/// The scheme of the web that a text begins with, however it is parted from what follows, and that.
fn scheme_of(address: &str) -> Option<(&'static str, &str, &str)> {
    let mut names = ["https", "http"].into_iter();
    let (name, rest) = names.find_map(|name| Some((name, text::strip_prefix_ignore_case(address, name)?)))?;
    let after = rest.trim_start_matches([':', '：', '/', '／']);
    let separator = &rest[..rest.len() - after.len()];
    let is_meant = separator.contains([':', '：']) || separator.chars().count() > 1;
    is_meant.then_some((name, separator, after))
}

/// Why an address can't be followed, if it can't be mended.
pub(crate) fn broken(address: &str) -> Option<Broken> {
    let address = address.trim();
    if address.contains("{{") || address.contains("{%") {
        return Some(Broken::Tag);
    }
    address.contains(char::is_whitespace).then_some(Broken::WhiteSpace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_only_once_is_mended() {
        for (address, meant) in [
            ("https：//example.org/a", "https://example.org/a"),
            ("http//example.org/a", "http://example.org/a"),
            ("https:/example.org/a", "https://example.org/a"),
            ("https:///example.org", "https://example.org"),
            ("https://https://example.org/a", "https://example.org/a"),
            ("https://http//example.org/a", "http://example.org/a"),
            ("www.example.org/a", "https://www.example.org/a"),
        ] {
            assert_eq!(mended(address).as_deref(), Some(meant), "{address}");
        }
        for address in [
            "https://example.org/https://a",
            "https://https.example.org/",
            "https/a.html",
            "http.html",
            "a.html",
            "/b",
            "www",
        ] {
            assert_eq!(mended(address), None, "{address}");
        }
    }
}
