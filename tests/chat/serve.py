#!/usr/bin/env python3
"""Starts all stubs, and prints how to post to each; they stay until Ctrl-C. Usage: tests/chat/run serve

What a stub took is at its address with `/control`; POST there to have it fail: {"late": 5, "limited": 3}.
"""
import shlex
import time

import irc
import services
import smtp
import stub


def stubs(pace=1.0):
    """A stub of every service."""
    return [stub.Stub(rules(), pace) for rules in services.SERVICES] + [irc.IrcStub(pace), smtp.SmtpStub(pace)]


def main():
    for place in (s.place() for s in stubs()):
        secrets = " ".join(f"{name}={shlex.quote(value)}" for name, value in place.secrets.items())
        settings = " ".join(f"--set {shlex.quote(f'{name}={value}')}" for name, value in place.keys.items())
        print(f"{secrets} patchfeed post … --to {place.service} {settings}".replace("  ", " ").strip())
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
