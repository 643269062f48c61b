//! What is neither an entry nor part of one is named by `check --passed-by`, with what would make entries of it.

use crate::{Folder, patchfeed, stderr, stdout};

/// Two issues with a section of a list that prose and a table stand before, a README, and a link that all issues have.
fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    for at in 1..=5 {
        let body = format!(
            "---\ntitle: Harbour Weekly #{at}\ndate: 2024-01-0{at}\n---\n\n## Pilot news\n\nThe pilots [have a boat](https://example.org/boat/{at}).\n\n\
             Nothing else.\n\n- [Rope {at}](https://example.org/rope/{at})\n- no link\n- [Archive](https://example.org/archive)\n",
        );
        folder.write(&format!("posts/{at}.md"), &body);
    }
    folder.write(
        "posts/README.md",
        "# Links\n\n## Others\n\n- [a](https://example.org/a)\n- [b](https://example.org/b)\n",
    );
    folder
}

#[test]
fn what_is_passed_by_is_named_with_its_section_its_places_and_what_to_do() {
    let folder = folder("passed-by");
    let brief = stdout(&patchfeed(&folder.0, &["check", "posts"]));
    assert!(brief.contains("22 blocks are no entry, and passed by (--passed-by shows them)\n"), "{brief}");
    let long = stdout(&patchfeed(&folder.0, &["check", "posts", "--passed-by"]));
    let (_, listed) = long.split_once("passed by:\n").expect("they are listed");
    let (listed, _) = listed.split_once("\n\nHarbour").or(listed.split_once("\n\nIssue")).unwrap_or((listed, ""));
    let expected = "
    Pilot news [pilot-news]: 5 paragraphs with a link
        posts/1.md:8, posts/2.md:8, posts/3.md:8, posts/4.md:8, posts/5.md:8
        to make entries of them, write to patchfeed.toml
        [[section]]
        slug = \"pilot-news\"
        headings = [\"Pilot news\"]
        shape = \"prose\"

    under no section: 2 links in files without a date or a number, which are no issues
        posts/README.md:5, :6
";
    assert!(listed.starts_with(expected), "{listed}");
    for line in [
        "    Pilot news [pilot-news]: 5 links that most issues have\n        posts/1.md:14,",
        "        [site]\n        frame = []",
        "    Pilot news [pilot-news]: 5 paragraphs without a link\n        posts/1.md:10,",
        "    Pilot news [pilot-news]: 5 list items without a link\n        posts/1.md:13,",
    ] {
        assert!(listed.contains(line), "{line}\n{listed}");
    }
}

#[test]
fn what_is_advised_makes_entries_of_it() {
    let folder = folder("passed-by-advice");
    let entries = |folder: &Folder| stdout(&patchfeed(&folder.0, &["list", "posts"])).lines().count();
    let before = entries(&folder);
    let said = stdout(&patchfeed(&folder.0, &["check", "posts", "--passed-by"]));
    let (_, advice) = said.split_once("write to patchfeed.toml\n").expect("there is advice");
    let lines: Vec<&str> = advice.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    folder.write("patchfeed.toml", &(lines.join("\n") + "\n"));
    assert_eq!(entries(&folder), before + 5, "the paragraphs are entries, and those of the list still are: {lines:?}");
    folder.write("patchfeed.toml", "[site]\nframe = []\n");
    assert_eq!(entries(&folder), before + 1, "so is the link to the archive, once");
}

#[test]
fn an_annotation_is_no_place_for_it() {
    let folder = folder("passed-by-format");
    let output = patchfeed(&folder.0, &["check", "posts", "--passed-by", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot be used with"), "{}", stderr(&output));
}
