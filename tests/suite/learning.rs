//! What all issues together show of a newsletter: its sections, its name and its language.

use patchfeed::source::Text;

use crate::read;

/// Issues of these bodies, a week apart, and what they list: `title <address> section`.
fn listed(bodies: &[&str]) -> Vec<String> {
    let texts: Vec<Text> = bodies
        .iter()
        .enumerate()
        .map(|(at, body)| Text::new(&format!("2024-02-{:02}-harbour-{}.md", 2 + at, at + 1), body.as_bytes().to_vec()))
        .collect();
    let newsletter = read(&texts);
    let items = newsletter.items().map(|item| {
        let sections: Vec<&str> = item.sections.iter().map(|section| section.title.as_str()).collect();
        let address = item.url.trim_start_matches("https://example.org/");
        format!("{} <{address}> {}", item.title, sections.join(", ")).trim_end().to_owned()
    });
    items.collect()
}

/// Issues that all have a section with a list, and what one of them has besides.
fn beside(body: &str, issues: usize) -> Vec<String> {
    let usual = |at: usize| format!("## News\n\n- [usual](https://example.org/{at})\n");
    let mut bodies: Vec<String> = (1..issues).map(usual).collect();
    bodies.push(format!("{}\n{body}", usual(issues)));
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let mut listed = listed(&bodies);
    listed.retain(|item| !item.starts_with("usual"));
    listed
}

#[test]
fn a_heading_that_comes_back_is_a_section_and_one_below_it_that_does_not_is_an_entry() {
    let first = "## News\n\n### A quay opens\n\nIt took years.\n\n- 3 berths\n- details [here](https://example.org/quay)\n\n## Events\n\n- [Fair](https://example.org/fair)\n";
    let second = "## News\n\n### A lighthouse is sold\n\nTo [a school](https://example.org/school).\n\n## Events\n\n- [Race](https://example.org/race)\n";
    assert_eq!(
        listed(&[first, second]),
        ["A quay opens <quay> News", "Fair <fair> Events", "A lighthouse is sold <school> News", "Race <race> Events"]
    );
}

#[test]
fn numbers_anchors_and_pictures_are_no_part_of_a_section() {
    let bodies = [
        "## 1. Tests\n\n### 1.1 Ropes {#ropes}\n\n- [a](https://example.org/a)\n\n## 一、Lamps\n\n- [b](https://example.org/b)\n",
        "## 2. Tests\n\n### 2.1 Ropes\n\n- [c](https://example.org/c)\n\n## 二、Lamps\n\n- [d](https://example.org/d)\n",
    ];
    assert_eq!(listed(&bodies), ["a <a> Ropes", "b <b> Lamps", "c <c> Ropes", "d <d> Lamps"]);
}

#[test]
fn a_heading_that_no_other_of_many_issues_has_is_no_section() {
    let list = "## Once\n\n- [a](https://example.org/a)\n";
    assert_eq!(beside(list, 2), ["a <a> Once"], "two issues show too little");
    assert_eq!(beside(list, 9), ["a <a>"]);
    let story = "## A story\n\nWords.\n\nSee [there](https://example.org/a).\n";
    assert_eq!(beside(story, 9), ["A story <a>"]);
    let part = "### Once\n\n- [a](https://example.org/a)\n";
    assert_eq!(beside(part, 2), ["a <a> News"], "what stands below a section belongs to it");
}

#[test]
fn a_heading_that_is_a_link_is_a_section_if_another_one_leads_there() {
    let one = |title: &str, at: usize| {
        format!("## [{title}](https://example.org/all)\n\n1、[{at}: a](https://example.org/{at})\n\nWords.\n\n")
    };
    let body = one("Texts", 1) + &one("Tools", 2);
    assert_eq!(listed(&[&body]), ["1: a <1> Texts", "2: a <2> Tools"]);
}

#[test]
fn entries_stand_before_the_first_heading_too() {
    let body = "Welcome to [the harbour](https://example.org/).\n\n- [a](https://example.org/a)\n\n## News\n\n- [b](https://example.org/b)\n";
    assert_eq!(listed(&[body]), ["a <a>", "b <b> News"]);
}

#[test]
fn a_person_who_is_linked_before_the_news_is_not_the_news() {
    let body = "## News\n\n- [@ada](https://github.com/ada) made [ropes](https://example.org/ropes) lighter. It took years.\n- [@ben](https://github.com/ben)\n- [Tool](https://github.com/tool) and [words](https://example.org/words)\n";
    assert_eq!(
        listed(&[body]),
        ["@ada made ropes lighter <ropes> News", "@ben <https://github.com/ben> News", "Tool and words <words> News"]
    );
}

#[test]
fn people_are_not_the_news_wherever_their_links_stand() {
    let list = "- A lamp by [Ada Bell](https://x.com/ada/status/1): [plans](https://example.org/plans)\n- [Cy](https://x.com/cy) and [Di](https://x.com/di)\n  sold a [boat](https://example.org/boat)\n- [A boat, sold](https://x.com/di/status/2) by [Di](https://x.com/di)\n";
    let prose = "[Ben](https://github.com/ben) wrote of [ropes](https://example.org/ropes).\n\nTalks by [Ada](https://x.com/ada).\n";
    assert_eq!(
        listed(&[&format!("## News\n\n{list}\n## People\n\n{prose}")]),
        [
            "A lamp by Ada Bell: plans <plans> News",
            "Cy and Di sold a boat <boat> News",
            "A boat, sold <https://x.com/di/status/2> News",
            "Ben wrote of ropes <ropes> People",
            "Talks by Ada <https://x.com/ada> People"
        ]
    );
}

#[test]
fn a_bold_title_stands_above_its_address() {
    let body = "## News\n\n**Why lamps blink**  \nhttps://example.org/blink  \nBecause.\n\n**Ropes**\n<https://example.org/ropes>\n";
    assert_eq!(listed(&[body]), ["Why lamps blink <blink> News", "Ropes <ropes> News"]);
}

#[test]
fn an_item_whose_link_comes_late_is_an_entry_by_its_bold_words_or_its_sentence() {
    let long = "words ".repeat(40);
    let body = format!(
        "## News\n\n- **Lamps:** {long}[a](https://example.org/a)\n- Short. {long}[b](https://example.org/b)\n- {long}\n"
    );
    assert_eq!(listed(&[&body]), ["Lamps <a> News", "Short <b> News"]);
}

#[test]
fn rows_of_a_table_are_entries_where_nothing_else_is() {
    let table = "| What | Where |\n|---|---|\n| Lamps | [here](https://example.org/lamps) |\n| Words | nowhere |\n";
    assert_eq!(listed(&[&format!("## News\n\n{table}")]), ["Lamps · here <lamps> News"]);
    assert_eq!(listed(&[&format!("## News\n\n- [a](https://example.org/a)\n\n{table}")]), ["a <a> News"]);
}

#[test]
fn what_stands_in_most_issues_is_their_frame() {
    let issue = |at: usize| {
        format!("## News\n\n- [{at}](https://example.org/{at})\n- [Subscribe](https://example.org/subscribe)\n")
    };
    let count = |issues: usize| {
        let bodies: Vec<String> = (0..issues).map(issue).collect();
        let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
        listed(&bodies).iter().filter(|item| item.starts_with("Subscribe")).count()
    };
    assert_eq!((count(3), count(5)), (1, 0));
}

#[test]
fn a_number_in_a_heading_counts_issues_only_if_it_rises_by_one() {
    let heading = |number: u32| format!("### #{number}: Ropes\n\n- [{number}](https://example.org/{number})\n\n");
    let issues = |numbers: &[u32]| {
        let text = numbers.iter().map(|number| heading(*number)).collect::<String>();
        read(&[Text::new("2024-05-05-update.md", text.into_bytes())]).listings.len()
    };
    assert_eq!(issues(&[7, 8, 9]), 3);
    assert_eq!(issues(&[9, 8, 7]), 3);
    assert_eq!(issues(&[10432, 10219]), 1);
}

/// The name and the language of a newsletter of issues with these titles and bodies.
fn name_and_language(issues: &[(&str, &str)]) -> (String, String) {
    let texts: Vec<Text> = issues
        .iter()
        .enumerate()
        .map(|(at, (title, body))| {
            let text = format!("---\ntitle: '{title}'\n---\n\n{body}");
            Text::new(&format!("somewhere/harbour-letters/_posts/2024-02-{:02}-x.md", 2 + at), text.into_bytes())
        })
        .collect();
    let newsletter = read(&texts).newsletter;
    (newsletter.title, newsletter.language)
}

#[test]
fn the_name_is_what_most_titles_share_without_months_or_else_the_folders() {
    let item = "## News\n\n- [a](https://example.org/a)\n";
    let name = |titles: &[&str]| {
        let issues: Vec<(&str, &str)> = titles.iter().map(|title| (*title, item)).collect();
        name_and_language(&issues).0
    };
    assert_eq!(
        name(&["Week ending July 7, 2024", "Week ending July 14, 2024", "Week ending May 4, 2024"]),
        "Week ending"
    );
    assert_eq!(name(&["Issue #90", "Issue #91"]), "harbour-letters");
    assert_eq!(name(&["第 3 期 港口周刊", "第 4 期 港口周刊"]), "港口周刊");
    assert_eq!(name(&["Lamps", "Ropes", "Tides"]), "harbour-letters");
}

#[test]
fn the_language_is_that_of_the_words_and_not_of_the_titles_of_links_alone() {
    let chinese = "## 文章\n\n- [Understanding how ropes decide to break](https://example.org/a) 本文分析了绳索断裂的几种原因，以及日常检查时应当注意的地方。\n";
    assert_eq!(name_and_language(&[("港口周报 #1", chinese)]).1, "zh-CN");
    let english = "## Articles\n\n- [绳索](https://example.org/a) is a text on ropes and how they break, in Chinese, with pictures.\n";
    assert_eq!(name_and_language(&[("Harbour #1", english)]).1, "en");
}

#[test]
fn a_newsletter_without_an_entry_has_its_own_name() {
    assert_eq!(name_and_language(&[("Harbour weekly 1", "## News\n\nNothing.\n")]).0, "Harbour weekly");
}

#[test]
fn headings_that_are_days_begin_issues_also_in_a_file_that_is_a_span_of_days() {
    let day = |day: &str| format!("## Harbour daily ({day})\n\n- [{day}](https://example.org/{day})\n\n");
    let issues = |name: &str, text: &str| {
        let listings = read(&[Text::new(name, text.as_bytes().to_vec())]).listings;
        listings.iter().map(|listing| format!("{} {}", listing.slug, listing.items.len())).collect::<Vec<_>>()
    };
    let days = day("2022-05-02") + &day("2022-05-03");
    assert_eq!(issues("20220502-20220508.md", &days), ["2022-05-02 1", "2022-05-03 1"]);
    assert_eq!(issues("20220502-20220508.md", &format!("# Harbour\n\n{days}")), ["2022-05-02 1", "2022-05-03 1"]);
    let among = format!("## News\n\n- [a](https://example.org/a)\n\n{days}");
    assert_eq!(issues("2022-05-02.md", &among), ["2022-05-02 3"], "a calendar is no issue");
}

#[test]
fn numbers_that_begin_anew_each_year_are_no_slip() {
    let issue =
        |title: &str, at: u32| format!("---\ntitle: {title}\n---\n\n## News\n\n- [{at}](https://example.org/{at})\n");
    let slugs = |issues: &[(&str, &str)]| {
        let texts = issues.iter().zip(0..).map(|((name, title), at)| Text::new(name, issue(title, at).into_bytes()));
        let newsletter = read(&texts.collect::<Vec<_>>());
        assert_eq!(newsletter.diagnostics, [], "{issues:?}");
        newsletter.listings.iter().map(|listing| listing.slug.clone()).collect::<Vec<_>>()
    };
    let by_name = [("2017-01-02-2017-1.md", "Harbour"), ("2018-01-01-2018-1.md", "Harbour")];
    assert_eq!(slugs(&by_name), ["2017-1", "2018-1"]);
    let by_title = [("2017-01-02-a.md", "Harbour 2017 Issue 1"), ("2018-01-01-b.md", "Harbour 2018 Issue 1")];
    assert_eq!(slugs(&by_title), ["2017-1", "2018-1"]);
    assert_eq!(slugs(&[("2017-01-02-harbour-7.md", "Harbour 7 in 2017")]), ["7"]);
}

#[test]
fn what_the_site_puts_into_many_addresses_is_told_once() {
    let texts: Vec<Text> = (1..=5)
        .map(|at| {
            let body =
                format!("## News\n\n- [a {at}]({{{{site.there}}}}/{at})\n- [b {at}]({{{{site.there}}}}/b/{at})\n");
            Text::new(&format!("2024-02-0{at}-harbour-{at}.md"), body.into_bytes())
        })
        .collect();
    let told = |texts: &[Text]| {
        let read = read(texts);
        read.diagnostics.iter().map(|said| (said.problem.kind().name(), said.more)).collect::<Vec<_>>()
    };
    assert_eq!(told(&texts), [("broken-entry", 9)]);
    assert_eq!(told(&texts[..2]).len(), 4, "in a few issues each is a slip");
    assert_eq!(read(&texts).items().count(), 10, "each is an item all the same");
}

#[test]
fn a_mark_behind_a_link_parts_the_title_from_the_words() {
    let issue = |marks: [&str; 3]| {
        let line =
            |(at, mark): (usize, &str)| format!("[Lamp {at}](https://example.org/{at}){mark} it counts ships.\n\n");
        format!("## News\n\n{}", marks.into_iter().enumerate().map(line).collect::<String>())
    };
    assert_eq!(listed(&[&issue([" —", ":", " -"])]), ["Lamp 0 <0> News", "Lamp 1 <1> News", "Lamp 2 <2> News"]);
    assert_eq!(listed(&[&issue(["", ",", "-like"])])[0], "Lamp 0 it counts ships <0> News", "the sentence goes on");
}

#[test]
fn an_address_in_parentheses_behind_bold_words_is_the_link() {
    let body = "## News\n\n**Ropes** (https://example.org/a): long.\n\n**Lamps** (https://example.org/b)\n";
    assert_eq!(listed(&[body]), ["Ropes <a> News", "Lamps <b> News"]);
}

#[test]
fn lines_that_are_a_link_each_are_entries() {
    let body = "## News\n\n[a](https://example.org/a)\n[b](https://example.org/b)\n\n## More\n\n👉 [c](https://example.org/c)\n👉 [d](https://example.org/d)\n";
    assert_eq!(listed(&[body]), ["a <a> News", "b <b> News", "👉 c <c> More", "👉 d <d> More"]);
    let story = "## News\n\n### Quays\n\n[a](https://example.org/a)\n[b](https://example.org/b)\n";
    assert_eq!(
        beside(&format!("{story}\n### Lamps\n\nSee [there](https://example.org/c).\n"), 4),
        ["Quays <a> News", "Lamps <c> News"]
    );
}

#[test]
fn a_story_whose_link_stands_alone_below_its_heading_is_one_entry() {
    for link in ["<https://example.org/a>", "https://example.org/a", "[example.org](https://example.org/a)"] {
        let story = format!("### Quays\n\n{link}\n\nWords.\n");
        assert_eq!(beside(&format!("## News\n\n{story}"), 4), ["Quays <a> News"], "{link}");
    }
}

#[test]
fn stories_stand_below_the_title_too_and_headings_above_others_are_none() {
    let story = |at: usize| format!("## Quay {at} opens\n\nSee [it](https://example.org/{at}).\n");
    let bodies: Vec<String> = (1..=4).map(story).collect();
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    assert_eq!(listed(&bodies)[0], "Quay 1 opens <1>");
    let parted = "## Top stories\n\n### [a](https://example.org/a)\n\n### [b](https://example.org/b)\n";
    assert_eq!(beside(parted, 9), ["a <a>", "b <b>"]);
}

#[test]
fn sections_of_any_shape_stand_beside_bold_links() {
    let issue = |at: usize| {
        format!(
            "## Long\n\n**[Kern {at}](https://example.org/k{at})** by Lu.\n\n## In the news\n\nPort [opened a quay](https://example.org/q{at}).\n\n| a | b |\n|---|---|\n| c | [d](https://example.org/d{at}) |\n"
        )
    };
    assert_eq!(
        listed(&[&issue(1)]),
        ["Kern 1 <k1> Long", "Port opened a quay <q1> In the news", "c · d <d1> In the news"]
    );
}

#[test]
fn a_footnote_is_no_entry_and_bold_words_above_a_list_part_it() {
    let body = "## Jobs\n\nAn [offer](https://example.org/a).[^1]\n\n[^1]: From [the book](https://example.org/b).\n\n## News\n\n**Ropes**\n\n- [c](https://example.org/c)\n\n**Lamps**\n\n- [d](https://example.org/d)\n";
    assert_eq!(listed(&[body]), ["An offer <a> Jobs", "c <c> News", "d <d> News"]);
}

#[test]
fn bold_words_above_prose_are_the_title_of_a_story() {
    let body = "## News\n\n**Why lamps blink**\n\nBecause of ships.\n\n[Read](https://example.org/a), or [this](https://example.org/b).\n\n**Why ropes tear**\n\nSee [there](https://example.org/c).\n";
    assert_eq!(listed(&[body]), ["Why lamps blink <a> News", "Why ropes tear <c> News"]);
}

#[test]
fn a_numbered_story_whose_title_is_no_link_leads_where_its_words_do() {
    let body = "## 新闻\n\n1、[灯](https://example.org/a)\n\n亮了。\n\n2、铁路\n据[报道](https://example.org/b)，开通。\n\n3、[绳](https://example.org/c)\n";
    assert_eq!(listed(&[body]), ["灯 <a> 新闻", "铁路 <b> 新闻", "绳 <c> 新闻"]);
}
