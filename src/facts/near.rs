//! Headings that are nearly the same.

/// The longest heading that is compared with others letter by letter, in letters.
const LONGEST: usize = 60;

/// What a heading says, without white space, punctuation, case, width and the `{#anchor}` that some sites have behind it:
/// `ＲＩＳＣ-V　架构（支持）` and `RISC-V 架构支持` say the same. `C++` and `C#` are other words than `C`.
pub(crate) fn letters(heading: &str) -> String {
    let words = heading.split_once('{').map_or(heading, |(words, _)| words);
    let narrow = words.chars().map(narrow);
    narrow.filter(|c| c.is_alphanumeric() || matches!(c, '+' | '#')).flat_map(char::to_lowercase).collect()
}

/// The half-width form of a full-width character.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The simplified form of a character of the newsletter's sections.
fn simplified(c: char) -> char {
    const TRADITIONAL: &str = "構進調內統網絡設備強異驅動態編譯術邊週鏈";
    const SIMPLIFIED: &str = "构进调内统网络设备强异驱动态编译术边周链";
    TRADITIONAL.chars().position(|t| t == c).and_then(|at| SIMPLIFIED.chars().nth(at)).unwrap_or(c)
}

/// Whether few letters (one of four, but always one) are missing, added, wrong or swapped. Words of two letters are never near others.
pub(crate) fn is_near(a: &str, b: &str) -> bool {
    if a.len().max(b.len()) > 4 * LONGEST {
        return false; // a letter has at most four bytes
    }
    let [a, b] = [a, b].map(|word| word.chars().take(LONGEST + 1).map(simplified).collect::<Vec<char>>());
    let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
    let allowed = (longer / 4).max(1);
    shorter >= 3 && longer <= LONGEST && longer - shorter <= allowed && distance(&a, &b) <= allowed
}

/// How many letters must be added, removed, exchanged, or swapped with their neighbours, to make one word of the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = Vec::new(); // the row before the last one
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let mut least = (row[j] + usize::from(a[i] != b[j])).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(above[j - 1] + 1);
            }
            next.push(least);
        }
        above = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_near_another_if_few_letters_differ() {
        for (a, b, near) in [
            ("内存管理", "内存管里", true),
            ("内存管理", "存内管理", true),
            ("riscv架构支持", "riscv架构", true),
            ("bpf", "bfp", true),
            ("內存管理", "内存管里", true),
            ("進程調度", "进程调度", true),
            ("内存管理", "电源管理", false),
            ("bpf", "kvm", false),
            ("mm", "fs", false),
        ] {
            assert_eq!(is_near(a, b), near, "{a} {b}");
        }
    }

    #[test]
    fn white_space_width_and_punctuation_say_nothing() {
        assert_eq!(letters("ＲＩＳＣ-V　架构（支持）"), letters("RISC-V 架构支持"));
        assert_ne!(letters("C++"), letters("C"));
    }
}
