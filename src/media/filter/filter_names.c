/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Finds where the filters of a graph begin (FFmpeg's manual, "Filtergraph syntax"): behind link labels,
 * after ',' and ';' outside quotes and escapes. Whatever else is wrong with a graph FFmpeg tells. */

#include "media/filter/filter_names.h"

#include <libavfilter/avfilter.h>
#include <string.h>

#include "core/words.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

static const char *skip_labels(const char *at)
{
    at += strspn(at, " \n\t\r");
    while (*at == '[') {
        at += strcspn(at, "]");
        at += *at == ']';
        at += strspn(at, " \n\t\r");
    }
    return at;
}

/* To the ',' or ';' that ends a filter, or the end. */
static const char *skip_arguments(const char *at)
{
    bool is_quoted = false;
    for (; *at != '\0' && (is_quoted || (*at != ',' && *at != ';')); at++) {
        if (*at == '\'') {
            is_quoted = !is_quoted;
        } else if (*at == '\\' && !is_quoted && at[1] != '\0') {
            at++;
        }
    }
    return at;
}

static zd_status fail_name(const char *graph, const char *name, zd_error *err)
{
    char meant[80];
    void *position = NULL;
    zd_nearest_word nearest = zd_nearest_word_begin(name);
    for (const AVFilter *filter = av_filter_iterate(&position); filter != NULL;
         filter = av_filter_iterate(&position))
    {
        zd_nearest_word_try(&nearest, filter->name);
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                   "the effect '%.160s' cannot be used: No such filter: '%.60s'%s", graph, name,
                   zd_did_you_mean(&nearest, "", meant, sizeof meant));
}

zd_status zd_filter_names_check(const char *graph, zd_error *err)
{
    for (const char *at = graph; *at != '\0';) {
        char name[64];
        at = skip_labels(at);
        size_t length = strspn(at, letters);
        bool is_scaler_flags = strncmp(at, "sws_flags=", 10) == 0;
        if (length > 0 && length < sizeof name && !is_scaler_flags) {
            memcpy(name, at, length);
            name[length] = '\0';
            if (avfilter_get_by_name(name) == NULL) {
                return fail_name(graph, name, err);
            }
        }
        at = skip_arguments(at);
        at += *at != '\0';
    }
    return ZD_OK;
}
