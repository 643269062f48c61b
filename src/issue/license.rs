//! Licences, as issues name them.

use crate::text;

/// A licence, as the front matter names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct License {
    /// `CC BY-NC-ND 4.0`
    pub name: String,
    /// `https://creativecommons.org/licenses/by-nc-nd/4.0/`
    pub url: Option<String>,
}

impl License {
    /// Reads `cc-by-nc-nd-4.0`, `cc0-1.0`, an address, or any name.
    pub fn of(name: &str) -> Option<Self> {
        let name = text::one_line(&text::legal(name));
        let lower = name.to_ascii_lowercase().replace([' ', '_'], "-");
        let creative = lower.strip_prefix("cc-").and_then(|rest| rest.rsplit_once('-')).filter(|(terms, version)| {
            let known = matches!(*terms, "by" | "by-sa" | "by-nd" | "by-nc" | "by-nc-sa" | "by-nc-nd");
            known && matches!(*version, "1.0" | "2.0" | "2.5" | "3.0" | "4.0")
        });
        Some(match creative {
            Some((terms, version)) => Self {
                name: format!("CC {} {version}", terms.to_ascii_uppercase()),
                url: Some(format!("https://creativecommons.org/licenses/{terms}/{version}/")),
            },
            None if lower == "cc0-1.0" => Self {
                name: "CC0 1.0".to_owned(),
                url: Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned()),
            },
            None if text::is_web(&name) => {
                let url = url::Url::parse(&name).ok()?;
                Self { url: Some(url.into()), name }
            }
            None if name.is_empty() => return None,
            None => Self { name, url: None },
        })
    }
}
