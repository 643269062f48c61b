#!/usr/bin/env python3
"""`patchfeed verify` on feeds that other programs make, behind servers that others made: it must say what is true, and nothing else.

Usage: verified.py PATCHFEED ISSUES ELEVENTY

Hugo, Eleventy and feedgen make feeds, patchfeed makes a site of ISSUES; nginx serves them as it is installed and as it should be set up, and
Python's http.server serves the site. ELEVENTY is a folder with the packages @11ty/eleventy and @11ty/eleventy-plugin-rss.
Needs hugo, nginx and feedgen.
"""
import contextlib
import http.server
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

from feedgen.feed import FeedGenerator

from ports import free_port

POST = '---\ntitle: "Entry {n} – ä"\ndate: 2024-0{n}-02T10:00:00Z\ntags: [post]\n---\nHello *wörld* {n}\n'

NGINX = """pid {folder}/nginx.pid; error_log {folder}/nginx.log; daemon off;
events {{ }}
http {{
    include /etc/nginx/mime.types; access_log off; gzip on; gzip_types text/xml application/atom+xml application/json;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/www; {settings} }}
}}
"""

GOOD = "charset utf-8; charset_types text/html text/xml application/atom+xml application/rss+xml; add_header Cache-Control max-age=900;"

NO_TIME = "has neither a Cache-Control with a time nor Expires: caches guess how long it is fresh"
NO_CHARSET = "is sent as text/xml without a charset, and isn't ASCII, which readers that keep to RFC 3023 take it for"
NO_DATE = "has 1 item dated Mon, 01 Jan 0001 00:00:00 +0000, which stands for no date: readers show it as it is"


def said(patchfeed, address):
    """What verify says of an address, without the address."""
    run = subprocess.run([patchfeed, "verify", "--all", "--quiet", address], capture_output=True, text=True, timeout=120)
    assert not run.stderr and run.returncode == (1 if run.stdout else 0), run
    return [line.split(": ", 1)[1] for line in run.stdout.splitlines()]


def expect(patchfeed, address, expected):
    lines = said(patchfeed, address)
    assert lines == expected, f"{address}: {lines}, not {expected}"


@contextlib.contextmanager
def nginx(folder, port, settings):
    conf = folder / "nginx.conf"
    conf.write_text(NGINX.format(folder=folder, port=port, settings=settings))
    with subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", conf], stderr=subprocess.DEVNULL) as server:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            threading.Event().wait(0.1)
        yield
        server.terminate()


def make_hugo(folder, www, base):
    site = folder / "hugo"
    (site / "content").mkdir(parents=True)
    (site / "config.toml").write_text(f'baseURL = "{base}hugo/"\nlanguageCode = "en"\ntitle = "Häfen"\ndisableKinds = ["taxonomy", "term"]\n')
    for n in (1, 2):
        (site / "content" / f"{n}.md").write_text(POST.format(n=n))
    (site / "content/about.md").write_text("---\ntitle: About\n---\nWithout a date\n")
    subprocess.run(["hugo", "--quiet", "--source", site, "--destination", www / "hugo"], check=True, stdout=subprocess.DEVNULL)


def make_eleventy(folder, www, base, packages):
    site = folder / "eleventy"
    (site / "src").mkdir(parents=True)
    (site / "node_modules").symlink_to(packages / "node_modules")
    (site / "package.json").write_text('{"type": "module"}')
    for n in (1, 2):
        (site / "src" / f"{n}.md").write_text(POST.format(n=n))
    (site / "eleventy.config.js").write_text(
        """import { feedPlugin } from "@11ty/eleventy-plugin-rss";
export default function (config) {
  for (const type of ["atom", "rss", "json"])
    config.addPlugin(feedPlugin, { type, outputPath: `/feed.${type}`, collection: { name: "post", limit: 10 },
      metadata: { language: "en", title: "Häfen", subtitle: "x", base: "BASE", author: { name: "A" } } });
  return { pathPrefix: "/eleventy/", dir: { input: "src", output: "WWW" } };
}
""".replace("BASE", f"{base}eleventy/").replace("WWW", str(www / "eleventy")))
    subprocess.run(["node", site / "node_modules/@11ty/eleventy/cmd.cjs", "--quiet"], check=True, cwd=site, stdout=subprocess.DEVNULL)


def make_feedgen(www, base):
    """A feed whose self link is that of its Atom, in both formats: what its documentation shows leads there."""
    feed = FeedGenerator()
    feed.id(base)
    feed.title("Häfen")
    feed.author({"name": "A"})
    feed.link(href=f"{base}feedgen/feed.atom", rel="self")
    feed.link(href=base, rel="alternate")
    feed.subtitle("x")
    for n in (1, 2):
        entry = feed.add_entry()
        entry.id(f"{base}{n}")
        entry.title(f"Entry {n}")
        entry.link(href=f"{base}{n}")
        entry.content("Hello")
    (www / "feedgen").mkdir()
    feed.atom_file(str(www / "feedgen/feed.atom"))
    feed.rss_file(str(www / "feedgen/feed.rss"))


def main():
    patchfeed, issues, packages = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)  # nginx's workers are somebody else
        www, port = folder / "www", free_port()
        base = f"http://127.0.0.1:{port}/"
        www.mkdir()
        make_hugo(folder, www, base)
        make_eleventy(folder, www, base, packages)
        make_feedgen(www, base)
        build = [patchfeed, "--quiet", "build", issues, "--out", www / "site", "--base-url", f"{base}site/"]
        subprocess.run(build, check=True)
        other = f"says that its address is {base}feedgen/feed.atom: readers that go by that ask there"
        with nginx(folder, port, GOOD):
            for path in ("site/", "eleventy/feed.atom", "eleventy/feed.rss", "eleventy/feed.json", "feedgen/feed.atom"):
                expect(patchfeed, base + path, [])
            expect(patchfeed, f"{base}hugo/index.xml", [NO_DATE])
            expect(patchfeed, f"{base}feedgen/feed.rss", [other])
        with nginx(folder, port, ""):
            for path in ("eleventy/feed.atom", "eleventy/feed.rss", "eleventy/feed.json", "feedgen/feed.atom"):
                expect(patchfeed, base + path, [NO_TIME])
            expect(patchfeed, f"{base}hugo/index.xml", [NO_CHARSET, NO_DATE, NO_TIME])
            assert set(said(patchfeed, f"{base}site/")) == {NO_TIME}

        class Quiet(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args):
                super().__init__(*args, directory=www)

            def log_message(self, *_):
                pass
        with http.server.ThreadingHTTPServer(("127.0.0.1", port), Quiet) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            assert {line.replace("application/octet-stream", "TYPE") for line in said(patchfeed, f"{base}site/")} <= {
                NO_TIME, "is sent as TYPE: whoever goes by that sees no feed"}
            server.shutdown()
    print("verify: feeds of Hugo, Eleventy and feedgen, and a site, behind nginx and http.server: what it says is true")


if __name__ == "__main__":
    main()
