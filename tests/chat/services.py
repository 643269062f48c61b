"""The rules of the services that no server can be had of, and of some beside a mock, each with its source.

A class a service: `place` gives what patchfeed is told, `message` reads a request as the service would and refuses what
it would. What the documentation leaves open is taken at its strictest, and said so.
"""
import base64
import copy
import hashlib
import hmac
import json
import re
import time
import urllib.parse

from place import Message, URL, of_html, of_text
from servers import of_post
from shown import Unparsable, graphemes, of_discord, of_markdown, of_mrkdwn, of_telegram, of_zulip, units
from stub import Answer, Bucket, Rate, Refused


class Rules:
    """What most services have in common."""

    service, name = "", "stub"
    rates = ()
    key_lives = 0.0  # seconds for which a message's key is remembered; 0 if the service has none

    def __init__(self):
        self.rates = copy.deepcopy(self.rates)

    def other(self, request):
        """The answer to a request that brings no message, or None."""
        return None

    def too_many(self, seconds):
        return Answer("Too Many Requests", 429, {"Retry-After": str(seconds)})

    def refusal(self):
        return Answer("Bad Request", 400)


def need(body, name, kind=str):
    """A field that has to be there, and what it holds."""
    if not isinstance(body.get(name), kind):
        raise Refused(400, {"error": f"{name} is missing"}, fault=f"{name} is no {kind.__name__}: {json.dumps(body)[:200]}")
    return body[name]


class Matrix(Rules):
    """spec.matrix.org/v1.11/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid"""

    service, token, room = "matrix", "syt_matrix_token", "!feed:test.local"
    rates = (Bucket(10, 0.2),)  # Synapse's rc_message: 10 at once, then 0.2 a second (config_documentation, ratelimiting)
    key_lives = 1800.0  # Synapse's transaction cache: 30 minutes (rest/client/transactions.py)

    def place(self, base):
        return {"server": base, "room": self.room}, {"MATRIX_TOKEN": self.token}

    def error(self, status, code, words):
        return Refused(status, {"errcode": code, "error": words})

    def other(self, request):
        if request.path == "/_matrix/client/versions":
            return Answer({"versions": ["v1.11"]})
        if request.bearer() is None:
            raise self.error(401, "M_MISSING_TOKEN", "Missing access token")
        if request.bearer() != self.token:
            raise self.error(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.")
        if request.path == "/_matrix/client/v3/account/whoami":
            return Answer({"user_id": "@patchfeed:test.local"})
        if request.path.endswith("/join") or "/join/" in request.path:
            return Answer({"room_id": self.room})
        return None

    def message(self, request):
        path = re.fullmatch(r"/_matrix/client/(?:v3|r0)/rooms/([^/]+)/send/m\.room\.message/([^/]+)", request.path)
        if not path or request.method != "PUT":
            raise self.error(404, "M_UNRECOGNIZED", "Unrecognized request")
        if urllib.parse.unquote(path[1]) != self.room:
            raise self.error(403, "M_FORBIDDEN", f"User @patchfeed:test.local not in room {path[1]}")
        body = request.json()
        if len(request.body) > 65_000:  # /#size-limits: 65,536 bytes with what the server adds
            raise self.error(413, "M_TOO_LARGE", "event too large")
        need(body, "msgtype"), need(body, "body")
        if "@room" in body["body"] and "m.mentions" not in body:  # /#mroom_notif: old rules hold where there are no m.mentions
            raise Refused(400, {"errcode": "M_BAD_JSON"}, fault="@room without m.mentions calls the whole room")
        if "formatted_body" in body:
            if body.get("format") != "org.matrix.custom.html":
                raise self.error(400, "M_BAD_JSON", "formatted_body without format")
            message = of_html(body["formatted_body"])
        else:
            message = of_text(body["body"])
        return message, path[2], lambda number: Answer({"event_id": f"$event{number}"})

    def too_many(self, seconds):
        return Answer({"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": seconds * 1000}, 429,
                      {"Retry-After": str(seconds)})

    def refusal(self):
        return Answer({"errcode": "M_BAD_JSON", "error": "Content must be a JSON object"}, 400)


class Telegram(Rules):
    """core.telegram.org/bots/api#sendmessage, #making-requests; core.telegram.org/bots/faq, "My bot is hitting limits"."""

    service, token, chat = "telegram", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "-1001234567890"
    rates = (Rate(20, 60),)  # "not more than 20 messages per minute" to a group

    def place(self, base):
        return {"server": base, "chat": self.chat}, {"TELEGRAM_TOKEN": self.token}

    def error(self, status, words):
        return Refused(status, {"ok": False, "error_code": status, "description": words})

    def other(self, request):
        path = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if not path:
            raise self.error(404, "Not Found")
        if urllib.parse.unquote(path[1]) != self.token:
            raise self.error(401, "Unauthorized")
        chat = {"id": int(self.chat), "type": "supergroup", "title": "feed"}
        known = {"getme": {"id": 1, "is_bot": True, "username": "feed_bot"}, "getchat": chat}.get(path[2].lower())
        if known:
            return Answer({"ok": True, "result": known})
        if path[2].lower() != "sendmessage":
            raise self.error(404, "Not Found")
        return None

    def message(self, request):
        form = request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
        body = dict(urllib.parse.parse_qsl(request.body.decode())) if form else request.json()
        if str(body.get("chat_id")) != self.chat:
            raise self.error(400, "Bad Request: chat not found")
        mode, text = body.get("parse_mode", ""), body.get("text") or ""
        if mode and mode.lower() != "html":
            raise self.error(400, "Bad Request: unsupported parse_mode")  # this stub reads HTML alone
        try:
            message = of_telegram(text) if mode else of_text(text)
        except Unparsable as error:
            raise self.error(400, f"Bad Request: can't parse entities: {error}") from None
        if not message.text.strip():
            raise self.error(400, "Bad Request: message text is empty")
        if units(message.text) > 4096:  # "1-4096 characters after entities parsing"; entities are counted in UTF-16
            raise self.error(400, "Bad Request: message is too long")
        return message, None, lambda number: Answer({"ok": True, "result": {"message_id": number, "text": message.text}})

    def too_many(self, seconds):
        return Answer({"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {seconds}",
                       "parameters": {"retry_after": seconds}}, 429)

    def refusal(self):
        return Answer({"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities: Unsupported start tag"}, 400)


class SlackWebhook(Rules):
    """docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, #handling_errors; /apis/web-api/rate-limits"""

    service, name, path = "slack", "webhook stub", "/services/T000/B000/slacksecret"
    rates = (Bucket(3, 1),)  # "1 per second", with short bursts

    def place(self, base):
        return {}, {"SLACK_URL": base + self.path}

    def other(self, request):
        if request.path != self.path:
            raise Refused(404, "no_service")
        return None

    def message(self, request):
        try:
            body = request.json()
        except Refused as error:
            raise Refused(400, "invalid_payload", fault=error.fault) from None
        return slack_message(body, lambda words: Refused(400, words)), None, lambda number: Answer("ok")

    def refusal(self):
        return Answer("invalid_payload", 400)


def slack_message(body, error):
    """What a body of Slack's shows, of text and blocks. docs.slack.dev/reference/block-kit/blocks"""
    faults, shown = [], []
    blocks = body.get("blocks") or []
    if not body.get("text") and not blocks:
        raise error("no_text")
    if len(body.get("text") or "") > 40_000 or len(blocks) > 50:
        raise error("msg_too_long" if not blocks else "invalid_blocks")
    for block in blocks:
        shown += slack_block(block, faults, error)
    if not blocks:
        plain = body.get("mrkdwn") is False
        message = of_mrkdwn(body["text"], faults)
        shown = [Message(message.text, message.links) if not plain else message]
    elif body.get("text"):
        of_mrkdwn(body["text"], faults)  # it is what notifications show
    if faults:
        raise Refused(400, "invalid_payload", fault=faults[0])
    return Message("\n".join(m.text for m in shown), [u for m in shown for u in m.links])


def slack_block(block, faults, error):
    kind, text = block.get("type"), block.get("text")
    if kind == "divider":
        return []
    if kind == "header":
        if text.get("type") != "plain_text" or len(text["text"]) > 150:
            raise error("invalid_blocks")
        return [Message(text["text"], [])]
    if kind == "markdown":
        if len(text) > 12_000:
            raise error("invalid_blocks")
        return [of_markdown(text)]
    if kind == "rich_text":
        return [rich(e) for e in block["elements"]]
    texts = block.get("elements") if kind == "context" else [text]
    if kind not in ("section", "context") or not texts:
        raise error("invalid_blocks")
    if any(not 0 < len(t["text"]) <= 3000 for t in texts):  # section: "Maximum length … 3000 characters"
        raise error("invalid_blocks")
    return [of_mrkdwn(t["text"], faults) if t["type"] == "mrkdwn" else Message(t["text"], []) for t in texts]


def rich(element):
    """What an element of a rich_text block shows."""
    if element["type"] == "link":
        return Message(element.get("text", element["url"]), [element["url"]])
    if element["type"] == "text":
        return Message(element["text"], [])
    inner = [rich(e) for e in element.get("elements", [])]
    joint = "\n" if element["type"] == "rich_text_list" else ""
    return Message(joint.join(m.text for m in inner), [u for m in inner for u in m.links])


class Slack(Rules):
    """docs.slack.dev/reference/methods/chat.postMessage: errors come in a 200 as `ok: false`, but for 429."""

    service, token, channel = "slack", "xoxb-slack-token", "C0FEED"
    rates = (Bucket(3, 1),)  # "1 message per second per channel", with short bursts

    def place(self, base):
        return {"server": base, "channel": self.channel}, {"SLACK_TOKEN": self.token}

    def error(self, words):
        return Refused(200, {"ok": False, "error": words})

    def other(self, request):
        if request.bearer() is None:
            raise self.error("not_authed")
        if request.bearer() != self.token:
            raise self.error("invalid_auth")
        if request.path == "/api/auth.test":
            return Answer({"ok": True, "user": "patchfeed"})
        if request.path != "/api/chat.postMessage":
            raise self.error("unknown_method")
        return None

    def message(self, request):
        body = request.json()
        if body.get("channel") != self.channel:
            raise self.error("channel_not_found")
        return slack_message(body, self.error), None, lambda number: Answer({"ok": True, "ts": f"1.{number:06}", "channel": self.channel})

    def too_many(self, seconds):
        return Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})

    def refusal(self):
        return Answer({"ok": False, "error": "invalid_blocks"})


class Discord(Rules):
    """docs.discord.com/developers/resources/webhook#execute-webhook, /resources/message#embed-limits, /topics/rate-limits"""

    service, path = "discord", "/api/webhooks/1234/discordsecret"
    rates = (Rate(5, 2), Rate(30, 60))  # 5 in 2 seconds a webhook, as its headers say; 30 a minute a channel, as bots met it

    def place(self, base):
        return {}, {"DISCORD_URL": base + self.path}

    def error(self, field, code, words):
        return Refused(400, {"message": "Invalid Form Body", "code": 50035, "errors": {field: {"_errors": [{"code": code, "message": words}]}}})

    def other(self, request):
        path = re.sub(r"^/api/v\d+/", "/api/", request.path)
        if path.rsplit("/", 1)[0] != self.path.rsplit("/", 1)[0]:
            raise Refused(404, {"message": "Unknown Webhook", "code": 10015})
        if path != self.path:
            raise Refused(401, {"message": "Invalid Webhook Token", "code": 50027})
        return Answer({"id": "1234", "type": 1, "name": "feed"}) if request.method == "GET" else None

    def message(self, request):
        body = request.json()
        content, embeds = body.get("content") or "", body.get("embeds") or []
        if not content and not embeds:
            raise Refused(400, {"message": "Cannot send an empty message", "code": 50006})
        if len(content) > 2000:  # "up to 2000 characters"
            raise self.error("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
        limits = {"title": 256, "description": 4096}
        if len(embeds) > 10 or any(len(e.get(k) or "") > most for e in embeds for k, most in limits.items()):
            raise self.error("embeds", "BASE_TYPE_MAX_LENGTH", "Must be fewer in length.")
        if sum(len(e.get(k) or "") for e in embeds for k in limits) > 6000:
            raise self.error("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
        if (body.get("allowed_mentions") or {}).get("parse") != []:  # /resources/message#allowed-mentions-object
            raise Refused(400, {"message": "mentions"}, fault="allowed_mentions doesn't turn mentions off")
        parts = [of_discord(content)]
        for embed in embeds:
            title = of_discord(embed.get("title") or "")
            parts.append(Message(title.text, [embed["url"]] if embed.get("url") else []))
            parts.append(of_discord(embed.get("description") or ""))
        message = Message("\n".join(p.text for p in parts), [u for p in parts for u in p.links], markup=parts[0].markup)
        answer = Answer("", 204) if request.query.get("wait") != "true" else None
        return message, None, lambda number: answer or Answer({"id": str(number)})

    def too_many(self, seconds):
        return Answer({"message": "You are being rate limited.", "retry_after": seconds - 0.5, "global": False}, 429,
                      {"Retry-After": str(seconds), "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": str(seconds - 0.5)})

    def refusal(self):
        return self.error("content", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 2000 in length.").answer


class Feishu(Rules):
    """open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: the signature, 20 KB a request, 100 a minute and 5 a second."""

    service, path, secret = "feishu", "/open-apis/bot/v2/hook/feishu-hook", "feishu-signing"
    rates = (Rate(5, 1), Rate(100, 60))

    def place(self, base):
        return {}, {"FEISHU_URL": base + self.path, "FEISHU_SECRET": self.secret}

    def error(self, code, words):
        return Refused(200, {"code": code, "msg": words, "data": {}})

    def other(self, request):
        if request.path != self.path:
            raise self.error(19001, "param invalid: incoming webhook access token invalid")
        return None

    def message(self, request):
        if len(request.body) > 20 * 1024:
            raise self.error(9499, "Bad Request")
        body = request.json()
        stamp = str(body.get("timestamp", ""))
        wanted = base64.b64encode(hmac.new(f"{stamp}\n{self.secret}".encode(), b"", hashlib.sha256).digest()).decode()
        if body.get("sign") != wanted or not stamp.isdecimal() or abs(time.time() - int(stamp)) > 3600:
            raise self.error(19021, "sign match fail or timestamp is not within one hour from current time")
        success = {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}
        return self.shown(body), None, lambda number: Answer(success)

    def shown(self, body):
        kind, content = body.get("msg_type"), body.get("content")
        if kind == "text" and isinstance(content, dict) and content.get("text"):
            if re.search(r"<at\b", content["text"]):
                raise self.error(9499, "<at> calls people")
            return of_text(content["text"])
        if kind == "post" and isinstance(content, dict):
            return self.post(content)
        if kind == "interactive" and isinstance(body.get("card"), dict):
            return self.card(body["card"])
        raise self.error(9499, "Bad Request")

    def post(self, content):
        """A text of paragraphs, each a list of words and links, that stand for themselves."""
        post = next(iter(need(content, "post", dict).values()))
        lines, links = [post["title"]] if post.get("title") else [], []
        for paragraph in post["content"]:
            for part in paragraph:
                if part["tag"] not in ("text", "a"):
                    raise self.error(9499, f"{part['tag']} calls people or is unknown")
                links += [part["href"]] if part["tag"] == "a" else []
            lines.append("".join(part["text"] for part in paragraph))
        return Message("\n".join(lines), links)

    def card(self, card):
        """A card's header and its Markdown. …/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-components/content-components/rich-text"""
        header = card.get("header", {}).get("title", {}).get("content")
        parts = [Message(header, [])] if header else []
        for element in card.get("elements") or card.get("body", {}).get("elements") or []:
            text = element.get("content") if element["tag"] == "markdown" else element.get("text", {}).get("content")
            if text and re.search(r"<at\b", text):
                raise self.error(9499, "<at> calls people")
            if text:
                parts.append(of_markdown(text))
        if not parts:
            raise self.error(9499, "Bad Request")
        return Message("\n".join(p.text for p in parts), [u for p in parts for u in p.links])

    def too_many(self, seconds):
        return Answer({"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]", "data": {}})

    def refusal(self):
        return Answer({"code": 9499, "msg": "Bad Request", "data": {}})


class DingTalk(Rules):
    """open.dingtalk.com/document/robots/custom-robot-access and /customize-robot-security-settings"""

    service, secret, token = "dingtalk", "SECdingtalksigning", "dingtalktoken"
    rates = (Rate(20, 60, block=600),)  # "20 a minute; more are limited for 10 minutes"

    def place(self, base):
        return {}, {"DINGTALK_URL": f"{base}/robot/send?access_token={self.token}", "DINGTALK_SECRET": self.secret}

    def error(self, code, words):
        return Refused(200, {"errcode": code, "errmsg": words})

    def other(self, request):
        if request.path != "/robot/send" or request.query.get("access_token") != self.token:
            raise self.error(300001, "token is not exist")
        return None

    def message(self, request):
        stamp = request.query.get("timestamp", "")
        wanted = base64.b64encode(hmac.new(self.secret.encode(), f"{stamp}\n{self.secret}".encode(), hashlib.sha256).digest()).decode()
        if not stamp.isdecimal() or abs(time.time() * 1000 - int(stamp)) > 3_600_000:
            raise self.error(310000, "invalid timestamp")
        if request.query.get("sign") != wanted:
            raise self.error(310000, "sign not match")
        if len(request.body) > 20_000:
            raise self.error(460101, "message too long, exceed 20000 bytes")
        body = request.json()
        return self.shown(body), None, lambda number: Answer({"errcode": 0, "errmsg": "ok"})

    def shown(self, body):
        at, kind = body.get("at") or {}, body.get("msgtype")
        if at.get("isAtAll") or at.get("atMobiles") or at.get("atUserIds"):
            raise self.error(40035, "at calls people")
        inner = body.get(kind)
        if not isinstance(inner, dict):
            raise self.error(40035, "缺少参数 json")
        if kind == "text" and inner.get("content"):
            return of_text(inner["content"])
        if kind in ("markdown", "actionCard") and inner.get("title") and inner.get("text"):
            return of_markdown(inner["text"])
        if kind == "link" and inner.get("title") and inner.get("messageUrl"):
            return Message(f"{inner['title']}\n{inner.get('text', '')}", [inner["messageUrl"]])
        raise self.error(40035, "缺少参数 json")

    def too_many(self, seconds):
        return Answer({"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"})

    def refusal(self):
        return Answer({"errcode": 400402, "errmsg": "content is invalid"})


class WeCom(Rules):
    """developer.work.weixin.qq.com/document/path/91770: text 2,048 bytes, Markdown 4,096 bytes, 20 messages a minute."""

    service, key = "wecom", "693a91f6-wecom-key"
    rates = (Rate(20, 60),)
    limits = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}

    def place(self, base):
        return {}, {"WECOM_URL": f"{base}/cgi-bin/webhook/send?key={self.key}"}

    def error(self, code, words):
        return Refused(200, {"errcode": code, "errmsg": words})

    def other(self, request):
        if request.path != "/cgi-bin/webhook/send" or request.query.get("key") != self.key:
            raise self.error(93000, "invalid webhook url, hint: [0]")
        return None

    def message(self, request):
        body = request.json()
        kind = body.get("msgtype")
        if kind not in self.limits or not isinstance(body.get(kind), dict):
            raise self.error(40008, "invalid message type")
        content = body[kind].get("content") or ""
        if not content:
            raise self.error(44004, "empty content")
        if len(content.encode()) > self.limits[kind]:
            raise self.error(40058, f"{kind}.content exceed max length {self.limits[kind]}. invalid Request Parameter")
        if re.search(r"<@\w+>", content) or body[kind].get("mentioned_list") or body[kind].get("mentioned_mobile_list"):
            raise self.error(40058, "<@…> calls people")
        message = of_text(content) if kind == "text" else of_markdown(content)
        return message, None, lambda number: Answer({"errcode": 0, "errmsg": "ok"})

    def too_many(self, seconds):
        return Answer({"errcode": 45009, "errmsg": "api freq out of limit, hint: [0]"})

    def refusal(self):
        return Answer({"errcode": 40058, "errmsg": "markdown.content invalid Request Parameter"})


class Mastodon(Rules):
    """docs.joinmastodon.org/methods/statuses/#create, /user/posting/#text; status_length_validator.rb; rack_attack.rb"""

    service, token = "mastodon", "mastodon-token"
    rates = (Rate(300, 300),)  # /api/rate-limits
    key_lives = 3600.0  # "stored for up to 1 hour"

    def place(self, base):
        return {"server": base}, {"MASTODON_TOKEN": self.token}

    def other(self, request):
        if request.path in ("/api/v1/instance", "/api/v2/instance"):
            return Answer({"configuration": {"statuses": {"max_characters": 500, "characters_reserved_per_url": 23}}})
        if request.bearer() != self.token:
            raise Refused(401, {"error": "The access token is invalid"})
        if request.path == "/api/v1/accounts/verify_credentials":
            return Answer({"id": "1", "username": "feed"})
        if request.path != "/api/v1/statuses" or request.method != "POST":
            raise Refused(404, {"error": "Record not found"})
        return None

    def message(self, request):
        form = request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
        body = dict(urllib.parse.parse_qsl(request.body.decode())) if form else request.json()
        text = body.get("status") or ""
        if not text.strip():
            raise Refused(422, {"error": "Validation failed: Text can't be blank"})
        counted = re.sub(r"(@\w+)@[\w.-]+", r"\1", URL.sub("x" * 23, text))  # an address counts 23, a mention without its host
        if graphemes(counted + (body.get("spoiler_text") or "")) > 500:
            raise Refused(422, {"error": "Validation failed: Text character limit of 500 exceeded"})
        if body.get("visibility") not in (None, "public", "unlisted", "private", "direct"):
            raise Refused(422, {"error": "Validation failed: Visibility is not included in the list"})
        return of_text(text), request.headers.get("Idempotency-Key"), lambda number: Answer({"id": str(number), "content": text})

    def too_many(self, seconds):
        """No Retry-After: the time of the next window."""
        reset = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + seconds)) + ".000000Z"
        return Answer({"error": "Too many requests"}, 429,
                      {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset})

    def refusal(self):
        return Answer({"error": "Validation failed: Text is invalid"}, 422)


class Bluesky(Rules):
    """docs.bsky.app/docs/api/com-atproto-repo-put-record, /docs/advanced-guides/post-richtext, /rate-limits; errors as the PDS gives them."""

    service, handle, password, did = "bluesky", "patchfeed.test", "abcd-efgh-ijkl-mnop", "did:plc:feed"
    rates = (Rate(1666, 3600),)  # 5,000 points an hour, 3 a new record
    key_lives = 1e9  # a record's key names it forever

    def __init__(self):
        super().__init__()
        self.keys = set()

    def place(self, base):
        return {"server": base, "account": self.handle}, {"BLUESKY_TOKEN": self.password}

    def error(self, status, code, words):
        return Refused(status, {"error": code, "message": words})

    def other(self, request):
        if request.path == "/xrpc/com.atproto.server.createSession":
            body = request.json()
            if (body.get("identifier"), body.get("password")) != (self.handle, self.password):
                raise self.error(401, "AuthenticationRequired", "Invalid identifier or password")
            return Answer({"did": self.did, "handle": self.handle, "accessJwt": "access.jwt", "refreshJwt": "refresh.jwt"})
        if request.bearer() is None:
            raise self.error(401, "AuthenticationRequired", "Authentication Required")
        if request.bearer() != "access.jwt":
            raise self.error(400, "InvalidToken", "Token could not be verified")
        return None

    def message(self, request):
        method = request.path.removeprefix("/xrpc/com.atproto.repo.")
        if method not in ("createRecord", "putRecord"):
            raise self.error(501, "MethodNotImplemented", "Method Not Implemented")
        body = request.json()
        key, record = body.get("rkey"), need(body, "record", dict)
        if body.get("repo") not in (self.did, self.handle) or body.get("collection") != "app.bsky.feed.post":
            raise self.error(400, "InvalidRequest", "Could not find repo")
        if key is not None and not re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", key):
            raise self.error(400, "InvalidRequest", f'Invalid record key for app.bsky.feed.post: Invalid TID string (got "{key}") at $')
        if record.get("$type") != "app.bsky.feed.post" or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", record.get("createdAt", "")):
            raise self.error(400, "InvalidRequest", "Invalid app.bsky.feed.post record")
        text = need(record, "text")
        if graphemes(text) > 300 or len(text.encode()) > 3000:
            raise self.error(400, "InvalidRequest", f"Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got {graphemes(text)}) at $.record.text")
        self.facets(text.encode(), record.get("facets") or [])
        if method == "createRecord" and key in self.keys:  # what the PDS says to a key that is there; putRecord is taken again
            raise self.error(500, "InternalServerError", "Internal Server Error")
        return of_post(record), key, lambda number: self.success(key, number)

    def success(self, key, number):
        self.keys |= {key} if key else set()
        return Answer({"uri": f"at://{self.did}/app.bsky.feed.post/{key or number}", "cid": f"bafy{number}"})

    def facets(self, text, facets):
        """The PDS takes any range; an app drops one that is none, and the link with it."""
        end = 0
        for facet in sorted(facets, key=lambda f: f["index"]["byteStart"]):
            first, last = facet["index"]["byteStart"], facet["index"]["byteEnd"]
            if not end <= first < last <= len(text):
                raise self.error(400, "InvalidRequest", f"facet {first}..{last} overlaps or passes the text's {len(text)} bytes")
            try:
                words, end = text[first:last].decode(), last
            except UnicodeDecodeError:
                raise self.error(400, "InvalidRequest", f"facet {first}..{last} cuts a letter") from None
            uri = next((f["uri"] for f in facet["features"] if "uri" in f), "")
            if "://" in words and not uri.startswith(words.rstrip("…")):
                raise self.error(400, "InvalidRequest", f"facet over {words!r} leads to {uri}")
            if words != words.strip():
                raise self.error(400, "InvalidRequest", f"facet over {words!r} begins or ends in a space")

    def too_many(self, seconds):
        """No Retry-After: the second of the next window."""
        return Answer({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429,
                      {"RateLimit-Limit": "5000", "RateLimit-Remaining": "0", "RateLimit-Reset": str(int(time.time()) + seconds)})

    def refusal(self):
        return Answer({"error": "InvalidRequest", "message": "Invalid app.bsky.feed.post record"}, 400)


class Mattermost(Rules):
    """developers.mattermost.com/api-documentation, POST /api/v4/posts; model/post.go; app/post.go, deduplicateCreatePost"""

    service, token, channel = "mattermost", "mattermosttoken", "4xp9fdt77pncbef59f4k1qe83o"
    rates = ()  # off unless the server's owner turns RateLimitSettings on
    key_lives = 30.0  # pendingPostIDsCacheTTL

    def place(self, base):
        return {"server": base, "channel": self.channel}, {"MATTERMOST_TOKEN": self.token}

    def error(self, status, id, words):
        return Refused(status, {"id": id, "message": words, "status_code": status})

    def other(self, request):
        if request.bearer() != self.token:
            raise self.error(401, "api.context.session_expired.app_error", "Invalid or expired session, please login again.")
        if request.path == "/api/v4/users/me":
            return Answer({"id": "me", "username": "patchfeed"})
        if request.path != "/api/v4/posts" or request.method != "POST":
            raise self.error(404, "api.context.404.app_error", "Sorry, we could not find the page.")
        return None

    def message(self, request):
        body = request.json()
        if body.get("channel_id") != self.channel:
            raise self.error(403, "api.context.permissions.app_error", "You do not have the appropriate permissions.")
        message = mattermost_message(need(body, "message"), self.error)
        return message, body.get("pending_post_id") or None, lambda number: Answer({"id": f"post{number}"}, 201)

    def too_many(self, seconds):
        return Answer("limit exceeded", 429, {"Retry-After": str(seconds), "X-Ratelimit-Reset": str(seconds)})

    def refusal(self):
        return self.error(400, "model.post.is_valid.message_length.app_error", "Post Message property is longer than the maximum permitted length.").answer


def mattermost_message(text, error):
    """What a post shows; one that calls a whole channel is a fault. docs.mattermost.com: mention people in messages"""
    if not text.strip():
        raise error(400, "api.post.create_post.empty.app_error", "empty")
    if len(text) > 16_383:  # PostMessageMaxRunesV2
        raise error(400, "model.post.is_valid.message_length.app_error", "Post Message property is longer than the maximum permitted length.")
    message = of_markdown(text, "mattermost")
    if called := re.search(r"(?i)(?<![\w@])@(all|channel|here)\b", re.sub(r"`[^`\n]+`", "", message.text)):
        raise error(400, "stub", f"{called[0]} calls people")
    return message


class MattermostWebhook(Rules):
    """developers.mattermost.com/integrate/webhooks/incoming"""

    service, name, path = "mattermost", "webhook stub", "/hooks/mattermostsecret"

    def place(self, base):
        return {}, {"MATTERMOST_URL": base + self.path}

    def error(self, status, id, words):
        return Refused(status, {"id": id, "message": words, "status_code": status})

    def other(self, request):
        if request.path != self.path:
            raise self.error(400, "web.incoming_webhook.invalid.app_error", "Invalid webhook.")
        return None

    def message(self, request):
        return mattermost_message(need(request.json(), "text"), self.error), None, lambda number: Answer("ok")

    def refusal(self):
        return self.error(400, "web.incoming_webhook.parse.app_error", "Unable to parse incoming data.").answer


class Zulip(Rules):
    """zulip.com/api/send-message, /api/rest-error-handling, /help/mention-a-user-or-group"""

    service, account, token, channel = "zulip", "feed-bot@zulip.test", "zulipkey", "patches"
    rates = (Rate(200, 60),)  # RATE_LIMITING_RULES: 200 a minute

    def place(self, base):
        return {"server": base, "account": self.account, "channel": self.channel}, {"ZULIP_TOKEN": self.token}

    def error(self, status, code, words):
        return Refused(status, {"result": "error", "code": code, "msg": words})

    def other(self, request):
        if request.basic() != (self.account, self.token):
            raise self.error(401, "UNAUTHORIZED", "Invalid API key")
        if request.path == "/api/v1/users/me":
            return Answer({"result": "success", "msg": "", "user_id": 1})
        if request.path != "/api/v1/messages" or request.method != "POST":
            raise self.error(404, "NOT_FOUND", "No such endpoint")
        return None

    def message(self, request):
        if not request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            raise self.error(400, "REQUEST_VARIABLE_MISSING", "Missing 'type' argument")
        body = dict(urllib.parse.parse_qsl(request.body.decode(), keep_blank_values=True))
        if body.get("type") not in ("channel", "stream") or body.get("to") != self.channel:
            raise self.error(400, "STREAM_DOES_NOT_EXIST", f"Channel '{body.get('to')}' does not exist")
        topic, content = body.get("topic") or "", body.get("content") or ""
        if not topic.strip() or not content.strip():
            raise self.error(400, "BAD_REQUEST", "Message must not be empty")
        if len(topic) > 60 or len(content) > 10_000:  # Zulip cuts both without a word
            raise self.error(400, "BAD_REQUEST", "the topic or the message would be cut")
        if called := re.search(r"@_?\*\*[^*\n]+\*\*|@_?\*[^*\n]+\*|#\*\*[^*\n]+\*\*", content):
            raise self.error(400, "BAD_REQUEST", f"{called[0]} calls people")
        return of_zulip(content), None, lambda number: Answer({"result": "success", "msg": "", "id": number})

    def too_many(self, seconds):
        return Answer({"result": "error", "code": "RATE_LIMIT_HIT", "msg": "API usage exceeded rate limit", "retry-after": seconds - 0.3},
                      429, {"Retry-After": str(seconds)})

    def refusal(self):
        return Answer({"result": "error", "code": "BAD_REQUEST", "msg": "Message must not contain null bytes"}, 400)


class Ntfy(Rules):
    """docs.ntfy.sh/publish, #publish-as-json, #limitations; server/errors.go. With a token, as where topics are reserved."""

    service, topic, token = "ntfy", "patches", "tk_ntfytoken"
    rates = (Bucket(60, 0.2),)  # 60 at once, then one in 5 seconds

    def place(self, base):
        return {"server": base, "topic": self.topic}, {"NTFY_TOKEN": self.token}

    def error(self, status, code, words):
        return Refused(status, {"code": code, "http": status, "error": words})

    def other(self, request):
        if request.bearer() is None:
            raise self.error(403, 40301, "forbidden")
        if request.bearer() != self.token:
            raise self.error(401, 40101, "unauthorized")
        return None

    def message(self, request):
        if request.path == "/":
            body = request.json()
        else:
            given = {k.lower(): v for k, v in [*request.headers.items(), *request.query.items()]}
            body = {k: given.get(k) or given.get(f"x-{k}") for k in ("title", "click", "markdown")}
            body |= {"topic": request.path[1:], "message": request.body.decode()}
        if body.get("topic") != self.topic:
            raise self.error(403, 40301, "forbidden")
        text = body.get("message") or ""
        if len(text.encode()) > 4096:  # a longer one becomes an attached file
            raise self.error(400, 40014, "invalid request: attachments not allowed")
        shown = of_markdown(text) if str(body.get("markdown")).lower() in ("true", "1", "yes") else of_text(text)
        links = ([body["click"]] if body.get("click") else []) + [a["url"] for a in body.get("actions") or [] if "url" in a]
        words = f"{body['title']}\n{shown.text}" if body.get("title") else shown.text
        return Message(words, links + shown.links), None, lambda number: Answer({"id": f"n{number}", "event": "message", "topic": self.topic})

    def too_many(self, seconds):
        """No Retry-After."""
        return Answer({"code": 42901, "http": 429, "error": "limit reached: too many requests", "link": "https://ntfy.sh/docs/publish/#limitations"}, 429)

    def refusal(self):
        return self.error(400, 40024, "invalid request: request body must be valid JSON").answer


class Webhook(Rules):
    """Anybody's own address, as patchfeed promises it: items as the JSON Feed has them, one or a feed of several."""

    service, token = "webhook", "webhook-token"
    key_lives = 1e9

    def place(self, base):
        return {"url": f"{base}/in"}, {"WEBHOOK_TOKEN": self.token}

    def other(self, request):
        if request.bearer() != self.token:
            raise Refused(401, "unauthorized")
        return None

    def message(self, request):
        words = strings(request.json(("application/json", "application/feed+json")))
        return Message("\n".join(w for w in words if not w.startswith("http")), [w for w in words if w.startswith("http")]), \
            request.headers.get("Idempotency-Key"), lambda number: Answer("", 204)


def strings(value):
    """All strings of a JSON value, in order."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [s for v in inner for s in strings(v)]


SERVICES = [Matrix, Telegram, SlackWebhook, Slack, Discord, Feishu, DingTalk, WeCom, Mastodon, Bluesky, Mattermost,
            MattermostWebhook, Zulip, Ntfy, Webhook]
