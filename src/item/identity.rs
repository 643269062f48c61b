//! Identity: what makes an entry the same entry wherever it is listed.

use url::Url;
use uuid::Uuid;

use crate::entry::{Entry, Link, Part};
use crate::issues::PlacedIssue;
use crate::split::IssueKind;

/// What makes an entry the same entry.
#[derive(Debug)]
pub(super) struct Identity {
    name: String,
    /// Whether an entry with the same name is the same only within its issue.
    pub(super) is_local: bool,
}

impl Identity {
    /// The identity of an entry of an issue: its message, as a `mid:` URL (RFC 2392), which is the same whatever list and scheme the link
    /// has. Without a message, link and title; in an issue of patches, or without a link, the issue as well. `page` is what relative links are
    /// relative to.
    pub(super) fn of(entry: &Entry<'_>, placed: &PlacedIssue<'_>, page: &Url) -> Self {
        let link = match &entry.link {
            Some(Link::Mail(mail)) => {
                return Self { name: ["mid:", &mail.message_id].concat(), is_local: false };
            }
            Some(Link::Other(address)) => Some(&**address),
            None => None,
        };
        match link.and_then(|link| page.join(link).ok()) {
            Some(link) if placed.issue.kind != IssueKind::Patches => {
                let name = format!("patchfeed:{}\n{}", untracked(link), entry.title);
                Self { name, is_local: false }
            }
            _ => {
                let name = format!("patchfeed:{}\n{}\n{}", placed.slug, link.unwrap_or_default(), entry.title);
                Self { name, is_local: true }
            }
        }
    }

    /// The item's id: UUID v5 of the name, in the namespace of URLs (RFC 9562 §5.5).
    pub(super) fn id(&self) -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_URL, self.name.as_bytes())
    }

    /// The id of another entry of the same name, told apart by its text.
    pub(super) fn id_with_text(&self, entry: &Entry<'_>) -> Uuid {
        let mut name = self.name.clone();
        for part in &entry.body {
            let (Part::Mail(text) | Part::Markdown(text) | Part::Rest { block: text, .. }) = part;
            name.push('\n');
            name.push_str(text);
        }
        Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
    }
}

/// Parameters of addresses that only tell where an address was found, besides `utm_…`.
const TRACKING: [&str; 7] = ["fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid"];

/// An address without the parameters that only tell where it was found.
fn untracked(mut link: Url) -> Url {
    if link.query_pairs().any(|(key, _)| is_tracking(&key)) {
        let parts = link.query().unwrap_or_default().split('&');
        let kept: Vec<&str> = parts.filter(|part| !is_tracking(part.split('=').next().unwrap_or_default())).collect();
        let kept = kept.join("&");
        link.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
    }
    link
}

fn is_tracking(key: &str) -> bool {
    key.starts_with("utm_") || TRACKING.contains(&key)
}
