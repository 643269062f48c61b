//! What builds that come again have said already.

use patchfeed::diagnostic::{Diagnostic, Style};
use patchfeed::error::Error;
use patchfeed::facts::language::Language;

use super::console::say;

/// The width of diagnostics in a preview, in columns.
const WIDTH: usize = 140;

/// What the builds before this one have said.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Whether there was one.
    pub(super) is_again: bool,
    /// The diagnostics of the last one, as text.
    pub(super) diagnostics: String,
    /// How many diagnostics these are.
    pub(super) count: usize,
    /// Why the last one failed, if it did.
    error: Option<String>,
}

impl Told {
    /// Takes in the diagnostics of a round; whether they are others than before.
    pub(super) fn hears(&mut self, diagnostics: &[Diagnostic], language: Language) -> bool {
        let style = Style { color: false, width: WIDTH, language };
        let text: String = diagnostics.iter().map(|diagnostic| diagnostic.render(style) + "\n").collect();
        let is_news = text != self.diagnostics;
        self.diagnostics = text;
        self.count = diagnostics.len();
        is_news
    }

    /// Says why a round has failed, unless the one before failed so, too; and that it hasn't, if the one before has.
    pub(super) fn say_error(&mut self, err: Option<&Error>) {
        let words = err.map(ToString::to_string);
        if words != self.error
            && let Some(words) = &words
        {
            say(&format!("error: {words}; the site stays as it is\n"));
        }
        if words.is_none() && self.error.is_some() {
            say("the site is built again\n");
        }
        self.error = words;
    }
}
