#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over the project's C files, one file per process, as many at once as cores.

usage: clang_tidy.py BUILD_DIR [FILE...]
A file whose preprocessed text, command and checks are those of its last clean run is skipped; the
memory of that is BUILD_DIR/tidy/. Exits 1 when there is a finding or a file could not be read.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import time


def commands(build, only):
    root = pathlib.Path.cwd()
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
        if path.suffix != ".c" or not path.is_relative_to(root):
            continue
        rel = path.relative_to(root)
        generated = path.is_relative_to(build.resolve())
        if not generated and (not only or str(rel) in only):
            yield rel, entry


def fingerprint(entry, checks):
    args = shlex.split(entry["command"])
    keep, skip = [], False
    for arg in args:
        if skip:
            skip = False
        elif arg in ("-o", "-MF", "-MQ"):
            skip = True
        elif arg not in ("-c", "-MD"):
            keep.append(arg)
    done = subprocess.run([*keep, "-E"], cwd=entry["directory"], capture_output=True, check=False)
    if done.returncode:
        return None
    return hashlib.sha256(done.stdout + checks + " ".join(keep).encode()).hexdigest()


def tidy(rel, entry, build, checks):
    start = time.monotonic()
    memory = build / "tidy" / str(rel).replace("/", "_")
    mark = fingerprint(entry, checks)
    if mark and memory.exists() and memory.read_text() == mark:
        return rel, 0, "", 0.0
    done = subprocess.run(["clang-tidy", "--quiet", "-p", str(build), str(rel)], text=True,
                          capture_output=True, check=False)
    if done.returncode == 0 and mark:
        memory.write_text(mark)
    said = done.stdout if done.stdout.strip() else done.stderr
    return rel, done.returncode, said, time.monotonic() - start


def main():
    build = pathlib.Path(sys.argv[1])
    (build / "tidy").mkdir(exist_ok=True)
    checks = pathlib.Path(".clang-tidy").read_bytes() + subprocess.run(
        ["clang-tidy", "--version"], capture_output=True, check=True).stdout
    work = dict(commands(build, set(sys.argv[2:])))  # a file of several programs counts once
    if not work:
        raise SystemExit("clang_tidy: nothing to check")
    bad, slow = 0, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = [pool.submit(tidy, rel, entry, build, checks) for rel, entry in work.items()]
        for run in concurrent.futures.as_completed(runs):
            rel, status, said, seconds = run.result()
            slow.append((seconds, str(rel)))
            if status:
                bad += 1
                print(f"{rel}:\n{said.strip()}", flush=True)
    slow.sort(reverse=True)
    print(f"{len(work)} files, {bad} with findings; slowest: " +
          ", ".join(f"{name} {seconds:.1f} s" for seconds, name in slow[:3]))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
