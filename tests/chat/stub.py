"""A stub: a service's rules behind an HTTP server that can be told to fail. `services` has the rules.

Told by `stub.faults`, or by POST to `/control` on the stub's own port, which takes the names of `Faults` in JSON; GET
there gives what arrived.
"""
import base64
import collections
import dataclasses
import http.server
import json
import socket
import threading
import time
import urllib.parse

from place import Place
from ports import free_port


@dataclasses.dataclass
class Faults:
    """What a stub is to do wrong. Counts run down; the other values stay until they are changed."""

    late: float = 0  # seconds between taking a message and the answer
    limited: int = 0  # the next requests are answered as too many
    wait: int = 1  # and these seconds are what the client is told to wait
    broken: int = 0  # the next requests get a 5xx and are not taken
    status: int = 503  # and this is it
    refuse: int = 0  # the message of this number, from 1, is refused as wrong, however often it comes
    lose: int = 0  # the next messages are taken, and the connection closed without an answer
    drop: int = 0  # the next requests are read, not taken, and the connection closed
    shut: int = 0  # the next connections are closed before anything is read


@dataclasses.dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: object
    body: bytes

    def json(self, kinds=("application/json",)):
        """The body as JSON, whose kind the client has to name."""
        kind = self.headers.get("Content-Type", "").split(";")[0].strip()
        if kind not in kinds:
            raise Refused(415, {"error": f"Content-Type is {kind!r}"}, fault="a body of JSON isn't called so")
        try:
            body = json.loads(self.body.decode("utf-8"))
        except ValueError as error:
            raise Refused(400, {"error": str(error)}, fault="the body is no JSON in UTF-8") from None
        if not isinstance(body, dict):
            raise Refused(400, {"error": "not an object"})
        return body

    def bearer(self):
        words = self.headers.get("Authorization", "").split(" ")
        return words[1] if len(words) == 2 and words[0].lower() == "bearer" else None

    def basic(self):
        """Name and password of basic authentication."""
        words = self.headers.get("Authorization", "").split(" ")
        if len(words) != 2 or words[0].lower() != "basic":
            return None
        return tuple(base64.b64decode(words[1]).decode().split(":", 1))


@dataclasses.dataclass
class Answer:
    body: object = ""  # text, or what becomes JSON
    status: int = 200
    headers: dict[str, str] = dataclasses.field(default_factory=dict)


class Refused(Exception):
    """What the service says to a request that it doesn't take. `fault` is what the client did wrong, if it did."""

    def __init__(self, status, body, headers=None, fault=None):
        super().__init__(fault or body)
        self.answer, self.fault = Answer(body, status, headers or {}), fault or f"{status} {body}"


class Rate:
    """So many messages within so many seconds; one more bars the client for `block` seconds, if the service does that."""

    def __init__(self, count, seconds, block=0):
        self.count, self.seconds, self.block = count, seconds, block
        self.times, self.barred = collections.deque(), 0

    def wait(self, now, pace):
        """The seconds to wait before the next message; 0 takes it. `pace` shortens the service's time for tests."""
        while self.times and self.times[0] <= now - self.seconds * pace:
            self.times.popleft()
        if now < self.barred:
            return self.barred - now
        if len(self.times) >= self.count:
            if self.block:
                self.barred = now + self.block * pace
                return self.block * pace
            return self.times[0] + self.seconds * pace - now
        self.times.append(now)
        return 0


class Bucket:
    """So many messages at once, and then so many a second."""

    def __init__(self, count, rate):
        self.count, self.rate, self.full = count, rate, 0.0

    def wait(self, now, pace):
        """The seconds to wait before the next message; 0 takes it."""
        each = pace / self.rate
        full = max(self.full, now) + each
        if full > now + self.count * each:
            return full - now - self.count * each
        self.full = full
        return 0


class Record:
    """What a stub took, in order, and what it is told to do wrong."""

    def __init__(self, pace):
        self.pace, self.faults = pace, Faults()
        self.taken = []  # messages, in order
        self.repeats = []  # those that came again with a key that was known, and so were not taken again
        self.wrong = []  # what the client did that the service forbids: a test that finds any fails
        self.limited = 0  # how often the service's own rate was passed
        self.requests = 0
        self.seen = []  # the texts of all messages that came, to know one that is refused again
        self.lock = threading.Lock()

    def counted(self, name):
        """Whether a fault's count is still to be spent, and spends it."""
        with self.lock:
            left = getattr(self.faults, name)
            setattr(self.faults, name, max(0, left - 1))
        return left > 0

    def refuses(self, message):
        """Whether this is the message that is to be refused."""
        if message.text not in self.seen:
            self.seen.append(message.text)
        return self.faults.refuse > 0 and self.seen.index(message.text) == self.faults.refuse - 1


class Stub(Record):
    """Serves one service's rules over HTTP, on a port of the loopback."""

    def __init__(self, rules, pace=1.0):
        super().__init__(pace)
        self.rules, self.keys = rules, {}
        self.port, self.server = free_port(), None
        self.up()

    def up(self):
        self.server = serve_http(self)

    def down(self):
        """Nobody listens, until `up`."""
        self.server.shutdown()
        self.server.server_close()

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    def place(self):
        keys, secrets = self.rules.place(self.base)
        return Place(self.rules.service, self.rules.name, keys, secrets, lambda: list(self.taken), self.down, self, self.rules.key_lives > 0)

    def answer(self, request):
        """The answer, and the seconds before it is sent; no answer where the connection is to be closed."""
        self.requests += 1
        try:
            if answer := self.rules.other(request):
                return answer, 0
            if self.counted("limited"):
                return self.rules.too_many(self.faults.wait), 0
            if self.counted("broken"):
                return Answer("upstream connect error", self.faults.status), 0
            if self.counted("drop"):
                return None, 0
            with self.lock:
                return self.take(request)
        except Refused as refused:
            self.wrong.append(refused.fault)
            return refused.answer, 0

    def take(self, request):
        """Has the rules read a message and takes it."""
        now = time.monotonic()
        message, key, success = self.rules.message(request)
        known = self.keys.get(key)
        if key is not None and known and now < known[0] + self.rules.key_lives:
            self.repeats.append(message)
            if message.text != known[2]:
                self.wrong.append(f"the key {key!r} of one message serves for another")
            return known[1], self.faults.late
        for rate in self.rules.rates:
            if wait := rate.wait(now, self.pace):
                self.limited += 1
                if getattr(rate, "block", 0):
                    self.wrong.append("the rate was passed, and the service bars who does that")
                return self.rules.too_many(max(1, round(wait + 0.5))), 0
        if self.refuses(message):
            return self.rules.refusal(), 0
        answer = success(len(self.taken) + 1)
        message.key = key
        self.taken.append(message)
        if key is not None and self.rules.key_lives:
            self.keys[key] = (now, answer, message.text)
        if self.faults.lose > 0:
            self.faults.lose -= 1
            return None, self.faults.late
        return answer, self.faults.late


def serve_http(stub):
    """Listens on the stub's port."""
    server = Server(("127.0.0.1", stub.port), Handler)
    server.stub = stub
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


class Server(http.server.ThreadingHTTPServer):
    daemon_threads, allow_reuse_address = True, True

    def verify_request(self, request, address):
        return not self.stub.counted("shut")

    def handle_error(self, request, address):
        pass  # a client that was killed


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def handle_one(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.chunks() if "chunked" in self.headers.get("Transfer-Encoding", "") else self.rfile.read(length)
        if len(body) < length:  # a client that was killed
            self.close_connection = True
            return None
        path, _, query = self.path.partition("?")
        request = Request(self.command, path, dict(urllib.parse.parse_qsl(query, keep_blank_values=True)), self.headers, body)
        if path == "/control":
            return self.say(control(self.server.stub, request))
        answer, late = self.server.stub.answer(request)
        time.sleep(late)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return None
        return self.say(answer)

    do_GET = do_POST = do_PUT = do_DELETE = handle_one

    def chunks(self):
        """A body in chunks, which is sent where nobody knew its length."""
        body = b""
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def say(self, answer):
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body, ensure_ascii=False)
        data = text.encode()
        self.send_response(answer.status)
        kind = "text/plain" if isinstance(answer.body, str) else "application/json"
        for name, value in ({"Content-Type": f"{kind}; charset=utf-8"} | answer.headers).items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if answer.status != 204:
            self.wfile.write(data)


def control(stub, request):
    """Sets faults, and says what arrived."""
    if request.method == "POST":
        for name, value in json.loads(request.body).items():
            if not hasattr(stub.faults, name):
                return Answer({"error": f"no fault is called {name}"}, 400)
            setattr(stub.faults, name, value)
    return Answer({
        "taken": [dataclasses.asdict(m) for m in stub.taken], "repeats": len(stub.repeats), "wrong": stub.wrong,
        "limited": stub.limited, "requests": stub.requests, "faults": dataclasses.asdict(stub.faults),
    })
