/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The grammar is that of FFmpeg's manual, "Filtergraph syntax": chains of filters between ';' and
 * ',', each with link labels in brackets before and after it and arguments behind '='. Arguments
 * are escaped twice, once for the graph and once for the list of options; both are undone by
 * libavutil's own functions. Less is taken than FFmpeg takes: no scaler flags before the graph, no
 * '@' names, no control characters. */

#include "media/filter_graph.h"

#include <ctype.h>
#include <errno.h>
#include <libavfilter/avfilter.h>
#include <libavutil/avstring.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <string.h>

#include "media/allowed.h"

#define WAY_OUT "if you know who made the project, allow it with --trust-project"

static const char blanks[] = " \n\t\r";
static const char word_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

typedef struct graph_reader {
    const char *graph; /* the whole text, for messages */
    const char *at;
    zd_text *out;
    zd_error *err;
} graph_reader;

/* One filter while its arguments are read. */
typedef struct filter_reader {
    graph_reader *graph;
    const AVFilter *filter;
    const zd_filter_rule *rule;
    const AVClass *options;
    const AVOption *shorthand; /* the last one that a value without a name stood for */
    int shorthand_offset;
    zd_text arguments; /* written anew, escaped once */
} filter_reader;

static zd_status fail_syntax(graph_reader *r, const char *reason)
{
    return zd_fail(r->err, ZD_ERR_INVALID_ARGUMENT, "the effect '%.160s' cannot be used: %s",
                   r->graph, reason);
}

static void skip_blanks(graph_reader *r)
{
    r->at += strspn(r->at, blanks);
}

static bool is_word(const char *text, size_t limit)
{
    size_t length = strlen(text);
    return length > 0 && length <= limit && strspn(text, word_letters) == length;
}

/* Adds a text with FFmpeg's escapes for one level. */
static zd_status add_escaped(zd_text *out, const char *text, const char *special, zd_error *err)
{
    char *escaped = NULL;
    if (av_escape(&escaped, text, special, AV_ESCAPE_MODE_BACKSLASH, 0) < 0) {
        return zd_fail_memory(err, "an effect");
    }
    zd_text_add(out, escaped);
    av_free(escaped);
    return ZD_OK;
}

static zd_status read_labels(graph_reader *r)
{
    char label[34];
    for (skip_blanks(r); *r->at == '['; skip_blanks(r)) {
        size_t length = strcspn(r->at + 1, "]");
        if (r->at[1 + length] != ']') {
            return fail_syntax(r, "a '[' has no ']'");
        }
        av_strlcpy(label, r->at + 1, length + 1 < sizeof label ? length + 1 : sizeof label);
        if (length + 1 >= sizeof label || !is_word(label, sizeof label)) {
            return fail_syntax(r, "a link's label is letters, digits and '_', 32 at most");
        }
        zd_text_format(r->out, "[%s]", label);
        r->at += length + 2;
    }
    return ZD_OK;
}

/* What a later FFmpeg adds is text until it is listed here. */
static bool is_number(enum AVOptionType type)
{
    static const enum AVOptionType numbers[] = {
        AV_OPT_TYPE_FLAGS,     AV_OPT_TYPE_INT,   AV_OPT_TYPE_INT64,      AV_OPT_TYPE_UINT64,
        AV_OPT_TYPE_DOUBLE,    AV_OPT_TYPE_FLOAT, AV_OPT_TYPE_RATIONAL,   AV_OPT_TYPE_BOOL,
        AV_OPT_TYPE_DURATION,  AV_OPT_TYPE_COLOR, AV_OPT_TYPE_IMAGE_SIZE, AV_OPT_TYPE_VIDEO_RATE,
        AV_OPT_TYPE_PIXEL_FMT,
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i] == type) {
            return true;
        }
    }
    return false;
}

static bool is_name(const char *value)
{
    return strpbrk(value, "/\\") == NULL && strstr(value, "..") == NULL;
}

/* Whether all values of a plug-in's parameters are names, or numbers joined by '/' as colours and
 * positions are. */
static bool are_values(const char *text)
{
    while (*text != '\0') {
        char part[64];
        size_t length = strcspn(text, "|");
        if (length >= sizeof part) {
            return false;
        }
        memcpy(part, text, length);
        part[length] = '\0';
        bool is_numbers =
            isdigit((unsigned char) part[0]) && strspn(part, "0123456789./") == length;
        if (strstr(part, "..") != NULL || !(is_numbers || is_name(part))) {
            return false;
        }
        text += length + (text[length] == '|');
    }
    return true;
}

static zd_status check_option(filter_reader *f, const char *key, const char *value)
{
    const char *name = f->filter->name;
    const AVOption *option =
        f->options != NULL ? av_opt_find(&f->options, key, NULL, 0, AV_OPT_SEARCH_FAKE_OBJ) : NULL;
    bool is_timed =
        strcmp(key, "enable") == 0 && (f->filter->flags & AVFILTER_FLAG_SUPPORT_TIMELINE) != 0;
    if ((option == NULL || option->type == AV_OPT_TYPE_CONST) && !is_timed) {
        return zd_fail(f->graph->err, ZD_ERR_INVALID_ARGUMENT,
                       "the effect '%.160s' cannot be used: the filter %s has no option '%.40s'",
                       f->graph->graph, name, key);
    }
    if (!is_timed && !is_number(option->type) && !zd_filter_rule_takes(f->rule, key)) {
        return zd_fail(f->graph->err, ZD_ERR_INVALID_ARGUMENT,
                       "a project's effect may not set '%s' of the filter %s, which could lead to "
                       "other files; " WAY_OUT,
                       key, name);
    }
    bool is_allowed = strcmp(key, "filter_params") == 0 ? are_values(value) : is_name(value);
    if (f->rule->is_named && !is_allowed) {
        return zd_fail(f->graph->err, ZD_ERR_INVALID_ARGUMENT,
                       "a project's effect may not give %s the path '%.80s', only the name of "
                       "an installed plug-in; " WAY_OUT,
                       name, value);
    }
    return ZD_OK;
}

/* The option that the next value without a name stands for, as libavfilter counts them. */
static const char *next_shorthand(filter_reader *f)
{
    const AVOption *o = f->shorthand;
    while (f->options != NULL && (o = av_opt_next(&f->options, o)) != NULL) {
        if (o->type != AV_OPT_TYPE_CONST && o->offset != f->shorthand_offset) {
            f->shorthand = o;
            f->shorthand_offset = o->offset;
            return o->name;
        }
    }
    return NULL;
}

static zd_status add_option(filter_reader *f, const char *key, const char *value)
{
    ZD_TRY(check_option(f, key, value));
    zd_text_format(&f->arguments, "%s%s=", f->arguments.length > 0 ? ":" : "", key);
    return add_escaped(&f->arguments, value, ":", f->graph->err);
}

static zd_status read_options(filter_reader *f, const char *text)
{
    bool are_named = false; /* after the first name, every value needs one */
    while (*text != '\0') {
        char *key = NULL;
        char *value = NULL;
        const char *shorthand = are_named ? NULL : next_shorthand(f);
        unsigned flags = shorthand != NULL ? AV_OPT_FLAG_IMPLICIT_KEY : 0;
        int code = av_opt_get_key_value(&text, "=", ":", flags, &key, &value);
        if (code == AVERROR(ENOMEM)) {
            return zd_fail_memory(f->graph->err, "an effect");
        }
        are_named = are_named || key != NULL;
        zd_status status = code < 0 ? fail_syntax(f->graph, "an option is not NAME=VALUE")
                                    : add_option(f, key != NULL ? key : shorthand, value);
        av_free(key);
        av_free(value);
        ZD_TRY(status);
        text += *text != '\0';
    }
    return ZD_OK;
}

static zd_status read_arguments(graph_reader *r, const AVFilter *filter, const zd_filter_rule *rule)
{
    filter_reader f = { .graph = r,
                        .filter = filter,
                        .rule = rule,
                        .options = filter->priv_class,
                        .shorthand_offset = -1 };
    r->at++;
    char *text = av_get_token(&r->at, "[],;");
    if (text == NULL) {
        return zd_fail_memory(r->err, "an effect");
    }
    zd_text_init(&f.arguments, r->out->ctx);
    zd_status status = read_options(&f, text);
    av_free(text);
    if (status == ZD_OK) {
        status = zd_text_finish(&f.arguments, "an effect", r->err);
    }
    if (status == ZD_OK && f.arguments.length > 0) {
        zd_text_add(r->out, "=");
        status = add_escaped(r->out, f.arguments.data, "[],;", r->err);
    }
    zd_text_release(&f.arguments);
    return status;
}

static zd_status read_filter(graph_reader *r)
{
    char *name = av_get_token(&r->at, "=,;[");
    if (name == NULL) {
        return zd_fail_memory(r->err, "an effect");
    }
    const AVFilter *filter = is_word(name, 40) ? avfilter_get_by_name(name) : NULL;
    const zd_filter_rule *rule = filter != NULL ? zd_filter_rule_find(name) : NULL;
    zd_status status = ZD_OK;
    if (filter == NULL) {
        status =
            zd_fail(r->err, ZD_ERR_INVALID_ARGUMENT,
                    "the effect '%.160s' cannot be used: No such filter: '%.60s'", r->graph, name);
    } else if (rule == NULL) {
        status = zd_fail(r->err, ZD_ERR_INVALID_ARGUMENT,
                         "a project's effect may not use the filter '%s', which is not on the list "
                         "of those that lead to no other files; " WAY_OUT,
                         name);
    }
    av_free(name);
    ZD_TRY(status);
    zd_text_add(r->out, filter->name);
    return *r->at == '=' ? read_arguments(r, filter, rule) : ZD_OK;
}

static zd_status read_graph(graph_reader *r)
{
    for (;;) {
        ZD_TRY(read_labels(r));
        ZD_TRY(read_filter(r));
        ZD_TRY(read_labels(r));
        if (*r->at == '\0') {
            return ZD_OK;
        }
        if (*r->at != ',' && *r->at != ';') {
            return fail_syntax(r, "filters stand between ',' or ';'");
        }
        zd_text_add_bytes(r->out, r->at++, 1);
    }
}

zd_status zd_filter_graph_check(const char *graph, zd_text *out, zd_error *err)
{
    graph_reader r = { .graph = graph, .at = graph, .out = out, .err = err };
    if (strlen(graph) > ZD_FILTER_GRAPH_MAX) {
        return zd_fail(err, ZD_ERR_LIMIT, "the effect is longer than %d characters",
                       ZD_FILTER_GRAPH_MAX);
    }
    for (const char *at = graph; *at != '\0'; at++) {
        if ((!isprint((unsigned char) *at) && strchr(blanks, *at) == NULL) || (*at & 0x80) != 0) {
            return fail_syntax(&r, "it holds characters that are not printable ASCII");
        }
    }
    ZD_TRY(read_graph(&r));
    return zd_text_finish(out, "an effect", err);
}
