//! The texts of entries in newsletters of links: pictures, HTML, what templates and Markdown's dialects left in them.

use patchfeed::diagnostic::{Broken, Problem};
use patchfeed::document::Document;

use crate::{read_documents, read_with, texts};

/// The newsletter's address.
const BASE: &str = "https://harbour.example.org/";

/// The configuration that says so.
const SITE: &str = "[site]\naddress = \"https://harbour.example.org/\"\n";

/// The HTML and the summary of the first entry of an issue that lists it in this Markdown.
fn text(markdown: &str) -> (String, String) {
    let issue = format!("## News\n\n{markdown}\n\n- [Nails](https://example.org/nails)\n");
    let item = read_with(&texts(&[("2024-02-02-a-1.md", &issue)]), SITE).items().next().expect("an item").clone();
    let end = item.html.rfind("<p>").expect("a last line");
    (item.html[..end].to_owned(), item.summary)
}

/// Whether what follows `<img src="` is an address on the web, perhaps words, and nothing else.
pub(crate) fn is_picture(attributes: &str) -> bool {
    let Some((address, rest)) = attributes.split_once('"') else { return false };
    let alt = rest.strip_prefix(" alt=\"").and_then(|alt| alt.strip_suffix('"'));
    (address.starts_with("http://") || address.starts_with("https://"))
        && (rest.is_empty() || alt.is_some_and(|alt| !alt.contains('"')))
}

#[test]
fn pictures_are_pictures() {
    for (markdown, html, summary) in [
        ("![A lamp](lamp.png)", format!("<p><img src=\"{BASE}lamp.png\" alt=\"A lamp\" /></p>\n"), "A lamp"),
        ("![](lamp.png) burns", format!("<p><img src=\"{BASE}lamp.png\" alt=\"\" /> burns</p>\n"), "burns"),
        ("![IMG_1234.png](http://example.org/a.png)!", "<p><img src=\"http://example.org/a.png\" alt=\"\" />!</p>\n".into(), "!"),
        ("[![bg20240410](//example.org/bg20240410.webp)](https://example.org/) big", "<p><a href=\"https://example.org/\"><img src=\"https://example.org/bg20240410.webp\" alt=\"\" /></a> big</p>\n".into(), "big"),
        ("![A lamp](data:image/png;base64,AA)", "<p>A lamp</p>\n".into(), "A lamp"),
    ] {
        assert_eq!(text(&format!("- [Lamps](https://example.org/): {markdown}")), (html, summary.to_owned()), "{markdown}");
    }
}

#[test]
fn html_that_editors_wrote_is_cleaned() {
    for (markdown, html, summary) in [
        (
            "H<sub>2</sub>O<br/>and <kbd class=\"key\" onclick=\"x()\">A</kbd>",
            "<p>H<sub>2</sub>O<br>\nand <kbd>A</kbd></p>\n",
            "H2O and A",
        ),
        ("<b>never <i>closed</b> well</i>", "<p><b>never <i>closed</i></b><i> well</i></p>\n", "never closed well"),
        (
            "see <a href=\"javascript:x()\" title=\"t\">this</a> & <SUP>that</SUP>",
            "<p>see <a>this</a> &amp; <sup>that</sup></p>\n",
            "see this & that",
        ),
        ("a<script>alert(1)</script> b <iframe src=\"https://example.org/\"></iframe> c", "<p>a b  c</p>\n", "a b c"),
        ("<img alt=\"a & <b\" src=\"data:x\"> c", "<p>a &amp; &lt;b c</p>\n", "a & <b c"),
        ("<u>a</u>\n\n  3. b", "<p><u>a</u></p>\n<ol start=\"3\">\n<li>b</li>\n</ol>\n", "a b"),
        ("a `<b>x</b>` <b>b</b>", "<p>a <code>&lt;b&gt;x&lt;/b&gt;</code> <b>b</b></p>\n", "a <b>x</b> b"),
    ] {
        let read = text(&format!("- [Lamps](https://example.org/): {markdown}"));
        assert_eq!(read, (html.to_owned(), summary.to_owned()), "{markdown}");
    }
}

#[test]
fn blocks_of_html_are_cleaned_too() {
    for (markdown, html, summary) in [
        (
            "<p align=\"center\"><img src='a.png' width=\"80%\"></p>",
            format!("<p><img src=\"{BASE}a.png\"></p>"),
            "burn",
        ),
        (
            "<div>\n<details><summary>More</summary>Oil</details>\n</div>",
            "<div>\n<details><summary>More</summary>Oil</details>\n</div>".into(),
            "burn More Oil",
        ),
        (
            "<table><tr><td>1</td>\n<td>2</td></tr></table>",
            "<table><tbody><tr><td>1</td>\n<td>2</td></tr></tbody></table>".into(),
            "burn 1 2",
        ),
        (
            "<center>Vec<T>, <!-- a note --> <span style=\"color:red\">red</span></center>",
            "<div>Vec&lt;T&gt;,  red\n</div>".into(),
            "burn Vec<T>, red",
        ),
    ] {
        let read = text(&format!("- [Lamps](https://example.org/) burn\n\n  {}\n", markdown.replace('\n', "\n  ")));
        assert_eq!((read.0.trim_end(), &*read.1), (&*format!("<p>burn</p>\n{html}"), summary), "{markdown}");
    }
}

#[test]
fn what_only_looks_like_html_is_words() {
    for words in [
        "Vec<T> holds List<String>",
        "use <details> here",
        "a <script> loads",
        "<Table> <foo>bar</foo> <!-- open",
        "1 <b> 2",
    ] {
        let (html, summary) = text(&format!("- [Lamps](https://example.org/): {words}"));
        assert_eq!(html, format!("<p>{}</p>\n", words.replace('<', "&lt;").replace('>', "&gt;")));
        assert_eq!(summary, words);
    }
}

#[test]
fn a_picture_alone_in_a_block_of_html_isn_t_dropped() {
    let (html, _) = text("- [Lamps](https://example.org/) burn\n\n<p><img src=\"a.png\"></p>");
    assert!(!html.contains("&lt;"), "{html}");
    let issue = "## News\n\n### [Lamps](https://example.org/)\n\n<p><img src=\"a.png\"></p>\n\n### [Nails](https://example.org/n)\n";
    let read = read_with(&texts(&[("2024-02-02-a-1.md", issue)]), SITE);
    assert!(read.items().next().is_some_and(|item| item.html.contains(&format!("<img src=\"{BASE}a.png\">"))));
}

#[test]
fn what_follows_the_link_of_a_heading_begins_its_text() {
    let issue = "## Reading\n\n### [Ropes](https://example.org/ropes) by Ada Reed (part 2 of 3)\n\nOn knots.\n\n### [Sails](https://example.org/sails) and [seams](https://example.org/seams) ###\n\n### [Tides](https://example.org/tides):\n\nOn the moon.\n";
    let read = read_with(&texts(&[("2024-02-02-a-1.md", issue)]), "");
    let shown: Vec<(&str, &str)> = read.items().map(|item| (item.title.as_str(), item.summary.as_str())).collect();
    assert_eq!(shown[0], ("Ropes", "by Ada Reed (part 2 of 3) On knots."));
    assert_eq!(shown[1], ("Sails", "and seams"));
    assert_eq!(shown[2], ("Tides", "On the moon."));
    let html: Vec<&str> = read.items().map(|item| item.html.as_str()).collect();
    assert!(html[0].starts_with("<p>by Ada Reed (part 2 of 3)</p>\n<p>On knots.</p>"), "{}", html[0]);
    assert!(html[1].starts_with("<p>and <a href=\"https://example.org/seams\">seams</a></p>"), "{}", html[1]);
}

#[test]
fn a_mark_that_closes_behind_a_note_belongs_to_neither_title_nor_text() {
    for (line, title, summary) in [
        ("\"[Ropes ](https://example.org/)(From example.org 2020.10.27)\"", "Ropes", "(From example.org 2020.10.27)"),
        ("“**[Ropes](https://example.org/)**（来自 example.org）” and more", "Ropes", "（来自 example.org） and more"),
        ("\"[Ropes](https://example.org/)\" (From example.org)", "\"Ropes\"", "(From example.org)"),
        ("[Ropes](https://example.org/) (From \"example.org\")", "Ropes", "(From \"example.org\")"),
        ("The \"[Ropes](https://example.org/) (old)", "The \"Ropes", "(old)"),
    ] {
        let issue = format!("## News\n\n### {line}\n\n### [Nails](https://example.org/nails)\n");
        let read = read_with(&texts(&[("2024-02-02-a-1.md", &issue)]), "");
        let item = read.items().next().expect("an item");
        assert_eq!((item.title.as_str(), item.summary.as_str()), (title, summary), "{line}");
    }
}

#[test]
fn tags_of_templates_and_attributes_don_t_show() {
    for (markdown, html) in [
        ("burn {% include a.html %}bright {{ page.x }}", "<p>burn bright </p>\n"),
        (
            "[burn](https://example.org/b){:target=\"_blank\"} :tada:\n  {: .note}",
            "<p><a href=\"https://example.org/b\">burn</a> :tada:\n</p>\n",
        ),
        ("burn {{< youtube id=\"x\" >}}\n\n  {: .note}", "<p>burn </p>\n"),
        ("`{{ x }}` and `{% y %}` {not: a tag}", "<p><code>{{ x }}</code> and <code>{% y %}</code> {not: a tag}</p>\n"),
        ("burn\n\n  ```\n  {% x %}\n  ```", "<p>burn</p>\n<pre><code>{% x %}\n</code></pre>\n"),
    ] {
        assert_eq!(text(&format!("- [Lamps](https://example.org/): {markdown}")).0, html, "{markdown}");
    }
    let issue = "## News {#news}\n\n### [Lamps](https://example.org/){:target=\"_blank\"} {#lamps}\n\n### [Nails](https://example.org/n)\n";
    let read = read_with(&texts(&[("2024-02-02-a-1.md", issue)]), "");
    let item = read.items().next().expect("an item");
    assert_eq!(
        (item.title.as_str(), item.summary.as_str(), &*item.sections[0].slug),
        ("Lamps", "News · Newsletter Issue 1", "news")
    );
}

#[test]
fn mistyped_addresses_are_mended_where_they_can_be_read_only_once() {
    let broken = |broken| vec![Problem::BrokenEntry(broken)];
    for (address, url, problems) in [
        ("https：//example.org/a", "https://example.org/a", broken(Broken::Scheme)),
        ("http//example.org/a", "http://example.org/a", broken(Broken::Scheme)),
        ("https:/example.org/a", "https://example.org/a", broken(Broken::Scheme)),
        ("https://https://example.org/a", "https://example.org/a", broken(Broken::Scheme)),
        ("www.example.org/a", "https://www.example.org/a", broken(Broken::Scheme)),
        ("{{ site.url }}/a", BASE, broken(Broken::Tag)),
        ("{% post_url 2024-02-02-a %}", BASE, broken(Broken::Tag)),
        ("https://example.org/a b", BASE, broken(Broken::WhiteSpace)),
        ("/a", "https://harbour.example.org/a", vec![]),
        ("https://example.org/a|b?c=`{d}^", "https://example.org/a%7Cb?c=%60%7Bd%7D%5E", vec![]),
    ] {
        let issue = format!("## News\n\n- [Nails](https://example.org/nails)\n- [Lamps]({address}): they burn\n");
        let read = read_with(&texts(&[("2024-02-02-a-1.md", &issue)]), SITE);
        let lamps = read.items().nth(1).expect("an item");
        assert_eq!((lamps.title.as_str(), lamps.url.as_str()), ("Lamps", url), "{address}");
        assert!(lamps.summary.ends_with("they burn"), "{}", lamps.summary);
        let found: Vec<_> = read.diagnostics.into_iter().map(|diagnostic| diagnostic.problem).collect();
        assert_eq!(found, problems, "{address}");
    }
}

#[test]
fn relative_links_of_a_newsletter_without_an_address_are_reported_once() {
    let issue = "---\npermalink: /1/\n---\n\n## News\n\n- [Lamps](lamps.html) and ![a lamp](lamp.png)\n- [Nails](/nails)\n- [Ropes](https://example.org/)\n";
    let issues = [("2024-02-02-a-1.md", issue), ("2024-02-09-a-2.md", issue)];
    let read = read_with(&texts(&issues), "");
    let found = read.listings.iter().flat_map(|listing| &listing.diagnostics);
    let relative: Vec<_> = found.filter(|found| matches!(found.problem, Problem::RelativeLinks(_))).collect();
    assert_eq!(relative.len(), 1);
    assert_eq!((relative[0].problem.clone(), relative[0].place.line), (Problem::RelativeLinks(4), 7));
    let lamps = read.items().next().expect("an item");
    assert_eq!((lamps.url.as_str(), lamps.issue.url.as_ref()), (crate::BASE, None));
    assert!(lamps.html.starts_with("<p>and a lamp</p>"), "{}", lamps.html);
    let placed = read_with(&texts(&issues), SITE);
    assert_eq!(placed.items().next().map(|item| item.url.as_str()), Some("https://harbour.example.org/1/lamps.html"));
    let mut problems = placed.listings.iter().flat_map(|listing| &listing.diagnostics).map(|found| &found.problem);
    assert!(!problems.any(|problem| matches!(problem, Problem::RelativeLinks(_))));
}

#[test]
fn relative_links_of_a_repository_at_a_forge_stand_on_the_file_s_page() {
    let text = "## News\n\n- [Lamps](../notes/lamps.md) ![](lamp.png) <img src=\"/red.png\">\n- [Nails](https://example.org/)\n";
    let mut document = Document::new("r/issues/2024-02-02-a-1.md", text.to_owned());
    document.page = "https://github.com/o/r/blob/main/issues/2024-02-02-a-1.md".parse().ok();
    let read = read_documents(&[document], Vec::new(), "");
    let lamps = read.items().next().expect("an item");
    assert_eq!(lamps.url, "https://github.com/o/r/blob/main/notes/lamps.md");
    assert!(lamps.html.contains("<img src=\"https://github.com/o/r/raw/main/issues/lamp.png\""), "{}", lamps.html);
}

#[test]
fn footnotes_come_along() {
    let issue = "## News\n\n- [Lamps](https://example.org/) burn[^oil] and shine[^2][^oil]\n- [Nails](https://example.org/n): iron[^3] `a[^b]`\n- [Ropes](https://example.org/r)\n\n[^oil]: With *whale oil*,\n  as ever.\n[^2]: 亮\n\n[^3]: https://example.org/iron\n[^4]: Nobody asks.\n";
    let read = read_with(&texts(&[("2024-02-02-a-1.md", issue)]), SITE);
    let items: Vec<_> = read.items().collect();
    assert_eq!(items.len(), 3);
    assert_eq!(items[0].summary, "burn[^oil] and shine[^2][^oil] [^oil]: With whale oil, as ever. [^2]: 亮");
    assert!(items[0].html.contains("<p>[^oil]: With <em>whale oil</em>,\nas ever.</p>"), "{}", items[0].html);
    assert!(items[1].html.contains("iron<a href=\"https://example.org/iron\">^3</a>"), "{}", items[1].html);
    assert_eq!(items[2].summary, "News · Newsletter Issue 1");
    let below = "## News\n\n### [Lamps](https://example.org/)\n\nBurn[^1].\n\n[^1]: Oil.\n\n### [Nails](https://example.org/n)\n";
    let read = read_with(&texts(&[("2024-02-02-a-1.md", below)]), SITE);
    assert_eq!(read.items().next().map(|item| item.summary.as_str()), Some("Burn[^1]. [^1]: Oil."));
}
