/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_ALLOWED_H
#define ZD_MEDIA_ALLOWED_H

/* The filters and options of FFmpeg that a text from somebody else may use: none of them reads or
 * writes a file, loads a library by a path, or talks to the network. What is not listed is refused,
 * so a filter that a later FFmpeg brings stays outside until somebody has read its source. */

#include <stdbool.h>
#include <stddef.h>

typedef struct zd_filter_rule {
    const char *name;
    const char *texts; /* "a|b": options whose values are text; NULL: none. Numbers, colours and
                          pixel formats need no entry: FFmpeg's own table says that they are */
    bool is_named;     /* the texts are names and may hold nothing that a path could */
} zd_filter_rule;

/** The rule of a filter; NULL: it is not allowed. */
const zd_filter_rule *zd_filter_rule_find(const char *name);

/** The rules one after the other, counting from 0; NULL past the last. */
const zd_filter_rule *zd_filter_rule_at(int index);

/** Whether a filter's option of type text may be given. */
bool zd_filter_rule_takes(const zd_filter_rule *rule, const char *option);

/** Whether an option of an encoder or container may be given. */
bool zd_encoder_option_is_allowed(const char *option);

/** Whether an option holds options itself, such as x265-params, and may be given when all of those
 *  pass zd_encoder_parameter_is_allowed. */
bool zd_encoder_option_is_list(const char *option);
bool zd_encoder_parameter_is_allowed(const char *parameter);

#endif
