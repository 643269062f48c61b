"""A small newsletter, its site, and what must be true of the site at every moment."""
import json
import os
import pathlib
import re
import subprocess
import xml.etree.ElementTree as xml

BASE = "https://feeds.example.org/"
CONFIG = f'base-url = "{BASE}"\nformats = ["atom", "json"]\n[window]\nissues = 1\nitems = 1\nall = 1\n'
BUILD = ["-q", "build", "issues", "--force", "--out"]
WAITING = re.compile(r"\.patchfeed-\d+$|\.new$")

# Without colours, and with one thread beside the main one, so that every run makes the same calls in the same order.
ENVIRONMENT = {**os.environ, "RAYON_NUM_THREADS": "1"}


def issue(number):
    """An issue of three entries; the third is the first of the issue before, listed again."""
    entry = "**[v{0}: net: lamp {1}: a light that counts to {0}](http://lore.kernel.org/netdev/{1}@harbour.example/)**\n\n> Lamp {1} blinks {0} times.\n> It is green.\n\n"
    entries = "".join(entry.format(number + at, number * 2 + at) for at in range(3))
    return f"---\ntitle: Harbour lamps {number}\npermalink: /lamps-{number}/\n---\n\n### Networking\n\n{entries}"


def write_issues(folder, numbers):
    issues = folder / "issues"
    issues.mkdir(parents=True, exist_ok=True)
    for old in issues.iterdir():
        old.unlink()
    for number in numbers:
        (issues / f"2024-01-{number * 7:02}-10-00-00-lamps-{number}.md").write_text(issue(number), encoding="utf-8")
    (folder / "patchfeed.toml").write_text(CONFIG, encoding="utf-8")


def build(program, folder, out="site"):
    """An undisturbed build; its error message, or None."""
    run = subprocess.run([program, *BUILD, str(folder / out)], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    return None if run.returncode == 0 else f"exit {run.returncode}: {run.stderr.strip()}"


def tree(folder):
    """Every file below a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def folders(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_dir()}


def documents(files):
    """What people and readers see: not the site's own notes, not what waits."""
    return {path: text for path, text in files.items()
            if not path.startswith(".patchfeed/") and not WAITING.search(path)}


def parses(path, text):
    try:
        if path.endswith((".atom", ".rss", ".opml")):
            xml.fromstring(text)
        elif path.endswith(".json"):
            json.loads(text)
        elif path.endswith(".html"):
            return text.rstrip().endswith(b"</html>")
        return True
    except (xml.ParseError, ValueError):
        return False


def older_archive(text):
    """The file that a feed or an archive names as the next older one. Links the other way can't all be good at once."""
    found = re.search(rb'<link (?=[^>]*rel="prev-archive")[^>]*href="([^"]+)"|"next_url":\s*"([^"]+)"', text)
    return found and (found[1] or found[2]).decode().removeprefix(BASE)


def broken_chain(path, files):
    """What is wrong with the archives that a feed leads to, one after the other."""
    while older := older_archive(files[path]):
        if not files.get(older):
            return [f"{path} leads to {older}, which {'is empty' if older in files else 'is not there'}"]
        path = older
    return []


def feeds(files):
    """The documents that people subscribe to."""
    return [path for path in files if path.endswith((".atom", ".json")) and "/" not in path]


class Expectation:
    """The bytes that each document may have: those before the run, and those after."""

    def __init__(self, before, after):
        self.before, self.after = documents(before), documents(after)
        for side in (self.before, self.after):
            for path, text in side.items():
                assert text and parses(path, text), f"{path} doesn't parse, undisturbed"
            assert not any(broken_chain(path, side) for path in feeds(side)), "a chain is broken, undisturbed"
        assert any(older_archive(self.after[path]) for path in feeds(self.after)), "no feed leads to an archive"

    def wrong(self, site):
        """What is wrong with a site now."""
        files = documents(tree(site)) if site.exists() else {}
        wrong = []
        for path in sorted(self.before.keys() & self.after.keys() - files.keys()):
            wrong.append(f"{path} is gone")
        for path, text in files.items():
            if not text:
                wrong.append(f"{path} is empty")
            elif text not in (self.before.get(path), self.after.get(path)):
                wrong.append(f"{path} is neither old nor new" + ("" if parses(path, text) else ", and doesn't parse"))
        return wrong + [text for path in feeds(files) for text in broken_chain(path, files)]


def healed(program, folder, wanted, wanted_folders):
    """What is wrong after an undisturbed build. `wanted` are the files of a site that nothing ever disturbed."""
    failed = build(program, folder)
    if failed:
        return [f"the build afterwards fails: {failed}"]
    files = tree(folder / "site")
    wrong = [f"afterwards, {path} is left" for path in sorted(files.keys() - wanted.keys())]
    wrong += [f"afterwards, {path} is missing" for path in sorted(wanted.keys() - files.keys())]
    wrong += [f"afterwards, {path} differs" for path in sorted(files.keys() & wanted.keys()) if files[path] != wanted[path]]
    wrong += [f"afterwards, the folder {path} is left" for path in sorted(folders(folder / "site") - wanted_folders)]
    return wrong


def post_script(folder, place):
    """A bot's command, which posts by appending to `place`, and refuses what isn't a whole line."""
    script = folder / "post.sh"
    script.write_text(f'#!/bin/sh\nline=$(cat)\ncase $line in *harbour.example/) ;; *) exit 1;; esac\nprintf "%s\\n" "$line" >>{place}\n')
    script.chmod(0o755)
    return str(script)


def posts(text):
    """The numbers of the items in whole lines."""
    lines = text.split("\n")[:-1]
    return [int(re.search(r"/(\d+)@harbour\.example/", line)[1]) for line in lines]
