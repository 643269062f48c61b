"""Real servers: Synapse, ngIRCd, Postfix, Bluesky's PDS, and two mocks that others keep, of Mastodon and Telegram.

Each function starts one below a folder, on free ports of the loopback, and gives its `Place`. `run` installs them.
"""
import contextlib
import email
import email.policy
import hashlib
import hmac
import json
import mailbox
import os
import pathlib
import pwd
import sqlite3
import subprocess
import urllib.error
import urllib.request

import irc
from place import Message, Place, answers, of_html, of_text, quoted, wait_for
from ports import free_port

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = pathlib.Path(os.environ["PATCHFEED_CHAT"])
VENV = TOOLS / "venv" / "bin"


def ask(method, url, body=None, token=None):
    """Asks a server in JSON, and gives its answer; what it refuses is an error with its words."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{method} {url.split('?')[0]}: {error.code} {error.read().decode(errors='replace')[:300]}") from None


def start(command, folder, **environment):
    """Starts a program that stays in the foreground; its words go to `folder/log`."""
    with open(folder / "log", "ab") as log:
        return subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdin=subprocess.DEVNULL,
                                stdout=log, stderr=subprocess.STDOUT)


def end(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def up(name, process, port, folder):
    """Waits until a server listens; one that ends before says why."""
    try:
        wait_for(name, lambda: answers(port), alive=lambda: process.poll() is None)
    except RuntimeError as error:
        end(process)
        words = (folder / "log").read_text(errors="replace").strip().splitlines()[-3:]
        raise RuntimeError(f"{error}: {' / '.join(words)[:400]}") from None


def synapse(folder):
    """Synapse with SQLite and its own rates: ten messages at once, then one in five seconds."""
    port, secret = free_port(), "registration"
    base = [VENV / "python", "-m", "synapse.app.homeserver", "--config-path", folder / "homeserver.yaml"]
    subprocess.run([*base, "--server-name", "localhost", "--generate-config", "--report-stats", "no",
                    "--data-directory", folder], cwd=folder, check=True, capture_output=True)
    (folder / "own.yaml").write_text(json.dumps({
        "listeners": [{"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}],
        "registration_shared_secret": secret, "trusted_key_servers": [], "suppress_key_server_warning": True,
    }))
    process = start([*base, "--config-path", folder / "own.yaml"], folder)
    up("Synapse", process, port, folder)
    server = f"http://127.0.0.1:{port}"
    bot, reader = (synapse_user(server, secret, name) for name in ("patchfeed", "reader"))
    room = ask("POST", f"{server}/_matrix/client/v3/createRoom", {"preset": "public_chat", "name": "feed"}, reader)["room_id"]
    ask("POST", f"{server}/_matrix/client/v3/join/{quoted(room)}", {}, bot)
    return Place("matrix", "Synapse", {"server": server, "room": room}, {"MATRIX_TOKEN": bot},
                 lambda: synapse_messages(server, room, reader), lambda: end(process), idempotent=True)


def synapse_user(server, secret, name):
    """Registers somebody by the shared secret, and gives their token."""
    url = f"{server}/_synapse/admin/v1/register"
    nonce = ask("GET", url)["nonce"]
    mac = hmac.new(secret.encode(), "\0".join([nonce, name, "password", "notadmin"]).encode(), hashlib.sha1).hexdigest()
    return ask("POST", url, {"nonce": nonce, "username": name, "password": "password", "admin": False, "mac": mac})["access_token"]


def synapse_messages(server, room, token):
    """All messages of the room, as a client shows them: the formatted body, or the plain one."""
    messages, start_at = [], ""
    while True:
        url = f"{server}/_matrix/client/v3/rooms/{quoted(room)}/messages?dir=f&limit=100{start_at}"
        page = ask("GET", url, token=token)
        for event in page["chunk"]:
            content = event["content"]
            if event["type"] == "m.room.message" and content.get("format") == "org.matrix.custom.html":
                messages.append(of_html(content["formatted_body"]))
            elif event["type"] == "m.room.message":
                messages.append(of_text(content["body"]))
        if not page.get("end") or not page["chunk"]:
            return messages
        start_at = "&from=" + quoted(page["end"])


def ngircd(folder):
    """ngIRCd as Debian has it, and somebody who sits in the channel and writes down what is said."""
    port = free_port()
    (folder / "ngircd.conf").write_text(
        "[Global]\nName = irc.test.local\nInfo = test\nListen = 127.0.0.1\n"
        f"Ports = {port}\nMotdPhrase = hello\n"
        "[Options]\nDNS = no\nIdent = no\nPAM = no\n[Channel]\nName = #feed\n")
    process = start(["ngircd", "--nodaemon", "--config", folder / "ngircd.conf"], folder)
    up("ngIRCd", process, port, folder)
    listener = irc.Listener(port, "#feed")

    def stop():
        listener.close()
        end(process)

    return Place("irc", "ngIRCd", {"server": f"irc://127.0.0.1:{port}", "channel": "#feed"}, {}, listener.read, stop)


def postfix(folder):
    """Postfix with a queue of its own; what it delivers lies in a Maildir."""
    port, user = free_port(), pwd.getpwnam("postfix")
    for name, owner in (("queue", 0), ("data", user.pw_uid), ("mail", user.pw_uid), ("conf", 0)):
        (folder / name).mkdir()
        os.chown(folder / name, owner, -1)
    for parent in [folder, *folder.parents]:
        if parent.stat().st_mode & 0o711 != parent.stat().st_mode & 0o777 | 0o11 and str(parent).startswith("/tmp/"):
            parent.chmod(parent.stat().st_mode | 0o11)  # Postfix's own user goes through
    (folder / "conf" / "main.cf").write_text(
        f"compatibility_level = 3.6\nmyhostname = mail.test.local\nqueue_directory = {folder}/queue\n"
        f"data_directory = {folder}/data\nmail_owner = postfix\nsetgid_group = postdrop\n"
        "inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmydestination =\nalias_maps =\nalias_database =\n"
        "virtual_mailbox_domains = feeds.test\nvirtual_mailbox_maps = inline:{reader@feeds.test=reader/}\n"
        f"virtual_mailbox_base = {folder}/mail\nvirtual_uid_maps = static:{user.pw_uid}\n"
        f"virtual_gid_maps = static:{user.pw_gid}\nvirtual_minimum_uid = 1\nmaillog_file = {folder}/log\n"
        "maillog_file_prefixes = /tmp, /var, /work\nmynetworks = 127.0.0.0/8\n")
    local = ["pickup unix n - n 60 1 pickup", "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr",
             "rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce",
             "virtual unix - n n - - virtual", "error unix - - n - - error", "retry unix - - n - - error",
             "anvil unix - - n - 1 anvil", "postlog unix-dgram n - n - 1 postlogd", "proxymap unix - - n - - proxymap",
             "showq unix n - n - - showq", "flush unix n - n 1000? 0 flush", "trace unix - - n - 0 bounce"]
    (folder / "conf" / "master.cf").write_text("\n".join([f"127.0.0.1:{port} inet n - n - - smtpd", *local]) + "\n")
    command = ["postfix", "-c", folder / "conf"]
    done = subprocess.run([*command, "start"], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"Postfix: {(done.stderr + done.stdout).strip()[:400]}")
    wait_for("Postfix", lambda: answers(port))
    mail = folder / "mail" / "reader"

    def stop():
        subprocess.run([*command, "stop"], capture_output=True, timeout=60)

    return Place("email", "Postfix", {"server": f"smtp://127.0.0.1:{port}", "from": "feeds@feeds.test", "recipient": "reader@feeds.test"},
                 {}, lambda: maildir(mail, folder / "queue"), stop)


def maildir(folder, queue=None):
    """The mails of a Maildir in the order in which they came; waits until the queue is empty."""
    if queue:
        waiting = [queue / name for name in ("maildrop", "incoming", "active", "deferred")]
        wait_for("Postfix's queue", lambda: not any(p.is_file() for q in waiting if q.exists() for p in q.rglob("*")))
    if not folder.exists():
        return []
    mails = [(p.stat().st_mtime_ns, p) for part in ("new", "cur") for p in (folder / part).iterdir()]
    return [of_mail(path.read_bytes()) for _, path in sorted(mails)]


def of_mail(raw):
    """What a mail shows: its subject, then its body, the HTML one if there are two. Its Message-ID is its key."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("html", "plain"))
    text = body.get_content()
    shown = of_html(text) if body.get_content_subtype() == "html" else of_text(text)
    return Message(f"{mail['Subject']}\n{shown.text}", shown.links, mail["Message-ID"])


def mastodon_mock(folder):
    """mastodon-mock: the API's forms, errors and keys. It counts an address by its letters, where Mastodon counts 23."""
    port, token = free_port(), "mastodon-token"
    (folder / "mock.toml").write_text(
        f'[server]\nport = {port}\n[database]\npath = "{folder}/mock.sqlite"\n'
        f'[[seed.accounts]]\nusername = "feed"\naccess_token = "{token}"\nbot = true\n')
    process = start([VENV / "mastodon_mock", "serve", "--config", folder / "mock.toml", "--host", "127.0.0.1"], folder)
    up("mastodon-mock", process, port, folder)
    server = f"http://127.0.0.1:{port}"

    def read():
        me = ask("GET", f"{server}/api/v1/accounts/verify_credentials", token=token)["id"]
        statuses, older = [], ""
        while page := ask("GET", f"{server}/api/v1/accounts/{me}/statuses?limit=40{older}", token=token):
            statuses += page
            older = f"&max_id={page[-1]['id']}"
        # What was sent: the mock shows it as Markdown, which Mastodon doesn't.
        return [of_text(ask("GET", f"{server}/api/v1/statuses/{s['id']}/source", token=token)["text"]) for s in reversed(statuses)]

    return Place("mastodon", "mastodon-mock", {"server": server}, {"MASTODON_TOKEN": token}, read, lambda: end(process), idempotent=True)


def telegram_test_api(folder):
    """telegram-test-api: the Bot API's forms. It takes any text; `stubs` has Telegram's rules."""
    port = free_port()
    process = start(["node", HERE / "telegram.cjs", str(port)], folder, NODE_PATH=str(TOOLS / "node_modules"))
    up("telegram-test-api", process, port, folder)
    server, token = f"http://127.0.0.1:{port}", "1:telegram-token"

    def read():
        updates = ask("POST", f"{server}/getUpdatesHistory", {"token": token})["result"]
        return [of_html(u["message"]["text"]) for u in updates]

    return Place("telegram", "telegram-test-api", {"server": server, "chat": "-1001"}, {"TELEGRAM_TOKEN": token}, read, lambda: end(process))


def bluesky(folder):
    """Bluesky's own PDS, with a directory of identities in memory, and an account with an app password."""
    port, plc = free_port(), free_port()
    process = start(["node", HERE / "bluesky.cjs", str(port), str(plc), str(folder)], folder, NODE_PATH=str(TOOLS / "node_modules"))
    up("Bluesky's PDS", process, port, folder)
    server, handle = f"http://127.0.0.1:{port}", "patchfeed-bot.test"
    session = ask("POST", f"{server}/xrpc/com.atproto.server.createAccount",
                  {"handle": handle, "email": "feed@feeds.test", "password": "main-password"})
    password = ask("POST", f"{server}/xrpc/com.atproto.server.createAppPassword", {"name": "patchfeed"}, session["accessJwt"])["password"]

    def read():
        # The API lists by key; the order in which posts came is the server's own affair.
        with contextlib.closing(sqlite3.connect(next(folder.glob("actors/*/*/store.sqlite")))) as store:
            came = {uri: rev for uri, rev in store.execute("SELECT uri, repoRev FROM record")}
        posts, cursor = [], ""
        while True:
            page = ask("GET", f"{server}/xrpc/com.atproto.repo.listRecords?repo={session['did']}"
                              f"&collection=app.bsky.feed.post&limit=100{cursor}")
            posts += page["records"]
            if not page.get("cursor"):
                return [of_post(p["value"], p["uri"]) for p in sorted(posts, key=lambda p: came.get(p["uri"], "~"))]
            cursor = "&cursor=" + quoted(page["cursor"])

    return Place("bluesky", "Bluesky's PDS", {"server": server, "account": handle}, {"BLUESKY_TOKEN": password}, read,
                 lambda: end(process), idempotent=True)


def of_post(record, key=None):
    """What a Bluesky post shows; its links are its facets', and its card's."""
    links = [f["uri"] for facet in record.get("facets", []) for f in facet["features"] if "uri" in f]
    card = record.get("embed", {}).get("external", {})
    return Message(record["text"] + "".join(f"\n{card[k]}" for k in ("title", "description") if k in card),
                   links + ([card["uri"]] if card else []), key)


# Service, name, and what starts it.
SERVERS = [("matrix", "Synapse", synapse), ("irc", "ngIRCd", ngircd), ("email", "Postfix", postfix), ("bluesky", "Bluesky's PDS", bluesky),
           ("mastodon", "mastodon-mock", mastodon_mock), ("telegram", "telegram-test-api", telegram_test_api)]
