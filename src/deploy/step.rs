//! When the turn of an object is.

use crate::write::FORMATS;

/// The steps in which objects go up. What is in one leads to what is in those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// What pages are made of, and the archives.
    Archives,
    /// The pages, and the digests.
    Pages,
    /// The feeds.
    Feeds,
    /// The lists of feeds, the first page, the search.
    Lists,
}

impl Step {
    /// When the turn of a file of the site is.
    pub(super) fn of(path: &str) -> Self {
        let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
        match ending {
            _ if path.starts_with("archive/") => Self::Archives,
            _ if path.starts_with("search/") || stem == "index" => Self::Lists,
            "css" | "svg" | "txt" => Self::Archives,
            "js" if stem != "search" => Self::Archives,
            "opml" => Self::Lists,
            _ if stem == "search" => Self::Lists,
            _ if FORMATS.iter().any(|format| format.extension == ending) && !is_digest(stem) => Self::Feeds,
            _ => Self::Pages,
        }
    }
}

fn is_digest(stem: &str) -> bool {
    stem == "digest" || stem.ends_with("-digest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_something_comes_after_it() {
        let order = [
            (
                Step::Archives,
                &["archive/all/1.atom", "archive/riscv/1.json", "pages.css", "pages.js", "favicon.svg", "robots.txt"][..],
            ),
            (
                Step::Pages,
                &["issue/45.html", "all.html", "riscv.html", "digest.atom", "riscv-digest.json", "issues.html"],
            ),
            (Step::Feeds, &["all.atom", "riscv.rss", "u-boot.json", "riscv-kvm.atom"]),
            (
                Step::Lists,
                &[
                    "feeds.opml",
                    "digests.opml",
                    "index.html",
                    "search.html",
                    "search.js",
                    "search.json",
                    "search/2023.json",
                ],
            ),
        ];
        for (step, paths) in order {
            for path in paths {
                assert_eq!(Step::of(path), step, "{path}");
            }
        }
    }
}
