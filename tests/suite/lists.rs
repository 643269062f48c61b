//! How issues of links are split into entries, and how they are told from issues of patches: a table a rule, with both sides of each limit.

use crate::outline;

/// What an issue becomes whose section News, from line 3 on, is this: see [`outline`].
fn section(body: &str) -> Vec<String> {
    section_with(body, "")
}

fn section_with(body: &str, toml: &str) -> Vec<String> {
    issue(&format!("## News\n\n{body}"), toml)
}

fn issue(text: &str, toml: &str) -> Vec<String> {
    outline("2024-02-02-harbour-12.md", text, toml).lines().map(str::to_owned).collect()
}

/// The same beside a section that is a list of links.
fn among_links(body: &str) -> Vec<String> {
    let mut lines = issue(&format!("## News\n\n{body}\n\n## Others\n\n- [x](web:9)\n"), "");
    lines.retain(|line| line != "x <web:9>");
    lines
}

/// What a shape gives that the configuration forces on a section, in one line.
fn forced(body: &str, shape: &str) -> String {
    section_with(body, &format!("[site]\nshape = \"{shape}\"\n")).join("; ")
}

#[test]
fn an_issue_shows_what_it_lists() {
    // A link with a definition: an entry among links, passed by among bold links, and a mistake among patches.
    let probe = "\n\n## Probe\n\n[Probe][p] x\n\n[Probe][p]\n\n[p]: web:9";
    for (name, text, expected) in [
        ("2024-02-02-rvlwn-12.md", "", "patches"),
        ("12.md", "---\ntitle: RISC-V Linux 内核及周边技术动态第 12 期\ndate: 2024-02-02\n---", "patches"),
        ("12.md", "---\ndate: 2024-02-02\n---\n# RISC-V Linux 内核及周边技术动态第 12 期", "patches"),
        ("2024-02-02.md", "See RISC-V Linux 内核及周边技术动态", "links"),
        ("2024-02-02.md", "## A\n\n**[a](lore:1)**", "patches"),
        ("2024-02-02.md", "## A\n\n   **[a](lore:1)**", "patches"),
        ("2024-02-02.md", "## A\n\n    **[a](lore:1)**", "links"),
        ("2024-02-02.md", "## A\n\n- [b](web:2)\n\n**[a](lore:1)**", "patches"),
        ("2024-02-02.md", "## A\n\n- [a](lore:1)", "links"),
        ("2024-02-02.md", "## A\n\n**[a](web:1)**", "bold links"),
        ("2024-02-02.md", "## A\n\n**[a](web:1)**\n\n- [b](web:2)", "links"),
        ("2024-02-02.md", "## A\n\n**[a](web:1)**\n\n### [b](web:2)", "links"),
        ("2024-02-02.md", "## A\n\n**[a](web:1)**\n\n1、[b](web:2)", "links"),
        ("2024-02-02.md", "## A\n\n**[a](web:1)**\n\n[b](web:2)", "bold links"),
        ("2024-02-02.md", "## A\n\n**[a](web:1)**\n\n- see [b](web:2)", "bold links"),
        ("2024-02-02.md", "## A\n\n**[a](web:1)**\n\n- b", "bold links"),
        ("2024-02-02.md", "## A\n\n**[a](web:1)**\n\n    - [b](web:2)", "bold links"),
    ] {
        let lines = outline(name, &format!("{text}{probe}"), "");
        let kind = match () {
            () if lines.contains("Stray") => "patches",
            () if lines.contains("Probe <web:9>") => "links",
            () => "bold links",
        };
        assert_eq!(kind, expected, "{name}: {text}\n{lines}");
    }
}

#[test]
fn what_is_no_entry_among_bold_links_is_passed_by() {
    for (body, expected) in [
        ("Words.\n\n**[a](web:1)**\n\n> Quote.\n\nMore.", &["a <web:1> <p>Quote.</p> <p>More.</p>", "1 passed by"][..]),
        ("> Quote.\n\n---\n\n**[a](web:1)**", &["a <web:1>", "1 passed by"]),
        ("**[a](web:1)**\n\n<!-- **[b](web:2)** -->\n\n> Quote.", &["a <web:1> <p>Quote.</p>"]),
        ("**[a](web:1)**\n\n- 【b】（lore:2）", &["a <web:1>", "b <lore:2>", "5 FullWidth '【'"]),
        ("**[a](web:1)**\n\n**v1: bpf: b**", &["a <web:1> <p><strong>v1: bpf: b</strong></p>"]),
        ("**[a](web:1)**\n\nx **[b](web:2)**", &["a <web:1> <p>x <strong><a href=\"web:2\">b</a></strong></p>"]),
        ("l.org/1@x/)**\n\n> Quote.\n\n**[a](web:1)**", &["a <web:1>", "2 passed by"]),
        ("#### v2: x\n\n**[a](web:1)**", &["a <web:1>"]),
        ("##words\n\n**[a](web:1)**", &["a <web:1>", "1 passed by"]),
        ("**[a](web:1)\n\n**[b](web:2)**", &["a <web:1>", "b <web:2>", "3 Form ')'"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
    assert_eq!(issue("**[a](web:1)**", ""), ["a <web:1>"], "no section is needed");
}

#[test]
fn a_section_of_patches_may_be_a_list_of_links() {
    let issue = |body: &str, toml: &str| -> Vec<String> {
        let text = format!("### BPF\n\n**[v1: a](lore:1)**\n\n### 网络设备\n\n{body}");
        outline("2024-01-01-10-00-00-rvlwn-1.md", &text, toml).lines().skip(1).map(str::to_owned).collect()
    };
    for (body, expected) in [
        ("- [b](web:2)\n- [c](web:3)", &["b <web:2>", "c <web:3>"][..]),
        ("- [b](lore:2) words\n- [c](web:3)", &["b <lore:2> <p>words</p>", "c <web:3>"]),
        ("Words.\n\n- [b](web:2)\n- [c](web:3)", &["b <web:2>", "c <web:3>", "1 passed by"]),
        ("- b\n- c", &["7 Stray '- b'"]),
        ("- see [b](web:2)", &["see b <web:2>"]),
        ("[b](web:2)", &["7 Stray '[b](web:2)'"]),
        ("- b\n\n[c](web:3)", &["7 Stray '- b'", "9 Stray '[c](web:3)'"]),
        ("- [b](web:2)\n\n**[v1: c](lore:3)**", &["v1: c <lore:3>", "7 Stray '- [b](web:2)'"]),
        ("- [b](web:2)\n- [c](lore:3)", &["b <web:2>", "c <lore:3>"]),
        ("- [b](lore:2)\n- [c](web:3)", &["b <lore:2> <ul> <li><a href=\"web:3\">c</a></li> </ul>", "7 Form '- ['"]),
    ] {
        assert_eq!(issue(body, ""), expected, "{body}");
    }
    let forced = |body, shape| issue(body, &format!("[[section]]\nslug = \"net\"\nshape = \"{shape}\"\n"));
    assert_eq!(forced("[b](web:2)", "paragraph"), ["b <web:2>"]);
    assert_eq!(forced("- [b](web:2)", "bold"), ["7 Stray '- [b](web:2)'"]);
    assert_eq!(forced("- b\n\n[c](web:3)", "list"), ["9 LikeItem '[c](web:3)'", "2 passed by"]);
}

#[test]
fn an_item_is_an_entry_if_it_begins_with_a_link_and_in_a_list_if_it_has_one() {
    for (body, expected) in [
        ("- [a](web:1)\n- [b](web:2) words", &["a <web:1>", "b <web:2> <p>words</p>"][..]),
        ("- [a](web:1)\n- see [b](web:2) words", &["a <web:1>", "see b <web:2> <p>words</p>"]),
        ("- see [a](web:1)\n- [b](web:2)", &["see a <web:1>", "b <web:2>"]),
        ("- words\n- [b](web:2)", &["b <web:2>", "1 passed by"]),
        ("- [](web:1)\n- [b](web:2)", &["web:1 <web:1>", "b <web:2>"]),
        ("- []()\n- [b](web:2)", &["b <web:2>", "1 passed by"]),
        ("- [a]()\n- [b](web:2)", &["a", "b <web:2>", "3 NoTarget '- [a]()'"]),
        (
            "- [a](javascript:x)\n- [b](web:2)",
            &["a", "b <web:2>", "3 UnsafeLink(\"javascript\") '- [a](javascript:x)'"],
        ),
        (
            "- [a](https://exa%mple.org/)\n- [b](web:2)",
            &["a", "b <web:2>", "3 NoTarget '- [a](https://exa%mple.org/)'"],
        ),
        ("- [a](irc://example.org/)\n- [b](web:2)", &["a <ul> <li>a (irc://example.org/)</li> </ul>", "b <web:2>"]),
        ("- [a](a.html)\n- [b](web:2)", &["a", "b <web:2>"]),
        ("- [a](http://example.org/1)\n- [b](web:2)", &["a <http://example.org/1>", "b <web:2>"]),
        ("1. [a](web:1)\n2. [b](web:2)", &["a <web:1>", "b <web:2>"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn what_follows_the_only_item_of_a_list_is_about_it() {
    for (body, expected) in [
        ("- [a](web:1)\n\nWords.", &["a <web:1> <p>Words.</p>"][..]),
        ("- [a](web:1)\n\nWords.\n\n- [b](web:2)\n\nMore.", &["a <web:1> <p>Words.</p>", "b <web:2> <p>More.</p>"]),
        ("- [a](web:1)\n- [b](web:2)\n\nWords.", &["a <web:1>", "b <web:2>", "1 passed by"]),
        ("- [a](web:1)\n\n* [b](web:2)\n\nWords.", &["a <web:1>", "b <web:2> <p>Words.</p>"]),
        ("- [a](web:1)\n\n<!-- x -->\n\n- [b](web:2)\n\nWords.", &["a <web:1>", "b <web:2>", "1 passed by"]),
        ("- [a](web:1)\n\n<!-- x -->\n\nWords.", &["a <web:1> <p>Words.</p>"]),
        ("Words.\n\n<!-- x -->\n\n- [b](web:2)\n\nMore.", &["b <web:2> <p>More.</p>", "1 passed by"]),
        ("- [a](web:1)\n\n---\n\n<details>\n\nWords.", &["a <web:1> <p>Words.</p>"]),
        (
            "- [a](web:1)\n\nWords [b][c].\n\n{% tag %}\n\nMore.",
            &["a <web:1> <p>Words [b][c].</p> <p>More.</p>", "7 TemplateTag '{% tag %}'"],
        ),
        (
            "- [a](web:1)\n\n| b |\n|---|\n| c |",
            &["a <web:1> <table><thead><tr><th>b</th></tr></thead><tbody> <tr><td>c</td></tr> </tbody></table>"],
        ),
        ("- [a](web:1)\n\n- [ ] web:2\n\nWords.", &["a <web:1>", "web:2 <web:2>", "1 passed by"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn an_item_whose_link_is_broken_is_an_entry() {
    for (body, expected) in [
        ("- [a (web:1)\n- [b](web:2)", &["a <web:1>", "b <web:2>", "3 Item 'a (web:1)'"][..]),
        ("- 【a】（web:1）words\n- [b](web:2)", &["a <web:1> <p>words</p>", "b <web:2>", "3 Item 'a】（web:1）'"]),
        ("- a](web:1) words\n- [b](web:2)", &["a <web:1> <p>words</p>", "b <web:2>", "3 Item 'a](web:1)'"]),
        ("- a](web:1)\n\nWords.", &["a <web:1>", "3 Item 'a](web:1)'", "1 passed by"]),
        ("• a](web:1)\n\nWords.", &["a <web:1>", "3 Item 'a](web:1)'", "1 passed by"]),
        ("a](web:1)\n\nWords.", &["1 NoEntry '## News'", "2 passed by"]),
        ("### [a](web:1)\n\n- **b](web:2)**", &["b <web:2>", "5 Item 'b](web:2)**'"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
    assert_eq!(forced("- a](web:1)\n- [b](web:2)", "list"), "a <web:1>; b <web:2>; 3 Item 'a](web:1)'");
    assert_eq!(forced("- a](web:1)\n\n[b](web:2)", "paragraph"), "b <web:2>; 1 passed by");
}

#[test]
fn an_item_with_another_bullet_is_an_entry_where_the_section_is_a_list() {
    for (body, expected) in [
        ("-[a](web:1)\n-[b](web:2)", &["a <web:1>", "b <web:2>", "3 Item '-'", "4 Item '-'"][..]),
        ("• [a](web:1) words\n• [b](web:2)", &["a <web:1> <p>words</p>", "b <web:2>", "3 Item '•'", "4 Item '•'"]),
        (" • [a](web:1)\n\nWords.", &["a <web:1>", "3 Item '•'", "1 passed by"]),
        ("— [a](web:1)\n\nWords.", &["2 passed by"]),
        ("- [b](web:2)\n\n— [a](web:1)", &["b <web:2>", "a <web:1>", "5 Item '—'"]),
        (
            "**[b](web:2)**\n\n- x\n\n— [a](web:1)",
            &["b <web:2> <ul> <li>x</li> </ul> <p>— <a href=\"web:1\">a</a></p>"],
        ),
        (
            "**[b](web:2)**\n\n- x\n\n• [a](web:1)",
            &["b <web:2> <ul> <li>x</li> </ul> <p>• <a href=\"web:1\">a</a></p>"],
        ),
        ("### [b](web:2)\n\n• [a](web:1)", &["b <web:2> <p>• <a href=\"web:1\">a</a></p>"]),
    ] {
        assert_eq!(among_links(body), expected, "{body}");
    }
    assert_eq!(forced("• [a](web:1)", "list"), "a <web:1>; 3 Item '•'");
    assert_eq!(forced("• [a](web:1)", "heading"), "1 NoEntry '## News'; 1 passed by");
}

#[test]
fn a_bold_paragraph_is_an_entry_everywhere_and_a_link_alone_where_nothing_else_is() {
    for (body, expected) in [
        ("**[a](web:1)** words\n\nMore.", &["a <web:1> <p>words</p> <p>More.</p>"][..]),
        ("__[a](web:1)__ words", &["a <web:1> <p>words</p>"]),
        ("- [a](web:1)\n- [b](web:2)\n\n**[c](web:3)** words", &["a <web:1>", "b <web:2>", "c <web:3> <p>words</p>"]),
        ("- x\n\n*[a](web:1)* words", &["2 passed by"]),
        ("[a](web:1)\n\nWords.\n\n[b](web:2)", &["a <web:1> <p>Words.</p>", "b <web:2>"]),
        ("[a](web:1) and words", &["a and words <web:1> <p><a href=\"web:1\">a</a> and words</p>"]),
        ("— [a](web:1)", &["1 passed by"]),
        ("see [a](web:1)", &["see a <web:1> <p>see <a href=\"web:1\">a</a></p>"]),
        (
            "Words.\n\nSee [lamps](web:1). And more.",
            &["See lamps <web:1> <p>See <a href=\"web:1\">lamps</a>. And more.</p>", "1 passed by"],
        ),
        ("- x\n\nsee [a](web:1)", &["2 passed by"]),
        ("- [b](web:2)\n\n[a](web:1) (x)", &["b <web:2> <p><a href=\"web:1\">a</a> (x)</p>"]),
        ("1、[a](web:1) and words\n\nWords.", &["a <web:1> <p>and words</p> <p>Words.</p>"]),
        ("**[a](web:1)**\n\n[b](web:2)", &["a <web:1> <p><a href=\"web:2\">b</a></p>"]),
        ("1、[a](web:1) and words\n\n[b](web:2)", &["a <web:1> <p>and words</p> <p><a href=\"web:2\">b</a></p>"]),
        ("1、see [a](web:1)\n\n[b](web:2)", &["see a <web:1> <p><a href=\"web:2\">b</a></p>"]),
        ("1、see [a](web:1)\n\nWords.", &["see a <web:1> <p>Words.</p>"]),
        (
            "1、see [a](web:1) and words",
            &["1、see a and words <web:1> <p>1、see <a href=\"web:1\">a</a> and words</p>"],
        ),
        ("1、[a](web:1)\n\n[b](web:2)", &["a <web:1> <p><a href=\"web:2\">b</a></p>"]),
        ("- x\n\n**[b](web:2)**\n\n1、[a](web:1)", &["b <web:2>", "a <web:1>", "1 passed by"]),
    ] {
        assert_eq!(among_links(body), expected, "{body}");
    }
    let body = "- [a](web:1)\n\n**[b](web:2)**\n\n1、[c](web:3)\n\n[d](web:4)\n\n[e](web:5) and words";
    assert_eq!(
        forced(body, "bold"),
        "b <web:2> <p>1、<a href=\"web:3\">c</a></p> <p><a href=\"web:4\">d</a></p> <p><a href=\"web:5\">e</a> and words</p>; 1 passed by"
    );
    assert_eq!(
        forced(body, "paragraph"),
        "b <web:2>; c <web:3>; d <web:4> <p><a href=\"web:5\">e</a> and words</p>; 1 passed by"
    );
    assert_eq!(forced(body, "heading"), "1 NoEntry '## News'; 5 passed by");
    assert_eq!(forced("- see [a](web:1)", "list"), "see a <web:1>");
}

#[test]
fn a_link_that_looks_like_an_item_is_told() {
    for (body, expected) in [
        ("- [a](web:1)\n\n[b](web:2)", &["a <web:1>", "5 LikeItem '[b](web:2)'", "1 passed by"][..]),
        ("- [a](web:1)\n\n<!-- x -->\n\n[b](web:2)", &["a <web:1>", "7 LikeItem '[b](web:2)'", "1 passed by"]),
        ("• [a](web:1)\n\n[b](web:2)", &["a <web:1>", "3 Item '•'", "5 LikeItem '[b](web:2)'", "1 passed by"]),
        ("- [a](web:1)\n\nWords.\n\n[b](web:2)", &["a <web:1> <p>Words.</p> <p><a href=\"web:2\">b</a></p>"]),
        ("- [a](web:1)\n\n[b](web:2) and words", &["a <web:1> <p><a href=\"web:2\">b</a> and words</p>"]),
        ("**[x](web:3)**\n\n- y\n\n[b](web:2)", &["x <web:3> <ul> <li>y</li> </ul> <p><a href=\"web:2\">b</a></p>"]),
        ("- [a](web:1).\n[b](web:2)\n", &["a <web:1> <p><a href=\"web:2\">b</a></p>", "4 LikeItem '[b](web:2)'"]),
        ("- [a](web:1) \n[b](web:2)\n", &["a <web:1> <p><a href=\"web:2\">b</a></p>", "4 LikeItem '[b](web:2)'"]),
        ("- [a](web:1) and\n[b](web:2)\n", &["a <web:1> <p>and <a href=\"web:2\">b</a></p>"]),
        ("- [a](web:1).\nsee [b](web:2)\n", &["a <web:1> <p>see <a href=\"web:2\">b</a></p>"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn a_heading_is_an_entry_if_half_of_its_siblings_are_links_without_lists() {
    for (body, expected) in [
        (
            "### [a](web:1)\n\nWords.\n\n### [b](web:2)\n\n- More.",
            &["a <web:1> <p>Words.</p>", "b <web:2> <ul> <li>More.</li> </ul>"][..],
        ),
        ("### [a](web:1)\n\nWords.\n\n### Others\n\n- [b](web:2)", &["a <web:1> <p>Words.</p>", "b <web:2>"]),
        ("### [a](web:1)\n\n### B\n\n### C\n\n- [b](web:2)", &["b <web:2>"]),
        ("### see [a](web:1)\n\nWords.", &["see a <web:1> <p>Words.</p>"]),
        ("### see [a](web:1) and more\n\nWords.", &["1 NoEntry '## News'", "1 passed by"]),
        ("### [a](web:1) and more\n\nWords.", &["a <web:1> <p>and more</p> <p>Words.</p>"]),
        ("### [a](web:1)\n\n- [b](web:2)", &["b <web:2>"]),
        ("### [a](web:1)\n\n<!-- x -->\n\n- [b](web:2)", &["b <web:2>"]),
        ("### [a](web:1)\n\n- [ ] web:2", &["a <web:1> <ul> <li>[ ] web:2</li> </ul>"]),
        (
            "### [a](web:1)\n\nWords.\n\n- [b](web:2)\n- [c](web:3)",
            &["a <web:1> <p>Words.</p> <ul> <li><a href=\"web:2\">b</a></li> <li><a href=\"web:3\">c</a></li> </ul>"],
        ),
        (
            "### [a](web:1)\n\nWords.\n\n- [b](web:2)\n- [c](web:3)\n- [d](web:4)",
            &["b <web:2>", "c <web:3>", "d <web:4>", "1 passed by"],
        ),
        (
            "### [a](web:1)\n\nWords.\n\n- see [b](web:2)\n- [c](web:3)\n- [d](web:4)",
            &[
                "a <web:1> <p>Words.</p> <ul> <li>see <a href=\"web:2\">b</a></li> <li><a href=\"web:3\">c</a></li> <li><a href=\"web:4\">d</a></li> </ul>",
            ],
        ),
        (
            "### [a](web:1)\n\nWords.\n\n- [b](web:2)\n- [c](web:3)\n- [d](web:4)\n- x\n- y\n- z",
            &[
                "a <web:1> <p>Words.</p> <ul> <li><a href=\"web:2\">b</a></li> <li><a href=\"web:3\">c</a></li> <li><a href=\"web:4\">d</a></li> <li>x</li> <li>y</li> <li>z</li> </ul>",
            ],
        ),
        (
            "### [a](web:1)\n\nWords.\n\n- [b](web:2)\n- [c](web:3)\n- [d](web:4)\n- x\n- y",
            &["b <web:2>", "c <web:3>", "d <web:4>", "3 passed by"],
        ),
        ("### [a](web:1)\n\n- x\n- [b](web:2)", &["a <web:1> <ul> <li>x</li> <li><a href=\"web:2\">b</a></li> </ul>"]),
        (
            "### [a](web:1)\n\n#### [b](web:2)\n\nWords.\n\n### [c](web:3)",
            &["a <web:1> <h4><a href=\"web:2\">b</a></h4> <p>Words.</p>", "c <web:3>"],
        ),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn siblings_stand_on_one_level_under_one_heading() {
    for (text, expected) in [
        (
            "## A\n\n### [a](web:1)\n\n## B\n\n### C\n\n- [c](web:3)\n\n### D\n\n- [d](web:4)",
            &["a <web:1>", "c <web:3>", "d <web:4>"][..],
        ),
        (
            "## A\n\n### [a](web:1)\n\n#### B\n\n#### C\n\n### [d](web:4)",
            &["a <web:1> <h4>B</h4> <h4>C</h4>", "d <web:4>"],
        ),
        ("## [a](web:1)\n\n## [b](web:2)\n\n### C\n\n- [c](web:3)", &["a <web:1>", "b <web:2>", "c <web:3>"]),
        (
            "# T\n\n## A\n\n### [a](web:1)\n\n### B\n\n### C\n\n- [c](web:3)\n\n## D\n\n### [d](web:4)",
            &["c <web:3>", "d <web:4>"],
        ),
    ] {
        assert_eq!(issue(text, ""), expected, "{text}");
    }
    let text = "## A\n\n### [a](web:1)\n\n- [b](web:2)\n\n## B\n\n### [c](web:3)\n\n- [d](web:4)\n";
    let of_a = |shape: &str| issue(text, &format!("[[section]]\nslug = \"a\"\nshape = \"{shape}\"\n"));
    assert_eq!(of_a("heading"), ["a <web:1> <ul> <li><a href=\"web:2\">b</a></li> </ul>", "d <web:4>"]);
    assert_eq!(of_a("list"), ["b <web:2>", "d <web:4>"]);
}

#[test]
fn headings_are_meant_as_such_where_a_list_follows() {
    for (body, expected) in [
        ("##Tools\n\n- [a](web:1)\n- [b](web:2)", &["a <web:1>", "b <web:2>", "3 LooseHeading '##Tools'"][..]),
        ("##Tools\n\n<!-- x -->\n\n• [a](web:1)", &["a <web:1>", "3 LooseHeading '##Tools'", "7 Item '•'"]),
        ("##Tools\n\nWords.\n\n- [a](web:1)", &["a <web:1>", "2 passed by"]),
        ("#Tools\n\n- [a](web:1)", &["a <web:1>", "1 passed by"]),
        ("**Rust**\n\n- [a](web:1)", &["a <web:1>"]),
        ("##Tools", &["1 NoEntry '## News'", "1 passed by"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}
