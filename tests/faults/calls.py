#!/usr/bin/env python3
"""Fails and kills every writing system call of builds and bots in turn, and looks at what is left.

Usage: calls.py PATCHFEED [--quick] [--only SCENARIO]

Needs strace, and to be allowed to trace.
"""
import argparse
import concurrent.futures
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from lamps import BUILD, ENVIRONMENT, Expectation, build, documents, folders, healed, post_script, posts, tree, write_issues

CALLS = ("openat openat2 open creat write writev pwrite64 pwritev copy_file_range sendfile rename renameat renameat2 "
         "unlink unlinkat rmdir mkdir mkdirat link linkat symlink symlinkat fsync fdatasync syncfs sync sync_file_range "
         "ftruncate truncate fallocate fchmod chmod fchmodat fchown chown fchownat lchown utimensat flock").split()
STARTS = "clone clone3 vfork fork".split()
ERRORS = ("ENOSPC", "EIO")
LINE = re.compile(r"^\s*(?:(\d+)\s+)?(\w+)\((.*)$")
OPENS_TO_WRITE = re.compile(r"O_(WRONLY|RDWR|CREAT|TRUNC)")


class Call:
    """A call of a traced run."""

    def __init__(self, thread, name, rest):
        self.thread, self.name, self.rest = thread, name, rest
        # What strace's own filter by path compares: descriptors' paths, and absolute paths.
        self.paths = re.findall(r"(?<!AT_FDCWD)<(/[^>]*)>", rest) + re.findall(r'"(/[^"]*)"', rest)
        self.is_pipe = name in ("write", "writev") and re.match(r"\d+<pipe:", rest) is not None

    def writes(self, folder):
        if self.name.startswith("open") and not OPENS_TO_WRITE.search(self.rest):
            return False
        if self.name == "sync":
            return True
        return self.name in CALLS and any(path.startswith(str(folder)) for path in self.paths)


def inject(place, what, folder):
    """strace's options that disturb one call, known by its name, its path and its number."""
    name, path, count = place
    return ["-e", f"inject={name}:{what}:when={count}", "-P", str(folder / path)]


def traced(command, folder, log, extra=(), follow=True, **more):
    strace = ["strace", *(["-f"] if follow else []), "-qq", "-y", "-s", "8", "-o", str(log),
              "-e", "signal=none", "-e", "trace=" + ",".join("?" + call for call in CALLS + STARTS), *extra]
    return subprocess.run([*strace, *command], cwd=folder, env=ENVIRONMENT, **more)


def read_log(log):
    """The calls of a run, in their order."""
    calls, half = [], {}
    for line in log.read_text(errors="replace").splitlines():
        if match := re.match(r"^(\d+)\s+<\.\.\. \w+ resumed>(.*)$", line):
            call = half.pop(match[1], None)
            if call:
                call.rest += match[2]
        elif match := LINE.match(line):
            call = Call(match[1] or "", match[2], match[3])
            calls.append(call)
            if "<unfinished ...>" in line:
                half[match[1] or ""] = call
    return calls


class Scenario:
    """A folder as it is before a run, and the run."""

    def __init__(self, program, work, name):
        self.program, self.work, self.name = program, work / name, name
        self.start = self.work / "start"
        self.start.mkdir(parents=True)
        self.local = threading.local()

    def folder(self):
        """A fresh copy of the folder, at a place that is always the same for a thread: paths stand in the calls."""
        folder = self.work / f"run-{threading.get_ident()}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.start, folder, symlinks=True)
        return folder


class Build(Scenario):
    """A build over what an older one left."""
    follow = True

    def __init__(self, program, work, name, older, newer, interrupted=None):
        super().__init__(program, work, name)
        before = {}
        if older:
            write_issues(self.start, older)
            assert not (failed := build(program, self.start)), failed
            before = tree(self.start / "site")
        write_issues(self.start, newer)
        assert not (failed := build(program, self.start, "wanted")), failed
        clean = self.start / "wanted"
        self.wanted, self.wanted_folders = tree(clean), folders(clean)
        shutil.rmtree(clean)
        self.expected = Expectation(before, self.wanted)
        if interrupted is not None:
            calls = [at for at in self.trace() if at[0] == interrupted[0]]
            kill = calls[int(len(calls) * interrupted[1])]
            folder = self.folder()
            traced(self.command(folder), folder, self.work / "log", inject(kill, "signal=SIGKILL", folder), capture_output=True)
            shutil.rmtree(self.start)
            shutil.move(folder, self.start)
            assert any(path.name.startswith(".patchfeed-") for path in (self.start / "site").rglob("*")), "nothing waits"

    def command(self, folder):
        return [self.program, *BUILD, str(folder / "site")]

    def trace(self):
        """The writing calls of an undisturbed run, as (call, its path below the folder, which of the thread's on it)."""
        folder = self.folder()
        log = self.work / "log"
        run = traced(self.command(folder), folder, log, capture_output=True)
        assert run.returncode == 0, run.stderr
        counts, places = {}, []
        for call in read_log(log):
            for path in set(call.paths):
                key = (call.thread, call.name, path)
                counts[key] = counts.get(key, 0) + 1
            if call.writes(folder):
                path = call.paths[0]
                place = (call.name, str(pathlib.Path(path).relative_to(folder)), counts[call.thread, call.name, path])
                if place not in places:
                    places.append(place)
        return places

    def faults(self):
        return [(place, how) for place in self.trace() for how in (*ERRORS, "SIGKILL")]

    def run(self, fault):
        place, how = fault
        folder = self.folder()
        log = self.work / f"log-{threading.get_ident()}"
        what = f"signal={how}" if how == "SIGKILL" else f"error={how}"
        run = traced(self.command(folder), folder, log, inject(place, what, folder), capture_output=True, text=True)
        wrong = self.expected.wrong(folder / "site")
        fired = run.returncode in (-9, 137) if how == "SIGKILL" else "(INJECTED)" in log.read_text(errors="replace")
        if run.returncode == 101 or "panicked" in run.stderr:
            wrong.append("the program panics")
        if run.returncode == 0 and documents(tree(folder / "site")) != self.expected.after:
            wrong.append("the program says that all went well, and the site isn't the new one")
        if how != "SIGKILL" and run.returncode == 1 and not run.stderr.startswith("error: "):
            wrong.append(f"the error is {run.stderr!r}")
        return fired, wrong + healed(self.program, folder, self.wanted, self.wanted_folders)


class Bot(Scenario):
    """A run of `new`, and one after it. It has one thread, so a call is known by its number."""
    follow = False

    def __init__(self, program, work, name, executes, known):
        super().__init__(program, work, name)
        self.executes = executes
        if known:
            write_issues(self.start, [1])
            assert not (failed := build(program, self.start)), failed
            subprocess.run([program, *self.arguments()[:-1]], cwd=self.start, check=True, capture_output=True)
        write_issues(self.start, [1, 2, 3])
        assert not (failed := build(program, self.start)), failed
        folder = self.folder()
        _, first = self.once(folder)
        _, second = self.once(folder)
        self.wanted, self.names = first, sorted(path.name for path in folder.iterdir())
        assert len(first) == (4 if known else 7) and not second, (first, second)

    def arguments(self):
        return ["new", "site", "--seen", "seen", "--format", "text", "--history"]

    def once(self, folder, extra=None, log=None):
        """Runs the program, and waits for all that it started. The exit code, and what was posted."""
        place = folder / "posted"
        place.unlink(missing_ok=True)
        command = [self.program, *self.arguments()]
        if self.executes:
            command += ["--exec", post_script(folder, place)]
        reader, writer = os.pipe()  # open until the last child has ended
        options = {"pass_fds": [writer], "capture_output": True, "text": True}
        if extra is None:
            run = subprocess.run(command, cwd=folder, env=ENVIRONMENT, **options)
        else:
            run = traced(command, folder, log, extra, follow=False, **options)
        os.close(writer)
        os.read(reader, 1)
        os.close(reader)
        text = (place.read_text() if place.exists() else "") if self.executes else run.stdout
        return run, posts(text)

    def faults(self):
        folder, log = self.folder(), self.work / "log"
        run, _ = self.once(folder, (), log)
        assert run.returncode == 0, run.stderr
        counts, faults, started = {}, [], 0
        for call in read_log(log):
            counts[call.name] = counts.get(call.name, 0) + 1
            started += call.name in STARTS
            if call.is_pipe:
                to_output = call.rest.startswith("1<")
                ways = ("EPIPE", "ENOSPC", "EIO", "SIGKILL") if to_output else ("SIGKILL",)
            elif call.writes(folder):
                ways = (*ERRORS, "SIGKILL")
            else:
                continue
            faults += [((call.name, call.rest.split(",")[0], counts[call.name]), how, started, not call.is_pipe) for how in ways]
        return faults

    def run(self, fault):
        (name, _, count), how, started, of_memory = fault
        folder, log = self.folder(), self.work / f"log-{threading.get_ident()}"
        what = f"signal={how}" if how == "SIGKILL" else f"error={how}"
        run, first = self.once(folder, ["-e", f"inject={name}:{what}:when={count}"], log)
        fired = run.returncode in (-9, 137) if how == "SIGKILL" else "(INJECTED)" in log.read_text(errors="replace")
        wrong = []
        if "panicked" in run.stderr:
            wrong.append("the program panics")
        if self.executes and of_memory and run.returncode != 0 and len(first) > started:
            wrong.append(f"{len(first)} posted, though the memory failed after {started}")
        if run.returncode == 0 and first != self.wanted:
            wrong.append(f"the program says that all went well, and {first} are posted")
        after, second = self.once(folder)
        if after.returncode != 0:
            wrong.append(f"the run afterwards fails: {after.stderr.strip()}")
        both = first + second
        once = [item for at, item in enumerate(both) if at == 0 or both[at - 1] != item]
        if once != self.wanted:
            wrong.append(f"posted are {first}, then {second}")
        elif len(both) > len(once) + 1:
            wrong.append(f"more than one is posted twice: {first}, then {second}")
        _, third = self.once(folder)
        if third:
            wrong.append(f"a third run posts {third}")
        names = sorted(path.name for path in folder.iterdir())
        if names != self.names and after.returncode == 0:
            wrong.append(f"afterwards there are {names}")
        return fired, wrong


class Room(http.server.ThreadingHTTPServer):
    """A webhook that takes everything, and notes each message with its key."""
    daemon_threads = True

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.server.messages.append((self.headers["Idempotency-Key"], posts(body["url"] + "\n")[0]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.messages = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Post(Scenario):
    """A run of `post`, and two after it. What the memory does, one thread does, so a call is known by its number."""

    def __init__(self, program, work, name, known):
        super().__init__(program, work, name)
        if known:
            write_issues(self.start, [1])
            self.post(self.start, Room())
        write_issues(self.start, [1, 2, 3])
        folder = self.folder()
        self.wanted = [item for _, item in self.once(folder)[1]]
        self.names = sorted(path.name for path in folder.rglob("*"))
        assert len(self.wanted) == (4 if known else 7) and not self.once(folder)[1], self.wanted

    def post(self, folder, room, extra=None, log=None):
        address = f"url=http://127.0.0.1:{room.server_address[1]}/"
        command = [self.program, "post", "issues", "--to", "webhook", "--name", "room", "--set", address, "--state", str(folder), "--history", "9"]
        options = {"capture_output": True, "text": True}
        if extra is None:
            return subprocess.run(command, cwd=folder, env=ENVIRONMENT, **options)
        return traced(command, folder, log, extra, follow=False, **options)

    def once(self, folder, extra=None, log=None):
        """Runs the program. How it ended, and the messages that came, each with its key."""
        room = Room()
        run = self.post(folder, room, extra, log)
        room.shutdown()
        room.server_close()
        return run, room.messages

    def faults(self):
        folder, log = self.folder(), self.work / "log"
        run, _ = self.once(folder, (), log)
        assert run.returncode == 0, run.stderr
        counts, faults = {}, []
        for call in read_log(log):
            counts[call.name] = counts.get(call.name, 0) + 1
            if call.writes(folder):
                faults += [((call.name, "", counts[call.name]), how) for how in (*ERRORS, "SIGKILL")]
        return faults

    def run(self, fault):
        (name, _, count), how = fault
        folder, log = self.folder(), self.work / f"log-{threading.get_ident()}"
        what = f"signal={how}" if how == "SIGKILL" else f"error={how}"
        run, first = self.once(folder, ["-e", f"inject={name}:{what}:when={count}"], log)
        fired = run.returncode in (-9, 137) if how == "SIGKILL" else "(INJECTED)" in log.read_text(errors="replace")
        wrong = ["the program panics"] if "panicked" in run.stderr else []
        if run.returncode == 0 and [item for _, item in first] != self.wanted:
            wrong.append(f"the program says that all went well, and {first} are posted")
        after, second = self.once(folder)
        if after.returncode != 0:
            wrong.append(f"the run afterwards fails: {after.stderr.strip()}")
        both = first + second
        once = [message for at, message in enumerate(both) if message not in both[:at]]
        if [item for _, item in once] != self.wanted:
            wrong.append(f"posted are {first}, then {second}")
        twice = len(both) - len(once)
        if twice > 1 or twice and "was cut off" not in after.stderr:
            wrong.append(f"posted again, or not said: {first}, then {second}: {after.stderr}")
        if third := self.once(folder)[1]:
            wrong.append(f"a third run posts {third}")
        names = sorted(path.name for path in folder.rglob("*"))
        if names != self.names and after.returncode == 0:
            wrong.append(f"afterwards there are {names}")
        return fired, wrong


SCENARIOS = {
    "a first build": lambda *at: Build(*at, [], [1, 2, 3]),
    "one more issue": lambda *at: Build(*at, [1, 2], [1, 2, 3]),
    "two more issues": lambda *at: Build(*at, [1], [1, 2, 3]),  # so the feeds lead to an archive that is new
    "one issue fewer": lambda *at: Build(*at, [1, 2, 3], [1, 2]),
    "after a build killed while it staged": lambda *at: Build(*at, [1], [1, 2, 3], ("write", 0.7)),
    "after a build killed while it renamed": lambda *at: Build(*at, [1], [1, 2, 3], ("rename", 0.5)),
    "a bot's first run, to a command": lambda *at: Bot(*at, True, False),
    "a bot's later run, to a command": lambda *at: Bot(*at, True, True),
    "a bot's first run, to a pipe": lambda *at: Bot(*at, False, False),
    "a bot's later run, to a pipe": lambda *at: Bot(*at, False, True),
    "a first run of post": lambda *at: Post(*at, False),
    "a later run of post": lambda *at: Post(*at, True),
}


def run_all(scenario, quick):
    faults = scenario.faults()
    chosen = faults[::7] if quick else faults
    groups = {}
    unfired = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for fault, (fired, wrong) in zip(chosen, pool.map(scenario.run, chosen)):
            unfired += not fired
            for text in wrong:
                shape = re.sub(r"\d+|(?<= )\S*/\S*|\[.*?\]", "…", text)
                groups.setdefault((fault[0][0], fault[1], shape), []).append(f"{fault[0]}: {text}")
    return len(chosen), len(faults), unfired, groups


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", choices=SCENARIOS)
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="patchfeed-faults-") as work:
        work = pathlib.Path(work).resolve()
        for name, make in SCENARIOS.items():
            if options.only and name not in options.only:
                continue
            since = time.time()
            run, known, unfired, groups = run_all(make(options.program, work, re.sub(r"\W+", "-", name)), options.quick)
            for (call, how, _), texts in groups.items():
                print(f"WRONG: {name}, {how} at {call}, {len(texts)} times, such as {texts[0]}")
            count = sum(map(len, groups.values()))
            if run == 0 or unfired > run // 10:
                print(f"WRONG: {name}: {unfired} of {run} faults didn't happen: the calls aren't the same each time")
                count += 1
            failed += count
            print(f"{name}: {run} of {known} faults, {unfired} of which didn't happen, {count} wrong, {time.time() - since:.0f} s", flush=True)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
