#!/usr/bin/env python3
"""Posts a newsletter to real servers and to stubs, run by run, and says what each of them was shown.

Usage: harness.py PATCHFEED [--only NAME ...] [--stubs]

A place is right if it was shown each item once, in order, whole, in every run, whatever failed between. Prints a line a
place with the cases that it failed, and a closing line. `--only` takes names of services; `--stubs` leaves the real
servers out.
"""
import argparse
import concurrent.futures
import dataclasses
import functools
import http.server
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata

import irc
import newsletter
import serve
import servers
import services
import smtp
from newsletter import Site
from place import of_html, quoted, wait_for
from proxy import Proxy
from shown import graphemes
from stub import Stub

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufeff]")
HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = None


def plain(text, service=None):
    """A text without what nobody sees: white space in other forms, marks of direction, joiners. The markup of some robots knows no
    escapes, so letters of full width stand there for those that would be marks."""
    text = unicodedata.normalize("NFKC", text) if service in ("wecom", "dingtalk") else text
    return " ".join(INVISIBLE.sub("", text).split())


# Where a title alone may be longer than a message, it may end in an ellipsis: the service, its measure, and what is sure to fit.
CUT = {"bluesky": (graphemes, 200)}


@dataclasses.dataclass
class Run:
    """A run of `patchfeed post`: its exit status, none if it had to be ended, and its words."""

    status: int | None
    words: str


class Bot:
    """`patchfeed post` with a memory of its own, that posts one feed to one place."""

    def __init__(self, place, site, folder, group=None, extra=()):
        self.place, self.site, self.state = place, site, folder / "state"
        self.command = [PROGRAM, "post", site.out, "--feed", "riscv", "--to", place.service, "--name", "test", "--state", self.state,
                        "--history", "99", *extra]
        for name, value in place.keys.items():
            self.command += ["--set", f"{name}={value}"]
        if group:
            self.command += ["--group", group]
        self.words = []  # of all runs

    def start(self, *more):
        environment = {k: v for k, v in os.environ.items() if not k.endswith(("_TOKEN", "_URL", "_SECRET"))} | self.place.secrets
        environment |= {"HOME": str(self.state.parent), "NO_COLOR": "1"}
        return subprocess.Popen([*self.command, *more], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def run(self, *more, seconds=240):
        process = self.start(*more)
        try:
            words, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
            words = process.communicate(timeout=30)[0] + f"\nstill running after {seconds} s"
            process.returncode = None
        self.words.append(words)
        return Run(process.returncode, words)

    def leaks(self):
        """The secrets that the runs' words hold."""
        words = "".join(self.words)
        return [name for name, value in self.place.secrets.items() if value in words or quoted(value) in words]


def shown_items(messages, items):
    """The ids of the items whose links the messages hold, in order, each as often as a message has it."""
    by_link = {item["url"]: item["id"] for item in items}
    ids = []
    for message in messages:
        links = [link for link in message.links if link in by_link]
        ids += [by_link[link] for n, link in enumerate(links) if link not in links[:n]]
    return ids


def in_order(items, group):
    """The ids of new items in the order in which they are to come: issue by issue, the oldest first; an issue in a message has its
    first entry on top, single items come as they would have been written."""
    if group == "item":
        return [item["id"] for item in reversed(items)]
    issues = {}
    for item in items:
        issues.setdefault(item["_patchfeed"]["issue_url"], []).append(item["id"])
    return [id for issue in reversed(issues.values()) for id in issue]


def rendered(messages):
    """The messages as the services' own programs render them, of those that are here."""
    lines = "".join(json.dumps(message.markup) + "\n" for message in messages if message.markup)
    environment = os.environ | {"NODE_PATH": str(servers.TOOLS / "node_modules")}
    done = subprocess.run(["node", HERE / "render.cjs"], input=lines, capture_output=True, text=True, env=environment)
    return [of_html(html) for html in map(json.loads, done.stdout.splitlines()) if html] if lines else []


def badly_shown(messages, items, service):
    """What of the items' titles isn't whole in the messages that have their links."""
    wrong = []
    if service == "irc":  # a message of several lines may break within a title
        whole = "".join(plain(message.text) for message in messages).replace(" ", "")
        return [f"title {i['title'][:70]!r} isn't there" for i in items if plain(i["title"]).replace(" ", "") not in whole]
    for item in items:
        holding = [message for message in messages if item["url"] in message.links]
        title = plain(item["title"], service)
        if any(title in plain(message.text, service) for message in holding):
            continue
        measure, sure = CUT.get(service, (len, 1 << 20))
        cut = [part for message in holding for part in re.findall(r"([^\n]*)…", message.text)]
        if measure(title) > sure and any(len(plain(part)) > 20 and plain(part)[-20:] in title for part in cut):
            continue
        text = holding[0].text if holding else "nothing"
        wrong.append(f"title {title[:70]!r} shown as {text[:160]!r}")
    return wrong


def steps(bot, site, group, published):
    """Publishes step by step and posts after each; gives what is wrong. `published` are the newsletter's steps."""
    wrong, known, before = [], set(), len(bot.place.read())
    for name, files in published:
        site.build(files)
        items = site.items()
        new = [item for item in items if item["id"] not in known]
        run = bot.run()
        if run.status:
            wrong.append(f"{name}: exit {run.status}: {run.words.strip()[-300:]}")
        messages = settled(bot.place, before, new, items)
        wanted, got = in_order(new, group), shown_items(messages, items)
        if got != wanted:
            missing, more = set(wanted) - set(got), [id for n, id in enumerate(got) if id not in wanted or id in got[:n]]
            what = f"{len(missing)} missing, {len(more)} too many" if missing or more else "not in order"
            wrong.append(f"{name}: {what}; {run.words.strip()[-200:]}")
        wrong += [f"{name}: {words}" for words in badly_shown(messages, [i for i in new if i["id"] in got], bot.place.service)]
        if again := rendered(messages):
            wrong += [f"{name}, as others render it: {words}" for words in badly_shown(again, new, bot.place.service)]
        known |= {item["id"] for item in items}
        before += len(messages)
    return wrong


def settled(place, before, new, items):
    """The messages after the first ones; waits for what a server still relays."""
    end = time.monotonic() + (5 if not place.stub else 0.3)
    while True:
        messages = place.read()[before:]
        if len(set(shown_items(messages, items))) >= len(new) or time.monotonic() > end:
            return messages
        time.sleep(0.1)


def judged(bot, wrong):
    """Adds what every case looks for: secrets in words, and what the service forbids."""
    wrong += [f"words hold {name}" for name in bot.leaks()]
    if bot.place.stub:
        wrong += [f"forbidden: {words}" for words in dict.fromkeys(bot.place.stub.wrong)]
    return wrong


def once(bot, site, group="item"):
    """What is wrong if each item is to have come once and in order, over all runs."""
    items = site.items()
    got = shown_items(bot.place.read(), items)
    wanted = in_order(items, group)
    if got == wanted:
        return []
    return [f"{len(set(wanted) - set(got))} of {len(wanted)} missing, {len(got) - len(set(got))} doubled"
            + ("" if set(got) != set(wanted) else ", or not in order") + f"; {bot.words[-1].strip()[-300:]}"]


def small(number, count=6):
    """An issue of few entries, for the cases in which servers fail."""
    return newsletter.issue(number, newsletter.entries(number)[:count])


# The cases of stubs: each gets a bot, its site and its stub, and gives what is wrong.

def case_issues(bot, site, stub):
    """Every step of the newsletter, a message an issue."""
    return steps(bot, site, "issue", newsletter.steps())


def case_items(bot, site, stub):
    """Three steps, a message an item."""
    return steps(bot, site, "item", list(newsletter.steps())[:3])


def case_tried(bot, site, stub):
    """--dry-run sends nothing, --test a message without items, and neither is remembered."""
    site.build(small(1, 3))
    wrong = []
    for option, count in (("--dry-run", 0), ("--test", 1)):
        run = bot.run(option)
        if run.status or len(bot.place.read()) != count or shown_items(bot.place.read(), site.items()):
            wrong.append(f"{option}: exit {run.status}, {len(bot.place.read())} messages: {run.words[-300:]}")
    bot.run()
    return wrong + once(bot, site)


def case_busy(bot, site, stub):
    """The service says that it is too much: three times, and a run that is long asked to wait may be ended, and the next goes on."""
    site.build(small(1))
    stub.faults.limited = 3
    run = bot.run(seconds=15)
    if run.status is None:
        stub.faults.limited = 0
        run = bot.run()
    return once(bot, site) + ([f"exit {run.status}: {run.words[-200:]}"] if run.status else []) + unspent(stub, "limited")


def case_broken(bot, site, stub):
    """Two requests get a 5xx."""
    site.build(small(1))
    stub.faults.broken = 2
    run = bot.run()
    return once(bot, site) + ([f"exit {run.status}: {run.words[-200:]}"] if run.status else []) + unspent(stub, "broken")


def case_closed(bot, site, stub):
    """Connections are closed before and after a request is read; nothing of it is taken."""
    site.build(small(1))
    stub.faults.shut, stub.faults.drop = 1, 1
    bot.run()
    bot.run()
    return once(bot, site) + unspent(stub, "shut", "drop")


def unspent(stub, *faults):
    """Faults that never happened: the case would show nothing."""
    return [f"the fault {name!r} did not happen" for name in faults if getattr(stub.faults, name)]


def case_down(bot, site, stub):
    """Nobody listens for three runs, in which issues are published."""
    wrong = []
    stub.down()
    for number in (1, 2, 3):
        site.build(small(number, 3))
        run = bot.run()
        if run.status != 1 or not run.words.strip():
            wrong.append(f"down: exit {run.status}: {run.words[-200:]}")
    stub.up()
    run = bot.run()
    return wrong + once(bot, site) + ([f"up: exit {run.status}: {run.words[-200:]}"] if run.status else [])


def case_refused(bot, site, stub):
    """The third of six messages is refused: the rest comes, it is said, and it is tried again only when that is asked for."""
    site.build(small(1))
    stub.faults.refuse = 3
    ids = in_order(site.items(), "item")
    wrong = []
    run = bot.run()
    if run.status != 1 or ids[2] not in run.words:
        wrong.append(f"exit {run.status}, or the id isn't said: {run.words[-300:]}")
    run = bot.run()
    if run.status:
        wrong.append(f"the run after: exit {run.status}: {run.words[-200:]}")
    got = shown_items(bot.place.read(), site.items())
    if got != ids[:2] + ids[3:]:
        wrong.append(f"{len(got)} of 5 came, or not in order")
    stub.faults.refuse = 0
    run = bot.run("--again", ids[2])
    got = shown_items(bot.place.read(), site.items())
    if got != ids[:2] + ids[3:] + ids[2:3] or run.status:
        wrong.append(f"--again: exit {run.status}, {len(got)} came: {run.words[-200:]}")
    return wrong


SAID = re.compile(r"it is sent again")


def doubled(bot, site):
    """What is wrong after messages whose answers were lost: nothing may be lost, and doubled only what was said and has no key."""
    items = site.items()
    got, wanted = shown_items(bot.place.read(), items), in_order(items, "item")
    first = [id for n, id in enumerate(got) if id not in got[:n]]
    twice = len(got) - len(first)
    said = len(SAID.findall("".join(bot.words)))
    wrong = [f"{len(set(wanted) - set(got))} lost"] if set(wanted) - set(got) else []
    wrong += ["not in order"] if first != wanted and not wrong else []
    if bot.place.idempotent and twice:
        wrong.append(f"{twice} doubled though the service knows them")
    if twice > said:
        wrong.append(f"{twice} doubled, {said} said")
    return wrong


def case_lost(bot, site, stub):
    """Two messages are taken, and their answers lost."""
    site.build(small(1))
    stub.faults.lose = 2
    bot.run()
    bot.run()
    return doubled(bot, site) + unspent(stub, "lose")


def arrived(stub):
    return len(stub.taken) + len(stub.repeats)


def case_killed(bot, site, stub):
    """kill -9 at random times, while the service is slow to answer."""
    site.build(small(1) | small(2))
    stub.faults.late = 0.05
    chance = random.Random(7)
    for time_of_kill in range(12):
        before, process = arrived(stub), bot.start()
        if time_of_kill % 2:  # while a message waits for its answer, however slow this machine is
            wait_for("a message", lambda: arrived(stub) > before or process.poll() is not None)
        time.sleep(chance.uniform(0.0, 0.06 if time_of_kill % 2 else 0.4))
        process.send_signal(signal.SIGKILL)
        bot.words.append(process.communicate()[0])
        time.sleep(0.15)  # what the killed one has sent arrives
    stub.faults.late = 0
    run = bot.run()
    again = bot.run()
    wrong = [f"exit {r.status}: {r.words[-200:]}" for r in (run, again) if r.status]
    wrong += [] if SAID.search("".join(bot.words)) else ["no run was killed while a message was sent: the case shows nothing"]
    return wrong + doubled(bot, site)


def case_stopped(bot, site, stub):
    """SIGTERM at random times: what is being sent is sent to its end, and nothing comes twice."""
    site.build(small(1) | small(2))
    stub.faults.late = 0.05
    chance = random.Random(11)
    for _ in range(8):
        process = bot.start()
        time.sleep(chance.uniform(0.05, 0.5))
        process.send_signal(signal.SIGTERM)
        bot.words.append(process.communicate(timeout=60)[0])
    run = bot.run()
    return once(bot, site) + ([f"exit {run.status}: {run.words[-200:]}"] if run.status else [])


def case_slow(bot, site, stub):
    """The service takes a message, but answers later than anybody waits: as if the answer were lost."""
    site.build(small(1))
    (site.folder / "patchfeed.toml").write_text("[network]\ntimeout = 1\n")
    stub.faults.late = 2.0
    first = bot.start("--config", str(site.folder / "patchfeed.toml"))
    wait_for("a message", lambda: bot.place.read(), 60)
    stub.faults.late = 0
    bot.words.append(first.communicate(timeout=60)[0])
    bot.run()
    return doubled(bot, site)


def case_rate(bot, site, stub):
    """More messages than the service takes at once, at the service's own pace."""
    site.build(newsletter.issue(1, newsletter.entries(1)) | newsletter.issue(2, newsletter.entries(2)))
    run = bot.run()
    wrong = once(bot, site) + ([f"exit {run.status}: {run.words[-200:]}"] if run.status else [])
    return wrong + ([f"the service's rate was passed {stub.limited} times"] if stub.limited > len(site.items()) else [])


# A case, what one message holds, how much faster the service's clock runs, and the services that can't have it.
CASES = [
    (case_rate, "item", 1.0, ()), (case_issues, "issue", 0.01, ()), (case_items, "item", 0.01, ()), (case_tried, "item", 0.01, ()),
    (case_busy, "item", 0.01, ()), (case_broken, "item", 0.01, ()), (case_closed, "item", 0.01, ()), (case_down, "item", 0.01, ()),
    (case_refused, "item", 0.01, ("irc",)),  # where a channel refuses, not a line is wrong
    (case_lost, "item", 0.01, ()), (case_slow, "item", 0.01, ()), (case_killed, "item", 0.01, ()),
    (case_stopped, "item", 0.01, ()),
]


def everywhere(makers):
    """Every stub as a [[post]] of one configuration, from a feed's address; one of them is down at first, and keeps back no other."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="patchfeed-chat-"))
    stubs = {service: make(0.01) for service, _, make in reversed(list(makers))}  # one of those that have two
    site = Site(PROGRAM, folder)
    site.build(small(1, 3))
    handler = functools.partial(QuietFiles, directory=str(site.out))
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True).start()
    places = {service: stub.place() for service, stub in stubs.items()}
    rows = [f'[[post]]\nname = "{s}"\nto = "{s}"\ngroup = "item"\n' + "".join(f"{k} = {json.dumps(v)}\n" for k, v in p.keys.items())
            + "".join(f'{k.split("_")[1].lower()} = {{ env = "{k}" }}\n' for k in p.secrets) for s, p in places.items()]
    (folder / "patchfeed.toml").write_text("\n".join(rows), encoding="utf-8")
    command = [PROGRAM, "post", f"http://127.0.0.1:{web.server_port}/riscv.json", "--config", folder / "patchfeed.toml", "--history", "9",
               "--state", folder / "state", "--cache", folder / "cache"]
    environment = os.environ | {k: v for p in places.values() for k, v in p.secrets.items()} | {"HOME": str(folder)}
    wrong = []
    stubs["zulip"].down()
    for status in (1, 0):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
        if done.returncode != status:
            wrong.append(f"exit {done.returncode}: {done.stderr[-500:]}")
        if status:
            wrong += [f"{s} kept others back" for s in ("webhook", "email") if len(stubs[s].taken) != 3]
            stubs["zulip"].up()
    for service, stub in stubs.items():
        got = shown_items(stub.taken, site.items())
        if got != in_order(site.items(), "item"):
            wrong.append(f"{service}: {len(got)} of 3 came, or not in order: {done.stderr[-300:]}")
        wrong += [f"{service}: forbidden: {words}" for words in stub.wrong]
        stub.down()
    web.shutdown()
    shutil.rmtree(folder, ignore_errors=True)
    return {"everywhere": wrong} if wrong else {}


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".json": "application/json"}

    def log_message(self, *args):
        pass


def stub_makers():
    """A name and a function for every stub."""
    yield "irc", "stub", irc.IrcStub  # first, since it takes longest
    yield "email", "stub", smtp.SmtpStub
    for rules in services.SERVICES:
        yield rules.service, rules.name, lambda pace, rules=rules: Stub(rules(), pace)


def drive_stub(make, case, group, pace):
    """A case of a stub, and what is wrong in it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="patchfeed-chat-"))
    stub = make(pace)
    site = Site(PROGRAM, folder)
    bot = Bot(stub.place(), site, folder, group)
    try:
        words = judged(bot, case(bot, site, stub))
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        words = [f"{type(error).__name__}: {error}"]
    finally:
        stub.down()
        shutil.rmtree(folder, ignore_errors=True)
    return {case.__name__.removeprefix("case_"): words} if words else {}


# The path that a message is posted to, of real servers that know a message again.
POSTS = {"matrix": "/send/m.room.message/", "bluesky": "/xrpc/com.atproto.repo.", "mastodon": "/api/v1/statuses"}


def lost(place, folder, group):
    """A real server takes two messages whose answers are lost, then the run is killed while it waits for a third."""
    proxy = Proxy(place.keys["server"], POSTS[place.service])
    site = Site(PROGRAM, folder)
    known = len(place.read())
    site.build(newsletter.issue(8, newsletter.entries(8)[:3]))
    bot = Bot(dataclasses.replace(place, keys=place.keys | {"server": proxy.base}), site, folder, group)
    try:
        proxy.faults.lose, proxy.faults.late = 2, 1.0
        process = bot.start()
        wait_for("the third answer", lambda: not proxy.faults.lose, 120)
        time.sleep(1.5)
        process.kill()
        bot.words.append(process.communicate()[0])
        proxy.faults.late = 0
        bot.run()
    finally:
        proxy.down()
    items = site.items()
    got = shown_items(place.read()[known:], items)
    return [] if got == in_order(items, group) else [f"{len(got)} came of {len(items)}: {''.join(bot.words)[-300:]}"]


def drive_server(start):
    """A real server: every step of the newsletter, and lost answers. Words if it can't be had."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="patchfeed-chat-"))
    folder.chmod(0o755)  # Postfix's own user goes through
    try:
        place = start(folder)
    except (OSError, RuntimeError, subprocess.SubprocessError, KeyError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        return str(error)
    try:
        group = "item" if place.service in ("mastodon", "bluesky", "irc") else "issue"
        site = Site(PROGRAM, folder / "newsletter")
        bot = Bot(place, site, folder, group)
        wrong = {"issues": judged(bot, steps(bot, site, group, list(newsletter.steps())))}
        if place.service in POSTS:
            wrong["lost"] = lost(place, folder / "lost", "item")
        return {case: words for case, words in wrong.items() if words}
    finally:
        place.stop()
        shutil.rmtree(folder, ignore_errors=True)


def say(name, results):
    """Prints a line for a place, and below it what is wrong; gives what became of it."""
    seconds = max((seconds for seconds, _ in results), default=0)
    skipped = [words for _, words in results if isinstance(words, str)]
    if skipped:
        print(f"{name}: skipped, {skipped[0][:300]}", flush=True)
        return "skipped"
    wrong = {case: words for _, cases in results for case, words in cases.items()}
    print(f"{name}: {'right' if not wrong else 'WRONG in ' + ', '.join(wrong)} ({seconds:.0f} s)", flush=True)
    for case, words in wrong.items():
        for line in words[:4]:
            print(f"    {case}: {line[:600]}", flush=True)
    return "failed" if wrong else "passed"


def main():
    global PROGRAM
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("program", type=pathlib.Path)
    ap.add_argument("--only", nargs="*", help="names of services")
    ap.add_argument("--cases", nargs="*", default=(), help="names of cases")
    ap.add_argument("--stubs", action="store_true", help="without the real servers")
    args = ap.parse_args()
    PROGRAM = args.program.resolve()
    known = subprocess.run([PROGRAM, "post", "x", "--to", "?"], capture_output=True, text=True).stderr
    places = [] if args.stubs else [(service, name, [(drive_server, start)]) for service, name, start in servers.SERVERS]
    for service, name, make in stub_makers():
        cases = [case for case in CASES if service not in case[3]]
        cases = [case for case in cases if not args.cases or case[0].__name__.removeprefix("case_") in args.cases]
        places.append((service, name, [(drive_stub, make, *case[:3]) for case in cases]))
    if not args.only and not args.cases and not args.stubs:
        places.append(("webhook", "every stub, by one configuration", [(everywhere, stub_makers())]))
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with concurrent.futures.ThreadPoolExecutor(32) as pool:  # most of what they do is wait
        driven = []
        for service, name, drives in places:
            if args.only and service not in args.only:
                continue
            if re.search(rf"\b{service}\b", known):
                driven.append((f"{service} ({name})", [pool.submit(timed, *drive) for drive in drives]))
            else:
                print(f"{service} ({name}): skipped, patchfeed doesn't know the service")
                counts["skipped"] += 1
        for name, futures in driven:
            counts[say(name, [future.result() for future in futures])] += 1
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    sys.exit(1 if counts["failed"] else 0)


def timed(function, *arguments):
    """The seconds that a function took, and what it gave."""
    start = time.monotonic()
    result = function(*arguments)
    return time.monotonic() - start, result


if __name__ == "__main__":
    main()
