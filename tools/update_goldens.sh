#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Writes the golden pictures of tests/golden anew from a build folder (default: build). Look at
# every one that `git diff` shows before committing it.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
meson compile -C "$build" >/dev/null
export ZD_GOLDEN_DIR=$PWD/tests/golden ZD_UPDATE_GOLDENS=1
for test in "$build"/tests/golden/test_golden_*; do
    if [ -x "$test" ] && [ -f "$test" ]; then
        "$test"
    fi
done
git status --short tests/golden
