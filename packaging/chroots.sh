#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# From a bare system to a finished movie, by the package and by the README, as root:
#   packaging/chroots.sh [--way deb|readme|tests|suites]... [SUITE]...     bookworm, trixie, noble; all
# Bare roots are made by debootstrap and kept in ZD_CHROOTS (build/chroots); log.txt there has what was tried
# and how long it took. The ways:
#   deb     packages are built in one root, installed in another that is bare, tried by packaging/debian/tests,
#           and purged; nothing may be left
#   readme  ./demo.sh, the README's first command
#   tests   ./test.sh --quick, its second
#   suites  ./demo.sh, and with what it has built the tests of the second that need no display: not the Studio's,
#           nor the net of jobs, whose hashes are of Debian 12's libraries
# With CCACHE_DIR set, compilers inside share that cache. A root in which something failed stays to be looked at.
set -eu
cd "$(dirname "$0")/.."
source=$PWD
top=${ZD_CHROOTS:-$PWD/build/chroots}
mkdir -p "$top"
ways=() suites=()
while [ $# -gt 0 ]; do
    case "$1" in
    --way) ways+=("${2:?--way needs deb, readme, tests or suites}"); shift ;;
    -*) sed -n '4,15s/^# \{0,1\}//p' "$0"; exit 2 ;;
    *) suites+=("$1") ;;
    esac
    shift
done
[ ${#ways[@]} -gt 0 ] || ways=(deb readme)
[ ${#suites[@]} -gt 0 ] || suites=(bookworm trixie noble)
[ "$(id -u)" -eq 0 ] || { echo "chroots.sh: only root may change its root" >&2; exit 2; }

note() { printf '%s %-9s %-7s %s\n' "$(date -u +%FT%TZ)" "$1" "$2" "$3" | tee -a "$top/log.txt"; }

# Ubuntu's archive is signed by F6ECB3762474EDA9D21B7022871920D1991BC93C (2018). Debian has no package of that key, so it
# comes from Ubuntu's own, which is known by its sum. ZD_KEYRING names another file.
keyring_of() {
    local deb=$top/ubuntu-keyring.deb ring=$top/ubuntu-keyring/usr/share/keyrings/ubuntu-archive-keyring.gpg
    [ -z "${ZD_KEYRING:-}" ] || { echo "$ZD_KEYRING"; return 0; }
    [ "$1" = noble ] || return 0
    if [ ! -f "$ring" ]; then
        curl -fsS -m 60 -o "$deb" "$2/pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb" || return 1
        echo "36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8  $deb" | sha256sum -c --quiet >&2 || return 1
        dpkg-deb -x "$deb" "$top/ubuntu-keyring" || return 1
    fi
    echo "$ring"
}

mirror_of() {
    case "$1" in
    noble) echo "http://archive.ubuntu.com/ubuntu main,universe gutsy" ;;
    *) echo "http://deb.debian.org/debian main sid" ;;
    esac
}

# The bare root of a suite as an archive, made once.
make_base() {
    local suite=$1 url parts script keyring root=$top/$1.base
    read -r url parts script < <(mirror_of "$suite")
    [ ! -f "$top/$suite.tar" ] || return 0
    curl -fsS -m 30 -o /dev/null "$url/dists/$suite/InRelease" || return 1
    keyring=$(keyring_of "$suite" "$url") || return 1
    rm -rf "$root"
    debootstrap --variant=minbase --force-check-gpg --components="$parts" ${keyring:+--keyring="$keyring"} "$suite" "$root" \
        "$url" "/usr/share/debootstrap/scripts/$script" >"$top/$suite.base.log" 2>&1 || return 1
    rm -rf "$root"/var/cache/apt/archives/*.deb
    tar -C "$root" -cf "$top/$suite.tar.part" . && mv "$top/$suite.tar.part" "$top/$suite.tar"
    rm -rf "$root"
}

mounts=()
leave() {
    local at
    for at in "${mounts[@]}"; do umount "$at" 2>/dev/null || umount -l "$at"; done
    mounts=()
}
trap leave EXIT

bind() { mkdir -p "$2"; mount --bind "$1" "$2"; mounts=("$2" "${mounts[@]}"); }

# A fresh root; its name is in $root.
enter() {
    root=$top/$1.root
    leave
    [ ! -d "$root" ] || rm -rf --one-file-system "$root"
    mkdir -p "$root"
    tar -C "$root" -xf "$top/$2.tar"
    mount -t proc proc "$root/proc"
    mounts=("$root/proc" "${mounts[@]}")
    mount -t sysfs sysfs "$root/sys" # x265 asks there which processors it may use
    mounts=("$root/sys" "${mounts[@]}")
    if [ -d /sys/fs/cgroup ]; then # Slurm before 24.05 does not start without
        mount --rbind /sys/fs/cgroup "$root/sys/fs/cgroup"
        mount --make-rslave "$root/sys/fs/cgroup"
        mounts=("$root/sys/fs/cgroup" "${mounts[@]}")
    fi
    bind /dev "$root/dev"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    echo 'force-unsafe-io' >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
    mkdir -p "$top/apt-$2"
    bind "$top/apt-$2" "$root/var/cache/apt/archives"
}

within() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/root \
        ${CCACHE_DIR:+CCACHE_DIR=/ccache CCACHE_BASEDIR=/srv/sources CCACHE_NOHASHDIR=1} \
        APT_CONFIG= chroot "$root" bash -euc "$1"
}

leave_root() {
    leave
    rm -rf --one-file-system "$root"
}

bring_sources() {
    mkdir -p "$root/srv/sources"
    git -C "$source" archive HEAD | tar -C "$root/srv/sources" -x
    [ -z "${CCACHE_DIR:-}" ] || bind "$CCACHE_DIR" "$root/ccache"
}

# Without the files that only say when something was done.
files_of() {
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./srv/sources -o -path ./debs -o -path ./ccache \
        -o -path ./var/cache -o -path ./var/lib/apt -o -path ./var/log -o -path ./var/lib/dpkg -o -path ./tmp \) -prune \
        -o -print | sort)
}

build_packages() {
    local suite=$1 debs=$top/debs-$1 commit
    commit=$(git rev-parse HEAD)
    [ "$(cat "$debs/commit" 2>/dev/null)" != "$commit" ] || return 0
    enter "$suite-build" "$suite"
    bring_sources
    rm -rf "$debs"
    mkdir -p "$debs"
    bind "$debs" "$root/debs"
    cp -r "$root/srv/sources/packaging/debian" "$root/srv/sources/debian"
    within "apt-get update -qq; apt-get install -yqq --no-install-recommends build-essential fakeroot ccache
        apt-get build-dep -yqq --no-install-recommends /srv/sources" >"$top/$suite.build.log" 2>&1
    rm -rf "$root/srv/sources/debian"
    (cd "$root/srv/sources" && git init -q && git add -A && git -c user.name=x -c user.email=x@x commit -qm x)
    within "cd /srv/sources; apt-get install -yqq --no-install-recommends git
        git config --global safe.directory '*'
        CC='${CCACHE_DIR:+ccache }gcc' ZD_DEB_BUILD=-b packaging/deb.sh /srv/sources/out
        cp out/*.deb /debs" >>"$top/$suite.build.log" 2>&1
    leave_root
    echo "$commit" >"$debs/commit"
}

by_deb() {
    local suite=$1 before after start
    start=$SECONDS
    build_packages "$suite" || { note "$suite" deb "packages do not build: $top/$suite.build.log"; return 1; }
    note "$suite" deb "packages built in $((SECONDS - start)) s: $(du -ch "$top/debs-$suite"/*.deb | tail -n 1 | cut -f 1)"
    enter "$suite-deb" "$suite"
    mkdir -p "$root/debs"
    cp "$top/debs-$suite"/*.deb "$root/debs"
    cp -r packaging/debian/tests "$root/debs/tests"
    within "apt-get update -qq" >"$top/$suite.deb.log" 2>&1
    start=$SECONDS
    within "apt-get install -yqq --no-install-recommends /debs/zdepth_*.deb /debs/zdepth-data_*.deb fonts-dejavu-core" \
        >>"$top/$suite.deb.log" 2>&1
    note "$suite" deb "zdepth installed in $((SECONDS - start)) s"
    start=$SECONDS
    within "unset HOME; sh /debs/tests/main-job" >>"$top/$suite.deb.log" 2>&1
    note "$suite" deb "main job done in $((SECONDS - start)) s"
    within "apt-get install -yqq --no-install-recommends /debs/*.deb ffmpeg build-essential pkg-config
        sh /debs/tests/library; sh /debs/tests/plugins" >>"$top/$suite.deb.log" 2>&1
    note "$suite" deb "all packages installed, library and plug-ins tried"
    files_of >"$top/$suite.with"
    within "apt-get purge -yqq zdepth zdepth-data libzdepth0 libzdepth-dev zdepth-studio zdepth-plugins" \
        >>"$top/$suite.deb.log" 2>&1
    files_of >"$top/$suite.without"
    if grep -i zdepth "$top/$suite.without" >"$top/$suite.left"; then
        note "$suite" deb "purge leaves: $(tr '\n' ' ' <"$top/$suite.left")"
        return 1
    fi
    note "$suite" deb "purged: $(comm -23 "$top/$suite.with" "$top/$suite.without" | wc -l) files went, none of ours is left"
    leave_root
}

# $2: the command, $3: what must be there after it
by_command() {
    local suite=$1 way=$2 start
    enter "$suite-$way" "$suite"
    bring_sources
    start=$SECONDS
    within "${CCACHE_DIR:+apt-get update -qq; apt-get install -yqq --no-install-recommends ccache;}
        cd /srv/sources; ${CCACHE_DIR:+export CC='ccache gcc';} { $3; } || exit 1
        times >/tmp/times" >"$top/$suite.$way.log" 2>&1 || {
        note "$suite" "$way" "failed after $((SECONDS - start)) s: $(tail -n 1 "$top/$suite.$way.log")"
        return 1
    }
    note "$suite" "$way" "$3: $((SECONDS - start)) s (processor, user and system: $(tail -n 1 "$root/tmp/times")): $(
        tail -n 1 "$top/$suite.$way.log")"
    leave_root
}

bad=0
for suite in "${suites[@]}"; do
    make_base "$suite" || { note "$suite" base "no bare root could be made (no mirror, or see $suite.base.log)"; bad=1; continue; }
    for way in "${ways[@]}"; do
        case "$way" in
        deb) by_deb "$suite" || { note "$suite" deb "failed"; bad=1; } ;;
        readme) by_command "$suite" readme "./demo.sh && [ -s out/sample-title.mp4 ]" || bad=1 ;;
        tests) by_command "$suite" tests "./test.sh --quick" || bad=1 ;;
        suites) by_command "$suite" suites "tools/install_packages.sh && ./demo.sh && meson test -C build --no-suite studio --no-suite net \
            --no-suite windows --no-suite timing --print-errorlogs" || bad=1 ;;
        *) echo "chroots.sh: no way is called '$way'" >&2; exit 2 ;;
        esac
    done
done
exit $bad
