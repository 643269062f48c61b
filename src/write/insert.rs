//! What the crates that write the feeds can't say, put in afterwards: they write a mark, and the text takes its place.

use memchr::memmem;

/// What the crates write where a text belongs. No text of an issue contains it: XML forbids it.
pub(super) const MARK: &str = "\u{1}";

/// How many bytes an item takes besides its content and its summary, as a rule: names, ids, dates, addresses.
pub(super) const OTHER_FIELDS: usize = 2048;

/// A text to be put in.
pub(super) enum Insert<'a> {
    /// Plain text. `&`, `<` and `>` are written as hexadecimal references.
    Plain(&'a str),
    /// Plain text of an Atom element, which gets the attribute `type="text"`: it is the default, but not every reader knows
    /// that.
    PlainTyped(&'a str),
    /// Text in a CDATA section.
    Cdata(&'a str),
    /// Plain text of an Atom element, with its attribute, in a CDATA section.
    CdataTyped(&'a str),
}

/// A document, or a part of one, with its marks replaced by texts, in their order.
///
/// Of ten parsers tried, most read `&`, `<` and `>` in titles rightly if they are written as hexadecimal references; some take `&lt;` for markup.
/// In CDATA there is nothing to escape: fast-xml-parser 4.5.4 refuses a document with more than 1,000 references.
pub(super) fn inserted(xml: &[u8], inserts: &[Insert<'_>]) -> Vec<u8> {
    let length: usize = inserts.iter().map(|insert| insert.text().len() + 64).sum();
    let mut out = Vec::with_capacity(xml.len() + length);
    let mut rest = xml;
    for insert in inserts {
        let Some(at) = memchr::memchr(MARK.as_bytes()[0], rest) else { break };
        out.extend_from_slice(&rest[..at]);
        insert.push(&mut out);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out
}

impl Insert<'_> {
    fn text(&self) -> &str {
        let (Self::Plain(text) | Self::PlainTyped(text) | Self::Cdata(text) | Self::CdataTyped(text)) = self;
        text
    }

    fn push(&self, out: &mut Vec<u8>) {
        if let Self::PlainTyped(_) | Self::CdataTyped(_) = self {
            out.pop(); // the `>` of the start tag
            out.extend_from_slice(b" type=\"text\">");
        }
        match self {
            Self::Plain(text) | Self::PlainTyped(text) => push_plain(out, text.as_bytes()),
            Self::Cdata(text) => push_cdata(out, text.as_bytes()),
            Self::CdataTyped(text) => push_plain_cdata(out, text.as_bytes()),
        }
    }
}

fn push_plain(out: &mut Vec<u8>, text: &[u8]) {
    let mut from = 0;
    for at in memchr::memchr3_iter(b'&', b'<', b'>', text) {
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(match text[at] {
            b'&' => b"&#x26;",
            b'<' => b"&#x3C;",
            _ => b"&#x3E;",
        });
        from = at + 1;
    }
    out.extend_from_slice(&text[from..]);
}

/// Appends plain text in CDATA sections, with `&` as references between them: the W3C's validator takes `&name` in CDATA for HTML.
fn push_plain_cdata(out: &mut Vec<u8>, text: &[u8]) {
    for (at, part) in text.split(|byte| *byte == b'&').enumerate() {
        out.extend_from_slice(if at == 0 { b"" } else { b"&#x26;" });
        if !part.is_empty() {
            push_cdata(out, part);
        }
    }
}

/// Appends a CDATA section; a `]]>` is divided between two.
fn push_cdata(out: &mut Vec<u8>, text: &[u8]) {
    out.extend_from_slice(b"<![CDATA[");
    let mut from = 0;
    for at in memmem::find_iter(text, b"]]>") {
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(b"]]]]><![CDATA[>");
        from = at + 3;
    }
    out.extend_from_slice(&text[from..]);
    out.extend_from_slice(b"]]>");
}

/// An empty document, parted where its items belong: before its end.
pub(super) fn split_before(mut document: Vec<u8>, end: &str) -> (Vec<u8>, Vec<u8>) {
    let at = memmem::rfind(&document, end.as_bytes()).unwrap_or(document.len());
    let end = document.split_off(at);
    (document, end)
}
