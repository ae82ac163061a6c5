#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Checks C formatting against .clang-format, two SPDX lines a file, and names unique in src/.
# `tools/check_format.sh --fix` reformats instead. The layout is clang-format 14's; another version has its own, and
# exit status 77 says that it was not asked.
set -u
cd "$(dirname "$0")/.."
version=14
here=$(clang-format --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p')
if [ "${1:-}" = --fix ]; then
    [ "$here" = $version ] || { echo "clang-format is ${here:-not installed}, not $version"; exit 1; }
    find src tests bench tools include -name '*.[ch]' -print0 | xargs -0 clang-format -i
    exit 0
fi
bad=0
if [ "$here" = $version ]; then
    find src tests bench tools include -name '*.[ch]' -print0 |
        xargs -0 clang-format --dry-run --Werror 2>&1 | grep -E 'error:' | head -20
    [ "${PIPESTATUS[2]}" -eq 0 ] && bad=1
else
    echo "clang-format is ${here:-not installed}, not $version; formatting not checked"
fi
for f in $(git ls-files '*.c' '*.h' '*.py' '*.sh'); do
    head -3 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || { echo "$f: no SPDX lines"; bad=1; }
done
twice=$(find src -name '*.[ch]' -printf '%f\n' | sort | uniq -d)
[ -n "$twice" ] && { echo "file names in use twice: $twice"; bad=1; }
[ $bad -eq 0 ] || exit 1
[ "$here" = $version ] || exit 77
echo "format is in order"
