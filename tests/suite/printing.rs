//! What printing a feed's items does to a bot's memory, line by line.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use patchfeed::bot::{LineForm, Memory, Notice, Output, Printing, print_new};
use patchfeed::error::Error;
use patchfeed::reader;
use serde_json::value::RawValue;

use crate::Folder;

const TEXT: Printing<'_> = Printing { feed: "bpf", form: LineForm::Text, history: false, tries: 3, limit: usize::MAX };

/// A feed's items, of which the first is the newest.
fn items(names: &str) -> Vec<Box<RawValue>> {
    names
        .chars()
        .map(|name| {
            let item = format!(r#"{{"id":"urn:{name}","title":"{name}","url":"https://example.org/{name}"}}"#);
            RawValue::from_string(item).expect("it is JSON")
        })
        .collect()
}

/// A bot with its memory.
struct Bot {
    folder: Folder,
}

/// What a run of a bot did.
#[derive(Debug, Default)]
struct Run {
    /// The names of the items that were printed, in order.
    printed: String,
    /// What the user was told.
    notices: Vec<String>,
    error: Option<String>,
}

impl Bot {
    fn new(name: &str) -> Self {
        Self { folder: Folder::new(&format!("printing-{name}")) }
    }

    fn memory(&self) -> PathBuf {
        self.folder.path("seen")
    }

    /// The lines of the memory, without their checksums.
    fn lines(&self) -> Vec<String> {
        let text = fs::read_to_string(self.memory()).expect("there is a memory");
        text.lines().skip(1).map(|line| line.rsplit_once(' ').map_or(line, |(words, _)| words).to_owned()).collect()
    }

    fn print(&self, printing: Printing<'_>, names: &str) -> Run {
        let mut stream = Vec::new();
        let mut run = self.print_to(printing, names, Output::Stream(&mut stream));
        let lines = String::from_utf8(stream).expect("lines are text");
        run.printed = lines.lines().filter_map(|line| line.chars().next()).collect();
        run
    }

    /// Prints to a command, which fails for the items that `failing` names.
    fn exec(&self, printing: Printing<'_>, names: &str, failing: &str) -> Run {
        let command = format!(
            "read name rest; case $name in [{failing}]) exit 3;; esac; echo $name >> {}",
            self.folder.path("out").display()
        );
        self.exec_command(printing, names, &command)
    }

    fn exec_command(&self, printing: Printing<'_>, names: &str, command: &str) -> Run {
        self.folder.write("out", "");
        let mut run = self.print_to(printing, names, Output::Command { command, timeout: Duration::from_secs(9) });
        run.printed = fs::read_to_string(self.folder.path("out")).expect("it is there").lines().collect();
        run
    }

    fn print_to(&self, printing: Printing<'_>, names: &str, out: Output<'_>) -> Run {
        let mut run = Run::default();
        let printed: Result<(), Error> = Memory::open(&self.memory(), false).and_then(|mut memory| {
            print_new(&printing, &items(names), &mut memory, out, &mut |notice| {
                let (Notice::Passed(words) | Notice::Damage(words)) = notice;
                run.notices.push(words.to_owned());
            })
        });
        run.error = printed.err().map(|err| err.to_string());
        run
    }
}

const HISTORY: Printing<'_> = Printing { history: true, ..TEXT };

#[test]
fn a_memory_holds_a_line_for_each_feed_and_item() {
    let bot = Bot::new("lines");
    assert_eq!(bot.print(TEXT, "ba").printed, "");
    assert_eq!(bot.lines(), ["feed bpf 2", "= urn:a bpf", "= urn:b bpf"]);
    assert_eq!(bot.print(TEXT, "dcba").printed, "cd");
    assert_eq!(bot.lines()[3..], ["+ urn:c", "+ urn:d"]);
    let all = Printing { feed: "all", ..TEXT };
    assert_eq!(
        bot.print(all, "edcba").printed,
        "",
        "c and d were printed, a, b and e are passed by for this feed as well"
    );
    assert_eq!(bot.lines()[5..], ["feed all 3", "= urn:a all", "= urn:b all", "= urn:e all"]);
    assert_eq!(bot.print(TEXT, "edcba").printed, "e", "what one feed passed by, another may print");
    assert_eq!(
        bot.print(TEXT, "ffedcba").printed,
        "f",
        "a document that changed while it was read may hold an item twice"
    );
    let memory = fs::read(bot.memory()).expect("it is there");
    let copy = fs::read(bot.folder.path("seen.copy")).expect("it is there");
    assert!(copy.starts_with(b"patchfeed memory 2\n") && memory.starts_with(b"patchfeed memory 2\n"));
    bot.print(TEXT, "ffedcba");
    assert_eq!(fs::read(bot.memory()).expect("it is there"), memory, "a run with nothing new writes nothing");
}

#[test]
fn ids_are_one_word_in_a_line() {
    let bot = Bot::new("words");
    let spaced = vec![
        RawValue::from_string(r#"{"id":"a b%","title":"a","url":"https://example.org/a"}"#.to_owned())
            .expect("it is JSON"),
    ];
    for printed in ["a https://example.org/a\n", ""] {
        let mut stream = Vec::new();
        let mut memory = Memory::open(&bot.memory(), true).expect("it opens");
        print_new(&HISTORY, &spaced, &mut memory, Output::Stream(&mut stream), &mut |_| {}).expect("nothing fails");
        assert_eq!(String::from_utf8(stream).expect("it is text"), printed);
    }
    assert_eq!(bot.lines(), ["feed bpf 0", "+ a%20b%25"]);
}

#[test]
fn the_first_time_is_told_and_so_is_a_gap() {
    let bot = Bot::new("notices");
    assert_eq!(bot.print(TEXT, "").notices, [""; 0]);
    assert_eq!(bot.print(TEXT, "").notices, [""; 0], "a feed without items has no gap");
    assert_eq!(bot.print(TEXT, "a").notices, [""; 0], "nor has its first issue");
    let bot = Bot::new("notices-one");
    assert!(bot.print(TEXT, "a").notices[0].contains("its only item so far was passed by"));
    assert_eq!(bot.print(TEXT, "a").notices, [""; 0]);
    assert_eq!(bot.print(TEXT, "cba").notices, [""; 0]);
    assert!(bot.print(TEXT, "fed").notices[0].contains("there may be older items"));
    let bot = Bot::new("notices-many");
    assert!(bot.print(TEXT, "ba").notices[0].contains("the 2 items that it holds already were passed by"));
    let history = bot.print(Printing { feed: "all", ..HISTORY }, "c");
    assert_eq!((history.printed.as_str(), history.notices.len()), ("c", 0));
    let gap = bot.print(Printing { feed: "all", ..TEXT }, "d");
    assert_eq!(
        (gap.printed.as_str(), gap.notices.len()),
        ("d", 0),
        "a feed whose history was printed passed nothing by"
    );
}

#[test]
fn failures_are_counted_in_the_line_of_the_item() {
    let bot = Bot::new("failures");
    for (failures, error) in [("1", "(1 of 3 tries)"), ("2", "(2 of 3 tries)")] {
        let run = bot.exec(HISTORY, "cba", "b");
        assert_eq!(run.printed, if failures == "1" { "a" } else { "" });
        assert!(run.error.is_some_and(|words| {
            words.contains(&format!("\"b\": exit status 3; the next run tries it again {error}"))
        }));
        assert_eq!(bot.lines(), ["feed bpf 0", "+ urn:a", &format!("{failures} urn:b"), "0 urn:c"]);
    }
    let aside = bot.exec(HISTORY, "cba", "b");
    assert_eq!((aside.printed.as_str(), &bot.lines()[2..]), ("c", &["3 urn:b", "+ urn:c"].map(str::to_owned)[..]));
    assert!(aside.error.is_some_and(|words| words.contains("it is set aside: later items go first")));
    for _ in 0..2 {
        assert_eq!(bot.exec(HISTORY, "dcba", "bd").printed, "");
    }
    assert_eq!(bot.lines()[2..], ["3 urn:b", "+ urn:c", "2 urn:d"], "what is set aside waits for what is not");
    assert_eq!(bot.exec(HISTORY, "dcba", "").printed, "db", "it goes last");
    assert_eq!(bot.exec(HISTORY, "dcba", "").printed, "");
    assert_eq!(bot.lines()[2..], ["+ urn:b", "+ urn:c", "+ urn:d"]);
}

#[test]
fn a_count_of_failures_stays_a_digit() {
    let bot = Bot::new("digit");
    let often = Printing { tries: 9, ..HISTORY };
    for _ in 0..8 {
        bot.exec(often, "a", "a");
    }
    assert_eq!(bot.lines()[1..], ["8 urn:a"]);
    assert_eq!(bot.exec(often, "ba", "a").printed, "b");
    assert_eq!(bot.lines()[1..], ["9 urn:a", "+ urn:b"]);
    bot.exec(often, "ba", "a");
    assert_eq!(bot.lines()[1..], ["9 urn:a", "+ urn:b"]);
}

#[test]
fn an_output_that_fails_is_not_the_item() {
    let bot = Bot::new("outage");
    let once = Printing { tries: 1, ..HISTORY };
    let run = bot.exec_command(once, "cba", "exit 127");
    assert!(
        run.error
            .is_some_and(|words| words.contains("there is no such command") && words.contains("before all later ones"))
    );
    assert!(
        bot.exec_command(once, "cba", "exit 126")
            .error
            .is_some_and(|words| words.contains("can't be run (exit status 126)"))
    );
    assert!(bot.exec_command(once, "cba", "kill -9 $$").error.is_some_and(|words| words.contains("signal: 9")));
    assert_eq!(bot.lines()[1..], ["0 urn:a", "0 urn:b", "0 urn:c"], "nothing was held against any of them");
    let two = bot.exec(once, "cba", "ab");
    assert!(
        two.error.is_some_and(|words| words.contains("with \"a\"") && words.contains("before all later ones")),
        "two in a row"
    );
    assert_eq!(bot.lines()[1..], ["0 urn:a", "0 urn:b", "0 urn:c"]);
    let last = bot.exec(once, "a", "a");
    assert!(
        last.error.is_some_and(|words| words.ends_with("exit status 3; the next run tries it again")),
        "no later one tells"
    );
    let aside = bot.exec(once, "cba", "ac");
    assert_eq!(
        (aside.printed.as_str(), &bot.lines()[1..]),
        ("b", &["1 urn:a", "+ urn:b", "0 urn:c"].map(str::to_owned)[..])
    );
    let gone = bot.exec_command(once, "cba", "read name rest; case $name in c) ;; *) exit 127;; esac");
    assert!(gone.error.is_some_and(|words| words.contains("the next run tries again what is set aside")));
}

#[test]
fn several_that_are_set_aside_are_counted() {
    let bot = Bot::new("aside");
    let once = Printing { tries: 1, ..HISTORY };
    assert!(
        bot.exec(once, "fedcba", "ace")
            .error
            .is_some_and(|words| words.contains("it is set aside, as are 2 others: later"))
    );
    assert!(
        bot.exec(once, "fedcba", "ae")
            .error
            .is_some_and(|words| words.contains("it is set aside, as is another: later"))
    );
    assert!(bot.exec(once, "fedcba", "").error.is_none());
}

#[test]
fn a_command_that_takes_too_long_is_ended() {
    let bot = Bot::new("slow");
    let slow = Output::Command { command: "sleep 9", timeout: Duration::from_millis(100) };
    let error = bot.print_to(HISTORY, "a", slow).error;
    assert!(error.is_some_and(|words| words.contains("the command was ended after 0 s")));
    let quick = Output::Command { command: "sleep 0.1", timeout: Duration::from_secs(9) };
    assert!(bot.print_to(HISTORY, "a", quick).error.is_none());
}

#[test]
fn a_memory_is_read_as_far_as_it_is_whole() {
    let bot = Bot::new("whole");
    bot.print(TEXT, "a");
    bot.print(TEXT, "cba");
    let whole = fs::read_to_string(bot.memory()).expect("it is there");
    let copy = fs::read(bot.folder.path("seen.copy")).expect("it is there");
    let [header, feed, passed, b, c] = whole.split_inclusive('\n').collect::<Vec<_>>()[..] else { panic!("{whole}") };
    let damaged = "this memory was damaged";
    let cut = "the end of this memory was cut short";
    for (what, memory, notice) in [
        ("a whole one", whole.clone(), None),
        ("a line cut short", format!("{whole}0 urn:d"), Some(cut)),
        ("a hole at the end that a disk left", format!("{whole}\0\0\n"), Some(cut)),
        ("a line of another kind", format!("{whole}words\n"), Some(damaged)),
        ("a hole", format!("{header}{feed}{passed}\0\0\n{b}{c}"), Some(damaged)),
        ("no passed item", format!("{header}{feed}{b}{c}"), Some(damaged)),
        ("another feed first", format!("{header}{feed}{feed}{passed}{b}{c}"), Some(damaged)),
        ("an item less", format!("{header}{feed}{passed}{b}"), Some(damaged)),
        ("an empty line", format!("{whole}\n"), Some(damaged)),
        ("a wrong checksum", whole.replace("urn:b", "urn:x"), Some(damaged)),
        ("a short checksum", format!("{}\n{c}", &whole[..whole.len() - c.len() - 2]), Some(damaged)),
        ("no header", format!("{feed}{passed}{b}{c}"), Some(damaged)),
    ] {
        bot.folder.write("seen", memory);
        bot.folder.write("seen.copy", &copy);
        let run = bot.print(TEXT, "dcba");
        assert_eq!((run.error.as_deref(), run.printed.as_str()), (None, "d"), "{what}");
        assert_eq!(run.notices.len(), usize::from(notice.is_some()), "{what}");
        assert!(run.notices.iter().all(|words| notice.is_some_and(|notice| words.contains(notice))), "{what}");
        let next = bot.print(TEXT, "dcba");
        assert_eq!((next.printed.as_str(), next.notices.len()), ("", 0), "{what}: mended");
    }
    for (what, memory) in [
        ("a wrong checksum", whole.replace("urn:b", "urn:x")),
        ("no passed item", format!("{header}{feed}{b}{c}")),
        ("a line of another kind", format!("{header}words\n{feed}{passed}{b}{c}")),
    ] {
        bot.folder.write("seen", memory);
        let _ = fs::remove_file(bot.folder.path("seen.copy"));
        let run = bot.print(TEXT, "dcba");
        assert!(
            run.error.is_some_and(|words| words.contains("and so is the copy beside it")),
            "{what}, without its copy"
        );
        assert_eq!(run.printed, "", "{what}");
    }
}

#[test]
fn the_beginning_of_a_feed_that_was_cut_off_is_made_again() {
    let bot = Bot::new("beginning");
    bot.print(Printing { feed: "all", ..TEXT }, "b");
    bot.print(TEXT, "cba");
    let whole = fs::read_to_string(bot.memory()).expect("it is there");
    let cut = whole.trim_end().rfind('\n').expect("there are lines") + 1;
    for memory in [&whole[..cut], &whole[..cut + 9]] {
        bot.folder.write("seen", memory);
        fs::remove_file(bot.folder.path("seen.copy")).expect("it is there");
        let run = bot.print(TEXT, "dcba");
        assert_eq!(run.printed, "", "nothing was printed since, so it is the first time");
        assert!(
            run.notices[0].contains("was cut short") && run.notices[1].contains("the 4 items"),
            "{:?}",
            run.notices
        );
        let passed = ["a", "b", "c", "d"].map(|name| format!("= urn:{name} bpf"));
        assert_eq!(
            bot.lines(),
            [&["feed all 1", "= urn:b all", "feed bpf 4"].map(str::to_owned)[..], &passed].concat()
        );
    }
}

#[test]
fn a_memory_of_an_older_version_is_read_on_and_nothing_else_is() {
    let bot = Bot::new("older");
    bot.folder.write("seen", "feed all\nfeed bpf\nurn:a\nurn:b bpf\nurn:c all\n");
    let run = bot.print(TEXT, "dcba");
    assert_eq!((run.error, run.notices.len(), run.printed.as_str()), (None, 0, "cd"));
    assert_eq!(bot.print(Printing { feed: "all", ..TEXT }, "dcba").printed, "b");
    assert_eq!(bot.print(TEXT, "dcba").printed, "");
    for (what, memory) in [
        ("prose", "some words of mine\n"),
        ("words alone", "urn:a\n"),
        ("three words", "feed bpf\na b c\n"),
        ("a hole", "feed bpf\n\0\nurn:a\n"),
    ] {
        let other = Bot::new("other");
        other.folder.write("seen", memory);
        assert!(
            other.print(TEXT, "a").error.is_some_and(|words| words.contains("patchfeed didn't write this file")),
            "{what}"
        );
        assert_eq!(fs::read_to_string(other.memory()).expect("it is there"), memory, "{what}");
    }
}

#[test]
fn a_copy_that_lags_behind_is_written_again_and_one_that_does_not_is_left() {
    let bot = Bot::new("lagging");
    let copy = bot.folder.path("seen.copy");
    bot.print(TEXT, "a");
    let old = fs::read(&copy).expect("it is there");
    bot.print(TEXT, "ba");
    let new = fs::read(&copy).expect("it is there");
    fs::write(&copy, &old).expect("it can be written");
    assert_eq!(bot.print(TEXT, "ba").printed, "");
    assert_eq!(fs::read(&copy).expect("it is there"), new);
    let written = fs::metadata(&copy).and_then(|now| now.modified()).expect("the system tells times");
    bot.print(TEXT, "ba");
    assert_eq!(fs::metadata(&copy).and_then(|now| now.modified()).expect("the system tells times"), written);
}

#[test]
fn a_copy_is_patchfeeds_or_left_alone() {
    let bot = Bot::new("copies");
    for (what, copy, is_left) in [
        ("somebody's notes", "my notes\n", true),
        ("a copy cut short", "patchfeed memory 2\nfeed", false),
        ("a hole that a disk left", "\0\0\0\0", false),
        ("nothing", "", false),
    ] {
        let _ = fs::remove_file(bot.memory());
        bot.folder.write("seen.copy", "");
        fs::remove_file(bot.folder.path("seen.copy")).expect("it is there");
        bot.print(TEXT, "a");
        bot.folder.write("seen.copy", copy);
        let run = bot.print(TEXT, "ba");
        assert_eq!(run.error.is_some_and(|words| words.contains("move it away")), is_left, "{what}");
        let now = fs::read_to_string(bot.folder.path("seen.copy")).expect("it is there");
        assert_eq!((now == copy, run.printed.as_str()), (is_left, if is_left { "" } else { "b" }), "{what}");
    }
    fs::remove_file(bot.folder.path("seen.copy"))
        .and_then(|()| fs::create_dir(bot.folder.path("seen.copy")))
        .expect("a folder can be made");
    assert!(bot.print(TEXT, "cba").error.is_some_and(|words| words.contains("seen.copy: this is a folder")));
}

/// The line of an item in a form.
fn line(form: LineForm, item: &str) -> String {
    let folder = Folder::new("printing-forms");
    let items = [RawValue::from_string(item.to_owned()).expect("it is JSON")];
    let mut memory = Memory::open(&folder.path("seen"), false).expect("it opens");
    let mut stream = Vec::new();
    print_new(&Printing { form, ..HISTORY }, &items, &mut memory, Output::Stream(&mut stream), &mut |_| {})
        .expect("it prints");
    String::from_utf8(stream).expect("it is text")
}

#[test]
fn an_item_is_a_line_of_json_of_text_or_of_markdown() {
    let listed = r#"{"id":"a","title":"a_b <c>","url":"https://example.org/","_patchfeed":{"sections":["mm","fs"]}}"#;
    let other = r#"{"id":"a","title":"a_b <c>","url":"https://example.org/"}"#; // as another program writes it
    for (form, item, expected) in [
        (LineForm::Json, listed, listed),
        (LineForm::Text, listed, "[mm, fs] a_b <c> https://example.org/"),
        (LineForm::Text, other, "a_b <c> https://example.org/"),
        (LineForm::Markdown, listed, "**[a\\_b \\<c\\>](<https://example.org/>)** · mm, fs"),
        (LineForm::Markdown, other, "**[a\\_b \\<c\\>](<https://example.org/>)**"),
    ] {
        assert_eq!(line(form, item), format!("{expected}\n"));
    }
}

/// How many items a feed has that is read from these files; or what was wrong.
fn count(files: &[(&str, &str)]) -> Result<Option<usize>, String> {
    let read = |path: &str| Ok(files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned()));
    reader::of_site("bpf", &read).map(|feed| feed.map(|feed| feed.items.len())).map_err(|err| err.to_string())
}

#[test]
fn a_feed_is_read_with_its_archives() {
    let newest = r#"{"feed_url":"https://example.org/bpf.json","next_url":"https://example.org/archive/bpf/1.json","items":[{},{}]}"#;
    let oldest = r#"{"feed_url":"https://example.org/archive/bpf/1.json","items":[{}]}"#;
    let circle = r#"{"feed_url":"https://example.org/archive/bpf/1.json","next_url":"https://example.org/bpf.json","items":[{}]}"#;
    let away = r#"{"feed_url":"https://example.org/bpf.json","next_url":"https://example.com/1.json","items":[{}]}"#;
    assert_eq!(count(&[]), Ok(None));
    assert_eq!(count(&[("bpf.json", newest), ("archive/bpf/1.json", oldest)]), Ok(Some(3)));
    assert_eq!(
        count(&[("bpf.json", newest), ("archive/bpf/1.json", circle)]),
        Ok(Some(3)),
        "a circle ends where it began"
    );
    assert_eq!(count(&[("bpf.json", away)]), Ok(Some(1)), "another site's documents are none of this one's");
    assert_eq!(
        count(&[("bpf.json", newest)]),
        Err("archive/bpf/1.json: this archive is missing; build the site again".to_owned())
    );
    assert!(count(&[("bpf.json", "[]")]).is_err_and(|words| words.starts_with("bpf.json: this isn't a JSON Feed")));
}
