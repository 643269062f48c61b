#!/usr/bin/env python3
"""Reads the large documents of a site with the parsers, those above all that refuse what is too much for them.

Usage: large.py SITE FEED ...

SITE is a built one, FEED a feed's slug. Every parser of `parsers.py` reads every format that it knows of each feed, and
must find as many items as patchfeed has put there. Exits 0 only if all do.
"""
import functools
import http.server
import json
import pathlib
import sys
import tempfile
import threading

import parsers
from harness import Quiet


def main():
    site, feeds = pathlib.Path(sys.argv[1]), sys.argv[2:]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    counts = {feed: len(json.loads((site / f"{feed}.json").read_text(encoding="utf-8"))["items"]) for feed in feeds}
    documents, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for client in parsers.CLIENTS:
            for document in (f"{feed}.{form}" for feed in feeds for form in client.formats):
                documents += 1
                wanted = counts[document.split(".")[0]]
                try:
                    found = len(client.poll(f"http://127.0.0.1:{server.server_port}/{document}", pathlib.Path(folder)))
                except Exception as error:
                    found = str(error)
                if found != wanted:
                    wrong += 1
                    print(f"WRONG: {client.name}, {document}: {found} for {wanted} items")
    sizes = ", ".join(f"{feed} ({count})" for feed, count in counts.items())
    print(f"the large documents, {sizes}: {len(parsers.CLIENTS)} parsers, {documents - wrong} times right, {wrong} wrong")
    sys.exit(bool(wrong) or not documents)


if __name__ == "__main__":
    main()
