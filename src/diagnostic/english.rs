//! What is said of problems in English.

use super::problem::{Broken, NumberSource, Problem};
use super::sentences::Sentences;

/// A problem in words.
#[allow(clippy::too_many_lines, reason = "an arm a problem")]
pub(super) fn sentences(problem: &Problem) -> Sentences {
    match problem {
        Problem::NotUtf8 => Sentences::new(
            "the file isn't UTF-8",
            "from here",
            "save it as UTF-8; unreadable bytes were replaced by `\u{FFFD}`",
        ),
        Problem::OtherEncoding => Sentences::new(
            "the file isn't UTF-8 but in another encoding, such as GBK or Latin-1",
            "the first such line",
            "convert it to UTF-8 (with iconv, say); it was not published",
        ),
        Problem::IllegalCharacter(c) => Sentences::new(
            format!("feeds must not contain the character U+{:04X}", u32::from(*c)),
            "here",
            "delete it; it was dropped",
        ),
        Problem::FrontMatter(cause) => Sentences::new(
            format!("the front matter can't be read: {cause}"),
            "here",
            "correct this line; the front matter was ignored, file name and text were used instead",
        ),
        Problem::FrontMatterOpen => {
            Sentences::new("the front matter never ends", "begins here", "end it with a line `---`; it was ignored")
        }
        Problem::FrontMatterWithin => Sentences::new(
            "front matter in the middle of the file",
            "begins here",
            "put the issue that it begins into a file of its own; it was published as text",
        ),
        Problem::FrontMatterFence => Sentences::new(
            "a fence of the front matter that isn't `---`",
            "this line",
            "write `---`; it was read all the same",
        ),
        Problem::CurlyQuotes(key) => Sentences::new(
            format!("curly quotes round the value of `{key}`"),
            "these quotes",
            "write straight quotes or none; the value was read without them",
        ),
        Problem::UnknownLicense(words) => Sentences::new(
            format!("no licence is called {words:?}"),
            "this licence",
            "write an identifier such as cc-by-nc-nd-4.0, or an address; feeds name no address for it",
        ),
        Problem::NoDate { others: 0, like } => Sentences::new(
            "nothing says when the issue was posted",
            "in this issue",
            format!(
                "name the file YYYY-MM-DD-hh-mm-ss-… or add a `date:`; until then its items have no date, and it stands {}",
                match like {
                    Some(number) => format!("beside issue {number}"),
                    None => "before all others".to_owned(),
                }
            ),
        ),
        Problem::NoDate { others, .. } => Sentences::new(
            format!("nothing says when {} issues were posted, this one and {others} others", others + 1),
            "in this issue",
            "name the files YYYY-MM-DD-hh-mm-ss-… or add a `date:`; until then their items have no date, and their numbers tell the order",
        ),
        Problem::BadDate { words, in_name, used } => Sentences::new(
            format!("{words:?}{} isn't a date that an issue can have", in_file_name(*in_name)),
            if *in_name { "in this issue" } else { "this date" },
            format!("write a day from 1990 to 2099 as YYYY-MM-DD; {}", used_date(used.as_deref())),
        ),
        Problem::BadTime { words, in_name, used } => Sentences::new(
            format!("{words:?}{} isn't a time of day", in_file_name(*in_name)),
            if *in_name { "in this issue" } else { "this time" },
            format!("write a time from 00:00 to 23:59; the day alone was used, {used}"),
        ),
        Problem::FarDate { date, neighbour, path, used } => Sentences::new(
            format!("the issue's date, {date}, lies far from that of the issue next to it, {neighbour} ({path})"),
            "in this issue",
            format!("correct the year; {}", used_date(used.as_deref())),
        ),
        Problem::DatesDiffer { name, text, used } => Sentences::new(
            format!("the file's name says {name}, the text says {text}"),
            "this date",
            format!("correct whichever is wrong; {used} was used"),
        ),
        Problem::NumberTwice { first, slug } => Sentences::new(
            format!("another issue has the same number: {first}"),
            "in this issue",
            format!("give it a number of its own; both were published, and the archives of this one are named {slug}"),
        ),
        Problem::Copy(of) => Sentences::new(
            format!("this is a copy of {of}: the same number, the same entries"),
            "in this issue",
            "delete one of the two; this one was not published",
        ),
        Problem::NumbersDiffer { used, other } => Sentences::new(
            format!("{} says issue {}, {} says {}", number_source(used.1), used.0, number_source(other.1), other.0),
            "here",
            format!("correct whichever is wrong; {} was used", used.0),
        ),
        Problem::NumberOrder { number, date, before, after } => Sentences::new(
            format!("by its date, {date}, issue {number} was posted {}", place_in_order(*before, *after)),
            "in this issue",
            "correct the date or the number if either is wrong; it was published by its date",
        ),
        Problem::NoEntry => Sentences::new(
            "the issue has no entries",
            "in this issue",
            "write entries as **[title](address)**; it adds nothing to the feeds",
        ),
        Problem::BrokenEntry(broken) => broken_entry(*broken),
        Problem::UnsafeLink(scheme) => Sentences::new(
            format!("feeds must not link to a `{scheme}:` address"),
            "expected http: or https:",
            "it became an item linked to the issue's page",
        ),
        Problem::RelativeLinks(count) => Sentences::new(
            if *count == 1 {
                "a link is relative, and the newsletter's address isn't known".to_owned()
            } else {
                format!("{count} links are relative, and the newsletter's address isn't known")
            },
            "this entry is the first",
            "they lead to the issues' pages; set `address` under [site] in patchfeed.toml",
        ),
        Problem::UnknownSection(slug) => Sentences::new(
            "a section that the table doesn't have",
            "this heading",
            format!(
                "to give its feed a title, add a [[section]] with the slug {slug:?} and with this heading in `headings`; \
                 the feed is named {slug}"
            ),
        ),
        Problem::NewSection(slug) => Sentences::new(
            "no [[section]] has this heading",
            "this heading",
            format!(
                "to give it a feed, add a [[section]] with the slug {slug:?} and with this heading in `headings`; until then, what stands \
                 below it is in no section"
            ),
        ),
        Problem::SectionSpelling { words, usual } => Sentences::new(
            format!("this heading is usually written {usual:?}"),
            "this heading",
            format!("write {usual:?}; {words:?} was taken for it"),
        ),
        Problem::NearSection { slug, near } => Sentences::new(
            format!("a section that the table doesn't have; did you mean {near:?}?"),
            "this heading",
            format!(
                "write {near:?}, or add a [[section]] with the slug {slug:?} and with this heading in `headings`; the feed is \
                 named {slug}"
            ),
        ),
        Problem::LooseHeading => Sentences::new(
            "a heading that isn't written as one",
            "this heading",
            "write `### `, with a space, before its words; it was taken for a heading",
        ),
        Problem::Conflict => Sentences::new(
            "an unfinished merge left this line",
            "a conflict marker",
            "choose a side and delete the markers; this line was not published, what stands on both sides was",
        ),
        Problem::TemplateTag => Sentences::new(
            "a tag of a template that nothing replaced",
            "this tag",
            "write what it stands for; it was not published",
        ),
        Problem::NoSection => Sentences::new(
            "an entry under no heading",
            "this entry",
            "put a heading before it; it is only in the feed of everything",
        ),
        Problem::Stray => Sentences::new(
            "text that belongs to no entry",
            "this text",
            "put it behind an entry, or make it one: **[title](address)**; it was not published",
        ),
        Problem::LikeEntry => Sentences::new(
            "text that looks like a part of an entry",
            "this",
            "write it as **[title](address)** if it is one, or quote it with `>`; it stays text of the entry above",
        ),
        Problem::LikeItem => Sentences::new(
            "a link that looks like an item of the list above",
            "this",
            "begin it with `- ` if it is an entry, and indent it if it is text of the item above; it did not become an item of its own",
        ),
        Problem::CommentedEntry => Sentences::new(
            "an entry in a comment",
            "this entry",
            "take it out of the comment, or delete it; it was not published",
        ),
        Problem::FullWidthQuote => {
            Sentences::new("the mark of a quote is full-width", "expected `>`", "it is quoted mail all the same")
        }
        Problem::OpenBlock => Sentences::new(
            "code or HTML that never ends",
            "begins here",
            "end it; it was ended before the next heading, quote or entry",
        ),
        Problem::Repeated { issue } => Sentences::new(
            format!("{issue} listed this already"),
            "this entry",
            "delete it if it isn't meant; it is no new item",
        ),
        Problem::ListedTwice { line } => Sentences::new(
            format!("line {line} has the same link"),
            "this entry",
            "correct the link or delete the entry; the two are one item, with the title and the text of the first",
        ),
        Problem::MissingSection(title) => Sentences::new(
            format!("the section {title:?}, which earlier issues always have, is missing"),
            "in this issue",
            "look at its heading; if it has no entries this time, all is well",
        ),
        Problem::Superseded { by } => Sentences::new(
            format!("the same issue lists {by} of this patch"),
            "this version",
            "delete it if it isn't meant; both were published",
        ),
        Problem::GoneLink(status) => Sentences::new(
            format!("the link is dead: the server answered {status}"),
            "this link",
            "look for the page, or delete it",
        ),
        Problem::MovedLink(to) => {
            Sentences::new("the link has moved for good", "this link", format!("write {to} instead"))
        }
        Problem::UnreachableLink(cause) => {
            Sentences::new(format!("the link can't be reached: {cause}"), "this link", "try it in a browser")
        }
        Problem::Defect(words) => Sentences::new(
            format!("patchfeed has a defect that this brings out: {words}"),
            "by this",
            "please report it with these lines; they were not published, all else was",
        ),
    }
}

fn in_file_name(in_name: bool) -> &'static str {
    if in_name { " in the file's name" } else { "" }
}

fn number_source(source: NumberSource) -> &'static str {
    match source {
        NumberSource::FrontMatter => "the front matter",
        NumberSource::FileName => "the file's name",
        NumberSource::Title => "the title",
        NumberSource::Permalink => "the permalink",
    }
}

fn place_in_order(before: Option<u32>, after: Option<u32>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("between {before} and {after}"),
        (Some(other), None) => format!("after {other}"),
        (None, other) => format!("before {}", other.unwrap_or_default()),
    }
}

fn broken_entry(broken: Broken) -> Sentences {
    let without_link = "it became an item with all its text, linked to the issue's page";
    let published = "it became an item all the same";
    let (cause, done) = match broken {
        Broken::NoEnd => ("its first line doesn't end with `)**`", without_link),
        Broken::NoMiddle => ("there is no `](` between title and address", without_link),
        Broken::NoAddress => ("no address can be read between `](` and `)**`", without_link),
        Broken::NoScheme => ("its address doesn't begin with `https://`", "`https://` was added"),
        Broken::Twice => ("its address stands there twice", "it became an item that links to the first"),
        Broken::NoWidth => {
            ("there is an invisible character in its address", "it became an item without the character")
        }
        Broken::WhiteSpace => ("there is white space in its address", without_link),
        Broken::NoTarget => ("its link leads nowhere", without_link),
        Broken::Scheme => ("the `https://` of its address isn't written right", "it was mended"),
        Broken::Tag => ("there is a template's tag in its address", without_link),
        Broken::NoMessage => ("its address leads to an archive, but to no message", published),
        Broken::NoAt => ("the Message-ID in its address has no `@`", published),
        Broken::NoTitle => ("its title is empty", "it became an item titled `…`"),
        Broken::AddressAsTitle => ("its title is an address", published),
        Broken::Form => ("its first line isn't written as an entry's", published),
        Broken::FullWidth => ("its marks are full-width", published),
        Broken::Gap => ("there is a space between `]` and `(`", published),
        Broken::Html => ("it is written in HTML", published),
        Broken::NextLine => ("its address stands in a line of its own", published),
        Broken::Item => ("it isn't written as an item of a list", published),
        Broken::NoLink => ("its title has no link", without_link),
    };
    let expected = match broken {
        Broken::NoTarget => "the address is missing, or the definition that this refers to",
        Broken::Item => "expected - [title](address)",
        Broken::Scheme | Broken::Tag => "expected [title](https://address)",
        _ => "expected **[title](address)**",
    };
    Sentences::new(cause, expected, done)
}

fn used_date(used: Option<&str>) -> String {
    used.map_or_else(|| "until then its items have no date".to_owned(), |used| format!("{used} was used"))
}
