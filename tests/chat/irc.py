"""IRC: somebody who listens in a channel, and a stub of a server."""
import socket
import threading

from place import Message, of_text, wait_for

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
