//! Characters as readers see them, and the direction of writing.

use crate::{Folder, fields, json_items, patchfeed, read, stderr, texts};

/// The summary of an item whose mail is this.
fn summary(mail: &str) -> String {
    let issue = format!("### RISC-V\n\n**[v1: x](http://lore.kernel.org/linux-riscv/1@x/)**\n\n> {mail}\n");
    let read = read(&texts(&[("2024-01-01-10-00-00-rvlwn-1.md", &issue)]));
    read.items().next().expect("there is an item").summary.clone()
}

#[test]
fn a_summary_is_never_cut_within_a_character_as_readers_see_it() {
    for character in [
        "\u{1F1E8}\u{1F1F3}",                                           // a flag
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}", // a family
        "e\u{302}\u{303}",                                              // ễ
        "\u{1112}\u{1161}\u{11AB}",                                     // 한
        "\u{1F44D}\u{1F3FD}",                                           // a thumb with a colour
        "\u{915}\u{94D}\u{937}",                                        // a conjunct
    ] {
        for before in 480..500 {
            let summary = summary(&format!("{}{}", "a".repeat(before), character.repeat(20)));
            let shown = summary.trim_start_matches('a').trim_end_matches('…');
            assert_eq!(shown, character.repeat(shown.len() / character.len()), "{before} letters before");
            assert!(summary.chars().count() <= 500 && summary.ends_with('…'), "{summary}");
        }
    }
}

#[test]
fn a_letter_with_more_marks_than_a_summary_has_room_for_is_cut_all_the_same() {
    let summary = summary(&format!("e{}", "\u{301}".repeat(20_000)));
    assert_eq!(summary.chars().count(), 500);
}

#[test]
fn what_turns_the_direction_of_writing_ends_with_its_paragraph() {
    let folder = Folder::new("direction");
    folder.write(
        "issues/2024-01-01-10-00-00-rvlwn-1.md",
        "### RISC-V\n\n**[v1: a \u{202E}title](http://lore.kernel.org/linux-riscv/1@x/)**\n\n\
         > A mail that \u{202E}turns,\n> and\n>\n> goes on.\n\nEditors \u{2067}turn, too.\n\nAnd go on.\n",
    );
    let output = patchfeed(&folder.0, &["build", "issues", "--out", "site"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let items = json_items(&std::fs::read_to_string(folder.path("site/all.json")).expect("the feed is there"));
    let html = fields(&items, "content_html").concat();
    for paragraph in ["and\u{202C}</p>", "<p>goes on.</p>", "turn, too.\u{2069}</p>", "<p>And go on.</p>"] {
        assert!(html.contains(paragraph), "{html}");
    }
    for field in ["title", "summary"] {
        assert!(!fields(&items, field).concat().contains(['\u{202E}', '\u{2067}']), "{field}");
    }
}
