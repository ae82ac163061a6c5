#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# joint.sh PREPARED research|permissive MINUTES [FLAG of train.py...]: trains the shipped network of that recipe on, depth and
# foreground together, with what prepare.sh made. MINUTES is the whole schedule; the same command goes on where it was stopped.
# joint.sh --packs PREPARED research|permissive prints train.py's flags for the packs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

packs() {
    printf '%s ' --data "$1/data" --people "$1/data/people" --labels "$1/labels" --cache "$1/cache" --scenes 250 --synth "$1"/packs/plain-*
    [ "$2" = permissive ] || printf '%s ' "$1"/packs/photos-*
}
[ "${1-}" = --packs ] && { packs "$2" "$3"; exit; }
[ $# -ge 3 ] || { sed -n '4,6s/^# //p' "$0"; exit 2; }
prepared=$(cd "$1" && pwd)
recipe=$2
minutes=$3
shift 3
case $recipe in
research) init=zdepth-embedded ;;
permissive) init=zdepth-embedded-permissive ;;
*) echo "the recipe is research or permissive, not $recipe" >&2; exit 2 ;;
esac
exec "$prepared/venv/bin/python" "$here/train.py" --joint --init "$here/../models/$init.safetensors" --recipe "$recipe" \
    $(packs "$prepared" "$recipe") --out "$prepared/runs/joint-$recipe" --bf16 --sizes wide --settle 5 --lr 3e-4 --warmup 100 \
    --decay-from 0.4 --threads "${OMP_NUM_THREADS:-$(nproc)}" --minutes "$minutes" --resume "$@"
