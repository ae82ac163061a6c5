#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Adds up Meson's test logs: count_tests.py BROKEN_BUILDS LOG... A test program that prints
"N passed, N failed" counts with its N, any other counts as one. Ends with the plain line that
continuous integration reads."""
import json
import re
import sys

passed, failed, skipped = 0, int(sys.argv[1]), 0
bad = []
for log in sys.argv[2:]:
    for line in open(log):
        test = json.loads(line)
        own = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$",
                         test.get("stdout", ""), re.M)
        ok = test["result"] in ("OK", "EXPECTEDFAIL")
        if own:
            passed += int(own[-1][0])
            failed += int(own[-1][1])
            skipped += int(own[-1][2] or 0)
        elif test["result"] == "SKIP":
            skipped += 1
        elif ok:
            passed += 1
        if not ok and test["result"] != "SKIP":
            failed += 0 if own and int(own[-1][1]) else 1
            bad.append(f"{log.split('/')[0]}: {test['name']}: {test['result']}")
for name in bad:
    print("failed:", name)
print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(1 if failed or not passed else 0)
