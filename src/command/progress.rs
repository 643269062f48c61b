//! A progress bar.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a run takes before the bar shows.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on the standard error, if that is a terminal and the run takes a while.
pub(crate) struct Progress {
    bar: ProgressBar,
    since: Instant,
    is_waiting: AtomicBool,
}

impl Progress {
    pub(crate) fn new(quiet: bool, steps: usize, noun: &str) -> Self {
        let length = u64::try_from(steps).unwrap_or(u64::MAX);
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template(&format!("{{bar:40}} {{pos}} of {{len}} {noun}"));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, since: Instant::now(), is_waiting: (!quiet && std::io::stderr().is_terminal()).into() }
    }

    /// Another one is done.
    pub(crate) fn step(&self) {
        if self.since.elapsed() > PATIENCE && self.is_waiting.swap(false, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
