#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sums gcovr's line coverage by layer; floors 0 to 4 must reach 90 %.

usage: coverage.py COVERAGE.json
"""
import collections
import json
import sys

FLOORS_0_TO_4 = ("base", "json", "policy", "oscal", "inventory", "baseline", "assess")
GOAL = 90.0


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        files = json.load(text)["files"]
    lines = collections.defaultdict(lambda: [0, 0])
    for row in files:
        layer = row["filename"].split("/")[1]
        lines[layer][0] += row["line_covered"]
        lines[layer][1] += row["line_total"]
    covered = sum(lines[layer][0] for layer in FLOORS_0_TO_4)
    total = sum(lines[layer][1] for layer in FLOORS_0_TO_4)
    if total == 0:
        raise SystemExit("coverage: no lines of floors 0 to 4 in the report")
    for layer, (hit, all_lines) in lines.items():
        print(f"{layer:10} {100 * hit / max(all_lines, 1):6.1f} %  {hit} of {all_lines} lines")
    for row in sorted(files, key=lambda r: r["line_covered"] - r["line_total"])[:10]:
        print(f"  missed {row['line_total'] - row['line_covered']:5}  {row['filename']}")
    percent = 100 * covered / total
    print(f"floors 0 to 4: {percent:.1f} % of {total} lines, goal {GOAL:.0f} %")
    return 0 if percent >= GOAL else 1


sys.exit(main())
