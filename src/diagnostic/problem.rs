//! Everything that can be wrong with a text.

use chrono::NaiveDate;

use super::kind::ProblemKind;

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
        /// The issue's number.
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
    /// An entry that an earlier issue listed.
    Repeated {
        /// The issue, as it is called: `Issue 45`.
        issue: String,
    },
    /// A patch of which the same issue lists a newer version.
    Superseded {
        /// The newer version: `v3`.
        by: String,
    },
    /// A link that leads nowhere any more; holds the server's status.
    GoneLink(u16),
    /// A link that has moved for good; holds the new address.
    MovedLink(String),
    /// A link whose server can't be reached; holds the cause.
    UnreachableLink(String),
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

impl Problem {
    /// Whether it is a defect of patchfeed, and not of the text.
    pub fn is_defect(&self) -> bool {
        matches!(self, Self::Defect(_))
    }

    /// The kind of the problem.
    pub fn kind(&self) -> ProblemKind {
        match self {
            Self::NotUtf8 => ProblemKind::NotUtf8,
            Self::IllegalCharacter(_) => ProblemKind::IllegalCharacter,
            Self::FrontMatter(_) | Self::FrontMatterOpen => ProblemKind::FrontMatter,
            Self::NoDate(_) => ProblemKind::NoDate,
            Self::BadDate { .. } => ProblemKind::BadDate,
            Self::FarDate { .. } => ProblemKind::FarDate,
            Self::DatesDiffer { .. } => ProblemKind::DatesDiffer,
            Self::NumberTwice { .. } => ProblemKind::NumberTwice,
            Self::NumberOrder { .. } => ProblemKind::NumberOrder,
            Self::NoEntry => ProblemKind::NoEntry,
            Self::BrokenEntry(_) => ProblemKind::BrokenEntry,
            Self::UnsafeLink(_) => ProblemKind::UnsafeLink,
            Self::UnknownSection(_) => ProblemKind::UnknownSection,
            Self::NoSection => ProblemKind::NoSection,
            Self::Stray => ProblemKind::StrayText,
            Self::OpenBlock => ProblemKind::OpenBlock,
            Self::Repeated { .. } => ProblemKind::Repeated,
            Self::Superseded { .. } => ProblemKind::Superseded,
            Self::GoneLink(_) => ProblemKind::GoneLink,
            Self::MovedLink(_) => ProblemKind::MovedLink,
            Self::UnreachableLink(_) => ProblemKind::UnreachableLink,
            Self::Defect(_) => ProblemKind::Defect,
        }
    }
}
