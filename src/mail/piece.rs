//! The pieces of a mail: the model between its lines and its HTML.

/// A piece of a mail.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text whose line breaks were meant; lines that were only wrapped have been joined.
    Flow(Vec<FlowLine<'a>>),
    /// Lines in which columns matter.
    Fixed(Vec<&'a str>),
    /// A mail quoted within the mail.
    Quote(Vec<Piece<'a>>),
}

/// The words of one line of flowing text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FlowLine<'a> {
    /// How they follow the words of the line above.
    pub(super) join: Join,
    /// The words, without white space at the ends.
    pub(super) words: &'a str,
}

/// How words follow those of the line above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// On a new line, indented by this many columns.
    Line(usize),
    /// After a space.
    Space,
    /// Directly, as between Chinese characters.
    Nothing,
}
