//! What was measured, as Markdown.

use std::fmt::Write as _;
use std::fs;
use std::thread;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};

use crate::child;

/// What one size took; of several runs, their median.
pub(crate) struct Row {
    pub(crate) issues: u32,
    pub(crate) floor: Duration,
    pub(crate) build: Duration,
    pub(crate) rebuild: Duration,
    /// The build with one thread; of the largest size alone.
    pub(crate) one_thread: Option<Duration>,
    /// Bytes.
    pub(crate) peak: Option<u64>,
}

/// The table and what follows from it.
pub(crate) fn render(rows: &[Row], runs: usize) -> String {
    let mut text = String::from(
        "| issues | floor | build | rebuild | build / floor | rebuild / build | peak memory of the build |\n\
         |---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let Row { issues, floor, build, rebuild, .. } = row;
        let peak = row.peak.map_or("—".to_owned(), |bytes| format!("{} MiB", bytes >> 20));
        let (above, again) = (ratio(*build, *floor), ratio(*rebuild, *build));
        let [floor, build, rebuild] = [floor, build, rebuild].map(|time| seconds(*time));
        let _ = writeln!(text, "| {issues} | {floor} | {build} | {rebuild} | {above:.2} | {again:.2} | {peak} |");
    }
    text.push('\n');
    if let [.., before, last] = rows {
        let _ = write!(text, "- The build's time grows with issues^{:.2}", slope(rows));
        let _ = writeln!(
            text,
            "; from {} to {} with issues^{:.2}.",
            before.issues,
            last.issues,
            slope(&rows[rows.len() - 2..])
        );
    }
    for row in rows {
        let Some(one) = row.one_thread else { continue };
        let times = ratio(one, row.build);
        let _ = writeln!(
            text,
            "- One thread builds {} issues in {}, {times:.2} times what two take.",
            row.issues,
            seconds(one)
        );
    }
    let date = DateTime::<Utc>::from(SystemTime::now()).format("%Y-%m-%d");
    let _ = writeln!(text, "\n{date}, {}; two threads; whole processes, medians of {runs}.", machine());
    text
}

/// The median of the times, if there are any.
pub(crate) fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort();
    let low = times.len().checked_sub(1)? / 2;
    Some((times[low] + times[times.len() / 2]) / 2)
}

fn ratio(time: Duration, of: Duration) -> f64 {
    time.as_secs_f64() / of.as_secs_f64()
}

/// As `0.193 s`, `5.09 s`, `90.1 s`.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{:.3} s", time.as_secs_f64()),
        1..10 => format!("{:.2} s", time.as_secs_f64()),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// The exponent of the build's growth: the slope of the line through the logarithms of sizes and times, by least squares.
fn slope(rows: &[Row]) -> f64 {
    let points = || rows.iter().map(|row| (f64::from(row.issues).ln(), row.build.as_secs_f64().ln()));
    let (n, x, y) = points().fold((0.0, 0.0, 0.0), |(n, sum_x, sum_y), (x, y)| (n + 1.0, sum_x + x, sum_y + y));
    let from_mean = || points().map(|(at_x, at_y)| (at_x - x / n, at_y - y / n));
    let xy: f64 = from_mean().map(|(x, y)| x * y).sum();
    let xx: f64 = from_mean().map(|(x, _)| x * x).sum();
    xy / xx
}

/// `2 cores of AMD EPYC, 24 GiB of memory`, as far as `/proc` tells.
fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let memory = fs::read_to_string("/proc/meminfo").ok().and_then(|text| child::kibibytes(&text, "MemTotal:"));
    let mut machine = format!("{cores} cores");
    machine.extend(model.map(|(_, model)| format!(" of {}", model.trim())));
    machine.extend(memory.map(|kibibytes| format!(", {} GiB of memory", (kibibytes + (1 << 19)) >> 20)));
    machine
}
