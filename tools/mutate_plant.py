# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Plants many mutants in one build: a function gets one copy of its body for each of its mutants, and the
environment (ZD_MUTANT=NUMBER) says which one runs. So a file is compiled once for all of its mutants, and a
mutant costs the time of the tests alone. A function also tells when it is first reached
(ZD_MUTANT_REACHED=FILE), so that only tests that come by a mutant are run for it.

Bodies can be copied because this project has no labels and no variable-length arrays at their top level.
Tables are data and cannot be switched: their mutants are planted one by one."""
import collections
import re

# The file's own options are as ever, so that everything else comes from the compiler's cache; what is
# planted is compiled quickly, with its asserts, and calls with arguments of the wrong kind do not build.
PROLOGUE = """#undef NDEBUG
%s
#pragma GCC diagnostic error "-Wint-conversion"
#pragma GCC diagnostic error "-Wincompatible-pointer-types"
extern char *getenv(const char *name);
extern int open(const char *path, int flags, ...);
extern int close(int file);
extern long write(int file, const void *data, unsigned long bytes);
static int zd_mutant_;
__attribute__((constructor)) static void zd_mutant_read_(void)
{
    const char *text = getenv("ZD_MUTANT");
    while (text != 0 && *text >= '0' && *text <= '9') {
        zd_mutant_ = 10 * zd_mutant_ + (*text++ - '0');
    }
}
__attribute__((unused, cold, noinline)) static void zd_mutant_reach_(const char *place, unsigned long bytes)
{
    const char *path = getenv("ZD_MUTANT_REACHED");
    int file = path != 0 ? open(path, 1 | 64 | 1024, 0600) : -1;
    if (file >= 0) {
        (void) !write(file, place, bytes);
        (void) close(file);
    }
}
#line 1 "%s"
"""


def planted(path, text, numbered, optimize=True):
    """The file's text with its mutants, a list of (number, mutant) of functions, in it."""
    by_place = collections.defaultdict(list)
    for number, mutant in numbered:
        by_place[mutant.place.start].append((number, mutant))
    out, at = [PROLOGUE % ('#pragma GCC optimize("O1")' if optimize else "", path)], 0
    for start in sorted(by_place):
        group = by_place[start]
        place = group[0][1].place
        said = f"{path}|{place.name}"
        out.append(text[at:start])
        out.append('{ static char zd_hit_; if (!zd_hit_) { zd_hit_ = 1; zd_mutant_reach_("%s\\n", %d); }\n' % (said, len(said) + 1))
        for number, mutant in group:
            body = text[start:mutant.start] + mutant.text + text[mutant.end:place.end]
            out.append(f'if (zd_mutant_ == {number})\n#line 1 "zd-mutant-{number}"\n{body} else\n')
        out.append(f'#line {text.count(chr(10), 0, start) + 1} "{path}"\n{text[start:place.end]} }}')
        at = place.end
    out.append(text[at:])
    return "".join(out)


def blamed(said):
    """The numbers of the mutants that a compiler's errors name, and the files with errors elsewhere."""
    numbers = {int(n) for n in re.findall(r"^zd-mutant-(\d+):\d+:(?:\d+:)? (?:fatal )?error:", said, re.M)}
    files = set(re.findall(r"^(?:\.\./)*(src/\S+?):\d+:(?:\d+:)? (?:fatal )?error:", said, re.M))
    return numbers, files
