//! Pages for people: one with every feed, one for each feed, one for each issue, and a search. They are made of one frame, `base.html`, one style
//! and one script, without which all but the search works.

pub(crate) mod entry;
pub(crate) mod feed;
pub(crate) mod index;
pub(crate) mod issue;
pub(crate) mod search;

use askama::Template;
use url::Url;

use super::card::FeedLink;
use super::web_reader::WebReader;
use crate::facts::language::Language;
use crate::facts::license::License;
use crate::facts::newsletter::Newsletter;
use crate::facts::section::Section;
use crate::markdown;
use crate::text;

/// What every page says, before its title, of the program that made it.
const GENERATOR: &str = "<meta name=\"generator\" content=\"patchfeed\">";

/// The pages' `Content-Security-Policy` ([CSP 3](https://www.w3.org/TR/CSP3/)): the site's style, script and icon, and nothing else. So even an issue
/// whose text got past every escape runs nothing of its own and loads nothing from elsewhere; browsers keep to it for pages from a disk, too.
pub(crate) const POLICY: &str =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'";

/// `pages.css`: the style of all pages.
pub(crate) const STYLE: &str = include_str!("pages.css");

/// `pages.js`: the script of all pages.
pub(crate) const SCRIPT: &str =
    concat!(include_str!("pages.js"), "if (document.getElementById(\"search\")) {\n", include_str!("search.js"), "}\n");

/// `favicon.svg`
pub(crate) const ICON: &str = include_str!("favicon.svg");

/// The title of a page; none if another program made it.
pub(crate) fn title_of(page: &str) -> Option<String> {
    let (head, rest) = page.split_once("<title>")?;
    let (title, _) = rest.split_once("</title>")?;
    head.contains(GENERATOR).then(|| markdown::decode(title, false))
}

/// What all pages of a site have in common.
#[derive(Debug)]
pub(crate) struct Pages<'a> {
    pub(crate) newsletter: &'a Newsletter,
    /// The address that the site is served under.
    pub(crate) base_url: &'a Url,
    /// The licence of the newest issue.
    pub(crate) license: Option<&'a License>,
    /// The files of the feed of everything, which pages that aren't a feed's announce.
    pub(crate) everything: Vec<FeedLink>,
    /// The readers on the web that pages lead to.
    pub(crate) readers: &'a [WebReader],
    pub(crate) entry_words: EntryWords,
}

/// The words beside every entry, as HTML.
#[derive(Debug)]
pub(crate) struct EntryWords {
    discussion: String,
    earlier: String,
    later: String,
    link: String,
}

impl EntryWords {
    pub(crate) fn of(newsletter: &Newsletter) -> Self {
        Self {
            discussion: both(newsletter, "讨论", "Discussion"),
            earlier: both(newsletter, "旧版", "Earlier"),
            later: both(newsletter, "新版", "Later"),
            link: both(newsletter, "链接", "Link"),
        }
    }
}

impl Pages<'_> {
    /// The language of the pages' own words.
    pub(crate) fn words(&self) -> Language {
        self.newsletter.language()
    }

    /// A section's title, as HTML.
    pub(crate) fn section(&self, section: &Section) -> String {
        let (own, other) = (section.title.as_str(), self.newsletter.sections.other_title(section));
        self.both(self.words().pick(own, other), self.words().pick(other, own))
    }

    /// A count of entries, as HTML.
    pub(crate) fn entries(&self, count: usize) -> String {
        self.both(&Language::Chinese.entries(count), &Language::English.entries(count))
    }

    /// The language to mark a text with, if it isn't in the pages' own: patches' titles are English, wherever they are listed.
    pub(crate) fn language_of(&self, text: &str) -> Option<&'static str> {
        let is_chinese = !text.is_ascii() && text.chars().any(is_chinese);
        match self.words() {
            Language::Chinese => (!is_chinese && text.bytes().any(|byte| byte.is_ascii_alphabetic())).then_some("en"),
            Language::English => is_chinese.then_some("zh"),
        }
    }

    /// A text in the pages' language, as HTML which holds the other language's, too: the switch of languages shows that.
    pub(crate) fn both(&self, chinese: &str, english: &str) -> String {
        both(self.newsletter, chinese, english)
    }
}

fn both(newsletter: &Newsletter, chinese: &str, english: &str) -> String {
    let language = newsletter.language();
    let (shown, other) = (language.pick(chinese, english), language.pick(english, chinese));
    let mut html = String::with_capacity(shown.len() + other.len() + 40);
    if shown == other {
        text::escape(&mut html, shown);
        return html;
    }
    html.push_str("<span");
    if !language.is_of(&newsletter.language) {
        html.push_str(" lang=\"en\""); // the newsletter's is a third one
    }
    html.push_str(" data-other=\"");
    text::escape(&mut html, &other.replace('"', "”"));
    html.push_str("\">");
    text::escape(&mut html, shown);
    html.push_str("</span>");
    html
}

/// An issue, as pages lead to it.
#[derive(Debug, Clone)]
pub(crate) struct IssueLink {
    /// Its page, below the site's folder.
    pub(crate) path: String,
    /// Its page, below the folder of issues' pages.
    pub(crate) file: String,
    /// Its name, as HTML.
    pub(crate) name: String,
    /// `2024-10-21`
    pub(crate) day: String,
    /// How many entries it has, or gives to a feed.
    pub(crate) count: usize,
}

/// What a page says of itself.
#[derive(Debug)]
pub(crate) struct PageHead {
    /// Its path below the site's folder.
    pub(crate) path: String,
    pub(crate) title: String,
    /// A sentence, which chats show beside a link.
    pub(crate) description: String,
}

impl PageHead {
    /// The way to the site's folder.
    pub(crate) fn root(&self) -> &'static str {
        if self.path.contains('/') { "../" } else { "" }
    }
}

/// Whether a character is one of Chinese.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn render(page: &impl Template) -> String {
    page.render().expect("the templates call nothing that fails")
}
