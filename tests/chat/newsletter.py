"""A small newsletter that is published step by step, with titles that no markup likes."""
import atexit
import json
import pathlib
import shutil
import subprocess
import tempfile
import threading

# Each is shown as it stands here, whatever a service's markup makes of such letters.
TITLES = [
    "v1: proc: query VMAs from /proc/<pid>/maps",
    "v2: @everyone @channel @here @all @room: <!channel> <@U012AB3CD> @**all** <at user_id=\"all\">",
    "v3: mm: *x* **y** __init__ _z_ ~~w~~ ||v||",
    "v1: Q&A &amp; &lt;b&gt; AT&T &copy; &#64;",
    "v1: rust: `Opaque::pin_init` and ``two`` and `",
    "v4: 回复: 中文标题，带标点《》，以及 [方括号](圆括号)",
    "v1: \u202egnp.exe\u202c and \u200fmarks\u200e of direction",
    "v2: " + "a long title goes on and on; " * 10 + "end",
    "v2: " + "很长的标题一直写下去，" * 26 + "完",
    "v1: # no heading > no quote - no list 1. no number | no | table",
    "v1: emoji 🦀👩‍👩‍👧‍👦 and é and “quotes” 'single' \"double\" \\ \\n \\*",
    "v1: </a></b> ]]> <script>alert(1)</script> ${x} {{y}} %s %2F",
]
MAILS = ["plain", "a+b=c", "under_score_id", "star*star*", "50%25", "tilde~x~", "q?x=1&y=2", "d.o.t", "UPPER-case", "1~2", "x!y", "eq=eq="]

RISCV, MM = "RISC-V 架构支持", "内存管理"


def entry(title, mail, text="Some words of the mail."):
    for mark in "\\`*_[]<>&#~|":
        title = title.replace(mark, "\\" + mark)
    mail = mail.replace("%", "%25").replace("?", "%3F").replace("/", "%2F")
    return f"**[{title}](http://lore.kernel.org/linux-riscv/{mail}@example.org/)**\n\n> {text}\n\n"


def entries(number):
    """The entries of an issue: hostile titles, a number before each so that none stands twice."""
    return [entry(f"{title} [{number}.{n}]", f"{number}-{mail}") for n, (title, mail) in enumerate(zip(TITLES, MAILS))]


def issue(number, riscv, mm=()):
    sections = "".join(f"### {name}\n\n{''.join(entries)}" for name, entries in ((RISCV, riscv), (MM, mm)) if entries)
    return {f"2024-01-{2 * number:02}-10-00-00-rvlwn-{number}.md":
            f"---\ntitle: RISC-V Linux 内核及周边技术动态第 {number} 期\npermalink: /rvlwn-{number}/\nlicense: cc-by-4.0\n---\n\n"
            f"> 时间：202401{2 * number:02}<br/>\n> 编辑：晓依<br/>\n\n## 内核动态\n\n{sections}"}


def steps():
    """What happens between runs: its name, and the issues' files that it adds or replaces."""
    first, second, mm = entries(1), entries(2), [entry("v1: mm: of another section", "2-mm")]
    yield "first", issue(1, first)
    yield "second", issue(2, second, mm)
    mended = [entry("v1: proc: query VMAs, a typo mended [2.0]", "2-plain")] + second[1:]
    yield "mended", issue(2, mended, mm)
    yield "edited", issue(2, [entry("v1: proc: query VMAs, a typo mended [2.0]", "2-plain", "Other words of the mail.")] + second[1:], mm)
    yield "middle", issue(2, mended[:5] + [entry("v1: put in the middle *later* [2.m]", "2-middle")] + mended[5:], mm)
    yield "fourth", issue(4, entries(4))
    yield "late third", issue(3, entries(3))
    yield "repeats", issue(5, [first[3], *entries(5), second[4]])
    yield "nothing", {}
    yield "sixth", issue(6, entries(6), [first[0]])


class Site:
    """The newsletter's site, built step by step. Sites with the same steps are built once, and copied."""

    built, lock = {}, threading.Lock()

    def __init__(self, program, folder):
        self.program, self.folder, self.out = program, folder, folder / "site"
        folder.mkdir(parents=True, exist_ok=True)
        self.history = ()

    def build(self, files):
        self.history += (tuple(sorted(files.items())),)
        with Site.lock:
            if self.history not in Site.built:
                Site.built[self.history] = build(self.program, self.history, Site.built.get(self.history[:-1]))
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.copytree(Site.built[self.history] / "site", self.out)

    def items(self, feed="riscv"):
        """The items of a feed's document, the newest first."""
        return json.loads((self.out / f"{feed}.json").read_text(encoding="utf-8"))["items"]


def build(program, history, before):
    """A folder with issues and site, built upon those of the step before."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="patchfeed-chat-site-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "issues").mkdir()
    if before:
        shutil.copytree(before, folder, dirs_exist_ok=True)
    for name, text in history[-1]:
        (folder / "issues" / name).write_text(text, encoding="utf-8")
    command = [program, "-q", "build", folder / "issues", "--out", folder / "site", "--base-url", "https://feeds.example.org/"]
    subprocess.run(command, check=True)
    return folder
