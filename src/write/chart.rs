//! Small charts in SVG.

use std::fmt::Write as _;

use crate::text;

/// The most issues that a chart shows.
pub(crate) const BARS: usize = 52;

/// The number of entries in each issue as bars, the oldest issue first. `issues` are the names and counts of at most
/// [`BARS`] issues.
pub(crate) fn chart(issues: &[(&str, usize)], label: &str) -> String {
    let most = issues.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let width = issues.len().max(16) * 4;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {width} 32\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\""
    );
    text::escape(&mut svg, &label.replace('"', "”"));
    svg.push_str("\">");
    for (at, (name, count)) in issues.iter().enumerate().filter(|(_, (_, count))| *count > 0) {
        let height = (count * 31).div_ceil(most) + 1;
        let x = (at + width / 4 - issues.len()) * 4;
        let y = 32 - height;
        let _ = write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"3\" height=\"{height}\"><title>");
        text::escape(&mut svg, name);
        let _ = write!(svg, ": {count}</title></rect>");
    }
    svg.push_str("</svg>");
    svg
}
