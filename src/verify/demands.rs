//! What the formats demand of a feed and of its items. Readers get by without much of it, each in a way of its own.

use chrono::DateTime;
use roxmltree::Node;
use serde_json::Value;

use super::contents::words;
use super::finding::ItemFault;

/// The namespace of Atom.
const ATOM_NAMESPACE: &str = "http://www.w3.org/2005/Atom";

/// What a format demands. Ids, links and dates of items, which readers go by, are looked at for all formats alike.
struct Demands {
    format: &'static str,
    /// What stands in the feed itself, and isn't empty.
    feed: &'static [&'static str],
    /// What stands in each item: what it is called, and the elements of which one is enough.
    item: &'static [(&'static str, &'static [&'static str])],
}

/// RFC 4287 §4.1.1 and §4.1.2. An entry's title may be empty.
const ATOM: Demands = Demands {
    format: "Atom",
    feed: &["id", "title", "updated"],
    item: &[("title", &["title"]), ("updated", &["updated"])],
};

/// RSS 2.0, "Required channel elements" and "Elements of `<item>`"; `content:encoded` says what a description does.
const RSS: Demands = Demands {
    format: "RSS",
    feed: &["title", "link", "description"],
    item: &[("title or description", &["title", "description", "encoded"])],
};

/// JSON Feed 1.1, "Top-level" and "Items".
const JSON: Demands = Demands {
    format: "JSON Feed",
    feed: &["version", "title"],
    item: &[("content_html or content_text", &["content_html", "content_text"])],
};

/// What a feed in XML lacks, and the dates of its items that nobody can read.
pub(super) fn of_xml(root: Node<'_, '_>) -> Vec<ItemFault> {
    if root.has_tag_name((ATOM_NAMESPACE, "feed")) {
        let mut faults = ATOM.lacking(root, &children(root, "entry"), text);
        faults.extend(bad_dates(&children(root, "entry")));
        return faults;
    }
    let Some(channel) = children(root, "channel").first().copied() else { return Vec::new() };
    // The items of RSS 1.0 stand beside the channel.
    let items = [children(channel, "item"), children(root, "item")].concat();
    let mut faults = RSS.lacking(channel, &items, text);
    let empty = items.iter().filter(|item| text(**item, "pubDate").is_some_and(|date| date.trim().is_empty())).count();
    faults.extend((empty > 0).then(|| ItemFault::BadDates(empty, words(""))));
    faults
}

/// What a JSON Feed lacks.
pub(super) fn of_json(json: &[u8]) -> Vec<ItemFault> {
    let Ok(feed) = serde_json::from_slice::<Value>(json) else { return Vec::new() };
    let items: Vec<&Value> = feed["items"].as_array().into_iter().flatten().collect();
    JSON.lacking(&feed, &items, |value, name| value[name].as_str().map(str::to_owned))
}

impl Demands {
    /// What isn't there; `said` gives what stands under a name.
    fn lacking<T: Copy>(&self, feed: T, items: &[T], said: impl Fn(T, &str) -> Option<String>) -> Vec<ItemFault> {
        let empty = |name: &&&str| said(feed, name).is_none_or(|text| text.trim().is_empty());
        let of_feed = self.feed.iter().filter(empty).map(|name| ItemFault::FeedLacks(name, self.format));
        let of_items = self.item.iter().filter_map(|(what, names)| {
            let lacks = |item: &&T| names.iter().all(|name| said(**item, name).is_none());
            let first = 1 + items.iter().position(|item| lacks(&item))?;
            Some(ItemFault::ItemsLack(items.iter().filter(lacks).count(), first, what, self.format))
        });
        of_feed.chain(of_items).collect()
    }
}

/// The dates of entries of Atom that aren't written as it wants them (RFC 3339): the reader of feeds mends them where it can.
fn bad_dates(entries: &[Node<'_, '_>]) -> Option<ItemFault> {
    let bad_date = |entry: &Node<'_, '_>| {
        let mut dates = ["published", "updated"].into_iter().filter_map(|name| text(*entry, name));
        dates.find(|date| !is_date(date.trim()))
    };
    let bad: Vec<String> = entries.iter().filter_map(bad_date).collect();
    bad.first().map(|date| ItemFault::BadDates(bad.len(), words(date)))
}

/// Whether a date is written as RFC 4287 §3.3 wants it: with `T` and `Z` as capitals.
fn is_date(date: &str) -> bool {
    DateTime::parse_from_rfc3339(date).is_ok() && !date.contains(['t', 'z', ' '])
}

/// What stands in an element below another, in all of it.
fn text(parent: Node<'_, '_>, name: &str) -> Option<String> {
    let element = children(parent, name).first().copied()?;
    Some(element.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect())
}

/// The elements of a name below another, in the same namespace, or `content:encoded`.
fn children<'a, 'input>(parent: Node<'a, 'input>, name: &str) -> Vec<Node<'a, 'input>> {
    let namespace = parent.tag_name().namespace();
    let is_such = |child: &Node<'_, '_>| {
        let tag = child.tag_name();
        tag.name() == name && (tag.namespace() == namespace || name == "encoded")
    };
    parent.children().filter(is_such).collect()
}
