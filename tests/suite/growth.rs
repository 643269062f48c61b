//! The work that a text makes grows as the text does, whatever is in it: instructions are counted, at two sizes.

use std::fmt::Write as _;
use std::process::Command;
use std::sync::Mutex;

use crate::Folder;

/// The most by which the work may grow when the text doubles.
const RATIO: f64 = 2.5;

/// A text of about so many bytes.
type Shape = fn(usize) -> String;

/// An entry of an issue of patches.
fn patch(n: usize) -> String {
    format!("**[title {n}](https://lore.kernel.org/x/{n}@a.org/)**\n\n")
}

/// The pieces that a function makes of 0, 1, 2 …, up to so many bytes.
fn many(length: usize, piece: fn(usize) -> String) -> String {
    let mut text = String::new();
    for piece in (0..length).map(piece) {
        if text.len() >= length {
            break;
        }
        text.push_str(&piece);
    }
    text
}

/// An issue of patches with something behind its first entry.
fn patches(text: &str) -> String {
    format!("## RISC-V\n\n{}{text}", patch(0))
}

/// An issue of links with something in its section.
fn links(text: &str) -> String {
    format!("# Links\n\n## News\n\n* [a](https://example.org/)\n\n{text}")
}

/// An issue of links, in a file of several.
fn issue(n: usize) -> String {
    format!("# Issue {n}\n\n* [a](https://example.org/{n})\n\n")
}

fn same_number(n: usize) -> String {
    format!(
        "# Issue 5 ({}-{:02}-{:02})\n\n* [a](https://example.org/{n})\n\n",
        2000 + n / 336,
        n / 28 % 12 + 1,
        n % 28 + 1
    )
}

fn version(n: usize) -> String {
    format!("**[v{}: a common subject line here](https://lore.kernel.org/x/{n}@a.org/)**\n\n", n % 999 + 1)
}

/// Code whose fences have other lengths each, one after the other, up to so many bytes.
fn fences(lengths: impl Iterator<Item = usize>, length: usize) -> String {
    let mut text = String::new();
    for marks in lengths {
        if text.len() >= length {
            break;
        }
        let _ = write!(text, "{}\n# h\n", "~".repeat(marks));
    }
    text
}

/// The beginnings of blocks that never end, each before a heading.
const OPEN: &str =
    "<!--\n# h\n<script>\n# h\n<style>\n# h\n<?\n# h\n<!X\n# h\n<![CDATA[\n# h\n<div>\n# h\n``` a\n# h\n~~~~ a\n# h\n";

const SHAPES: [(&str, Shape); 34] = [
    ("a long line, many issues", |n| format!("{}\n\n{}", "x".repeat(n / 2), many(n / 2, issue))),
    ("a long title, many issues", |n| format!("---\ntitle: {}\n---\n{}", "x ".repeat(n / 4), many(n / 2, issue))),
    ("a long address, many issues", |n| format!("---\nurl: /{}\n---\n{}", "x".repeat(n / 2), many(n / 2, issue))),
    ("issues of one number", |n| many(n, same_number)),
    ("open blocks", |n| patches(&OPEN.repeat(n / OPEN.len()))),
    ("open blocks among links", |n| links(&OPEN.repeat(n / OPEN.len()))),
    ("open comments among entries", |n| patches(&many(n, |n| format!("<!--\n# h\n{}", patch(n))))),
    ("open code, ever longer", |n| links(&fences(3.., n))),
    ("open code, ever shorter", |n| links(&fences((3..(2 * n).isqrt()).rev(), n))),
    ("comments with words behind them", |n| links(&("<!--\n# h\n".repeat(n / 9) + "--> words\n"))),
    ("code that reaches into sections", |n| patches(&"```\n\n## h\n".repeat(n / 10))),
    ("open code among quotes", |n| patches(&"``` a\n\n> q\n\n".repeat(n / 12))),
    ("open code among links", |n| links(&many(n, |n| format!("``` a\n- [a](https://example.org/{n})\n")))),
    ("headings without a space", |n| patches(&many(n, |n| format!("###RISC-V 架构{n}\n\n{}", patch(n))))),
    ("conflicts and tags", |n| patches(&"<<<<<<< a\n=======\n{{ a\n{{ b }}\n".repeat(n / 31))),
    ("comments and entries", |n| patches(&many(n, |n| format!("<!-- c -->\n\n{}", patch(n))))),
    ("entries in full-width marks", |n| patches(&many(n, |n| patch(n).replace('[', "【").replace('(', "（")))),
    ("entries in a line", |n| patches(&many(n, |n| patch(n).replace('\n', " ")))),
    ("quotes in full-width marks", |n| {
        patches(&"> a\n＞ b\n> **[c](https://lore.kernel.org/x/1@a.org/)**\n".repeat(n / 60))
    }),
    ("links in a line", |n| patches(&many(n, |n| format!("https://lore.kernel.org/x/{n}@a.org/ ")))),
    ("sections", |n| many(n, |n| format!("## s{n}\n\n* [a](https://example.org/{n})\n\n"))),
    ("a link in many sections", |n| many(n, |n| format!("## s{n}\n\n* [a](https://example.org/)\n\n"))),
    ("a long definition, many links", |n| {
        links(&format!(
            "{}\n[1]: https://example.org/{}\n",
            many(n / 2, |n| format!("* [a{n}][1]\n")),
            "x".repeat(n / 2)
        ))
    }),
    ("deep lists and blank lines", |n| links(&format!("* x\n  {}y\n{}z\n", "- ".repeat(n / 4), "\n".repeat(n / 2)))),
    ("nested pictures", |n| links(&format!("{}{}\n", "![".repeat(n / 6), "](u)".repeat(n / 6)))),
    ("numbered links", |n| links(&many(n, |n| format!("{}、[a](https://example.org/{n})\n", n % 999)))),
    ("brackets", |n| links(&format!("* {} [x](https://example.org/x)\n", "[".repeat(n)))),
    ("references", |n| links(&format!("* {} https://example.org/x\n", "&amp;".repeat(n / 5)))),
    ("a table of short rows", |n| {
        patches(&format!("{}|\n{}|\n{}", "|a".repeat(n / 6), "|-".repeat(n / 6), "|b\n".repeat(n / 9)))
    }),
    ("versions of one series", |n| patches(&many(n, version))),
    ("series of one subject", |n| {
        patches(&many(n, |n| format!("**[v1: a common subject line](https://lore.kernel.org/x/{n}@a{n}.org/)**\n\n")))
    }),
    ("broken entries", |n| patches(&"**[a\n\n".repeat(n / 6))),
    ("turns of the direction of writing", |n| {
        patches(&format!("{}> {}\n", patch(1), "\u{202B}\u{2067}\u{2069}".repeat(n / 9)))
    }),
    ("characters that XML forbids", |n| patches(&"\u{1}\n".repeat(n / 2))),
];

/// The length of the shorter text of each shape, in bytes.
const LENGTH: usize = 20_000;

#[test]
#[ignore = "takes minutes, since it counts instructions: `cargo test -- --ignored growth`"]
fn twice_the_text_is_about_twice_the_work() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("skipped: valgrind is not here");
        return;
    }
    let folder = Folder::new("growth");
    let base = work(&folder, "nothing", "");
    let left = Mutex::new(SHAPES.iter());
    let wrong = Mutex::new(String::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((name, shape)) = next(&left) {
                    let [once, twice] = [LENGTH, 2 * LENGTH].map(|length| work(&folder, name, &shape(length)) - base);
                    if twice > RATIO * once {
                        let _ =
                            writeln!(wrong.lock().expect("no thread fails"), "{name}: {once:.2e}, then {twice:.2e}");
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no thread fails");
    assert!(wrong.is_empty(), "instructions for {LENGTH} bytes, and for twice as many:\n{wrong}");
}

fn next<T>(left: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    left.lock().expect("no thread fails").next()
}

/// How many instructions `patchfeed check` takes for a text.
fn work(folder: &Folder, name: &str, text: &str) -> f64 {
    let file = format!("{}-{}.md", name.replace(' ', "-"), text.len());
    folder.write(&file, text);
    // A program built for release takes a tenth of the instructions.
    let program = std::env::var_os("PATCHFEED_GROWTH_OF").unwrap_or_else(|| env!("CARGO_BIN_EXE_patchfeed").into());
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program)
        .args(["check", &file])
        .current_dir(&folder.0)
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .expect("valgrind starts");
    let said = crate::stderr(&output);
    let count =
        said.lines().find_map(|line| line.split_once("I   refs:")).map(|(_, count)| count.trim().replace(',', ""));
    count.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("valgrind counts nothing: {said}"))
}
