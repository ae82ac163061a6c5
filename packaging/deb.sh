#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Builds Debian packages of the commit that is checked out:
#   packaging/deb.sh FOLDER     there lie the packages, and zdepth.deb-build while it works
# CC counts ("ccache gcc"); DEB_BUILD_OPTIONS too, of which nocheck is set unless it is given.
set -eu
cd "$(dirname "$0")/.."
out=$(mkdir -p "${1:?usage: packaging/deb.sh FOLDER}" && cd "$1" && pwd)
version=$(sed -n 's/^zdepth (\([^-]*\)-.*/\1/p' packaging/debian/changelog | head -n 1)
work=$out/zdepth.deb-build
tree=$work/zdepth-$version
[ ! -d "$work" ] || [ -f "$work/.ours" ] || { echo "deb.sh: '$work' is not ours; remove it" >&2; exit 1; }
rm -rf "$work"
mkdir -p "$work"
touch "$work/.ours"
git archive --format=tar --prefix="zdepth-$version/" HEAD | gzip -n1 >"$work/zdepth_$version.orig.tar.gz"
tar -xzf "$work/zdepth_$version.orig.tar.gz" -C "$work"
cp -a "$tree/packaging/debian" "$tree/debian"
cd "$tree"
export DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS-nocheck}
dpkg-buildpackage --no-sign -rfakeroot "${ZD_DEB_BUILD:--F}" >"$work/build.log" 2>&1 || { tail -n 40 "$work/build.log"; exit 1; }
cd "$work"
mv ./*.deb "$out"
mv zdepth_* "$out"
[ -n "${ZD_KEEP:-}" ] || rm -rf "$work"
ls -l "$out"
