//! Diagnostics for people: what is wrong, where, the source line with the place marked, and what to do.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Diagnostic, Sentences, Severity, Style};
use crate::text;

/// What stands where a line was cut.
const CUT: &str = "…";

/// A line of a text: what stands before a place, at it, and after it.
struct MarkedLine {
    before: String,
    marked: String,
    after: String,
}

/// Writes a diagnostic; ends with a newline.
pub(super) fn write(diagnostic: &Diagnostic, style: Style) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let Sentences { what, label, remedy } = diagnostic.sentences(style.language);
    let [path, what, label, remedy] = [&diagnostic.path, &what, &label, &remedy].map(|words| text::shown(words));
    let path = path.replace('\n', "\\n");
    let place = &diagnostic.place;
    let (before, rest) = place.source.split_at(place.start);
    let (marked, after) = rest.split_at(place.end - place.start);
    let [shown_before, marked, after] = [before, marked, after].map(|words| text::shown(words).into_owned());
    let gutter = place.line.to_string().len() + " | ".len();
    let line = MarkedLine { before: shown_before, marked, after }
        .in_width(style.width - gutter.min(style.width / 2), label.width());
    let is_cut = before.chars().count() + 1 != place.column || line.before.starts_with(CUT);
    let start = line.before.len();
    let snippet = Snippet::source([line.before, line.marked.clone(), line.after].concat())
        .line_start(place.line)
        .annotation(AnnotationKind::Primary.span(start..start + line.marked.len()).label(label));
    let level = match diagnostic.severity {
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let title = level.primary_title(what).id(diagnostic.problem.kind().name());
    let report = if is_cut {
        let origin = Origin::path(path).line(place.line).char_column(place.column);
        title.element(origin).element(snippet)
    } else {
        title.element(snippet.path(path))
    };
    let report = report.element(Level::NOTE.message(remedy));
    renderer.term_width(style.width).render(&[report]) + "\n"
}

impl MarkedLine {
    /// The line cut to a width, in columns, with room for a label of some columns behind the mark.
    fn in_width(self, width: usize, label: usize) -> Self {
        let room = width.saturating_sub(label + 1).max(width / 2);
        let all = self.before.width() + self.marked.width();
        if all <= room && all + self.after.width() <= width {
            return self;
        }
        let before = last_columns(&self.before, room.saturating_sub(self.marked.width()).max(room / 4));
        let marked = first_columns(&self.marked, room - before.width());
        let after = first_columns(&self.after, width - before.width() - marked.width());
        Self { before, marked, after }
    }
}

/// The beginning of a text, in so many columns at most; with a mark where it was cut.
fn first_columns(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let mut used = 1;
    let end = text.char_indices().find(|(_, c)| {
        used += c.width().unwrap_or(0);
        used > columns
    });
    [&text[..end.map_or(text.len(), |(end, _)| end)], CUT].concat()
}

/// The end of a text, in so many columns at most; with a mark where it was cut.
fn last_columns(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let mut used = 1;
    let start = text.char_indices().rev().find(|(_, c)| {
        used += c.width().unwrap_or(0);
        used > columns
    });
    [CUT, &text[start.map_or(0, |(start, c)| start + c.len_utf8())..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(before: &str, marked: &str, after: &str, width: usize) -> [String; 3] {
        let [before, marked, after] = [before, marked, after].map(str::to_owned);
        let MarkedLine { before, marked, after } = MarkedLine { before, marked, after }.in_width(width, 4);
        assert!([&before, &marked, &after].map(|part| part.width()).iter().sum::<usize>() <= width);
        [before, marked, after]
    }

    #[test]
    fn a_line_is_cut_around_its_mark() {
        assert_eq!(cut("before ", "marked", " after", 40), ["before ", "marked", " after"]);
        assert_eq!(cut("before ", "marked", " after", 20), ["before ", "marked", " after"]);
        assert_eq!(cut("long before ", "marked", " after", 20), ["… before ", "marked", " aft…"]);
        assert_eq!(cut("", "a long marked part", "", 14), ["", "a long m…", ""]);
        assert_eq!(cut("很长的标题", "标记", "后面", 13), ["…题", "标记", "后面"]);
    }
}
