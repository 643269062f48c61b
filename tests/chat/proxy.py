"""Stands before a real server and loses its answers, so that what it knows again shows."""
import http.client
import time
import urllib.parse

from ports import free_port
from stub import Answer, Record, serve_http


class Proxy(Record):
    """Passes requests on to a server. Of the faults, `late`, `lose`, `drop` and `shut` happen to requests whose path holds `post`."""

    def __init__(self, server, post):
        super().__init__(1.0)
        self.target, self.post = urllib.parse.urlsplit(server), post
        self.port = free_port()
        self.up()

    def up(self):
        self.server = serve_http(self)

    def down(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    def answer(self, request):
        is_post = self.post in request.path
        if is_post and self.counted("drop"):
            return None, 0
        answer = self.passed_on(request)
        if is_post and answer.status < 300 and self.counted("lose"):
            return None, self.faults.late
        return answer, self.faults.late if is_post else 0

    def passed_on(self, request):
        connection = http.client.HTTPConnection(self.target.hostname, self.target.port, timeout=30)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in ("host", "connection", "transfer-encoding", "accept-encoding")}
        path = request.path + ("?" + urllib.parse.urlencode(request.query) if request.query else "")
        connection.request(request.method, path, request.body or None, headers)
        answer = connection.getresponse()
        kept = {k: v for k, v in answer.getheaders() if k.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server")}
        body = answer.read().decode()
        connection.close()
        return Answer(body, answer.status, kept)
