//! Links to people, which aren't the news.

use url::Url;

/// Where a path of one name is somebody's profile.
const HOSTS: [&str; 10] = [
    "github.com",
    "gitlab.com",
    "codeberg.org",
    "gitee.com",
    "twitter.com",
    "x.com",
    "weibo.com",
    "hachyderm.io",
    "mastodon.social",
    "bsky.app",
];

/// Whether a link with these words leads to a person: `[@ada](https://…)`, or `https://github.com/ada`.
pub(crate) fn is_profile(words: &str, address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let host = url.host_str().unwrap_or("").trim_start_matches("www.");
    let segments = url.path().split('/').filter(|segment| !segment.is_empty()).count();
    words.starts_with('@') || segments == 1 && HOSTS.contains(&host)
}

#[cfg(test)]
mod tests {
    use super::is_profile;

    #[test]
    fn people_are_told_from_news() {
        assert!(is_profile("@ada", "https://ada.example.org/"));
        assert!(is_profile("Ada", "https://github.com/ada"));
        assert!(is_profile("Ada", "https://www.weibo.com/ada/"));
        for news in ["https://github.com/ada/ropes", "https://github.com/", "https://example.org/ada", "ada"] {
            assert!(!is_profile("Ada", news), "{news}");
        }
    }
}
