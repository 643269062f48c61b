//! Links to people, which aren't the news.

use url::Url;

/// Where a path of one name is somebody's profile.
const HOSTS: [&str; 12] = [
    "github.com",
    "gitlab.com",
    "codeberg.org",
    "gitee.com",
    "twitter.com",
    "mobile.twitter.com",
    "x.com",
    "facebook.com",
    "weibo.com",
    "hachyderm.io",
    "mastodon.social",
    "bsky.app",
];

/// Where people post, at an address of three names: `https://twitter.com/ada/status/1`.
const POSTS: [&str; 3] = ["twitter.com", "mobile.twitter.com", "x.com"];

/// The most words of a name.
const LONGEST_NAME: usize = 3;

/// Whether a link with these words leads to a person: `[@ada](https://…)`, `https://github.com/ada`, or to what somebody posted, if its
/// words are a name.
pub(crate) fn is_profile(words: &str, address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let host = url.host_str().unwrap_or("").trim_start_matches("www.");
    let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    words.starts_with('@')
        || match segments[..] {
            [name] => name.starts_with('@') || HOSTS.contains(&host),
            [_, "status", _] => POSTS.contains(&host) && is_name(words),
            _ => false,
        }
}

/// Whether words may be a person's name, in Latin letters: each begins with a capital.
fn is_name(words: &str) -> bool {
    let count = words.split_whitespace().count();
    let is_capital = |word: &str| word.starts_with(|c: char| c.is_uppercase());
    (1..=LONGEST_NAME).contains(&count) && words.split_whitespace().all(is_capital)
}

#[cfg(test)]
mod tests {
    use super::is_profile;

    #[test]
    fn people_are_told_from_news() {
        assert!(is_profile("@ada", "https://ada.example.org/"));
        assert!(is_profile("Ada", "https://github.com/ada"));
        assert!(is_profile("Ada", "https://www.weibo.com/ada/"));
        assert!(is_profile("Ada", "https://video.example.org/@ada"));
        assert!(is_profile("Ada Lovelace", "https://twitter.com/ada/status/1"));
        assert!(!is_profile("Ada made ropes", "https://twitter.com/ada/status/1"));
        for news in ["https://github.com/ada/ropes", "https://github.com/", "https://example.org/ada", "ada"] {
            assert!(!is_profile("Ada", news), "{news}");
        }
    }
}
