#!/usr/bin/env python3
"""Drives the search page in headless Chromium as a reader would, and compares what it finds with the feeds.

Usage: search.py PATCHFEED ISSUES [SCREENSHOTS]

Types and chooses, opens the address in a new window, follows a row to its entry, takes the lines for the publisher and builds with them,
finds Chinese words, and goes there by keys alone and without script. SCREENSHOTS is a folder for pictures. Needs selenium, chromium and
chromium-driver.
"""
import functools
import http.server
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

SEARCHES = [
    {"q": "kvm", "section": "riscv"},
    {"q": "kvm", "section": "riscv", "kind": "patch", "version": ">=2"},
    {"q": "riscv vector"},
    {"section": "bpf", "kind": "rfc", "version": "1"},
    {"q": "a.*[b"},
    {"q": "<pid>", "section": "mm"},
    {"section": "riscv", "organisation": "rivosinc.com"},
    {"list": "linux-mm", "q": "folio"},
]
FIRST_RESULTS = 300  # milliseconds after the index has come
CHINESE = """---
date: 2024-01-01
---
### BPF

**[内核的调度器](http://lore.kernel.org/bpf/1@x.com/)**

> 这一组补丁改动了虚拟化的代码。

**[内核](http://lore.kernel.org/bpf/2@x.com/)**
"""
# When the first row stood on the page, and when the index had come.
WATCH = """
new MutationObserver((_, watch) => {
  if (document.querySelector("#found article")) { window.firstRow = performance.now(); watch.disconnect(); }
}).observe(document, { childList: true, subtree: true });
"""


def browser(logs=None, scripts=True):
    options = webdriver.ChromeOptions()
    for flag in ("headless", "no-sandbox", "disable-gpu", "disable-background-networking", "window-size=1000,1200"):
        options.add_argument(f"--{flag}")
    if logs:
        options.set_capability("goog:loggingPrefs", logs)
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.binary_location = "/usr/bin/chromium"
    return webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def serve(folder, handler=Silent):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def entries(site):
    """Every entry of the archives by its title and address, with what JSON says of it."""
    items = {}
    for path in (site / "archive" / "all").glob("*.json"):
        items |= {(item["title"], item["url"]): item for item in json.loads(path.read_text(encoding="utf-8"))["items"]}
    return items


def is_titled(item, words):
    return all(word.lower() in item["title"].lower() for word in words.split())


def may_have(item, words):
    """Whether title and summary have the words, whatever marks stand beside their letters."""
    text = f"{item['title']} {item['summary']}".lower()
    return all(piece in text for piece in re.findall(r"[^\W_]+", words.lower()))


def passes(item, search):
    of, version = item["_patchfeed"], search.get("version", "")
    number = of.get("version", 0)
    return (("section" not in search or search["section"] in of["sections"])
            and all(search[name] == of.get(name) for name in ("kind", "list", "organisation") if name in search)
            and (not version or (number >= int(version[2:]) if version[:2] == ">=" else number == int(version))))


def wait(condition, what, seconds=20):
    deadline = time.time() + seconds
    while time.time() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what} didn't come")


def is_read(page):
    wait(lambda: page.execute_script("return document.getElementById('found').ariaBusy") == "false", "the index")


def rows(page):
    """All rows, after every press of the button for more, by title and address."""
    while True:
        more = page.find_element(By.ID, "more")
        if not more.is_displayed():
            break
        before = page.execute_script("return document.querySelectorAll('#found article').length")
        more.click()
        after = page.execute_script("return document.querySelectorAll('#found article').length")
        assert before < after <= before + 200 and before % 200 == 0, (before, after)
    found = page.execute_script(
        "return [...document.querySelectorAll('#found article')].map((row) => [row.querySelector('h2').textContent,"
        " [...row.querySelectorAll('a')].at(-1).href])")
    return [tuple(row) for row in found]


def ask(page, base, search):
    page.get(base + "search.html")
    is_read(page)
    for name, value in search.items():
        field = page.find_element(By.NAME, name)
        if name == "q":
            field.send_keys(value)
        elif field.find_elements(By.CSS_SELECTOR, f"[value='{value}']"):
            Select(field).select_by_value(value)
        else:  # what nothing has isn't offered, but the address may ask for it
            page.get(f"{base}search.html?{urllib.parse.urlencode(search)}")
            is_read(page)
            break
    time.sleep(0.4)  # typing rests


def check_search(page, base, site, search):
    """What is found, its address in a new window, and the feed that follows it."""
    ask(page, base, search)
    address, found = page.current_url, rows(page)
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlparse(address).query))
    assert asked == search, address
    items, words = entries(site), search.get("q", "")
    right = {key for key, item in items.items() if passes(item, search)}
    titled = {key for key in right if is_titled(items[key], words)}
    assert titled <= set(found) <= {key for key in right if may_have(items[key], words)}, search
    assert page.find_element(By.ID, "count").text.startswith(str(len(found)))
    page.switch_to.new_window("window")
    page.get(address)
    is_read(page)
    assert rows(page) == found, f"a new window shows other rows for {address}"
    page.close()
    page.switch_to.window(page.window_handles[0])
    return titled, found


def check_lines(page, program, issues, titled):
    """The publisher's lines make a feed of the entries with the words in their titles."""
    block = page.execute_script("return document.querySelector('#lines textarea').value")
    slug, built = block.split('slug = "')[1].split('"')[0], set()
    with tempfile.TemporaryDirectory() as work:
        (pathlib.Path(work) / "patchfeed.toml").write_text(block, encoding="utf-8")
        subprocess.run([program, "-q", "build", issues, "--out", "site"], check=True, cwd=work)
        for path in (pathlib.Path(work) / "site" / "archive" / slug).glob("*.json"):
            built |= {(item["title"], item["url"]) for item in json.loads(path.read_text(encoding="utf-8"))["items"]}
    assert built == titled, (block, len(built), len(titled))


def check_following(page, base, site):
    """A subscriber gets the section's feed; where feeds are made by address, one for the search."""
    ask(page, base, {"section": "riscv"})
    assert page.find_element(By.CSS_SELECTOR, "#follow input").get_attribute("value") == base + "riscv.atom"
    assert not page.find_element(By.ID, "lines").is_displayed()
    ask(page, base, {"q": "kvm"})
    assert page.find_element(By.ID, "lines").is_displayed() and not page.find_element(By.ID, "follow").is_displayed()
    text = (site / "search.html").read_text(encoding="utf-8")
    (site / "served.html").write_text(text.replace("<title>", '<meta name="patchfeed-feeds" content="feed"><title>', 1), encoding="utf-8")
    page.get(base + "served.html?q=kvm&section=riscv")
    is_read(page)
    address = page.find_element(By.CSS_SELECTOR, "#follow input").get_attribute("value")
    assert address == base + "feed.atom?section=riscv&title=%28%3Fi%29kvm", address


def check_mail(page, base, site):
    """A Message-ID and a mail's address find the mail; its row leads to the entry, and filters are a click away."""
    (title, url), item = next(pair for pair in entries(site).items() if pair[1]["_patchfeed"].get("organisation"))
    for typed in (item["_patchfeed"]["message_id"], f"<{item['_patchfeed']['message_id']}>", url):
        ask(page, base, {"q": typed})
        assert set(rows(page)) == {(title, url)}, typed
    page.find_element(By.CSS_SELECTOR, "#found [data-filter=organisation]").click()
    assert f"organisation={item['_patchfeed']['organisation']}" in page.current_url
    assert page.switch_to.active_element.get_attribute("id") == "count"
    page.back()
    wait(lambda: "organisation" not in page.current_url, "the address before")
    assert set(rows(page)) == {(title, url)}
    page.find_element(By.CSS_SELECTOR, "#found h2 a").click()
    wait(lambda: "/issue/" in page.current_url, "the issue")
    assert page.execute_script("return document.querySelector(':target h3').textContent") == title


def check_history(page, base):
    """Back leads to the search before, which the key ended or a choice, and not through every letter."""
    page.get(base + "index.html")
    page.get(base + "search.html")
    is_read(page)
    for word in ("add", "kvm"):
        field = page.find_element(By.NAME, "q")
        field.clear()
        for letter in word:
            field.send_keys(letter)
            time.sleep(0.2)
        field.send_keys(Keys.ENTER)
    Select(page.find_element(By.NAME, "section")).select_by_value("riscv")
    for query in ("q=kvm&section=riscv", "q=kvm", "q=add", None):
        here = f"{base}search.html?{query}" if query else base + "index.html"
        wait(lambda: page.current_url == here, here)
        assert not query or page.find_element(By.NAME, "q").get_attribute("value") == query[2:5], query
        page.back()


def check_keys(page, base):
    """Keys alone lead from the field to a row."""
    page.get(base + "search.html?q=kvm&section=riscv")
    is_read(page)
    page.execute_script("document.forms[0].elements.q.focus()")
    passed = []
    for _ in range(20):
        page.switch_to.active_element.send_keys(Keys.TAB)
        passed.append(page.execute_script("return document.activeElement.name || document.activeElement.closest('#found')?.id"))
        if passed[-1] == "found":
            break
    assert passed[-1] == "found" and {"section", "kind", "list", "organisation", "year"} <= set(passed), passed


def check_speed(page, base):
    page.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    page.get(base + "search.html?q=kvm")
    is_read(page)
    came, first = page.execute_script(
        "return [performance.getEntriesByType('resource').find((file) => file.name.endsWith('search.json')).responseEnd, window.firstRow]")
    fetched = page.execute_script("return performance.getEntriesByType('resource').filter((file) => file.initiatorType === 'fetch').length")
    assert fetched == 1, f"{fetched} requests"
    assert first - came < FIRST_RESULTS, f"the first row comes {first - came:.0f} ms after the index"
    return first - came


def check_chinese(page, program, work):
    folder, site = work / "chinese", work / "chinese-site"
    folder.mkdir()
    (folder / "rvlwn-1.md").write_text(CHINESE, encoding="utf-8")
    base = serve(site)
    subprocess.run([program, "-q", "build", folder, "--out", site, "--base-url", base], check=True, cwd=work)
    for typed, count in (("内核", 2), ("调度器内核", 1), ("虚拟化", 1), ("内核虚拟化", 1), ("网络", 0)):
        ask(page, base, {"q": typed})
        assert len(rows(page)) == count, (typed, rows(page))


class Slow(Silent):
    """Gives the index of the oldest year late."""
    def do_GET(self):
        if self.path.endswith("/2021.json"):
            time.sleep(3)  # in which the others are read
        super().do_GET()


def check_years(page, program, work):
    """A large index comes by years: the newest entries show while the others are read, and the count says so."""
    folder, site, title = work / "years", work / "years-site", "word " * 200
    folder.mkdir()
    for number, year in enumerate((2021, 2022, 2023), 1):
        entries = (f"**[v1: {year} {title}](http://lore.kernel.org/bpf/{n}.{year}@x.com/)**\n\n" for n in range(900))
        (folder / f"rvlwn-{number}.md").write_text(f"---\ndate: {year}-01-01\n---\n### BPF\n\n{''.join(entries)}", encoding="utf-8")
    base = serve(site, Slow)
    subprocess.run([program, "-q", "build", folder, "--out", site, "--base-url", base], check=True, cwd=work)
    page.get(base + "search.html?q=word")
    count = page.find_element(By.ID, "count")
    wait(lambda: count.text.startswith("1800 "), "two of three years")
    assert "还在读取" in count.text and page.find_element(By.CSS_SELECTOR, "#found h2").text.startswith("v1: 2023"), count.text
    is_read(page)
    assert count.text == "2700 条" and len(rows(page)) == 2700, count.text


def check_without_script(base, site):
    page = browser(scripts=False)
    page.get(base + "search.html")
    assert not page.find_element(By.NAME, "q").is_enabled()
    links = [link.get_attribute("href") for link in page.find_elements(By.CSS_SELECTOR, "main a")]
    issues = [file.name for file in (site / "issue").glob("[0-9]*.html")]
    assert base + "riscv.html" in links and all(f"{base}issue/{name}" in links for name in issues)
    page.quit()


def take_pictures(page, base, folder):
    for scheme in ("light", "dark"):
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        for width in (320, 390, 1280):
            page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                 {"width": width, "height": 1100, "deviceScaleFactor": 1, "mobile": width < 500})
            for name, query in (("empty", ""), ("kvm", "?q=kvm&section=riscv"), ("section", "?section=riscv"), ("nothing", "?q=zzz")):
                page.get(base + "search.html" + query)
                is_read(page)
                wide = page.execute_script("return document.documentElement.scrollWidth")
                assert wide <= width, f"search.html{query} is {wide} px wide at {width}"
                page.save_screenshot(f"{folder}/search-{name}-{width}-{scheme}.png")


def main():
    program, issues = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    work = pathlib.Path(tempfile.mkdtemp())
    site = work / "site"
    site.mkdir()
    base = serve(site)
    subprocess.run([program, "-q", "build", issues, "--out", site, "--base-url", base], check=True, cwd=work)
    page = browser()
    checks = {"speed": lambda: check_speed(page, base), "history": lambda: check_history(page, base), "following": lambda: check_following(page, base, site),
              "a mail": lambda: check_mail(page, base, site), "keys": lambda: check_keys(page, base),
              "Chinese": lambda: check_chinese(page, program, work), "years": lambda: check_years(page, program, work),
              "without script": lambda: check_without_script(base, site)}
    if len(sys.argv) > 3:
        checks["pictures"] = lambda: take_pictures(page, base, sys.argv[3])

    def check_one(search):
        titled, found = check_search(page, base, site, search)
        if set(search) != {"section"}:
            ask(page, base, search)
            check_lines(page, program, issues, titled)
        return len(found)

    failed = 0
    for name, check in [*((str(search), functools.partial(check_one, search)) for search in SEARCHES), *checks.items()]:
        try:
            said = check()
            print(f"ok: {name}{'' if said is None else f': {said:.0f}'}")
        except Exception as err:  # whatever went wrong, the others are tried
            failed += 1
            print(f"WRONG: {name}: {type(err).__name__}: {str(err)[:600]}")
    page.quit()
    print(f"the search page: {len(SEARCHES) + len(checks) - failed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
