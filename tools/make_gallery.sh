#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Makes the pictures of docs/gallery.md with `zdepth tour`: ninja -C build gallery, or tools/make_gallery.sh ZDEPTH.
set -eu
zdepth=$1
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$zdepth" tour --quiet -o "$work"
# The effects of the sixth picture, from left to right and from above.
n=0
while read -r effect; do
    n=$((n + 1))
    "$zdepth" filter "$work/0_frame.png" --effect "$effect" --no-mask-effects --quiet --no-config -o "$work/effect_$(printf %02d $n).png"
done <<LIST
zblur=x=0.485:y=0.62:radius=0.03:blades=6:bloom=8
zblur=x=0.485:y=0.62:show=1
zfog=density=1.5
zhaze=density=2
zglow=threshold=0.35
zdepthgrade=exposure_far=-1:saturation_far=0.2:warmth_near=0.7
zgrade=exposure=0.5:saturation=0.3
zrelight=x=0.9:y=0.2
zreveal=at=0.75
zparallax=x=-0.05:zoom=0.1
zstereo
zstereo=layout=2
zdisplace=x=0:refract=0.02
zpaint
zposter
zcomic
zpencil
zpaint=brush=0.02,zwater
zstyle=style=oil
zstyle=style=ink
LIST
ffmpeg -v error -nostdin -y -start_number 1 -i "$work/effect_%02d.png" -vf scale=320:-2,tile=4x5:padding=4 -frames:v 1 -update 1 -q:v 5 "$source/docs/pictures/gallery_6_effects.jpg"
# A title that is laid between the layers, and one that stands there.
stand() {
    "$zdepth" composite "$work/0_frame.png" --title STREET --size 0.3 --x 0.45 --y 0.64 --colour '#e0e0e0' --mode normalised --at-depth 0.5 \
        --quiet --no-config -o "$@"
}
stand "$work/plain.png"
stand "$work/lit.png" --light-wrap 0.5 --light-wrap-front 0.7 --contact-shadow 0.9 --contact-front 0.7 --contact-reach 0.3
ffmpeg -v error -nostdin -y -i "$work/plain.png" -i "$work/lit.png" -filter_complex '[0]scale=640:-2[a];[1]scale=640:-2[b];[a][b]hstack' \
    -frames:v 1 -update 1 -q:v 4 "$source/docs/pictures/gallery_8_light.jpg"
"$zdepth" composite "$work/0_frame.png" --title ZDEPTH --x 0.5 --y 0.85 --size 0.16 --plane wall --title 'MAIN ST' --x 0.85 --y 0.68 --size 0.09 --plane wall \
    --quiet --no-config -o "$work/7_scene_title.png"
# A layer that stands still, and one that is seen twice.
for effect in zfreeze=at=1.2 zclone=x=0.45:delay=10; do
    "$zdepth" filter "$source/assets/sample.mp4" --frames 20-44 --effect "$effect" --quiet --no-config -o "$work/${effect%%=*}.%04d.png"
done
ffmpeg -v error -nostdin -y -i "$work/zfreeze.0044.png" -i "$work/zclone.0044.png" -filter_complex '[0]scale=640:-2[a];[1]scale=640:-2[b];[a][b]hstack' \
    -frames:v 1 -update 1 -q:v 4 "$source/docs/pictures/gallery_9_layers.jpg"
for name in 1_views 2_thresholds 3_boxes 4_filter 5_scene 7_scene_title; do
    ffmpeg -v error -nostdin -y -i "$work/$name.png" -vf 'scale=min(640\,iw):-2' -q:v 4 "$source/docs/pictures/gallery_$name.jpg"
done
