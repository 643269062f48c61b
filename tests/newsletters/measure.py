#!/usr/bin/env python3
"""Measures what patchfeed makes of public newsletters of links. Usage: measure.py FOLDER --patchfeed PROGRAM [--only NAME ...]

FOLDER holds a clone of each repository of the table below, with its history, one below each name; --fetch prints the commands. Builds
each with PROGRAM, compares what it publishes with `truth.py`, which says what an entry is, and prints a table, and the commonest
misses. --sample FILE writes 40 entries of each newsletter, chosen by their addresses' hashes, as both see them, for a person to judge.

Exits 1 if a bar isn't met.
"""
import argparse
import collections
import dataclasses
import datetime as dt
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import truth

BASE = "https://feeds.example.org/"


@dataclasses.dataclass
class Newsletter:
    name: str
    repository: str
    folder: str  # of the repository, that holds issues
    pattern: str  # of the issues' files below it
    language: str
    is_dated: bool = True  # else it is read as a repository, whose history dates its issues
    frame: str = r"(?!)"  # how texts begin that are no entries, though each issue has another link there



NEWSLETTERS = [
    Newsletter("ios", "https://github.com/SwiftOldDriver/iOS-Weekly", "Reports", "*/*.md", "zh-CN"),
    Newsletter("ruanyf", "https://github.com/ruanyf/weekly", "docs", "issue-*.md", "zh-CN", is_dated=False),
    Newsletter("lwkd", "https://github.com/kubernetes-sigs/lwkd", "_posts", "*.md", "en"),
    Newsletter("swift", "https://github.com/SwiftWeekly/swiftweekly.github.io", "_posts", "*.md", "en"),
    Newsletter("plct", "https://github.com/plctlab/PLCT-Weekly", "", "20*/*.md", "zh-CN"),
    Newsletter("zenany", "https://github.com/zenany/weekly", "software", "20*/[0-9]*.md", "zh-CN"),
    Newsletter("gocn", "https://github.com/gocn/news", "", "20*/*.md", "zh-CN", frame=r"\W*(gocn|go ?cn新闻|新闻)?\s*归档"),
    Newsletter("haxe", "https://github.com/skial/haxe.io", "src/roundups", "*.md", "en", is_dated=False),
    Newsletter("optech", "https://github.com/bitcoinops/bitcoinops.github.io", "_posts/en/newsletters", "*.md", "en"),
    Newsletter("mdh", "https://github.com/sorrycc/weekly", "docs/weekly", "*.md", "zh-CN"),
]

# What must hold: a column of the table, and whether a value is good enough.
BARS = {
    "recall": lambda value: value >= 97,
    "precision": lambda value: value >= 97,
    "lone": lambda value: value <= 10,
    "dates": lambda value: value >= 95,
    "language": lambda value: value == "right",
    "idle": lambda value: value <= 2,
}

# Kinds of problems that an editor mends once they are named: the others are noise if there are many.
USEFUL = {"broken-entry", "bad-date", "far-date", "dates-differ", "number-twice", "numbers-differ", "number-order", "copy", "conflict"}
USEFUL |= {"near-section", "loose-heading", "listed-twice", "front-matter", "not-utf8", "illegal-character", "open-block", "curly-quotes"}

MONTHS = "january february march april may june july august september october november december".split()


def dates_in(words):
    """The days that words name."""
    found = re.findall(r"(?<!\d)(20\d\d)\s*[-./年_]\s*(\d\d?)\s*[-./月_]\s*(\d\d?)(?!\d)", words)
    found += re.findall(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)", words)
    for month, day, year in re.findall(r"([A-Za-z]+) (\d{1,2})(?:st|nd|rd|th)?,? (20\d\d)", words):
        names = [name for name in MONTHS if name.startswith(month.lower()) and len(month) > 2]
        found += [(year, str(MONTHS.index(names[0]) + 1), day)] if names else []
    days = set()
    for year, month, day in found:
        try:
            days.add(dt.date(int(year), int(month), int(day)))
        except ValueError:
            pass
    return days


def months_in(words):
    """The first days of the months that words name."""
    found = re.findall(r"(?<!\d)(20\d\d)\s*年\s*(\d\d?)\s*月", words)
    return {dt.date(int(year), int(month), 1) for year, month in found if 0 < int(month) < 13}


def build(program, newsletter, repository, site):
    """Builds a site. Says what all its items are, its title and language, what its last line says, and what check finds."""
    issues = [str(repository / newsletter.folder / newsletter.pattern)]
    if not newsletter.is_dated:
        branch = ["git", "-C", repository, "branch", "--show-current"]
        branch = subprocess.run(branch, capture_output=True, text=True).stdout.strip()
        issues = [f"{repository.resolve().as_uri()}#{branch}:{newsletter.folder}", "--cache", site.with_suffix(".cache")]
    made = subprocess.run([program, "build", *issues, "--out", site, "--base-url", BASE, "--no-sync"], capture_output=True, text=True)
    if made.returncode:
        sys.exit(f"{issues[0]}: {made.stderr[-500:]}")
    checked = subprocess.run([program, "check", *issues, "--format", "json"], capture_output=True, text=True)
    said = [json.loads(line) for line in checked.stdout.splitlines() if line.startswith("{")]
    items = {}
    documents = [site / "all.json", *(site / "archive" / "all").glob("*.json")]
    for document in documents:
        items.update((item["id"], item) for item in json.loads(document.read_text())["items"])
    feed = json.loads((site / "all.json").read_text())
    summary = [line for line in made.stderr.splitlines() if " issues, " in line][-1]
    counts = re.findall(r"([0-9]+) ([a-z ]+?)(?:,|$)", summary.rpartition(": ")[2])
    return list(items.values()), feed, {words: int(number) for number, words in counts}, said


def history(repository):
    """The day that each file was first added, by its path in the repository."""
    log = ["git", "-c", "core.quotePath=false", "-C", repository, "log", "--diff-filter=AR", "--no-renames", "--name-only", "--format=%x00%ad", "--date=short"]
    days = {}
    for commit in subprocess.run(log, capture_output=True, text=True).stdout.split("\0"):
        day, *paths = commit.strip().split("\n")
        days.update((path, dt.date.fromisoformat(day)) for path in paths if path)
    return days


def right_dates(newsletter, repository, entries, items):
    """The issues whose date is one that their heading, name or front matter gives, or else that of the commit that added them. An issue's
    date is that of most of its items that no other issue has."""
    added = history(repository)
    files = collections.defaultdict(set)
    for entry in entries:
        files[truth.compared(entry.about)].add((entry.path, entry.heading))
    votes = collections.defaultdict(collections.Counter)
    for item in items:
        of = files.get(truth.compared(item.get("url", "")), ())
        if len(of) == 1 and "date_published" in item:
            votes[next(iter(of))][item["date_published"][:10]] += 1
    wrong = []
    for (path, heading), days in votes.items():
        day = dt.date.fromisoformat(days.most_common(1)[0][0])
        name = str(path.relative_to(repository))
        front = truth.FRONT_MATTER.search(path.read_text(errors="replace"))
        stated = dates_in(heading) or dates_in(f"{name} {front[0] if front else ''} {first_lines(path)}")
        stated = stated or months_in(first_lines(path))
        stated |= dates_in(name) if not dates_in(heading) else set()
        commit = added.get(name)
        is_right = day in stated if stated else commit and abs((day - commit).days) <= 1
        if not is_right:
            wrong.append((path, 1, f"{day}, but {', '.join(map(str, sorted(stated))) or commit}"))
    return 100 * (1 - len(wrong) / max(1, len(votes))), wrong


def first_lines(path):
    lines = truth.FRONT_MATTER.sub("", path.read_text(errors="replace")).split("\n")
    return "\n".join(lines[:3]) # also lines such as [date]: / "2020-05-14"


def sections_of_one_issue(items):
    issues = collections.defaultdict(set)
    for item in items:
        own = item.get("_patchfeed", {})
        for section in own.get("sections", []):
            issues[section].add((own.get("issue"), own.get("issue_title"), item.get("date_published", "")[:10]))
    return [section for section, of in issues.items() if len(of) == 1], len(issues)


def is_compared(item, newsletter):
    """Whether an item leads to a page of its own, not to the issue's."""
    return item.get("url") and not item["url"].startswith((BASE, newsletter.repository + "/blob/"))


def shown(text):
    return re.sub(r"\s+", " ", text)[:110]


def misses(newsletter, repository, title, places):
    """The three commonest kinds of a miss: places that look alike, the first of each."""
    kinds = collections.defaultdict(list)
    for path, line, words in places:
        kinds[re.sub(r"[^\W\d_]+", "w", re.sub(r"\d+", "0", re.sub(r"https?://\S+", "u", words)))[:24]].append((path, line, words))
    for alike in sorted(kinds.values(), key=len, reverse=True)[:3]:
        path, line, words = alike[0]
        print(f"    {title} {len(alike)}: {path.relative_to(repository)}:{line}: {shown(words)}")


def measure(newsletter, root, program, sample, verbose):
    repository = root / newsletter.name
    folder = repository / newsletter.folder
    paths = sorted(folder.glob(newsletter.pattern))
    entries, links = truth.read(paths, newsletter.frame, dates_in)
    with tempfile.TemporaryDirectory() as site:
        items, feed, counts, said = build(program, newsletter, repository, pathlib.Path(site) / "site")
    addresses = {truth.compared(item["url"]): item for item in items if is_compared(item, newsletter)}
    free = {truth.compared(link) for entry in entries if not entry.is_web for link in entry.links}
    entries = [entry for entry in entries if entry.is_web]
    wanted = {}
    for entry in entries:
        wanted.setdefault(truth.compared(entry.about), entry)
    allowed = {truth.compared(link) for entry in entries for link in entry.links}
    missed = [entry for address, entry in wanted.items() if address not in addresses]
    extra = [item for address, item in addresses.items() if address not in wanted and address not in free]
    beside = [item for item in extra if truth.compared(item["url"]) in allowed]
    texts = truth.compared(" ".join(item.get("content_html", "") for item in items).replace("&amp;", "&"))
    outside = [(*place, address) for address, place in links.items() if address not in addresses and address not in texts]
    dates, wrong_dates = right_dates(newsletter, repository, entries, items)
    lone, sections = sections_of_one_issue(items)
    kinds = collections.Counter(one["kind"] for one in said)
    idle = sum(count for kind, count in kinds.items() if kind not in USEFUL)
    listed = max(1, counts.get("entries", 1))
    row = {
        "newsletter": newsletter.name,
        "issues": counts.get("issues", 0),
        "entries": counts.get("entries", 0),
        "items": len(items),
        "no link": sum(not is_compared(item, newsletter) for item in items),
        "links": len(links),
        "outside": len(outside),
        "wanted": len(wanted),
        "recall": 100 * (1 - len(missed) / max(1, len(wanted))),
        "precision": 100 * (1 - len(extra) / max(1, len(addresses))),
        "beside": len(beside),
        "sections": sections,
        "lone": 100 * len(lone) / max(1, sections),
        "dates": dates,
        "language": "right" if feed.get("language") == newsletter.language else feed.get("language"),
        "idle": 1000 * idle / listed,
    }
    lines = {address: place for address, place in links.items()}
    unknown = (repository, 0)
    details = [
        ("missed", [(e.path, e.line, f"{e.kind}: {e.text} → {e.about}") for e in missed]),
        ("no entry", [(*lines.get(truth.compared(i["url"]), unknown), f"{i['title']} → {i['url']}") for i in extra]),
        ("outside", outside),
        ("date", wrong_dates),
    ]
    if sample:
        write_sample(sample, newsletter, repository, entries, addresses)
    return row, details, kinds, lone, counts


def write_sample(sample, newsletter, repository, entries, addresses):
    """Appends 40 entries by chance, always the same ones: as the truth sees them, and the title of the item."""
    chosen = sorted(entries, key=lambda entry: hashlib.sha256(f"{entry.path.name}:{entry.line}".encode()).digest())[:40]
    for entry in sorted(chosen, key=lambda entry: (entry.path, entry.line)):
        item = addresses.get(truth.compared(entry.about))
        sample.write(f"{newsletter.name} {entry.path.relative_to(repository)}:{entry.line} {entry.kind}\n")
        sample.write(f"    text  {shown(entry.text)}\n    about {entry.about}\n    item  {item['title'] if item else '—'}\n")


def cell(name, value):
    words = f"{value:.1f}" if isinstance(value, float) else str(value)
    return words + ("" if name not in BARS or BARS[name](value) else " ✗")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--patchfeed", type=pathlib.Path)
    options.add_argument("--only", nargs="+", metavar="NAME", default=[])
    options.add_argument("--fetch", action="store_true")
    options.add_argument("--sample", type=argparse.FileType("w"))
    options.add_argument("--misses", type=argparse.FileType("w"), help="writes every miss")
    given = options.parse_args()
    chosen = [newsletter for newsletter in NEWSLETTERS if not given.only or newsletter.name in given.only]
    if given.fetch:
        for newsletter in chosen:
            print(f"git clone {newsletter.repository} {given.folder / newsletter.name}")
        return 0
    rows = []
    for newsletter in chosen:
        if not (given.folder / newsletter.name).is_dir():
            print(f"{newsletter.name}: skipped, {given.folder / newsletter.name} isn't there: git clone {newsletter.repository}")
            continue
        row, details, kinds, lone, counts = measure(newsletter, given.folder, given.patchfeed.resolve(), given.sample, given.misses)
        rows.append(row)
        print(f"{newsletter.name}: {counts.get('repeats', 0)} repeats, {counts.get('passed by', 0)} passed by; problems: {dict(kinds) or 'none'}")
        for title, places in details:
            misses(newsletter, given.folder / newsletter.name, title, places)
            for path, line, words in places if given.misses else []:
                given.misses.write(f"{newsletter.name}\t{title}\t{path.relative_to(given.folder)}:{line}\t{shown(words)}\n")
        if given.misses:
            given.misses.writelines(f"{newsletter.name}\tlone\t{section}\n" for section in lone)
    if not rows:
        return 1
    cells = [list(rows[0])] + [[cell(name, value) for name, value in row.items()] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    print()
    for line in cells:
        print("  ".join(words.ljust(width) if at == 0 else words.rjust(width) for at, (words, width) in enumerate(zip(line, widths))))
    failed = [f"{row['newsletter']}: {name}" for row in rows for name, good in BARS.items() if not good(row[name])]
    print(f"\n{len(failed)} bars not met" + (": " + ", ".join(failed) if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
