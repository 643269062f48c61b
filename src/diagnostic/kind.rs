//! The kinds of problems: what they are called on the command line and in the configuration, and what they mean.

use crate::facts::language::Language;

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Bytes that aren't UTF-8.
    NotUtf8,
    /// A character that feeds must not contain.
    IllegalCharacter,
    /// Front matter that can't be read.
    FrontMatter,
    /// A value of the front matter in curly quotes.
    CurlyQuotes,
    /// A licence that nothing can be made of.
    UnknownLicense,
    /// An issue without a date.
    NoDate,
    /// Something in a date's place that isn't one.
    BadDate,
    /// A date far from the neighbours'.
    FarDate,
    /// Two dates of one issue that contradict each other.
    DatesDiffer,
    /// Two issues of one number.
    NumberTwice,
    /// A second file with the same issue.
    Copy,
    /// Two numbers of one issue that contradict each other.
    NumbersDiffer,
    /// A number whose order isn't the dates'.
    NumberOrder,
    /// An issue without entries.
    NoEntry,
    /// An entry that isn't written as one.
    BrokenEntry,
    /// A link that feeds must not contain.
    UnsafeLink,
    /// Links that are relative to nothing.
    RelativeLink,
    /// A heading that the table of sections doesn't have.
    UnknownSection,
    /// A heading that is nearly one that the newsletter has.
    NearSection,
    /// A heading that isn't written as one.
    LooseHeading,
    /// A line that an unfinished merge left.
    Conflict,
    /// A tag that a site's templates should have replaced.
    TemplateTag,
    /// An entry under no heading.
    NoSection,
    /// Text that belongs to no entry.
    StrayText,
    /// Text of an entry that looks like a part of another.
    LikeEntry,
    /// An entry in a comment.
    CommentedEntry,
    /// A quote in full-width marks.
    FullWidthQuote,
    /// Code or HTML that never ends.
    OpenBlock,
    /// An entry that an earlier issue listed.
    Repeated,
    /// An entry that the same issue lists above.
    ListedTwice,
    /// A section that earlier issues always have.
    MissingSection,
    /// A patch of which the same issue lists a newer version.
    Superseded,
    /// A link that leads nowhere any more.
    GoneLink,
    /// A link that has moved for good.
    MovedLink,
    /// A link whose server can't be reached.
    UnreachableLink,
    /// A defect of patchfeed.
    Defect,
}

/// What a kind is called, and what it means in both languages.
struct Meaning {
    name: &'static str,
    chinese: &'static str,
    english: &'static str,
}

impl ProblemKind {
    /// All kinds, in the order in which they are explained.
    pub const ALL: &'static [Self] = &[
        Self::BrokenEntry,
        Self::StrayText,
        Self::LikeEntry,
        Self::CommentedEntry,
        Self::FullWidthQuote,
        Self::NoSection,
        Self::UnknownSection,
        Self::NearSection,
        Self::LooseHeading,
        Self::Conflict,
        Self::TemplateTag,
        Self::UnsafeLink,
        Self::RelativeLink,
        Self::OpenBlock,
        Self::NoEntry,
        Self::NoDate,
        Self::BadDate,
        Self::FarDate,
        Self::DatesDiffer,
        Self::NumberTwice,
        Self::Copy,
        Self::NumbersDiffer,
        Self::NumberOrder,
        Self::Repeated,
        Self::ListedTwice,
        Self::MissingSection,
        Self::Superseded,
        Self::GoneLink,
        Self::MovedLink,
        Self::UnreachableLink,
        Self::FrontMatter,
        Self::CurlyQuotes,
        Self::UnknownLicense,
        Self::NotUtf8,
        Self::IllegalCharacter,
        Self::Defect,
    ];

    /// The kind of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// `broken-entry`: in lower case, its words joined by `-`.
    pub fn name(self) -> &'static str {
        self.meaning().name
    }

    /// What it means, and what to do about it: a few sentences.
    pub fn explanation(self, language: Language) -> &'static str {
        let meaning = self.meaning();
        language.pick(meaning.chinese, meaning.english)
    }

    /// Whether it is only reported where it is denied: what a newsletter does on purpose, as a rule.
    pub(super) fn is_allowed(self) -> bool {
        matches!(self, Self::Repeated | Self::MissingSection | Self::Superseded)
    }

    #[allow(clippy::too_many_lines, reason = "a row a kind")]
    fn meaning(self) -> Meaning {
        let (name, chinese, english) = match self {
            Self::NotUtf8 => (
                "not-utf8",
                "文件里有不是 UTF-8 的字节。请把文件另存为 UTF-8。",
                "The file has bytes that aren't UTF-8. Save it as UTF-8.",
            ),
            Self::IllegalCharacter => (
                "illegal-character",
                "XML 1.0 不允许的控制字符，多半是从终端或邮件里粘贴来的。它会被去掉，其余不变。",
                "A control character that XML 1.0 forbids, as a paste from a terminal or a mail may bring. It is dropped; all else stays.",
            ),
            Self::FrontMatter => (
                "front-matter",
                "文件开头 `---` 之间的内容读不懂，或者没有结尾的 `---`。标题、日期、编号这时从文件名和正文里取。",
                "What stands between the first lines `---` can't be read, or never ends. Title, date and number are taken from the file's name and the text instead.",
            ),
            Self::CurlyQuotes => (
                "curly-quotes",
                "front matter 里的值写在弯引号（“”）里，YAML 不认这种引号。弯引号没有算作值的一部分。请改用直引号，或者不用引号。",
                "A value of the front matter stands in curly quotes (“”), which YAML doesn't take for quotes. They weren't taken as part of it. Write straight quotes, or none.",
            ),
            Self::UnknownLicense => (
                "unknown-license",
                "license: 不是认识的许可证。请写 cc-by-nc-nd-4.0 这样的标识，或者许可证的网址。",
                "The value of license: isn't the name of a licence. Write an identifier such as cc-by-nc-nd-4.0, or the licence's address.",
            ),
            Self::NoDate => (
                "no-date",
                "文件名、front matter 和正文里都没有日期。请把文件命名为 YYYY-MM-DD-…，或者加一行 `date:`。没有日期的一期按编号排在相邻的两期之间，它的条目没有日期。",
                "Neither the file's name nor its front matter nor its text has a date. Name the file YYYY-MM-DD-… or add a `date:`. An issue without a date is put between its neighbours by its number, and its items have no date.",
            ),
            Self::BadDate => (
                "bad-date",
                "写日期的地方不是日期（例如 2024-02-30），或者年份不在 1990 至 2099 之间。",
                "What stands in a date's place isn't one (2024-02-30, say), or its year isn't from 1990 to 2099.",
            ),
            Self::FarDate => (
                "far-date",
                "这一期的日期与相邻各期相差数年，多半是年份写错了。写错的年份会让这一期长年排在最前面，所以没有采用。",
                "The issue's date lies years from its neighbours': a mistyped year, as a rule. It would keep the issue on top for years, so it wasn't used.",
            ),
            Self::DatesDiffer => (
                "dates-differ",
                "文件名里的日期与正文里的不一致。请改正写错的那个。",
                "The date in the file's name contradicts the one in the text. Correct whichever is wrong.",
            ),
            Self::NumberTwice => (
                "number-twice",
                "两期的编号相同。两期都会发布，第二期的存档另取名字。",
                "Two issues have the same number. Both are published; the archives of the second get a name of their own.",
            ),
            Self::Copy => (
                "copy",
                "两个文件里是同一期：编号相同，条目也完全相同，多半是误留的副本。副本没有发布，请删去。",
                "Two files hold the same issue: the same number, the same entries. One is a stray copy and isn't published. Delete it.",
            ),
            Self::NumbersDiffer => (
                "numbers-differ",
                "文件名、标题、front matter 的 number 和 permalink 给出的编号不一致，多半是从上一期复制来的。请改正写错的那个。",
                "File name, title, `number:` and permalink give different numbers: copied from the issue before, as a rule. Correct whichever is wrong.",
            ),
            Self::NumberOrder => (
                "number-order",
                "按编号的顺序与按日期的顺序不同：编号或日期写错了。发布时以日期为准。",
                "The order of the numbers isn't that of the dates: either is mistyped. Issues are published by their dates.",
            ),
            Self::NoEntry => (
                "no-entry",
                "这一期里没有找到条目。条目写作 **[标题](链接)**，或者是以链接开头的列表项。",
                "No entry was found in the issue. Entries are written **[title](address)**, or are list items that begin with a link.",
            ),
            Self::BrokenEntry => (
                "broken-entry",
                "看得出是条目，但写法不对，例如少了括号、用了全角标点、地址里有空格。条目照样发布；没有链接的，链接到这一期的网页。",
                "It is an entry, but isn't written as one: a bracket is missing, say, or its punctuation is full-width, or its address has a space in it. It is published all the same; without a link, it leads to the issue's page.",
            ),
            Self::UnsafeLink => (
                "unsafe-link",
                "阅读器不应打开的链接（javascript:、file: 等）。条目链接到这一期的网页。",
                "A link that no reader should follow (javascript:, file: and so on). The entry leads to the issue's page.",
            ),
            Self::RelativeLink => (
                "relative-link",
                "链接没有写出网站，而通讯的网址不详。条目链接到这一期的网页。请在配置里写上 [site] 的 address。",
                "A link names no site, and the newsletter's address isn't known. The entry leads to the issue's page. Set `address` under [site] in the configuration.",
            ),
            Self::UnknownSection => (
                "unknown-section",
                "栏目表里没有这个标题。它会有自己的 feed，名字由标题得来。标题改了，名字也会变，所以请在 patchfeed.toml 里加一个 [[section]]。配置里写了 `headings = \"stated\"` 的，它下面的条目不属于任何栏目。",
                "The table of sections doesn't have this heading. It gets a feed of its own, named after the heading. The name would change with the heading, so add a [[section]] to patchfeed.toml. Where that says `headings = \"stated\"`, what stands below the heading is in no section.",
            ),
            Self::NearSection => (
                "near-section",
                "标题与已有的栏目只差几个字，或者只差空格、全角半角、大小写、标点。只差空格、全角半角、大小写、标点的，归入那个栏目；其余的有自己的 feed。",
                "The heading nearly is that of a section: a few letters differ, or white space, width, case or punctuation alone. In the latter case it is taken for that section; otherwise it gets a feed of its own.",
            ),
            Self::LooseHeading => (
                "loose-heading",
                "看得出是标题，但写法不对，例如 `#` 后面没有空格、用了全角的 `＃`、写成了粗体。已按标题处理。",
                "It is a heading, but isn't written as one: there is no space behind `#`, say, or it is full-width, or the words are merely bold. It is taken for a heading.",
            ),
            Self::Conflict => (
                "conflict",
                "合并没有完成，留下了 `<<<<<<<`、`=======` 或 `>>>>>>>`。这些行没有发布，两边的条目都已发布。",
                "An unfinished merge left `<<<<<<<`, `=======` or `>>>>>>>`. These lines aren't published, the entries on both sides are.",
            ),
            Self::TemplateTag => (
                "template-tag",
                "网站生成器的标签（`{{ … }}`、`{% … %}`）没有被替换。标签没有发布，其余照常。",
                "A tag of a site's generator (`{{ … }}`, `{% … %}`) that wasn't replaced. It isn't published, all else is.",
            ),
            Self::NoSection => (
                "no-section",
                "条目前面没有标题，所以它只出现在全部条目的 feed 里。",
                "No heading stands before the entry, so only the feed of everything has it.",
            ),
            Self::StrayText => (
                "stray-text",
                "标题下面不属于任何条目的文字，没有发布。",
                "Text under a heading that belongs to no entry. It isn't published.",
            ),
            Self::LikeEntry => (
                "like-entry",
                "条目的文字里有一行像是另一个条目，或者像条目的一部分：它没有引用，却有邮件存档的链接、条目的标记或整行粗体。它仍算上一个条目的文字，什么也没有丢。如果它是条目，请写作 **[标题](链接)**；如果是邮件的文字，请在行首加 `>`。",
                "A line of an entry's text looks like another entry, or a part of one: it isn't quoted, and has a link to an archive of mails, an entry's marks, or nothing but bold words. It stays text of the entry above, so nothing is lost. Write it as **[title](address)** if it is an entry, and begin it with `>` if it is mail. In a list of links, a line that is a link and has no bullet is one, too.",
            ),
            Self::CommentedEntry => (
                "commented-entry",
                "注释里有一个完整的条目，没有发布。编辑若是有意注释掉的，可以在配置里允许这一类。",
                "A whole entry stands in a comment, and isn't published. Where editors leave entries out like this on purpose, the configuration may allow it.",
            ),
            Self::FullWidthQuote => (
                "full-width-quote",
                "引用用了全角的 `＞`，多半是中文输入法打的。照样算作引用的邮件。",
                "The mark of a quote is a full-width `＞`, as a Chinese input method writes it. It is quoted mail all the same.",
            ),
            Self::OpenBlock => (
                "open-block",
                "代码块或 HTML 没有结尾，本来会吞掉后面的内容。它在下一个标题、引用或条目前结束。",
                "Code or HTML that never ends and would swallow what follows. It is ended before the next heading, quote or entry.",
            ),
            Self::Repeated => (
                "repeated",
                "前面某一期已经列过这个条目。它不会再成为新条目；在别的栏目下再次列出时，会加入那个栏目的 feed。默认不报告，用 --deny repeated 报告。",
                "An earlier issue listed the entry. It is no new item; listed under another section, it joins that section's feed. It is reported only with --deny repeated.",
            ),
            Self::ListedTwice => (
                "listed-twice",
                "同一期里两个条目的链接相同：在同一个栏目里，或者标题不同。多半是复制后忘了改链接。它们是同一个条目，标题和文字取第一个的。",
                "Two entries of an issue have the same link, in one section or with two titles: a copy whose link was left as it was, as a rule. They are one item, with the first one's title and text.",
            ),
            Self::MissingSection => (
                "missing-section",
                "前面各期一直有的栏目，这一期没有：标题也许写错了，或者被上面的内容吞掉了。默认只在概览里显示“没有”，用 --deny missing-section 报告。",
                "A section that earlier issues always have isn't in this one: its heading may be mistyped, or swallowed by what stands above. The overview says `none`; it is reported only with --deny missing-section.",
            ),
            Self::Superseded => (
                "superseded",
                "同一期里还有这个补丁的更新版本。默认不报告，用 --deny superseded 报告。",
                "The same issue lists a newer version of the patch. It is reported only with --deny superseded.",
            ),
            Self::GoneLink => (
                "gone-link",
                "服务器说链接的网页不存在了（404 或 410）。只有 check --links 会问。",
                "The server says that there is nothing at the address any more (404 or 410). Only check --links asks.",
            ),
            Self::MovedLink => (
                "moved-link",
                "服务器说链接的网页永久搬到了另一个地址。只有 check --links 会问。",
                "The server says that the page has moved to another address for good. Only check --links asks.",
            ),
            Self::UnreachableLink => (
                "unreachable-link",
                "链接的服务器没有回答，或者出了错。也许过一会儿就好。只有 check --links 会问。",
                "The link's server doesn't answer, or fails. It may be back in a while. Only check --links asks.",
            ),
            Self::Defect => (
                "defect",
                "patchfeed 自身的缺陷。引起它的几行没有发布，其余照常。请把这几行报告给我们。",
                "A defect of patchfeed itself. The lines that bring it out aren't published, all else is. Please report them.",
            ),
        };
        Meaning { name, chinese, english }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_of_one_kind() {
        for kind in ProblemKind::ALL {
            assert_eq!(ProblemKind::named(kind.name()), Some(*kind));
            assert!(kind.name().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
        }
    }
}
