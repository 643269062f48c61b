//! How a document is sent: as a whole, compressed or not, and what it is said to be.

use std::io::Read as _;
use std::sync::LazyLock;

use encoding_rs::{Encoding, UTF_8};
use flate2::read::MultiGzDecoder;
use regex::bytes::Regex;

use super::finding::FormFault;
use crate::net::{Access, Exchange, GZIP, TooLarge, is_gzip};
use crate::reader::FeedFormat;

/// What every gzip begins with.
const MAGIC: [u8; 2] = [0x1F, 0x8B];

/// The media type of XML that was ASCII unless it said otherwise, until RFC 7303.
const TEXT_XML: &str = "text/xml";

static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"'>]+)["']"#).expect("the expression is right")
});

/// The bytes of a document, decompressed; none if they can't be had. `may_be_gzip` says whether the request allowed that.
pub(super) fn bytes(answer: Exchange, may_be_gzip: bool, access: &Access) -> (Option<Vec<u8>>, Vec<FormFault>) {
    let mut faults = Vec::new();
    let coding = coding(&answer);
    let body = match answer.body {
        Ok(body) => body,
        Err(cause) => return (None, vec![FormFault::Cut(cause)]),
    };
    if let Some(coding) = &coding
        && !(may_be_gzip && is_gzip(coding))
    {
        faults.push(FormFault::UnaskedCoding(coding.clone()));
        if !is_gzip(coding) {
            return (None, faults);
        }
    }
    let is_unsaid = coding.is_none() && body.starts_with(&MAGIC);
    if is_unsaid {
        faults.push(FormFault::UnsaidGzip);
    }
    if coding.is_none() && !is_unsaid {
        return (Some(body), faults);
    }
    match decompressed(&body, access.size) {
        Ok(body) => (Some(body), faults),
        Err(fault) => {
            faults.push(fault);
            (None, faults)
        }
    }
}

fn decompressed(body: &[u8], limit: u64) -> Result<Vec<u8>, FormFault> {
    let mut plain = Vec::new();
    let length = MultiGzDecoder::new(body).take(limit + 1).read_to_end(&mut plain);
    match length {
        Ok(length) if length as u64 > limit => Err(FormFault::Unreadable(format!("this is {}", TooLarge(limit)))),
        Ok(_) => Ok(plain),
        Err(_) => Err(FormFault::BrokenGzip),
    }
}

/// Whether a server that was asked for nothing compressed sends it so all the same.
pub(super) fn unasked(answer: &Exchange) -> Option<FormFault> {
    coding(answer).map(|coding| FormFault::UnaskedCoding(if is_gzip(&coding) { GZIP.to_owned() } else { coding }))
}

/// The coding that a body is said to have.
fn coding(answer: &Exchange) -> Option<String> {
    answer.header("content-encoding").filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
}

/// What is wrong with the media type of a feed.
pub(super) fn of_type(content_type: Option<&str>, format: FeedFormat) -> Option<FormFault> {
    let Some(kind) = content_type.map(essence).filter(|kind| !kind.is_empty()) else { return Some(FormFault::NoType) };
    let is_fine = match format {
        FeedFormat::Json => kind == "application/json" || kind.ends_with("+json"),
        FeedFormat::Atom | FeedFormat::Rss => {
            kind.ends_with("/xml") || kind.ends_with("+xml") && !kind.contains("html")
        }
    };
    (!is_fine).then_some(FormFault::OtherType(kind))
}

/// What is wrong with the letters of a document, and the document as text.
pub(super) fn text<'a>(
    bytes: &'a [u8],
    content_type: Option<&str>,
    format: FeedFormat,
) -> (std::borrow::Cow<'a, str>, Vec<FormFault>) {
    let is_json = format == FeedFormat::Json;
    let sent = content_type.and_then(charset);
    let (own_name, own) = own_encoding(bytes, sent.as_deref(), is_json);
    let mut faults = Vec::new();
    if !bytes.is_ascii() {
        let other = sent.as_ref().and_then(|name| Encoding::for_label(name.as_bytes())).filter(|other| *other != own);
        match (&sent, other) {
            (Some(name), Some(_)) => faults.push(FormFault::OtherCharset(name.clone(), own_name.clone())),
            (None, _) if !is_json && content_type.map(essence).as_deref() == Some(TEXT_XML) => {
                faults.push(FormFault::NoCharset);
            }
            _ => {}
        }
    }
    let (text, _, is_broken) = own.decode(bytes);
    if is_broken {
        faults.push(FormFault::NotInEncoding(own_name));
    }
    (text, faults)
}

/// A document in UTF-16, as it is in UTF-8: every parser reads it, and the reader of feeds knows only bytes that begin as ASCII does.
pub(super) fn of_two_bytes(bytes: &[u8]) -> Option<Vec<u8>> {
    let (encoding, _) = Encoding::for_bom(bytes).filter(|(encoding, _)| *encoding != UTF_8)?;
    let (text, _, _) = encoding.decode(bytes);
    let declared = DECLARED.captures(text.as_bytes()).and_then(|found| found.get(1));
    let (start, end) = declared.map_or((0, 0), |name| (name.start(), name.end()));
    let name = if declared.is_some() { "utf-8" } else { "" };
    Some([&text[..start], name, &text[end..]].concat().into_bytes())
}

/// The encoding that a document is in: as it says itself, or as the answer says, if that can be.
fn own_encoding(bytes: &[u8], sent: Option<&str>, is_json: bool) -> (String, &'static Encoding) {
    let utf_8 = ("utf-8".to_owned(), UTF_8);
    if is_json {
        return utf_8; // RFC 8259 §8.1
    }
    declared(bytes).unwrap_or_else(|| {
        let sent = sent.filter(|_| str::from_utf8(bytes).is_err());
        sent.and_then(|name| Some((name.to_owned(), Encoding::for_label(name.as_bytes())?))).unwrap_or(utf_8)
    })
}

/// The encoding that a document gives for itself: by its first bytes, or its declaration.
fn declared(bytes: &[u8]) -> Option<(String, &'static Encoding)> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some((encoding.name().to_owned(), encoding));
    }
    let start = &bytes[..bytes.len().min(1024)];
    let name = String::from_utf8_lossy(DECLARED.captures(start)?.get(1)?.as_bytes()).into_owned();
    let encoding = Encoding::for_label(name.as_bytes())?;
    Some((name, encoding))
}

/// The media type without what follows, in lower case.
fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn charset(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    let value = value.trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of the letters of a document, and what the document becomes.
    fn said(bytes: &[u8], content_type: &str) -> (String, Vec<FormFault>) {
        let (text, faults) = text(bytes, Some(content_type), FeedFormat::Atom);
        (text.into_owned(), faults)
    }

    #[test]
    fn letters_are_those_that_a_document_says_and_else_those_that_its_server_says() {
        const XML: &str = "application/xml";
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE4</a>";
        let fault = |sent: &str, own: &str| vec![FormFault::OtherCharset(sent.to_owned(), own.to_owned())];
        for (bytes, content_type, faults) in [
            (&latin[..], XML, vec![]),
            (latin, "application/xml; charset=\"latin1\"", vec![]),
            (latin, "application/xml; charset=utf-8", fault("utf-8", "ISO-8859-1")),
            (b"<a>\xE4</a>", "application/xml; charset=iso-8859-1", vec![]),
            ("<a>ä</a>".as_bytes(), "application/xml; charset=iso-8859-1", fault("iso-8859-1", "utf-8")),
            ("<a>ä</a>".as_bytes(), XML, vec![]),
            ("<a>ä</a>".as_bytes(), "text/xml", vec![FormFault::NoCharset]),
            (b"<a>a</a>", "text/xml", vec![]),
            (b"<a>a</a>", "text/xml; charset=iso-8859-1", vec![]),
            (b"<a>\xE4</a>", XML, vec![FormFault::NotInEncoding("utf-8".to_owned())]),
        ] {
            let (text, said) = said(bytes, content_type);
            assert_eq!(said, faults, "{content_type}");
            assert!(text.contains('ä') || bytes.is_ascii() || !faults.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_document_in_utf_16_is_one_in_utf_8() {
        let text = "\u{FEFF}<?xml version='1.0' encoding='UTF-16'?><a>ä</a>";
        for bytes in [
            text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ] {
            let utf_8 = of_two_bytes(&bytes).expect("it has a mark");
            assert_eq!(String::from_utf8_lossy(&utf_8), "<?xml version='1.0' encoding='utf-8'?><a>ä</a>");
        }
        assert_eq!(of_two_bytes(b"\xEF\xBB\xBF<a/>"), None);
    }

    #[test]
    fn media_types_of_feeds_are_known() {
        for (kind, format, is_fine) in [
            ("application/rss+xml; charset=utf-8", FeedFormat::Rss, true),
            ("APPLICATION/XML", FeedFormat::Atom, true),
            ("application/feed+json", FeedFormat::Json, true),
            ("application/json", FeedFormat::Json, true),
            ("application/json", FeedFormat::Atom, false),
            ("application/xhtml+xml", FeedFormat::Atom, false),
            ("application/octet-stream", FeedFormat::Rss, false),
            ("text/xml", FeedFormat::Json, false),
        ] {
            assert_eq!(of_type(Some(kind), format).is_none(), is_fine, "{kind}");
        }
        assert_eq!(of_type(Some(" "), FeedFormat::Rss), Some(FormFault::NoType));
    }
}
