#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Makes a relocatable archive of an installed tree for other distributions:
#   packaging/tarball.sh BUILD OUT.tar.gz
# Programs look for libraries beside themselves (lib, by $ORIGIN) and for networks by their own place. What the C
# library, the graphics driver and the fonts belong to stays the system's: libc, libm, libstdc++, libgcc, OpenGL,
# fontconfig's files. The notices of every package that a library came from are in share/doc/libraries.
set -eu
build=${1:?usage: packaging/tarball.sh BUILD OUT.tar.gz}
out=${2:?usage: packaging/tarball.sh BUILD OUT.tar.gz}
command -v patchelf >/dev/null || { echo "tarball.sh: it takes patchelf" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
DESTDIR=$work/root meson install -C "$build" --no-rebuild --quiet
prefix=$(meson introspect "$build" --buildoptions |
    python3 -c 'import json,sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')
tree=$work/zdepth
mkdir -p "$tree/lib" "$tree/share/doc/libraries"
cp -a "$work/root$prefix/bin" "$tree/bin"
cp -a "$work/root$prefix/share/." "$tree/share"
rm "$tree/bin/zdepth-studio"* 2>/dev/null || true # GTK is the system's
system='^(ld-linux.*|lib(c|m|dl|pthread|rt|stdc\+\+|gcc_s|EGL|GL|GLX|GLdispatch|OpenGL))\.so'
ldd "$tree/bin/zdepth-run" | awk '$2 == "=>" && $3 ~ /^\// { print $1, $3 }' | while read -r name path; do
    [[ $name =~ $system ]] && continue
    install -m 644 "$path" "$tree/lib/$name"
    patchelf --set-rpath '$ORIGIN' "$tree/lib/$name"
    owner=$(dpkg-query -S "$(readlink -f "$path")" 2>/dev/null | head -n 1 | cut -d : -f 1) || owner=
    if [ -n "$owner" ] && [ -f "/usr/share/doc/$owner/copyright" ]; then
        cp "/usr/share/doc/$owner/copyright" "$tree/share/doc/libraries/$owner"
    fi
done
patchelf --set-rpath '$ORIGIN/../lib' "$tree/bin/zdepth-run"
cp "$(dirname "$0")/../LICENSE" "$(dirname "$0")/../NOTICE" "$(dirname "$0")/../docs/licences.md" "$tree/share/doc"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf - zdepth | gzip -n1 >"$out.part"
mv "$out.part" "$out"
echo "$out: $(du -h "$out" | cut -f 1), $(find "$tree/lib" -type f | wc -l) libraries"
