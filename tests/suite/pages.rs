//! Every page says what it may load and run: its own style and script, known by their hashes.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use regex::Regex;
use sha2::{Digest as _, Sha256};

use crate::{File, files, find};

/// The pages of the sample, and of a newsletter of links in English.
fn pages() -> Vec<File> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = ["src/source/sample", "tests/cases/a-newsletter-in-english/issues"];
    let all = sources.into_iter().flat_map(|source| files(&find(&root.join(source))));
    all.filter(|file| file.path.ends_with(".html")).collect()
}

/// What a regular expression's first group finds.
fn captured<'a>(expression: &str, text: &'a str) -> Vec<&'a str> {
    let expression = Regex::new(expression).expect("the expression is right");
    expression.captures_iter(text).map(|found| found.get(1).expect("there is a group").as_str()).collect()
}

fn policy(page: &File) -> &str {
    let policies = captured(r#"<meta http-equiv="Content-Security-Policy" content="([^"]*)">"#, &page.text);
    let [policy] = policies.as_slice() else { panic!("{} has {} policies", page.path, policies.len()) };
    policy
}

/// The sources of a directive.
fn sources<'a>(policy: &'a str, directive: &str) -> Vec<&'a str> {
    let mut parts = policy.split(';').map(str::trim);
    parts
        .find_map(|part| part.strip_prefix(directive))
        .map(|rest| rest.split_whitespace().collect())
        .unwrap_or_default()
}

fn hashes(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))).collect()
}

#[test]
fn every_page_allows_its_own_style_and_script_and_nothing_else() {
    let pages = pages();
    assert!(pages.len() > 15, "the pages are gone");
    for page in &pages {
        let policy = policy(page);
        for directive in ["default-src", "base-uri", "form-action"] {
            assert_eq!(sources(policy, directive), ["'none'"], "{}: {policy}", page.path);
        }
        let styles = hashes(&captured("(?s)<style>(.*?)</style>", &page.text));
        let scripts = hashes(&captured("(?s)<script>(.*?)</script>", &page.text));
        assert_eq!(styles.len(), 1, "{}", page.path);
        assert_eq!(sources(policy, "style-src"), styles, "{}", page.path);
        assert_eq!(sources(policy, "script-src"), scripts, "{}", page.path);
        let fetches: &[&str] = if page.path == "search.html" { &["'self'"] } else { &[] };
        assert_eq!(sources(policy, "connect-src"), fetches, "{}: {policy}", page.path);
        assert_eq!(scripts.len(), fetches.len(), "only the search has a script: {}", page.path);
    }
}

#[test]
fn the_policy_comes_before_all_that_it_rules() {
    for page in pages() {
        let at = |mark| page.text.find(mark).unwrap_or(page.text.len());
        assert!(at("Content-Security-Policy") < at("<style").min(at("<link")).min(at("<script")), "{}", page.path);
    }
}

#[test]
fn no_page_holds_what_its_policy_refuses() {
    let attributes = r"<[a-zA-Z][^<>]*?\s((?:on\w+|style|srcset|background|ping)\s*=[^<>]*)>";
    let elements =
        "<((?:img|picture|audio|video|iframe|object|embed|base|script src|link rel=\"stylesheet\")\\b[^>]*)>";
    let own = Regex::new("(?s)<(style|script)>.*?</(style|script)>").expect("the expression is right");
    for page in pages() {
        let markup = own.replace_all(&page.text, "");
        for expression in [attributes, elements] {
            assert_eq!(captured(expression, &markup), [""; 0], "{}", page.path);
        }
    }
    let bad = "<h2 style=\"margin:0\">";
    assert_eq!(captured(attributes, bad).len(), 1, "the expression finds what it looks for");
}
