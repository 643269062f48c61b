//! What a heading says without its number, its anchor and its decoration: `2.1 Tests {#tests}` is `Tests`.

use super::near::letters;

/// The name in a heading: without the number before it and the anchor behind it. The whole heading if nothing else is left.
///
/// ```text
/// 一、Tests
///     ^^^^^
/// 2.1 Tests {#tests}
///     ^^^^^
/// ```
pub(crate) fn name(heading: &str) -> &str {
    let words = match heading.rfind('{') {
        Some(at) if heading.ends_with('}') && heading[at + 1..].starts_with(['#', ':', '.']) => &heading[..at],
        _ => heading,
    };
    let words = without_count(words.trim());
    let name = without_number(words).trim_start();
    if name.contains(char::is_alphabetic) { name } else { words }
}

/// The words before a count: `News (5)`. A year is no count.
fn without_count(words: &str) -> &str {
    let Some((name, count)) = words.trim_end_matches([')', '）']).rsplit_once(['(', '（']) else { return words };
    let is_count = words.ends_with([')', '）'])
        && (1..=3).contains(&count.len())
        && count.bytes().all(|byte| byte.is_ascii_digit());
    if is_count && name.contains(char::is_alphabetic) { name.trim_end() } else { words }
}

/// As headings are compared from issue to issue: by the letters and digits of their names.
pub(crate) fn key(heading: &str) -> String {
    let name = name(heading);
    let key = letters(name);
    if key.is_empty() { name.to_owned() } else { key }
}

/// The words behind a number: `1.`, `2.3`, `一、`, `（二）`, `3)`. A number that belongs to the words has neither dot nor mark behind it.
fn without_number(words: &str) -> &str {
    let marks = ['.', '．', '、', '，', ',', ')', '）', ':', '：'];
    let inner = words.trim_start_matches(['(', '（']);
    let is_digit = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let rest = inner.trim_start_matches(is_digit);
    if rest.len() == inner.len() || inner.chars().take_while(|c| is_digit(*c)).count() > 3 {
        return words;
    }
    let is_dotted = rest.starts_with(['.', '．']) && rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if is_dotted {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '．');
        let is_number = rest.starts_with(char::is_whitespace) || rest.starts_with(marks);
        return if is_number { rest.trim_start_matches(marks) } else { words };
    }
    if rest.starts_with(marks) { rest.trim_start_matches(marks) } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_anchors_are_no_part_of_a_name() {
        let names = [
            ("1. 测试", "测试"),
            ("2.1 绳索测试", "绳索测试"),
            ("3.2.1、绳索", "绳索"),
            ("一、灯塔", "灯塔"),
            ("十二，灯塔", "灯塔"),
            ("（二）灯塔", "灯塔"),
            ("(3) Tools", "Tools"),
            ("Tools {#tools}", "Tools"),
            ("🦄 Tools", "🦄 Tools"),
            ("Tools (12)", "Tools"),
            ("工具（3）", "工具"),
            ("Tools (2024)", "Tools (2024)"),
            ("(3)", "(3)"),
            ("3D printing", "3D printing"),
            ("5 minutes", "5 minutes"),
            ("2024. A year", "2024. A year"),
            ("一起来", "一起来"),
            ("1.", "1."),
        ];
        for (heading, expected) in names {
            assert_eq!(name(heading), expected, "{heading}");
        }
    }

    #[test]
    fn headings_are_the_same_whatever_decorates_them() {
        assert_eq!(key("🦄 Tools & more:"), key("2. tools &more"));
        assert_ne!(key("C"), key("C++"));
        assert_eq!(key("🦄"), "🦄");
    }
}
