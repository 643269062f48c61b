"""The feed parsers: each reads a feed's document and has no memory.

`install-parsers.sh` installs them below $PATCHFEED_CLIENTS; $PATCHFEED_PARSERS is the built example `parsers.rs`.
Run as a program, `parsers.py DOCUMENT`, it is PyPI's feedparser: prints a document's items as JSON.
"""
import calendar
import datetime as dt
import email.utils
import functools
import json
import os
import pathlib
import subprocess
import sys
import urllib.request

from harness import Client, Item

HERE = pathlib.Path(__file__).resolve().parent


def moment(text):
    """A date as a parser prints it, in ISO 8601 or as in mail; None if it gives none."""
    if not text:
        return None
    return dt.datetime.fromisoformat(text) if text[:4].isdigit() else email.utils.parsedate_to_datetime(text)


def poll(command, fetches, url, state):
    """Gives the items that the parser, a command, finds in the document, in its order; the parser that `fetches` is given
    the URL, any other one a file."""
    document = url
    if not fetches:
        document = state / "document"
        with urllib.request.urlopen(url, timeout=30) as answer:
            document.write_bytes(answer.read())
    words = [os.path.expandvars(word) for word in command]
    run = subprocess.run([*words, document], capture_output=True, check=False, timeout=60)
    if run.returncode:
        raise RuntimeError(f"{' '.join(words)}: {run.stderr.decode(errors='replace').strip()}")
    return [Item(**{**item, "date": moment(item.get("date"))}) for item in json.loads(run.stdout)]


def parser(name, formats, *command, fetches=False, **limits):
    """A client that is a parser; `limits` are its limits, by a case or a case and a format, as `dates_atom`."""
    limits = {key.replace("_", " "): reason for key, reason in limits.items()}
    return Client(name, formats, functools.partial(poll, command, fetches), remembers=False, limits=limits)


def feedparser_items(path):
    """The items of a document as PyPI's feedparser gives them."""
    import feedparser  # only in the venv

    for entry in feedparser.parse(path).entries:
        date = entry.get("published_parsed")
        yield {
            "title": entry.get("title"),
            "link": entry.get("link"),
            "date": date and dt.datetime.fromtimestamp(calendar.timegm(date), dt.UTC).isoformat(),
            "author": entry.get("author"),
            "text": entry.content[0].value if "content" in entry else None,
            "categories": [tag.term for tag in entry.get("tags", [])],
            "id": entry.get("id"),
        }


def npm(package, formats, fetches=False, **limits):
    """A parser of npm, driven by parsers.mjs."""
    return parser(f"{package} (npm)", formats, "node", str(HERE / "parsers.mjs"), package, fetches=fetches, **limits)


def crate(package, formats, **limits):
    """A parser of crates.io, driven by parsers.rs."""
    return parser(f"{package} (crate)", formats, "$PATCHFEED_PARSERS", package, **limits)


DECODED = ("it decodes a title's entities once more after the XML parser has (getText in src/utils/normalizer.js: feed-reader "
           "6.1.3, line 31; feed-extractor 7.1.4, line 32)")

CLIENTS = [
    parser(
        "feedparser (PyPI)", ("atom", "rss"), "$PATCHFEED_CLIENTS/venv/bin/python", str(HERE / "parsers.py"),
        titles_rss="it takes an RSS title for HTML if it holds an HTML entity's name, as `Q&A &copy;`, or a closing tag, "
        "and no unknown tag (feedparser 6.0.14, mixin.py:525 and looks_like_html, :639)",
    ),
    npm("rss-parser", ("atom", "rss")),
    npm(
        "feedparser", ("atom", "rss"),
        titles="it deletes from every title what looks like a tag of HTML, as `<b>` (feedparser 2.6.0, "
        "lib/feedparser.js:1177, stripHtml in lib/utils.js:367)",
    ),
    npm(
        "@rowanmanning/feed-parser", ("atom", "rss"),
        text="it decodes entities once more after the XML parser has (textContentNormalized, feed-parser 2.1.5, "
        "lib/xml/element.js:214), so an escaped `<` in the HTML becomes a bare one, and `&lt;pid&gt;` a tag",
    ),
    npm("feedsmith", ("atom", "rss", "json")),
    npm("feed-reader", ("atom", "rss", "json"), fetches=True, titles_atom=DECODED, titles_rss=DECODED),
    npm("@extractus/feed-extractor", ("atom", "rss", "json"), fetches=True, titles_atom=DECODED, titles_rss=DECODED),
    npm(
        "rss-to-json", ("atom", "rss"), fetches=True,
        links_atom="of an entry with more links than one it gives the list of them, the alternate first here (rss-to-json "
        "2.1.1, src/parse.ts:40)",
        dates_atom="it never reads Atom's published, and gives the time of the reading (rss-to-json 2.1.1, src/parse.ts:42)",
    ),
    parser("SimplePie (FreshRSS)", ("atom", "rss"), "php", str(HERE / "parsers.php")),
    crate("feed-rs", ("atom", "rss", "json")),
    crate(
        "rss", ("rss",),
        authors="hookshot reads an RSS item's author alone (matrix-hookshot, src/feeds/parser.rs), which RSS 2.0 has for "
        "an address of mail; a name stands in dc:creator",
    ),
    crate("atom_syndication", ("atom",)),
]


if __name__ == "__main__":
    print(json.dumps(list(feedparser_items(sys.argv[1]))))
