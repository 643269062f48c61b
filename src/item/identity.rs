//! Identity: what makes an entry the same entry wherever it is listed.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use url::Url;
use uuid::Uuid;

use crate::entry::{Entry, Link, Part};
use crate::issues::PlacedIssue;
use crate::split::IssueKind;

/// What makes an entry the same entry.
#[derive(Debug)]
pub(super) struct Identity {
    name: String,
    /// What else must be the same.
    sameness: Sameness,
}

/// What two entries of the same name must have in common to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sameness {
    /// Nothing: they name a message.
    Name,
    /// Title and text. The first one that names a link has its id, whatever its title, so that a title which is mended makes no new item.
    Words,
    /// The text. The name holds the title and the issue.
    Text,
}

impl Identity {
    /// The identity of an entry of an issue: its message, as a `mid:` URL (RFC 2392), which is the same whatever list and scheme the link
    /// has. Without a message, the link; in an issue of patches, or without a link, title and issue as well. `page` is what relative links are
    /// relative to.
    pub(super) fn of(entry: &Entry<'_>, placed: &PlacedIssue<'_>, page: &Url) -> Self {
        let link = match &entry.link {
            Some(Link::Mail(mail)) => {
                return Self { name: mail_name(&mail.message_id), sameness: Sameness::Name };
            }
            Some(Link::Other(address)) => Some(&**address),
            None => None,
        };
        match link.and_then(|link| page.join(link).ok()) {
            Some(link) if placed.issue.kind != IssueKind::Patches => {
                Self { name: format!("patchfeed:{}", canonical(link)), sameness: Sameness::Words }
            }
            _ => {
                let name = format!("patchfeed:{}\n{}\n{}", placed.slug, link.unwrap_or_default(), entry.title);
                Self { name, sameness: Sameness::Text }
            }
        }
    }

    /// The item's id: UUID v5 of the name, in the namespace of URLs (RFC 9562 §5.5).
    pub(super) fn id(&self) -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_URL, self.name.as_bytes())
    }

    /// Whether an entry is another one than the first of the same name in its issue.
    pub(super) fn differs(&self, first: &Entry<'_>, entry: &Entry<'_>) -> bool {
        match self.sameness {
            Sameness::Name => false,
            Sameness::Words => self.words(first) != self.words(entry),
            Sameness::Text => first.body != entry.body,
        }
    }

    /// A number for the words that tell an entry from those of the same name in other issues; the same for all if words don't.
    pub(super) fn words(&self, entry: &Entry<'_>) -> u64 {
        let mut hasher = DefaultHasher::new();
        if self.sameness == Sameness::Words {
            entry.title.hash(&mut hasher);
            let texts = entry.body.iter().map(|part| match part {
                Part::Mail(text) | Part::Markdown(text) => *text,
                Part::Rest { block, from, .. } => block.get(*from..).unwrap_or(block), // the link may be written otherwise
            });
            texts.for_each(|text| text.trim().hash(&mut hasher));
        }
        hasher.finish()
    }

    /// The id of another entry of the same name in an issue, told apart by its words.
    pub(super) fn id_with_words(&self, entry: &Entry<'_>, issue: &str) -> Uuid {
        let mut name = self.name.clone();
        if self.sameness == Sameness::Words {
            name = [&name, "\n", issue, "\n", &entry.title].concat();
        }
        for text in texts(entry) {
            name.push('\n');
            name.push_str(text);
        }
        Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
    }
}

/// The id of the item of a mail, by its Message-ID without angle brackets.
pub(crate) fn mail_id(message_id: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, mail_name(message_id).as_bytes())
}

fn mail_name(message_id: &str) -> String {
    ["mid:", message_id].concat()
}

/// Parameters of addresses that only tell where an address was found, besides `utm_…`.
const TRACKING: [&str; 7] = ["fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid"];

/// The parts of an entry's text, as they are written.
fn texts<'e>(entry: &'e Entry<'_>) -> impl Iterator<Item = &'e str> {
    entry.body.iter().map(|part| {
        let (Part::Mail(text) | Part::Markdown(text) | Part::Rest { block: text, .. }) = part;
        *text
    })
}

/// A link without what only tells where it was found. `http` and `https` are one.
fn canonical(link: Url) -> Url {
    let mut link = untracked(link);
    if link.scheme() == "http" {
        let _ = link.set_scheme("https"); // which a URL of the web may take
    }
    link
}

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
