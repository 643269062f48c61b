//! What a page may load and run, as it tells the browser.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

/// The page's `Content-Security-Policy` ([CSP 3](https://www.w3.org/TR/CSP3/)): its own style and script, known by their
/// hashes, and nothing else. So even an issue whose text got past every escape runs nothing and loads nothing; pages show no
/// pictures. A page with a script may read the site's files.
///
/// `style` and `script` are the whole texts of the page's elements `style` and `script`.
pub(super) fn policy(style: &str, script: Option<&str>) -> String {
    let script = script.map(|script| format!("script-src {}; connect-src 'self'; ", source(script)));
    format!(
        "default-src 'none'; style-src {}; {}base-uri 'none'; form-action 'none'",
        source(style),
        script.unwrap_or_default()
    )
}

/// The source expression that allows this text and no other.
fn source(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}
