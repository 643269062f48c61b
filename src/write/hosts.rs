//! What hosts of static sites and robots read beside the pages.

use std::fmt::Write as _;

use super::format::Format;
use super::page::POLICY;

/// The files that a site has only where nobody has put others: whoever writes these by hand wants them to stay. Their first lines name patchfeed.
pub const YIELDING: [&str; 3] = ["_headers", "robots.txt", "favicon.svg"];

/// `robots.txt`: everything may be read. Only at the root of a host does anybody look for it.
pub(crate) const ROBOTS: &str = "# patchfeed\nUser-agent: *\nAllow: /\n";

/// How many seconds a copy may be kept without asking whether there is a newer one.
pub(crate) const FRESH: u32 = 900;

/// The media types of files that aren't feeds.
pub(crate) const OTHERS: [(&str, &str); 5] = [
    ("html", "text/html"),
    ("opml", "text/x-opml"),
    ("css", "text/css"),
    ("js", "text/javascript"),
    ("svg", "image/svg+xml"),
];

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
