/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth-synth: procedural pictures with known depth and alpha. See README.md. */

#include "clip.h"
#include "fixture.h"
#include "pack.h"
#include "render/memory.h"
#include "world/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct arguments {
    int count;
    char **values;
} arguments;

static const char *option(const arguments *args, const char *name, const char *fallback)
{
    for (int i = 0; i + 1 < args->count; i++) {
        if (strcmp(args->values[i], name) == 0) {
            return args->values[i + 1];
        }
    }
    return fallback;
}

static int number(const arguments *args, const char *name, int fallback, int lo, int hi)
{
    const char *text = option(args, name, NULL);
    if (!text) {
        return fallback;
    }
    char *end;
    long value = strtol(text, &end, 10);
    if (*end || end == text || value < lo || value > hi) {
        sy_die("%s wants a whole number from %d to %d, not '%s'", name, lo, hi, text);
    }
    return (int) value;
}

static int run_pack(const arguments *args)
{
    sy_pack_options o = { .out = option(args, "--out", NULL),
                          .photos = option(args, "--photos", NULL) };
    if (!o.out) {
        sy_die("pack needs --out DIR");
    }
    o.count = number(args, "--count", 100, 1, 1000000);
    o.first = number(args, "--first", 0, 0, 1000000);
    o.size = number(args, "--size", 288, 64, 1024);
    o.threads = number(args, "--threads", 2, 1, 64);
    o.seed = (uint64_t) number(args, "--seed", 1, 0, 2147483647);
    const char *only = option(args, "--only", NULL);
    o.only = only ? sy_sample_subject(only) : -1;
    if (only && o.only < 0) {
        char known[128];
        sy_die("--only wants one of %s, not '%s'", sy_sample_subjects(known, sizeof known), only);
    }
    sy_pack_write(&o);
    return 0;
}

static void parse_size(const char *text, int *width, int *height)
{
    char tail;
    if (sscanf(text, "%dx%d%c", width, height, &tail) != 2 || *width < 16 || *height < 16 ||
        *width > 7680 || *height > 4320 || *width % 2 || *height % 2)
    {
        sy_die("--size wants even WIDTHxHEIGHT, not '%s'", text);
    }
}

static int run_clip(const arguments *args)
{
    sy_clip_options o = { .out = option(args, "--out", NULL),
                          .y4m = option(args, "--y4m", NULL),
                          .depth = option(args, "--depth", NULL),
                          .alpha = option(args, "--alpha", NULL) };
    if (!o.out && !o.y4m) {
        sy_die("clip needs --out DIR or --y4m FILE");
    }
    parse_size(option(args, "--size", "1280x720"), &o.width, &o.height);
    o.first = number(args, "--first", 0, 0, 100000);
    o.frames = number(args, "--frames", 100, 1, 2000);
    o.threads = number(args, "--threads", 2, 1, 64);
    sy_clip_write(&o);
    return 0;
}

static int run_fixture(const arguments *args)
{
    sy_fixture_options o = { .out = option(args, "--out", NULL) };
    if (args->count < 1 || args->values[0][0] == '-' || !o.out) {
        sy_die("fixture needs a name and --out DIR");
    }
    o.name = args->values[0];
    const char *size = option(args, "--size", NULL);
    if (size) {
        parse_size(size, &o.width, &o.height);
    }
    o.frames = number(args, "--frames", 0, 0, 2000);
    sy_fixture_write(&o);
    return 0;
}

static const char usage[] =
    "usage: zdepth-synth pack --out DIR [--count N] [--first N] [--seed S] [--size PX]\n"
    "                         [--photos DIR] [--threads N] [--only SUBJECT]\n"
    "       zdepth-synth clip (--out DIR | --y4m FILE) [--depth DIR] [--alpha DIR]\n"
    "                         [--size WxH] [--first N] [--frames N] [--threads N]\n"
    "       zdepth-synth fixture NAME --out DIR [--size WxH] [--frames N]\n";

int main(int argc, char **argv)
{
    arguments args = { argc > 2 ? argc - 2 : 0, argv + 2 };
    const char *mode = argc > 1 ? argv[1] : "";
    if (strcmp(mode, "pack") == 0) {
        return run_pack(&args);
    }
    if (strcmp(mode, "clip") == 0) {
        return run_clip(&args);
    }
    if (strcmp(mode, "fixture") == 0) {
        return run_fixture(&args);
    }
    fputs(usage, stderr);
    return 2;
}
