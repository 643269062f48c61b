"""Programs that remember what they have shown: readers, and bots that post what is new."""
import contextlib
import datetime as dt
import email.policy
import email.utils
import http.server
import json
import mailbox
import os
import pathlib
import re
import sqlite3
import subprocess
import threading
import time
import urllib.parse

import reader

from harness import Client, Item

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = pathlib.Path(os.environ["PATCHFEED_CLIENTS"]) / "venv" / "bin"


def run(command, state, **environment):
    """Runs a client's program with the folder as its home, and gives what it prints."""
    homes = {"HOME": str(state), "XDG_CONFIG_HOME": f"{state}/config", "XDG_DATA_HOME": f"{state}/data",
             "XDG_CACHE_HOME": f"{state}/cache", "XDG_RUNTIME_DIR": f"{state}/runtime"}
    (state / "runtime").mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(command, cwd=state, env=os.environ | homes | environment, timeout=120, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: exit {done.returncode}: {done.stdout}")
    return done.stdout


def rows(database, query):
    """The rows of an SQLite file, each as a mapping; none before the file is there."""
    if not database.exists():
        return []
    with contextlib.closing(sqlite3.connect(database)) as db:
        db.row_factory = sqlite3.Row
        return db.execute(query).fetchall()


def moment(seconds):
    """The moment of a Unix time."""
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC)


def newsboat(url, state):
    """`newsboat -x reload` fills the cache; its list is sorted as newsboat's query of it sorts."""
    (state / "urls").write_text(f"{url}\n")
    (state / "config").write_text("")
    cache = state / "cache.db"
    query = "SELECT * FROM rss_item WHERE deleted = 0 ORDER BY pubDate DESC, id DESC"
    before = {row["guid"] for row in rows(cache, query)}
    run(["newsboat", "-q", "-C", state / "config", "-u", state / "urls", "-c", cache, "-x", "reload"], state)
    return [Item(title=row["title"], link=row["url"], date=moment(row["pubDate"]), author=row["author"],
                 text=row["content"], id=row["guid"])
            for row in rows(cache, query) if row["guid"] not in before]


def sfeed(url, state):
    """`sfeed_update` merges the feed into its file, one line an item, the newest first; a line not there before is new."""
    rc, file = state / "sfeedrc", state / "feeds" / "feed"
    rc.write_text(f'sfeedpath="{state}/feeds"\nfeeds() {{ feed "feed" "{url}"; }}\n')
    before = set(file.read_text(encoding="utf-8").splitlines()) if file.exists() else set()
    run(["sfeed_update", rc], state)
    items = []
    for line in file.read_text(encoding="utf-8").split("\n"):
        if line and line not in before:
            seconds, title, link, text, _, id, author, _, categories = line.split("\t")
            text = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text)
            items.append(Item(title, link, moment(seconds), author, text, categories.split("|"), id))
    return items


def rss2email(url, state):
    """`r2e run` mails what is new to a maildir, the oldest first."""
    config, data, inbox = state / "rss2email.cfg", state / "rss2email.json", state / "mail" / "INBOX"
    r2e = ["r2e", "-c", config, "-d", data]
    if not config.exists():
        config.write_text("[DEFAULT]\nfrom = feeds@example.org\nto = me@example.org\nemail-protocol = maildir\n"
                          f"maildir-path = {state}/mail\ndate-header = True\nhtml-mail = True\nname-format = {{author}}\n")
        inbox.parent.mkdir()
        run(r2e + ["add", "feed", url], state)
    box = mailbox.Maildir(inbox, factory=lambda f: email.message_from_binary_file(f, policy=email.policy.default))
    before = set(box.keys())
    run(r2e + ["run"], state)
    new = sorted(set(box.keys()) - before, key=lambda key: [int(n) for n in re.findall(r"\d+", key)[:2]])
    items = []
    for mail in map(box.get, new):
        date = moment(email.utils.mktime_tz(email.utils.parsedate_tz(mail["Date"])))
        items.append(Item(title=mail["Subject"], link=mail["X-RSS-URL"], date=date, text=mail.get_content(),
                          author=mail["From"].addresses[0].display_name, categories=mail["X-RSS-TAGS"].split(","),
                          id=mail["X-RSS-ID"]))
    return items


def reader_library(url, state):
    """`reader` lists the unread entries in its default order; what it has shown is marked as read."""
    with contextlib.closing(reader.make_reader(str(state / "reader.sqlite"))) as shelf:
        shelf.add_feed(url, exist_ok=True)
        shelf.update_feed(url)
        items = []
        for entry in list(shelf.get_entries(read=False)):
            items.append(Item(entry.title, entry.link, entry.published, entry.authors_str, entry.get_content().value,
                              id=entry.id))
            shelf.mark_entry_as_read(entry)
        return items


class Mastodon(http.server.BaseHTTPRequestHandler):
    """As much of a Mastodon server as it takes to post: it keeps the statuses, the first one first."""

    def answer(self, value):
        """Answers with JSON."""
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        """Answers every question about the server with its version."""
        self.answer({"version": "4.3.0"})

    def do_POST(self):
        """Takes a status."""
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.statuses.append(form["status"][0])
        self.answer({"id": str(len(self.server.statuses))})

    def log_message(self, *args):
        """Says nothing."""


def feed2toot(url, state):
    """`feed2toot` posts what is new to a Mastodon server, the oldest first."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mastodon)
    server.statuses = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}"
    (state / "client").write_text(f"id\nsecret\n{here}\n")
    (state / "user").write_text(f"token\n{here}\n")
    config = state / "feed2toot.ini"
    config.write_text(f"[mastodon]\ninstance_url={here}\nuser_credentials={state}/user\nclient_credentials={state}/client\n"
                      f"[cache]\ncachefile={state}/seen\ncache_limit=1000\n[lock]\nlock_file={state}/lock\n"
                      f"[rss]\nuri={url}\ntoot=" + r"{title}\n{link}\n{published}\n{author}\n{summary}\n" + "\n")
    try:
        run([TOOLS / "feed2toot", "-c", config, "--limit", "300"], state)
    finally:
        server.shutdown()
        server.server_close()
    return [toot(status) for status in server.statuses]


def toot(status):
    """The item that a toot shows: a line a field, the hashtags last."""
    title, link, date, author, *text, tags = status.split("\n")
    parse = dt.datetime.fromisoformat if date[:4].isdigit() else email.utils.parsedate_to_datetime
    return Item(title, link, parse(date), author, "\n".join(text), [tag.lstrip("#") for tag in tags.split()])


def elfeed(url, state):
    """elfeed updates in a batch of Emacs; its list shows the newest first, and what it has shown counts as read."""
    new = state / "new.json"
    run(["emacs", "--batch", "-l", HERE / "readers.el", state / "elfeed", url, new], state)
    return [Item(**{**item, "date": moment(item["date"])}) for item in json.loads(new.read_text(encoding="utf-8"))]


TAILS = {}  # the rsstail that runs, by its folder, and how much of what it printed has been read


def rsstail(url, state):
    """`rsstail` runs on, asks every second, and prints what is new as the document has it."""
    output = state / "output"
    if state not in TAILS:
        fields = ["-l", "-d", "-p", "-a"]
        # Seen in a terminal: a line at a time. With "-vvv" it says when it asks and when it sleeps.
        command = ["stdbuf", "-oL", "rsstail", "-vvv", "-i", "1", "-n", "300", *fields, "-u", url]
        with output.open("w", encoding="utf-8") as file:
            TAILS[state] = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT), 0
        before = 0
    else:
        before = output.stat().st_size
    tail, read = TAILS[state]
    # A round that has begun by now may have asked before the build.
    whole = re.compile(rb"^Retrieving RSS feed.*^Sleeping\.\.\.$", re.MULTILINE | re.DOTALL)
    end = time.monotonic() + 60
    while not whole.search(output.read_bytes(), before):
        if tail.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"rsstail: {output.read_text(encoding='utf-8')[-1000:]}")
        time.sleep(0.05)
    printed = output.read_bytes()[read:]
    TAILS[state] = tail, read + len(printed)
    items = re.finditer(r"^Title: (.*)\nLink: (.*)\n(?:Description: ((?:.|\n)*?)\n)??Pub.date: (.*)\n(?:Author: (.*)\n)?",
                        printed.decode(), re.MULTILINE)
    return [Item(title=title, link=link, date=email.utils.parsedate_to_datetime(date), author=author, text=text)
            for title, link, text, date, author in (item.groups() for item in items)]


def end_rsstail(state):
    """Ends the folder's rsstail."""
    if state in TAILS:
        tail, _ = TAILS.pop(state)
        tail.kill()
        tail.wait()


# Starts Liferea, has it update over D-Bus, and quits it as its menu does when it has merged a feed. At times it
# never ended at a signal, whose handler takes locks (v1.14.4, src/main.c, line 36: g_idle_add()).
LIFEREA = """
liferea --disable-plugins --debug-update >liferea.log 2>&1 &
reader=$!
gdbus wait --session --timeout 60 org.gnome.feed.Reader &&
gdbus call --session --dest org.gnome.feed.Reader --object-path /org/gnome/feed/Reader \\
    --method org.gnome.feed.Reader.Refresh &&
timeout 60 sh -c "until grep -q 'new items, cache limit' liferea.log; do sleep 0.1; done" &&
gdbus call --session --dest net.sourceforge.liferea --object-path /net/sourceforge/liferea \\
    --method org.gtk.Actions.Activate quit '[]' '{}' &&
timeout 60 tail -f --pid=$reader /dev/null || { tail liferea.log; kill -9 $reader; exit 1; }
"""


def liferea(url, state):
    """Liferea, subscribed to the feed, updates it; its list shows the newest first."""
    database, feeds = state / "data/liferea/liferea.db", state / "config/liferea/feedlist.opml"
    query = "SELECT * FROM items ORDER BY date DESC, item_id DESC"
    before = {row["source_id"] for row in rows(database, query)}
    if not feeds.exists():
        feeds.parent.mkdir(parents=True)
        feeds.write_text('<opml version="1.0"><head><title>Feeds</title></head><body>'
                         f'<outline type="rss" id="thefeed" title="feed" text="feed" xmlUrl="{url}"/></body></opml>')
    run(["xvfb-run", "-a", "dbus-run-session", "--", "sh", "-c", LIFEREA], state, GSETTINGS_BACKEND="keyfile", NO_AT_BRIDGE="1")
    metadata = rows(database, "SELECT item_id, key, value FROM metadata ORDER BY item_id, nr")
    items = []
    for row in rows(database, query):
        if row["source_id"] not in before:
            more = [(key, value) for item, key, value in metadata if item == row["item_id"]]
            author = dict(more).get("author") or dict(more).get("creator")
            items.append(Item(title=row["title"], link=row["source"], date=moment(row["date"]), author=author,
                              text=row["description"], id=row["source_id"],
                              categories=[value for key, value in more if key == "category"]))
    return items


GUESSED = ("feedparser takes an RSS title for HTML if it holds a known entity and no unknown tag "
           "(mixin.py, pop() and looks_like_html())")

CLIENTS = [
    Client("newsboat", ("atom", "rss"), newsboat, True),
    Client("sfeed", ("atom", "rss"), sfeed, True, limits={
        "no repeats": "an item whose title changes is one more line, for sfeed_update merges by id, title and link "
                      "(/usr/bin/sfeed_update 1.7, merge(), line 82: sort -u -k6,6 -k2,2 -k3,3)"}),
    Client("rss2email", ("atom", "rss"), rss2email, True, newest_first=False, limits={
        "titles rss": f"{GUESSED}, and rss2email then makes text of it (3.13.1, feed.py, lines 600-601)"}),
    Client("reader", ("atom", "rss", "json"), reader_library, True, limits={
        "titles rss": f"{GUESSED}, and reader 3.26 gives the HTML as the title"}),
    Client("feed2toot", ("atom", "rss"), feed2toot, True, newest_first=False, limits={
        "titles": "every toot loses what looks like a tag or an entity (0.17, message.py, line 48: BeautifulSoup's get_text())"}),
    Client("liferea", ("atom", "rss"), liferea, True, limits={
        "titles rss": "an RSS title, never Atom's, loses what looks like a tag or an entity "
                  "(v1.14.4, src/parsers/rss_item.c, line 147: unhtmlize())",
        "long": "of a longer document only the first 100 items are read (v1.14.4, src/itemset.c, line 369; "
                "net.sf.liferea.gschema.xml: maxitemcount is 100)"}),
    Client("elfeed", ("atom", "rss"), elfeed, True),
    Client("rsstail (libmrss)", ("atom", "rss"), rsstail, True, end=end_rsstail, limits={
        "authors rss": "libmrss reads an RSS item's author alone, which is for an address of mail, and no dc:creator "
                       "(0.19.2, src/mrss_parser.c, line 714)",
        "text atom": "an Atom entry's rights overwrite its description, mended in 0.19.4 "
                     "(0.19.2, src/mrss_parser.c, line 384; bakulf/libmrss@50c104e)"}),
]
