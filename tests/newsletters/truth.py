"""What the entries of a newsletter of links are, told without patchfeed: another parser of Markdown, and the rules below.

An entry is a block, and the link that the block is about:

 1. A heading that is a link, but for numbers and pictures before it. All below it, up to the next heading of its level or above,
    is its text.
 2. A heading that no other issue has, if a paragraph is the first thing below it: a story, about the first link of its text. All
    below it is its text, as above.
 3. An item of the outermost list. Nested items are its text, unless it has no link of its own: then they are items.
 4. A row of a table, if its section has no items.
 5. A paragraph that is a number and a link, or whose first line is bold and is or precedes the link, or that is a link alone. The
    paragraphs below it are its text.
 6. Any other paragraph, if its section has none of the above.

The link that a block is about is its first, but for links to people, if it has others. If that is relative, a reference without a
definition or a mail address, nobody can say where the item leads: such blocks aren't compared. A block without a link is no entry. Neither is
what stands before the first section (in a paragraph), in a quotation or in code, nor what stands in most issues as it is: the
newsletter's own frame; nor what begins with a dash, as the source of a quotation does.

Tags of a site's generator are removed before: what they stand for isn't there.
"""
import collections
import dataclasses
import pathlib
import re
import urllib.parse

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

PARSER = MarkdownIt("commonmark").enable("table")
BARE = re.compile(r"https?://[^\s<>\"'`|\\^{}()（）\[\]【】《》“”‘’，。；、！？：]+")
FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n.*?\n---[ \t]*\n", re.S)
TAG = re.compile(r"\{%.*?%\}", re.S)
NUMBER = re.compile(r"\W*[0-9]+\s*[、.．)）:：]\s*")
SETTLED = 8  # issues that show which headings are usual
PEOPLE = re.compile(
    r"https?://((www|mobile)\.)?(twitter|x|github|gitlab|weibo|facebook|linkedin|plus\.google|youtube)\.com/((in|user|c)/)?[^/?#]+/?$"
    r"|https?://[^/]+/@[^/]+/?$|mailto:"
)
POST = re.compile(r"https?://(\w+\.)?(twitter|x)\.com/[^/]+/status/|https?://[^/]+/@[^/]+/\d+$")
NAME = re.compile(r"@?[A-Z]\w*( [A-Z][\w.]*| [A-Z]\w*){0,2}$")


@dataclasses.dataclass
class Link:
    title: str
    address: str
    place: int  # in the block's text


@dataclasses.dataclass
class Part:
    """A heading, an item, a paragraph or a row, with its own links and, of an item, those of what is nested in it."""

    kind: str
    line: int
    level: int = 0
    text: str = ""
    links: list[Link] = dataclasses.field(default_factory=list)
    nested: list["Part"] = dataclasses.field(default_factory=list)

    def all_links(self):
        return self.links + [link for part in self.nested for link in part.all_links()]


@dataclasses.dataclass
class Entry:
    path: pathlib.Path
    line: int
    kind: str
    text: str
    about: str  # the address
    links: list[str]  # all addresses of the block
    is_web: bool  # whether it can be compared
    heading: str  # the last one above that has a date, for files of several issues


def blank(found):
    return "\n" * found[0].count("\n")


def compared(address):
    """An address as it is compared: patchfeed mends and shortens some on purpose."""
    address = re.sub(r"^http:", "https:", urllib.parse.unquote(address.strip(), errors="replace"))
    address = re.sub(r"([?&])(utm_[a-z]+|ref|source)=[^&#]*", r"\1", address)
    return re.sub(r"[?&/]+(#|$)", r"\1", re.sub(r"&+", "&", address)).casefold()


def read_inline(part, node):
    """Adds an inline node's words and links to a part."""
    for child in node.children or []:
        if child.type == "link":
            words = "".join(t.content for t in child.walk() if t.type in ("text", "code_inline"))
            is_picture = any(t.type == "image" for t in child.walk()) and not words.strip()
            if not is_picture:
                part.links.append(Link(words, child.attrs.get("href", ""), len(part.text)))
            part.text += words
        elif child.type in ("text", "code_inline"):
            part.links += [Link("", found[0], len(part.text) + found.start()) for found in BARE.finditer(child.content)]
            part.text += child.content
        elif child.type in ("softbreak", "hardbreak"):
            part.text += "\n"
        elif child.type != "image":
            read_inline(part, child)


def read_item(node):
    part = Part("item", node.map[0])
    for child in node.children:
        if child.type in ("bullet_list", "ordered_list"):
            part.nested += [read_item(item) for item in child.children]
        elif child.type == "paragraph":
            read_inline(part, child.children[0])
            part.text += "\n"
    return part


def parts(text):
    """The parts of a document, in order."""
    found = []
    for node in SyntaxTreeNode(PARSER.parse(text)).children:
        if node.type in ("heading", "paragraph"):
            level = int(node.tag[1]) if node.type == "heading" else 0
            found.append(Part(node.type, node.map[0], level))
            read_inline(found[-1], node.children[0])
        elif node.type in ("bullet_list", "ordered_list"):
            found += [read_item(item) for item in node.children]
        elif node.type == "table":
            for row in [n for n in node.walk() if n.type == "tr" and n.parent.type == "tbody"]:
                found.append(Part("row", row.map[0]))
                for cell in row.children:
                    read_inline(found[-1], cell.children[0])
                    found[-1].text += " "
    return found


def is_link(part):
    """Whether a link is all that a part begins with, but for pictures, numbers and marks."""
    if not part.links:
        return False
    before = re.sub(r"^[0-9]+\s*[、.．)）]", "", part.text[: part.links[0].place].strip())
    return not re.search(r"\w", re.sub(r"[\[【(（][^\])】）]*[\])】）]", "", before))


def is_sure(part, source):
    """Whether a paragraph shows that it is an entry."""
    lines = part.text.strip().split("\n")
    if not part.links:
        return False
    first = part.links[0]
    head = part.text[: first.place]
    bold = re.match(r"\s*(\*\*|__)[^*_].*?(\*\*|__|\]\()", source)
    if bold and (is_link(part) or len(lines) > 1 and re.match(r"https?://", lines[1].strip()) and "\n" not in head.strip()):
        return True
    if NUMBER.match(head) and is_link(part):
        return True
    return is_link(part) and len(lines) == 1 and not re.search(r"\w", part.text[first.place + len(first.title or first.address) :])


def is_story(below, lines):
    """Whether what stands below a heading begins with an address or a paragraph that is no entry, and has a link."""
    if not below or below[0].kind != "paragraph" or not any(part.all_links() for part in below):
        return False
    begins_with_address = re.match(r"https?://\S+\s*$", below[0].text.split("\n")[0])
    return begins_with_address or not is_sure(below[0], lines[below[0].line])


def about(links):
    news = [link for link in links if not is_person(link)]
    return (news or links or [None])[0]


def is_person(link):
    """Whether a link leads to a person: to a profile, or to what somebody posted, if its words are a name."""
    return link.title.startswith("@") or PEOPLE.match(link.address) or POST.match(link.address) and NAME.match(link.title)


def heading_key(text):
    return re.sub(r"[\W\d_]+", "", text).casefold()


def read(paths, furniture, date):
    """The entries of a newsletter, and the addresses of all links in its content. `furniture` is how texts begin that are no entries;
    `date` finds the date in a heading's words."""
    documents = {}
    for path in paths:
        text = path.read_text(errors="replace")
        body = TAG.sub(blank, FRONT_MATTER.sub(blank, text))
        documents[path] = (parts(body), body.split("\n"))
    headings = collections.Counter()
    for found, _ in documents.values():
        headings.update({heading_key(part.text) for part in found if part.kind == "heading"})
    frame = collections.Counter()
    for found, _ in documents.values():
        frame.update({(link.title.strip(), link.address) for part in found for link in part.all_links()})
    frame = {key for key, count in frame.items() if count > 3 and count * 2 > len(documents)}
    settled = len(documents) >= SETTLED
    entries, links = [], {}
    for path, (found, lines) in documents.items():
        for part in found:
            for link in part.all_links():
                links.setdefault(compared(link.address), (path, part.line + 1))
        entries += split(path, found, lines, lambda part: settled and headings[heading_key(part.text)] == 1, frame, date)
    entries = [entry for entry in entries if not re.match(furniture, entry.text, re.I)]
    return entries, {a: place for a, place in links.items() if a.startswith("https:")}


def split(path, found, lines, is_lone, frame, date):
    entries, section, dated, text_of, sections = [], [], "", 0, False

    def close():
        """Ends a section: its paragraphs are entries if nothing else in it is."""
        kinds = ("item",) if any(part.kind == "item" for part in section) else ("row",)
        certain = [part for part in section if part.kind in kinds or is_sure(part, lines[part.line])]
        for part in certain or [part for part in section if part.kind == "paragraph"]:
            if sections or part.kind != "paragraph" or part in certain:
                add(part)
        section.clear()

    def add(part, links=None):
        links = links if links is not None else part.all_links() if part.links or part.kind != "item" else None
        if links is None:
            for nested in part.nested:
                add(nested)
            return
        links = [link for link in links if (link.title.strip(), link.address) not in frame]
        link = about(links)
        if link and not re.match(r"\s*(--|—|–|- )", part.text):
            where = [link.address for link in links]
            is_web = re.match("https?:", link.address) and not re.match(r"\W*\[[^\]]+\]\[", part.text)
            entries.append(Entry(path, part.line + 1, part.kind, part.text.strip(), link.address, where, bool(is_web), dated))

    for at, part in enumerate(found):
        if part.kind != "heading":
            if not text_of:
                section.append(part)
            continue
        if text_of and part.level > text_of:
            continue
        close()
        text_of = 0
        dated = part.text if date(part.text) else dated
        sections = sections or part.level > 1
        below = []
        for other in found[at + 1 :]:
            if other.kind == "heading" and other.level <= part.level:
                break
            below.append(other)
        if part.links and is_link(part):
            add(part)
            text_of = part.level
        elif part.level > 1 and is_lone(part) and is_story(below, lines):
            add(part, [link for other in below for link in other.all_links()])
            text_of = part.level
    close()
    return entries
