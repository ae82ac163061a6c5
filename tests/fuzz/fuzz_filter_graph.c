/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: filter graphs of somebody else. The input's bytes choose from lists of filters and
 * options and from the ways to write them (names or places, quotes or backslashes, blanks, links),
 * so that every graph is one that FFmpeg reads. A graph is taken if and only if nothing forbidden
 * was chosen, however it was written; what is taken is written anew and reads to the same text. An
 * input that begins with 'T' is taken as the graph itself. */

#include <libavfilter/avfilter.h>
#include <stdbool.h>
#include <stdio.h>

#include "fuzz.h"

#include "media/encoder_options.h"
#include "media/filter_graph.h"

typedef struct piece {
    const char *filter;
    const char *key;
    const char *value;
    bool is_first; /* the filter's first option, so that its name may be left out */
} piece;

static const piece good[] = {
    { "gblur", "sigma", "20", true },
    { "hue", "h", "2*PI*t/3", true },
    { "hue", "s", "if(gt(t,1),0,1)", false },
    { "curves", "r", "0/0 0.5/0.58 1/1", false },
    { "curves", "preset", "vintage", true },
    { "geq", "lum", "255*(X/W)", false },
    { "eq", "contrast", "1.2", true },
    { "format", "pix_fmts", "yuv420p|gray", true },
    { "convolution", "0m", "-1 -1 -1 -1 8 -1 -1 -1 -1", true },
    { "drawbox", "color", "red@0.5", false },
    { "scale", "w", "iw/2*2", true },
    { "rotate", "angle", "PI/6", true },
    { "unsharp", "enable", "between(t,1,2)", false },
    { "frei0r", "filter_name", "cartoon", true },
    { "frei0r", "filter_params", "0.5|0.2", false },
    { "null", NULL, NULL, false },
};

static const piece bad[] = {
    { "movie", "filename", "http://127.0.0.1/x", true },
    { "drawtext", "textfile", "/etc/passwd", false },
    { "drawtext", "text", "hello", false },
    { "frei0r", "filter_name", "../../tmp/x", true },
    { "frei0r", "filter_name", "/tmp/x", true },
    { "frei0r", "filter_params", "a/b", false },
    { "curves", "psfile", "secret.acv", false },
    { "curves", "plot", "x.plt", false },
    { "selectivecolor", "psfile", "a", false },
    { "lut3d", "file", "x.cube", true },
    { "ssim", "stats_file", "x", true },
    { "metadata", "file", "x", false },
    { "sendcmd", "filename", "x", false },
    { "zmq", "bind_address", "tcp://*:5555", true },
    { "gblur", "/sigma", "x", false },
    { "gblur", "sws_flags", "1", false },
    { "deshake", "filename", "log", false },
    { "ladspa", "file", "x", true },
    { "amovie", "filename", "x", true },
};

/* Bytes that steer; zero when they are used up. */
typedef struct source {
    const uint8_t *data;
    size_t size;
    size_t at;
} source;

static unsigned take(source *s, unsigned count)
{
    return s->at < s->size ? s->data[s->at++] % count : 0;
}

/* One level of FFmpeg's escapes, in one of three ways. */
static void escape(char *to, size_t room, const char *from, const char *special, unsigned way)
{
    size_t used = 0;
    if (way == 1 && strchr(from, '\'') == NULL) {
        snprintf(to, room, "'%s'", from);
        return;
    }
    for (; *from != '\0' && used + 3 < room; from++) {
        if (way == 2 || strchr(special, *from) != NULL || strchr("\\' ", *from) != NULL) {
            to[used++] = '\\';
        }
        to[used++] = *from;
    }
    to[used] = '\0';
}

static void add_filter(source *s, const piece *p, char *graph, size_t room)
{
    static const char *const before[] = { "", " ", "[a]", "[in] " };
    static const char *const after[] = { "", "\n", "[b]", " " };
    char value[256] = "";
    char option[320] = "";
    char arguments[800] = "";
    char name[80];
    unsigned way = take(s, 3);
    escape(name, sizeof name, p->filter, "", take(s, 4) == 0 ? way : 0);
    if (p->key != NULL) {
        escape(value, sizeof value, p->value, ":", take(s, 3));
        bool is_named = !p->is_first || take(s, 2) == 0;
        /* A value without a name that holds a '=' would be read as one with a name. */
        is_named = is_named || strchr(value, '=') != NULL;
        snprintf(option, sizeof option, "%s%s%s", is_named ? p->key : "", is_named ? "=" : "",
                 value);
        escape(arguments, sizeof arguments, option, "[],;", take(s, 3));
    }
    size_t used = strlen(graph);
    snprintf(graph + used, room - used, "%s%s%s%s%s", before[take(s, 4)], name,
             p->key != NULL ? "=" : "", arguments, after[take(s, 4)]);
}

/* Takes a graph; what is written must be read to itself. */
static bool check(const char *graph)
{
    zd_text first;
    zd_text second;
    zd_error err = { 0 };
    zd_text_init(&first, fuzz_context());
    zd_text_init(&second, fuzz_context());
    bool is_taken = zd_filter_graph_check(graph, &first, &err) == ZD_OK;
    if (is_taken && (zd_filter_graph_check(first.data, &second, &err) != ZD_OK ||
                     strcmp(first.data, second.data) != 0))
    {
        fprintf(stderr, "'%s' becomes '%s': %s\n", graph, first.data, err.message);
        abort();
    }
    zd_text_release(&first);
    zd_text_release(&second);
    return is_taken;
}

static void check_built(source *s)
{
    char graph[4096] = "";
    bool is_good = true;
    unsigned count = 1 + take(s, 4);
    for (unsigned i = 0; i < count; i++) {
        bool is_bad = take(s, 6) == 1;
        const piece *p = is_bad ? &bad[take(s, sizeof bad / sizeof *bad)]
                                : &good[take(s, sizeof good / sizeof *good)];
        size_t used = strlen(graph);
        snprintf(graph + used, sizeof graph - used, "%s",
                 i == 0            ? ""
                 : take(s, 3) == 1 ? ";"
                                   : ",");
        add_filter(s, p, graph, sizeof graph);
        is_good = is_good && !is_bad && avfilter_get_by_name(p->filter) != NULL;
    }
    if (check(graph) != is_good) {
        fprintf(stderr, "'%s' is %s\n", graph, is_good ? "refused" : "taken");
        abort();
    }
}

/* Encoder options: the same, of keys that may be set and keys that may not. */
static void check_options(source *s)
{
    static const char *const taken[] = { "crf=18",
                                         "preset=slow",
                                         "g=12",
                                         "movflags=+faststart",
                                         "x265-params=keyint=48\\:bframes=2",
                                         "level=4.1" };
    static const char *const refused[] = { "stats=x.log",
                                           "x264-params=stats=x",
                                           "x265-params=keyint=48\\:csv=x",
                                           "x264opts=dump-yuv=x",
                                           "passlogfile=x",
                                           "flags=+pass1",
                                           "protocol_whitelist=file",
                                           "vendor=/tmp/x",
                                           "svtav1-params=stats=x",
                                           "x265-params=crf=/x",
                                           "encryption_key=1" };
    char text[1024] = "";
    bool is_good = true;
    unsigned count = 1 + take(s, 5);
    for (unsigned i = 0; i < count; i++) {
        bool is_bad = take(s, 6) == 1;
        const char *part = is_bad ? refused[take(s, sizeof refused / sizeof *refused)]
                                  : taken[take(s, sizeof taken / sizeof *taken)];
        size_t used = strlen(text);
        char key[40];
        snprintf(key, sizeof key, "%.*s", (int) strcspn(part, "=") + 1, part);
        if (strstr(text, key) != NULL) {
            continue; /* of two with one name the last one counts */
        }
        snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? ":" : "", part);
        is_good = is_good && !is_bad;
    }
    if ((zd_encoder_options_check(text, NULL) == ZD_OK) != is_good) {
        fprintf(stderr, "'%s' is %s\n", text, is_good ? "refused" : "taken");
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] == 'T') {
        char *text = fuzz_text(data + 1, size - 1);
        check(text);
        free(text);
        return 0;
    }
    source s = { data, size, 0 };
    while (s.at < s.size) {
        take(&s, 8) == 0 ? check_options(&s) : check_built(&s);
    }
    return 0;
}
