//! Subject lines, at the limits of what is read of them.

use patchfeed::facts::subject::{Kind, Subject, parse};

fn prefixes(title: &str) -> Vec<String> {
    parse(title).prefixes().map(str::to_owned).collect()
}

#[test]
fn prefixes_are_words_that_name_code() {
    for (title, expected) in [
        ("v2: riscv: mm: a title", &["riscv", "mm"][..]),
        ("net/sched: cls_flower: a title", &["net/sched", "cls_flower"]),
        ("riscv, arm64: a title", &["riscv, arm64"]),
        ("arch/{arm,x86}: a title", &["arch/{arm,x86}"]),
        ("a title", &[]),
        ("so it is said: a title", &[]),          // prose
        ("riscv:a title", &[]),                   // a name in code
        (": a title", &[]),                       // nothing
        ("\"riscv\": a title", &[]),              // a quotation
        ("riscv: so it is: a title", &["riscv"]), // the title has begun
    ] {
        assert_eq!(prefixes(title), expected, "{title}");
    }
}

#[test]
fn trees_are_listed_once_and_never_fill_an_item() {
    assert_eq!(parse("[PATCH net-next bpf-next net-next] a title").trees, ["net-next", "bpf-next"]);
    let many: String = (1..=9).map(|n| format!(" 6.{n}-stable")).collect();
    let trees = parse(&format!("[PATCH{many}] a title")).trees;
    assert_eq!((trees.len(), trees[7].as_str()), (8, "6.8-stable"));
}

#[test]
fn the_name_of_a_branch_alone_asks_to_pull_it() {
    for (title, kind) in [
        ("drm-misc/next", Some(Kind::Pull)),
        ("v1: drm-misc/next", Some(Kind::Pull)),
        ("net/sched", None),            // a folder
        ("drm-misc/next/new", None),    // a path
        ("drm-misc/next.c", None),      // a file
        ("drm-misc/next is new", None), // a sentence about it
        ("drm-misc/next:new", None),    // a file in it
    ] {
        assert_eq!(parse(title).kind, kind, "{title}");
    }
}

#[test]
fn brackets_are_read_if_they_say_something_or_a_version_follows() {
    for (title, kind, version, trees, rest) in [
        ("[net] a title", None, None, "net", "a title"),
        ("[net thing] a title", None, None, "", "[net thing] a title"), // a thing of nets
        ("[list] v3: a title", Some(Kind::Patch), Some(3), "", "[list] a title"),
        ("[PATCH for stable] a title", Some(Kind::Patch), None, "stable", "a title"),
        ("[git pull] a title", Some(Kind::Pull), None, "", "a title"),
        ("[] a title", None, None, "", "[] a title"),
    ] {
        let Subject { kind: k, version: v, trees: t, rest: r, .. } = parse(title);
        assert_eq!((k, v, t.join(" ").as_str(), r.as_str()), (kind, version, trees, rest), "{title}");
    }
}
