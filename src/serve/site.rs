//! A site as it is served: one value, which a build replaces as a whole.

use std::collections::HashMap;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rayon::prelude::*;

use super::facts::SiteFacts;
use super::file::{ServedFile, digest, hex};
use crate::publish::{SiteFile, slug_in};

/// A file of the site that is for other servers.
const UNSERVED: &str = "_headers";

/// A site as it is served.
#[derive(Debug)]
pub struct ServedSite {
    facts: SiteFacts,
    files: HashMap<String, Arc<ServedFile>>,
    /// What tells it apart from any other.
    version: String,
}

/// What a site has at a path.
#[derive(Debug)]
pub(super) enum Found<'a> {
    File(&'a ServedFile),
    /// A feed that was given up, by its slug.
    Gone(&'a str),
    Nothing,
}

impl ServedSite {
    /// Makes a site of its files. What `before`, the site until now, has the same bytes of is taken from there: only what changed is compressed, and
    /// only that has another date.
    pub fn new(files: Vec<SiteFile>, facts: SiteFacts, before: Option<&Self>) -> Self {
        let is_same = before.is_some_and(|before| before.facts == facts);
        let served = files.into_par_iter().filter(|file| file.path != UNSERVED).map(|file| {
            let source = digest(&file.bytes);
            let before = before.and_then(|before| before.files.get(&file.path));
            let path = file.path.clone();
            let served = match before {
                Some(before) if is_same && before.source == source => Arc::clone(before),
                _ => Arc::new(ServedFile::new(file, source, &facts, before.map(|before| &**before))),
            };
            (path, served)
        });
        let files: HashMap<String, Arc<ServedFile>> = served.collect();
        let version = version(&files);
        Self { facts, files, version }
    }

    /// What tells this site apart from any other.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What the site has at the path of a request, which isn't decoded yet. Only files of the site are ever looked for.
    pub(super) fn find(&self, path: &str) -> Found<'_> {
        let below = path.strip_prefix(self.facts.base_url.path());
        let Some(below) = below.and_then(decoded) else { return Found::Nothing };
        let is_folder = below.is_empty() || below.ends_with('/');
        let below = if is_folder { below + "index.html" } else { below };
        if let Some(file) = self.files.get(&below) {
            return Found::File(file);
        }
        let gone = slug_in(&below).and_then(|slug| self.facts.gone.iter().find(|gone| *gone == slug));
        gone.map_or(Found::Nothing, |slug| Found::Gone(slug))
    }
}

/// A path as files have it; none if it isn't one. A slash that is written otherwise is none.
fn decoded(path: &str) -> Option<String> {
    if !path.contains('%') {
        return Some(path.to_owned());
    }
    let is_plain = !path.to_ascii_lowercase().contains("%2f");
    percent_decode_str(path).decode_utf8().ok().filter(|_| is_plain).map(Into::into)
}

/// What tells a site's files apart from any others.
fn version(files: &HashMap<String, Arc<ServedFile>>) -> String {
    let mut sources: Vec<(&String, [u8; 32])> = files.iter().map(|(path, file)| (path, file.source)).collect();
    sources.sort_unstable();
    let all: Vec<u8> = sources.into_iter().flat_map(|(path, source)| [path.as_bytes(), &source].concat()).collect();
    hex(&digest(&all)[..8])
}
