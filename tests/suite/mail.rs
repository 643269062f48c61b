//! How mail is shown: each rule as examples, with what it is for and where it ends.
//!
//! Mail that says nothing else counts as wrapped at 60 columns.

/// A line that is full at 60 columns: no word would have fitted behind it, so that it may have been wrapped.
const FULL: &str = "This line is as full as lines of a mail can be, no more word";

/// A line of 49 columns: a word of up to ten letters would have fitted behind it.
const ROOMY: &str = "This line has some room left, as you can see here";

/// A line of 55 columns: a word of four letters would have fitted behind it.
const ROOM_FOR_FOUR: &str = "A line that leaves room for a word of four letters only";

/// The mail as HTML.
fn html(mail: &str) -> String {
    let mut html = String::new();
    patchfeed::mail::push_html(&mut html, mail);
    html
}

/// A paragraph whose lines flow together.
fn joined(mail: &str) -> String {
    format!("<p>{}</p>\n", mail.lines().map(str::trim).collect::<Vec<_>>().join(" "))
}

/// A paragraph whose lines stay as they are, each indented as it was.
fn kept(mail: &str) -> String {
    let lines = mail.lines().map(|line| {
        let words = line.trim_start();
        "\u{A0}".repeat(line.chars().count() - words.chars().count()) + &words.replace('>', "&gt;")
    });
    format!("<p>{}</p>\n", lines.collect::<Vec<_>>().join("<br>\n"))
}

/// Lines in columns.
fn fixed(mail: &str) -> String {
    format!("<pre>{mail}</pre>\n")
}

/// Checks that each mail is shown so. Each stands behind what it is an example of.
fn all_are(shape: fn(&str) -> String, examples: &[(&str, &str)]) {
    for (what, mail) in examples {
        assert_eq!(html(mail), shape(mail), "{what}");
    }
}

/// Checks that each pair of lines is shown so.
fn pairs_are(shape: fn(&str) -> String, examples: &[(&str, &str, &str)]) {
    for (what, above, below) in examples {
        let mail = format!("{above}\n{below}");
        assert_eq!(html(&mail), shape(&mail), "{what}");
    }
}

#[test]
fn lines_that_were_only_wrapped_flow_together() {
    pairs_are(
        joined,
        &[
            ("a full line ends where the width ends", FULL, "goes on here"),
            ("even before a capital", FULL, "Ada goes on here"),
            ("the next word has a letter too many for the room", ROOM_FOR_FOUR, "Fives and more"),
            ("words that run on do so though a word had room: people edit what was wrapped", ROOMY, "and went on"),
            ("so does what stands in parentheses", ROOMY, "(as here)"),
            ("and a number in a sentence", ROOMY, "42 times"),
            ("a column of indentation is a slip", ROOMY, " and went on"),
            ("a line that is indented by two runs on if the one above is full", FULL, "  and goes on"),
            ("a word that begins like an address is none", FULL, "https is a protocol"),
            ("a single word is no address", FULL, "end."),
        ],
    );
}

#[test]
fn a_break_that_was_not_needed_was_meant() {
    pairs_are(
        kept,
        &[
            ("a capital begins anew where its word would have fitted", ROOM_FOR_FOUR, "Four letters begin anew"),
            ("a sentence ended", "This sentence has some room and ends here, for once.", "so this is new"),
            ("a colon leads to what follows", "This sentence has some room, and this is next:", "so this is new"),
            ("a call", "This sentence has some room and ends here, oh yes!", "so this is new"),
            ("a question", "This sentence has some room and ends here, or not?", "so this is new"),
            ("a statement", "this_sentence = has(some, room, and, ends, here);", "so this is new"),
            ("two columns of indentation are meant", ROOMY, "  and so is this"),
            ("so are three", ROOMY, "   and so is this"),
            ("even below a full line, before a capital", FULL, "  Ada begins"),
            (
                "a backslash says it",
                "This line is as full as lines of a mail can be, no more as \\",
                "and this belongs to it",
            ),
        ],
    );
}

#[test]
fn short_lines_stay_unless_a_long_sentence_follows() {
    // Three fifths of the width are 36 columns, with the first word of the next line.
    pairs_are(
        kept,
        &[
            ("a verse of a poem, or a list without markers", "thirty columns of words, not a", "verse of it"),
            ("what follows has 36 columns", "a short line", "and what follows has but thirty-six."),
            ("the short line ends with no word", "size_of(a_thing)", "which is a call, and what follows is long"),
            ("the long one begins with no word", "a short line", "size_of(a_thing) begins what is long enough"),
        ],
    );
    pairs_are(
        joined,
        &[
            ("a column more is no verse", "thirty columns of words, not a", "verses of it"),
            ("a sentence goes on for 37 columns", "a short line", "and what follows has all thirty-seven"),
            ("an apostrophe belongs to a word", "a short line doesn't", "end the sentence that goes on and is long"),
        ],
    );
}

#[test]
fn a_mail_is_as_wide_as_its_longest_line_of_words() {
    // What tells the width stands in a paragraph of its own. At 70 columns, there is room for "Word" behind the second paragraph's first line.
    let wrapped = "Words that take sixty-two columns, and so more than sixty have,\nWord by word.";
    for (what, line, paragraph) in [
        ("words may be as wide as a terminal is", &"word ".repeat(16)[..80], kept(wrapped)),
        ("wider lines were never wrapped", &"words ".repeat(14)[..81], joined(wrapped)),
        (
            "an address can't be wrapped",
            "https://example.org/an-address-that-is-as-long-as-seventy-columns-and-more",
            joined(wrapped),
        ),
        (
            "a tab shows columns",
            "a tab\tbetween words, whose line has seventy columns and so says nothing",
            joined(wrapped),
        ),
        (
            "code is as wide as it is",
            "    code(that, has, seventy, columns, and, so, says, nothing, of, words)",
            joined(wrapped),
        ),
        ("no mail counts as narrower than 60 columns", "short", joined(wrapped)),
    ] {
        assert!(html(&format!("{line}\n\n{wrapped}")).ends_with(&paragraph), "{what}");
    }
}

#[test]
fn chinese_is_joined_without_a_space() {
    let chinese = "补丁改好了并测过".repeat(8);
    assert_eq!(html(&format!("{chinese}\n其余的字")), format!("<p>{chinese}其余的字</p>\n"));
    assert_eq!(html(&format!("{chinese}\nand English")), format!("<p>{chinese} and English</p>\n"));
    assert_eq!(html(&format!("{FULL}\n其余的字")), format!("<p>{FULL} 其余的字</p>\n"));
}

#[test]
fn indentation_is_kept_where_a_line_begins_and_counts_from_the_shallowest() {
    assert_eq!(html(" One thing:\n   another thing"), "<p>One thing:<br>\n\u{A0}\u{A0}another thing</p>\n");
    assert_eq!(html("One thing:\n\u{A0}\u{A0}another thing"), "<p>One thing:<br>\n\u{A0}\u{A0}another thing</p>\n");
    assert_eq!(
        html(&format!("{ROOMY}\n\u{A0}\u{A0}and so is this")),
        format!("<p>{ROOMY}<br>\n\u{A0}\u{A0}and so is this</p>\n"),
        "some programs indent with spaces that don't break"
    );
    for (what, above, below, shown) in [
        ("a paragraph that comes back by two columns has ended", 2, 0, "<br>\n"),
        ("or by three", 3, 0, "<br>\n"),
        ("or by two that leave one", 3, 1, "<br>\n\u{A0}"),
        ("by a column, it has not", 1, 0, " "),
        ("or by one of two", 2, 1, " "),
    ] {
        let mail = format!("Words.\n{}{FULL}\n{}and more", " ".repeat(above), " ".repeat(below));
        assert!(html(&mail).ends_with(&format!("no more word{shown}and more</p>\n")), "{what}");
    }
    assert_eq!(html("  - a\n  - b"), "<p>\u{A0}\u{A0}- a<br>\n\u{A0}\u{A0}- b</p>\n", "lists show how deep they are");
}

#[test]
fn each_item_of_a_list_begins_a_line() {
    for marker in [
        "-", "*", "+", "o", "•", "·", "–", "—", "--", "*)", "->", "=>", "1.", "12)", "123:", "(3)", "(123)", "a)",
        "(b)",
    ] {
        let mail = format!("{FULL}\n{marker} words");
        assert_eq!(html(&mail), kept(&mail));
    }
    pairs_are(
        joined,
        &[
            ("a year ends a sentence", FULL, "2024. It"),
            ("as does a short word", FULL, "etc. and so on"),
            ("or an initial", FULL, "I. Newton"),
            ("or a word before a parenthesis", FULL, "size) and so on"),
            ("or a parenthesis alone", FULL, ") and so on"),
            ("a marker is followed by a space", FULL, "-5 degrees"),
        ],
    );
}

#[test]
fn what_continues_an_item_stands_below_its_words_or_at_the_margin() {
    for (what, mail) in [
        ("below the words", "- This item is as full as lines of a mail can be, no word\n  more fits"),
        ("at the margin", "1. This item is as full as lines of a mail can be, no words\nmore fit"),
        (
            "four columns deep below a wide marker",
            "(3) This item is as full as lines of a mail can be, no words\n    more fit",
        ),
        (
            "below words that a wide gap sets off",
            "-     This item is as full as lines of a mail can be, no words\n      more fit",
        ),
    ] {
        let words = mail.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(html(mail).replace("-     This", "- This"), format!("<p>{words}</p>\n"), "{what}");
    }
}

#[test]
fn the_text_of_an_item_is_no_code_however_deep_it_stands() {
    assert_eq!(
        html("(3) An item.\n\n    A second paragraph of it.\n\n     code()"),
        "<p>(3) An item.</p>\n<p>A second paragraph of it.</p>\n<pre>code()</pre>\n"
    );
    assert_eq!(
        html("- An item.\n      code()"),
        "<p>- An item.</p>\n<pre>code()</pre>\n",
        "what stands deeper than its words is code"
    );
    assert_eq!(
        html("(3) An item.\nThe margin ends it.\n    code()"),
        "<p>(3) An item.<br>\nThe margin ends it.</p>\n<pre>code()</pre>\n"
    );
    assert_eq!(
        html("• An item.\n   code() no\n    code()"),
        "<p>• An item.<br>\n\u{A0}\u{A0}\u{A0}code() no</p>\n<pre>code()</pre>\n",
        "a marker is as wide as it looks"
    );
    assert_eq!(
        html("- a\n      - an item, six columns deep"),
        "<p>- a<br>\n\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}- an item, six columns deep</p>\n"
    );
    assert_eq!(html("- size\t4"), "<pre>- size\t4</pre>\n", "an item with a tab is a row of a table");
}

#[test]
fn a_label_begins_a_line() {
    pairs_are(
        kept,
        &[
            ("a trailer", FULL, "Signed-off-by: Ada"),
            ("of any kind", FULL, "Broken-and-mended-by: Ada"),
            ("a header", FULL, "Subject: words"),
            ("whose words stand below", FULL, "Link:"),
            ("a version of the patch", FULL, "v2: words"),
            ("in capitals", FULL, "V3: words"),
            ("a step between two", FULL, "v2 -> v3: words"),
            ("a label of 24 columns", FULL, "v2 after a long, long re: words"),
            ("what has changed", FULL, "Changes since v1: words"),
            ("a changelog", FULL, "Changelog: words"),
            ("words below a label are its own", "Reported-by: somebody whose name is so long", "and somebody else"),
        ],
    );
    pairs_are(
        joined,
        &[
            ("an address that continues a sentence", FULL, "Link:elsewhere"),
            ("a word before a colon", FULL, "note: words"),
            ("words that end like a trailer", FULL, "is on stand-by: words"),
            ("a word with the letter of versions", FULL, "via: words"),
            ("a version that a sentence is about", FULL, "v2 of it was sent with words: these"),
            ("changes that a sentence is about", FULL, "Changes that nobody wanted to see were made: these"),
        ],
    );
}

#[test]
fn words_aligned_with_those_behind_a_label_continue_it() {
    pairs_are(
        joined,
        &[
            (
                "questions and answers",
                "Q: this line is as full as lines of a mail can be, so no word",
                "   Ada wrote could be added",
            ),
            (
                "a label that is indented, and so its words four columns and more",
                "  Q: this line is as full as lines of a mail can be, no word",
                "     Ada wrote could be added",
            ),
        ],
    );
    for (what, mail, shown) in [
        ("a tab shows columns", "  Q: words\n     name\tvalue", "<p>Q: words</p>\n<pre>name\tvalue</pre>\n"),
        ("the next block is aligned with nothing", "  Q: words\n\n     code()", "<p>Q: words</p>\n<pre>code()</pre>\n"),
        (
            "a sentence is no label",
            "  It is so: words\n            code()",
            "<p>It is so: words</p>\n<pre>code()</pre>\n",
        ),
        ("a column less is not aligned", "  Q: words\n    code()", "<p>Q: words</p>\n<pre>code()</pre>\n"),
    ] {
        assert_eq!(html(mail), shown, "{what}");
    }
}

#[test]
fn addresses_and_footnotes_stand_on_lines_of_their_own() {
    let link = "<a href=\"https://example.org/a\">https://example.org/a</a>";
    assert_eq!(html(&format!("{FULL}\nhttps://example.org/a")), format!("<p>{FULL}<br>\n{link}</p>\n"));
    assert_eq!(html("https://example.org/a\nand words"), format!("<p>{link}<br>\nand words</p>\n"));
    assert_eq!(html(&format!("{FULL}\n[1] https://example.org/a")), format!("<p>{FULL}<br>\n[1] {link}</p>\n"));
    assert_eq!(html(&format!("{FULL}\n[2]: https://example.org/a")), format!("<p>{FULL}<br>\n[2]: {link}</p>\n"));
    assert_eq!(
        html(&format!("{FULL}\n[1], https://example.org/a")),
        format!("<p>{FULL} [1], {link}</p>\n"),
        "a sentence that cites goes on"
    );
    assert_eq!(
        html(&format!("{FULL}\n[PATCH] https://example.org/a")),
        format!("<p>{FULL} [PATCH] {link}</p>\n"),
        "a subject line is none"
    );
    pairs_are(
        kept,
        &[
            (
                "footnotes follow each other",
                "[1] A footnote is as full as the lines of mails, no more word",
                "[2] Another",
            ),
            ("by letters too", "[a] A footnote is as full as the lines of mails, no more word", "[b]"),
        ],
    );
    pairs_are(joined, &[("a mark at the start of a line cites", FULL, "[1] and goes on")]);
}

#[test]
fn a_signature_stays_as_it_is() {
    all_are(
        kept,
        &[
            (
                "below two hyphens",
                "Thanks\n--\nAda of the engine's own and very long department, with a full\nname of it",
            ),
            (
                "or three, before what has changed",
                "Thanks\n---\nthis line is as full as lines of mail are, and no other word\nis part of it",
            ),
        ],
    );
}

#[test]
fn code_is_set_in_columns() {
    for (what, mail, shown) in [
        ("four columns of indentation", "    code()\n      more()", "<pre>code()\n  more()</pre>\n"),
        ("or three and none", "   words", "<p>words</p>\n"),
        ("a line of it", "    code()", "<pre>code()</pre>\n"),
        ("a tab", "int\tsize;", "<pre>int\tsize;</pre>\n"),
        (
            "words may lead to it",
            "it is:\n    a()\n    b()\nor so",
            "<p>it is:</p>\n<pre>a()\nb()</pre>\n<p>or so</p>\n",
        ),
        ("a brace opens at the margin", "if (a) {\n    b();", "<pre>if (a) {\n    b();</pre>\n"),
        ("or closes there", "    b();\n} else", "<pre>    b();\n} else</pre>\n"),
        ("a macro goes on", "#define A \\\n    b", "<pre>#define A \\\n    b</pre>\n"),
        ("it may hold empty lines", "    a()\n\n    b()", "<pre>a()\n\nb()</pre>\n"),
        ("also at the margin", "a\tb\n\nc\td", "<pre>a\tb\n\nc\td</pre>\n"),
        (
            "but what is indented is another text than what isn't",
            "a\tb\n\n    c()",
            "<pre>a\tb</pre>\n<pre>c()</pre>\n",
        ),
        ("a tab indents, too", "    a()\n\n\tb()", "<pre>    a()\n\n\tb()</pre>\n"),
        ("lines between end it", "    a()\n\nWords.\n\n    b()", "<pre>a()</pre>\n<p>Words.</p>\n<pre>b()</pre>\n"),
    ] {
        assert_eq!(html(mail), shown, "{what}");
    }
}

#[test]
fn a_paragraph_may_be_indented_as_in_books() {
    let book = "    The first line of a paragraph stands far right\nand the others don't.";
    let nbsp = "\u{A0}".repeat(4);
    assert_eq!(
        html(book),
        format!("<p>{nbsp}The first line of a paragraph stands far right<br>\nand the others don't.</p>\n")
    );
    assert_eq!(
        html("    This is a paragraph's first line, set far\nright."),
        format!("<p>{nbsp}This is a paragraph's first line, set far<br>\nright.</p>\n"),
        "41 columns are a line of words"
    );
    assert_eq!(
        html("\tThe first line of a paragraph stands far right\nand the others don't."),
        "<p>\u{A0}The first line of a paragraph stands far right and the others don't.</p>\n",
        "a tab indents it as well"
    );
    for (what, mail) in [
        ("40 columns may be code", "    This is a paragraph's first line, set in\nright."),
        ("a statement", "    the_first_line_of_code_ends(with, a, semicolon);\nright."),
        ("a colon leads to what follows", "    The first line leads to what comes in the next:\nright."),
        ("columns", "    The first line has two columns, one\tand another\nright."),
    ] {
        let code = mail.lines().next().unwrap_or_default().trim_start();
        assert_eq!(html(mail), format!("<pre>{code}</pre>\n<p>right.</p>\n"), "{what}");
    }
    assert_eq!(
        html("    two_lines_of_code_are_no_paragraph(of, words)\n    although_they_are_long(enough, for, it)"),
        "<pre>two_lines_of_code_are_no_paragraph(of, words)\nalthough_they_are_long(enough, for, it)</pre>\n"
    );
}

#[test]
fn tables_and_diagrams_stay_in_columns() {
    all_are(
        fixed,
        &[
            ("a gap of four spaces", "size    4"),
            ("gaps of two on two lines", "size  4\nname  a"),
            ("gaps of three behind full stops", "a.   1\nb.   2"),
            ("a frame", "words\n| a | b |\nwords"),
            ("a frame's edge", "words\n+--a\nwords"),
            ("another", "words\na--+\nwords"),
            ("a double one", "words\na==+\nwords"),
            ("a box", "words\n┌ a ┐\nwords"),
            ("a bar", "words\n▟ a\nwords"),
            ("a patch's place", "words\n@@ -1 +1 @@\nwords"),
            ("a patch's file", "words\ndiff --git a/a b/a\nwords"),
        ],
    );
    assert_eq!(html("size   4"), "<p>size   4</p>\n", "one gap of three is a slip");
    assert_eq!(html("size  4\nname a"), "<p>size  4<br>\nname a</p>\n", "as is one of two");
    assert_eq!(
        html("One ended.  Two\nalso ended.  It"),
        "<p>One ended.  Two<br>\nalso ended.  It</p>\n",
        "sentences end with two spaces"
    );
    assert_eq!(html("-     an item"), "<p>-     an item</p>\n", "a marker may stand off");
    assert_eq!(html("-   a    b"), "<pre>-   a    b</pre>\n", "but its words show columns");
    assert_eq!(
        html("a + b\nC'est déjà vu"),
        "<p>a + b<br>\nC'est déjà vu</p>\n",
        "a sum is no frame, an accent no box"
    );
}

#[test]
fn logs_stay_in_columns_and_the_words_before_them_flow() {
    assert_eq!(
        html("It says\nthis:\n[   12.345678] CPU    0 is on\n[   12.345679] CPU    1"),
        "<p>It says<br>\nthis:</p>\n<pre>[   12.345678] CPU    0 is on\n[   12.345679] CPU    1</pre>\n"
    );
    all_are(
        fixed,
        &[(
            "long lines too",
            "[   12.345678] one line of a log that has more than forty columns\n[   12.345679] and another",
        )],
    );
    all_are(
        joined,
        &[("a release is no time", "[v6.1] words"), ("nor is a year", "[2024] words"), ("nor two dots", "[a.b] words")],
    );
}

#[test]
fn quotes_nest_eight_deep() {
    assert_eq!(
        html("> He said\n> >so\n>\n> > > and\n>>no\nwords"),
        "<blockquote>\n<p>He said</p>\n<blockquote>\n<p>so</p>\n</blockquote>\n<blockquote>\n<blockquote>\n<p>and</p>\n</blockquote>\n\
         <p>no</p>\n</blockquote>\n</blockquote>\n<p>words</p>\n"
    );
    let deep = html(&format!("{} deep", ">".repeat(9)));
    assert_eq!(
        (deep.matches("<blockquote>").count(), deep.contains("<p>&gt; deep</p>")),
        (8, true),
        "deeper marks are text"
    );
    assert_eq!(html(">= 2.38 is needed"), "<p>&gt;= 2.38 is needed</p>\n", "a comparison quotes nothing");
}

#[test]
fn a_quote_of_the_newsletter_is_the_mail() {
    for (what, source, mail) in [
        ("a mark and a space", "> words", "words\n"),
        ("a mark alone", ">words", "words\n"),
        ("indented marks", "  > words", "words\n"),
        ("a full-width mark, as Chinese keyboards write it", "＞words", "words\n"),
        ("the mail's own indentation", ">   words", "  words\n"),
        ("the mail's own quotes", "> > words", "> words\n"),
        ("white space at the end is nothing", "> words  ", "words\n"),
        ("a line that continues a quote without a mark", "> words\nand more", "words\nand more\n"),
        ("numbers of characters, as web pages write them", "> a&#38;b &amp; c", "a&b &amp; c\n"),
    ] {
        assert_eq!(patchfeed::mail::unquote(source), mail, "{what}");
    }
}

#[test]
fn a_summary_is_the_words_of_the_mail_in_a_line() {
    let long = "补丁".repeat(400);
    for (what, mail, summary) in [
        ("quote marks say nothing in a line", "> He said:\n>\n> > > so\n> and so", "He said: so and so"),
        (
            "as many characters as a summary has are read, of whatever length",
            &*format!("> {long}\n> end"),
            &format!("{}…", &long[..499 * 3]),
        ),
    ] {
        let issue = format!("### BPF\n\n**[v1: a](http://lore.kernel.org/bpf/a@x/)**\n\n{mail}\n");
        let read = crate::read(&crate::texts(&[("2024-01-01-10-00-00-rvlwn-1.md", &issue)]));
        assert_eq!(read.items().next().expect("an item").summary, summary, "{what}");
    }
}
