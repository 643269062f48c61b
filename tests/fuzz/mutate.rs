//! Changes inputs as people and their tools break them: parts are repeated, moved and left out, and what means something
//! to a reader of Markdown, mail, XML or TOML is put in anywhere.

/// Numbers that look random and are the same for the same seed (`SplitMix64`).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, or 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }
}

/// What is put in.
const MARKS: &[&str] = &[
    "**[",
    "](",
    ")**",
    "[",
    "]",
    "(",
    ")",
    "*",
    "**",
    "_",
    "`",
    "```\n",
    "~~~",
    "<",
    ">",
    "> ",
    ">> ",
    "\n> ",
    "\n>\n",
    "- ",
    "\n- ",
    "\n  - ",
    "1. ",
    "1、",
    "* ",
    "+ ",
    "#",
    "\n# ",
    "\n## ",
    "\n### ",
    "---",
    "\n---\n",
    "\n+++\n",
    "===",
    "\n\n",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "    ",
    " ",
    "|",
    "\n| a | b |\n|---|---|\n",
    "<!--",
    "-->",
    "<br>",
    "<br/>",
    "<details>",
    "</details>",
    "<a href=\"https://x.example/\">",
    "<script>",
    "<style>",
    "</style>",
    "]]>",
    "<![CDATA[",
    "&amp;",
    "&lt;",
    "&#60;",
    "&#x26;",
    "&#0;",
    "&#8;",
    "&#xD800;",
    "&#x110000;",
    "&#xFFFF;",
    "&nosuch;",
    "&",
    "&#",
    ";",
    "\\",
    "\\n",
    "\"",
    "'",
    "\u{0}",
    "\u{1}",
    "\u{8}",
    "\u{B}",
    "\u{1B}[31m",
    "\u{7F}",
    "\u{85}",
    "\u{A0}",
    "\u{AD}",
    "\u{300}",
    "\u{200B}",
    "\u{200D}",
    "\u{202E}",
    "\u{2028}",
    "\u{2029}",
    "\u{3000}",
    "\u{FEFF}",
    "\u{FFFD}",
    "\u{FFFF}",
    "\u{10FFFF}",
    "灯塔",
    "港口，",
    "。",
    "：",
    "（",
    "）",
    "【",
    "】",
    "「",
    "第 1 期",
    "第四十五期",
    "ﬁ",
    "İ",
    "ß",
    "ſ",
    "👩‍🚀",
    "🇨🇳",
    "https://",
    "http://lore.kernel.org/bpf/",
    "@x/",
    "https://x.example/a?b=c&d=e#f",
    "javascript:",
    "mailto:a@b.example",
    "data:",
    "//",
    "../",
    "/",
    "%00",
    "%2F",
    "%",
    "[a]: https://x.example/",
    "[^1]",
    "[^1]: ",
    "![",
    "v2: ",
    "v999: ",
    "v4294967296: ",
    "[PATCH v3 0/7] ",
    "RFC: ",
    "Re: ",
    "GIT PULL",
    "1/2",
    "0",
    "1",
    "9",
    "99",
    "2024",
    "2024-01-01",
    "2024-02-30",
    "0000-00-00",
    "9999-12-31",
    "23:59:60",
    "T",
    "Z",
    "+08:00",
    "-23:59",
    "+24:00",
    "date: ",
    "title: ",
    "permalink: ",
    "license: cc-by-4.0",
    "author: ",
    "时间：",
    "编辑：",
    "&x",
    "*x",
    "!!",
    "{",
    "}",
    "[[",
    "]]",
    "= ",
    ",",
    "not = ",
    "title = \"(?i)",
    "version = \">=2\"",
    "kind = [\"rfc\"]",
    "feed all\n",
    "urn:uuid:",
    "@@ 2024-01-08-10-00-00-x-2.md\n",
    "@@ patchfeed.toml\n",
    "\n@@ README.md\n",
];

/// A changed input: `input` with some changes, or joined with a part of `other`.
pub(crate) fn mutated(input: &[u8], other: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=numbers.below(5) {
        change(&mut bytes, other, numbers);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    let at = place(bytes, numbers);
    let (from, to) = range(bytes, numbers);
    match numbers.below(12) {
        0..=3 => put(bytes, at, MARKS[numbers.below(MARKS.len())].as_bytes()),
        4 => drop(bytes.drain(from..to)),
        5 => {
            let part = bytes[from..to].to_vec();
            put(bytes, at, &part);
        }
        6 => {
            let (from, to) = range(other, numbers);
            put(bytes, at, &other[from..to]);
        }
        7 => {
            let mark = MARKS[numbers.below(MARKS.len())].as_bytes();
            bytes.splice(from..to, mark.iter().copied());
        }
        8 => {
            let times = 1 << numbers.below(9); // as deep as it takes
            let mark = MARKS[numbers.below(MARKS.len())].as_bytes().repeat(times);
            put(bytes, at, &mark);
        }
        9 => bytes.truncate(at),
        10 => {
            let part: Vec<u8> = bytes.drain(from..to).collect();
            let at = place(bytes, numbers);
            put(bytes, at, &part);
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = u8::try_from(numbers.below(256)).unwrap_or(0);
            }
        }
    }
}

fn put(bytes: &mut Vec<u8>, at: usize, part: &[u8]) {
    bytes.splice(at..at, part.iter().copied());
}

/// A place: mostly where a line or a word begins.
fn place(bytes: &[u8], numbers: &mut Numbers) -> usize {
    let at = numbers.below(bytes.len() + 1);
    let end: &[u8] = match numbers.below(4) {
        0 => return at,
        1 => b" ",
        _ => b"\n",
    };
    bytes[..at].iter().rposition(|byte| end.contains(byte)).map_or(0, |before| before + 1)
}

fn range(bytes: &[u8], numbers: &mut Numbers) -> (usize, usize) {
    let (a, b) = (place(bytes, numbers), place(bytes, numbers));
    (a.min(b), a.max(b))
}
