#!/usr/bin/env python3
"""Drives the search page in headless Chromium: types, filters, takes the block, builds with it, and compares.

Usage: search.py PATCHFEED ISSUES [SCREENSHOT]

Needs selenium, chromium and chromium-driver.
"""
import functools
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

SEARCHES = [
    {"words": "kvm", "section": "riscv", "kind": "patch", "version": ">=2"},
    {"words": "riscv vector", "section": "", "kind": "", "version": ""},
    {"words": "", "section": "bpf", "kind": "rfc", "version": "1"},
    {"words": "a.*[b", "section": "", "kind": "", "version": ""},
    {"words": "<pid>", "section": "mm", "kind": "", "version": ""},
]


def browser(logs=None):
    options = webdriver.ChromeOptions()
    for flag in ("headless", "no-sandbox", "disable-gpu", "disable-background-networking", "window-size=1000,1200"):
        options.add_argument(f"--{flag}")
    if logs:
        options.set_capability("goog:loggingPrefs", logs)
    options.binary_location = "/usr/bin/chromium"
    return webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))


def chain(site, slug):
    """The ids of a feed and its archives."""
    path, ids, base = f"{slug}.json", [], None
    while path:
        feed = json.loads((site / path).read_text(encoding="utf-8"))
        base = base or feed["feed_url"][: -len(path)]
        ids += [item["id"] for item in feed["items"]]
        path = feed.get("next_url", base)[len(base):]
    return ids


def expected(site, search):
    """How many items a person would say meet the search."""
    items, version = [], search["version"]
    for path in (site / "archive" / (search["section"] or "all")).glob("*.json"):
        items += json.loads(path.read_text(encoding="utf-8"))["items"]

    def meets(item):
        of = item["_patchfeed"]
        number = of.get("version", 0)
        return (all(word.lower() in item["title"].lower() for word in search["words"].split())
                and search["section"] in ["", *of["sections"]]
                and search["kind"] in ["", of.get("kind")]
                and (not version or (number >= int(version[2:]) if version[:2] == ">=" else number == int(version))))
    return sum(map(meets, items))


def main():
    program, issues = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    work = pathlib.Path(tempfile.mkdtemp())
    site = work / "site"
    site.mkdir()
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site)))
    server.RequestHandlerClass.func.log_message = lambda *args: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/"
    build = [program, "-q", "build", issues, "--out", site, "--base-url", base]
    subprocess.run(build, check=True, cwd=work)
    page = browser()
    page.get(base + "search.html")
    failed = 0
    for search in SEARCHES:
        for name, value in search.items():
            field = page.find_element(By.NAME, name)
            if name == "words":
                field.clear()
                field.send_keys(value + " ")  # what is cleared by a script tells nobody
            else:
                Select(field).select_by_value(value)
        total = len(chain(site, search["section"] or "all"))
        shown, deadline = None, time.time() + 60
        while time.time() < deadline:  # until the archives are read
            read, ids = page.execute_script("return [items.length, document.getElementById('count').dataset.ids || '']")
            if read == total:
                shown = ids.split()
                break
            time.sleep(0.2)
        block = page.execute_script("return document.getElementById('block').textContent")
        (work / "patchfeed.toml").write_text(block, encoding="utf-8")
        subprocess.run(build, check=True, cwd=work)
        slug = block.split('slug = "')[1].split('"')[0]
        built = chain(site, slug)
        right = shown is not None and built == shown and len(built) == expected(site, search)
        failed += not right
        print(f"{'ok' if right else 'WRONG'}: {search}: {len(shown or [])} shown, {len(built)} in the feed")
        if len(sys.argv) > 3 and search is SEARCHES[0]:
            page.find_element(By.TAG_NAME, "summary").click()
            page.save_screenshot(sys.argv[3])
    page.quit()
    print(f"the search page: {len(SEARCHES) - failed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
