#!/usr/bin/env python3
"""Asks the W3C's feed validator about every Atom, RSS and OPML document of a site; it must find nothing.

Usage: validate.py FEEDVALIDATOR SITE BASE_URL

FEEDVALIDATOR is a copy of its repository. Needs lxml, html5lib and rdflib.
"""
import collections
import pathlib
import sys


def main():
    validator, site, base = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    sys.path.insert(0, str(validator / "src"))
    import feedvalidator
    from feedvalidator import compatibility
    from feedvalidator.formatter.text_plain import Formatter

    found, examples, count = collections.Counter(), {}, 0
    for path in sorted(site.rglob("*")):
        if path.suffix not in (".atom", ".rss", ".opml"):
            continue
        count += 1
        try:
            url = base + path.relative_to(site).as_posix()
            events = feedvalidator.validateString(path.read_bytes(), firstOccurrenceOnly=1, base=url, fallback="utf-8")
            events = events["loggedEvents"]
        except feedvalidator.logging.ValidationFailure as failure:
            events = [failure.event]
        events = compatibility.AA(events)  # what the public service shows
        for event, line in zip(events, Formatter(events)):
            found[type(event).__name__] += 1
            examples.setdefault(type(event).__name__, f"{path}: {line}")
    for name, times in found.most_common():
        print(f"{times} x {name}, as in {examples[name]}")
    print(f"the W3C's feed validator: {count} documents, {sum(found.values())} errors and warnings")
    sys.exit(bool(found) or not count)


if __name__ == "__main__":
    main()
