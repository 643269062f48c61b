//! What is tried with any bytes: each target takes bytes and panics if a promise is broken. `tests/suite/fuzz.rs` runs them
//! with inputs that are the same each time, `cargo fuzz` with ever new ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use chrono::DateTime;
use patchfeed::bot::{self, LineForm, Memory, Output, Printing};
use patchfeed::config::{self, Config};
use patchfeed::diagnostic::{Diagnostic, Style};
use patchfeed::document::{Document, decode};
use patchfeed::facts::language::Language;
use patchfeed::facts::newsletter::Newsletter;
use patchfeed::facts::subject;
use patchfeed::feed;
use patchfeed::item::{self, Listing, Options, Texts};
use patchfeed::site::{self, Site};
use patchfeed::{issues, mail, reader, write};
use serde_json::Value;
use serde_json::value::RawValue;

/// A target, by the name of its folder in `corpus`.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// All targets.
pub(crate) const TARGETS: [Target; 7] = [
    ("site", site),
    ("mail", mail),
    ("subject", subject),
    ("head", head),
    ("conditions", conditions),
    ("memory", memory),
    ("published", published),
];

/// What begins a document of an input that holds several; its name follows, and ends with the line.
const DOCUMENT: &str = "@@ ";

/// Any documents become a site of well-formed files, whatever is in them. A document `patchfeed.toml` is the configuration.
pub(crate) fn site(input: &[u8]) {
    let (config, documents) = documents(input);
    let texts =
        if config.feeds.iter().any(|feed| feed.conditions.look_at_text()) { Texts::Searched } else { Texts::Shown };
    let (newsletter, listings) = listings(&documents, &config, texts);
    let Ok(feeds) = feed::list(&newsletter, &config.feeds, &config.window, &listings) else { return };
    let files = Mutex::new(BTreeMap::new());
    let site = Site {
        newsletter: &newsletter,
        base_url: &config.base_url,
        formats: &config.formats,
        readers: &config.readers,
        hubs: &config.hubs,
        window: config.window,
    };
    let made = site::make(&site, &feeds, &listings, &|| {}, &|path, bytes| {
        let text = String::from_utf8(bytes.to_vec()).expect("a file isn't text");
        let twice = files.lock().expect("no thread fails").insert(path.to_owned(), text);
        assert!(twice.is_none(), "{path} is made twice");
        Ok(())
    });
    made.expect("the sink takes everything");
    for (path, text) in files.into_inner().expect("no thread fails") {
        let is_plain = |part: &str| !part.is_empty() && !part.starts_with('.');
        let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"./-_".contains(&byte);
        assert!(path.split('/').all(is_plain) && path.bytes().all(legal), "{path:?} is no plain path");
        check(&path, &text);
    }
}

/// The configuration and the documents of an input.
fn documents(input: &[u8]) -> (Config, Vec<(Document, Vec<Diagnostic>)>) {
    let mut texts: Vec<(String, Vec<u8>)> = vec![("issue.md".to_owned(), Vec::new())];
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(DOCUMENT.as_bytes()) {
            Some(name) => texts.push((name_of(name), Vec::new())),
            None => texts.last_mut().expect("there is one").1.extend_from_slice(line),
        }
    }
    let mut config = Config::default();
    if let Some(at) = texts.iter().position(|(name, _)| name == "patchfeed.toml") {
        let toml = String::from_utf8_lossy(&texts.remove(at).1).into_owned();
        config = Config::parse(&toml, Path::new("patchfeed.toml")).unwrap_or_default();
    }
    (config, texts.into_iter().filter_map(|(name, bytes)| document(&name, bytes)).collect())
}

/// A document, if it is in an encoding that is read.
fn document(name: &str, bytes: Vec<u8>) -> Option<(Document, Vec<Diagnostic>)> {
    let (document, diagnostics) = decode(name, bytes);
    Some((document?, diagnostics))
}

/// A document's name.
fn name_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

/// The items of documents. Their dates fall strictly; every problem can be shown.
fn listings(documents: &[(Document, Vec<Diagnostic>)], config: &Config, texts: Texts) -> (Newsletter, Vec<Listing>) {
    let (documents, diagnostics): (Vec<Document>, Vec<Vec<Diagnostic>>) =
        documents.iter().map(|(document, diagnostics)| (copy(document), diagnostics.clone())).unzip();
    let issues = issues::read(&documents, diagnostics.concat(), &config.newsletter, &config.base_url);
    for diagnostic in &issues.diagnostics {
        assert!(!diagnostic.problem.is_defect(), "{diagnostic:?}");
        assert!(!diagnostic.render(Style { color: false, width: 80, language: Language::English }).is_empty());
    }
    let newsletter = issues.newsletter;
    let (listings, _) = item::list(issues.all, &newsletter, Options { base_url: &config.base_url, texts });
    for diagnostic in listings.iter().flat_map(|listing| &listing.diagnostics) {
        assert!(!diagnostic.problem.is_defect(), "{diagnostic:?}");
    }
    let dates: Vec<_> =
        listings.iter().flat_map(|listing| listing.items.iter().rev().map(|item| item.published)).collect();
    assert!(dates.windows(2).all(|pair| pair[0] < pair[1]), "dates don't fall: {dates:?}");
    (newsletter, listings)
}

fn copy(document: &Document) -> Document {
    Document::new(&document.path, document.text.clone())
}

/// What holds for a file of a site.
fn check(path: &str, text: &str) {
    let ids: Vec<String> = match path.rsplit('.').next() {
        Some("atom" | "rss" | "opml") => {
            let document = roxmltree::Document::parse(text).unwrap_or_else(|err| panic!("{path}: {err}\n{text}"));
            let entries = document.descendants().filter(|node| matches!(node.tag_name().name(), "entry" | "item"));
            let id = |entry: roxmltree::Node<'_, '_>| {
                let id = entry.children().find(|node| matches!(node.tag_name().name(), "id" | "guid"));
                id.and_then(|id| id.text()).expect("an item has no id").to_owned()
            };
            entries.map(id).collect()
        }
        Some("json") if path.starts_with("search") => {
            serde_json::from_str::<Value>(text).unwrap_or_else(|err| panic!("{path}: {err}\n{text}"));
            return;
        }
        Some("json") => {
            let feed: Value = serde_json::from_str(text).unwrap_or_else(|err| panic!("{path}: {err}\n{text}"));
            feed["items"].as_array().expect("a feed has no items").iter().map(check_item).collect()
        }
        _ => {
            let scripts = usize::from(path.ends_with(".html"));
            assert_eq!(text.matches("<script").count(), scripts, "{path} has a script that isn't its own\n{text}");
            assert_eq!(text.matches("<style").count(), 0, "{path} has a style that isn't its own\n{text}");
            return;
        }
    };
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: an id stands twice");
}

/// What holds for an item; its id.
fn check_item(item: &Value) -> String {
    let word = |name: &str| item[name].as_str().unwrap_or_else(|| panic!("{name} is missing in {item}"));
    if let Some(date) = item["date_published"].as_str() {
        DateTime::parse_from_rfc3339(date).expect("a date isn't one"); // an issue that nothing dates has none
    }
    assert!(!word("title").is_empty() && !word("summary").trim().is_empty(), "{item}");
    assert!(word("summary").chars().count() <= 500, "{item}");
    assert!(["http://", "https://"].iter().any(|scheme| word("url").starts_with(scheme)), "{item}");
    check_html(word("content_html"));
    word("id").to_owned()
}

/// Elements have no attribute but the address of a link or a picture, a picture's words, and the number that a list begins with.
fn check_html(html: &str) {
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("a bare `<` in {html}"));
        let (name, attribute) = tag.trim_start_matches('/').split_once(' ').unwrap_or((tag, ""));
        let is_safe = match (name, attribute.split_once("=\"").map(|(name, value)| (name, value.strip_suffix('"')))) {
            (_, None) => matches!(attribute, "" | "/"),
            ("a", Some(("href", Some(address)))) => {
                let lower = address.to_ascii_lowercase();
                ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme))
                    && !address.contains('"')
            }
            ("img", Some(("src", Some(rest)))) => is_picture(rest),
            ("img", Some(("src", None))) => attribute.strip_suffix("\" /").is_some_and(|rest| is_picture(&rest[5..])),
            ("ol", Some(("start", Some(number)))) => number.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        assert!(is_safe && !matches!(name, "script" | "style"), "<{tag}> in {html}");
    }
}

/// Whether what stands between the first and the last quotation mark of a picture's tag is an address on the web, and perhaps words.
fn is_picture(attributes: &str) -> bool {
    let (address, words) = attributes.split_once("\" alt=\"").unwrap_or((attributes, ""));
    let lower = address.to_ascii_lowercase();
    ["http://", "https://"].iter().any(|scheme| lower.starts_with(scheme))
        && !address.contains('"')
        && !words.contains('"')
}

/// Every visible character of a mail arrives.
pub(crate) fn mail(input: &[u8]) {
    let (Some(document), _) = decode("mail", input.to_vec()) else { return };
    let mut html = String::new();
    mail::push_html(&mut html, &mail::unquote(&document.text));
    check_html(&html);
    // Without `&`: references may be decoded on the way.
    let text = document.text.replace(['&', '\u{85}', '\u{2028}', '\u{2029}'], " ");
    let mut html = String::new();
    mail::push_html(&mut html, &mail::unquote(&text));
    assert_eq!(visible(&shown(&html)), visible(&text), "of {text:?} comes {html:?}");
}

/// The text that a browser shows.
fn shown(html: &str) -> String {
    let parts = html.split('<').enumerate();
    let text: String = parts
        .map(|(at, part)| if at == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) })
        .collect();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Neither white space nor `>`, since those of a quote are drawn as a quote.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '>' && *c != '\u{FEFF}').collect()
}

/// A subject line gives only what stands in it.
pub(crate) fn subject(input: &[u8]) {
    let title = String::from_utf8_lossy(input);
    let subject = subject::parse(&title);
    assert!(subject.trees.len() <= 8 && subject.version.is_none_or(|version| version < 1000), "{subject:?}");
    for word in subject.prefixes().chain(subject.trees.iter().map(String::as_str)) {
        assert!(!word.is_empty(), "{subject:?}");
    }
    let (mut wanted, mut there) = (letters(&subject.rest), letters(&title));
    wanted.retain(|c, _| !"[] ".contains(*c));
    there.retain(|c, _| wanted.contains_key(c));
    assert!(wanted.iter().all(|(c, count)| there.get(c).is_some_and(|there| there >= count)), "{title:?}: {subject:?}");
}

fn letters(text: &str) -> BTreeMap<char, usize> {
    let mut letters = BTreeMap::new();
    text.chars().for_each(|c| *letters.entry(c).or_default() += 1);
    letters
}

/// What an issue says of itself, in any form, gives dates that every format can write. The first line is the file's name.
pub(crate) fn head(input: &[u8]) {
    let (name, head) = match input.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (input, &b""[..]),
    };
    let body = b"\n\n## Lamps\n\n- [A lamp](https://harbour.example/lamp)\n- [A rope](https://harbour.example/rope)\n";
    let documents = document(&name_of(name), [head, body].concat());
    let (_, listings) = listings(documents.as_slice(), &Config::default(), Texts::Shown);
    for item in listings.iter().flat_map(|listing| &listing.items) {
        check_item(&serde_json::from_slice(&write::json_item(item)).expect("an item is JSON"));
    }
}

thread_local! {
    /// Items that conditions are tried on: several kinds of mail, and one that isn't a mail.
    static ITEMS: Vec<Listing> = {
        let issue = b"@@ 2024-01-07-10-00-00-lamps-1.md
### Networking

**[v2: RFC: net-next: lamp: a light](http://lore.kernel.org/netdev/1@harbour.example/)**

> It is green.

**[GIT PULL: lamps for 9.9](http://lore.kernel.org/linux-riscv/2@harbour.example/)**

**[A rope](https://harbour.example/rope)**
";
        let (config, documents) = documents(issue);
        listings(&documents, &config, Texts::Searched).1
    };
    /// The lines of a bot's feed, the newest first.
    static LINES: Vec<Box<RawValue>> = ITEMS.with(|listings| {
        let items = listings.iter().flat_map(|listing| &listing.items);
        items.map(|item| serde_json::from_slice(&write::json_item(item)).expect("an item is JSON")).collect()
    });
}

/// Conditions are refused in words, or hold of items or don't, and the contrary of the contrary is the same.
pub(crate) fn conditions(input: &[u8]) {
    let value = String::from_utf8_lossy(input);
    match config::conditions(&value) {
        Err(words) => assert!(!words.is_empty()),
        Ok(conditions) => ITEMS.with(|listings| {
            let contrary = config::conditions(&format!("{{ not = {value} }}"));
            for item in listings.iter().flat_map(|listing| &listing.items) {
                let holds = conditions.hold(item);
                // A value that spans lines is none within another.
                assert!(contrary.as_ref().is_ok_and(|contrary| contrary.hold(item) != holds) || value.contains('\n'));
            }
        }),
    }
}

/// Whatever a bot's memory holds, it is refused, or works: what is printed once isn't printed again.
pub(crate) fn memory(input: &[u8]) {
    let thread = format!("{:?}", std::thread::current().id()).replace(|c: char| !c.is_ascii_alphanumeric(), "");
    let folder = std::env::temp_dir().join(format!("patchfeed-memory-{}-{thread}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let file = folder.join("seen");
    std::fs::write(&file, input).expect("a file can be written");
    if let Some(first) = print(&file) {
        assert!(first.len() <= 3, "more is printed than there is: {first:?}");
        assert_eq!(print(&file), Some(Vec::new()), "{first:?} was printed before");
    }
    std::fs::remove_dir_all(&folder).expect("a folder can be removed");
}

/// The lines that a bot with this memory prints, if it takes the memory.
fn print(memory: &Path) -> Option<Vec<String>> {
    let mut memory = Memory::open(memory, false).ok()?;
    let printing = Printing { feed: "all", form: LineForm::Text, history: true, tries: 3, limit: usize::MAX };
    let mut out = Vec::new();
    LINES.with(|items| bot::print_new(&printing, items, &mut memory, Output::Stream(&mut out), &mut |_| {}).ok())?;
    Some(String::from_utf8(out).expect("lines are text").lines().map(str::to_owned).collect())
}

/// Any published feed is refused in a sentence, or is items that a bot can print; and these, published again, are the same items.
pub(crate) fn published(input: &[u8]) {
    let from = "http://e.org/feed".parse().expect("it is an address");
    let items = match reader::of_text(input.to_vec(), &from) {
        Ok(Some(feed)) => feed.items,
        Ok(None) => return,
        Err(words) => return assert!(!words.is_empty() && !words.contains('\n'), "{words}"),
    };
    for item in &items {
        assert!(!item.get().contains(['\n', '\r']), "{item}");
        let item: Value = serde_json::from_str(item.get()).expect("an item is JSON");
        let [id, title, url] = ["id", "title", "url"].map(|name| item[name].as_str().expect("an item has each"));
        assert!(!id.trim().is_empty() && !title.contains(char::is_control), "{item}");
        let is_web = ["http://", "https://"].iter().any(|scheme| url.to_ascii_lowercase().starts_with(scheme));
        assert!(is_web && !url.contains(char::is_whitespace), "{item}");
    }
    let texts: Vec<&str> = items.iter().map(|item| item.get()).collect();
    let again = format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{}]}}", texts.join(","));
    let read = reader::of_text(again.into_bytes(), &from).expect("it is a feed").expect("it is a feed").items;
    assert_eq!(texts, read.iter().map(|item| item.get()).collect::<Vec<_>>());
}
