//! What hosts of static sites and robots read beside the pages.

use std::fmt::Write as _;

use super::format::{FORMATS, Format};
use super::page::POLICY;

/// The files that a site has only where nobody has put others: whoever writes these by hand wants them to stay. Their first lines name patchfeed.
pub const YIELDING: [&str; 3] = ["_headers", "robots.txt", "favicon.svg"];

/// The file that is for hosts alone: nobody else may have it.
pub(crate) const UNSERVED: &str = "_headers";

/// `robots.txt`: everything may be read. Only at the root of a host does anybody look for it.
pub(crate) const ROBOTS: &str = "# patchfeed\nUser-agent: *\nAllow: /\n";

/// How many seconds a copy may be kept without asking whether there is a newer one.
pub(crate) const FRESH: u32 = 900;

/// The media types of files that aren't feeds.
const OTHERS: [(&str, &str); 5] = [
    ("html", "text/html"),
    ("opml", "text/x-opml"),
    ("css", "text/css"),
    ("js", "text/javascript"),
    ("svg", "image/svg+xml"),
];

/// What kind of file it is, by its path in a site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileKind {
    pub(crate) media_type: &'static str,
    /// Whether it is a document of a feed, or a list of feeds.
    pub(crate) is_feed: bool,
}

impl FileKind {
    pub(crate) fn of(path: &str) -> Self {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if path == "search.json" || path.starts_with("search/") {
            return Self { media_type: "application/json", is_feed: false };
        }
        if let Some(format) = FORMATS.iter().find(|format| format.extension == ending) {
            return Self { media_type: format.media_type, is_feed: true };
        }
        let other = OTHERS.iter().find(|(other, _)| *other == ending);
        let media_type = other.map_or("text/plain", |(_, media_type)| media_type);
        Self { media_type, is_feed: media_type == "text/x-opml" }
    }
}

/// `_headers`, which Netlify, Cloudflare Pages and hosts like them read: media types, with the encoding, for how long copies are fresh, and the
/// pages' policy. No address has two rules for a header, because some hosts would join them. `folder` is the site's path on its host.
pub(crate) fn headers(formats: &[&Format], folder: &str) -> String {
    let feeds = formats.iter().map(|format| (format.extension, format.media_type));
    let mut headers = format!("# patchfeed\n{folder}*\n  X-Content-Type-Options: nosniff\n");
    for (ending, media_type) in feeds.chain(OTHERS) {
        let _ = write!(headers, "{folder}*.{ending}\n  Content-Type: {media_type}; charset=utf-8\n");
        let _ = writeln!(headers, "  Cache-Control: public, max-age={FRESH}");
        if ending == "html" {
            let _ = writeln!(headers, "  Content-Security-Policy: {}", header_policy());
        }
    }
    headers
}

/// The pages' policy, where it comes as a header: what a page says of itself may be stricter.
pub(crate) fn header_policy() -> String {
    format!("{POLICY}; connect-src 'self'; frame-ancestors 'none'")
}
