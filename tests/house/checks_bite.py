#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Each check of the house notices what it is there for: a small tree is in order, and one mistake in it is told
with its place."""
import pathlib
import subprocess
import sys
import tempfile

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"

# A tree in order.
TREE = {
    "tools/layers.txt": "core:\nimage: core\n",
    "tools/names.txt": "",
    "src/core/pool.h": "/* Lends threads. */\nint zd_pool_run(int count);\n",
    "src/core/pool.c": '#include "core/pool.h"\n\n/* As pool.h says; see docs/house.md. */\nint zd_pool_run(int count)\n'
                       "{\n    assert(count > 0);\n    return count;\n}\n",
    "src/image/view.c": '#include "core/pool.h"\nstatic_assert(1, "one");\n',
    "src/image/view.h": "int zd_view_draw(void);\n",
    "tests/test_house.c": "int main(void)\n{\n    return zd_pool_run(1) + zd_view_draw() + zd_view_draw();\n}\n",
    "docs/house.md": "# The house\n\n## Its rooms\n\nThreads are `core/pool.c`'s, a view is `image/NAME.h`; see\n"
                     "[rooms](#its-rooms) and [pool](../src/core/pool.h).\n",
}
EMPTY_LINES = 4501 * "\n"

# check, what is written where, what it tells
MISTAKES = [
    ("layers", {"src/core/pool.c": '#include "image/view.h"\n'}, "src/core/pool.c:1: core may not include image/"),
    ("layers", {"src/sound/wave.c": ""}, "src/sound/wave.c: module 'sound' is not in tools/layers.txt"),
    ("names", {"src/image/view.h": "int zd_pool_draw(void);\n"}, "zd_pool_ has several owners: core (zd_pool_run), image (zd_pool_draw)"),
    ("names", {"src/image/line.h": "int zd_view_draw(void);\n"}, "'zd_view_draw' is declared in src/image/line.h and src/image/view.h"),
    ("names", {"src/image/view.h": "int draw(void);\n"}, "src/image/view.h: 'draw' does not begin with zd_ or ZD_"),
    ("asserts", {"src/core/pool.c": 1000 * "\n" + 4 * "assert(true);\n"}, "below 5: core"),
    ("asserts", {"src/core/pool.c": 200 * "\n" + "/* assert(true); */\n"}, "below 5: core"),
    ("printing", {"src/core/pool.c": 'printf("%s", name);\n'},
     'src/core/pool.c:1: print with cli/print.h: printf("%s", name);'),
    ("folders", {f"src/core/part{i}.c": "" for i in range(30)},
     "src/core: 31 files of .c side by side, 30 at most: give it an inner folder"),
    ("folders", {"src/image/large.c": EMPTY_LINES},
     "src/image: 4503 lines of .c side by side, 4500 at most: give it an inner folder"),
    ("folders", {"tools/draw/inner/large.c": EMPTY_LINES}, "tools/draw/inner: 4501 lines of .c"),
    ("functions", {"src/core/pool.c": "int zd_pool_run(int count)\n{\n" + 61 * "    count++;\n" + "}\n"},
     "src/core/pool.c:1: zd_pool_run has 61 lines; 60 at most"),
    ("functions", {"src/core/pool.c": "/* { */\nint zd_pool_run(int count)\n{\n" + 5 * "    if (count) {\n" + 5 * "    }\n" + "}\n"},
     "src/core/pool.c:2: zd_pool_run goes 5 blocks deep; 4 at most"),
    ("used", {"src/core/pool.h": "int zd_pool_run(int count);\nint zd_pool_rest(void); /* zd_pool_rest() */\n"},
     "src/core/pool.h: nobody calls zd_pool_rest"),
    ("paths", {"docs/house.md": "See\n`core/pond.c`.\n"}, "docs/house.md:2: there is no core/pond.c"),
    ("paths", {"docs/house.md": "See `core/NAME_x.c`.\n"}, "docs/house.md:1: there is no core/NAME_x.c"),
    ("paths", {"docs/house.md": "[rooms](#rooms)\n"}, "docs/house.md:1: leads nowhere: #rooms"),
    ("paths", {"docs/house.md": "[rooms](rooms.md)\n"}, "docs/house.md:1: leads nowhere: rooms.md"),
    ("paths", {"src/core/pool.c": "int a; // as pond.h says\n"}, "src/core/pool.c:1: there is no pond.h"),
    ("paths", {"tools/draw.py": "# from\n# pond.c\n"}, "tools/draw.py:2: there is no pond.c"),
]
# What is no mistake: inner folders share what would be too much for one.
FINE = [
    ("functions", {"src/core/pool.c": "int zd_pool_run(int count)\n{\n" + 60 * "    print(\"{\");\n" + "}\n"}),
    ("folders", {f"src/core/{'ab'[i % 2]}/part{i}.c": 150 * "\n" for i in range(58)}),
    ("paths", {"src/core/pool.c": '#include <pthread.h>\nconst char *name = "pond.c"; /* a name */\n'}),
]


def check(name, changes):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in {**TREE, **changes}.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        ran = subprocess.run([sys.executable, TOOLS / f"check_{name}.py", folder], capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout + ran.stderr


wrong = 0
for name in sorted({row[0] for row in MISTAKES}):
    code, said = check(name, {})
    if code != 0:
        wrong += 1
        print(f"{name}: a tree in order is refused:\n{said}")
for name, changes in FINE:
    code, said = check(name, changes)
    if code != 0:
        wrong += 1
        print(f"{name}: no mistake, and refused:\n{said}")
for name, changes, expected in MISTAKES:
    code, said = check(name, changes)
    if code != 1 or expected not in said:
        wrong += 1
        print(f"{name} ends with {code} and does not tell '{expected}':\n{said}")
print(f"{len(MISTAKES)} mistakes, {wrong} wrong answers")
sys.exit(1 if wrong else 0)
