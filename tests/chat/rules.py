#!/usr/bin/env python3
"""That the stubs refuse what their services would: each row is a service, a request that is wrong, and what the answer holds."""
import json
import sys
import urllib.error
import urllib.request

import services
from stub import Stub

JSON = {"Content-Type": "application/json"}


def bearer(rules):
    return JSON | {"Authorization": f"Bearer {rules.token}"}


def post(record):
    return {"repo": "did:plc:feed", "collection": "app.bsky.feed.post", "rkey": "3kabcdefgh22x",
            "record": {"$type": "app.bsky.feed.post", "createdAt": "2026-01-01T00:00:00Z"} | record}


MATRIX = "PUT /_matrix/client/v3/rooms/%21feed%3Atest.local/send/m.room.message/1"
TELEGRAM = f"POST /bot{services.Telegram.token}/sendMessage"
FEED = {"chat_id": services.Telegram.chat, "parse_mode": "HTML"}
PUT = "POST /xrpc/com.atproto.repo.putRecord"
SESSION = JSON | {"Authorization": "Bearer access.jwt"}
LINK = {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/"}
ZULIP = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic ZmVlZC1ib3RAenVsaXAudGVzdDp6dWxpcGtleQ=="}

ROWS = [
    (services.Matrix, MATRIX, JSON, {"msgtype": "m.notice", "body": "x"}, "M_MISSING_TOKEN"),
    (services.Matrix, MATRIX, bearer(services.Matrix), {"msgtype": "m.notice", "body": "x" * 66_000}, "M_TOO_LARGE"),
    (services.Matrix, MATRIX, bearer(services.Matrix), {"msgtype": "m.notice", "body": "@room"}, "M_BAD_JSON"),
    (services.Telegram, "POST /bot1:wrong/sendMessage", JSON, FEED | {"text": "x"}, "Unauthorized"),
    (services.Telegram, TELEGRAM, JSON, FEED | {"text": "/proc/<pid>/maps"}, "can't parse entities: Unsupported start tag"),
    (services.Telegram, TELEGRAM, JSON, FEED | {"text": "<b>x"}, "Can't find end tag"),
    (services.Telegram, TELEGRAM, JSON, FEED | {"text": "🦀" * 2049}, "message is too long"),
    (services.SlackWebhook, "POST /services/T000/B000/slacksecret", JSON, {"text": "a < b"}, "invalid_payload"),
    (services.SlackWebhook, "POST /services/T000/B000/slacksecret", JSON, {"text": "<!channel>"}, "invalid_payload"),
    (services.SlackWebhook, "POST /services/T000/B000/slacksecret", JSON, {"text": "Q&A"}, "invalid_payload"),
    (services.Slack, "POST /api/chat.postMessage", JSON, {"channel": "C0FEED", "text": "x"}, "not_authed"),
    (services.Slack, "POST /api/chat.postMessage", bearer(services.Slack), {"channel": "C1", "text": "x"}, "channel_not_found"),
    (services.Discord, "POST " + services.Discord.path, JSON, {"content": "x"}, "mentions"),
    (services.Discord, "POST " + services.Discord.path, JSON, {"content": "x" * 2001}, "BASE_TYPE_MAX_LENGTH"),
    (services.Discord, "POST /api/webhooks/1234/wrong", JSON, {"content": "x"}, "50027"),
    (services.Feishu, "POST " + services.Feishu.path, JSON, {"timestamp": "1", "sign": "x", "msg_type": "text"}, "19021"),
    (services.DingTalk, "POST /robot/send?access_token=dingtalktoken", JSON, {"msgtype": "text"}, "310000"),
    (services.WeCom, "POST /cgi-bin/webhook/send?key=693a91f6-wecom-key", JSON, {"msgtype": "text", "text": {"content": "很" * 683}}, "40058"),
    (services.WeCom, "POST /cgi-bin/webhook/send?key=wrong", JSON, {}, "93000"),
    (services.Mastodon, "POST /api/v1/statuses", JSON, {"status": "x"}, "access token is invalid"),
    (services.Mastodon, "POST /api/v1/statuses", bearer(services.Mastodon), {"status": "x" * 501}, "limit of 500 exceeded"),
    (services.Bluesky, PUT, SESSION, post({"text": "x" * 301}), "grapheme too big"),
    (services.Bluesky, PUT, SESSION, post({"text": "é", "facets": [{"index": {"byteStart": 0, "byteEnd": 1}, "features": [LINK]}]}), "cuts a letter"),
    (services.Bluesky, PUT, SESSION, post({"text": "x"}) | {"rkey": "feed-1"}, "Invalid TID"),
    (services.Mattermost, "POST /api/v4/posts", bearer(services.Mattermost), {"channel_id": services.Mattermost.channel, "message": "@channel"},
     "calls people"),
    (services.Zulip, "POST /api/v1/messages", ZULIP, b"type=stream&to=patches&topic=t&content=%40**all**", "calls people"),
    (services.Zulip, "POST /api/v1/messages", ZULIP, b"type=stream&to=patches&content=x", "must not be empty"),
    (services.Ntfy, "POST /", JSON, {"topic": "patches", "message": "x"}, "forbidden"),
    (services.Ntfy, "POST /", bearer(services.Ntfy), {"topic": "patches", "message": "很" * 1366}, "attachments not allowed"),
    (services.Webhook, "POST /in", JSON, {"title": "x"}, "unauthorized"),
]


def main():
    wrong = 0
    for rules, request, headers, body, expected in ROWS:
        stub = Stub(rules())
        method, path = request.split(" ", 1)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(stub.base + path, data, headers, method=method), timeout=10) as reply:
                answer = reply.read().decode()
        except urllib.error.HTTPError as error:
            answer = error.read().decode()
        stub.down()
        if expected not in answer or stub.taken or not stub.wrong:
            wrong += 1
            print(f"{rules.service}: {request.split('?')[0][:60]} {data[:60]!r}: {answer[:200]!r}, not {expected!r}")
    print(f"the stubs' rules: {len(ROWS) - wrong} of {len(ROWS)} wrong requests are refused as the services do")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
