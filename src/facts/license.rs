//! Licences that issues are published under.

use url::Url;

use crate::text;

/// A licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct License {
    /// `CC BY-NC-ND 4.0`
    pub name: String,
    /// `https://creativecommons.org/licenses/by-nc-nd/4.0/`; none if only the name is known.
    pub url: Option<String>,
}

impl License {
    /// Reads an identifier of Creative Commons in any spelling (`cc-by-nc-nd-4.0`, `CC BY 4.0`, `cc0-1.0`), a web address,
    /// or any other name. None if the text is empty or the address is broken.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let name = text::one_line(&text::legal(text));
        if name.is_empty() {
            return None;
        }
        if let Some(license) = Self::creative_commons(&name) {
            return Some(license);
        }
        let url = if text::is_web(&name) { Some(Url::parse(&name).ok()?.into()) } else { None };
        Some(Self { name, url })
    }

    /// Whether it may be one: it isn't if a name has the form of a Creative Commons identifier and is none, or is a single word that no
    /// licence is called by (`mine`). Names of licences have capitals or a version.
    pub(crate) fn is_plausible(&self) -> bool {
        let begins_with_cc =
            text::strip_prefix_ignore_case(&self.name, "cc").is_some_and(|rest| rest.starts_with(['-', ' ', '_']));
        let is_word = self.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        self.url.is_some() || !begins_with_cc && !is_word
    }

    /// `by-nc-nd` and `4.0` make name and address of a licence; `cc0-1.0` has its own.
    fn creative_commons(name: &str) -> Option<Self> {
        let id = name.to_ascii_lowercase().replace([' ', '_'], "-");
        if id == "cc0-1.0" {
            return Some(Self {
                name: "CC0 1.0".to_owned(),
                url: Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned()),
            });
        }
        let (terms, version) = id.strip_prefix("cc-")?.rsplit_once('-')?;
        let known = matches!(terms, "by" | "by-sa" | "by-nd" | "by-nc" | "by-nc-sa" | "by-nc-nd")
            && matches!(version, "1.0" | "2.0" | "2.5" | "3.0" | "4.0");
        known.then(|| Self {
            name: format!("CC {} {version}", terms.to_ascii_uppercase()),
            url: Some(format!("https://creativecommons.org/licenses/{terms}/{version}/")),
        })
    }
}
