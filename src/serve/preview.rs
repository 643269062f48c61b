//! Previews: pages that load themselves again when the site changes, and show what is wrong with the issues.

use std::str;

use crate::write::page::POLICY;

/// The script that pages of a preview load.
pub(super) const SCRIPT: &str = include_str!("preview.js");

/// The path of that script. No file of a site that is served begins with `_`.
pub(super) const SCRIPT_PATH: &str = "/_preview/script.js";

/// The path of the events that the script listens to.
pub(super) const EVENTS_PATH: &str = "/_preview/events";

/// A page as a preview shows it. Its policy lets it listen to events of this server.
pub(super) fn page(bytes: &[u8]) -> Vec<u8> {
    let Ok(page) = str::from_utf8(bytes) else { return bytes.to_vec() };
    let Some((head, rest)) = page.split_once("</head>") else { return bytes.to_vec() };
    let listening = format!("{POLICY}; connect-src 'self'");
    let head = if head.contains(&listening) { head.to_owned() } else { head.replacen(POLICY, &listening, 1) };
    format!("{head}<script src=\"{SCRIPT_PATH}\" defer></script>\n</head>{rest}").into_bytes()
}
