"""What the services' own markup shows: text and links, as a person sees them."""
import html
import re
import threading

import markdown
import markdown.inlinepatterns as inline
import markdown_it
import regex

from place import URL, Message, of_html, of_text


def units(text):
    """The length in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def graphemes(text):
    return len(regex.findall(r"\X", text))


MARKDOWN = markdown_it.MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True}).enable(["linkify", "strikethrough", "table"])


DISCORD = markdown_it.MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True}).enable(["linkify"]).disable(["entity"])


def of_markdown(text, kind=None):
    """CommonMark with bare addresses linked and line breaks kept, as chats read it."""
    message = of_html(MARKDOWN.render(text))
    message.markup = (kind, text) if kind else None
    return message


ZULIP = markdown.Markdown(extensions=["nl2br", "fenced_code", "tables", "sane_lists"])
ZULIP_LOCK = threading.Lock()  # it keeps what it reads
ZULIP.preprocessors.deregister("html_block")
# zerver/lib/markdown/__init__.py, build_inlinepatterns: no escapes with backslashes, no HTML, no references; emphasis is of stars alone.
for name in ("escape", "html", "reference", "image_link", "image_reference", "short_reference", "short_image_ref", "autolink", "automail",
             "em_strong", "em_strong2"):
    ZULIP.inlinePatterns.deregister(name)
ZULIP.inlinePatterns.register(inline.SimpleTagPattern(r"(\*\*)([^\n]+?)\2", "strong"), "strong", 69)
ZULIP.inlinePatterns.register(inline.SimpleTagPattern(r"(\*)(?!\s+)([^\*^\n]+)(?<!\s)\*", "em"), "emphasis", 68)
ZULIP.inlinePatterns.register(inline.SimpleTagPattern(r"(?<!~)(~~)([^~\n]+?)~~(?!~)", "del"), "del", 67)


def of_zulip(text):
    """Zulip's Markdown: Python-Markdown, with less than it knows."""
    with ZULIP_LOCK:
        shown = of_html(ZULIP.reset().convert(text))
    return Message(shown.text, shown.links + [u for u in URL.findall(shown.text) if u not in shown.links], markup=("zulip", text))


class Unparsable(Exception):
    pass


# core.telegram.org/bots/api#html-style
TELEGRAM_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "tg-emoji", "code", "pre", "blockquote"}
TELEGRAM_TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<attributes>[^<>]*)>|<|&(?:lt|gt|amp|quot|#x?[0-9a-fA-F]+);?")


def of_telegram(text):
    """Telegram's HTML: a tag that it doesn't know, or that stays open, is an error of the whole message."""
    shown, links, open_tags, at = [], [], [], 0

    def offset(place):
        return len(text[:place].encode())

    for token in TELEGRAM_TOKEN.finditer(text):
        shown.append(text[at:token.start()])
        at = token.end()
        tag = (token["tag"] or "").lower()
        if token[0].startswith("&"):
            shown.append(html.unescape(token[0]))
        elif not tag:
            raise Unparsable(f'Unsupported start tag "" at byte offset {offset(token.start())}')
        elif tag not in TELEGRAM_TAGS:
            raise Unparsable(f'Unsupported start tag "{tag}" at byte offset {offset(token.start())}')
        elif token["end"]:
            if not open_tags:
                raise Unparsable(f"Unexpected end tag at byte offset {offset(token.start())}")
            if open_tags.pop() != tag:
                raise Unparsable(f"Unmatched end tag at byte offset {offset(token.start())}")
        else:
            open_tags.append(tag)
            if tag == "a" and (href := re.search(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""", token["attributes"])):
                links.append(html.unescape(href[1] or href[2] or ""))
    if open_tags:
        raise Unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    shown = "".join(shown) + text[at:]
    return Message(shown, links + [u for u in URL.findall(shown) if u not in links])


# docs.slack.dev/messaging/formatting-message-text: `&`, `<` and `>` are escaped; what stands in `<…>` is a link or a mention.
SLACK_TOKEN = re.compile(r"<([^<>\n|]*)(?:\|([^<>\n]*))?>")
SLACK_MARK = re.compile(r"(?<!\w)([*_~`])(?=\S)([^\n]*?\S)\1(?!\w)")


def of_mrkdwn(text, faults):
    """Slack's mrkdwn; adds to `faults` what isn't escaped or would call people."""
    if re.search(r"&(?!amp;|lt;|gt;)", text):
        faults.append("an & isn't escaped")
    links, parts, at = [], [], 0
    for token in SLACK_TOKEN.finditer(text):
        parts.append((text[at:token.start()], True))
        at = token.end()
        target, label = token[1], token[2]
        if target[:1] in "!@#":
            faults.append(f"<{target}> calls people")
        elif not target.startswith(("http://", "https://", "mailto:")):
            faults.append(f"<{target}> is neither a link nor escaped")
        links.append(html.unescape(target))
        parts.append((label if label is not None else target, False))
    parts.append((text[at:], True))
    for words, outside in parts:
        if outside and re.search("[<>]", re.sub(r"(?m)^>+ ?", "", words)):
            faults.append(f"an angle bracket isn't escaped: {words[:60]!r}")
    shown = "".join(slack_marks(words) if outside else words for words, outside in parts)
    links += [u for u in URL.findall("".join(words for words, outside in parts if outside)) if u not in links]
    return Message(html.unescape(shown), links)


def slack_marks(words):
    """The words without the marks that mrkdwn takes for bold, italics, strokes or code."""
    while (less := SLACK_MARK.sub(r"\2", words)) != words:
        words = less
    return words


DISCORD_MARK = re.compile(r"\|\|(.+?)\|\||__(.+?)__|~~(.+?)~~", re.DOTALL)


def of_discord(text):
    """Discord's Markdown: CommonMark's emphasis, links and escapes, its own underline and spoiler, and no references such as &amp;."""
    guarded = re.sub(r"\\([|_~])", lambda m: chr(0xE000 + ord(m[1])), text)
    guarded = re.sub(r"(?m)^-# ", "", guarded)
    guarded = DISCORD_MARK.sub(lambda m: m[1] or m[2] or m[3], guarded)
    shown = of_html(DISCORD.render(re.sub("[\ue000-\ue0ff]", lambda m: "\\" + chr(ord(m[0]) - 0xE000), guarded)))
    return Message(shown.text, shown.links, markup=("discord", text))
