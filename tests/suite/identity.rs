//! Which entries are one item, where no message tells.

use patchfeed::item::Item;

use crate::{read, texts};

const FIRST: &str = "2024-01-01-10-00-00-rvlwn-1.md";
const SECOND: &str = "2024-01-08-10-00-00-rvlwn-2.md";

/// An issue of patches with an entry for each link and text, all of one title.
fn patches(entries: &[(&str, &str)]) -> String {
    let mail = "**[v1: mail](http://lore.kernel.org/bpf/a@x/)**\n\n"; // makes it an issue of patches
    let entries = entries.iter().map(|(link, text)| format!("**[v1: title]({link})**\n\n> {text}\n\n"));
    format!("### BPF\n\n{mail}{}", entries.collect::<String>())
}

/// The ids of all items but the mail.
fn ids(issues: &[(&str, &str)]) -> Vec<String> {
    let read = read(&texts(issues));
    let others = read.items().filter(|item: &&Item| item.title == "v1: title");
    others.map(|item| item.id.to_string()).collect()
}

fn distinct(mut ids: Vec<String>) -> usize {
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}

#[test]
fn entries_of_one_title_are_told_apart_by_their_links_and_then_their_texts() {
    let page = "https://example.org/page";
    let issue =
        patches(&[(page, "one"), (page, "two"), (page, "three"), (page, "one"), ("https://example.org/other", "one")]);
    let ids_of_issue = ids(&[(FIRST, &issue)]);
    assert_eq!((ids_of_issue.len(), distinct(ids_of_issue.clone())), (4, 4), "the same text again is the same entry");
    assert_eq!(ids(&[(FIRST, &issue)]), ids_of_issue, "whenever it is read");
}

#[test]
fn a_page_that_two_issues_of_patches_list_is_two_items() {
    let issue = patches(&[("https://example.org/page", "one")]);
    assert_eq!(distinct(ids(&[(FIRST, &issue), (SECOND, &issue)])), 2, "it may say something else by then");
}

#[test]
fn a_page_that_two_newsletters_of_links_list_is_one_item() {
    let links = "# News\n\n## Tools\n\n- [v1: title](https://example.org/page?utm_source=a)\n- [Other](https://example.org/other)\n";
    let again = links.replace("utm_source=a", "utm_source=b");
    assert_eq!(ids(&[("2024-01-01-news-1.md", links), ("2024-01-08-news-2.md", &again)]).len(), 1);
    let other = links.replace("utm_source=a", "a=utm_b");
    assert_eq!(distinct(ids(&[("2024-01-01-news-1.md", links), ("2024-01-08-news-2.md", &other)])), 2);
}
