//! Real issues, broken by rule: what editors get wrong, at many places of an issue. No entry may be lost without a diagnostic at its
//! lines, and no other entry may change.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use patchfeed::source::Text;

use crate::{Read, files, read, real_issues, text};

/// An entry of the unbroken issue.
struct Entry<'a> {
    title: &'a str,
    address: &'a str,
    /// The quoted mail, without empty lines around it.
    mail: &'a str,
}

impl Entry<'_> {
    fn line(&self) -> String {
        format!("**[{}]({})**", self.title, self.address)
    }

    /// The entry with another first line.
    fn with(&self, line: &str) -> String {
        format!("{line}\n\n{}\n", self.mail)
    }

    /// The entry with another text.
    fn with_mail(&self, mail: &str) -> String {
        format!("{}\n\n{mail}\n", self.line())
    }

    /// The title's two halves.
    fn halves(&self) -> (&str, &str) {
        self.title.split_at(self.title.floor_char_boundary(self.title.len() / 2))
    }
}

/// What a break must lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    /// The same items, and no diagnostic.
    Same,
    /// The same items, and a diagnostic at the entry's lines.
    Item,
    /// An item without its link, and a diagnostic there.
    Unlinked,
    /// All other items, and a diagnostic there.
    Told,
}

use Gives::{Item, Same, Told, Unlinked};

/// A break of an entry: what it is called, what it must lead to, and what it makes of the entry.
type Break = (&'static str, Gives, fn(&Entry<'_>) -> String);

const BREAKS: &[Break] = &[
    ("full-width brackets and parentheses", Item, |e| e.with(&format!("**【{}】（{}）**", e.title, e.address))),
    ("full-width square brackets", Item, |e| e.with(&format!("**［{}］（{}）**", e.title, e.address))),
    ("one full-width pair around the address", Item, |e| e.with(&format!("**[{}]（{}）**", e.title, e.address))),
    ("one full-width pair around the title", Item, |e| e.with(&format!("**【{}】({})**", e.title, e.address))),
    ("pairs of two widths", Item, |e| e.with(&format!("**【{}]({}）**", e.title, e.address))),
    ("a full-width end", Item, |e| e.with(&format!("**[{}]({}）**", e.title, e.address))),
    ("a full-width middle", Item, |e| e.with(&format!("**[{}］（{})**", e.title, e.address))),
    ("full-width stars", Item, |e| e.with(&format!("＊＊[{}]({})＊＊", e.title, e.address))),
    ("everything full-width", Item, |e| e.with(&format!("＊＊【{}】（{}）＊＊", e.title, e.address))),
    ("full-width stars at the end", Item, |e| e.with(&format!("**[{}]({})＊＊", e.title, e.address))),
    ("full-width quote marks", Item, |e| e.with_mail(&e.mail.replace("\n>", "\n＞").replacen('>', "＞", 1))),
    ("one full-width quote mark", Item, |e| e.with_mail(&e.mail.replacen('>', "＞", 1))),
    ("a bold link in HTML", Item, |e| e.with(&format!("<p><b><a href=\"{}\">{}</a></b></p>", e.address, e.title))),
    ("a strong link in HTML", Item, |e| e.with(&format!("<strong><a href=\"{}\">{}</a></strong>", e.address, e.title))),
    ("a heading in HTML", Item, |e| e.with(&format!("<h4><a target=_blank href='{}'>{}</a></h4>", e.address, e.title))),
    ("a link in HTML", Item, |e| e.with(&format!("<a href={}>{}</a>", e.address, e.title))),
    ("HTML over several lines", Item, |e| {
        e.with(&format!("<p>\n<b><a href=\"{}\">{}</a></b>\n</p>", e.address, e.title))
    }),
    ("title and address in a line", Item, |e| e.with(&format!("{} {}", e.title, e.address))),
    ("title and address with a colon", Item, |e| e.with(&format!("{}：{}", e.title, e.address))),
    ("title and address in angle brackets", Item, |e| e.with(&format!("{} <{}>", e.title, e.address))),
    ("a title, and the address below", Item, |e| e.with(&format!("{}\n{}", e.title, e.address))),
    ("a bold title, and the address below", Item, |e| e.with(&format!("**{}**\n{}", e.title, e.address))),
    ("a bold title, and the address apart", Item, |e| e.with(&format!("**{}**\n\n{}", e.title, e.address))),
    ("a bold title, and the address behind it", Item, |e| e.with(&format!("**{}** {}", e.title, e.address))),
    ("a bold title without a link", Unlinked, |e| e.with(&format!("**{}**", e.title))),
    ("in a comment", Told, |e| e.with(&format!("<!-- {} -->", e.line()))),
    ("in a comment with its text", Told, |e| format!("<!--\n{}\n\n{}\n-->\n", e.line(), e.mail.replace("-->", ""))),
    ("in a list", Item, |e| e.with(&format!("- {}", e.line()))),
    ("in a numbered list", Item, |e| e.with(&format!("1. [{}]({})", e.title, e.address))),
    ("without stars", Item, |e| e.with(&format!("[{}]({})", e.title, e.address))),
    ("without stars in front", Item, |e| e.with(&format!("[{}]({})**", e.title, e.address))),
    ("without stars at the end", Item, |e| e.with(&format!("**[{}]({})", e.title, e.address))),
    ("one star", Item, |e| e.with(&format!("*[{}]({})*", e.title, e.address))),
    ("one star in front", Item, |e| e.with(&format!("*[{}]({})**", e.title, e.address))),
    ("spaces within the stars", Item, |e| e.with(&format!("** [{}]({}) **", e.title, e.address))),
    ("stars within the brackets", Item, |e| e.with(&format!("[**{}**]({})", e.title, e.address))),
    ("underscores for stars", Item, |e| e.with(&format!("__[{}]({})__", e.title, e.address))),
    ("escaped stars", Item, |e| e.with(&format!("\\*\\*[{}]({})\\*\\*", e.title, e.address))),
    ("a space between the brackets", Item, |e| e.with(&format!("**[{}] ({})**", e.title, e.address))),
    ("a no-break space between the brackets", Item, |e| e.with(&format!("**[{}]\u{A0}({})**", e.title, e.address))),
    ("cut in the title", Unlinked, |e| e.with(&format!("**[{}", e.halves().0))),
    ("cut in the address", Unlinked, |e| e.with(&e.line()[..e.line().len() - 12])),
    ("the first half lost", Item, |e| e.with(&format!("{}]({})**", e.halves().1, e.address))),
    ("all but the end of the address lost", Told, |e| e.with(&e.line()[e.line().len() - 12..])),
    ("no opening bracket", Item, |e| e.with(&format!("**{}]({})**", e.title, e.address))),
    ("no closing bracket", Item, |e| e.with(&format!("**[{}({})**", e.title, e.address))),
    ("no opening parenthesis", Item, |e| e.with(&format!("**[{}]{})**", e.title, e.address))),
    ("no closing parenthesis", Item, |e| e.with(&format!("**[{}]({}**", e.title, e.address))),
    ("no brackets", Item, |e| e.with(&format!("**{}({})**", e.title, e.address))),
    ("no parentheses", Item, |e| e.with(&format!("**[{}]{}**", e.title, e.address))),
    ("title and address swapped", Item, |e| e.with(&format!("**[{}]({})**", e.address, e.title))),
    ("brackets and parentheses swapped", Item, |e| e.with(&format!("**({})[{}]**", e.title, e.address))),
    ("no address", Unlinked, |e| e.with(&format!("**[{}]()**", e.title))),
    ("a word for the address", Unlinked, |e| e.with(&format!("**[{}](TODO)**", e.title))),
    ("a hash for the address", Unlinked, |e| e.with(&format!("**[{}](#)**", e.title))),
    ("a Chinese word for the address", Unlinked, |e| e.with(&format!("**[{}](链接)**", e.title))),
    ("the address twice", Item, |e| e.with(&format!("**[{}]({}{})**", e.title, e.address, e.address))),
    ("a character of no width in the address", Item, |e| e.with(&e.line().replacen("lore.", "lore\u{200B}.", 1))),
    ("a line break in the address", Unlinked, |e| e.with(&e.line().replacen("lore.", "lore\n.", 1))),
    ("a line break in the title", Same, |e| e.with(&e.line().replacen(": ", ":\n", 1))),
    ("no scheme", Item, |e| e.with(&e.line().replacen("http://", "", 1))),
    ("a full-width scheme", Item, |e| e.with(&e.line().replacen("http://", "http：//", 1))),
    ("in a table", Told, |e| e.with(&format!("| {} | {} |\n|---|---|", e.title, e.address))),
    ("struck", Item, |e| e.with(&format!("~~{}~~", e.line()))),
    ("in curly quotes", Item, |e| e.with(&format!("“{}”", e.line()))),
    ("escaped brackets", Item, |e| e.with(&format!("\\*\\*\\[{}\\]({})\\*\\*", e.title, e.address))),
    ("with words around it", Told, |e| e.with(&format!("See {} for [this]({}) mail", "more", e.address))),
    ("a host in capitals", Item, |e| {
        e.with(&format!("[{}]({})", e.title, e.address.replacen("http://lore.kernel.org", "HTTP://LORE.KERNEL.ORG", 1)))
    }),
    ("a title alone", Told, |e| e.with(&format!("v2: {}", e.title))),
    ("a title and a message's id", Told, |e| e.with(&format!("v2: {} <1@example.org>", e.title))),
    ("an address, and the title below", Told, |e| e.with(&format!("{}\n**{}**", e.address, e.title))),
    ("a link that is an image", Item, |e| e.with(&format!("![{}]({})", e.title, e.address))),
    ("code", Item, |e| e.with(&format!("`{}`", e.line()))),
    ("corner brackets", Item, |e| e.with(&format!("**「{}」（{}）**", e.title, e.address))),
    ("angle brackets around the address", Item, |e| e.with(&format!("**[{}]<{}>**", e.title, e.address))),
    ("a tag in front", Item, |e| e.with(&format!("<br/>{}", e.line()))),
    ("bold in HTML around a link", Item, |e| e.with(&format!("<b>[{}]({})</b>", e.title, e.address))),
    ("a Chinese number in front", Item, |e| e.with(&format!("一、{}", e.line()))),
    ("a number in parentheses in front", Item, |e| e.with(&format!("（1）{}", e.line()))),
    ("behind the mail above", Told, |e| format!("> words {}\n{}\n", e.line(), e.mail)),
    ("behind another in its line", Same, |e| format!("{}{}\n\n{}\n", e.line(), e.line(), e.mail)),
    ("behind words", Told, |e| e.with(&format!("words {}", e.line()))),
    ("below words", Item, |e| format!("words\n{}", e.with(&format!("- {}", e.line())))),
    ("a full-width quote mark within the entry", Item, |e| format!("＞ words\n> {}\n{}\n", e.line(), e.mail)),
    ("a definition instead of an entry", Told, |e| e.with(&format!("[words]: {}", e.address))),
    ("words instead of a scheme", Item, |e| e.with(&e.line().replacen("http://", "htp:/", 1))),
    ("a tab in front", Item, |e| e.with(&format!("\t{}", e.line()))),
    ("four spaces in front", Item, |e| e.with(&format!("    {}", e.line()))),
    ("a no-break space in front", Item, |e| e.with(&format!("\u{A0}{}", e.line()))),
    ("a full-width space in front", Item, |e| e.with(&format!("\u{3000}{}", e.line()))),
    ("a byte order mark in front", Item, |e| e.with(&format!("\u{FEFF}{}", e.line()))),
    ("no width in front", Item, |e| e.with(&format!("\u{200B}{}", e.line()))),
    ("quoted with its text", Item, |e| format!("> {}\n>\n{}\n", e.line(), e.mail)),
    ("quoted within a quote", Item, |e| format!("> words above\n> {}\n{}\n", e.line(), e.mail)),
    ("a link to a definition", Told, |e| e.with(&format!("{}\n\n[1]: {}", "words [1]", e.address))),
    ("an address alone", Told, |e| e.with(e.address)),
    ("spaces at the end", Same, |e| e.with(&format!("{}  ", e.line()))),
    ("lines that end in CR LF", Same, |e| e.with(&e.line()).replace('\n', "\r\n")),
    ("nothing between line and text", Same, |e| format!("{}\n{}\n", e.line(), e.mail)),
    ("twice", Same, |e| format!("{}\n\n{}\n\n{}\n", e.line(), e.line(), e.mail)),
    ("a heading of four marks", Item, |e| e.with(&format!("#### {}", e.line()))),
    ("a heading without a space", Item, |e| format!("###标题\n\n{}", e.with(&e.line()))),
    ("a full-width heading", Item, |e| format!("＃＃＃ 标题\n\n{}", e.with(&e.line()))),
    ("conflict marks", Item, |e| format!("<<<<<<< HEAD\n{}=======\n>>>>>>> main\n", e.with(&e.line()))),
    ("half a fence", Item, |e| format!("```\n{}", e.with(&e.line()))),
    ("half a fence in the text", Item, |e| e.with_mail(&format!("```\n{}", e.mail))),
    ("a template tag", Item, |e| format!("{{% raw %}}\n{}", e.with(&e.line()))),
    ("front matter in the middle", Item, |e| format!("---\ntitle: again\n---\n\n{}", e.with(&e.line()))),
];

/// How many places of an issue are broken.
const PLACES: usize = 20;

/// The entries of an issue: the bytes of each, up to the next one or a heading, and what it consists of.
fn entries(text: &str) -> Vec<(std::ops::Range<usize>, Entry<'_>)> {
    let starts: Vec<usize> = text.match_indices("\n**[").map(|(at, _)| at + 1).collect();
    let entries = starts.iter().filter_map(|&start| {
        let block = &text[start..];
        let end =
            ["\n**[", "\n#"].iter().filter_map(|mark| block[1..].find(mark)).min().map_or(block.len(), |at| at + 2);
        let (line, mail) = block[..end].split_once('\n')?;
        let (title, address) = line.strip_prefix("**[")?.strip_suffix(")**")?.rsplit_once("](")?;
        let mail = mail.trim();
        let is_whole = title.contains(": ") && !mail.is_empty() && mail.lines().all(|line| line.starts_with('>'));
        is_whole.then_some((start..start + end, Entry { title, address, mail }))
    });
    entries.collect()
}

/// An issue with only the first few entries of each section, since it is read a thousand times.
fn shortened(issue: &str) -> String {
    let sections = issue.split("\n### ").map(|section| {
        let end = section.match_indices("\n**[").nth(3).map_or(section.len(), |(at, _)| at);
        &section[..end]
    });
    sections.collect::<Vec<_>>().join("\n### ")
}

/// A real issue's path and text.
fn issue() -> Option<(&'static str, String)> {
    let path = "2023-05-07-19-28-47-rvlwn-45.md";
    let text = std::fs::read_to_string(real_issues::folder()?.join(path)).expect("the issue can be read");
    Some((path, text))
}

fn messages(read: &Read) -> BTreeSet<String> {
    read.items().map(|item| item.mail.as_ref().and_then(|mail| mail.message_id.clone()).unwrap_or_default()).collect()
}

/// What a break does wrong at a place; nothing if it leads to what it must.
fn wrong(before: &Read, after: &Read, gives: Gives, lines: &RangeInclusive<usize>) -> Option<String> {
    let lost: Vec<String> = messages(before).difference(&messages(after)).cloned().collect();
    let (most, same_count) = match gives {
        Told => (1, false),
        Unlinked => (1, true),
        _ => (0, true),
    };
    if lost.len() > most {
        return Some(format!("lost {lost:?}"));
    }
    let (count, other) = (before.items().count(), after.items().count());
    if same_count && count != other {
        return Some(format!("{other} items instead of {count}"));
    }
    let is_told = after.diagnostics.iter().any(|diagnostic| lines.contains(&diagnostic.place.line));
    let elsewhere = after.diagnostics.iter().find(|diagnostic| !lines.contains(&diagnostic.place.line));
    match (gives, elsewhere) {
        (_, Some(other)) => Some(format!("a diagnostic elsewhere: {other:?}")),
        (Same, _) => is_told.then(|| format!("{:?}", after.diagnostics)),
        _ => (!is_told).then(|| "nothing is said".to_owned()),
    }
}

#[test]
fn no_break_of_a_real_issue_loses_an_entry_in_silence() {
    let Some((path, issue)) = issue() else { return };
    let issue = shortened(&issue);
    let entries = entries(&issue);
    let before = read(&[Text::new(path, issue.clone().into_bytes())]);
    let step = entries.len() / PLACES;
    assert!(step > 0, "{} entries", entries.len());
    assert_eq!(before.diagnostics, []);
    let mut all_wrong = Vec::new();
    for (name, gives, make) in BREAKS {
        for (place, (range, entry)) in entries.iter().step_by(step).take(PLACES).enumerate() {
            let broken = make(entry);
            let text = [&issue[..range.start], &broken, "\n", &issue[range.end..]].concat();
            let first = issue[..range.start].matches('\n').count() + 1;
            let lines = first..=first + broken.lines().count();
            let after = read(&[Text::new(path, text.into_bytes())]);
            let said = wrong(&before, &after, *gives, &lines);
            all_wrong.extend(said.map(|said| format!("{name}, place {place}, line {first}: {said}")));
        }
    }
    assert!(all_wrong.is_empty(), "{} breaks:\n{}", all_wrong.len(), all_wrong.join("\n"));
}

/// What goes wrong with the first line of one entry in other forms.
fn all_wrong(forms: impl Fn(&str) -> Vec<String>, is_wrong: fn(&Read, &Read, usize) -> Option<String>) -> Vec<String> {
    let Some((path, issue)) = issue() else { return Vec::new() };
    let issue = shortened(&issue);
    let entries = entries(&issue);
    let before = read(&[Text::new(path, issue.clone().into_bytes())]);
    let (range, entry) = &entries[entries.len() / 2];
    let first = issue[..range.start].matches('\n').count() + 1;
    let forms = forms(&entry.line());
    let said = forms.iter().filter_map(|form| {
        let text = [&issue[..range.start], &entry.with(form), "\n", &issue[range.end..]].concat();
        let said = is_wrong(&before, &read(&[Text::new(path, text.into_bytes())]), first)?;
        Some(format!("{form}: {said}"))
    });
    said.collect()
}

#[test]
fn a_line_cut_anywhere_is_not_lost_in_silence() {
    let halves = |line: &str| {
        let cuts = line.char_indices().map(|(at, _)| at).filter(|at| (3..line.len() - 2).contains(at));
        cuts.flat_map(|at| [line[..at].to_owned(), line[at..].to_owned()]).collect()
    };
    let wrong = all_wrong(halves, |before, after, first| wrong(before, after, Told, &(first..=first)));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_slip_of_the_keyboard_anywhere_loses_no_entry_in_silence() {
    let slips = |line: &str| {
        let places = line.char_indices();
        let slips = places.flat_map(|(at, c)| {
            let (before, after) = (&line[..at], &line[at + c.len_utf8()..]);
            ["", "\n", "\n\n", " ", "\t", "（", "】", "x"].map(|slip| [before, slip, after].concat())
        });
        slips.collect()
    };
    let wrong = all_wrong(slips, |before, after, first| {
        let is_told = after.diagnostics.iter().any(|diagnostic| (first..first + 3).contains(&diagnostic.place.line));
        let (count, other) = (before.items().count(), after.items().count());
        (count > other && !is_told || count != other && after.diagnostics.is_empty())
            .then(|| format!("{other} items instead of {count}"))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_issue_with_all_breaks_is_still_built() {
    let Some((path, issue)) = issue() else { return };
    let mut broken = String::new();
    let mut from = 0;
    for ((range, entry), (.., make)) in entries(&issue).iter().zip(BREAKS) {
        broken.push_str(&issue[from..range.start]);
        broken.push_str(&make(entry));
        broken.push('\n');
        from = range.end;
    }
    broken.push_str(&issue[from..]);
    let files = files(&[Text::new(path, broken.into_bytes())]);
    let feed = feed_rs::parser::parse(text(&files, "all.atom").as_bytes()).expect("the feed is one");
    let out = BREAKS.iter().filter(|(_, gives, _)| *gives == Told).count();
    assert!(feed.entries.len() >= 101 - out, "{} items", feed.entries.len());
}
