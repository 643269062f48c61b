//! Mail as people read it: quoted, hard-wrapped text becomes HTML. No character is lost, and no line break that was meant.
//!
//! Mail isn't Markdown. What counts is how it looks in a terminal: lines that were only wrapped flow together, deliberate
//! line breaks stay, and whatever is set in columns (code, tables, diagrams) stays in columns.
//!
//! ```text
//! unquote ──▶ line ──▶ layout ──▶ piece ──▶ html
//! text        lines    quotes,    joined    elements
//!                      columns,   lines
//!                      flow
//! ```

mod columns;
mod flow;
mod html;
mod layout;
mod line;
mod marks;
mod piece;
mod quote;

pub(crate) use quote::push_words;
pub use quote::unquote;

/// Appends the mail, unquoted, to `out` as HTML: `p`, `br`, `pre`, `blockquote` and links, nothing else.
pub fn push_html(out: &mut String, mail: &str) {
    html::push_pieces(out, &layout::pieces(mail));
}
