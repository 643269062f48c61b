//! What is said of problems in Chinese.

use super::problem::{Broken, NumberSource, Problem};
use super::sentences::Sentences;

/// A problem in words.
#[allow(clippy::too_many_lines, reason = "an arm a problem")]
pub(super) fn sentences(problem: &Problem) -> Sentences {
    match problem {
        Problem::NotUtf8 => {
            Sentences::new("文件不是 UTF-8 编码", "从这里开始", "请另存为 UTF-8；读不懂的字节已换成 `\u{FFFD}`")
        }
        Problem::OtherEncoding => Sentences::new(
            "文件不是 UTF-8，而是别的编码，例如 GBK、Latin-1",
            "第一处",
            "请转换成 UTF-8（例如用 iconv）；没有发布",
        ),
        Problem::IllegalCharacter(c) => {
            Sentences::new(format!("feed 里不能有字符 U+{:04X}", u32::from(*c)), "这里", "请删去；发布时已去掉")
        }
        Problem::FrontMatter(cause) => Sentences::new(
            format!("front matter 读不懂：{cause}"),
            "这里",
            "请改正这一行；front matter 已忽略，改用文件名和正文",
        ),
        Problem::FrontMatterWithin => {
            Sentences::new("文件中间有 front matter", "从这里开始", "请把它后面的一期放到单独的文件里；已当作文字发布")
        }
        Problem::FrontMatterFence => {
            Sentences::new("front matter 的分隔行不是 `---`", "这一行", "请写作 `---`；内容照样读取")
        }
        Problem::FrontMatterOpen => {
            Sentences::new("front matter 没有结尾", "从这里开始", "请用一行 `---` 结束；已忽略")
        }
        Problem::CurlyQuotes(key) => {
            Sentences::new(format!("`{key}` 的值写在弯引号里"), "这对引号", "请改用直引号，或者不用引号；读取时已去掉")
        }
        Problem::UnknownLicense(words) => Sentences::new(
            format!("没有叫 {words:?} 的许可证"),
            "这个许可证",
            "请写 cc-by-nc-nd-4.0 这样的标识，或者网址；feed 里没有它的网址",
        ),
        Problem::NoDate { others: 0, like } => Sentences::new(
            "不知道这一期的发布时间",
            "这一期",
            format!(
                "请把文件命名为 YYYY-MM-DD-hh-mm-ss-…，或者加一行 `date:`；在那之前它的条目没有日期，{}",
                match like {
                    Some(number) => format!("排在第 {number} 期旁边"),
                    None => "排在其他各期之前".to_owned(),
                }
            ),
        ),
        Problem::NoDate { others, .. } => Sentences::new(
            format!("不知道 {} 期的发布时间：这一期，还有另外 {others} 期", others + 1),
            "这一期",
            "请把文件命名为 YYYY-MM-DD-hh-mm-ss-…，或者加一行 `date:`；在那之前这些条目没有日期，各期按编号排列",
        ),
        Problem::BadDate { words, in_name, used } => Sentences::new(
            format!("{}{words:?} 不是一期可以有的日期", in_file_name(*in_name)),
            if *in_name { "这一期" } else { "这个日期" },
            format!("请写作 YYYY-MM-DD，年份在 1990 至 2099 之间；{}", used_date(used.as_deref())),
        ),
        Problem::BadTime { words, in_name, used } => Sentences::new(
            format!("{}{words:?} 不是一天里的时间", in_file_name(*in_name)),
            if *in_name { "这一期" } else { "这个时间" },
            format!("请写 00:00 至 23:59 之间的时间；只用了日期 {used}"),
        ),
        Problem::FarDate { date, neighbour, path, used } => Sentences::new(
            format!("这一期的日期 {date} 与相邻一期的 {neighbour}（{path}）相差太远"),
            "这一期",
            format!("请改正年份；{}", used_date(used.as_deref())),
        ),
        Problem::DatesDiffer { name, text, used } => Sentences::new(
            format!("文件名里的日期是 {name}，正文里的是 {text}"),
            "这个日期",
            format!("请改正写错的那个；已按 {used} 发布"),
        ),
        Problem::NumberTwice { first, slug } => Sentences::new(
            format!("另一期的编号与它相同：{first}"),
            "这一期",
            format!("请改正编号；两期都已发布，这一期的存档名为 {slug}"),
        ),
        Problem::Copy(of) => Sentences::new(
            format!("这是 {of} 的副本：编号相同，条目也完全相同"),
            "这一期",
            "请删去其中一个；这一个没有发布",
        ),
        Problem::NumbersDiffer { used, other } => Sentences::new(
            format!("{}是第 {} 期，{}是第 {} 期", number_source(used.1), used.0, number_source(other.1), other.0),
            "这里",
            format!("请改正写错的那个；已按第 {} 期发布", used.0),
        ),
        Problem::NumberOrder { number, date, before, after } => Sentences::new(
            format!("按日期 {date}，第 {number} 期发布在{}", place_in_order(*before, *after)),
            "这一期",
            "如果日期或编号写错了，请改正；已按日期发布",
        ),
        Problem::NoEntry => {
            Sentences::new("这一期没有条目", "这一期", "条目请写作 **[标题](链接)**；这一期没有给 feed 增加内容")
        }
        Problem::BrokenEntry(broken) => broken_entry(*broken),
        Problem::UnsafeLink(scheme) => Sentences::new(
            format!("feed 里不能有 `{scheme}:` 链接"),
            "应为 http: 或 https:",
            "条目已发布，链接到这一期的网页",
        ),
        Problem::RelativeLinks(count) => Sentences::new(
            format!("{count} 个链接没有写出网站，而通讯的网址不详"),
            "这是第一个",
            "条目链接到各期的网页；请在 patchfeed.toml 的 [site] 里写上 address",
        ),
        Problem::UnknownSection(slug) => Sentences::new(
            "栏目表里没有这个栏目",
            "这个标题",
            format!(
                "要给它的 feed 起标题，请加一个 [[section]]，slug 写 {slug:?}，headings 里写上这个标题；feed 名为 {slug}"
            ),
        ),
        Problem::NewSection(slug) => Sentences::new(
            "没有哪个 [[section]] 有这个标题",
            "这个标题",
            format!(
                "要给它一个 feed，请加一个 [[section]]，slug 写 {slug:?}，headings 里写上这个标题；在那之前，它下面的条目不属于任何栏目"
            ),
        ),
        Problem::SectionSpelling { words, usual } => Sentences::new(
            format!("这个标题通常写作“{usual}”"),
            "这个标题",
            format!("请写作“{usual}”；“{words}”已归入这个栏目"),
        ),
        Problem::NearSection { slug, near } => Sentences::new(
            format!("栏目表里没有这个栏目，是否应为“{near}”？"),
            "这个标题",
            format!(
                "请写作“{near}”，或者加一个 [[section]]，slug 写 {slug:?}，headings 里写上这个标题；feed 名为 {slug}"
            ),
        ),
        Problem::LooseHeading => {
            Sentences::new("不是标题的写法", "这个标题", "请写作 `### 标题`，`#` 后面空一格；已按标题处理")
        }
        Problem::Conflict => Sentences::new(
            "合并没有完成，留下了这一行",
            "冲突标记",
            "请选择一边并删去标记；这一行没有发布，两边的内容都已发布",
        ),
        Problem::TemplateTag => {
            Sentences::new("没有被替换的模板标签", "这个标签", "请换成它所代表的内容；标签没有发布")
        }
        Problem::NoSection => {
            Sentences::new("条目前面没有标题", "这个条目", "请在前面加上标题；它只出现在全部条目的 feed 里")
        }
        Problem::Stray => Sentences::new(
            "不属于任何条目的文字",
            "这段文字",
            "请放到条目后面，或者写成条目 **[标题](链接)**；没有发布",
        ),
        Problem::LikeEntry => Sentences::new(
            "文字像是条目的一部分",
            "这里",
            "如果是条目，请写作 **[标题](链接)**；如果是邮件，请在行首加 `>`；现在算上一个条目的文字",
        ),
        Problem::LikeItem => Sentences::new(
            "链接像是上面列表的一项",
            "这里",
            "如果是条目，请在行首加 `- `；如果是上一项的文字，请缩进；没有单独成为条目",
        ),
        Problem::CommentedEntry => Sentences::new("注释里有一个条目", "这个条目", "请移出注释，或者删掉；没有发布"),
        Problem::FullWidthQuote => Sentences::new("引用的标记是全角的", "应为 `>`", "照样算作引用的邮件"),
        Problem::OpenBlock => {
            Sentences::new("代码块或 HTML 没有结尾", "从这里开始", "请加上结尾；已在下一个标题、引用或条目前结束")
        }
        Problem::Repeated { issue } => {
            Sentences::new(format!("{issue}已经列过"), "这个条目", "如果不是有意的，请删去；它没有成为新条目")
        }
        Problem::ListedTwice { line } => Sentences::new(
            format!("与第 {line} 行的链接相同"),
            "这个条目",
            "请改正链接，或者删去这个条目；两个已合为一个，标题和文字取第一个的",
        ),
        Problem::MissingSection(title) => Sentences::new(
            format!("前面各期一直有的栏目“{title}”，这一期没有"),
            "这一期",
            "请看看它的标题；如果这一期确实没有，就不必管",
        ),
        Problem::Superseded { by } => {
            Sentences::new(format!("同一期里还有它的 {by}"), "这个版本", "如果不是有意的，请删去；两个版本都已发布")
        }
        Problem::GoneLink(status) => {
            Sentences::new(format!("链接已失效：服务器回答 {status}"), "这个链接", "请找到网页的新地址，或者删去")
        }
        Problem::MovedLink(to) => Sentences::new("链接已永久搬走", "这个链接", format!("请改为 {to}")),
        Problem::UnreachableLink(cause) => {
            Sentences::new(format!("链接打不开：{cause}"), "这个链接", "请在浏览器里试一试")
        }
        Problem::Defect(words) => Sentences::new(
            format!("这里引出了 patchfeed 的缺陷：{words}"),
            "这里",
            "请把这几行报告给我们；这几行没有发布，其余照常",
        ),
    }
}

fn in_file_name(in_name: bool) -> &'static str {
    if in_name { "文件名里的 " } else { "" }
}

fn number_source(source: NumberSource) -> &'static str {
    match source {
        NumberSource::FrontMatter => "front matter 里",
        NumberSource::FileName => "文件名里",
        NumberSource::Title => "标题里",
        NumberSource::Permalink => "permalink 里",
    }
}

fn place_in_order(before: Option<u32>, after: Option<u32>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("第 {before} 期和第 {after} 期之间"),
        (Some(other), None) => format!("第 {other} 期之后"),
        (None, other) => format!("第 {} 期之前", other.unwrap_or_default()),
    }
}

fn broken_entry(broken: Broken) -> Sentences {
    let without_link = "条目和全部文字已发布，链接到这一期的网页";
    let published = "条目照样发布";
    let (cause, done) = match broken {
        Broken::NoEnd => ("第一行没有以 `)**` 结尾", without_link),
        Broken::NoMiddle => ("标题和地址之间没有 `](`", without_link),
        Broken::NoAddress => ("`](` 和 `)**` 之间没有读得懂的地址", without_link),
        Broken::NoScheme => ("地址没有以 `https://` 开头", "已补上 `https://`"),
        Broken::Twice => ("地址写了两遍", "条目照样发布，链接到第一个地址"),
        Broken::NoWidth => ("地址里有看不见的字符", "条目照样发布，地址里去掉了这个字符"),
        Broken::WhiteSpace => ("地址里有空白", without_link),
        Broken::NoTarget => ("链接没有去处", without_link),
        Broken::Scheme => ("地址开头的 `https://` 写错了", "已改正"),
        Broken::Tag => ("地址里有模板标签", without_link),
        Broken::NoMessage => ("地址指向邮件存档，却没有指向哪封邮件", published),
        Broken::NoAt => ("地址里的 Message-ID 没有 `@`", published),
        Broken::NoTitle => ("标题是空的", "条目已发布，标题为 `…`"),
        Broken::AddressAsTitle => ("标题是一个网址", published),
        Broken::Form => ("第一行不是条目的写法", published),
        Broken::FullWidth => ("条目的标记是全角的", published),
        Broken::Gap => ("`]` 和 `(` 之间有空格", published),
        Broken::Html => ("条目是用 HTML 写的", published),
        Broken::NextLine => ("地址单独写在一行", published),
        Broken::Item => ("条目不是列表项的写法", published),
        Broken::NoLink => ("标题没有链接", without_link),
    };
    let expected = match broken {
        Broken::NoTarget => "缺少地址，或者缺少它所指的定义",
        Broken::Item => "应为 - [标题](链接)",
        Broken::Scheme | Broken::Tag => "应为 [标题](https://链接)",
        _ => "应为 **[标题](链接)**",
    };
    Sentences::new(cause, expected, done)
}

fn used_date(used: Option<&str>) -> String {
    used.map_or_else(|| "在那之前它的条目没有日期".to_owned(), |used| format!("已按 {used} 发布"))
}
