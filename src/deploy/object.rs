//! A file of the site as an object: its bytes, its headers, and when its turn is.

use std::collections::HashSet;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use md5::Md5;
use memchr::memmem;
use object_store::{Attribute, Attributes};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::step::Step;
use crate::publish::SiteFile;
use crate::text::hex;
use crate::write::{FRESH, FileKind, UNSERVED};

/// How long copies of archives are fresh, in seconds: the newest of a feed changes when the next one comes, and older ones only if an editor
/// mends an issue.
const DAY: u32 = 86_400;

/// A file of the site as an object.
#[derive(Debug)]
pub(super) struct SiteObject {
    /// Its path in the site, which is its name below the target's prefix.
    pub(super) path: String,
    /// What is stored.
    pub(super) bytes: Vec<u8>,
    pub(super) headers: ObjectHeaders,
    /// The SHA-256 of the bytes, a `-`, and the beginning of that of the headers, as hexadecimal digits.
    pub(super) digest: String,
}

/// The headers that a storage keeps for an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ObjectHeaders {
    /// `Content-Type`, with the charset.
    pub(super) content_type: String,
    /// `Cache-Control`.
    pub(super) cache_control: String,
    /// Whether `Content-Encoding` is `gzip`.
    pub(super) is_gzip: bool,
}

impl SiteObject {
    /// The objects of a site, sorted by their paths. What is for other hosts alone isn't among them.
    pub(super) fn all(files: Vec<SiteFile>, gzip: bool) -> Vec<Self> {
        let followed = followed_archives(&files);
        let files = files.into_par_iter().filter(|file| file.path != UNSERVED);
        let mut objects: Vec<Self> = files.map(|file| Self::new(file.path, file.bytes, gzip, &followed)).collect();
        objects.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        objects
    }

    fn new(path: String, bytes: Vec<u8>, gzip: bool, followed: &HashSet<String>) -> Self {
        let headers = ObjectHeaders {
            content_type: format!("{}; charset=utf-8", FileKind::of(&path).media_type),
            cache_control: cache_control(&path, followed),
            is_gzip: gzip,
        };
        let bytes = if gzip { zipped(&bytes) } else { bytes };
        let of_headers = hex(&Sha256::digest(format!("{headers:?}"))[..4]);
        let digest = format!("{}-{of_headers}", hex(&Sha256::digest(&bytes)));
        Self { path, bytes, headers, digest }
    }

    /// Whether a digest is one of the same bytes, whatever their headers.
    pub(super) fn has_bytes_of(&self, digest: &str) -> bool {
        let bytes = |digest: &str| digest.split_once('-').map(|(bytes, _)| bytes.to_owned());
        bytes(digest) == bytes(&self.digest)
    }

    /// When its turn is.
    pub(super) fn step(&self) -> Step {
        Step::of(&self.path)
    }

    /// What `ETag` most storages give an object that was put as a whole: the MD5 of its bytes.
    pub(super) fn etag(&self) -> String {
        etag(&self.bytes)
    }
}

/// The `ETag` that storages give to bytes that arrive in one piece.
pub(super) fn etag(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

impl ObjectHeaders {
    /// The headers of patchfeed's own objects.
    pub(super) fn own() -> Self {
        Self {
            content_type: "application/json; charset=utf-8".to_owned(),
            cache_control: "no-store".to_owned(),
            is_gzip: false,
        }
    }

    pub(super) fn attributes(&self) -> Attributes {
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, self.content_type.clone().into());
        attributes.insert(Attribute::CacheControl, self.cache_control.clone().into());
        if self.is_gzip {
            attributes.insert(Attribute::ContentEncoding, "gzip".into());
        }
        attributes
    }
}

/// For how long a copy of a file may be used. An archive that others follow changes no more.
fn cache_control(path: &str, followed: &HashSet<String>) -> String {
    match path.rsplit_once('.') {
        Some((stem, _)) if followed.contains(stem) => format!("public, max-age={DAY}, immutable"),
        _ if path.starts_with("archive/") => format!("public, max-age={DAY}"),
        _ => format!("public, max-age={FRESH}"),
    }
}

/// The archives that newer ones follow, by their paths without endings: those whose Atom document leads to the next one.
fn followed_archives(files: &[SiteFile]) -> HashSet<String> {
    let leads_on = memmem::Finder::new("rel=\"next-archive\"");
    let archives = files.iter().filter(|file| file.path.starts_with("archive/"));
    let atom = archives.filter_map(|file| Some((file.path.strip_suffix(".atom")?, &file.bytes)));
    atom.filter(|(_, bytes)| leads_on.find(head(bytes)).is_some()).map(|(stem, _)| stem.to_owned()).collect()
}

/// What comes before a document's entries.
fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..memmem::find(bytes, b"<entry>").unwrap_or(bytes.len())]
}

/// Bytes in gzip's coding, the same each time.
fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes any bytes")
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn copies_last_as_long_as_documents_do() {
        let file = |path: &str, text: &str| SiteFile {
            path: path.to_owned(),
            bytes: text.into(),
            modified: SystemTime::UNIX_EPOCH,
        };
        let files = vec![
            file("_headers", "# patchfeed"),
            file("all.atom", "<feed><link rel=\"prev-archive\"/></feed>"),
            file("archive/all/1.atom", "<feed><link rel=\"next-archive\"/><entry>"),
            file("archive/all/1.json", "{}"),
            file("archive/all/2.atom", "<feed><link/><entry>rel=\"next-archive\""),
            file("archive/all/2.json", "{}"),
            file("index.html", "<!doctype html>"),
        ];
        let objects = SiteObject::all(files, false);
        let told: Vec<_> = objects
            .iter()
            .map(|object| (&*object.path, &*object.headers.content_type, &*object.headers.cache_control))
            .collect();
        let older = "public, max-age=86400, immutable";
        let expected = [
            ("all.atom", "application/atom+xml; charset=utf-8", "public, max-age=900"),
            ("archive/all/1.atom", "application/atom+xml; charset=utf-8", older),
            ("archive/all/1.json", "application/feed+json; charset=utf-8", older),
            ("archive/all/2.atom", "application/atom+xml; charset=utf-8", "public, max-age=86400"),
            ("archive/all/2.json", "application/feed+json; charset=utf-8", "public, max-age=86400"),
            ("index.html", "text/html; charset=utf-8", "public, max-age=900"),
        ];
        assert_eq!(told, expected);
    }
}
