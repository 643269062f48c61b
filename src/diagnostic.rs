//! What was wrong with a text, where, and what was done about it.
//!
//! A diagnostic never stops a run: it is a value that reading and splitting return beside their result. What stops a
//! run is an [`Error`]: the world failed, not the text.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// Something outside the issues' texts failed: a file, a folder, the disk, the configuration.
#[derive(Debug)]
pub struct Error {
    /// What failed, as the user knows it: a path, or an option.
    pub subject: String,
    /// Why, and what to do.
    pub cause: String,
}

impl Error {
    /// An error of the file system at a path.
    pub fn at(path: &Path, cause: &dyn fmt::Display) -> Self {
        Self { subject: path.display().to_string(), cause: cause.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.cause)
    }
}

impl std::error::Error for Error {}

/// A defect of a text, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The document's path, as it was given.
    pub path: String,
    /// Where in the document; its first line where the whole of it is meant.
    pub place: Place,
    /// What is wrong.
    pub problem: Problem,
}

/// A part of a line of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The part's bytes in `source`.
    pub start: usize,
    /// The end of the part's bytes in `source`.
    pub end: usize,
    /// The whole line.
    pub source: String,
}

impl Place {
    /// The part of a line that `span`, bytes of the line, holds.
    pub fn new(line: usize, source: &str, span: Range<usize>) -> Self {
        let start = source.floor_char_boundary(span.start);
        let end = source.floor_char_boundary(span.end).max(start);
        let column = source[..start].chars().count() + 1;
        Self { line, column, start, end, source: source.to_owned() }
    }
}

/// Everything that can be wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// A character that XML 1.0 forbids.
    IllegalCharacter(char),
    /// The front matter is no YAML mapping; holds the parser's words.
    FrontMatter(String),
    /// The front matter begins and never ends.
    FrontMatterOpen,
    /// Neither file name nor front matter nor a `时间` line says when the issue was posted; holds the time assumed.
    NoDate(String),
    /// A second issue of one number; holds the other's path and the name that this one's archives got.
    NumberTwice {
        /// The path of the issue that had the number first.
        first: String,
        /// The name that this issue has in addresses.
        slug: String,
    },
    /// An issue in which no entry was found.
    NoEntry,
    /// Something that is an entry, but not in an entry's form.
    BrokenEntry(Broken),
    /// An address that a feed must not hold (`javascript:`, `file:` …); holds its scheme.
    UnsafeLink(String),
    /// A heading that the table of sections doesn't know; holds the slug that it got.
    UnknownSection(String),
    /// An entry under no heading.
    NoSection,
    /// Text under a heading that belongs to no entry.
    Stray,
    /// Code or HTML that never ends, before a heading.
    OpenBlock,
}

/// How an entry is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broken {
    /// Its first line has no `)**`.
    NoEnd,
    /// Its first line has no `](`.
    NoMiddle,
    /// Nothing stands between `](` and `)**`.
    NoAddress,
    /// White space stands in the address.
    WhiteSpace,
    /// Nothing says how to reach the address.
    NoScheme,
    /// Its first line is a link to a mail, but not set as an entry's.
    Form,
    /// Its link has no address that can be read, or is a reference that nothing defines.
    NoTarget,
}

impl Broken {
    /// What is wrong, and what was done.
    fn sentences(self) -> (&'static str, &'static str) {
        let without_link = "it became an item with all its text, linked to the issue's page";
        match self {
            Self::NoEnd => ("no `)**` ends its first line", without_link),
            Self::NoMiddle => ("no `](` stands between title and address", without_link),
            Self::NoAddress => ("no address stands between `](` and `)**`", without_link),
            Self::NoScheme => ("no `https://` begins its address", "it was added"),
            Self::WhiteSpace => ("white space stands in its address", without_link),
            Self::NoTarget => ("its link leads nowhere", without_link),
            Self::Form => ("its first line isn't set as an entry's", "it became an item all the same"),
        }
    }
}

impl Problem {
    /// What is wrong, the word at the place, and what was done.
    fn sentences(&self) -> (String, String, String) {
        let (what, label, done): (&str, &str, &str) = match self {
            Self::NotUtf8 => {
                ("the file is not UTF-8", "from here", "the bytes that mean nothing were replaced by `\u{FFFD}`")
            }
            Self::IllegalCharacter(c) => {
                return (
                    format!("a character that feeds must not hold: U+{:04X}", u32::from(*c)),
                    "here".into(),
                    "it was dropped".into(),
                );
            }
            Self::FrontMatter(cause) => {
                return (
                    format!("the front matter can't be read: {cause}"),
                    "here".into(),
                    "nothing was taken from it; file name and text say what they can".into(),
                );
            }
            Self::FrontMatterOpen => {
                ("the front matter never ends", "begins here", "nothing was taken from it; a line of `---` ends it")
            }
            Self::NoDate(assumed) => {
                return (
                    "nothing says when the issue was posted".into(),
                    "in this issue".into(),
                    format!("{assumed} was assumed; name the file YYYY-MM-DD-hh-mm-ss-… or give a `date:`"),
                );
            }
            Self::NumberTwice { first, slug } => {
                return (
                    format!("the issue has the number of another one: {first}"),
                    "in this issue".into(),
                    format!("both were published; this one's archives are named {slug}"),
                );
            }
            Self::NoEntry => ("the issue holds no entry", "in this issue", "it adds nothing to the feeds"),
            Self::BrokenEntry(broken) => {
                let (cause, done) = broken.sentences();
                let expected = match broken {
                    Broken::NoTarget => "no address, or a reference that nothing defines",
                    _ => "expected **[title](address)**",
                };
                return (format!("broken entry: {cause}"), expected.into(), done.into());
            }
            Self::UnsafeLink(scheme) => {
                return (
                    format!("broken entry: `{scheme}:` is no address that a feed may link to"),
                    "expected http: or https:".into(),
                    "it became an item linked to the issue's page".into(),
                );
            }
            Self::UnknownSection(slug) => {
                return (
                    "a section that the table doesn't know".into(),
                    "this heading".into(),
                    format!("its feed is named {slug}; a [[section]] with this slug gives it a title"),
                );
            }
            Self::NoSection => ("an entry under no heading", "this entry", "it went into the feed of everything alone"),
            Self::OpenBlock => ("code or HTML that never ends", "begins here", "it was ended before the next heading"),
            Self::Stray => ("text that belongs to no entry", "this text", "it was not published"),
        };
        (what.into(), label.into(), done.into())
    }
}

/// How diagnostics are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to use a terminal's colours.
    pub color: bool,
    /// The width to fit into, in columns.
    pub width: usize,
}

impl Diagnostic {
    /// The diagnostic in words: what, where, the source line with the place marked, what was done. Ends in a new line.
    pub fn render(&self, style: Style) -> String {
        let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
        let (what, label, done) = self.problem.sentences();
        let title = Level::WARNING.primary_title(what.as_str());
        let done = Level::NOTE.message(done.as_str());
        let place = &self.place;
        let report = title
            .element(
                Snippet::source(place.source.as_str())
                    .path(self.path.as_str())
                    .line_start(place.line)
                    .annotation(AnnotationKind::Primary.span(place.start..place.end).label(label.as_str())),
            )
            .element(done);
        renderer.term_width(style.width).render(&[report]) + "\n"
    }
}
