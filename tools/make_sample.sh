#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Renders the bundled sample, assets/sample.mp4, with the project's own renderer (a few minutes).
set -eu
cd "$(dirname "$0")/.."
build/tools/synth/zdepth-synth clip --y4m - |
    ffmpeg -v error -y -f yuv4mpegpipe -i - -c:v libx264 -preset slower -crf 21 -pix_fmt yuv420p \
        -colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv \
        -movflags +faststart assets/.sample.mp4
mv assets/.sample.mp4 assets/sample.mp4
