//! The words that the site speaks, in the newsletter's language: Chinese, or English for any other.

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 中文
    Chinese,
    /// English
    English,
}

impl Language {
    /// The language of a tag as BCP 47 writes it: `zh-CN`, `en`.
    pub fn of(tag: &str) -> Self {
        if tag.split(['-', '_']).next().is_some_and(|first| first.eq_ignore_ascii_case("zh")) {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// One of two words.
    pub fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// `第 45 期`
    pub fn issue(self, number: u32) -> String {
        match self {
            Self::Chinese => format!("第 {number} 期"),
            Self::English => format!("Issue {number}"),
        }
    }

    /// `17 条`
    pub fn entries(self, count: usize) -> String {
        match (self, count) {
            (Self::Chinese, _) => format!("{count} 条"),
            (Self::English, 1) => "1 entry".to_owned(),
            (Self::English, _) => format!("{count} entries"),
        }
    }
}
