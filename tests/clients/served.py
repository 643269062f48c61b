#!/usr/bin/env python3
"""Real clients against `patchfeed serve`, through five rebuilds.

Usage: served.py PATCHFEED ISSUES [PICTURES]

curl asks for every header; newsboat and a client that polls as Miniflux does read what is new, and nothing else; Chromium shows the preview,
which loads itself again, and subscribes to a search by its address; an independent WebSub hub (Flask-WebSub) gives each change to a subscriber, and a
stub checks what the Recommendation asks of publishers. PICTURES is a folder for pictures of the preview.
Needs curl, newsboat, selenium, chromium, chromium-driver, flask-websub and feedparser.
"""
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import types
import urllib.error
import urllib.parse
import urllib.request
import wsgiref.simple_server

import feedparser
import flask
import flask_websub.hub
from selenium.webdriver.common.by import By

from pages import browser
from ports import free_port

PATIENCE = 30  # seconds
ENTRY = "**[v1: riscv: kvm: rebuilt {n}](http://lore.kernel.org/linux-riscv/rebuilt-{n}@example.org/)**\n\n> Words {n}.\n\n"
ISSUE = "---\ntitle: RISC-V Linux 内核及周边技术动态第 {n} 期\n---\n\n### RISC-V 架构支持\n\n"


def wait(condition, what):
    deadline = time.time() + PATIENCE
    while time.time() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE} s")


class Serving:
    """A server of issues in a folder of its own."""

    def __init__(self, program, issues, toml="", public=True):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        shutil.copytree(issues, self.folder / "issues")
        (self.folder / "patchfeed.toml").write_text(toml, encoding="utf-8")
        self.at, self.number = f"http://127.0.0.1:{free_port()}/", 100
        base = ["--base-url", self.at] if public else []
        command = [program, "serve", "issues", "--out", "site", "--addr", self.at[7:-1], *base]
        self.log, self.said = (open(self.folder / name, "w+b") for name in ("log", "said"))
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=self.log, stderr=self.said)
        wait(lambda: "serving at" in self.words() or self.process.poll() is not None, "the server")
        assert self.process.poll() is None, self.words()

    def words(self):
        return (self.folder / "said").read_text(encoding="utf-8")

    def lines(self):
        return (self.folder / "log").read_text(encoding="utf-8").splitlines()

    def add_issue(self, entries):
        """Adds an issue, waits until it is served, and gives how many seconds that took."""
        self.number += 1
        names = [f"{self.number}.{n}" for n in range(entries)]
        text = ISSUE.format(n=self.number) + "".join(ENTRY.format(n=name) for name in names)
        path = self.folder / "issues" / f"2025-01-01-10-{self.number - 100:02}-00-rvlwn-{self.number}.md"
        path.write_text(text, encoding="utf-8")
        start = time.time()
        wait(lambda: f"rebuilt {names[0]}" in get(self.at + "riscv.atom")[2].decode(), "the change")
        return time.time() - start

    def stop(self):
        self.process.terminate()
        assert self.process.wait(PATIENCE) in (0, -15), self.words()
        shutil.rmtree(self.folder)


def get(address, **headers):
    request = urllib.request.Request(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


def curl(address, *options):
    """The status, the headers by their names, and the body, as curl sees them."""
    done = subprocess.run(["curl", "-sS", "--path-as-is", "-D", "-", "-o", "/dev/stdout", *options, address], capture_output=True, check=True)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {}
    for line in lines:
        name, value = line.split(": ", 1)
        headers[name.lower()] = value
    return int(first.split()[1]), headers, body


def check_curl(server):
    at = server.at
    types = {"riscv.atom": "application/atom+xml", "riscv.rss": "application/rss+xml", "riscv.json": "application/feed+json",
             "feeds.opml": "text/x-opml", "index.html": "text/html", "pages.css": "text/css", "pages.js": "text/javascript",
             "favicon.svg": "image/svg+xml", "robots.txt": "text/plain", "search.json": "application/json"}
    for path, media_type in types.items():
        status, headers, body = curl(at + path)
        assert (status, headers["content-type"]) == (200, f"{media_type}; charset=utf-8"), (path, headers)
        assert int(headers["content-length"]) == len(body) and headers["accept-ranges"] == "bytes", headers
        assert re.fullmatch(r'"[0-9a-f]{32}"', headers["etag"]) and headers["cache-control"] == "public, max-age=900", headers
        for condition in (f"If-None-Match: {headers['etag']}", f"If-Modified-Since: {headers['last-modified']}"):
            status, unchanged, nothing = curl(at + path, "-H", condition)
            assert (status, nothing, unchanged["etag"]) == (304, b"", headers["etag"]), (path, condition, status)
        status, head, nothing = curl(at + path, "--head")
        assert status == 200 and {**head, "date": ""} == {**headers, "date": ""}, (path, head, headers)
        for coding in ("gzip", "br", "zstd"):
            status, coded, smaller = curl(at + path, "-H", f"Accept-Encoding: {coding}")
            assert coded.get("content-encoding") in (coding, None) and coded["vary"] == "Accept-Encoding", coded
            assert coded.get("content-encoding") is None or coded["etag"] != headers["etag"] and len(smaller) < len(body)
        assert curl(at + path, "--compressed")[2] == body
    status, part, some = curl(at + "riscv.atom", "-r", "0-4")
    assert (status, some, part["content-range"].split("/")[0]) == (206, b"<?xml", "bytes 0-4")
    assert curl(at + "riscv.atom", "-r", "999999999-")[0] == 416
    status, headers, _ = curl(at + "riscv.atom", "-X", "OPTIONS", "-H", "Origin: https://example.org", "-H", "Access-Control-Request-Method: GET")
    assert status == 204 and headers["access-control-allow-origin"] == "*", headers
    assert curl(at + "riscv.atom", "-H", "Origin: https://example.org")[1]["access-control-allow-origin"] == "*"
    for path, options, expected in (("nowhere.atom", [], 404), ("../patchfeed.toml", [], 404), ("%2e%2e/patchfeed.toml", [], 404),
                                    (".patchfeed/manifest", [], 404), ("riscv.atom", ["-X", "POST", "-d", "a"], 405),
                                    ("given-up.atom", [], 410), ("feed.atom?nonsense=1", [], 400)):
        status, headers, body = curl(at + path, *options)
        assert status == expected and headers["content-type"] == "text/html; charset=utf-8", (path, status, headers)
    assert b"given-up" in curl(at + "given-up.atom")[2]
    assert not any(300 <= curl(at + path)[0] < 400 for path in ("", "issue/", "riscv.atom?a=b", "archive"))
    assert curl(at + "healthz")[2] == b"ok\n" and b"patchfeed_requests_total" in curl(at + "metrics")[2]
    print("curl: media types, validators, 304, HEAD, ranges, codings, CORS, 400, 404, 405, 410 hold")


def newsboat(url, state):
    """The titles in newsboat's cache, after it has read the feed again."""
    (state / "urls").write_text(f"{url}\n")
    (state / "config").write_text("")
    subprocess.run(["newsboat", "-q", "-C", state / "config", "-u", state / "urls", "-c", state / "cache.db", "-x", "reload"],
                   check=True, env=os.environ | {"HOME": str(state)})
    import sqlite3
    with contextlib.closing(sqlite3.connect(state / "cache.db")) as cache:
        return [title for (title,) in cache.execute("SELECT title FROM rss_item")]


class Polling:
    """A client that asks with the validators that it got, as Miniflux does: both, or one of them."""

    def __init__(self, address, names):
        self.address, self.names, self.kept, self.body = address, names, {}, None

    def ask(self):
        status, headers, body = get(self.address, **{name: self.kept[name] for name in self.names if name in self.kept})
        if status == 200:
            self.kept = {"If_None_Match": headers["ETag"], "If_Modified_Since": headers["Last-Modified"]}
            assert body != self.body, f"{self.address}: the same bytes again"
            self.body = body
        return status


def check_polling(server):
    state = pathlib.Path(tempfile.mkdtemp())
    feed = server.at + "feed.atom?section=riscv&title=kvm"
    validators = (["If_None_Match"], ["If_Modified_Since"], ["If_None_Match", "If_Modified_Since"])
    polling = [Polling(address, names) for address in (server.at + "riscv.json", server.at + "all.rss") for names in validators]
    polling.append(Polling(feed, validators[2]))
    unmoved = Polling(server.at + "bpf.atom", validators[1])
    assert [client.ask() for client in [*polling, unmoved]] == [200] * 8
    first, times = len(newsboat(feed, state)), []
    for rebuild in range(1, 6):
        time.sleep(1.1)  # a date tells seconds apart
        times.append(server.add_issue(2))
        assert [client.ask() for client in polling] == [200] * 7, rebuild
        assert [client.ask() for client in polling] == [304] * 7, rebuild
        assert unmoved.ask() == 304, "a feed that hasn't changed"
        titles = newsboat(feed, state)
        assert len(titles) == len(set(titles)) == first + 2 * rebuild, titles
        asked = len(server.lines())
        assert newsboat(feed, state) == titles
        wait(lambda: len(server.lines()) > asked, "the log")
        assert '" 304 ' in server.lines()[-1], server.lines()[-1]
    shutil.rmtree(state)
    print(f"newsboat and polling: five rebuilds, each item once, 304 otherwise; a change was served after {sorted(times)[2]:.2f} s")


def check_search(server, page):
    """A search is subscribed to by the address that the page offers, and its feed has what the page shows."""
    page.get(server.at + "search.html?q=kvm&section=riscv&kind=patch")
    wait(lambda: page.find_elements(By.CSS_SELECTOR, "#found article"), "the search")
    shown = {element.text for element in page.find_elements(By.CSS_SELECTOR, "#found h2")}
    offered = page.find_element(By.CSS_SELECTOR, "#follow input").get_attribute("value")
    feed = feedparser.parse(offered)
    assert feed.status == 200 and not feed.bozo, (offered, feed.get("bozo_exception"))
    titles = {re.sub(r"\s+", " ", entry.title) for entry in feed.entries}
    assert titles and titles <= shown and all("kvm" in title.lower() for title in titles), (titles ^ shown)
    assert feed.feed.links[0]["href"] == offered == feed.href, (offered, feed.feed.links)
    page.get(feed.feed.link)
    wait(lambda: page.find_elements(By.CSS_SELECTOR, "#found article"), "the feed's page")
    print(f"Chromium: a search is subscribed to by address: {urllib.parse.urlsplit(offered).query}, {len(titles)} entries")


def check_preview(program, issues, page, pictures):
    """Pages of a preview show a change and what is wrong with it, without being loaded again by hand."""
    server = Serving(program, issues, "strict = true\n", public=False)
    page.get(server.at + "riscv.html")
    assert not page.find_elements(By.CSS_SELECTOR, "[role=alert]")
    server.add_issue(1)
    wait(lambda: "rebuilt 101.0" in page.page_source, "the page loads itself again")
    broken = server.folder / "issues" / "2025-02-01-10-00-00-rvlwn-200.md"
    broken.write_text(ISSUE.format(n=200) + "**[v1: broken](http://lore.ker\n", encoding="utf-8")
    banner = wait(lambda: page.find_elements(By.CSS_SELECTOR, "[role=alert][open]"), "the banner")[0]
    assert "rvlwn-200.md:7" in banner.text and "couldn't be built" in banner.text, banner.text
    assert "rebuilt 101.0" in page.page_source, "the old site goes on"
    shown = [page.execute_script("return getComputedStyle(arguments[0]).backgroundColor", element)
             for element in (banner, banner.find_element(By.TAG_NAME, "pre"))]
    assert shown[1] == "rgba(0, 0, 0, 0)", f"white words on {shown}"
    for width in (390, 1280) if pictures else ():
        page.set_window_size(width, 900)
        page.save_screenshot(f"{pictures}/preview-{width}.png")
    broken.unlink()
    wait(lambda: not page.find_elements(By.CSS_SELECTOR, "[role=alert]"), "the banner goes")
    assert not [entry for entry in page.get_log("browser") if "Policy" in entry["message"] or "Uncaught" in entry["message"]]
    server.stop()
    print("Chromium: a preview loads itself again, and shows what is wrong while the old site goes on")


class Inline:
    """In the place of Celery: a task runs in a thread of its own."""

    def task(self, bind=False, **_):
        def made(function):
            def delay(*args, **kwargs):
                own = [types.SimpleNamespace(request=types.SimpleNamespace(retries=0), retry=lambda **_: None)] if bind else []
                threading.Thread(target=function, args=[*own, *args], kwargs=kwargs, daemon=True).start()
            function.delay = delay
            return function
        return made


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *args):
        pass


def hub_at(port, folder):
    """An independent hub."""
    app = flask.Flask("hub")
    app.config["PUBLISH_SUPPORTED"] = True
    storage = flask_websub.hub.SQLite3HubStorage(str(folder / "hub.sqlite3"))
    hub = flask_websub.hub.Hub(storage, Inline())
    app.register_blueprint(hub.build_blueprint(url_prefix="/hub"))
    server = wsgiref.simple_server.make_server("127.0.0.1", port, app, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()


class Subscriber(http.server.BaseHTTPRequestHandler):
    """Says yes to what it is asked, and keeps what it is given."""
    given = []

    def do_GET(self):
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        self.answer(200, asked["hub.challenge"].encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.given.append((dict(self.headers), body))
        self.answer(204, b"")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def relations(value):
    """The targets of a `Link` header by their relations (RFC 8288)."""
    links = {}
    for target, rel in re.findall(r'<([^>]*)>;\s*rel="([^"]*)"', value):
        links.setdefault(rel, []).append(target)
    return links


def check_publisher(topic, hub):
    """What the Recommendation asks of publishers: §4 (links of the topic, in its headers and in itself), §6."""
    for method in ("GET", "HEAD"):
        status, headers, _ = curl(topic, *(["--head"] if method == "HEAD" else []))
        links = relations(headers["link"])
        assert status == 200 and links["self"] == [topic] and links["hub"] == [hub], (topic, headers)
    status, headers, body = curl(topic)
    if topic.endswith("json"):
        feed = json.loads(body)
        assert feed["feed_url"] == topic and feed["hubs"] == [{"type": "WebSub", "url": hub}], topic
    else:
        feed = feedparser.parse(body)
        links = {link["rel"]: link["href"] for link in feed.feed.links}
        assert not feed.bozo and (links["self"], links["hub"]) == (topic, hub), links


def check_websub(program, issues):
    work = pathlib.Path(tempfile.mkdtemp())
    port = free_port()
    hub = f"http://127.0.0.1:{port}/hub"
    hub_at(port, work)
    subscriber = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Subscriber)
    threading.Thread(target=subscriber.serve_forever, daemon=True).start()
    server = Serving(program, issues, f'hubs = ["{hub}"]\n')
    for ending in ("atom", "rss", "json"):
        check_publisher(f"{server.at}riscv.{ending}", hub)
        check_publisher(f"{server.at}digest.{ending}", hub)
    assert "hub" not in relations(curl(server.at + "archive/riscv/45.atom")[1]["link"]), "archives never change"
    wait(lambda: "hubs were told of" in server.words(), "the hub hears of the first build")
    topic = server.at + "riscv.atom"
    form = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": f"http://127.0.0.1:{subscriber.server_port}/", "hub.secret": "secret"}
    with urllib.request.urlopen(hub, urllib.parse.urlencode(form).encode()) as answer:
        assert answer.status == 202
    time.sleep(1)  # the hub asks the subscriber
    given = len(Subscriber.given)
    for _ in range(2):
        server.add_issue(1)
        wait(lambda: any(f"rebuilt {server.number}.0" in body.decode() for _, body in Subscriber.given[given:]), "the subscriber gets the change")
    headers, body = Subscriber.given[-1]
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers["x-hub-signature"] == "sha512=" + hmac.new(b"secret", body, hashlib.sha512).hexdigest()
    assert headers["content-type"] == "application/atom+xml; charset=utf-8" and body == get(topic)[2]
    assert len(Subscriber.given) - given == 2, "one delivery a change"
    server.stop()
    print("WebSub: an independent hub gives each change to its subscriber; what is asked of publishers holds")


def main():
    program, issues = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    pictures = sys.argv[3] if len(sys.argv) > 3 else None
    server = Serving(program, issues, 'gone = ["given-up"]\n')
    check_curl(server)
    check_polling(server)
    page = browser()
    check_search(server, page)
    server.stop()
    check_preview(program, issues, page, pictures)
    page.quit()
    check_websub(program, issues)


if __name__ == "__main__":
    main()
