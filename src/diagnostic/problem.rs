//! Everything that can be wrong with a text.

use chrono::NaiveDate;

use super::kind::ProblemKind;

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// Some bytes aren't UTF-8.
    NotUtf8,
    /// The whole text is in another encoding.
    OtherEncoding,
    /// A character that XML 1.0 forbids.
    IllegalCharacter(char),
    /// The front matter can't be read; holds the parser's words.
    FrontMatter(String),
    /// The front matter begins and never ends.
    FrontMatterOpen,
    /// Front matter that doesn't begin the document.
    FrontMatterWithin,
    /// A fence of front matter that isn't written `---`.
    FrontMatterFence,
    /// A value of the front matter in curly quotes, which YAML doesn't take for quotes; holds its key.
    CurlyQuotes(String),
    /// A licence that nothing can be made of; holds its words.
    UnknownLicense(String),
    /// Neither file name nor front matter nor text says when the issue was posted.
    NoDate {
        /// The number of the issue that it was put beside.
        like: Option<u32>,
        /// How many other issues have no date either, if most have none.
        others: usize,
    },
    /// Something that stands where the date belongs and isn't one that an issue can have.
    BadDate {
        /// The words that stand there.
        words: String,
        /// Whether they are part of the file's name.
        in_name: bool,
        /// The date or the time that the issue got, if another place gives one.
        used: Option<String>,
    },
    /// Something that stands where the time of day belongs and isn't one.
    BadTime {
        /// The words that stand there.
        words: String,
        /// Whether they are part of the file's name.
        in_name: bool,
        /// The date that the issue got.
        used: NaiveDate,
    },
    /// A date that lies far from those of the issues before and after.
    FarDate {
        /// The date.
        date: NaiveDate,
        /// The date of the issue next to it.
        neighbour: NaiveDate,
        /// The path of the issue next to it.
        path: String,
        /// The time that the issue got, if another place gives one or the date was left to it.
        used: Option<String>,
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
    /// An issue that another file holds too, with the same number and the same entries; holds the path of that file.
    Copy(String),
    /// Two numbers of one issue that contradict each other.
    NumbersDiffer {
        /// The number that was used, and what gives it.
        used: (u32, NumberSource),
        /// The other one.
        other: (u32, NumberSource),
    },
    /// An issue whose place by number isn't its place by date.
    NumberOrder {
        /// The issue's number.
        number: u32,
        /// The issue's date.
        date: NaiveDate,
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
    /// Relative links in a newsletter whose address isn't known; holds how many entries of all issues have one.
    RelativeLinks(usize),
    /// A heading that the table of sections doesn't have; holds the slug that it got.
    UnknownSection(String),
    /// A heading with links below it that begins no section, since the configuration says which ones do; holds the slug that it would have.
    NewSection(String),
    /// A heading that isn't usually written like this.
    SectionSpelling {
        /// Its words.
        words: String,
        /// How it is usually written.
        usual: String,
    },
    /// A heading that the table of sections doesn't have, but nearly.
    NearSection {
        /// The slug that it got.
        slug: String,
        /// The heading that is nearly the same.
        near: String,
    },
    /// A heading that isn't written as one.
    LooseHeading,
    /// A line that an unfinished merge left.
    Conflict,
    /// A tag that a site's templates should have replaced.
    TemplateTag,
    /// An entry that stands under no heading.
    NoSection,
    /// Text under a heading that belongs to no entry.
    Stray,
    /// A line of an entry's text that looks like a part of another entry.
    LikeEntry,
    /// A line that is a link, without a bullet, among the items of a list of links.
    LikeItem,
    /// An entry in a comment.
    CommentedEntry,
    /// A quote whose marks are full-width.
    FullWidthQuote,
    /// Code or HTML that never ends, or that ends where it would swallow what doesn't belong to it.
    OpenBlock,
    /// An entry that an earlier issue listed.
    Repeated {
        /// The issue, as it is called: `Issue 45`.
        issue: String,
    },
    /// An entry that the same issue lists above: in the same section, or with another title.
    ListedTwice {
        /// The line of the first one.
        line: usize,
    },
    /// A section that earlier issues always have, and this one hasn't; holds its title.
    MissingSection(String),
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
    /// Its address was pasted twice.
    Twice,
    /// Its address contains a character that can't be seen.
    NoWidth,
    /// Its address has no scheme.
    NoScheme,
    /// Its first line links to a mail, but isn't written as an entry's.
    Form,
    /// Its brackets, parentheses or stars are full-width.
    FullWidth,
    /// There is a space between `]` and `(`.
    Gap,
    /// It is written in HTML.
    Html,
    /// Its address stands in a line of its own.
    NextLine,
    /// It is an item of a list, but isn't written as one, or its link isn't.
    Item,
    /// It is a bold title without a link.
    NoLink,
    /// Its link has no address that can be read, or refers to a definition that isn't there.
    NoTarget,
    /// Its address doesn't begin with a scheme that is written right.
    Scheme,
    /// Its address contains a tag of a template.
    Tag,
    /// It links to an archive of mail, but to none of its messages.
    NoMessage,
    /// The Message-ID in its address has no `@`.
    NoAt,
    /// Its title shows nothing.
    NoTitle,
    /// Its title is an address.
    AddressAsTitle,
}

/// What gives the number of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberSource {
    /// `number:` in the front matter.
    FrontMatter,
    /// The file's name.
    FileName,
    /// The title.
    Title,
    /// The address of the issue's page.
    Permalink,
}

impl Problem {
    /// Whether it is a defect of patchfeed, and not of the text.
    pub fn is_defect(&self) -> bool {
        matches!(self, Self::Defect(_))
    }

    /// The kind of the problem.
    pub fn kind(&self) -> ProblemKind {
        match self {
            Self::NotUtf8 | Self::OtherEncoding => ProblemKind::NotUtf8,
            Self::IllegalCharacter(_) => ProblemKind::IllegalCharacter,
            Self::FrontMatter(_) | Self::FrontMatterOpen | Self::FrontMatterWithin | Self::FrontMatterFence => {
                ProblemKind::FrontMatter
            }
            Self::CurlyQuotes(_) => ProblemKind::CurlyQuotes,
            Self::UnknownLicense(_) => ProblemKind::UnknownLicense,
            Self::NoDate { .. } => ProblemKind::NoDate,
            Self::BadDate { .. } | Self::BadTime { .. } => ProblemKind::BadDate,
            Self::FarDate { .. } => ProblemKind::FarDate,
            Self::DatesDiffer { .. } => ProblemKind::DatesDiffer,
            Self::NumberTwice { .. } => ProblemKind::NumberTwice,
            Self::Copy(_) => ProblemKind::Copy,
            Self::NumbersDiffer { .. } => ProblemKind::NumbersDiffer,
            Self::NumberOrder { .. } => ProblemKind::NumberOrder,
            Self::NoEntry => ProblemKind::NoEntry,
            Self::BrokenEntry(_) => ProblemKind::BrokenEntry,
            Self::UnsafeLink(_) => ProblemKind::UnsafeLink,
            Self::RelativeLinks(_) => ProblemKind::RelativeLink,
            Self::UnknownSection(_) | Self::NewSection(_) => ProblemKind::UnknownSection,
            Self::SectionSpelling { .. } | Self::NearSection { .. } => ProblemKind::NearSection,
            Self::LooseHeading => ProblemKind::LooseHeading,
            Self::Conflict => ProblemKind::Conflict,
            Self::TemplateTag => ProblemKind::TemplateTag,
            Self::NoSection => ProblemKind::NoSection,
            Self::Stray => ProblemKind::StrayText,
            Self::LikeEntry | Self::LikeItem => ProblemKind::LikeEntry,
            Self::CommentedEntry => ProblemKind::CommentedEntry,
            Self::FullWidthQuote => ProblemKind::FullWidthQuote,
            Self::OpenBlock => ProblemKind::OpenBlock,
            Self::Repeated { .. } => ProblemKind::Repeated,
            Self::ListedTwice { .. } => ProblemKind::ListedTwice,
            Self::MissingSection(_) => ProblemKind::MissingSection,
            Self::Superseded { .. } => ProblemKind::Superseded,
            Self::GoneLink(_) => ProblemKind::GoneLink,
            Self::MovedLink(_) => ProblemKind::MovedLink,
            Self::UnreachableLink(_) => ProblemKind::UnreachableLink,
            Self::Defect(_) => ProblemKind::Defect,
        }
    }
}
