#!/usr/bin/env python3
"""Measures `patchfeed serve` beside nginx, which serves the same folder on the same machine, and what a server has to stand.

Usage: run.py PATCHFEED ISSUES [speed] [crowd] [memory] [kills]

speed: wrk with two threads, by turns, medians of three: 304s, full bodies, gzip, a mix; feeds by address, kept and new.
crowd: 10,000 idle connections and 200 whose heads come a byte at a time; how long others wait.
memory: a million requests while the site is built again and again.
kills: a hundred times `kill -9` during builds; the next start serves a whole site.
Needs wrk and nginx; the crowd needs a limit of 11,000 open files. Exits 1 if a bar isn't met.
"""
import http.client
import os
import pathlib
import random
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from ports import free_port

WORK = pathlib.Path(tempfile.mkdtemp(prefix="load-"))
WORK.chmod(0o755)  # nginx reads as another user
FAILED = []
MIX = """
local headers = { { ["If-None-Match"] = "ETAG" }, { ["If-None-Match"] = "ETAG" }, { ["If-None-Match"] = "ETAG" },
  { ["Accept-Encoding"] = "gzip" }, {} }
local paths = { "/riscv.atom", "/all.rss", "/bpf.json", "/mm.atom", "/index.html" }
local n = 0
request = function()
  n = n + 1
  if n % 5 < 3 then return wrk.format("GET", "/riscv.atom", headers[1]) end
  return wrk.format("GET", paths[n % 5 + 1], headers[n % 5 + 1])
end
"""


def bar(what, is_met):
    print(f"  {'met' if is_met else 'NOT MET'}: {what}", flush=True)
    if not is_met:
        FAILED.append(what)


def ask(port, path, headers=None, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers=headers or {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


class Patchfeed:
    def __init__(self, program, issues, name="site", log=True):
        self.port, self.folder = free_port(), WORK / name
        self.folder.mkdir(exist_ok=True)
        self.issues, self.program, self.log = issues, program, log
        self.start()

    def start(self):
        at = f"127.0.0.1:{self.port}"
        command = [self.program, "serve", self.issues, "--out", self.folder / "site", "--addr", at, "--base-url", f"http://{at}/", "--no-sync"]
        log = open(self.folder / "log", "wb") if self.log else subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdout=log, stderr=open(self.folder / "said", "wb"))
        start = time.time()
        while True:
            try:
                ask(self.port, "/")
                return time.time() - start
            except OSError:
                assert self.process.poll() is None and time.time() - start < 60, (self.folder / "said").read_text()
                time.sleep(0.01)

    def memory(self):
        """What it has in memory, in MiB."""
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def nginx(folder):
    """nginx with two workers, compressed files prepared, a log: what a publisher would run."""
    port = free_port()
    for path in folder.rglob("*"):
        if path.suffix in (".atom", ".rss", ".json", ".html", ".css", ".js", ".opml"):
            subprocess.run(["gzip", "-6", "-k", "-f", path], check=True)
    config = WORK / "nginx.conf"
    config.write_text(f"""
worker_processes 2; pid {WORK}/nginx.pid; error_log {WORK}/nginx.error; worker_rlimit_nofile 30000; daemon off;
events {{ worker_connections 16384; }}
http {{
  types {{ application/atom+xml atom; application/rss+xml rss; application/feed+json json; text/html html; text/css css; text/javascript js; }}
  access_log {WORK}/nginx.log; sendfile on; tcp_nopush on; gzip_static on; keepalive_requests 1000000; open_file_cache max=4000;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {folder}; add_header Cache-Control "public, max-age=900"; }}
}}
""")
    process = subprocess.Popen(["nginx", "-c", config])
    time.sleep(1)
    return process, port


def wrk(port, path, headers=(), script=None, seconds=5):
    """Requests a second, the 99th percentile in milliseconds, errors."""
    command = ["wrk", "-t2", "-c32", f"-d{seconds}s", "--latency", f"http://127.0.0.1:{port}{path}"]
    for header in headers:
        command += ["-H", header]
    if script:
        command += ["-s", script]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    p99, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    return rate, float(p99) * {"us": 0.001, "ms": 1, "s": 1000}[unit], "Non-2xx" in said or "Socket errors" in said


def mix(port):
    path = WORK / f"mix-{port}.lua"
    path.write_text(MIX.replace('"ETAG"', repr(ask(port, "/riscv.atom")[1]["ETag"])))
    return path


def speed(program, issues):
    print("speed: requests a second (99th percentile)")
    server = Patchfeed(program, issues)
    copy = WORK / "nginx"
    shutil.copytree(server.folder / "site", copy)
    process, other = nginx(copy)
    kinds = {
        "304": lambda port: ("/riscv.atom", [f"If-None-Match: {ask(port, '/riscv.atom')[1]['ETag']}"], None),
        "full bodies": lambda port: ("/riscv.atom", [], None),
        "gzip": lambda port: ("/riscv.atom", ["Accept-Encoding: gzip"], None),
        "mixed": lambda port: ("/", [], mix(port)),
    }
    for name, kind in kinds.items():
        runs = {port: [] for port in (server.port, other)}
        for _ in range(3):
            for port in runs:
                runs[port].append(wrk(port, *kind(port)))
        ours, theirs = (([statistics.median(run[at] for run in runs[port]) for at in (0, 1)]) for port in runs)
        ratio = ours[0] / theirs[0]
        print(f"  {name:12} patchfeed {ours[0]:8.0f} ({ours[1]:5.1f} ms)  nginx {theirs[0]:8.0f} ({theirs[1]:5.1f} ms)  {ratio:.2f} x")
        bar(f"{name}: 0.7 of nginx, p99 within 2 x, no error",
            ratio >= 0.7 and ours[1] <= 2 * theirs[1] and not any(run[2] for all in runs.values() for run in all))
    rate, p99, is_wrong = wrk(server.port, "/feed.atom?section=riscv&title=(%3Fi)kvm")
    bar(f"feeds by address, kept: {rate:.0f} requests a second ({p99:.1f} ms)", rate >= 2000 and not is_wrong)
    for coding in ({}, {"Accept-Encoding": "gzip"}):
        times = []
        for n in range(40):
            start = time.time()
            status, _, _ = ask(server.port, f"/feed.atom?title=(%3Fi)patch|v{n}|net{len(coding)}", coding)
            times.append((time.time() - start) * 1000)
            assert status == 200
        bar(f"feeds by address, new, {coding or 'plain'}: {statistics.median(times):.1f} ms, at most {max(times):.1f}", statistics.median(times) <= 20)
    process.terminate()
    server.stop()


def crowd(program, issues):
    print("crowd: 10,000 idle connections and 200 slow ones")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = Patchfeed(program, issues, "crowd", log=False)
    before, start = server.memory(), time.time()
    idle, slow = [], []
    for n in range(10_200):
        one = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        if n < 10_000:
            one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" if n % 100 == 0 else b"")
            idle.append(one)
        else:
            one.sendall(b"GET /all.atom HTTP/1.1\r\nHost: x\r\nX: ")
            slow.append(one)
    opened = time.time() - start
    stopping = threading.Event()

    def drip():
        while not stopping.wait(0.5):
            for one in slow:
                try:
                    one.sendall(b"a")
                except OSError:
                    pass

    threading.Thread(target=drip, daemon=True).start()
    times = []
    for _ in range(1000):
        begun = time.time()
        assert ask(server.port, "/riscv.atom")[0] == 200
        times.append((time.time() - begun) * 1000)
    open_now = 0
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, _, state = line.split()[1:4]
        open_now += int(local.split(":")[1], 16) == server.port and state == "01"
    took = time.time() - start
    times.sort()
    print(f"  opened in {opened:.1f} s; {open_now} open after {took:.1f} s; others waited {times[500]:.2f} ms, 99 % {times[990]:.1f}, at most {times[-1]:.1f};"
          f" memory {before:.0f} -> {server.memory():.0f} MiB")
    bar("others are served within 50 ms", times[-1] <= 50)
    bar("10,000 connections are open at once", open_now >= 10_000)
    time.sleep(16)
    alive = sum(is_open(one) for one in slow)
    bar(f"slow heads are given up: {alive} of 200 left", alive == 0)
    stopping.set()
    server.stop()


def is_open(one):
    one.setblocking(False)
    try:
        return one.recv(65536) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def memory(program, issues):
    print("memory: a million requests while the site is built again and again")
    own = WORK / "issues"
    shutil.copytree(issues, own)
    server = Patchfeed(program, own, "memory", log=False)
    last = sorted(own.glob("[0-9]*.md"))[-1]
    text, stopping, builds = last.read_text(), threading.Event(), []

    def rebuild():
        while not stopping.wait(1.5):
            builds.append(1)
            last.write_text(text + f"\n**[v1: riscv: rebuilt {len(builds)}](http://lore.kernel.org/linux-riscv/r-{len(builds) % 7}@example.org/)**\n")

    threading.Thread(target=rebuild, daemon=True).start()
    asked, sizes = 0, []
    while asked < 1_000_000:
        rate, _, is_wrong = wrk(server.port, "/", script=mix(server.port))
        if is_wrong:
            bar("no error", False)
        asked += int(rate * 5)
        sizes.append(server.memory())
    stopping.set()
    print(f"  {asked} requests, {len(builds)} builds; MiB: {' '.join(f'{size:.0f}' for size in sizes)}")
    quarter = max(1, len(sizes) // 4)
    bar("memory is flat", max(sizes[-quarter:]) <= 1.15 * max(sizes[:quarter]))
    server.stop()


def kills(program, issues):
    print("kills: a hundred kill -9 during builds")
    own = WORK / "killed"
    shutil.copytree(issues, own)
    server = Patchfeed(program, own, "kills", log=False)
    paths = [path.relative_to(server.folder / "site") for path in (server.folder / "site").rglob("*.atom")]
    last = sorted(own.glob("[0-9]*.md"))[-1]
    text, random_times, slowest = last.read_text(), random.Random(1), 0
    for n in range(100):
        last.write_text(text + f"\n**[v1: riscv: killed {n}](http://lore.kernel.org/linux-riscv/k-{n}@example.org/)**\n")
        time.sleep(0.1 + random_times.random() * 0.7)
        server.process.kill()
        server.process.wait()
        slowest = max(slowest, server.start())
        for path in random_times.sample(paths, 20):
            status, _, body = ask(server.port, f"/{path}")
            assert status == 200 and body.endswith(b"</feed>\n"), path
        assert f"killed {n}".encode() in ask(server.port, "/all.atom")[2]
    bar(f"each time a whole and new site, after {slowest:.1f} s at most", True)
    server.stop()


def main():
    program, issues, *wanted = sys.argv[1:]
    kinds = {"speed": speed, "crowd": crowd, "memory": memory, "kills": kills}
    for name in wanted or kinds:
        kinds[name](str(pathlib.Path(program).resolve()), pathlib.Path(issues).resolve())
    shutil.rmtree(WORK)
    sys.exit(bool(FAILED))


if __name__ == "__main__":
    main()
