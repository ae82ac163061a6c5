#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Installs what is needed, builds Zdepth and runs its main job: a title between the person and the
# background of a clip.
#   ./demo.sh                     on the bundled sample
#   ./demo.sh CLIP [TITLE]        on your own clip
#   ./demo.sh CLIP TITLE FLAGS... with more flags of `zdepth composite`
set -eu
cd "$(dirname "$0")"
tools/install_packages.sh --build
[ -f build/build.ninja ] || meson setup build >/dev/null || { tail -n 20 build/meson-logs/meson-log.txt >&2; exit 1; }
# What is installed, without the tests; on a terminal ninja counts what is done.
mapfile -t targets < <(tools/installed_targets.py build | tr ' ' '\n')
echo "building: some minutes the first time"
quiet=--quiet
[ ! -t 1 ] || quiet=
ninja -C build $quiet "${targets[@]}"
mkdir -p out
clip=${1:-}
title=${2:-ZDEPTH}
[ $# -ge 2 ] && shift 2 || shift $#
clip=${clip:-assets/sample.mp4} # made by tools/make_sample.sh
name=$(basename "${clip%.*}")
build/src/cli/zdepth composite "$clip" --title "$title" --size 0.3 "$@" \
    -o "out/$name-title.mp4" --sheet "out/$name-sheet.png"
echo "movie:         $PWD/out/$name-title.mp4"
echo "contact sheet: $PWD/out/$name-sheet.png (source, depth, thresholded view, result)"
