//! What the writers push by hand, against what the crates `atom_syndication`, `rss` and `serde_json` write: the same bytes, but
//! for titles and summaries, whose markup is written in another way.

use std::collections::BTreeMap;

use atom_syndication as atom;
use patchfeed::issue::License;
use patchfeed::item::Item;
use patchfeed::series::{Series, Version};
use patchfeed::subject::{Kind, Subject};
use patchfeed::write::{Chain, Head, atom as atom_writer, json as json_writer, rss as rss_writer};
use serde::Serialize;
use uuid::Uuid;

use crate::{find, listings, read, real_issues, texts};

/// The items of the sample, of texts full of traps, and of the real issues where they are at hand.
fn items() -> Vec<Item> {
    let traps = "---\nlicense: a & <b>\n---\n> 编辑：a \"b\" <c> & 'd'\n\n### x & y\n\n**[PATCH bpf-next v2: a <b> & \"c\" 'd' ]]> é](http://lore.kernel.org/bpf/1@b/)**\n\n\
        > a ]]> <b> & \"c\" 'd' ]]]]>\n\n**[PATCH bpf-next v1: a <b> & \"c\" 'd' ]]> é](http://lore.kernel.org/bpf/2@b/?x=1&y=\"2\")**\n\n\
        <script>&amp;</script> ]]>\n";
    let mut all = vec![patchfeed::sample::texts(), texts(&[("2024-01-01-10-00-00-rvlwn-1.md", traps)])];
    all.extend(real_issues::folder().map(|folder| find(&folder)));
    let items = all.into_iter().flat_map(|texts| listings(&read(texts)).0).flat_map(|listing| listing.items);
    let items: Vec<Item> = items.collect();
    assert!(items.len() > 20 && items.iter().any(|item| item.html.contains("]]&gt;") || item.html.contains("]]>")));
    items
}

fn urn(item: &Item) -> String {
    item.urn(&mut Uuid::encode_buffer()).to_owned()
}

#[test]
fn an_atom_entry_is_what_the_crate_writes() {
    for item in items() {
        let mut written = String::new();
        atom_writer::item(&mut written, &item);
        let feed = atom::Feed { entries: vec![entry(&item)], ..atom::Feed::default() }.to_string();
        let start = feed.find("<entry>").expect("an entry begins");
        let end = feed.rfind("</entry>").expect("an entry ends") + "</entry>".len();
        assert_eq!(plain(&written), plain(&feed[start..end]));
    }
}

#[test]
fn an_atom_document_is_what_the_crate_writes() {
    let url = |name: &str| format!("https://example.org/?a=1&b=\"{name}\"");
    let license = License { name: "a & <b> \"c\" 'd'".to_owned(), url: Some(url("license")) };
    let nameless = License { url: None, ..license.clone() };
    let current = || Chain { older: Some(url("older")), newer: Some(url("newer")), current: Some(url("current")) };
    for (license, chain, empty) in [
        (None, Chain::default(), true),
        (Some(nameless), Chain { older: Some(url("older")), ..Chain::default() }, false),
        (Some(license.clone()), current(), false),
        (Some(license), Chain { newer: None, ..current() }, false),
    ] {
        let head = Head {
            id: "urn:uuid:bf38caa2-b026-5f90-89af-61d1dbafa6c8".to_owned(),
            title: "a & <b> \"c\" 'd' 内核".to_owned(),
            description: "d & <e> \"f\" 'g' ]]>".to_owned(),
            language: "zh-CN".to_owned(),
            updated: "2024-08-27T00:29:17+08:00".parse().expect("a date"),
            license,
            self_url: url("self"),
            page_url: url("page"),
            chain,
            empty,
        };
        let (start, end) = atom_writer::document(&head);
        let by_crate = feed(&head).to_string();
        let by_crate = by_crate.replacen("<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>", 1);
        assert_eq!(plain(&(start + &end)), plain(&by_crate));
    }
}

#[test]
fn an_rss_item_is_what_the_crate_writes() {
    for item in items() {
        let mut written = String::new();
        rss_writer::item(&mut written, &item);
        let channel = rss::Channel { items: vec![rss_item(&item)], ..rss::Channel::default() }.to_string();
        let start = channel.find("<item>").expect("an item begins");
        let end = channel.rfind("</item>").expect("an item ends") + "</item>".len();
        assert_eq!(plain(&written), plain(&channel[start..end]));
    }
}

/// XML with the references that plain text is written with, and the type that is the default, in one form.
fn plain(xml: &str) -> String {
    let references = [("&#x26;", "&amp;"), ("&#x3C;", "&lt;"), ("&#x3E;", "&gt;"), ("&apos;", "'"), ("&quot;", "\"")];
    let xml = references.iter().fold(xml.to_owned(), |xml, (one, other)| xml.replace(one, other));
    xml.replace("<title type=\"text\">", "<title>").replace("<summary type=\"text\">", "<summary>")
}

fn link(rel: &str, href: &str, mime: &str) -> atom::Link {
    atom::Link { href: href.to_owned(), rel: rel.to_owned(), mime_type: Some(mime.to_owned()), ..atom::Link::default() }
}

fn person(name: &str) -> atom::Person {
    atom::Person { name: name.to_owned(), ..atom::Person::default() }
}

fn feed(head: &Head) -> atom::Feed {
    let this = "application/atom+xml";
    let license = head.license.as_ref();
    let mut links = vec![link("self", &head.self_url, this)];
    links.extend(license.and_then(|license| license.url.as_ref()).map(|url| link("license", url, "text/html")));
    links.extend(head.chain.older.iter().map(|url| link("prev-archive", url, this)));
    links.extend(head.chain.newer.iter().map(|url| link("next-archive", url, this)));
    links.extend(head.chain.current.iter().map(|url| link("current", url, this)));
    links.push(link("alternate", &head.page_url, "text/html"));
    let mut feed = atom::Feed {
        title: atom::Text::plain(head.title.clone()),
        id: head.id.clone(),
        updated: head.updated,
        authors: if head.empty { vec![person(&head.title)] } else { Vec::new() },
        generator: Some(atom::Generator { value: "patchfeed".to_owned(), ..atom::Generator::default() }),
        links,
        rights: license.map(|license| atom::Text::plain(license.name.clone())),
        subtitle: Some(atom::Text::plain(head.description.clone())),
        lang: Some(head.language.clone()),
        ..atom::Feed::default()
    };
    feed.namespaces.insert("thr".to_owned(), "http://purl.org/syndication/thread/1.0".to_owned());
    if head.chain.current.is_some() {
        let archive = atom::extension::Extension { name: "fh:archive".to_owned(), ..Default::default() };
        feed.extensions.insert("fh".to_owned(), BTreeMap::from([("archive".to_owned(), vec![archive])]));
        feed.namespaces.insert("fh".to_owned(), "http://purl.org/syndication/history/1.0".to_owned());
    }
    feed
}

fn entry(item: &Item) -> atom::Entry {
    let mut links = vec![link("alternate", &item.url, "text/html")];
    links.extend(item.issue.url.iter().map(|url| link("via", url, "text/html")));
    let replies = item.mail.as_ref().and_then(|mail| mail.replies_url.as_deref());
    links.extend(replies.map(|url| link("replies", url, "application/atom+xml")));
    let category = |category: patchfeed::item::Category<'_>| atom::Category {
        term: category.term.to_owned(),
        scheme: None,
        label: Some(category.label.to_owned()),
    };
    atom::Entry {
        title: atom::Text::plain(item.title.clone()),
        id: urn(item),
        updated: item.published,
        authors: vec![person(&item.issue.editor)],
        categories: item.categories().into_iter().map(category).collect(),
        links,
        published: Some(item.published),
        rights: item.issue.license.as_ref().map(|license| atom::Text::plain(license.name.clone())),
        summary: Some(atom::Text::plain(item.summary.clone())),
        content: Some(atom::Content {
            value: Some(item.html.clone()),
            content_type: Some("html".to_owned()),
            ..atom::Content::default()
        }),
        extensions: in_reply_to(item),
        ..atom::Entry::default()
    }
}

fn in_reply_to(item: &Item) -> atom::extension::ExtensionMap {
    let series = item.mail.as_ref().and_then(|mail| mail.series.as_ref());
    let Some(before) = series.and_then(|series| series.earlier.first()) else { return BTreeMap::new() };
    let reference = before.id.urn().to_string();
    // The crate writes the attributes of extensions as they are.
    let escaped = |value: &str| value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let attrs = [("ref", reference.as_str()), ("href", before.url.as_str()), ("type", "text/html")];
    let reply = atom::extension::Extension {
        name: "thr:in-reply-to".to_owned(),
        attrs: attrs.map(|(name, value)| (name.to_owned(), escaped(value))).into(),
        ..Default::default()
    };
    BTreeMap::from([("thr".to_owned(), BTreeMap::from([("in-reply-to".to_owned(), vec![reply])]))])
}

fn rss_item(item: &Item) -> rss::Item {
    let mut description = String::new();
    patchfeed::text::escape(&mut description, &item.summary);
    let license = item.issue.license.as_ref().and_then(|license| license.url.clone());
    let extension = |url| rss::extension::Extension {
        name: "creativeCommons:license".to_owned(),
        value: Some(url),
        ..Default::default()
    };
    let extensions = license.map(|url| BTreeMap::from([("license".to_owned(), vec![extension(url)])]));
    rss::Item {
        title: Some(item.title.clone()),
        link: Some(item.url.clone()),
        description: Some(description),
        categories: item
            .categories()
            .iter()
            .map(|category| rss::Category { name: category.term.to_owned(), domain: None })
            .collect(),
        guid: Some(rss::Guid { value: urn(item), permalink: false }),
        pub_date: Some(item.published.format("%a, %d %b %Y %H:%M:%S %z").to_string()),
        content: Some(item.html.clone()),
        extensions: extensions.map(|map| BTreeMap::from([("creativeCommons".to_owned(), map)])).unwrap_or_default(),
        dublin_core_ext: Some(rss::extension::dublincore::DublinCoreExtension {
            creators: vec![item.issue.editor.clone()],
            ..Default::default()
        }),
        ..rss::Item::default()
    }
}

#[test]
fn a_json_item_is_what_serde_writes() {
    for item in items() {
        let mut written = String::new();
        json_writer::item(&mut written, &item);
        assert_eq!(written, serde_json::to_string(&json_item(&item)).expect("the item can be written"));
    }
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: String,
    url: &'a str,
    external_url: &'a str,
    title: &'a str,
    summary: &'a str,
    content_html: &'a str,
    date_published: String,
    authors: [Author<'a>; 1],
    tags: Vec<&'a str>,
    _patchfeed: ItemExtension<'a>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct ItemExtension<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replies_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<u32>,
    issue_title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue_url: Option<&'a str>,
    sections: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    trees: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<(u32, u32)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    prefixes: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<JsonSeries<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonSeries<'a> {
    id: String,
    earlier: Vec<JsonVersion<'a>>,
}

#[derive(Serialize)]
struct JsonVersion<'a> {
    version: &'a str,
    id: String,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<u32>,
}

impl<'a> JsonSeries<'a> {
    fn of(series: &'a Series) -> Self {
        let version = |of: &'a Version| JsonVersion {
            version: &of.name,
            id: of.id.urn().to_string(),
            url: &of.url,
            issue: of.issue.number,
        };
        Self { id: series.id.urn().to_string(), earlier: series.earlier.iter().map(version).collect() }
    }
}

fn json_item(item: &Item) -> JsonItem<'_> {
    let mail = item.mail.as_ref();
    let subject = mail.map(|mail| &mail.subject);
    JsonItem {
        id: urn(item),
        url: &item.url,
        external_url: &item.url,
        title: &item.title,
        summary: &item.summary,
        content_html: &item.html,
        date_published: item.published.to_rfc3339(),
        authors: [Author { name: &item.issue.editor }],
        tags: item.categories().iter().map(|category| category.term).collect(),
        _patchfeed: ItemExtension {
            message_id: mail.and_then(|mail| mail.message_id.as_deref()),
            list: mail.and_then(|mail| mail.list.as_deref()),
            replies_url: mail.and_then(|mail| mail.replies_url.as_deref()),
            issue: item.issue.number,
            issue_title: &item.issue.title,
            issue_url: item.issue.url.as_deref(),
            sections: item.sections.iter().map(|section| section.slug.as_str()).collect(),
            version: subject.and_then(|subject| subject.version),
            kind: subject.and_then(|subject| subject.kind),
            trees: subject.map_or(&[], |subject| &subject.trees),
            position: subject.and_then(|subject| subject.position),
            prefixes: subject.into_iter().flat_map(Subject::prefixes).collect(),
            subject: subject.map(|subject| subject.rest.as_str()),
            organisation: mail.and_then(|mail| mail.organisation.as_deref()),
            series: mail.and_then(|mail| mail.series.as_ref()).map(JsonSeries::of),
            license: item.issue.license.as_ref().map(|license| license.url.as_ref().unwrap_or(&license.name).as_str()),
        },
    }
}
