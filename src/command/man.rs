//! `patchfeed man`: the manual's pages, made of what `--help` says.

mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Command};
use clap_mangen::Man as Page;
use clap_mangen::roff::{Inline, Roff, bold, roman};
use patchfeed::error::Error;
use patchfeed::text::did_you_mean;

use super::console::print;

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed man | man -l -                the page of patchfeed
  patchfeed man build | man -l -          that of `patchfeed build`
  patchfeed man --out ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// The command whose page to print [default: patchfeed itself]
    command: Option<String>,
    /// Write the pages of patchfeed and of each command into this folder, instead of printing one
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    out: Option<PathBuf>,
}

/// Prints the page of a program, or writes it and those of its commands.
///
/// # Errors
/// An output, or a file, that can't be written.
pub(crate) fn run(options: &Man, program: Command) -> Result<ExitCode, Error> {
    let mut program = program.disable_help_subcommand(true);
    program.build();
    match &options.out {
        Some(folder) => write(folder, &program)?,
        None => print(&page(named(&program, options.command.as_deref())?, &program))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The command of a name; the program if there is none.
fn named<'a>(program: &'a Command, name: Option<&str>) -> Result<&'a Command, Error> {
    let Some(name) = name else { return Ok(program) };
    commands(program).find(|command| command.get_name() == name).ok_or_else(|| {
        let names = commands(program).map(Command::get_name);
        let cause = format!("there is no such command{}", did_you_mean(name, names));
        Error::new(name, cause)
    })
}

/// Writes a page for the program and one for each of its commands.
fn write(folder: &Path, program: &Command) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|err| Error::at(folder, &err))?;
    for command in commands(program) {
        let path = folder.join(format!("{}.1", page_name(command)));
        std::fs::write(&path, page(command, program)).map_err(|err| Error::at(&path, &err))?;
    }
    Ok(())
}

/// The program, and its commands.
fn commands(program: &Command) -> impl Iterator<Item = &Command> {
    std::iter::once(program).chain(program.get_subcommands().filter(|command| !command.is_hide_set()))
}

/// `patchfeed-build`
fn page_name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// The page of a command of a program, or of the program itself. It has no date: the same program gives the same page.
fn page(command: &Command, program: &Command) -> String {
    let is_program = command.get_name() == program.get_name();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    let help = Page::new(command.clone().override_usage(usage));
    let version = program.get_version().unwrap_or_default();
    let title = page_name(command).to_uppercase();
    let mut page = format!(".TH {title} 1 \"\" \"patchfeed {version}\" \"User Commands\"\n").into_bytes();
    let in_memory = "memory takes everything";
    help.render_name_section(&mut page).expect(in_memory);
    help.render_synopsis_section(&mut page).expect(in_memory);
    description(command, is_program).to_writer(&mut page).expect(in_memory);
    if is_program {
        list_of_commands(program).to_writer(&mut page).expect(in_memory);
    }
    help.render_options_section(&mut page).expect(in_memory);
    table("EXIT STATUS", &words::STATUS).to_writer(&mut page).expect(in_memory);
    if is_program {
        table("FILES", &words::FILES).to_writer(&mut page).expect(in_memory);
    }
    examples(command).to_writer(&mut page).expect(in_memory);
    see_also(command, program).to_writer(&mut page).expect(in_memory);
    String::from_utf8(page).expect("it is made of texts")
}

/// What the command does, in sentences.
fn description(command: &Command, is_program: bool) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["DESCRIPTION"]);
    let text = if is_program {
        words::PROGRAM.to_owned()
    } else {
        format!("{}. {}", about(command), words::of_command(command.get_name()))
    };
    for (number, paragraph) in text.split("\n\n").enumerate() {
        if number > 0 {
            section.control("PP", []);
        }
        section.text(inlines(paragraph.trim_end()));
    }
    section
}

/// What `--help` says of a command first.
fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

/// A text whose words between backticks are bold.
fn inlines(text: &str) -> Vec<Inline> {
    let parts = text.split('`').enumerate();
    parts.map(|(number, part)| if number % 2 == 1 { bold(part) } else { roman(part) }).collect()
}

/// Each command, with what it does.
fn list_of_commands(program: &Command) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["COMMANDS"]);
    for command in commands(program).skip(1) {
        section.control("TP", []);
        section.text([bold(page_name(command)), roman("(1)")]);
        section.text([roman(about(command))]);
    }
    section
}

/// A section of words, each with what it means.
fn table(title: &str, rows: &[(&str, &str)]) -> Roff {
    let mut section = Roff::new();
    section.control("SH", [title]);
    for (word, meaning) in rows {
        section.control("TP", []);
        section.text([bold(*word)]);
        section.text(inlines(meaning));
    }
    section
}

/// The examples below a command's help, and what else stands there.
fn examples(command: &Command) -> Roff {
    let mut sections = Roff::new();
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (examples, notes) = help.split_once("\n\n").unwrap_or((&help, ""));
    for (title, text) in [("EXAMPLES", examples.trim_start_matches("Examples:\n")), ("NOTES", notes)] {
        if !text.is_empty() {
            sections.control("SH", [title]);
            sections.control("nf", []);
            for line in text.lines() {
                let indent = if title == "EXAMPLES" { 2 } else { 0 };
                sections.text([roman(line.get(indent..).unwrap_or(line))]);
            }
            sections.control("fi", []);
        }
    }
    sections
}

/// The other pages; no name of theirs is broken.
fn see_also(command: &Command, program: &Command) -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["SEE ALSO"]);
    section.control("ad", ["l"]);
    section.control("nh", []);
    let others: Vec<&str> = commands(program).map(page_name).filter(|name| *name != page_name(command)).collect();
    for (number, name) in others.iter().enumerate() {
        let end = if number + 1 < others.len() { "," } else { "" };
        section.control("BR", [name.replace('-', "\\-").as_str(), &format!("(1){end}")]);
    }
    section
}
