//! Where the link from a document to the older one leads.

use url::Url;

use super::model::ReadDocument;

/// Where a link leads.
pub(super) enum Older {
    /// To a document that may be asked for.
    At(Url),
    /// To another host, or to nothing on the web.
    Elsewhere(String),
}

/// The sites that a chain stays on.
pub(super) struct Sites {
    /// The address that was asked for, which may hold a name and a password.
    asked: Url,
    /// Where the first document came from, and the address that it gives for itself.
    others: [Url; 2],
}

impl Sites {
    pub(super) fn new(asked: &Url, from: &Url, first: &ReadDocument) -> Self {
        Self { asked: asked.clone(), others: [from.clone(), own(first, from)] }
    }

    /// Where the link of a document that came from an address leads.
    pub(super) fn older(&self, document: &ReadDocument, from: &Url) -> Option<Older> {
        let link = document.older.as_deref()?.trim();
        let Ok(mut older) = from.join(link) else { return Some(Older::Elsewhere(link.to_owned())) };
        if let Some(moved) = moved(&older, &own(document, from), from) {
            older = moved;
        }
        older.set_fragment(None);
        if self.asked.scheme() == "https" && older.scheme() == "http" {
            let _ = older.set_scheme("https"); // the encryption must not be given up
        }
        if self.asked.origin() == older.origin() {
            let _ = older.set_username(self.asked.username());
            let _ = older.set_password(self.asked.password());
        }
        let is_here = [&self.asked].into_iter().chain(&self.others).any(|site| is_on(&older, site));
        Some(if is_here { Older::At(older) } else { Older::Elsewhere(older.into()) })
    }
}

/// The address that a document gives for itself; else where it came from.
fn own(document: &ReadDocument, from: &Url) -> Url {
    document.own.as_deref().and_then(|own| from.join(own.trim()).ok()).unwrap_or_else(|| from.clone())
}

/// Whether an address is on a site: at its origin, with encryption if the site has none.
fn is_on(address: &Url, site: &Url) -> bool {
    let mut site = site.clone();
    if address.scheme() == "https" && site.scheme() == "http" {
        let _ = site.set_scheme("https");
    }
    matches!(address.scheme(), "http" | "https") && address.origin() == site.origin()
}

/// An address under the site of `own`, as it is under the site that the document came from: a mirror, or a preview on this machine.
///
/// ```text
/// own      https://feeds.example.org/riscv.json
///          ~~~~~~~~~~~~~~~~~~~~~~~~~~
/// from     http://localhost:8080/riscv.json
///          ~~~~~~~~~~~~~~~~~~~~~~
/// address  https://feeds.example.org/archive/riscv/1.json ──▶ http://localhost:8080/archive/riscv/1.json
/// ```
fn moved(address: &Url, own: &Url, from: &Url) -> Option<Url> {
    if own.host() == from.host() && own.port() == from.port() || !is_on(address, own) {
        return None;
    }
    let tail = tail(own.path(), from.path());
    let rest = address.path().strip_prefix(&own.path()[..own.path().len() - tail])?;
    let mut moved = from.clone();
    moved.set_path(&[&from.path()[..from.path().len() - tail], rest].concat());
    moved.set_query(address.query());
    (tail > 0).then_some(moved)
}

/// The length of what two paths have in common at their ends, in whole names.
fn tail(a: &str, b: &str) -> usize {
    let alike = a.rsplit('/').zip(b.rsplit('/')).take_while(|(a, b)| a == b);
    let length = alike.fold(0, |length, (name, _)| length + name.len() + 1);
    length.saturating_sub(1) // the first slash stays with what comes before
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a document's link leads that was asked for, and came from, at addresses: `-` where it may not be asked for.
    fn led(asked: &str, from: &str, own: &str, link: &str) -> String {
        let [asked, from] = [asked, from].map(|url| Url::parse(url).expect("it is an address"));
        let document = ReadDocument {
            title: String::new(),
            language: None,
            own: Some(own.to_owned()),
            older: Some(link.to_owned()),
            items: Vec::new(),
        };
        match Sites::new(&asked, &from, &document).older(&document, &from) {
            Some(Older::At(url)) => url.into(),
            _ => "-".to_owned(),
        }
    }

    #[test]
    fn a_link_stays_on_the_site_and_on_the_mirror_that_is_read() {
        let site = "https://e.org/x/a.json";
        for (asked, from, own, link, expected) in [
            (site, site, site, "https://e.org/x/archive/1.json", "https://e.org/x/archive/1.json"),
            (site, site, site, "archive/1.json?p=2#x", "https://e.org/x/archive/1.json?p=2"),
            (site, site, site, "http://e.org/x/1.json", "https://e.org/x/1.json"),
            (site, site, "http://e.org/x/a.json", "http://e.org/x/1.json", "https://e.org/x/1.json"),
            (site, site, site, "https://other.org/1.json", "-"),
            (site, site, site, "http://e.org:8080/x/1.json", "-"),
            (site, site, site, "file:///etc/passwd", "-"),
            (site, site, "https://e.org/blog/a.json", "https://e.org/blog/2/a.json", "https://e.org/blog/2/a.json"),
            (
                "http://me:8080/a.json",
                "http://me:8080/a.json",
                site,
                "https://e.org/x/b/1.json",
                "http://me:8080/b/1.json",
            ),
            ("http://me/m/a.json", "http://me/m/a.json", site, "https://e.org/x/1.json", "http://me/m/1.json"),
            ("http://me/x/a.json", "http://me/x/a.json", site, "https://e.org/y/1.json", "http://me/y/1.json"),
            ("https://burner.org/e", "https://burner.org/e", site, "https://e.org/x/2.json", "https://e.org/x/2.json"),
            ("https://burner.org/e", "https://burner.org/e", site, "http://e.org/x/2.json", "https://e.org/x/2.json"),
            ("http://e.org/x/a.json", site, site, "https://e.org/x/1.json", "https://e.org/x/1.json"),
            ("https://u:p@e.org/x/a.json", site, site, "/x/1.json", "https://u:p@e.org/x/1.json"),
            ("https://u:p@e.org/a", "https://u:p@e.org/a", "https://o.org/b", "https://o.org/2", "https://o.org/2"),
        ] {
            assert_eq!(led(asked, from, own, link), expected, "{asked} {from} {own} {link}");
        }
    }
}
