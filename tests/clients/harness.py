#!/usr/bin/env python3
"""Drives real feed programs over several builds of a small newsletter and prints what each of them makes of it.

Usage: harness.py PATCHFEED [--only NAME ...]

PATCHFEED is the program. Every client is a real one, installed by `tests/clients/run`; one that is missing or fails has
a wrong cell. Prints one table, a row a client and a column a case, and below it each limit of a client with its source.
Exits 0 only if every cell is right or names such a limit.
"""
import argparse
import dataclasses
import datetime as dt
import functools
import html
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time


@dataclasses.dataclass
class Item:
    """What a client shows of an item; None where it shows nothing of the kind."""

    title: str
    link: str | None = None
    date: dt.datetime | None = None  # with a time zone
    author: str | None = None
    text: str | None = None  # HTML or plain text
    categories: list[str] | None = None
    id: str | None = None
    faults: dict[str, str] = dataclasses.field(default_factory=dict)  # a case and what the program shows instead of the above


@dataclasses.dataclass
class Client:
    """A feed program. `poll` fetches the feed at a URL as the program does and gives what it shows as new, in its order.

    A parser has no memory: it gives every item of the document, and `remembers` is False. `newest_first` says in which
    order a run gives items: as a reader lists them (True), or as a bot posts them (False). `limits` maps a case, or a
    case and one format ("dates atom"), to the reason why the client can't do it, with the line of its source or
    documentation that says so. `end`, if there is one, ends what `poll` leaves running, after a feed's last poll.
    """

    name: str
    formats: tuple[str, ...]
    poll: object  # (url: str, state: pathlib.Path) -> list[Item]
    remembers: bool
    newest_first: bool = True
    limits: dict[str, str] = dataclasses.field(default_factory=dict)
    end: object = None  # (state: pathlib.Path) -> None


# What people would see that reads titles and texts rightly, whatever they hold.
TRAPS = [
    "v1: riscv: plain",
    "v2: proc: query VMAs from /proc/<pid>/maps",
    "v1: mm: Q&A &amp; &copy; AT&T",
    "v3: rust: add `Opaque::pin_init` for *p and __init__",
    "[PATCH v2 0/6] 回复: 中文标题，带标点",
    "v1: emoji 🦀 and “quotes” 'single' \"double\"",
    "v1: net: a < b && c > d",
    "v1: </title> ]]> <b>bold</b>",
]


def entry(title, mail, text="Some words of the mail."):
    title = title.replace("&", "&amp;").replace("[", "\\[").replace("]", "\\]") if "&" in title else title
    return f"**[{title}](http://lore.kernel.org/linux-riscv/{mail}@example.org/)**\n\n> {text}\n\n"


def issue(number, sections):
    body = "".join(f"### {section}\n\n" + "".join(entries) for section, entries in sections.items())
    return (f"---\ntitle: 第 {number} 期\npermalink: /rvlwn-{number}/\nlicense: cc-by-4.0\n---\n\n"
            f"> 编辑：晓依<br/>\n\n## 内核动态\n\n{body}")


RISCV, MM = "RISC-V 架构支持", "内存管理"


def builds():
    """The builds, one after the other: a name, and the issues' files that it adds or replaces."""
    first = [entry(title, f"trap{n}", "First line of the mail, with code:\n>\n>     if (a < b && c)\n>         return;\n>\n> End.")
             for n, title in enumerate(TRAPS)]
    shared = entry("v1: shared by two sections", "shared")
    yield "first", {"2024-01-01-10-00-00-rvlwn-1.md": issue(1, {RISCV: first + [shared], MM: [shared, entry("v1: mm: a", "mm-a")]})}
    second = [entry(f"v1: second {n}", f"second{n}") for n in range(3)]
    yield "second", {"2024-01-08-10-00-00-rvlwn-2.md": issue(2, {RISCV: second, MM: [entry("v1: mm: b", "mm-b")]})}
    mended = [entry("v1: riscv: plain, mended", "trap0")] + first[1:]
    yield "mended", {"2024-01-01-10-00-00-rvlwn-1.md": issue(1, {RISCV: mended + [shared], MM: [shared, entry("v1: mm: a", "mm-a")]})}
    yield "ten minutes", {
        "2024-01-15-10-00-00-rvlwn-3.md": issue(3, {RISCV: [entry(f"v1: third {n}", f"third{n}") for n in range(4)]}),
        "2024-01-15-10-00-02-rvlwn-4.md": issue(4, {RISCV: [entry(f"v1: fourth {n}", f"fourth{n}") for n in range(5)]}),
    }
    yield "repeats", {"2024-01-22-10-00-00-rvlwn-5.md": issue(5, {RISCV: [
        entry("v1: second 0", "second0"), entry("v1: fifth", "fifth"), entry("v1: riscv: plain", "trap0")]})}
    yield "silent", {"2024-01-29-10-00-00-rvlwn-6.md": issue(6, {MM: [entry("v1: mm: c", "mm-c")]})}
    yield "long", {"2024-02-05-10-00-00-rvlwn-7.md": issue(7, {RISCV: [
        entry(f"v1: long {n:03}", f"long{n}") for n in range(130)]})}


CASES = ["new once", "order", "titles", "links", "dates", "authors", "text", "no repeats", "silence", "long"]


def spaced(text):
    return " ".join((text or "").split())


def shown(markup):
    """The words of HTML or text, as a person sees them."""
    return spaced(html.unescape(re.sub(r"<[^>]*>", " ", markup or "")))


class Site:
    """The newsletter, built step by step and served on the loopback."""

    def __init__(self, program, folder):
        self.program, self.folder, self.builds = program, folder, 0
        self.issues, self.out = folder / "issues", folder / "site"
        self.issues.mkdir(parents=True)
        self.out.mkdir()
        handler = functools.partial(Quiet, directory=str(self.out))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def build(self, files):
        """Builds with more issues; the builds lie hours apart, as a server tells by the files' times."""
        for name, text in files.items():
            (self.issues / name).write_text(text, encoding="utf-8")
        command = [self.program, "-q", "build", self.issues, "--out", self.out, "--base-url", self.base]
        subprocess.run(command, check=True)
        self.builds += 1
        now = time.time()
        for path in self.out.rglob("*"):
            if path.is_file() and path.stat().st_mtime > now - 3600:  # written by this build
                os.utime(path, (now - 7200 * (20 - self.builds),) * 2)

    def items(self, feed):
        """The items of a feed's document, the newest first: what patchfeed means to say."""
        return json.loads((self.out / f"{feed}.json").read_text(encoding="utf-8"))["items"]


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".atom": "application/atom+xml", ".rss": "application/rss+xml", ".json": "application/json",
                      ".html": "text/html; charset=utf-8", ".opml": "text/x-opml"}

    def log_message(self, *args):
        pass


def drive(client, site_of, builds_made):
    """Polls one feed in each format after each build; gives what is wrong, the words of a case and a format."""
    wrong = {}
    for form in client.formats:
        site = site_of()
        with tempfile.TemporaryDirectory() as folder:
            state = pathlib.Path(folder)
            try:
                follow(client, form, site, state, builds_made, wrong)
            finally:
                if client.end:
                    client.end(state)
                site.server.shutdown()
                site.server.server_close()
    return wrong


def follow(client, form, site, state, builds_made, wrong):
    """Polls the feed in a format after each build, and adds to `wrong`."""
    known = set()

    def fails(case, words):
        wrong.setdefault((case, form), words)

    for step, files in builds_made:
        site.build(files)
        wanted = site.items("riscv")
        by_link = {i["url"]: i for i in wanted}
        case = {"mended": "no repeats", "repeats": "no repeats", "silent": "silence", "long": "long"}.get(step, "new once")
        try:
            got = client.poll(f"{site.base}riscv.{form}", state)
        except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
            return fails(case, f"{form} {step}: {error}")
        if not client.remembers:
            for item in got:
                if item.link in by_link and spaced(item.title) != by_link[item.link]["title"]:
                    fails("titles", f"{form} {step}: {item.title!r}")
            if [i.link for i in got] != [i["url"] for i in wanted]:
                fails("order" if {i.link for i in got} == set(by_link) else "new once", f"{form} {step}: {len(got)} of {len(wanted)} items")
            got = [i for i in got if i.link not in known]
        new = [i["url"] for i in wanted if i["url"] not in known]
        links = [i.link for i in got]
        if sorted(links, key=str) != sorted(new):
            missing, more = set(new) - set(links), [l for l in links if l not in new or links.count(l) > 1]
            fails(case, f"{form} {step}: {len(missing)} missing, {len(more)} too many")
        else:
            expected = new if client.newest_first else new[::-1]
            if links != expected:
                fails("order", f"{form} {step}: not in order")
        for item in got:
            for name, words in item.faults.items():
                fails(name, f"{form}: {words}")
            want = by_link.get(item.link)
            if want is None:
                fails("links", f"{form} {step}: {item.link}")
                continue
            if spaced(item.title) != want["title"]:
                fails("titles", f"{form}: {item.title!r} for {want['title']!r}")
            if item.date is None or item.date != dt.datetime.fromisoformat(want["date_published"]):
                fails("dates", f"{form}: {item.date} for {want['date_published']}")
            if item.author != want["authors"][0]["name"]:
                fails("authors", f"{form}: {item.author!r}")
            words = re.sub(r"\W", "", shown(want["content_html"]).split(" RISC-V 架构支持")[0])
            if item.text is not None and words not in re.sub(r"\W", "", shown(item.text)):
                fails("text", f"{form}: {shown(item.text)[:80]!r}")
            if item.text is None:
                fails("text", f"{form}: no text")
        known |= set(by_link) | set(links)


def judge(client, wrong, notes):
    """The cells of a client's row; adds its limits and faults to `notes`. Gives the cells and the number of faults."""
    cells, faults, met = [], 0, set()
    for case in CASES:
        reasons = {}  # why, and what was seen first
        for form in client.formats:
            if (case, form) in wrong:
                key = f"{case} {form}" if f"{case} {form}" in client.limits else case
                met.add(key)
                reasons.setdefault(client.limits.get(key), wrong[case, form])
        words = "WRONG" if None in reasons else "limit"
        numbers = []
        for reason, seen in reasons.items():
            notes.append(f"{client.name}, {case}: {reason} (here: {seen})" if reason else f"{client.name}, {case}: WRONG: {seen}")
            numbers.append(str(len(notes)))
            faults += not reason
        cells.append(f"{words} {'+'.join(numbers)}" if reasons else "ok")
    for key in client.limits.keys() - met:
        print(f"  {client.name}: the limit of {key!r} did not show", file=sys.stderr)
    return cells, faults


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("program", type=pathlib.Path)
    ap.add_argument("--only", nargs="*", help="names of clients")
    args = ap.parse_args()
    import parsers
    import readers

    clients = [c for c in readers.CLIENTS + parsers.CLIENTS if not args.only or c.name in args.only]
    made = list(builds())
    work = pathlib.Path(tempfile.mkdtemp(prefix="patchfeed-clients-"))
    count = iter(range(10_000))
    rows, notes, failed = [], [], 0
    for client in clients:
        start = time.monotonic()
        wrong = drive(client, lambda: Site(args.program.resolve(), work / str(next(count))), made)
        cells, faults = judge(client, wrong, notes)
        failed += bool(faults)
        rows.append((f"{client.name} ({', '.join(client.formats)})", cells))
        marks = ", ".join(f"{case} {cell}" for case, cell in zip(CASES, cells) if cell != "ok")
        print(f"  {client.name}: {marks or 'right'} ({time.monotonic() - start:.0f} s)", file=sys.stderr)
    shutil.rmtree(work, ignore_errors=True)
    width = max(len(name) for name, _ in rows)
    print(f"{'':{width}}  " + "  ".join(f"{case:10}" for case in CASES))
    for name, cells in rows:
        print(f"{name:{width}}  " + "  ".join(f"{cell:10}" for cell in cells))
    for n, note in enumerate(notes, 1):
        print(f"{n}. {note}")
    print(f"{len(rows) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
