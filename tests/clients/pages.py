#!/usr/bin/env python3
"""Opens every page of a site in headless Chromium, from disk and from a server, and looks for what its policy refused.

Usage: pages.py PATCHFEED ISSUES

A page passes if Chromium reports no violation of the Content-Security-Policy, shows the style, and, from a server, finds
entries in the search. That violations would be seen is tried out, too: a page whose style was changed must have one, and so
must one that gets a handler. Needs selenium, chromium and chromium-driver.
"""
import functools
import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

from search import browser


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def violations(page, address):
    """What Chromium says against a page's policy, or about an error of its script."""
    page.get_log("browser")
    page.get(address)
    time.sleep(0.3)  # for what the page loads
    said = [entry["message"] for entry in page.get_log("browser")]
    return [text for text in said if "Content Security Policy" in text or "Content-Security-Policy" in text or "Uncaught" in text]


def is_styled(page):
    return page.execute_script("return getComputedStyle(document.body).maxWidth") == "800px"


def finds(page):
    deadline = time.time() + 10
    while time.time() < deadline:
        if page.execute_script("return document.querySelectorAll('#found a').length"):
            return True
        time.sleep(0.1)
    return False


def main():
    program, issues = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    work = pathlib.Path(tempfile.mkdtemp())
    site = work / "site"
    site.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/"
    subprocess.run([program, "-q", "build", issues, "--out", site, "--base-url", base], check=True, cwd=work)
    page = browser({"browser": "ALL"})
    failed, pages = [], sorted(site.glob("*.html"))
    for start in (base, f"file://{site}/"):
        for file in pages:
            bad = violations(page, start + file.name)
            if not is_styled(page):
                bad.append("the style isn't applied")
            if file.name == "search.html" and start == base and not finds(page):
                bad.append("nothing is found")
            failed += [f"{start}{file.name}: {text}" for text in bad]

    text = (site / "index.html").read_text(encoding="utf-8")
    for change in (("<style>", "<style>/* changed */"), ("<body>", '<body onload="document.title = 1">'),
                   ("<body>", "<body><script>document.title = 1</script>"), ("<body>", '<body><img src="x.png">'),
                   ("<h1>", '<h1 style="color: red">')):
        (site / "changed.html").write_text(text.replace(*change, 1), encoding="utf-8")
        if not violations(page, base + "changed.html"):
            failed.append(f"{change[1]} is no violation")
    page.quit()
    print("\n".join(failed + [f"the pages' policy: {len(pages)} pages from disk and from a server, {len(failed)} failed"]))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
