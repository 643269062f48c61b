//! What kind of mail a subject line announces.

use serde::{Deserialize, Serialize};

/// The kind of a mail. If a subject line names several, the last of them in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A patch or a series of patches.
    Patch,
    /// A patch sent again without changes (`RESEND`).
    Resend,
    /// A request for comments (`RFC`) or for tests (`RFT`).
    Rfc,
    /// A pull request (`GIT PULL`).
    Pull,
    /// An announcement (`ANNOUNCE`).
    Announcement,
    /// An answer to another mail (`Re:`, `回复:`, `答复:`).
    Reply,
}

impl Kind {
    /// Every kind.
    pub(crate) const ALL: [Self; 6] =
        [Self::Patch, Self::Resend, Self::Rfc, Self::Pull, Self::Announcement, Self::Reply];

    /// The kind in lower case: a category's term in Atom and RSS, `_patchfeed.kind` in JSON.
    pub fn term(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Resend => "resend",
            Self::Rfc => "rfc",
            Self::Pull => "pull",
            Self::Announcement => "announcement",
            Self::Reply => "reply",
        }
    }

    /// The kind as subject lines write it: Atom `category/@label`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Patch => "PATCH",
            Self::Resend => "RESEND",
            Self::Rfc => "RFC",
            Self::Pull => "GIT PULL",
            Self::Announcement => "ANNOUNCE",
            Self::Reply => "Re",
        }
    }
}
