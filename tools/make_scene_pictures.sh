#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Renders docs/scenes/*.zscene and the examples into docs/pictures/scene_*.png (8 bit, small).
# usage: tools/make_scene_pictures.sh ZDEPTH [FOLDER]
set -eu
zdepth=$(realpath "$1")
cd "$(dirname "$0")/.."
out=$(realpath "${2:-docs/pictures}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
small() {
    ffmpeg -v error -y -i "$work/frame.png" -vf scale=320:-1 -pix_fmt rgb24 "$out/scene_$1.png"
}
for scene in docs/scenes/*.zscene; do
    "$zdepth" scene render "$scene" --node main -o "$work/frame.png" --quiet
    small "$(basename "$scene" .zscene)"
done
for name in relief title_wall ball_table; do
    "$zdepth" scene render "examples/scene/$name.zscene" --frames 40 -o "$work/frame.png" --quiet
    small "$name"
done
"$zdepth" scene print examples/scene/ball_table.zscene --svg "$out/scene_graph.svg"
