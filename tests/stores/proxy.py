"""A proxy between patchfeed and a storage that counts requests, delays them, fails some of them, and kills at one of them."""
import http.client
import http.server
import socketserver
import threading
import time
from email.utils import formatdate


class Proxy(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """What goes through it is in `seen`, as (method, path). The knobs:

    `fails` is a function of (number, method, path) to a (status, body), to "cut" for a connection that ends before the request went on, to "lose"
    for one that ends after it did, or to None. `before` and `after` are called with the same. `delay` is how long a request waits, in seconds.
    `ahead` is how many seconds the storage's clock shows more.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind, self.port = port, self.server_address[1]
        self.lock = threading.Lock()
        self.ahead = 0
        self.reset()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def reset(self):
        self.seen, self.delay = [], 0
        self.fails = lambda *_: None
        self.before = self.after = lambda *_: None

    def handle_error(self, *_):
        pass  # a client that was killed


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def pass_on(self):
        proxy = self.server
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        with proxy.lock:
            proxy.seen.append((self.command, self.path))
            what = (len(proxy.seen), self.command, self.path)
        time.sleep(proxy.delay)
        proxy.before(*what)
        failure = proxy.fails(*what)
        if failure == "cut":
            return self.cut()
        if isinstance(failure, tuple):
            return self.answer(failure[0], {}, failure[1])
        connection = http.client.HTTPConnection("127.0.0.1", proxy.behind, timeout=60)
        connection.request(self.command, self.path, body, {**self.headers, "connection": "close"})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        proxy.after(*what)
        if failure == "lose":
            return self.cut()
        self.answer(answer.status, dict(answer.getheaders()), content)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = pass_on

    def cut(self):
        self.close_connection = True
        self.connection.close()

    def answer(self, status, headers, content):
        self.send_response_only(status)
        dropped = {"transfer-encoding", "connection", "date", "keep-alive"}
        kept = {name: value for name, value in headers.items() if name.lower() not in dropped}
        if self.command != "HEAD":
            kept = {name: value for name, value in kept.items() if name.lower() != "content-length"} | {"Content-Length": str(len(content))}
        kept["Date"] = formatdate(time.time() + self.server.ahead, usegmt=True)
        for name, value in kept.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
