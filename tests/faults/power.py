#!/usr/bin/env python3
"""Cuts the power: copies a file system while the program works and afterwards, and looks at what the copies hold.

Usage: power.py PATCHFEED [--quick]

The file system is an ext4 in a file, mounted as a loop device; so this needs root. A copy of the file is what a machine would
find after losing its power then: what was in memory only is lost.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from lamps import BUILD, ENVIRONMENT, Expectation, build, folders, healed, post_script, posts, tree, write_issues

# Seconds after the program has ended. ext4 records names each second here, and writes what files hold later, if nobody asks.
MOMENTS = [0, 0.3, 0.7, 1.1, 1.6, 2.2, 3, 4, 5.5, 7, 10]
SIZE = 16 << 20


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


class Disk:
    """A file system in a file."""

    def __init__(self, image, place):
        self.image, self.place = image, place
        place.mkdir(exist_ok=True)

    def make(self):
        with open(self.image, "wb") as file:
            file.truncate(SIZE)
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", self.image)
        return self

    def __enter__(self):
        run("mount", "-o", "loop,commit=1", self.image, self.place)
        return self.place

    def __exit__(self, *_):
        os.sync()
        run("umount", self.place)

    def copy(self):
        """The file as it was at one moment: two copies in a row that are the same."""
        one, tries = self.image.read_bytes(), 0
        while (two := self.image.read_bytes()) != one:
            one, tries = two, tries + 1
            assert tries < 1000, "the disk never rests"
        return one


def slowly(command, folder):
    """Starts the program, each of whose writing calls takes 10 ms more. Its group is its own."""
    calls = "?openat,?write,?pwrite64,?rename,?mkdir,?unlink,?fsync,?fdatasync,?syncfs"
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}",
              "-e", "inject=?write,?pwrite64,?rename,?renameat2,?mkdir,?fsync,?fdatasync,?syncfs:delay_exit=10000"]
    return subprocess.Popen([*strace, *command], cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def cuts(disk, process, quick, during=lambda: None):
    """Copies of the file system, each with its moment and what `during` gives right before and after."""
    copies = []

    def take(moment):
        before = during()
        copies.append((moment, disk.copy(), before, during()))

    begin = time.time()
    while process.poll() is None:
        take(f"{time.time() - begin:.2f} s after it began")
        time.sleep(0.2)
    assert process.returncode == 0, process.stderr.read()
    end = time.time()
    for moment in MOMENTS[::3] if quick else MOMENTS:
        time.sleep(max(0, end + moment - time.time()))
        take(f"{moment} s after it ended")
    return copies


def look(work, copies, check):
    """What `check` finds wrong in each copy."""
    wrong = []
    for moment, image, before, after in copies:
        disk = Disk(work / "copy.img", work / "copy")
        disk.image.write_bytes(image)
        with disk as place:
            wrong += [f"the power fails {moment}: {text}" for text in check(place, before, after)]
    return wrong


def of_build(program, work, older, quick):
    disk = Disk(work / "disk.img", work / "disk").make()
    with disk as place:
        before = {}
        if older:
            write_issues(place, older)
            assert not (failed := build(program, place)), failed
            before = tree(place / "site")
        write_issues(place, [1, 2, 3])
        os.sync()
        clean = work / "clean"
        shutil.copytree(place, clean, ignore=shutil.ignore_patterns("lost+found"))
        assert not (failed := build(program, clean)), failed
        wanted, wanted_folders = tree(clean / "site"), folders(clean / "site")
        shutil.rmtree(clean)
        expected = Expectation(before, wanted)
        copies = cuts(disk, slowly([program, *BUILD, str(place / "site")], place), quick)
    return len(copies), look(work, copies, lambda place, *_: [
        *expected.wrong(place / "site"), *healed(program, place, wanted, wanted_folders)])


def of_bot(program, work, quick):
    """What was posted outlasts the power; what the bot remembers is on the disk."""
    world = work / "posted"
    command = [program, "new", "site", "--seen", "seen", "--format", "text", "--history", "--exec", post_script(work, world)]
    disk = Disk(work / "disk.img", work / "disk").make()
    with disk as place:
        write_issues(place, [1, 2, 3])
        assert not (failed := build(program, place)), failed
        os.sync()
        copies = cuts(disk, slowly(command, place), quick, lambda: posts(world.read_text()) if world.exists() else [])
    everything = posts(world.read_text())

    def check(place, before, after):
        world.unlink(missing_ok=True)
        again = subprocess.run(command, cwd=place, capture_output=True, text=True)
        if again.returncode != 0:
            return [f"the run afterwards fails: {again.stderr.strip()}"]
        rest = posts(world.read_text()) if world.exists() else []
        from_ = len(everything) - len(rest)
        if rest != everything[from_:]:
            return [f"afterwards come {rest} of {everything}"]
        if from_ > len(after):
            return [f"{everything[len(after):from_]} never come"]
        if from_ < len(before) - 1:
            return [f"{everything[from_:len(before)]} come twice"]
        return []
    result = len(copies), look(work, copies, check)
    world.unlink(missing_ok=True)
    return result


def main():
    program, quick = str(pathlib.Path(sys.argv[1]).resolve()), "--quick" in sys.argv
    work = pathlib.Path(tempfile.mkdtemp(prefix="patchfeed-power-")).resolve()
    failed = 0
    try:
        try:
            with Disk(work / "disk.img", work / "disk").make():
                pass
        except (OSError, subprocess.CalledProcessError) as err:
            print(f"power cuts: skipped, no file system can be mounted here ({err})")
            return
        for name, made in (("a first build", lambda: of_build(program, work, [], quick)),
                           ("two more issues", lambda: of_build(program, work, [1], quick)),
                           ("a bot's first run", lambda: of_bot(program, work, quick))):
            since = time.time()
            count, wrong = made()
            shapes = {}
            for text in wrong:
                shapes.setdefault(re.sub(r"\d+(\.\d+)? s|(?<= )\S*/\S*|\S+\.(html|atom|json|opml)|\[.*?\]", "…", text), []).append(text)
            for texts in shapes.values():
                print(f"WRONG: {name}, {len(texts)} times, such as: {texts[0]}")
            print(f"power cuts, {name}: {count} copies, {len(wrong)} wrong, {time.time() - since:.0f} s", flush=True)
            failed += len(wrong)
    finally:
        for place in (work / "disk", work / "copy"):
            subprocess.run(["umount", place], capture_output=True)
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
