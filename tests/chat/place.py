"""What the tests post to, whatever it is: a place, and the messages that it shows."""
import dataclasses
import html.parser
import re
import socket
import time
import urllib.parse


@dataclasses.dataclass
class Message:
    """A message as a person sees it."""

    text: str
    links: list[str]
    key: str | None = None  # what the service knows a repeat by
    markup: tuple[str, str] | None = None  # its kind and its source, for the programs that render it


@dataclasses.dataclass
class Place:
    """A room, channel, account or mailbox. `read` gives its messages, the oldest first."""

    service: str
    name: str
    keys: dict[str, str]
    secrets: dict[str, str]  # variables of the environment
    read: object  # () -> list[Message]
    stop: object = lambda: None
    stub: object = None  # the stub that answers there, if it is one
    idempotent: bool = False  # whether a message sent again with its key is taken once


class Shown(html.parser.HTMLParser):
    """Collects what HTML shows, and where its links lead."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.links = [], []

    def handle_starttag(self, tag, attrs):
        if tag == "a" and dict(attrs).get("href"):
            self.links.append(dict(attrs)["href"])
        if tag in ("br", "p", "li", "div", "ol", "ul", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"):
            self.text.append("\n")

    def handle_endtag(self, tag):
        if tag in ("p", "li", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"):
            self.text.append("\n")

    def handle_data(self, data):
        self.text.append(data)


def of_html(markup, key=None):
    """The message that HTML shows."""
    shown = Shown()
    shown.feed(markup)
    shown.close()
    return Message("".join(shown.text).strip(), shown.links, key)


URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")


def of_text(text, key=None):
    """The message that plain text shows where addresses are links."""
    return Message(text, URL.findall(text), key)


def wait_for(what, done, seconds=60.0, alive=lambda: True):
    """Waits until `done()` is true, and gives what it gave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not alive():
            break
        try:
            if result := done():
                return result
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{what} doesn't answer")


def answers(port):
    """Whether somebody listens on the port."""
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


def quoted(text):
    return urllib.parse.quote(text, safe="")
