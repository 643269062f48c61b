//! Slugs: the names of feeds' files.

use uuid::Uuid;

/// The names that the site gives to other files, and those that some systems reserve for devices.
const RESERVED: [&str; 10] = ["all", "digest", "index", "feeds", "archive", "search", "con", "prn", "aux", "nul"];

/// The longest slug made of a text, in characters, before a hash is added.
const LONGEST: usize = 60;

/// The length of a hash and the hyphen before it.
const HASH: usize = 7;

/// The slug of a text: lower-case ASCII letters, digits and hyphens, safe as a file name on every system.
///
/// Where letters were transliterated, dropped or cut, or where the site uses the name itself, a hash of the text is added, so
/// that two texts never share a slug.
pub fn slug_of(text: &str) -> String {
    let slug: String = slug::slugify(text).chars().take(LONGEST).collect();
    let slug = slug.trim_end_matches('-');
    if !slug.is_empty() && letters(text) == letters(slug) && !is_reserved(slug) {
        return slug.to_owned();
    }
    with_hash(slug, &heading_key(text))
}

/// Checks that a text is a slug as it stands.
///
/// # Errors
/// A text that isn't, in words that name one that would do.
pub(crate) fn check(text: &str) -> Result<(), String> {
    if text.split('-').all(is_plain) && text.len() <= LONGEST + HASH && !is_reserved(text) {
        return Ok(());
    }
    let slug = slug_of(text);
    Err(format!(
        "a slug has lower-case ASCII letters, digits and single hyphens, and isn't a name that the site uses itself; {slug:?} \
         would do"
    ))
}

fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// A slug that nothing but the text has.
pub(super) fn with_hash(slug: &str, text: &str) -> String {
    let hash = &Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).simple().to_string()[..6];
    if slug.is_empty() { format!("section-{hash}") } else { format!("{slug}-{hash}") }
}

/// A heading as it is compared with others: without case and white space.
pub(super) fn heading_key(heading: &str) -> String {
    heading.split_whitespace().collect::<String>().to_lowercase()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_lowercase()
}

fn is_reserved(slug: &str) -> bool {
    let is_port = ["com", "lpt"].iter().any(|port| slug.strip_prefix(port).is_some_and(|number| number.len() == 1));
    RESERVED.contains(&slug) || slug.ends_with("-digest") || is_port
}
