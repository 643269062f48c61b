//! What is seen while targets are posted to.

use std::collections::HashSet;
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use patchfeed::post::Event;

use crate::command::console::{count, say};

/// Lines, and bars on a terminal.
pub(super) struct Screen {
    bars: MultiProgress,
    pub(super) quiet: bool,
    /// The refused items that are tried again, of all targets.
    again: Mutex<HashSet<String>>,
}

impl Screen {
    pub(super) fn new(quiet: bool) -> Self {
        let is_shown = !quiet && std::io::stderr().is_terminal();
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { bars: MultiProgress::with_draw_target(target), quiet, again: Mutex::default() }
    }

    /// Some target tries these items again.
    pub(super) fn note(&self, again: &[String]) {
        self.again.lock().unwrap_or_else(PoisonError::into_inner).extend(again.iter().cloned());
    }

    pub(super) fn knows(&self, id: &str) -> bool {
        self.again.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    pub(super) fn bar(&self, name: &str) -> ProgressBar {
        let style = ProgressStyle::with_template("{prefix}: {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bars.add(ProgressBar::new_spinner().with_style(style).with_prefix(name.to_owned()))
    }

    pub(super) fn show(&self, bar: &ProgressBar, name: &str, event: Event<'_>) {
        match event {
            Event::Said(words) => self.bars.suspend(|| say(&format!("{name}: {words}\n"))),
            Event::Noted(words) => self.say(&format!("{name}: {words}\n")),
            Event::Sent(left) => bar.set_message(format!("{} to go", count(left, "message"))),
            Event::Waiting(time) => bar.set_message(format!("waiting {} s, as the service wants it", time.as_secs())),
        }
        bar.tick();
    }

    pub(super) fn say(&self, words: &str) {
        if !self.quiet || words.starts_with("error: ") {
            self.bars.suspend(|| say(words));
        }
    }

    pub(super) fn clear(&self) {
        let _ = self.bars.clear();
    }
}
