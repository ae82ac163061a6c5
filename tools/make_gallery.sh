#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Makes the pictures of docs/gallery.md with `zdepth tour`: ninja -C build gallery, or tools/make_gallery.sh ZDEPTH.
set -eu
zdepth=$1
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$zdepth" tour --quiet --no-config -o "$work"
for name in 1_views 2_thresholds 3_boxes 4_filter 5_scene; do
    ffmpeg -v error -nostdin -y -i "$work/$name.png" -vf 'scale=min(640\,iw):-2' -q:v 4 "$source/docs/pictures/gallery_$name.jpg"
done
