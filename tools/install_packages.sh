#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Installs what tools/packages.txt lists, with sudo where needed; does nothing when all is there.
#   tools/install_packages.sh            what building, using and testing takes
#   tools/install_packages.sh --build    only what building and using takes
set -eu
cd "$(dirname "$0")/.."
part=${1:-}
case "$part" in ''|--build) ;; *) echo "install_packages.sh: unknown argument '$part'; there is --build" >&2; exit 2 ;; esac
present() { dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q 'install ok installed'; }
missing=()
while read -r name; do
    case "$name" in
    '# To test it:') [ -z "$part" ] || break; continue ;;
    ''|'#'*) continue ;;
    esac
    # The runtime of clang's sanitizers carries a version in its name on Debian 12.
    if [ "$name" = libclang-rt-dev ] && ! apt-cache show "$name" >/dev/null 2>&1; then
        name=libclang-rt-14-dev
    fi
    present "$name" || missing+=("$name")
done < tools/packages.txt
[ ${#missing[@]} -eq 0 ] && exit 0
sudo=""
[ "$(id -u)" -eq 0 ] || sudo=sudo
echo "installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
