//! The languages that the site's own words are in.

/// A language: Chinese, or English for every other newsletter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 中文
    Chinese,
    /// English
    English,
}

impl Language {
    /// The language of a BCP 47 tag (RFC 5646): `zh-CN`, `en`.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        if primary.eq_ignore_ascii_case("zh") { Self::Chinese } else { Self::English }
    }

    /// The tag that marks texts in it: `zh`, `en`.
    pub(crate) fn tag(self) -> &'static str {
        self.pick("zh", "en")
    }

    /// Whether a tag (BCP 47) is one of this language, and not of a third one.
    pub(crate) fn is_of(self, tag: &str) -> bool {
        tag.split(['-', '_']).next().is_some_and(|primary| primary.eq_ignore_ascii_case(self.tag()))
    }

    /// The other language.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// The one of two texts that is in this language.
    pub(crate) fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// Names an issue by its number: `第 45 期`, `Issue 45`.
    pub(crate) fn issue(self, number: u32) -> String {
        match self {
            Self::Chinese => format!("第 {number} 期"),
            Self::English => format!("Issue {number}"),
        }
    }

    /// Counts entries: `17 条`, `17 entries`.
    pub(crate) fn entries(self, count: usize) -> String {
        match (self, count) {
            (Self::Chinese, _) => format!("{count} 条"),
            (Self::English, 1) => "1 entry".to_owned(),
            (Self::English, _) => format!("{count} entries"),
        }
    }
}
