//! Atom 1.0 (RFC 4287), with archives (RFC 5005).

use uuid::Uuid;

use super::xml::{push_element, push_escaped, push_plain};
use super::{GENERATOR, Head};
use crate::item::Item;

/// The type is the default; not every reader knows that.
const TITLE: &str = "<title type=\"text\">";

/// The namespace of RFC 4685.
const THREADING: &str = " xmlns:thr=\"http://purl.org/syndication/thread/1.0\"";

/// The namespace of RFC 5005.
const HISTORY: &str = " xmlns:fh=\"http://purl.org/syndication/history/1.0\"";

const ATOM: &str = "application/atom+xml";

const HTML: &str = "text/html";

/// Appends one `entry`, as `atom_syndication` would write it (the tests compare the two), in one go: this and the other
/// formats' items are most of what a build does.
pub fn item(xml: &mut String, item: &Item) {
    let date = item.published.to_rfc3339();
    xml.push_str("<entry>");
    xml.push_str(TITLE);
    push_plain(xml, &item.title);
    xml.push_str("</title>");
    push_element(xml, "id", item.urn(&mut Uuid::encode_buffer()));
    push_element(xml, "updated", &date);
    push_author(xml, &item.issue.editor);
    for category in item.categories() {
        xml.push_str("<category term=\"");
        push_escaped(xml, category.term);
        xml.push_str("\" label=\"");
        push_escaped(xml, category.label);
        xml.push_str("\"/>");
    }
    // The first link is the mail: Hookshot takes the first of text/html.
    push_link(xml, &item.url, "alternate", HTML);
    if let Some(url) = &item.issue.url {
        push_link(xml, url, "via", HTML);
    }
    if let Some(url) = item.mail.as_ref().and_then(|mail| mail.replies_url.as_deref()) {
        push_link(xml, url, "replies", ATOM);
    }
    push_element(xml, "published", &date);
    if let Some(license) = &item.issue.license {
        push_element(xml, "rights", &license.name);
    }
    xml.push_str("<summary type=\"text\">");
    push_plain(xml, &item.summary);
    xml.push_str("</summary><content type=\"html\">");
    push_escaped(xml, &item.html);
    xml.push_str("</content>");
    // RFC 4685 §3: the version right before, so that clients thread a series.
    let series = item.mail.as_ref().and_then(|mail| mail.series.as_ref());
    if let Some(before) = series.and_then(|series| series.earlier.first()) {
        xml.push_str("<thr:in-reply-to href=\"");
        push_escaped(xml, &before.url);
        xml.push_str("\" ref=\"");
        xml.push_str(before.id.urn().encode_lower(&mut Uuid::encode_buffer()));
        xml.push_str("\" type=\"text/html\"></thr:in-reply-to>");
    }
    xml.push_str("</entry>");
}

/// What stands before and after the entries of a `feed`, which may have none: pushed as well, since each archive has one.
pub fn document(head: &Head) -> (String, String) {
    let chain = &head.chain;
    // feedparser takes some fields for Latin-1 where neither the document nor the server names the encoding.
    let mut xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"".to_owned();
    if chain.current.is_some() {
        xml.push_str(HISTORY);
    }
    xml.push_str(THREADING);
    xml.push_str(" xml:lang=\"");
    push_escaped(&mut xml, &head.language);
    xml.push_str("\">");
    xml.push_str(TITLE);
    push_plain(&mut xml, &head.title);
    xml.push_str("</title>");
    push_element(&mut xml, "id", &head.id);
    push_element(&mut xml, "updated", &head.updated.to_rfc3339());
    if head.empty {
        push_author(&mut xml, &head.title); // an entry would have its own (RFC 4287 §4.1.1)
    }
    push_element(&mut xml, "generator", GENERATOR);
    push_link(&mut xml, &head.self_url, "self", ATOM);
    if let Some(url) = head.license.as_ref().and_then(|license| license.url.as_ref()) {
        push_link(&mut xml, url, "license", HTML);
    }
    let archives = [(&chain.older, "prev-archive"), (&chain.newer, "next-archive"), (&chain.current, "current")];
    for (url, rel) in archives {
        if let Some(url) = url {
            push_link(&mut xml, url, rel, ATOM);
        }
    }
    // The alternate is last: Liferea takes the last link of a relation that it doesn't know for the feed's page.
    push_link(&mut xml, &head.page_url, "alternate", HTML);
    if let Some(license) = &head.license {
        push_element(&mut xml, "rights", &license.name);
    }
    push_element(&mut xml, "subtitle", &head.description);
    if chain.current.is_some() {
        push_element(&mut xml, "fh:archive", "");
    }
    (xml, "</feed>".to_owned())
}

/// Appends an `author` of whom only the name is known.
fn push_author(xml: &mut String, name: &str) {
    xml.push_str("<author>");
    push_element(xml, "name", name);
    xml.push_str("</author>");
}

/// Appends a `link`.
fn push_link(xml: &mut String, href: &str, rel: &str, media_type: &str) {
    xml.push_str("<link href=\"");
    push_escaped(xml, href);
    for part in ["\" rel=\"", rel, "\" type=\"", media_type, "\"/>"] {
        xml.push_str(part);
    }
}
