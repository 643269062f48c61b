//! The sections of the newsletter: a table of headings, slugs and titles, and a slug for what the table doesn't know.

use std::sync::Arc;

use serde::Deserialize;
use uuid::Uuid;

use crate::split::Shape;

/// One section, and so one feed of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Names the feed's files and the items' category: ASCII, lower case, never changed once published.
    pub slug: String,
    /// The name shown to people.
    pub title: String,
    /// Whether the table knows the section.
    pub known: bool,
    /// The shape of its entries, where the configuration says it.
    pub shape: Option<Shape>,
}

/// A row of the table of sections; the configuration adds rows as `[[section]]`, which go before the built-in ones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The file name of the feed: lower-case ASCII letters, digits and hyphens.
    pub slug: String,
    /// The headings that begin the section, compared without regard to case and white space; its slug always does.
    #[serde(default)]
    pub headings: Vec<String>,
    /// The Chinese title.
    #[serde(default)]
    pub zh: Option<String>,
    /// The English title.
    #[serde(default)]
    pub en: Option<String>,
    /// The shape of its entries; else it is found from them.
    #[serde(default)]
    pub shape: Option<Shape>,
}

/// Slug, heading in the newsletter, Chinese title, English title.
const NEWSLETTER: [(&str, &str, &str, &str); 15] = [
    ("riscv", "RISC-V 架构支持", "RISC-V 架构支持", "RISC-V"),
    ("sched", "进程调度", "进程调度", "Scheduler"),
    ("mm", "内存管理", "内存管理", "Memory management"),
    ("fs", "文件系统", "文件系统", "File systems"),
    ("net", "网络设备", "网络设备", "Networking"),
    ("security", "安全增强", "安全增强", "Security"),
    ("io-uring", "异步 IO", "异步 IO", "Asynchronous I/O"),
    ("rust", "Rust For Linux", "Rust For Linux", "Rust for Linux"),
    ("bpf", "BPF", "BPF", "BPF"),
    ("arm", "ARM 架构支持", "ARM 架构支持", "ARM"),
    ("x86", "X86 架构支持", "X86 架构支持", "x86"),
    ("loongarch", "LoongArch 架构支持", "LoongArch 架构支持", "LoongArch"),
    ("qemu", "Qemu", "QEMU", "QEMU"),
    ("u-boot", "U-Boot", "U-Boot", "U-Boot"),
    ("buildroot", "Buildroot", "Buildroot", "Buildroot"),
];

/// The names that the site gives to other files, and those that a file can't have on every system.
const RESERVED: [&str; 10] = ["all", "digest", "index", "feeds", "archive", "search", "con", "prn", "aux", "nul"];

/// The longest title of a section, in characters.
const TITLE: usize = 200;

/// The table in force, in the order in which feeds are listed.
#[derive(Debug, Clone)]
pub struct Table {
    rows: Vec<Known>,
}

#[derive(Debug, Clone)]
struct Known {
    /// Its headings, as they are compared.
    headings: Vec<String>,
    section: Arc<Section>,
    /// Whether the configuration names it; else it is one of the newsletter's own.
    configured: bool,
}

impl Table {
    /// The table of the newsletter, extended by rows of a configuration, with titles in Chinese or in English.
    ///
    /// # Errors
    /// A row whose slug can't name a feed, or stands in two rows; in words.
    pub fn new(extra: &[Row], chinese: bool) -> Result<Self, String> {
        let mut rows: Vec<Known> = Vec::new();
        for row in extra {
            if row.slug.is_empty() || slug_of(&row.slug) != row.slug {
                return Err(format!(
                    "section slug {:?}: use lower-case ASCII letters, digits and single hyphens, and no name that the site uses itself",
                    row.slug
                ));
            }
            if rows.iter().any(|known| known.section.slug == row.slug) {
                return Err(format!("section slug {:?} stands twice", row.slug));
            }
            let built_in = NEWSLETTER.iter().find(|(slug, ..)| *slug == row.slug);
            let pick =
                |zh: Option<&str>, en: Option<&str>| if chinese { zh.or(en) } else { en.or(zh) }.map(str::to_owned);
            let title = pick(row.zh.as_deref(), row.en.as_deref())
                .or_else(|| built_in.and_then(|(_, _, zh, en)| pick(Some(zh), Some(en))))
                .unwrap_or_else(|| row.headings.first().unwrap_or(&row.slug).clone());
            let built_in = built_in.iter().flat_map(|(_, heading, _, en)| [*heading, *en]);
            let headings =
                row.headings.iter().map(String::as_str).chain([row.slug.as_str()]).chain(built_in).map(key).collect();
            let title = crate::text::one_line(&crate::text::legal(&title));
            let section = Section { slug: row.slug.clone(), title, known: true, shape: row.shape };
            rows.push(Known { headings, section: Arc::new(section), configured: true });
        }
        for (slug, heading, zh, en) in NEWSLETTER {
            if !rows.iter().any(|known| known.section.slug == slug) {
                let title = if chinese { zh } else { en }.to_owned();
                let section = Arc::new(Section { slug: slug.to_owned(), title, known: true, shape: None });
                rows.push(Known { headings: vec![key(heading), key(en), key(slug)], section, configured: false });
            }
        }
        Ok(Self { rows })
    }

    /// The section of a heading. One that the table doesn't know is a section of its own: its slug comes from the
    /// heading alone, so it is the same in every issue and every build. The newsletter's own sections are those of an issue
    /// of `patches` alone: elsewhere "Rust" means something else.
    pub fn find(&self, heading: &str, patches: bool) -> Arc<Section> {
        let wanted = key(heading);
        let mut rows = self.rows.iter().filter(|row| row.configured || patches);
        match rows.clone().find(|row| row.headings.contains(&wanted)) {
            Some(row) => Arc::clone(&row.section),
            None => {
                let mut slug = slug_of(heading);
                if rows.any(|row| row.section.slug == slug) {
                    slug = with_hash(&slug, &wanted);
                }
                let title = crate::text::first_words(heading, TITLE);
                Arc::new(Section { slug, title, known: false, shape: None })
            }
        }
    }

    /// Whether the table has the slug.
    pub fn knows(&self, slug: &str) -> bool {
        self.rows.iter().any(|row| row.section.slug == slug)
    }

    /// Where a section stands among the feeds: the table's order, then the unknown ones by slug.
    pub fn rank(&self, section: &Section) -> (usize, String) {
        let row = self.rows.iter().position(|row| row.section.slug == section.slug);
        (row.unwrap_or(self.rows.len()), section.slug.clone())
    }
}

/// A heading as it is compared: without case and white space.
fn key(heading: &str) -> String {
    heading.split_whitespace().collect::<String>().to_lowercase()
}

/// The slug of a text: ASCII letters, digits and hyphens, at most 60 of them, safe as a file name everywhere. Where
/// letters were transliterated, dropped or cut, or the name is taken by the site itself, a hash of the text keeps
/// two texts from sharing one slug.
pub fn slug_of(text: &str) -> String {
    let slug = slug::slugify(text);
    let same = |a: &str, b: &str| {
        let letters =
            |s: &str| s.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_lowercase();
        letters(a) == letters(b)
    };
    let short: String = slug.chars().take(60).collect();
    let short = short.trim_end_matches('-');
    let device = |name: &str| short.strip_prefix(name).is_some_and(|number| number.len() == 1);
    let taken = RESERVED.contains(&short) || short.ends_with("-digest") || device("com") || device("lpt");
    if same(text, short) && !short.is_empty() && !taken { short.to_owned() } else { with_hash(short, &key(text)) }
}

fn with_hash(slug: &str, text: &str) -> String {
    let hash = &Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).simple().to_string()[..6];
    if slug.is_empty() { format!("section-{hash}") } else { format!("{slug}-{hash}") }
}
