//! Everything that can be wrong with a text, and the sentences that say so.

use chrono::NaiveDate;

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// The bytes aren't UTF-8.
    NotUtf8,
    /// A character that XML 1.0 forbids.
    IllegalCharacter(char),
    /// The front matter can't be read; holds the parser's words.
    FrontMatter(String),
    /// The front matter begins and never ends.
    FrontMatterOpen,
    /// Neither file name nor front matter nor text says when the issue was posted; holds the time assumed.
    NoDate(String),
    /// Something that stands where the date belongs and isn't one that an issue can have.
    BadDate {
        /// The words that stand there.
        words: String,
        /// The date or the time that the issue got.
        used: String,
    },
    /// A date that lies years from those of the issues before and after.
    FarDate {
        /// The date.
        date: NaiveDate,
        /// The date of the issue next to it.
        neighbour: NaiveDate,
        /// The time that the issue got.
        used: String,
    },
    /// The date in the file's name contradicts the one in the text.
    DatesDiffer {
        /// The date in the file's name.
        name: NaiveDate,
        /// The date in the text.
        text: NaiveDate,
        /// The date that the issue got.
        used: NaiveDate,
    },
    /// A second issue with the same number.
    NumberTwice {
        /// The path of the issue that had the number first.
        first: String,
        /// The name that this issue has in addresses.
        slug: String,
    },
    /// An issue whose place by number isn't its place by date.
    NumberOrder {
        /// The number.
        number: u32,
        /// The number of the issue posted before it.
        before: Option<u32>,
        /// The number of the issue posted after it.
        after: Option<u32>,
    },
    /// An issue without entries.
    NoEntry,
    /// Something that is an entry, but isn't written as one.
    BrokenEntry(Broken),
    /// An address that a feed must not contain (`javascript:`, `file:` …); holds its scheme.
    UnsafeLink(String),
    /// A heading that the table of sections doesn't have; holds the slug that it got.
    UnknownSection(String),
    /// An entry that stands under no heading.
    NoSection,
    /// Text under a heading that belongs to no entry.
    Stray,
    /// Code or HTML that never ends, before a heading.
    OpenBlock,
    /// Text that patchfeed fails on, by a defect of its own; holds what the failure says.
    Defect(String),
}

/// How an entry is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broken {
    /// Its first line has no `)**`.
    NoEnd,
    /// Its first line has no `](`.
    NoMiddle,
    /// There is nothing between `](` and `)**`.
    NoAddress,
    /// Its address contains white space.
    WhiteSpace,
    /// Its address has no scheme.
    NoScheme,
    /// Its first line links to a mail, but isn't written as an entry's.
    Form,
    /// Its link has no address that can be read, or refers to a definition that isn't there.
    NoTarget,
}

/// What is wrong, the words at the place, and what was done or is to be done.
type Sentences = (String, String, String);

impl Problem {
    /// Whether it is a defect of patchfeed, and not of the text.
    pub fn is_defect(&self) -> bool {
        matches!(self, Self::Defect(_))
    }

    /// What is wrong, the words at the place, and what was done or is to be done.
    pub(super) fn sentences(&self) -> Sentences {
        match self {
            Self::NotUtf8 => say("the file isn't UTF-8", "from here", "unreadable bytes were replaced by `\u{FFFD}`"),
            Self::IllegalCharacter(c) => {
                say(&format!("feeds must not contain the character U+{:04X}", u32::from(*c)), "here", "it was dropped")
            }
            Self::FrontMatter(cause) => {
                let what = format!("the front matter can't be read: {cause}");
                say(&what, "here", "it was ignored; file name and text were used instead")
            }
            Self::FrontMatterOpen => {
                say("the front matter never ends", "begins here", "it was ignored; end it with a line `---`")
            }
            Self::NoDate(assumed) => {
                let done = format!("{assumed} was assumed; name the file YYYY-MM-DD-hh-mm-ss-… or add a `date:`");
                say("nothing says when the issue was posted", "in this issue", &done)
            }
            Self::BadDate { words, used } => {
                let what = format!("{words:?} isn't a date that an issue can have");
                say(&what, "this date", &format!("{used} was used; write a day from 1990 to 2099 as YYYY-MM-DD"))
            }
            Self::FarDate { date, neighbour, used } => {
                let what =
                    format!("the issue's date, {date}, lies years from that of the issue next to it, {neighbour}");
                say(&what, "in this issue", &format!("{used} was used; correct the year"))
            }
            Self::DatesDiffer { name, text, used } => {
                let what = format!("the file's name says {name}, the text says {text}");
                say(&what, "this date", &format!("{used} was used; correct whichever is wrong"))
            }
            Self::NumberTwice { first, slug } => {
                let what = format!("another issue has the same number: {first}");
                say(&what, "in this issue", &format!("both were published; the archives of this one are named {slug}"))
            }
            Self::NumberOrder { number, before, after } => number_order(*number, *before, *after),
            Self::NoEntry => say("the issue has no entries", "in this issue", "it adds nothing to the feeds"),
            Self::BrokenEntry(broken) => broken_entry(*broken),
            Self::UnsafeLink(scheme) => {
                let what = format!("broken entry: feeds must not link to a `{scheme}:` address");
                say(&what, "expected http: or https:", "it became an item linked to the issue's page")
            }
            Self::UnknownSection(slug) => {
                let done = format!(
                    "its feed is named {slug}; to give it a title, add a [[section]] with this slug and with this heading in `headings`"
                );
                say("a section that the table doesn't have", "this heading", &done)
            }
            Self::NoSection => say("an entry under no heading", "this entry", "it is only in the feed of everything"),
            Self::Stray => say("text that belongs to no entry", "this text", "it was not published"),
            Self::Defect(words) => {
                let what = format!("patchfeed has a defect that this brings out: {words}");
                say(&what, "by this", "it was not published, all else was; please report it with these lines")
            }
            Self::OpenBlock => {
                say("code or HTML that never ends", "begins here", "it was ended before the next heading")
            }
        }
    }
}

fn say(what: &str, label: &str, done: &str) -> Sentences {
    (what.to_owned(), label.to_owned(), done.to_owned())
}

fn number_order(number: u32, before: Option<u32>, after: Option<u32>) -> Sentences {
    let place = match (before, after) {
        (Some(before), Some(after)) => format!("between {before} and {after}"),
        (Some(other), None) => format!("after {other}"),
        (None, other) => format!("before {}", other.unwrap_or_default()),
    };
    let done = "it was published by its date; correct the date or the number if either is wrong";
    say(&format!("by its date, issue {number} was posted {place}"), "in this issue", done)
}

fn broken_entry(broken: Broken) -> Sentences {
    let without_link = "it became an item with all its text, linked to the issue's page";
    let (cause, done) = match broken {
        Broken::NoEnd => ("its first line doesn't end with `)**`", without_link),
        Broken::NoMiddle => ("there is no `](` between title and address", without_link),
        Broken::NoAddress => ("there is no address between `](` and `)**`", without_link),
        Broken::NoScheme => ("its address doesn't begin with `https://`", "`https://` was added"),
        Broken::WhiteSpace => ("there is white space in its address", without_link),
        Broken::NoTarget => ("its link leads nowhere", without_link),
        Broken::Form => ("its first line isn't written as an entry's", "it became an item all the same"),
    };
    let expected = match broken {
        Broken::NoTarget => "the address is missing, or the definition that this refers to",
        _ => "expected **[title](address)**",
    };
    say(&format!("broken entry: {cause}"), expected, done)
}
