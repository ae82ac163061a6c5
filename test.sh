#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
# Builds and tests everything: gcc, then clang with the address, undefined-behaviour and thread
# sanitizers. The last line is "N passed, N failed".
#   ./test.sh            all of it
#   ./test.sh --quick    the fast half of the gcc build: unit tests, the library, the house's rules, a part of the net
#   ./test.sh --mutants  five minutes of planted mistakes in the functions changed since main (on main: by its last commits)
#   ./test.sh --werror   warnings are errors (as the continuous integration does)
set -u
cd "$(dirname "$0")"
quick=no
werror=false
for argument in "$@"; do
    case "$argument" in
    --quick) quick=yes ;;
    --werror) werror=true ;;
    --mutants) exec python3 tools/mutate.py --minutes 5 --changed ;;
    *) echo "test.sh: unknown argument '$argument'; there are --quick, --mutants and --werror"; exit 2 ;;
    esac
done
cores=$(nproc)
cache=""
command -v ccache >/dev/null && cache="ccache "
tools/install_packages.sh || { echo "could not install the packages"; echo "0 passed, 1 failed"; exit 1; }
command -v mold >/dev/null && export CC_LD=mold # five hundred programs are linked

logs=()
broken=0
builds=()
trap 'for build in "${builds[@]}"; do pkill -P "$build"; done' EXIT
# begin NAME COMPILER SUITE-ARGUMENTS... -- SETUP-ARGUMENTS...: builds what the suites need, in the background and
# behind everything else (gcc decides on warnings as errors: clang's differ from version to version)
begin() {
    local name=$1 compiler=$2 folder=build-test-$1
    shift 2
    local suites=() strict=false
    [ "$compiler" = gcc ] && strict=$werror
    while [ "$1" != -- ]; do suites+=("$1"); shift; done
    shift
    (
        if [ ! -f "$folder/build.ninja" ]; then
            CC="$cache$compiler" meson setup "$folder" -Dwerror=$strict "$@" >"$folder.log" 2>&1 || { cat "$folder.log"; exit 1; }
        fi
        targets=()
        [ "$name-$quick" = gcc-no ] || mapfile -t targets < <(tools/test_targets.py "$folder" "${suites[@]}")
        # A session of its own: between sessions the kernel shares by autogroups, and niceness counts inside them.
        setsid -w sh -c '{ echo 19 >/proc/self/autogroup; } 2>/dev/null; exec nice -n 19 ninja "$@"' sh \
            -C "$folder" "${targets[@]}" >"$folder.log" 2>&1 ||
            { grep -E 'error|FAILED' "$folder.log" | head -40; exit 1; }
    ) &
    builds+=($!)
}
# finish NAME SUITE-ARGUMENTS...: waits for the oldest build and runs its tests
finish() {
    local name=$1 folder=build-test-$1
    shift
    echo "== $name"
    wait "${builds[0]}" || { broken=$((broken + 1)); builds=("${builds[@]:1}"); return; }
    builds=("${builds[@]:1}")
    [ $quick != no ] || [ "$name" != gcc ] || begin_sanitizers
    logs+=("$folder/meson-logs/testlog.json")
    # More than there are cores: the first programs of gcc's wait for their windows most of the time.
    local more=1
    [ "$name" != gcc ] || more=2
    meson test -C "$folder" --no-rebuild --print-errorlogs --num-processes $((cores + more)) "$@" || once_more "$folder"
}
# once_more FOLDER: a program that works a display or a clock and failed is run again, alone: the
# machine may have been busy. Both results are told.
once_more() {
    local names
    names=$(python3 tools/count_tests.py --by-the-clock "$1/meson-logs/testlog.json")
    [ -n "$names" ] || return
    echo "== once more, alone:" $names
    for build in "${builds[@]}"; do wait "$build"; done
    meson test -C "$1" --no-rebuild --print-errorlogs --num-processes 1 --logbase again $names
    logs+=("$1/meson-logs/again.json")
}
# What fuzzers found is replayed under the sanitizers, where it is noticed.
plain=(--no-suite fuzz)
[ $quick = no ] || plain=(--suite unit --suite api --suite house --suite net --no-suite long)
# Whole programs and long figures run once, by gcc; here is every library's own code.
addresses=(--no-suite bench --no-suite house --no-suite cli --no-suite frei0r --no-suite quality --no-suite long
    --no-suite timing --no-suite python --timeout-multiplier 8)
threads=(--suite threads --timeout-multiplier 10)
# They are built while gcc's tests run, of which some wait for a window. The smaller one comes first: its longest
# program ends alone, and the other goes on building beside it.
begin_sanitizers() {
    local how=(-Db_lundef=false -Dbuildtype=debugoptimized -Dc_args=-gline-tables-only)
    begin tsan clang "${threads[@]}" -- -Db_sanitize=thread "${how[@]}"
    begin asan clang "${addresses[@]}" -- -Db_sanitize=address,undefined "${how[@]}"
}
begin gcc gcc "${plain[@]}" -- -Dbuildtype=release
finish gcc "${plain[@]}"
if [ $quick = no ]; then
    export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    export ASAN_OPTIONS=detect_leaks=1
    export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
    export TSAN_OPTIONS=ignore_noninstrumented_modules=1
    [ ${#builds[@]} -gt 0 ] || begin_sanitizers
    finish tsan "${threads[@]}"
    finish asan "${addresses[@]}"
fi
python3 tools/count_tests.py $broken "${logs[@]}"
