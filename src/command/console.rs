//! What people read: lines on the standard error and the standard output.

use std::io::{IsTerminal, Write as _};

use patchfeed::diagnostic::{Diagnostic, Style};
use patchfeed::error::Error;
use patchfeed::facts::language::Language;
use patchfeed::text::shown;

/// The width of diagnostics where there is no terminal, in columns.
const WIDTH: usize = 140;

/// Says something on standard error. Failures to write are ignored.
pub(crate) fn say(text: &str) {
    let _ = std::io::stderr().write_all(shown(text).as_bytes());
}

/// Shows diagnostics on standard error.
pub(crate) fn say_all(diagnostics: &[Diagnostic], language: Language) {
    let stderr = std::io::stderr();
    let _ = (&stderr).write_all(rendered(diagnostics, language, &stderr).as_bytes());
}

/// Prints to the standard output. A reader that has seen enough (`| head`) isn't an error.
///
/// # Errors
/// An output that can't be written.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(err) if err.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error { subject: "standard output".to_owned(), cause: err.to_string() })
        }
        _ => Ok(()),
    }
}

/// Whether what is printed to a stream is lost, and nobody has asked for that. The standard library opens `/dev/null`, for reading and
/// writing, where a program is started with its standard output closed; `> /dev/null` opens it for writing alone.
#[cfg(unix)]
pub(crate) fn leads_nowhere(stream: &impl std::os::fd::AsFd) -> bool {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};
    let is_null = || Some(fstat(stream).ok()?.st_rdev == stat("/dev/null").ok()?.st_rdev);
    is_null() == Some(true) && fcntl_getfl(stream).is_ok_and(|flags| flags & OFlags::RWMODE == OFlags::RDWR)
}

/// Whether what is printed to a stream is lost, and nobody has asked for that: never known here.
#[cfg(not(unix))]
pub(crate) fn leads_nowhere(_: &std::io::Stdout) -> bool {
    false
}

/// Diagnostics as a stream shows them.
pub(crate) fn rendered(diagnostics: &[Diagnostic], language: Language, stream: &impl IsTerminal) -> String {
    let style = style(language, stream);
    diagnostics.iter().map(|diagnostic| diagnostic.render(style) + "\n").collect()
}

/// How a stream shows diagnostics.
pub(crate) fn style(language: Language, stream: &impl IsTerminal) -> Style {
    let color = stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let width = terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0).max(40));
    Style { color, width, language }
}

/// `1 issue`, `2 entries`.
pub(crate) fn count(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}
