//! How issues of patches are split into entries: a table a rule, with both sides of each limit.

use crate::outline;

/// What an issue becomes whose section BPF, from line 3 on, is this: see [`outline`].
fn section(body: &str) -> Vec<String> {
    issue(&format!("### BPF\n\n{body}"))
}

fn issue(text: &str) -> Vec<String> {
    outline("2024-01-01-10-00-00-rvlwn-1.md", text, "").lines().map(str::to_owned).collect()
}

#[test]
fn a_title_ends_before_the_last_bracket_and_an_address_at_the_end_of_its_line() {
    for (body, expected) in [
        ("**[v1: a](lore:1)**", &["v1: a <lore:1>"][..]),
        ("**[v1: a](lore:1)** \t", &["v1: a <lore:1>"]),
        ("**[v1: a](<lore:1>)**", &["v1: a <lore:1>"]),
        ("**[v1: a](lore:1 \"a title\")**", &["v1: a <lore:1>"]),
        ("**[v1: a](lore:1 'a title')**", &["v1: a <lore:1>"]),
        ("**[v1: a](lore:1\n\"a title\")**", &["v1: a <lore:1>"]),
        ("**[v1: a]( lore:1 )**", &["v1: a <lore:1>"]),
        ("**[[PATCH] a [b] (c)](lore:1)**", &["[PATCH] a [b] (c) <lore:1>"]),
        ("**[v1: a **(b)** c](lore:1)**", &["v1: a **(b)** c <lore:1>"]),
        ("**[v1: a **(b)** c](lore:1)**\nand more", &["v1: a **(b)** c <lore:1> <p>and more</p>"]),
        ("**[v1: a **(b)** c](lore:1)** **[v1: b](lore:2)**", &["v1: a **(b)** c <lore:1>", "v1: b <lore:2>"]),
        ("**[v1: a](lore:1)** and more", &["v1: a <lore:1> <p>and more</p>"]),
        ("**[v1: a](lore:1)** and (more)** too", &["v1: a <lore:1> <p>and (more)** too</p>", "3 LikeEntry ')**'"]),
        ("**[v1: a](lore:1)**\nand more", &["v1: a <lore:1> <p>and more</p>"]),
        ("**[v1: a](lore:1)**  **[v1: b](lore:2)**", &["v1: a <lore:1>", "v1: b <lore:2>"]),
        ("**[v1: a \\[b\\] \\* &lt;c&gt; &amp; d](lore:1)**", &["v1: a [b] * <c> & d <lore:1>"]),
        ("**[v1: a \\n \\中 \\\\ b\\](lore:1)**", &["v1: a \\n \\中 \\ b\\ <lore:1>"]),
        ("**[v1: `a`, *b*, <pid>, __c__](lore:1)**", &["v1: `a`, *b*, <pid>, __c__ <lore:1>"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn a_first_line_that_cannot_be_read_is_the_title() {
    for (body, expected) in [
        ("**[v1: a\n\n> Text.", &["v1: a <p>Text.</p>", "3 NoEnd 'a'"][..]),
        ("**[v1: 中文**\nMore.", &["v1: 中文 <p>More.</p>", "3 NoEnd '*'"]),
        ("**[v1: 中文  \nMore.", &["v1: 中文 <p>More.</p>", "3 NoEnd '文'"]),
        ("**[", &["…", "3 NoEnd ''"]),
        ("**[v1: a lore:1)**\n> Text.", &["v1: a <lore:1> <p>Text.</p>", "3 Form ' '"]),
        (
            "**[v1: a to mar.org/1@x/)** more",
            &["v1: a to mar.org/1@x/ <p>more</p>", "3 NoMiddle '**[v1: a to mar.org/1@x/)**'"],
        ),
        ("**[v1: a]()** more", &["v1: a <p>more</p>", "3 NoAddress ']()'"]),
        ("**[v1: a](  )**", &["v1: a", "3 NoAddress '](  )'"]),
        ("**[v1: a](lore:1 2)**", &["v1: a](lore:1 2", "3 WhiteSpace ' '"]),
        (
            "**[v1: a](http://lore.kernel.org/bpf/1\u{3000}2@x/)**",
            &["v1: a](http://lore.kernel.org/bpf/1 2@x/", "3 WhiteSpace '\u{3000}'"],
        ),
        ("**[v1: a](中 文)**", &["v1: a](中 文", "3 WhiteSpace ' '"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn an_address_in_the_place_of_the_title_is_the_address() {
    for (body, expected) in [
        ("**[lore:1](v1: a)**", &["v1: a <lore:1>", "3 Form 'lore:1]('"][..]),
        ("**[lore:1](lore:2)**", &["lore:1 <lore:2>", "3 AddressAsTitle 'lore:1'"]),
        ("**[web:1](v1)**", &["web:1", "3 NoAddress 'v1'"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn what_was_pasted_behind_an_address_is_cut_off() {
    for (body, expected) in [
        ("**[v1: a](lore:1lore:1)**", &["v1: a <lore:1>", "3 Twice 'lore:1'"][..]),
        (
            "**[v1: a](lore:1https://lore.kernel.org/all/2@x/)**",
            &["v1: a <lore:1>", "3 Twice 'https://lore.kernel.org/all/2@x/'"],
        ),
        ("**[v1: a](web:1web:1/)**", &["v1: a <web:1>", "3 Twice 'web:1/'"]),
        ("**[v1: a](web:1/http://example.org/2)**", &["v1: a <web:1/http://example.org/2>"]),
        ("**[v1: a](https://web.archive.org/web:2)**", &["v1: a <https://web.archive.org/web:2>"]),
        ("**[v1: a](http://lore.kernel.org/bpf/1\u{200B}@\u{AD}x/)**", &["v1: a <lore:1>", "3 NoWidth '\u{200B}'"]),
        ("**[v1: a](lore:1\u{FEFF})**", &["v1: a <lore:1>", "3 NoWidth '\u{FEFF}'"]),
        ("**[v1: a](http://lore.kernel.org/bpf/1@x&#x2F;)**", &["v1: a <lore:1>"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn a_scheme_is_completed_where_an_archive_follows_and_refused_where_a_reader_would_be_led_astray() {
    for (address, expected) in [
        ("lore.kernel.org/bpf/1@x/", &["v1: a <lore:1>", "3 NoScheme 'lore.kernel.org/bpf/1@x/'"][..]),
        ("http：//lore.kernel.org/bpf/1@x/", &["v1: a <lore:1>", "3 NoScheme 'http：//lore.kernel.org/bpf/1@x/'"]),
        ("HTP:/lore.kernel.org/bpf/1@x/", &["v1: a <lore:1>", "3 NoScheme 'HTP:/lore.kernel.org/bpf/1@x/'"]),
        ("://lore.kernel.org/bpf/1@x/", &["v1: a <lore:1>", "3 NoScheme '://lore.kernel.org/bpf/1@x/'"]),
        ("sftp://lore.kernel.org/bpf/1@x/", &["v1: a", "3 UnsafeLink(\"sftp\") 'sftp://lore.kernel.org/bpf/1@x/'"]),
        ("javascript:alert(1)", &["v1: a", "3 UnsafeLink(\"javascript\") 'javascript:alert(1)'"]),
        ("git+ssh://web.org/1", &["v1: a", "3 UnsafeLink(\"git+ssh\") 'git+ssh://web.org/1'"]),
        ("http:lore.kernel.org/bpf/1@x/", &["v1: a <lore:1>", "3 NoScheme 'http:lore.kernel.org/bpf/1@x/'"]),
        ("http:example.org/1", &["v1: a <http://example.org/1>"]),
        ("HTTP://example.org/1", &["v1: a <http://example.org/1>"]),
        ("https://exa%mple.org/", &["v1: a](https://exa%mple.org/", "3 NoAddress 'https://exa%mple.org/'"]),
        ("https://example.org:x/", &["v1: a](https://example.org:x/", "3 NoAddress 'https://example.org:x/'"]),
        (
            "http://http://example.org/2",
            &["v1: a](http://http://example.org/2", "3 NoAddress 'http://http://example.org/2'"],
        ),
        ("https://example.org:80/", &["v1: a <https://example.org:80/>"]),
        ("https://example.org/a,b:", &["v1: a <https://example.org/a,b:>"]),
        ("htt[p://example.org/1", &["v1: a](htt[p://example.org/1", "3 NoAddress 'htt[p://example.org/1'"]),
        ("a.html", &["v1: a <https://tinylab.org/a.html>"]),
        ("a/b", &["v1: a <https://tinylab.org/a/b>"]),
        ("TODO", &["v1: a", "3 NoAddress 'TODO'"]),
        ("//example.net/a", &["v1: a <https://example.net/a>"]),
        ("a//b", &["v1: a <https://tinylab.org/a//b>"]),
        ("../x-y//b", &["v1: a <https://tinylab.org/x-y//b>"]),
        ("..//b", &["v1: a <https://tinylab.org//b>"]),
        ("$//b", &["v1: a]($//b", "3 NoAddress '$//b'"]),
        ("9p://example.org/1", &["v1: a](9p://example.org/1", "3 NoAddress '9p://example.org/1'"]),
    ] {
        assert_eq!(section(&format!("**[v1: a]({address})**")), expected, "{address}");
    }
}

#[test]
fn a_first_line_that_can_be_read_may_still_be_doubtful() {
    for (body, expected) in [
        ("**[ \u{200B} ](lore:1)**", &["… <lore:1>", "3 NoTitle ' \u{200B} '"][..]),
        (
            "**[v1: a](http://lore.kernel.org/bpf/20240101-1-a/)**",
            &["v1: a <https://lore.kernel.org/bpf/20240101-1-a/>", "3 NoAt 'http://lore.kernel.org/bpf/20240101-1-a/'"],
        ),
        (
            "**[v1: a](http://lore.kernel.org/bpf/20240101-1-a)**",
            &["v1: a <http://lore.kernel.org/bpf/20240101-1-a>", "3 NoAt 'http://lore.kernel.org/bpf/20240101-1-a'"],
        ),
        (
            "**[v1: a](http://lore.kernel.org/bpf/=?utf-8?q?a?=/)**",
            &[
                "v1: a <http://lore.kernel.org/bpf/=?utf-8?q?a?=/>",
                "3 NoMessage 'http://lore.kernel.org/bpf/=?utf-8?q?a?=/'",
            ],
        ),
        (
            "**[v1: a](http://lore.kernel.org/bpf/%3D%3Futf-8%3Fq%3Fa%3F%3D/)**",
            &["v1: a <https://lore.kernel.org/bpf/%3D%3Futf-8%3Fq%3Fa%3F%3D/>"],
        ),
        (
            "**[v1: a](http://lore.kernel.org/bpf/)**",
            &["v1: a <http://lore.kernel.org/bpf/>", "3 NoMessage 'http://lore.kernel.org/bpf/'"],
        ),
        ("**[web:1](web:2)**", &["web:1 <web:2>", "3 AddressAsTitle 'web:1'"]),
        ("**[web:1 moves](web:2)**", &["web:1 moves <web:2>"]),
        ("**[web:1](lore:2)**", &["web:1 <lore:2>", "3 AddressAsTitle 'web:1'"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn an_entry_in_another_form_keeps_its_words() {
    for (body, expected) in [
        ("- 【v1: a】（lore:1）\n\n> Text.", &["v1: a <lore:1> <p>Text.</p>", "3 FullWidth '【'"][..]),
        ("v3: [bpf: a](lore:1)", &["v3: bpf: a <lore:1>", "3 Form 'v3: '"]),
        ("[**v1: a**](lore:1)", &["v1: a <lore:1>", "3 Form '['"]),
        ("[ v1: a** ](lore:1)", &["v1: a** <lore:1>", "3 Form '['"]),
        (
            "<b><a href=\"lore:1\">v1: <code>a</code> -> b</a></b>",
            &["v1: a -> b <lore:1>", "3 Html '<a href=\"lore:1\">'"],
        ),
        (
            "<b><a href=\"lore:1\">a -> <i>b</i> <3> c &lt;d&gt; 1 < 2</a></b>",
            &["a -> b <3> c <d> 1 < 2 <lore:1>", "3 Html '<a href=\"lore:1\">'"],
        ),
        ("**v1: bpf: a**\n\n> Text.", &["v1: bpf: a <p>Text.</p>", "3 NoLink '**'"]),
        ("**v1: bpf: a**\nlore:1\n\n> Text.", &["v1: bpf: a <lore:1> <p>Text.</p>", "4 NextLine 'lore:1'"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn an_entry_that_was_made_a_heading_is_an_entry() {
    for (body, expected) in [
        ("#### [v1: a](lore:1)\n\n> Text.", &["v1: a <lore:1> <p>Text.</p>", "3 Form '####'"][..]),
        ("#### [v1: a](lore:1) ####\n\n> Text.", &["v1: a <lore:1> <p>Text.</p>", "3 Form '####'"]),
        ("#### **[v1: a](lore:1)**", &["v1: a <lore:1>", "3 Form '####'"]),
        ("#### **[v1: a](lore:1)** more", &["v1: a <lore:1> <p>more</p>", "3 Form '####'"]),
        ("#### **[v1: a]()**", &["v1: a", "3 NoAddress ']()'"]),
        ("#### [v1: a](web:1)", &["v1: a <web:1>", "3 Form '####'"]),
        ("#### v2: C#", &["v2: C#", "3 NoMiddle 'v2: C#'"]),
        ("#### v2: bpf: a", &["v2: bpf: a", "3 NoMiddle 'v2: bpf: a'"]),
        ("#### [v2: bpf: a](TODO", &["[v2: bpf: a](TODO", "3 NoMiddle '[v2: bpf: a](TODO'"]),
        ("### V10: a ###", &["V10: a", "3 NoMiddle 'V10: a'"]),
        ("＃＃＃ [v1: a](lore:1)", &["v1: a <lore:1>", "3 Form '＃＃＃'"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn what_follows_a_first_line_that_was_made_a_heading_is_its_text() {
    let title = "v1: a ".repeat(40);
    let lines = section(&format!("####[{title}](lore:1)\nand ##"));
    assert_eq!(lines[0], format!("{} <lore:1> <p>and ##</p>", title.trim()));
}

#[test]
fn what_only_looks_like_an_entry_in_a_heading_begins_a_section() {
    for (body, expected) in [
        (
            "#### v2 of a\n\n**[v1: b](lore:1)**",
            &["v1: b <lore:1>", "3 UnknownSection(\"v2-of-a\") '#### v2 of a'"][..],
        ),
        (
            "#### View: a\n\n**[v1: b](lore:1)**",
            &["v1: b <lore:1>", "3 UnknownSection(\"view-a-1b1023\") '#### View: a'"],
        ),
        ("# [BPF](lore:2)\n\n**[v1: b](lore:1)**", &["v1: b <lore:1>"]),
        ("### [BPF](lore:2)\n\n**[v1: b](lore:1)**", &["v1: b <lore:1>"]),
        ("# **[v1: a](lore:2)**\n\n**[v1: b](lore:1)**", &["v1: a <lore:2>", "v1: b <lore:1>", "3 Form '#'"]),
        ("## [v1: a](lore:2)\n\n**[v1: b](lore:1)**", &["v1: a <lore:2>", "v1: b <lore:1>", "3 Form '##'"]),
        (
            "### see [v1: a](lore:2)\n\n**[v1: b](lore:1)**",
            &["v1: b <lore:1>", "3 UnknownSection(\"see-v1-a-af882f\") '### see [v1: a](lore:2)'"],
        ),
        (
            "### [v1: a](lore:2) and words\n\n**[v1: b](lore:1)**",
            &["[v1: a](lore:2) and words", "v1: b <lore:1>", "3 NoMiddle '[v1: a](lore:2) and words'"],
        ),
        ("### BPF **[v1: b](lore:1)**\n\n> Text.", &["v1: b <lore:1> <p>Text.</p>", "3 Form '**['"]),
        ("### BPF\n**[v1: b](lore:1)**\n\n> Text.", &["v1: b <lore:1> <p>Text.</p>"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn an_entry_in_a_quote_is_an_entry_if_only_words_of_a_title_stand_before_its_link() {
    let above = "**[v1: a](lore:1)**\n\n";
    for (quote, expected) in [
        (
            "> * v3: [b](lore:2)\n>\n> Text.",
            &["v1: a <lore:1>", "v3: b <lore:2> <p>Text.</p>", "5 Form '> * v3: [b](lore:2)'"][..],
        ),
        ("> [RFC] v3: [b](lore:2)", &["v1: a <lore:1>", "[RFC] v3: b <lore:2>", "5 Form '> [RFC] v3: [b](lore:2)'"]),
        ("> **v3: [b](lore:2)**", &["v1: a <lore:1>", "v3: b <lore:2>", "5 Form '> **v3: [b](lore:2)**'"]),
        (
            "> [RFC] v3: [b [c]](lore:2)",
            &["v1: a <lore:1>", "[RFC] v3: b [c] <lore:2>", "5 Form '> [RFC] v3: [b [c]](lore:2)'"],
        ),
        ("> see [b](lore:2)", &["v1: a <lore:1> <p>see [b](<a href=\"lore:2\">lore:2</a>)</p>"]),
        ("> v3: [b](lore:2) and words", &["v1: a <lore:1> <p>v3: [b](<a href=\"lore:2\">lore:2</a>) and words</p>"]),
        (
            "> [[PATCH] b [c]](lore:2)",
            &["v1: a <lore:1>", "[PATCH] b [c] <lore:2>", "5 Form '> [[PATCH] b [c]](lore:2)'"],
        ),
        ("> [v3: b] c](lore:2)", &["v1: a <lore:1>", "v3: b] c <lore:2>", "5 Form '> [v3: b] c](lore:2)'"]),
        ("> [b](web:2)", &["v1: a <lore:1> <p>[b](<a href=\"web:2\">web:2</a>)</p>"]),
        ("> v3: [b\n> ](lore:2)", &["v1: a <lore:1> <p>v3: [b<br> ](<a href=\"lore:2\">lore:2</a>)</p>"]),
    ] {
        assert_eq!(section(&format!("{above}{quote}")), expected, "{quote}");
    }
}

#[test]
fn what_is_left_of_a_first_line_is_an_entry_above_a_quote_and_where_none_is_open() {
    for (body, expected) in [
        ("l.org/1@x/)**\n\n> Text.", &["l.org/1@x/)** <p>Text.</p>", "3 NoMiddle ')**'"][..]),
        ("l.org/1@x/)**\nmore\n\n> Text.", &["l.org/1@x/)** <p>more</p> <p>Text.</p>", "3 NoMiddle ')**'"]),
        ("l.org/1@x/)**\n\nText below.", &["1 NoEntry '### BPF'", "3 Stray 'l.org/1@x/)**'", "5 Stray 'Text below.'"]),
        ("el.org/1@x/\n\n> Text.", &["1 NoEntry '### BPF'", "3 Stray 'el.org/1@x/'", "5 Stray '> Text.'"]),
        ("- l.org/1@x/)**\n\n> Text.", &["1 NoEntry '### BPF'", "3 Stray '- l.org/1@x/)**'", "5 Stray '> Text.'"]),
        (
            "**[v1: a](lore:1)**\n\nl.org/1@x/)**\n\n> Text.",
            &["v1: a <lore:1> <p>l.org/1@x/)**</p> <p>Text.</p>", "5 LikeEntry ')**'"],
        ),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn a_section_may_say_in_a_few_words_that_it_is_empty() {
    let other = "\n\n### 网络设备\n\n**[v1: b](lore:2)**";
    for (body, expected) in [
        ("暂无。", &["v1: b <lore:2>", "1 passed by"][..]),
        ("十个字十个字十个字十", &["v1: b <lore:2>", "1 passed by"]),
        ("十个字十个字十个字十一", &["v1: b <lore:2>", "3 Stray '十个字十个字十个字十一'"]),
        ("[无](a)", &["v1: b <lore:2>", "3 Stray '[无](a)'"]),
        ("**无**", &["v1: b <lore:2>", "3 Stray '**无**'"]),
        ("http://a", &["v1: b <lore:2>", "3 Stray 'http://a'"]),
        ("- 暂无", &["v1: b <lore:2>", "3 Stray '- 暂无'"]),
        ("> 暂无", &["v1: b <lore:2>", "3 Stray '> 暂无'"]),
        ("* * *\n\n---\n\n___", &["v1: b <lore:2>"]),
        ("暂无。\n\n**[v1: a](lore:1)**", &["v1: a <lore:1>", "v1: b <lore:2>", "3 Stray '暂无。'"]),
        (
            "暂无。\n\n> v1: [a](lore:1)",
            &["v1: a <lore:1>", "v1: b <lore:2>", "3 Stray '暂无。'", "5 Form '> v1: [a](lore:1)'"],
        ),
    ] {
        assert_eq!(section(&format!("{body}{other}")), expected, "{body}");
    }
}

#[test]
fn text_below_an_entry_is_its_own() {
    let above = "**[v1: a](lore:1)**\n\n";
    for (body, expected) in [
        (
            "> Mail.\n\nWords [b][1].\n\n[1]: web:2",
            &["v1: a <lore:1> <p>Mail.</p> <p>Words <a href=\"web:2\">b</a>.</p>"][..],
        ),
        (
            "Words [b][1].\n\n- more\n\n[1]: web:2",
            &["v1: a <lore:1> <p>Words <a href=\"web:2\">b</a>.</p> <ul> <li>more</li> </ul>"],
        ),
        ("Words [b][1].\n\n[1]: web:2\n\n### 网络设备", &["v1: a <lore:1> <p>Words <a href=\"web:2\">b</a>.</p>"]),
        ("Words [b][1].\n\n> Mail.\n\n[1]: web:2", &["v1: a <lore:1> <p>Words [b][1].</p> <p>Mail.</p>"]),
        (
            "Words [b][1].\n\n{{ tag }}\n\nMore.\n\n[1]: web:2",
            &["v1: a <lore:1> <p>Words [b][1].</p> <p>More.</p>", "7 TemplateTag '{{ tag }}'"],
        ),
        ("Words.\n\n---\n\nMore.", &["v1: a <lore:1> <p>Words.</p> <hr /> <p>More.</p>"]),
        ("```\n\n### 网络设备\n\n**[v1: b](lore:2)**", &["v1: a <lore:1>", "v1: b <lore:2>", "5 OpenBlock '```'"]),
        ("~~~\n", &["v1: a <lore:1>", "5 OpenBlock '~~~'"]),
        ("```\ncode", &["v1: a <lore:1> <pre><code>code</code></pre>", "5 OpenBlock '```'"]),
        ("<div>\n", &["v1: a <lore:1> <p>&lt;div&gt; </p>"]),
        ("<!-- a note", &["v1: a <lore:1> <p>&lt;!-- a note</p>"]),
        (
            "<<<<<<< a\n> Mail.\n=======\n> Other.\n>>>>>>> b",
            &[
                "v1: a <lore:1> <p>Mail.</p> <p>Other.</p>",
                "5 Conflict '<<<<<<< a'",
                "7 Conflict '======='",
                "9 Conflict '>>>>>>> b'",
            ],
        ),
    ] {
        assert_eq!(section(&format!("{above}{body}")), expected, "{body}");
    }
}

#[test]
fn what_stands_before_the_first_entry_of_a_section_is_told() {
    for (body, expected) in [
        ("Words.\n\n> Mail.\n\n**[v1: a](lore:1)**", &["v1: a <lore:1>", "3 Stray 'Words.'", "5 Stray '> Mail.'"][..]),
        ("Words.  \n\n**[v1: a](lore:1)**", &["v1: a <lore:1>", "3 Stray 'Words.'"]),
        ("{{ tag }}\n\n**[v1: a](lore:1)**", &["v1: a <lore:1>", "3 TemplateTag '{{ tag }}'"]),
        ("---\n\n**[v1: a](lore:1)**", &["v1: a <lore:1>"]),
        ("- - -\n\n**[v1: a](lore:1)**", &["v1: a <lore:1>"]),
        ("- -- .\n\n**[v1: a](lore:1)**", &["v1: a <lore:1>", "3 Stray '- -- .'"]),
    ] {
        assert_eq!(section(body), expected, "{body}");
    }
}

#[test]
fn an_entry_in_a_comment_takes_its_text_along() {
    let above = "**[v1: a](lore:1)**\n\n";
    for (body, expected) in [
        (
            "<!-- **[v1: b](lore:2)** -->\n\n> Text of b.\n\n> And more.",
            &["v1: a <lore:1>", "5 CommentedEntry '**[v1: b](lore:2)**'", "2 passed by"][..],
        ),
        (
            "<!-- **[v1: b](lore:2)** -->\n\nWords.\n\n> Text of a.",
            &["v1: a <lore:1> <p>Words.</p> <p>Text of a.</p>", "5 CommentedEntry '**[v1: b](lore:2)**'"],
        ),
        ("<!-- a note -->\n\n> Text of a.", &["v1: a <lore:1> <p>Text of a.</p>"]),
        (
            "<!--\n**[v1: b](lore:2)**\n\n> Text of b.\n-->\n\n> Text of a.",
            &["v1: a <lore:1> <p>Text of a.</p>", "6 CommentedEntry '**[v1: b](lore:2)**'"],
        ),
        (
            "<!--\n**[v1: b](lore:2)**\n\n-->\n\n> Text of b.",
            &["v1: a <lore:1>", "6 CommentedEntry '**[v1: b](lore:2)**'", "1 passed by"],
        ),
        ("<!--\n- [v1: b](lore:2)\n-->", &["v1: a <lore:1>", "6 CommentedEntry '- [v1: b](lore:2)'"]),
        ("<!--\n**v1: bpf: b**\n-->\n\n> Text of a.", &["v1: a <lore:1> <p>Text of a.</p>"]),
        ("<!--\n**[v1: b lore.kernel.org\n-->", &["v1: a <lore:1>", "6 CommentedEntry '**[v1: b lore.kernel.org'"]),
        ("<!--\n**[v1: b](TODO)**\n-->", &["v1: a <lore:1>"]),
        ("<!--\nsee lore.kernel.org for more\n-->\n\n> Text of a.", &["v1: a <lore:1> <p>Text of a.</p>"]),
    ] {
        assert_eq!(section(&format!("{above}{body}")), expected, "{body}");
    }
}

#[test]
fn a_line_that_looks_like_a_part_of_an_entry_is_told_and_stays_text() {
    let above = "**[v1: a](lore:1)**\n\n";
    for (body, expected) in [
        ("> A line **[v1: b](lore:2)**  ", &["5 LikeEntry '**[v1: b](lore:2)**'"][..]),
        ("  > A line **[v1: b](lore:2)**", &["5 LikeEntry '**[v1: b](lore:2)**'"]),
        ("> A line **[v1: b](web:2)**", &[]),
        ("> A line **[v1: b] lore:2", &[]),
        ("> A line [v1: b](lore:2)", &[]),
        ("> A line.\nAnother [v1: b](lore:2)", &["6 LikeEntry 'lore:2'"]),
        ("Words lore:2", &["5 LikeEntry 'lore:2'"]),
        ("Words web:2", &[]),
    ] {
        let told = section(&format!("{above}{body}")).split_off(1);
        assert_eq!(told, expected, "{body}");
    }
    assert_eq!(section("**[v1: a](lore:1)** of lore:2")[1..], ["3 LikeEntry 'lore:2'"]);
}

#[test]
fn a_full_width_mark_of_a_quote_is_told_once() {
    let above = "**[v1: a](lore:1)**\n\n";
    for (body, expected) in [
        ("＞ Text.\n＞ More.", &["v1: a <lore:1> <p>Text.<br> More.</p>", "5 FullWidthQuote '＞'"][..]),
        ("> Text.\n ＞ More.", &["v1: a <lore:1> <p>Text.<br> More.</p>", "6 FullWidthQuote '＞'"]),
        ("> 甲 ＞ 乙\n> 丙", &["v1: a <lore:1> <p>甲 ＞ 乙<br> 丙</p>"]),
    ] {
        assert_eq!(section(&format!("{above}{body}")), expected, "{body}");
    }
}

#[test]
fn a_heading_is_told_unless_the_table_has_it_as_it_is_written() {
    for (heading, expected) in [
        ("### 内存管理", &["内存管理"; 0][..]),
        ("### MM", &["1 SectionSpelling { words: \"MM\", usual: \"内存管理\" } '### MM'"]),
        ("### 内存管里", &["1 NearSection { slug: \"nei-cun-guan-li-f315f4\", near: \"内存管理\" } '### 内存管里'"]),
        ("### 工具链", &["1 UnknownSection(\"gong-ju-lian-5820eb\") '### 工具链'"]),
        ("### {{ name }}", &["1 TemplateTag '### {{ name }}'"]),
        ("### {% name %}", &["1 TemplateTag '### {% name %}'"]),
    ] {
        let told = issue(&format!("{heading}\n\n**[v1: a](lore:1)**")).split_off(1);
        assert_eq!(told, expected, "{heading}");
    }
    assert_eq!(
        issue("## 甲\n\n### BPF\n\n**[v1: a](lore:1)**"),
        ["v1: a <lore:1>"],
        "a heading without entries is none"
    );
    let told = ["1 NoSection '**[v1: a](lore:1)**'", "5 Form '- ['", "5 NoSection '- [v1: b](lore:2)'"];
    assert_eq!(issue("**[v1: a](lore:1)**\n\n> Text.\n\n- [v1: b](lore:2)\n")[2..], told);
}

#[test]
fn a_heading_that_is_not_written_as_one_begins_a_section() {
    let entry = "\n\n**[v1: b](lore:2)**\n";
    let heading = |words: &str| {
        let lines = issue(&format!("### 网络设备\n\n**[v1: a](lore:1)**\n\n{words}{entry}"));
        lines
            .iter()
            .any(|line| line == &format!("5 LooseHeading '{}'", words.lines().next().unwrap_or_default().trim()))
    };
    for (words, expected) in [
        // What the table has, in whatever form.
        ("###BPF", true),
        ("    ### BPF", true),
        ("＃＃＃ BPF", true),
        ("#BPF", true),
        ("########## BPF", true),
        ("**BPF**", true),
        ("BPF", true),
        ("BPF\n---", true),
        ("BPF\nwords", false),
        ("<h3>BPF</h3>", true),
        ("<h3 id=\"bpf\">BPF</h3>", true),
        ("<h3>BPF", false),
        ("<h3>BPF\n</h3>", false),
        ("> ### BPF", true),
        ("> ＃＃＃ BPF", true),
        ("> BPF", false),
        ("**[BPF](a)", false),
        ("[BPF](a)**", false),
        ("- BPF", true),
        ("**[BPF", false),
        ("BPF)**", false),
        ("***", false),
        // Other words, which must stand alone.
        ("###Tools", true),
        ("#Tools", false),
        ("######Tools", true),
        ("#######Tools", false),
        ("＃＃Tools", true),
        ("    ##Tools", false),
        ("###Tools, again", false),
        ("###Tools (x) & 工具/a-1.2", true),
        ("###工具 + 【一】（二）、三", true),
        ("###Tools.", false),
        ("###[1]", false),
        ("###-/-", false),
        ("###ABCDEFGHIJKLMNOPQRSTUVWXYZ1234", true),
        ("###ABCDEFGHIJKLMNOPQRSTUVWXYZ12345", false),
        ("Tools", false),
        ("**Tools**", false),
        ("<h3>Tools</h3>", false),
    ] {
        assert_eq!(heading(words), expected, "{words}");
    }
    for (text, expected) in [
        ("> Mail.\n###Tools\n\n**[v1: b](lore:2)**", false),
        ("Words.\n\n###Tools\nwords\n\n**[v1: b](lore:2)**", false),
        ("Words.\n\n###Tools\n**[v1: b](lore:2)**", true),
        ("Words.\n\n###Tools  \n\n**[v1: b](lore:2)**", true),
        ("Words.\n\n###Tools  \n", true),
        ("Words.\n\nBPF\n\n**[v1: b](lore:2)**", true),
        ("Words.\n\nBPF\n\n> Mail.", false),
        ("Words.\n\nBPF", false),
        ("Words.\n\n**BPF**\n\n> Mail.", true),
    ] {
        let lines = section(&format!("**[v1: a](lore:1)**\n\n{text}"));
        assert_eq!(lines.iter().any(|line| line.contains("LooseHeading")), expected, "{text}");
    }
    let before = issue("###Tools\n\n**[v1: a](lore:1)**");
    assert!(before.contains(&"1 LooseHeading '###Tools'".to_owned()), "{before:?}");
    assert_eq!(section("##########工具\n\n**[v1: b](lore:2)**"), ["v1: b <lore:2>", "3 Stray '##########工具'"]);
    let levels = issue("## 甲\n\n####### 内存管理\n\n**[v1: a](lore:1)**");
    assert_eq!(levels, ["v1: a <lore:1>", "3 LooseHeading '####### 内存管理'"]);
}
