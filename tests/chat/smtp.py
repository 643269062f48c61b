"""A stub of a mail server, for what Postfix can't be told to do: it wants a password, and it fails when it is told to."""
import asyncio
import logging
import warnings

import aiosmtpd.controller
import aiosmtpd.smtp

from place import Place
from ports import free_port
from servers import of_mail
from stub import Record

warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it says the same


class Mail(aiosmtpd.controller.Controller):
    """aiosmtpd, whose connections may be closed before they begin."""

    def __init__(self, stub, port):
        self.stub = stub
        super().__init__(stub, "127.0.0.1", port, authenticator=stub.login, auth_required=True, auth_require_tls=False, ready_timeout=20)

    def factory(self):
        server = super().factory()
        if self.stub.counted("shut"):
            return Shut()
        return server


class Shut(asyncio.Protocol):
    """Closes a connection at once."""

    def connection_made(self, transport):
        transport.close()


class SmtpStub(Record):
    """RFC 5321's replies: 4yz is to be tried again, 5yz is not. Nothing is known of a mail that was taken before."""

    account, token = "feeds@feeds.test", "email password"

    def __init__(self, pace=1.0, port=None):
        super().__init__(pace)
        self.port, self.controller = port or free_port(), None
        self.up()

    def up(self):
        self.controller = Mail(self, self.port)
        self.controller.start()

    def down(self):
        self.controller.stop()

    def place(self):
        keys = {"server": f"smtp://127.0.0.1:{self.port}", "from": self.account, "recipient": "reader@feeds.test", "account": self.account}
        return Place("email", "stub", keys, {"EMAIL_TOKEN": self.token}, lambda: list(self.taken), self.down, self)

    def login(self, server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (self.account.encode(), self.token.encode())
        if not right:
            self.wrong.append(f"{mechanism}: wrong account or password")
        return aiosmtpd.smtp.AuthResult(success=right, handled=False)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if not address.endswith("@feeds.test"):
            self.wrong.append(f"mail to {address}")
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        self.requests += 1
        if self.counted("limited"):
            return "451 4.7.1 Greylisted, try again later"  # RFC 6647
        if self.counted("broken"):
            return "421 4.3.2 Service shutting down"
        if self.counted("drop"):
            return self.close(server)
        raw = envelope.content
        self.judge(raw)
        message = of_mail(raw)
        if self.refuses(message):
            return "554 5.7.1 Message refused"
        self.taken.append(message)
        await asyncio.sleep(self.faults.late)
        return self.close(server) if self.counted("lose") else "250 2.0.0 ok"

    def judge(self, raw):
        """RFC 5321, 4.5.3.1.6: 1,000 bytes a line; RFC 5322, 3.6: a date and a sender, once each."""
        if any(len(line) > 998 for line in raw.split(b"\r\n")):
            self.wrong.append("a line is longer than 998 bytes")
        head = raw.split(b"\r\n\r\n", 1)[0].lower()
        for field in (b"date", b"from", b"to", b"subject", b"message-id"):
            if (b"\r\n" + head).count(b"\r\n" + field + b":") != 1:
                self.wrong.append(f"{field.decode()} isn't there once")
        if any(byte > 127 for byte in head):
            self.wrong.append("the head isn't ASCII")

    def close(self, server):
        server.transport.abort()
        return "421 closing"
