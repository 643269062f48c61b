#!/usr/bin/env python3
"""Deploys sites to real storages while readers poll them, and cuts deploys off wherever that hurts.

Usage: deployed.py PATCHFEED ISSUES [KILLS] [STORAGE ...]

PATCHFEED is the program, ISSUES a folder of issues, KILLS how many times a deploy is killed (20). Without the name of a storage, each that is
installed is tried. Prints a line for each storage and case; exits 1 if one of them fails.
"""
import collections
import email.utils
import http.server
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

sys.dont_write_bytecode = True
import servers  # noqa: E402
from proxy import Proxy  # noqa: E402

ATOM = "{http://www.w3.org/2005/Atom}"
faults = []


def check(holds, what):
    if not holds:
        faults.append(what)
        print(f"    FAULT: {what}", flush=True)


def fetch(address):
    """An answer's status, headers and body."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


class Readers:
    """Readers that poll the feeds of a site and follow their archives, until they are told to stop."""

    def __init__(self, base):
        self.base, self.is_over, self.rounds, self.documents = base, False, 0, 0
        self.were_there, self.most = set(), 150
        self.thread = threading.Thread(target=self.poll)
        self.thread.start()

    def stop(self):
        self.is_over = True
        self.thread.join()

    def poll(self):
        while not self.is_over:
            self.round()
            time.sleep(0.02)

    def round(self):
        for slug in ["all", "riscv"]:
            self.follow_atom(f"{self.base}{slug}.atom")
            self.follow_json(f"{self.base}{slug}.json")
        self.pages()
        self.rounds += 1

    def document(self, address, linked_from):
        status, headers, body = fetch(address)
        if linked_from or address in self.were_there:
            check(status == 200, f"{address}, which {linked_from or 'was there'}, is answered with {status}")
        if status != 200:
            return None
        check("charset=utf-8" in headers["Content-Type"].lower(), f"{address} says {headers['Content-Type']}")
        check("max-age=" in (headers["Cache-Control"] or ""), f"{address} says {headers['Cache-Control']}")
        self.documents += 1
        self.were_there.add(address)
        return body

    def follow_atom(self, address):
        linked_from, seen = None, set()
        while address and address not in seen:
            seen.add(address)
            body = self.document(address, linked_from)
            if body is None:
                return
            try:
                feed = xml.etree.ElementTree.fromstring(body)
            except xml.etree.ElementTree.ParseError as error:
                return check(False, f"{address} isn't whole: {error}")
            links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
            linked_from = f"{address} links to"
            if "next-archive" in links:
                self.document(links["next-archive"], linked_from)
            address = links.get("prev-archive")

    def follow_json(self, address):
        linked_from = None
        while address:
            body = self.document(address, linked_from)
            if body is None:
                return
            try:
                feed = json.loads(body)
            except ValueError as error:
                return check(False, f"{address} isn't whole: {error}")
            linked_from, address = f"{address} links to", feed.get("next_url")

    def pages(self):
        """Every page that can be reached from the first one, and whether what they link to is there."""
        wanted, seen = [(f"{self.base}index.html", None)], set()
        while wanted:
            address, linked_from = wanted.pop(0)
            status, headers, body = fetch(address)
            if linked_from:
                check(status == 200, f"{address}, which {linked_from} links to, is answered with {status}")
            if status != 200 or not headers["Content-Type"].startswith("text/html"):
                continue
            for link in re.findall(rb'(?:href|src)="?([^">\s]+)', body):
                target = urllib.parse.urljoin(address, link.decode().replace("&amp;", "&")).split("#")[0].split("?")[0]
                if target.startswith(self.base) and target != self.base and target not in seen and len(seen) < self.most:
                    seen.add(target)
                    wanted.append((target, address))


class Site:
    """A site that is built of more and more issues, and deployed through a proxy."""

    def __init__(self, program, issues, storage, work):
        self.program, self.storage = program, storage
        self.work = pathlib.Path(work)
        self.all = sorted(issues)
        self.proxy = Proxy(storage.port)
        prefix = storage.to.split("://")[1]
        self.base = f"http://127.0.0.1:{storage.readers_port}{storage.path}/{prefix}/"
        self.folder = self.work / "site"
        self.config = self.work / "patchfeed.toml"
        self.config.write_text("")

    def build(self, count, *, base=None, drop=()):
        issues = self.work / "issues"
        shutil.rmtree(issues, ignore_errors=True)
        issues.mkdir()
        for issue in self.all[:count]:
            if issue not in drop:
                shutil.copy(issue, issues)
        command = [self.program, "--quiet", "--config", self.config, "build", issues, "--out", self.folder, "--base-url", base or self.base, "--no-sync", "--force"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def command(self, *more):
        return [self.program, "--config", self.config, "deploy", self.folder, self.storage.to, "--endpoint", self.storage.endpoint(self.proxy.port), *more]

    def environment(self, **more):
        env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AZURE_", "GOOGLE_"))}
        account = self.storage.env.get("GOOGLE_SERVICE_ACCOUNT")
        if account:
            told = json.loads(pathlib.Path(account).read_text()) | {"gcs_base_url": self.storage.endpoint(self.proxy.port)}
            (self.work / "account.json").write_text(json.dumps(told))
            return {**env, "GOOGLE_SERVICE_ACCOUNT": str(self.work / "account.json"), **more}
        return {**env, **self.storage.env, **more}

    def deploy(self, *more, **env):
        return subprocess.run(self.command(*more), capture_output=True, text=True, env=self.environment(**env), timeout=300)

    def start(self, *more):
        return subprocess.Popen(self.command(*more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment())

    def files(self):
        below = (path for path in self.folder.rglob("*") if path.is_file() and ".patchfeed" not in path.parts and path.name != "_headers")
        return {path.relative_to(self.folder).as_posix(): path for path in below}

    def is_there(self, what):
        """Every file of the folder is in the storage, as it is."""
        for name, path in self.files().items():
            status, _, body = fetch(self.base + name)
            check(status == 200 and body == path.read_bytes(), f"{what}: {name} is answered with {status}, {len(body)} bytes")


def summary(done):
    return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "nothing was said"


def one_after_the_other(site):
    """All issues, one after the other, with readers."""
    readers = Readers(site.base)
    for count in range(1, len(site.all) + 1):
        site.build(count)
        done = site.deploy()
        check(done.returncode == 0, f"a deploy of {count} issues: {done.stderr}")
    readers.stop()
    site.is_there("after all issues")
    check(readers.rounds > 1, "no reader came twice")
    return f"{len(site.all)} deploys, {readers.rounds} rounds of readers, {readers.documents} documents"


def read_back(site):
    """Real readers, and the W3C's validator, take the feeds from the storage's address."""
    said = []
    feeds = sorted(name for name in site.files() if "/" not in name and name.endswith((".atom", ".rss", ".json")) and name != "search.json")
    try:
        import feedparser
    except ImportError:
        feedparser = None
        said.append("feedparser isn't installed")
    if feedparser:
        for name in (name for name in feeds if not name.endswith(".json")):
            feed = feedparser.parse(site.base + name)
            check(feed.get("status") == 200 and not feed.bozo, f"feedparser, {name}: {feed.get('status')} {feed.get('bozo_exception')}")
            again = feedparser.parse(site.base + name, etag=feed.get("etag"), modified=feed.get("modified"))
            if site.storage.name != "s3s-fs":  # whose front here has no conditional requests
                check(again.get("status") == 304, f"feedparser, {name} again: {again.get('status')}")
        said.append(f"feedparser read {len(feeds)} feeds")
    if shutil.which("newsboat"):
        home = site.work / "newsboat"
        home.mkdir(exist_ok=True)
        (home / "urls").write_text("".join(f"{site.base}{name}\n" for name in feeds if name.startswith(("all.", "riscv."))))
        options = ["-u", home / "urls", "-c", home / "cache.db", "-C", "/dev/null"]
        subprocess.run(["newsboat", *options, "-x", "reload"], capture_output=True, timeout=120)
        shown = subprocess.run(["newsboat", *options, "-x", "print-unread"], capture_output=True, text=True, timeout=60).stdout
        check(not shown.startswith("0 ") and "unread" in shown, f"newsboat: {shown}")
        said.append(f"newsboat has {shown.strip()}")
    validator = os.environ.get("FEEDVALIDATOR")
    if validator:
        sys.path.insert(0, str(pathlib.Path(validator) / "src"))
        import feedvalidator
        from feedvalidator import compatibility
        documents = [name for name in site.files() if name.endswith((".atom", ".rss", ".opml"))]
        for name in documents:
            status, headers, body = fetch(site.base + name)
            events = feedvalidator.validateStream(io.BytesIO(body), firstOccurrenceOnly=1, contentType=headers["Content-Type"], base=site.base + name)
            found = {type(event).__name__ for event in compatibility.AA(events["loggedEvents"])}
            if not re.search(rb'rel="(?:prev|next)-archive"', body):
                found.discard("ArchiveIncomplete")  # it is the only archive of its feed
            check(not found, f"the W3C's validator, {name}: {found}")
        said.append(f"the W3C's validator has nothing against {len(documents)} documents")
    else:
        said.append("FEEDVALIDATOR names no copy of the W3C's validator")
    return "; ".join(said)


def nothing_new(site):
    """A deploy without news asks one question."""
    site.proxy.reset()
    done = site.deploy()
    check(done.returncode == 0 and " 0 objects uploaded" in done.stderr, done.stderr)
    check(len(site.proxy.seen) == 1, f"requests: {site.proxy.seen}")
    return summary(done)


def steps_in_order(site):
    """What links to something goes up after it; what is gone goes last."""
    site.build(len(site.all), drop=site.all[:1])
    refused = site.deploy()
    lost_many = len(site.all) < 10
    check((refused.returncode != 0) == lost_many, f"a lost issue: {refused.stderr}")
    site.proxy.reset()
    plan = site.deploy("--dry-run", "--force").stdout.splitlines()
    check(not any(method in ("PUT", "DELETE") for method, _ in site.proxy.seen), "--dry-run writes")
    if lost_many:
        check(any(line.startswith("delete archive/") for line in plan), f"the plan: {plan}")
        made = [line.split(" ", 1) for line in plan if line.startswith(("create", "replace"))]
        order = [(what == "replace", kind(name)) for what, name in made]
        check(order == sorted(order), f"the plan's order: {plan}")
        order = written(site, plan)
        check(order == sorted(order), f"the order: {order}")
        wrote = [(method, urllib.parse.unquote(path)) for method, path in site.proxy.seen if method in ("PUT", "DELETE", "POST")]
        manifests = [at for at, (_, path) in enumerate(wrote) if path.endswith("deployed.json")]
        lasts = [at for at, (method, path) in enumerate(wrote) if method == "PUT" and ".patchfeed" not in path]
        check(len(manifests) >= 2 and manifests[0] < lasts[0] and manifests[1] > lasts[-1], f"when the manifest is written: {wrote}")
    site.build(len(site.all))
    check(site.deploy().returncode == 0, "back again")
    site.is_there("back again")
    return f"{len(plan)} changes"


def written(site, plan):
    """Deploys; the objects that are put, in their order, each with whether the plan replaces it, and its step."""
    made = {line.split(" ", 1)[1]: line.startswith("replace") for line in plan if line.startswith(("create", "replace"))}
    site.proxy.reset()
    done = site.deploy("--force")
    check(done.returncode == 0, done.stderr)
    paths = [urllib.parse.unquote(path) for method, path in site.proxy.seen if method == "PUT"]
    names = [path.split("/feeds/", 1)[1].split("?")[0] for path in paths]
    return [(made[name], kind(name)) for name in names if not name.startswith(".patchfeed")]


def after_a_failure(site):
    """What a run has begun and couldn't write is new: it goes up before all that may link to it. What somebody deletes is put again."""
    if len(site.all) < 2:
        return "too few issues"
    site.build(len(site.all) // 2)
    check(site.deploy("--force").returncode == 0, "before the failure")
    site.build(len(site.all))
    site.proxy.reset()
    refused = (403, b"<Error><Code>AccessDenied</Code></Error>")
    site.proxy.fails = lambda _, method, path: refused if method == "PUT" and ".patchfeed" not in urllib.parse.unquote(path) else None
    check(site.deploy("--force").returncode == 1, "a deploy that may write nothing")
    site.proxy.reset()
    plan = site.deploy("--dry-run", "--force").stdout.splitlines()
    created = {line.removeprefix("create ") for line in plan if line.startswith("create")}
    missing = {name for name in site.files() if fetch(site.base + name)[0] != 200}
    check(created == missing, f"what is to be created: {sorted(created ^ missing)[:5]}")
    order = written(site, plan)
    check(order == sorted(order), f"the order after a failure: {order}")
    site.is_there("after a failure")
    remove(site, "pages.css")
    done = site.deploy()
    check(" 0 objects uploaded" in done.stderr, done.stderr)  # nobody looks where nothing is new
    site.build(len(site.all) // 2)
    check(site.deploy("--force").returncode == 0, "an issue less")
    site.build(len(site.all))
    check(site.deploy("--force").returncode == 0, "an issue more")
    site.is_there("after somebody deleted an object")
    return f"{len(created)} created, {len(order) - len(created)} replaced"


def kind(name):
    stem, _, ending = name.rpartition(".")
    if name.startswith("archive/") or ending in ("css", "svg", "txt") or name == "pages.js":
        return 1
    if name.startswith("search") or ending == "opml" or stem == "index":
        return 4
    return 2 if ending == "html" or stem.endswith("digest") else 3


def killed(site, kills):
    """A deploy is killed at one request after another; the next one, once the lock is stale, completes it."""
    if kills == 0:
        return "none"
    half = max(1, len(site.all) // 2)
    counts = [half, len(site.all)]
    site.build(counts[0])
    site.proxy.reset()
    check(site.deploy("--force").returncode == 0, "before the kills")
    total = len(site.proxy.seen)
    resumed = []
    before = [site.base + name for name in site.files() if "/" not in name and name.endswith((".atom", ".json"))]
    for number in range(kills):
        site.build(counts[(number + 1) % 2])
        site.proxy.reset()
        at = 1 + number * total // kills
        process = site.start("--force")
        hook = lambda count, *_: process.kill() if count == at else None
        setattr(site.proxy, "before" if number % 3 else "after", hook)
        process.communicate()
        readers = Readers.__new__(Readers)
        readers.base, readers.were_there, readers.rounds, readers.documents, readers.most = site.base, set(before), 0, 0, 1000
        readers.round()
        site.proxy.reset()
        site.proxy.ahead += 61  # the lock is stale then
        done = site.deploy("--force")
        check(done.returncode == 0, f"after a kill at request {at}: {done.stderr}")
        resumed.append(len(site.proxy.seen))
        site.is_there(f"after a kill at request {at}")
        if faults:
            break
    site.proxy.ahead = 0
    return f"{kills} kills at requests 1 to {total}; the next runs took {min(resumed)} to {max(resumed)} requests"


def two_at_once(site):
    """Of two deploys, one goes on, and the other says so."""
    site.build(max(1, len(site.all) // 2))
    site.proxy.reset()
    site.proxy.delay = 0.05
    first = site.start("--force")
    time.sleep(0.4)
    while not any("deploying" in path for _, path in site.proxy.seen) and first.poll() is None:
        time.sleep(0.05)
    time.sleep(0.3)
    second = site.deploy("--force")
    first_words = first.communicate()[1]
    check(first.returncode == 0, f"the first: {first_words}")
    check(second.returncode == 1 and "another deploy is running here" in second.stderr, f"the second: {second.returncode} {second.stderr}")
    site.proxy.reset()
    site.is_there("after two at once")
    return summary(second)


def some_fail(site):
    """Of all requests, one in twenty fails: with a status, cut before it went on, or cut after."""
    site.build(len(site.all))
    site.proxy.reset()
    ways = [(500, b"<Error><Code>InternalError</Code></Error>"), "cut", "lose", (503, b"<Error><Code>SlowDown</Code></Error>")]
    site.proxy.fails = lambda number, *_: ways[number // 20 % 4] if number % 20 == 7 else None
    done = site.deploy("--force")
    failed = sum(number % 20 == 7 for number in range(1, len(site.proxy.seen) + 1))
    site.proxy.reset()
    check(done.returncode == 0, done.stderr)
    site.is_there("with failing requests")
    return f"{failed} requests failed; {summary(done)}"


def ends_in_words(site):
    """A deploy that can't go on says why, keeps the lock from nobody, and is completed later."""
    said = []
    # No answer of a storage names a secret; each has its own codes.
    cases = [
        ((400, b"<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"), "expired"),
        ((403, b"<Error><Code>AccessDenied</Code></Error>"), "may not"),
        ((507, b"<Error><Code>XMinioStorageFull</Code></Error>"), "full"),
        ((409, b"<Error><Code>QuotaExceeded</Code></Error>"), "full"),
    ]
    for turn, (answer, words) in enumerate(cases):
        site.build([max(1, len(site.all) // 2), len(site.all)][turn % 2])
        site.proxy.reset()
        site.proxy.fails = lambda number, method, path: answer if method == "PUT" and ".patchfeed" not in path and number > 9 else None
        done = site.deploy("--force")
        check(done.returncode == 1 and words in done.stderr, f"{answer[0]}: {done.returncode} {done.stderr}")
        said.append(summary(done).split(": ", 2)[-1])
        site.proxy.reset()
        done = site.deploy("--force")
        check(done.returncode == 0, f"after that: {done.stderr}")
        site.is_there("after that")
    return "; ".join(said)


def odd_lists(site):
    """What isn't a list of objects, or not all of one, doesn't count as a bucket without objects."""
    part = b"<ListBucketResult><IsTruncated>true</IsTruncated><MaxKeys>0</MaxKeys></ListBucketResult>"
    cases = {b"<!DOCTYPE html><title>Sign in</title>": "isn't a list", b"": "isn't a list", b'{"kind": "storage#objects"}': "isn't a list"}
    if site.storage.name != "azurite":
        cases |= {part: "how the list goes on", part[:40]: ""}
    for answer, words in cases.items():
        site.proxy.reset()
        site.proxy.fails = lambda number, method, path: (200, answer) if "list-type=2" in path or "comp=list" in path else None
        done = site.deploy("--repair")
        check(done.returncode == 1 and words in done.stderr, f"{answer}: {done.returncode} {done.stderr}")
        written = {path for method, path in site.proxy.seen if method == "PUT" and "deploying" not in path}
        check(not written, f"{answer}: then {written} were written")
    site.proxy.reset()
    return f"{len(cases)} lists"


def others_objects(site):
    """What patchfeed didn't put there stays."""
    name = f"{site.storage.to.split('/')[-1]}-others"
    elsewhere = site.storage.to.rsplit("/", 1)[0] + f"/{name}"
    real, base = site.storage.to, site.base
    site.storage.to, site.base = elsewhere, site.base.rsplit("/", 2)[0] + f"/{name}/"
    try:
        site.build(1)
        check(site.deploy().returncode == 0, "the first one")
        # The manifest is lost, as if another program had put everything there.
        manifest = [".patchfeed/deployed.json"]
        remove(site, manifest[0])
        done = site.deploy()
        check(done.returncode == 1 and "didn't put" in done.stderr, done.stderr)
        done = site.deploy("--force")
        check(done.returncode == 0, done.stderr)
        done = site.deploy()
        check(" 0 objects uploaded" in done.stderr, done.stderr)
        return "kept"
    finally:
        site.storage.to, site.base = real, base


def remove(site, name):
    """Deletes an object as another program would."""
    storage, prefix = site.storage, site.storage.to.split("://")[1]
    bucket, _, prefix = prefix.partition("/")
    if storage.name == "azurite":
        from azure.storage.blob import BlobServiceClient
        account = {"account_name": "devstoreaccount1", "account_key": servers.AZURE_KEY}
        BlobServiceClient(f"http://127.0.0.1:{storage.port}/devstoreaccount1", credential=account).get_blob_client(bucket, f"{prefix}/{name}").delete_blob()
    elif storage.name == "google":
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{storage.port}/{bucket}/{prefix}/{name}", method="DELETE"))
    else:
        servers.client(storage.port).delete_object(Bucket=bucket, Key=f"{prefix}/{name}")


class Api(http.server.BaseHTTPRequestHandler):
    """What the APIs of CDNs are asked."""

    asked, status = [], 200

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        self.asked.append((self.path, dict(self.headers), body))
        answer = b'{"success":false,"errors":[{"message":"no such zone"}]}' if self.status >= 400 else b'{"success":true}'
        self.send_response(self.status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def purged(site):
    """A CDN is told exactly what changed; if that fails, the next deploy tells it."""
    api = type("Asked", (Api,), {"asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    listed = site.work / "purged.txt"
    secrets = {"CLOUDFLARE_API_TOKEN": "cf-secret", "FASTLY_API_TOKEN": "fastly-secret", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    kinds = {
        "cloudflare": f'{{ cloudflare = "abc123", api = "{address}" }}',
        "fastly": f'{{ fastly = true, api = "{address}" }}',
        "cloudfront": f'{{ cloudfront = "E1X", api = "{address}" }}',
        "command": f'{{ command = "cat >> {listed}" }}',
    }
    counts = [max(1, len(site.all) // 2), len(site.all)]
    for turn, (name, setting) in enumerate(kinds.items()):
        site.config.write_text(f"[deploy]\npurge = {setting}\n")
        site.build(counts[turn % 2])
        plan = [line.split(" ", 1)[1] for line in site.deploy("--dry-run", "--force", **secrets).stdout.splitlines() if line.startswith("purge ")]
        check(bool(plan), f"{name}: nothing is planned")
        api.asked.clear()
        listed.write_text("")
        api.status = 403
        if name != "command":
            done = site.deploy("--force", **secrets)
            check(done.returncode == 1 and "403: no such zone" in done.stderr, f"{name} fails: {done.stderr}")
            check(not any(secret in done.stderr for secret in secrets.values() if "-" in secret), f"{name}: a secret is shown")
            api.asked.clear()
        api.status = 200
        done = site.deploy("--force", **secrets)
        check(done.returncode == 0, f"{name}: {done.stderr}")
        told = {
            "cloudflare": lambda: [file for _, _, body in api.asked for file in json.loads(body)["files"]],
            "fastly": lambda: ["http:/" + path.removeprefix("/purge") for path, _, _ in api.asked],
            "cloudfront": lambda: [urllib.parse.urljoin(site.base, path) for _, _, body in api.asked for path in re.findall("<Path>(.*?)</Path>", body)],
            "command": lambda: listed.read_text().splitlines(),
        }[name]()
        if name == "cloudfront":
            check(all("AWS4-HMAC-SHA256 Credential=key/" in headers.get("authorization", headers.get("Authorization", "")) for _, headers, _ in api.asked), "CloudFront's request isn't signed")
        check(sorted(told) == sorted(plan), f"{name}: told {len(told)}, planned {len(plan)}: {sorted(set(told) ^ set(plan))[:5]}")
        api.asked.clear()
        site.deploy("--force", **secrets)
        check(not api.asked, f"{name}: told again")
    site.config.write_text("")
    server.shutdown()
    return f"{len(plan)} addresses with the last one"


def folder(program, issues, work):
    """A folder as a storage: the same files, a lock that the system gives back, and the site itself is refused."""
    site, target = pathlib.Path(work) / "site", pathlib.Path(work) / "folder"
    run = lambda *command: subprocess.run([program, *command], capture_output=True, text=True, cwd=work)
    run("build", *issues[:2], "--out", site, "--base-url", "https://feeds.example.org/", "--no-sync")
    done = run("deploy", site, target.as_uri())
    check(done.returncode == 0, done.stderr)
    ours = {path.relative_to(site) for path in site.rglob("*") if path.is_file() and ".patchfeed" not in path.parts and path.name != "_headers"}
    theirs = {path.relative_to(target) for path in target.rglob("*") if path.is_file() and ".patchfeed" not in path.parts}
    check(ours == theirs and all((site / path).read_bytes() == (target / path).read_bytes() for path in ours), "the folder differs")
    check("0 objects uploaded" in run("deploy", site, target.as_uri()).stderr, "again")
    check("this is the site itself" in run("deploy", site, site.as_uri()).stderr, "onto itself")
    check("for this machine alone" in (run("build", *issues[:1], "--out", "here"), run("deploy", "here", "s3://bucket"))[1].stderr, "a site for localhost")
    return f"{len(ours)} files"


def main():
    program, issues, *rest = sys.argv[1:]
    kills = int(rest.pop(0)) if rest and rest[0].isdigit() else 20
    program = str(pathlib.Path(program).resolve())
    paths = sorted(str(path.resolve()) for path in pathlib.Path(issues).iterdir() if path.suffix == ".md")
    with tempfile.TemporaryDirectory() as work:
        print(f"a folder: {folder(program, paths, work)}", flush=True)
    for start in servers.ALL:
        with tempfile.TemporaryDirectory() as work:
            if rest and start.__name__ not in rest:
                continue
            storage = start(work)
            if storage is None:
                print(f"{start.__name__}: skipped, it isn't installed")
                continue
            site = Site(program, paths, storage, work)
            cases = [one_after_the_other, read_back, nothing_new, steps_in_order, two_at_once, some_fail, ends_in_words, odd_lists, after_a_failure, others_objects, purged]
            for case in [*cases, lambda site: killed(site, kills)]:
                begun = time.monotonic()
                said = case(site)
                name = case.__name__ if case in cases else "killed"
                print(f"{storage.name}, {name}: {said} [{time.monotonic() - begun:.1f} s]", flush=True)
            storage.stop()
    print(f"{len(faults)} faults")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
