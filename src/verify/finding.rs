//! Everything that can be wrong for a reader, and the sentence for it. What is said of an address stands behind it, so it is what the sentences
//! are about.

use std::fmt;
use std::mem::discriminant;

/// Something that is wrong for a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// What the server answers, and where it leads.
    Answer(AnswerFault),
    /// How the bytes are sent, and what they are said to be.
    Form(FormFault),
    /// How it is fetched again.
    Again(AgainFault),
    /// What a document says.
    Item(ItemFault),
    /// What documents say of each other.
    Chain(ChainFault),
    /// What differs from the folder that is published.
    Folder(FolderFault),
}

/// What is wrong with an answer. Addresses are without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerFault {
    /// There is none; holds the cause.
    Unreachable(String),
    /// It isn't what was asked for; holds the status, and what leads here.
    Status(String, Option<String>),
    /// It is that only for browsers; holds the status.
    OnlyBrowsers(String),
    /// It has moved for good.
    Moved(String),
    /// It is elsewhere for now.
    Redirected(String),
    /// It leads away from encryption.
    Downgraded(String),
    /// It leads to where it has led before.
    Circle,
    /// It leads on and on.
    Endless,
    /// It leads to what is no address; holds the status.
    Nowhere(String),
}

/// What is wrong with the way in which bytes are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormFault {
    /// Not all of them come; holds the cause.
    Cut(String),
    /// There are none.
    Empty,
    /// They aren't the gzip that they are said to be.
    BrokenGzip,
    /// They are gzip, and nothing says so.
    UnsaidGzip,
    /// They have a coding that wasn't asked for.
    UnaskedCoding(String),
    /// Who takes nothing compressed gets nothing; holds the status, or the cause.
    NoPlain(String),
    /// They have no media type.
    NoType,
    /// They have a media type of something else.
    OtherType(String),
    /// The charset of the answer, and that of the document, differ.
    OtherCharset(String, String),
    /// They are `text/xml` with letters that aren't ASCII, and nothing says which.
    NoCharset,
    /// They aren't in the encoding that they are said to be in.
    NotInEncoding(String),
    /// They aren't well-formed XML; holds the cause.
    NotWellFormed(String),
    /// They can't be read; holds the cause.
    Unreadable(String),
    /// They are no feed; holds what says that they are.
    NoFeed(Option<String>),
    /// They are a page without a feed.
    NoFeeds,
    /// They are no list of feeds.
    NoList,
    /// They are a list of none.
    EmptyList,
}

/// What is wrong when a reader asks again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgainFault {
    /// Nothing tells whether anything is new.
    NoValidator,
    /// The server doesn't look at the `ETag` that it gave; whether it gives another one now.
    TagIgnored(bool),
    /// The server doesn't look at the date that it gave.
    DateIgnored,
    /// The server takes any `ETag` for that of what it has.
    TagBelieved,
    /// The server has no answer; holds the status, or the cause.
    Refused(String),
    /// Nothing says how long it stays fresh.
    NoTime,
    /// It stays fresh for too long; holds the seconds.
    LongTime(u64),
    /// It mustn't be kept.
    NoStore,
}

/// What is wrong with a document. Of several items, the first is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemFault {
    /// It has none.
    NoItem,
    /// Ids that several items have: how many, and one of them.
    DoubledIds(usize, String),
    /// Items without ids: how many, and where the first one stands among all.
    NoIds(usize, usize),
    /// Items without links: how many, and where the first one stands among all.
    NoLinks(usize, usize),
    /// Items with links that lead nobody anywhere.
    LostLinks(usize, String),
    /// Items with links that aren't whole.
    RelativeLinks(usize, String),
    /// Items with dates that are still to come.
    FutureDates(usize, String),
    /// Items with dates that programs write where they have none.
    NoDates(usize, String),
    /// Items with dates that aren't written as the format wants.
    BadDates(usize, String),
    /// The feed itself lacks what its format demands: an element, and the format.
    FeedLacks(&'static str, &'static str),
    /// Items that lack what their format demands: how many, where the first one stands among all, what, and the format.
    ItemsLack(usize, usize, &'static str, &'static str),
    /// Another address than the one that was asked.
    OtherOwn(String),
}

/// What is wrong between documents of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainFault {
    /// They lead to one that was there before.
    Circle(String),
    /// An archive leads back to another feed than the one that leads to it.
    OtherCurrent(String, String),
    /// Items that are another thing in another document: how many, one of them, and the document.
    OtherContent(usize, String, String),
}

/// What is wrong with a file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderFault {
    /// Other bytes are sent.
    Differs,
}

impl Finding {
    /// Whether the same is wrong as with another, whatever it is named.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Answer(AnswerFault::Status(a, _)), Self::Answer(AnswerFault::Status(b, _)))
            | (Self::Form(FormFault::OtherType(a)), Self::Form(FormFault::OtherType(b))) => a == b,
            (Self::Answer(a), Self::Answer(b)) => discriminant(a) == discriminant(b),
            (Self::Form(a), Self::Form(b)) => discriminant(a) == discriminant(b),
            (Self::Again(a), Self::Again(b)) => discriminant(a) == discriminant(b),
            (Self::Item(ItemFault::FeedLacks(a, _)), Self::Item(ItemFault::FeedLacks(b, _)))
            | (Self::Item(ItemFault::ItemsLack(_, _, a, _)), Self::Item(ItemFault::ItemsLack(_, _, b, _))) => a == b,
            (Self::Item(a), Self::Item(b)) => discriminant(a) == discriminant(b),
            (Self::Chain(a), Self::Chain(b)) => discriminant(a) == discriminant(b),
            (a, b) => a == b,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(fault) => fault.fmt(f),
            Self::Form(fault) => fault.fmt(f),
            Self::Again(fault) => fault.fmt(f),
            Self::Item(fault) => fault.fmt(f),
            Self::Chain(fault) => fault.fmt(f),
            Self::Folder(FolderFault::Differs) => f.write_str("isn't what the folder holds"),
        }
    }
}

impl fmt::Display for AnswerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(cause) => f.write_str(cause),
            Self::Status(status, None) => write!(f, "the server answers {status}"),
            Self::Status(status, Some(by)) => write!(f, "the server answers {status}, and {by} leads here"),
            Self::OnlyBrowsers(status) => {
                write!(f, "the server answers {status} to programs that it doesn't know, and lets browsers in")
            }
            Self::Moved(to) => write!(f, "has moved for good, to {to}: that is the address to give to readers"),
            Self::Redirected(to) => write!(f, "leads to {to} for the time being: readers ask both, every time"),
            Self::Downgraded(to) => write!(f, "leads away from https:, to {to}, which anybody on the way can change"),
            Self::Circle => f.write_str("leads back to itself: its redirects go in a circle"),
            Self::Endless => f.write_str("leads on and on: it has too many redirects"),
            Self::Nowhere(status) => write!(f, "the server answers {status} without an address that it leads to"),
        }
    }
}

impl fmt::Display for FormFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut(cause) => write!(f, "doesn't come as a whole: {cause}"),
            Self::Empty => f.write_str("the server sends nothing"),
            Self::BrokenGzip => f.write_str("is said to be gzip (Content-Encoding), which it isn't, or which is broken"),
            Self::UnsaidGzip => f.write_str("is gzip, and nothing says so (Content-Encoding)"),
            Self::UnaskedCoding(coding) => write!(f, "is sent as {coding} to readers that don't take that"),
            Self::NoPlain(status) => write!(f, "asked for it uncompressed, the server answers {status}"),
            Self::NoType => f.write_str("has no media type (Content-Type): readers have to guess"),
            Self::OtherType(kind) => write!(f, "is sent as {kind}: whoever goes by that sees no feed"),
            Self::OtherCharset(sent, own) => {
                write!(f, "is sent as {sent}, and the document is {own}: readers that believe the first show other letters")
            }
            Self::NoCharset => f.write_str(
                "is sent as text/xml without a charset, and isn't ASCII, which readers that keep to RFC 3023 take it for",
            ),
            Self::NotInEncoding(encoding) => write!(f, "has bytes that aren't {encoding}, which it is said to be"),
            Self::NotWellFormed(cause) => write!(f, "isn't well-formed XML, and many readers refuse it: {cause}"),
            Self::Unreadable(cause) => f.write_str(cause),
            Self::NoFeed(None) => f.write_str("isn't a feed, a page or a list of feeds"),
            Self::NoFeed(Some(by)) => write!(f, "isn't a feed, and {by} names it as one"),
            Self::NoFeeds => f.write_str("this page announces no feed (<link rel=\"alternate\">), so readers find none"),
            Self::NoList => f.write_str("isn't a list of feeds (OPML)"),
            Self::EmptyList => f.write_str("names no feed (xmlUrl)"),
        }
    }
}

impl fmt::Display for AgainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoValidator => f.write_str("has neither ETag nor Last-Modified: readers fetch all of it every time"),
            Self::TagIgnored(false) => f.write_str("asked with its own ETag, the server sends everything again"),
            Self::TagIgnored(true) => {
                f.write_str("asked with its own ETag, the server sends everything again, and another ETag")
            }
            Self::DateIgnored => f.write_str("asked with its own Last-Modified, the server sends everything again"),
            Self::TagBelieved => {
                f.write_str("asked with an ETag that was never given, the server answers that nothing is new")
            }
            Self::Refused(status) => write!(f, "asked whether anything is new, the server answers {status}"),
            Self::NoTime => {
                f.write_str("has neither a Cache-Control with a time nor Expires: caches guess how long it is fresh")
            }
            Self::LongTime(seconds) => {
                write!(f, "may be kept for {}: what is new is seen that late", duration(*seconds))
            }
            Self::NoStore => {
                f.write_str("mustn't be kept (Cache-Control: no-store), so that all of it is fetched every time")
            }
        }
    }
}

impl fmt::Display for ItemFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoItem => f.write_str("holds no item"),
            Self::DoubledIds(1, id) => write!(f, "has several items with the id {id}: readers show one of them"),
            Self::DoubledIds(count, id) => {
                write!(f, "has {count} ids that several items share, such as {id}: readers show one of these")
            }
            Self::NoIds(count, first) => {
                write!(f, "has {} without an id: readers can't tell them apart for sure", items_from(*count, *first))
            }
            Self::NoLinks(count, first) => {
                write!(f, "has {} without a link: there is nothing to open", items_from(*count, *first))
            }
            Self::LostLinks(count, link) => {
                write!(f, "has {} with links that lead readers nowhere, such as {link}", items(*count))
            }
            Self::RelativeLinks(count, link) => {
                write!(
                    f,
                    "has {} with links that aren't whole, such as {link}: readers differ in where they lead",
                    items(*count)
                )
            }
            Self::FutureDates(count, date) => write!(f, "has {} dated in the future, such as {date}", items(*count)),
            Self::NoDates(count, date) => {
                write!(f, "has {} dated {date}, which stands for no date: readers show it as it is", items(*count))
            }
            Self::BadDates(count, date) => {
                let date = if date.is_empty() { "an empty one" } else { date };
                write!(f, "has {} with dates that aren't written as they must be, such as {date}", items(*count))
            }
            Self::FeedLacks(what, format) => write!(f, "has no {what} of its own, which {format} demands"),
            Self::ItemsLack(count, first, what, format) => {
                write!(f, "has {} without {what}, which {format} demands", items_from(*count, *first))
            }
            Self::OtherOwn(own) => write!(f, "says that its address is {own}: readers that go by that ask there"),
        }
    }
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Circle(at) => write!(f, "its documents of older items go in a circle: {at} comes twice"),
            Self::OtherCurrent(current, feed) => {
                write!(f, "says that it belongs to {current}; what leads here is {feed}")
            }
            Self::OtherContent(1, id, document) => {
                write!(f, "has the item {id} with other content than {document}")
            }
            Self::OtherContent(count, id, document) => {
                write!(f, "has {count} items with other content than {document}, such as {id}")
            }
        }
    }
}

/// `1 item (number 7)`, `2 items (the first is number 7)`.
fn items_from(count: usize, first: usize) -> String {
    let the = if count == 1 { "" } else { "the first is " };
    format!("{} ({the}number {first})", items(count))
}

/// `1 item`, `2 items`.
fn items(count: usize) -> String {
    if count == 1 { "1 item".to_owned() } else { format!("{count} items") }
}

/// `36 hours`, `7 days`.
fn duration(seconds: u64) -> String {
    let hours = seconds / 3600;
    if hours < 72 { format!("{hours} hours") } else { format!("{} days", hours / 24) }
}
