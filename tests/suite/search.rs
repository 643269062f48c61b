//! The index that the search page reads, taken apart as its script does.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use crate::{files, find, json_items, real_issues, text, texts};

/// An index, and its words by the places of their entries.
struct Index {
    json: Value,
    words: BTreeMap<String, Vec<usize>>,
}

impl Index {
    fn of(text: &str) -> Self {
        let json: Value = serde_json::from_str(text).expect("the index is JSON");
        let (mut words, mut before) = (BTreeMap::new(), String::new());
        let places = json["places"].as_str().expect("it is text").split_whitespace().map(places);
        for (word, places) in json["words"].as_str().expect("it is text").split_whitespace().zip(places) {
            let shared = word[..1].parse().expect("a word begins with a digit");
            before = before.chars().take(shared).chain(word[1..].chars()).collect();
            words.insert(before.clone(), places);
        }
        Self { json, words }
    }

    fn column(&self, name: &str) -> Vec<String> {
        let values = self.json[name].as_array().expect("a column is an array").iter();
        values.map(|value| value.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The titles of the entries that have a word.
    fn titles(&self, word: &str) -> Vec<String> {
        let titles = self.column("titles");
        self.words.get(word).into_iter().flatten().map(|place| titles[*place].clone()).collect()
    }
}

fn places(digits: &str) -> Vec<usize> {
    let (mut places, mut next, mut number) = (Vec::new(), 0, 0);
    for digit in digits.bytes().map(usize::from) {
        if digit >= 93 {
            number = number * 34 + digit - 93;
        } else {
            next += number * 57 + digit - 35 + 1;
            places.push(next - 1);
            number = 0;
        }
    }
    places
}

const ISSUE: &str = "---\ndate: 2024-01-01 10:00:00 +0800\n---\n### RISC-V\n\n\
    **[v2: riscv: KVM: one](http://lore.kernel.org/linux-riscv/1@rivosinc.com/)**\n\n\
    > The dirty ring of 4096 pages, as commit 1a2b3c4d5e has it. KVM uses the ring.\n\n\
    **[二号：内核补丁](https://example.org/a)**\n\n> 调度器的改动，见 eBPF 文档。\n\n\
    ### BPF\n\n**[v1: three](http://lore.kernel.org/bpf/3%2B3@example.com/)**\n";

#[test]
fn a_word_of_a_text_leads_to_its_entries() {
    let files = files(&texts(&[("issues/rvlwn-7.md", ISSUE)]));
    let index = Index::of(text(&files, "search.json"));
    assert_eq!(index.titles("dirty"), ["v2: riscv: KVM: one"]);
    assert_eq!(
        index.titles("调度"),
        ["二号：内核补丁"],
        "what is written without spaces is found by every two characters"
    );
    assert_eq!(index.titles("ebpf"), ["二号：内核补丁"], "case doesn't count");
    for word in ["the", "kvm", "4096", "1a2b3c4d5e"] {
        assert_eq!(index.titles(word), [""; 0], "{word}: common, in the title, a number, a hash");
    }
}

#[test]
fn the_index_says_what_the_filters_look_at() {
    let files = files(&texts(&[("issues/rvlwn-7.md", ISSUE)]));
    let Index { json, .. } = Index::of(text(&files, "search.json"));
    let issues = r#"[{"day":"2024-01-01","en":"Issue 7","entries":3,"slug":"7","zh":"第 7 期"}]"#;
    assert_eq!(json["issues"].to_string(), issues);
    for (column, expected) in [
        ("sections", r#"["riscv","bpf"]"#),
        ("section", "[[0],[0],[1]]"),
        ("lists", r#"["linux-riscv","bpf"]"#),
        ("list", "[1,0,2]"),
        ("organisations", r#"["rivosinc.com","example.com"]"#),
        ("organisation", "[1,0,2]"),
        ("kinds", r#"["patch"]"#),
        ("kind", "[1,0,1]"),
        ("version", "[2,0,1]"),
    ] {
        assert_eq!(json[column].to_string(), expected, "{column}");
    }
}

/// The sites of the sample, of a newsletter of links, and of the real issues where they are at hand.
fn sites() -> Vec<Vec<crate::File>> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = ["src/source/sample", "tests/cases/a-newsletter-in-english/issues"].map(|source| root.join(source));
    sources.into_iter().chain(real_issues::folder()).map(|source| files(&find(&source))).collect()
}

#[test]
fn every_entry_is_in_the_index_with_its_address_and_its_place_on_a_page() {
    for files in sites() {
        let index = Index::of(text(&files, "search.json"));
        let mut found = BTreeSet::new();
        let mut rows = index.column("titles").into_iter().zip(index.column("addresses")).enumerate();
        for issue in index.json["issues"].as_array().expect("it is an array") {
            let page = text(&files, &format!("issue/{}.html", issue["slug"].as_str().expect("it is text")));
            let entries = usize::try_from(issue["entries"].as_u64().expect("it is a number")).expect("it is small");
            for (place, (title, address)) in rows.by_ref().take(entries) {
                let anchor = match index.json["anchors"][place.to_string()].as_str() {
                    Some(anchor) => anchor.to_owned(),
                    None => anchor_of(&address),
                };
                assert!(page.contains(&format!("id=\"{anchor}\"")), "{title}: {anchor}");
                found.insert((title, address_of(&index, place, &address)));
            }
        }
        let archives =
            files.iter().filter(|file| file.path.starts_with("archive/all/") && file.path.ends_with(".json"));
        let items = archives.flat_map(|file| json_items(&file.text));
        let expected: BTreeSet<(String, String)> = items
            .map(|item| ["title", "url"].map(|field| item[field].as_str().expect("it is text").to_owned()).into())
            .collect();
        assert_eq!(expected.difference(&found).next(), None, "another section's issue may list it again");
    }
}

/// The place of an entry on its issue's page that follows from its Message-ID.
fn anchor_of(message_id: &str) -> String {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("mid:{message_id}").as_bytes());
    format!("_{}", &id.simple().to_string()[..10])
}

fn address_of(index: &Index, place: usize, address: &str) -> String {
    if address.starts_with("http") {
        return address.to_owned();
    }
    let list = index.json["list"][place].as_u64().expect("it is a number");
    let lists = index.column("lists");
    let list = list.checked_sub(1).map_or("all", |list| &lists[usize::try_from(list).expect("it is small")]);
    format!("https://lore.kernel.org/{list}/{address}/")
}

#[test]
fn an_entry_takes_few_bytes() {
    for files in sites() {
        let index = text(&files, "search.json");
        let entries = Index::of(index).column("titles").len();
        assert!(index.len() < 3000 + 250 * entries, "{} bytes for {entries} entries", index.len());
    }
}

#[test]
fn a_large_index_comes_by_years_the_newest_first() {
    let title = "word ".repeat(200);
    let issues: Vec<(String, String)> = (2021..2024)
        .map(|year| {
            let entry = |n: usize| format!("**[v1: {n} {title}](http://lore.kernel.org/bpf/{n}.{year}@x.com/)**\n\n");
            let entries: String = (0..900).map(entry).collect();
            (format!("issues/rvlwn-{}.md", year - 2020), format!("---\ndate: {year}-01-01\n---\n### BPF\n\n{entries}"))
        })
        .collect();
    let issues: Vec<(&str, &str)> = issues.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let files = files(&texts(&issues));
    assert!(text(&files, "search.html").contains("\"search/2023.json search/2022.json search/2021.json\""));
    assert!(files.iter().all(|file| file.path != "search.json"));
    for year in 2021..2024 {
        let index = Index::of(text(&files, &format!("search/{year}.json")));
        assert_eq!(index.column("titles").len(), 900, "{year}");
        assert_eq!(index.json["issues"][0]["day"].as_str().map(|day| &day[..4]), Some(year.to_string().as_str()));
    }
}
