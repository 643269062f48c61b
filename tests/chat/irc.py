"""IRC: somebody who listens in a channel, and a stub of a server."""
import base64
import select
import socket
import threading
import time

from place import Place, of_text, wait_for
from ports import free_port
from stub import Record

COLOURS = "\x02\x0f\x11\x16\x1d\x1e\x1f"  # modern.ircdocs.horse/formatting: bold, reset, monospace, reverse, italics, strike, underline


class Listener:
    """Sits in a channel and writes down what others say there, in order."""

    def __init__(self, port, channel, nick="listener"):
        self.said, self.joined = [], False
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.channel = channel
        self.send(f"NICK {nick}", f"USER {nick} 0 * :{nick}")
        threading.Thread(target=self.listen, daemon=True).start()
        wait_for("the channel", lambda: self.joined)

    def send(self, *lines):
        self.socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def listen(self):
        try:
            for raw in self.socket.makefile("rb"):
                words = raw.decode("utf-8", errors="replace").rstrip("\r\n").split(" ", 3)
                if words[0] == "PING":
                    self.send("PONG " + words[1])
                elif words[1] == "001":
                    self.send(f"JOIN {self.channel}")
                elif words[1] == "366":
                    self.joined = True
                elif words[1] in ("PRIVMSG", "NOTICE") and words[2].lower() == self.channel.lower():
                    self.said.append(words[3].removeprefix(":"))
        except OSError:
            pass

    def read(self):
        return [of_text(plain(line)) for line in list(self.said)]

    def close(self):
        self.socket.close()


def plain(line):
    return "".join(c for c in line if c not in COLOURS)


class IrcStub(Record):
    """A server that wants SASL, has little patience, and fails when it is told to. modern.ircdocs.horse; ircv3.net/specs/extensions/sasl-3.1

    An account is needed to speak, and a line that a listener would get is cut at 512 bytes with its prefix. Each line costs two
    seconds; who owes ten isn't heard until they have passed (RFC 1459, 8.10), and of whom twenty lines wait by then is thrown out, as
    solanum does (doc/reference.conf, client_flood_max_lines).
    """

    nick, account, token, channel = "patchfeed", "feedbot", "irc password", "#feed"
    prefix = ":{nick}!~{nick}@" + "h" * 63  # HOSTLEN of most servers

    def __init__(self, pace=1.0):
        super().__init__(pace)
        self.port, self.open = free_port(), set()
        self.up()

    def up(self):
        self.server = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        threading.Thread(target=self.accept, args=(self.server,), daemon=True).start()

    def down(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

    def place(self):
        keys = {"server": f"irc://127.0.0.1:{self.port}", "channel": self.channel, "nick": self.nick, "account": self.account}
        return Place("irc", "stub", keys, {"IRC_TOKEN": self.token}, lambda: list(self.taken), self.down, self)

    def accept(self, server):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            if self.counted("shut"):
                connection.close()
            else:
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        self.requests += 1
        client = Client(connection)
        try:
            if self.counted("broken"):
                client.say("ERROR :Closing Link: (Server is full)")
            else:
                while (line := self.next_line(client)) is not None and self.line(client, line):
                    pass
        except OSError:
            pass
        finally:
            connection.close()

    def next_line(self, client):
        """The client's next line, once it is heard; none at the end, or if too many wait."""
        time.sleep(max(0, client.owed - time.monotonic() - 10 * self.pace))
        client.owed = max(client.owed, time.monotonic()) + 2 * self.pace
        while b"\n" not in client.waiting or select.select([client.connection], [], [], 0)[0]:
            more = client.connection.recv(4096)
            client.waiting += more
            if not more:
                break
        if client.waiting.count(b"\n") > 20:
            self.limited += 1
            client.say("ERROR :Closing Link: (Excess Flood)")
            return None
        if b"\n" not in client.waiting:
            return None
        line, client.waiting = client.waiting.split(b"\n", 1)
        return line.rstrip(b"\r")

    def line(self, client, raw):
        """Acts on a line; false ends the connection."""
        if len(raw) > 510:
            self.wrong.append(f"a line of {len(raw)} bytes")
            client.say(":irc.test 417 * :Input line was too long")
            return True
        words = raw.decode("utf-8", errors="replace").split(" ")
        command = getattr(self, "on_" + words[0].lower(), None)
        return command is None or command(client, words) is not False

    def on_cap(self, client, words):
        if words[1] == "LS":
            client.negotiates = True
            client.say(":irc.test CAP * LS :sasl=PLAIN server-time")
        elif words[1] == "REQ":
            known = set(" ".join(words[2:]).lstrip(":").split()) <= {"sasl", "server-time"}
            client.negotiates = True
            client.say(f":irc.test CAP * {'ACK' if known else 'NAK'} {' '.join(words[2:])}")
        elif words[1] == "END":
            client.negotiates = False
            self.greet(client)

    def on_authenticate(self, client, words):
        if words[1] == "PLAIN":
            client.say("AUTHENTICATE +")
        elif base64.b64decode(words[1]).split(b"\0")[1:] == [self.account.encode(), self.token.encode()]:
            client.account = self.account
            client.say(f":irc.test 900 * * {self.account} :You are now logged in", ":irc.test 903 * :SASL authentication successful")
        else:
            self.wrong.append("SASL: wrong account or password")
            client.say(":irc.test 904 * :SASL authentication failed")

    def on_nick(self, client, words):
        client.nick = words[1]
        self.greet(client)

    def on_user(self, client, words):
        client.user = True
        self.greet(client)

    def greet(self, client):
        """Registration is complete when the client has a name and has ended its negotiation."""
        if client.nick and client.user and not client.negotiates and not client.welcome:
            client.welcome = True
            client.say(*(f":irc.test {n} {client.nick} {words}" for n, words in (
                ("001", ":Welcome"), ("005", "NICKLEN=30 LINELEN=512 :are supported by this server"), ("422", ":MOTD File is missing"))))

    def on_join(self, client, words):
        if not client.welcome:
            client.say(":irc.test 451 * :You have not registered")
        elif not client.account:
            client.say(f":irc.test 477 {client.nick} {words[1]} :Cannot join channel (+r) - you need to be identified with services")
        else:
            client.joined.add(words[1].lower())
            client.say(f":{client.nick}!~p@host JOIN {words[1]}", f":irc.test 353 {client.nick} = {words[1]} :{client.nick}",
                       f":irc.test 366 {client.nick} {words[1]} :End of /NAMES list.")

    def on_ping(self, client, words):
        client.say(f":irc.test PONG irc.test {' '.join(words[1:])}")

    def on_quit(self, client, words):
        client.say("ERROR :Closing Link: (Quit)")
        return False

    def on_privmsg(self, client, words):
        if self.counted("limited"):
            client.say(f":irc.test 263 {client.nick} PRIVMSG :This command could not be completed because it has been used recently, and is rate-limited")
            return True
        if self.counted("drop"):
            return False
        prefix = self.prefix.format(nick=client.nick)
        relayed = f"{prefix} {' '.join(words)}".encode()[:510].decode("utf-8", errors="ignore")
        message = of_text(plain(relayed.split(" ", 3)[3].removeprefix(":")))
        if words[1].lower() not in client.joined or self.refuses(message):
            client.say(f":irc.test 404 {client.nick} {words[1]} :Cannot send to channel")
            return True
        self.taken.append(message)
        time.sleep(self.faults.late)
        return not self.counted("lose")

    on_notice = on_privmsg


class Client:
    """A connection to the stub, and how far it has come."""

    def __init__(self, connection):
        self.connection = connection
        self.nick = self.account = None
        self.user = self.negotiates = self.welcome = False
        self.joined, self.owed, self.waiting = set(), 0.0, b""

    def say(self, *lines):
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
