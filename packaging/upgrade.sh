#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Packages of two versions in one bare root, as root: the older, the newer over it, purged, the newer alone.
#   packaging/upgrade.sh ROOT.tar OLDER NEWER     a bare root of packaging/chroots.sh, two folders of packages
# What is there after the upgrade must be what the newer packages bring alone, and the purge leaves what was there
# before. Files are what is looked at: what packages depend on is not installed.
set -eu
tar=$(realpath "${1:?usage: packaging/upgrade.sh ROOT.tar OLDER NEWER}")
older=$(realpath "${2:?no folder of older packages}") newer=$(realpath "${3:?no folder of newer packages}")
[ "$(id -u)" -eq 0 ] || { echo "upgrade.sh: only root may change its root" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
mkdir -p "$root"
tar -C "$root" -xf "$tar"
mkdir "$root/older" "$root/newer"
cp "$older"/*.deb "$root/older"
cp "$newer"/*.deb "$root/newer"
names=$(for deb in "$newer"/*.deb; do dpkg-deb -f "$deb" Package; done)

within() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/root \
        chroot "$root" sh -euc "$1" >>"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
}
# files NAME: the list of what is there, without the files that only say what was done.
files() {
    (cd "$root" && find . \( -path ./proc -o -path ./dev -o -path ./older -o -path ./newer -o -path ./var/cache \
        -o -path ./var/lib/dpkg -o -path ./var/log -o -path ./tmp \) -prune -o -print | sort) >"$work/$1"
}

files before
within "dpkg --force-depends -i /older/*.deb"
files older
within "dpkg --force-depends -i /newer/*.deb"
files upgraded
within "dpkg --force-depends --purge $(echo $names)"
files purged
within "dpkg --force-depends -i /newer/*.deb"
files alone
[ "$(wc -l <"$work/alone")" -gt "$(wc -l <"$work/before")" ] || { echo "upgrade.sh: the packages hold nothing" >&2; exit 1; }
bad=0
diff "$work/alone" "$work/upgraded" || { echo "the upgrade differs from the newer packages alone"; bad=1; }
diff "$work/before" "$work/purged" || { echo "the purge leaves something, or takes what was there"; bad=1; }
gone=$(comm -23 "$work/older" "$work/upgraded" | wc -l) new=$(comm -13 "$work/older" "$work/upgraded" | wc -l)
echo "upgrade: $gone files went, $new came, $(comm -13 "$work/before" "$work/alone" | wc -l) are there; purged"
exit $bad
