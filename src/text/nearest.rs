//! The name that somebody may have meant.

use strsim::osa_distance;

/// The longest words that are compared, in bytes: comparing takes as long as one word times the other.
const LONGEST: usize = 100;

/// The name that is nearest to a word which isn't one of them: at most a third of its letters are others, or it begins with the
/// word. Neighbours that changed places count as one letter.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.trim().to_lowercase();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let most = (word.chars().count() / 3).max(1);
    let near = names.into_iter().filter(|name| name.len() <= LONGEST).filter_map(|name| {
        let lower = name.to_lowercase();
        let length = lower.chars().count();
        let is_near = lower.starts_with(&word) || length.abs_diff(word.chars().count()) <= most;
        let distance = if is_near { osa_distance(&word, &lower) } else { length };
        (lower.starts_with(&word) || distance <= most && distance < length).then_some((distance, name))
    });
    near.min().map(|(_, name)| name)
}

/// `; did you mean "riscv"?`, or nothing if no name is near.
pub fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, names).map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_a_slip_or_a_beginning_away() {
        const NAMES: [&str; 6] = ["riscv", "sched", "mm", "net", "io-uring", "u-boot"];
        for (word, expected) in [
            ("risv", Some("riscv")),
            ("ris", Some("riscv")),
            ("RISC-V", Some("riscv")),
            ("shced", Some("sched")),
            ("iouring", Some("io-uring")),
            ("mmm", Some("mm")),
            ("x", None),
            ("", None),
            ("bootloader", None),
        ] {
            assert_eq!(nearest(word, NAMES), expected, "{word}");
        }
    }
}
