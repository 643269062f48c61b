//! What a page may load and run, as it tells the browser.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

/// The pages' `Content-Security-Policy` ([CSP 3](https://www.w3.org/TR/CSP3/)): their own style, known by its hash, the site's script and icon, and
/// nothing else. So even an issue whose text got past every escape runs nothing of its own and loads nothing from elsewhere.
///
/// `style` is the whole text of the pages' element `style`.
pub(crate) fn policy(style: &str) -> String {
    let hash = BASE64_STANDARD.encode(Sha256::digest(style));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
    )
}
