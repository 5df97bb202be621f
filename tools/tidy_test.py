#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that each check of tidy.py can fail: one small tree per row. Output: TAP.

usage: tidy_test.py [CC...]
"""
import pathlib
import subprocess
import sys
import tempfile

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
TREE = {
    "tools/layers.txt": "# a comment\nbase:\njson: base\ncli: base json\n",
    "src/base/a.h": SPDX + "#pragma once\nint a(void);\n",
    "src/base/a.c": SPDX + '#include "base/a.h"\nint a(void)\n{\n    return 1;\n}\n',
    "src/json/j.h": SPDX + '#pragma once\n#include "base/a.h"\n',
    "src/cli/main.c": SPDX + '#include "json/j.h"\nint main(void)\n{\n    return a();\n}\n',
}
ROWS = [  # name, file, text, what the finding says (empty: no finding)
    ("clean tree", None, None, ""),
    ("include of a higher floor", "src/base/b.c", SPDX + '#include "json/j.h"\n',
     "src/base/b.c:2: layer base may not include json"),
    ("indented include", "src/json/b.c", SPDX + '  #  include "cli/x.h"\n',
     "layer json may not include cli"),
    ("include without layer", "src/base/b.c", SPDX + '#include "a.h"\n', "without its layer"),
    ("include of no layer", "src/cli/b.c", SPDX + '#include "bse/a.h"\n', "bse is no layer"),
    ("include of no file", "src/cli/b.c", SPDX + '#include "base/zz.h"\n', "does not exist"),
    ("folder that is no layer", "src/other/b.c", SPDX, "other is no layer"),
    ("C++ obeys too", "src/base/b.cpp", SPDX + '#include "json/j.h"\n', "may not include json"),
    ("clock in a pure layer", "src/base/b.c", SPDX + "#include <time.h>\n", "pure: no time.h"),
    ("environment in a pure layer", "src/base/b.c", SPDX + 'int x = getenv("A");\n',
     "pure: no getenv"),
    ("environment in cli", "src/cli/b.c", SPDX + 'int x = getenv("A");\n', ""),
    ("banned call", "src/cli/b.c", SPDX + "int x = atoi(y);\n", "atoi is banned"),
    ("banned word in a comment", "src/cli/b.c", SPDX + "// atoi(y)\n", ""),
    ("banned word in a string", "src/cli/b.c", SPDX + 'const char *s = "atoi(y)";\n', ""),
    ("member of that name", "src/cli/b.c", SPDX + "int x = o->system(y) + o.atoi(z);\n", ""),
    ("no licence line", "src/cli/b.c", "int x;\n", "SPDX"),
    ("header without guard", "src/cli/b.h", SPDX, "no #pragma once"),
    ("header that needs another", "src/cli/b.h", SPDX + "#pragma once\nsize_t n(void);\n",
     "does not stand alone"),
    ("100 columns", "src/cli/b.c", SPDX + "//" + "x" * 98 + "\n", ""),
    ("101 columns", "src/cli/b.c", SPDX + "//" + "x" * 99 + "\n", "101 columns"),
    ("1000 lines", "src/cli/b.c", SPDX + "//\n" * 999, ""),
    ("1001 lines", "src/cli/b.c", SPDX + "//\n" * 1000, "1001 lines"),
    ("70 line function", "src/cli/b.c", SPDX + "int f(void)\n{\n" + "    ;\n" * 67 + "}\n", ""),
    ("71 line function", "src/cli/b.c", SPDX + "int f(void)\n{\n" + "    ;\n" * 68 + "}\n",
     "f has 71 lines"),
    ("undocumented code", "src/cli/b.c",
     SPDX + 'bool b = diag_error(d,\n    at, "odd-code", "no");\n', "src/cli/b.c:3: code odd-code"),
    ("table names a layer too early", "tools/layers.txt", "base: json\njson:\n",
     "before it is defined"),
]


def run(row, cc):
    _, name, text, want = row
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, content in {**TREE, **({name: text} if name else {})}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content)
        tool = pathlib.Path(__file__).with_name("tidy.py")
        done = subprocess.run([sys.executable, tool, root, *cc], text=True, capture_output=True,
                              check=False)
        said = done.stdout + done.stderr
        good = done.returncode == 0 if want == "" else done.returncode == 1 and want in said
        return good, said


def main():
    cc = sys.argv[1:] or ["cc"]
    failed = 0
    for number, row in enumerate(ROWS, 1):
        good, said = run(row, cc)
        print(f"{'ok' if good else 'not ok'} {number} - {row[0]}")
        if not good:
            failed = 1
            print("".join(f"# {line}\n" for line in said.splitlines()), end="")
    print(f"1..{len(ROWS)}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
