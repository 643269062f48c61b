//! What the manual's pages say beyond `--help`. Words between backticks are shown bold; an empty line begins a paragraph.

/// What the page of the program says.
pub(super) const PROGRAM: &str = "\
`patchfeed` reads the issues of a newsletter, which are Markdown, and makes a site of them: feeds in Atom, RSS and JSON Feed with one item for each patch \
or link, a feed for each section, archives of everything, and pages for people. It learns from the issues what the newsletter is; `patchfeed init` writes \
that to `patchfeed.toml`, where it can be corrected.

The site is a folder of files for any web server. `patchfeed serve` is a server of its own, and `patchfeed post` sends what is new to chat, mail and other \
services, each item once.";

/// What the pages of commands say after the sentence that `--help` has.
const COMMANDS: [(&str, &str); 8] = [
    (
        "build",
        "Files whose bytes stay the same aren't touched, so readers fetch only what is new; files that patchfeed didn't make are never replaced or \
         removed, unless `--force` says so. What is wrong with an issue is shown and loses nothing: a broken entry becomes an item with the text that \
         it has.",
    ),
    (
        "serve",
        "A change is served within a second, as a whole: no answer mixes two builds. If a build fails, the site stays as it is, and the next try comes \
         by itself. Besides the site's files it serves feeds by address, such as `/feed.atom?section=riscv&title=kvm`, and `/healthz` and \
         `/metrics`. There is no TLS: for https, put a proxy in front.\n\nSIGTERM and SIGINT let answers be finished, for ten seconds at most.",
    ),
    (
        "check",
        "After the problems, each with its place and what to do about it, stands what the newest issue lists beside what is usual, so that a section \
         that was lost shows at a glance.",
    ),
    (
        "deploy",
        "What is linked to is put there before what links to it, so readers find every document that another one names; only what differs is sent. \
         Objects that patchfeed didn't put there are never replaced or removed, unless `--force` says so.",
    ),
    ("list", "With `--format json`, each entry is an item of JSON Feed on a line of its own."),
    (
        "init",
        "From then on the file holds, whatever later issues look like. A file that is there already is left as it is.",
    ),
    (
        "new",
        "The memory that `--seen` names knows what was printed. The first time, what the feed holds already is passed by, unless `--history` is given. \
         With `--exec`, an item counts as posted only if the command succeeds.",
    ),
    (
        "post",
        "Targets are rows of `patchfeed.toml`, or one that the options describe. Secrets come from variables of the environment, such as \
         `MATRIX_TOKEN`, or from files, and no message shows them. A memory for each target knows each message before it is sent: if it isn't known \
         whether one arrived, that is said.\n\nThe first time, what the feed holds already counts as posted, unless `--history` is given.",
    ),
];

/// What a command's status says.
pub(super) const STATUS: [(&str, &str); 3] = [
    ("0", "All went well."),
    ("1", "Something failed, as a line with `error:` says, or what was looked at is wrong."),
    ("2", "The command line makes no sense."),
];

/// Files that commands use where the command line names no others.
pub(super) const FILES: [(&str, &str); 4] = [
    (
        "patchfeed.toml",
        "The configuration, in the folder that a command runs in. `patchfeed init` writes one with every setting.",
    ),
    ("feeds", "The folder that a site is written to."),
    ("~/.cache/patchfeed", "Copies of what came over the network."),
    ("~/.local/state/patchfeed", "What was posted, for each target of `patchfeed post`."),
];

/// What the page of a command says after the sentence that `--help` has; nothing for a command that needs no more.
pub(super) fn of_command(name: &str) -> &'static str {
    COMMANDS.iter().find(|(command, _)| *command == name).map_or("", |(_, words)| words)
}
