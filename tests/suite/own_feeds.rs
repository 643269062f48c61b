//! Feeds of one's own.

use patchfeed::config;

use crate::{BASE, Folder, fields, json_items, patchfeed, stderr, stdout};

const ISSUE: &str = "### RISC-V\n\n\
    **[v2: riscv: KVM: one](http://lore.kernel.org/linux-riscv/1@rivosinc.com/)**\n\n> With words.\n\n\
    **[GIT PULL: riscv: kvm two](http://lore.kernel.org/linux-riscv/2@gmail.com/)**\n\n\
    ### BPF\n\n\
    **[v1: bpf-next: RFC: bpf: three](http://lore.kernel.org/bpf/3@rivosinc.com/)**\n\n\
    **[v10: bpf: four](http://lore.kernel.org/bpf/4@meta.com/)**\n\n";

fn folder(name: &str, config: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", ISSUE);
    folder.write("patchfeed.toml", config);
    folder
}

/// The last words of the titles that `list --match` prints.
fn listed(folder: &Folder, conditions: &str) -> String {
    let output = patchfeed(&folder.0, &["list", "issues", "--match", conditions]);
    assert!(output.status.success(), "{conditions}: {}", stderr(&output));
    stdout(&output).lines().filter_map(|line| line.rsplit(' ').next()).collect::<Vec<_>>().join(" ")
}

#[test]
fn conditions_are_those_of_the_documentation() {
    let folder = folder("conditions", "");
    for (conditions, expected) in [
        ("{}", "one two three four"),
        ("{ section = [\"riscv\"] }", "one two"),
        ("{ section = [\"riscv\", \"bpf\"] }", "one two three four"),
        ("{ title = \"KVM\" }", "one"),
        ("{ title = '(?i)\\bkvm\\b' }", "one two"),
        ("{ title = \"\" }", "one two three four"),
        ("{ kind = [\"pull\", \"rfc\"] }", "two three"),
        ("{ version = \">=2\" }", "one four"),
        ("{ version = \"1\" }", "three"),
        ("{ version = \"<10\" }", "one three"),
        ("{ organisation = [\"rivosinc.com\"] }", "one three"),
        ("{ tree = [\"bpf-next\"] }", "three"),
        ("{ list = [\"linux-riscv\"] }", "one two"),
        ("{ text = \"words\" }", "one"),
        ("{ organisation = [\"rivosinc.com\"], section = [\"bpf\"] }", "three"),
        ("{ not = { kind = [\"pull\"] } }", "one three four"),
        ("{ section = [\"riscv\"], not = { kind = [\"pull\"], title = \"nothing\" } }", "one two"),
    ] {
        assert_eq!(listed(&folder, conditions), expected, "{conditions}");
        assert!(config::conditions(conditions).is_ok());
    }
    for wrong in ["{ titel = \"x\" }", "{ title = \"(\" }", "{ version = \"new\" }", "{ kind = [\"letter\"] }", "x"] {
        assert_eq!(patchfeed(&folder.0, &["list", "issues", "--match", wrong]).status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn an_expression_that_would_fill_the_memory_is_refused_by_its_size() {
    let folder = folder("large-expression", "");
    let huge = "((a{100}){100}){10}";
    let output = patchfeed(&folder.0, &["list", "issues", "--match", &format!("{{ title = '{huge}' }}")]);
    assert!(stderr(&output).contains("this expression is too large"), "{}", stderr(&output));
    folder.write("patchfeed.toml", format!("[[feed]]\nslug = \"x\"\ntitle = \"x\"\nmatch = {{ text = '{huge}' }}\n"));
    let output = patchfeed(&folder.0, &["build", "issues"]);
    assert!(
        stderr(&output).contains("patchfeed.toml: ") && stderr(&output).contains("too large"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_feed_of_ones_own_is_a_feed_like_any_other() {
    let feed = "[[feed]]\nslug = \"mine\"\ntitle = \"Mine\"\nmatch = { organisation = [\"rivosinc.com\"] }\n\n\
        [[feed]]\nslug = \"empty\"\ntitle = \"Empty\"\nmatch = { version = \"99\" }\n";
    let folder = folder("own", feed);
    let output = patchfeed(&folder.0, &["build", "issues", "--out", "site", "--base-url", BASE]);
    assert!(output.status.success(), "{}", stderr(&output));
    let read =
        |path: &str| std::fs::read_to_string(folder.path("site").join(path)).unwrap_or_else(|_| panic!("{path}"));
    let titles = fields(&json_items(&read("mine.json")), "title");
    assert_eq!(titles, ["v2: riscv: KVM: one", "v1: bpf-next: RFC: bpf: three"]);
    assert_eq!(fields(&json_items(&read("archive/mine/1.json")), "title"), titles);
    assert_eq!(json_items(&read("mine-digest.json")).len(), 1);
    for path in ["mine.atom", "mine.rss", "mine.html", "empty.atom", "empty.rss", "empty.json", "empty.html"] {
        assert!(!read(path).is_empty(), "{path}");
    }
    assert!(!read("feeds.opml").contains("mine.atom"), "importing the list gives no item twice");
    assert!(read("index.html").contains("href=\"mine.atom\""));
}

#[test]
fn a_slug_that_clashes_is_an_error_before_anything_is_written() {
    for slug in ["riscv", "all", "x-digest", "Mine", ""] {
        let config = format!("[[feed]]\nslug = {slug:?}\ntitle = \"x\"\nmatch = {{}}\n");
        let folder = folder("clash", &config);
        let output = patchfeed(&folder.0, &["build", "issues", "--out", "site"]);
        assert_eq!(output.status.code(), Some(1), "{slug}");
        assert!(stderr(&output).starts_with("error: patchfeed.toml: [[feed]] "), "{}", stderr(&output));
        assert!(!folder.path("site").exists());
    }
}

#[test]
fn formats_and_windows_can_be_chosen() {
    let folder = folder("chosen", "formats = [\"rss\"]\n\n[window]\nissues = 1\nall = 1\n");
    folder.write(
        "issues/2024-01-08-10-00-00-rvlwn-2.md",
        "### BPF\n\n**[v1: five](http://lore.kernel.org/bpf/5@x.com/)**\n",
    );
    let output = patchfeed(&folder.0, &["build", "issues", "--out", "site"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let made: Vec<String> = crate::tree(&folder.path("site")).into_keys().collect();
    let is_other = |path: &&String| [".atom", ".json"].iter().any(|end| path.ends_with(end));
    assert_eq!(made.iter().filter(is_other).collect::<Vec<_>>(), ["search.json"], "which is no feed");
    let feed = std::fs::read_to_string(folder.path("site/all.rss")).expect("the feed is there");
    assert_eq!(feed.matches("<item>").count(), 1);
}
