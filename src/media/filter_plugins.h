/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FILTER_PLUGINS_H
#define ZD_MEDIA_FILTER_PLUGINS_H

/* The frei0r plug-ins of the system, and what they say of their parameters. A plug-in is foreign code: the
 * list itself is made of the names of files and runs none of it, to ask one loads it into the process.
 *
 * A chain names a plug-in "frei0r=filter_name=NAME:filter_params=A|B|C", its parameters in order: numbers
 * from 0 to 1, "y" or "n", colours as "R/G/B" and positions as "X/Y" from 0 to 1, texts.
 *
 * Thread-safety: one thread at a time asks. */

#include "core/context.h"
#include "core/status.h"
#include "media/filter_info.h"

typedef struct zd_filter_plugins zd_filter_plugins;

/** Lists the plug-ins in `folders` (ends with NULL), by name; of one name the first. `folders` NULL: those
 *  of the system in which FFmpeg looks, without the names that $FREI0R_PATH or the user's own folder
 *  have as well, since FFmpeg would take those. The caller owns *out. */
ZD_MUST_USE zd_status zd_filter_plugins_create(zd_context *ctx, const char *const *folders,
                                               zd_filter_plugins **out, zd_error *err);
void zd_filter_plugins_destroy(zd_filter_plugins **list);

int zd_filter_plugins_count(const zd_filter_plugins *list);
const char *zd_filter_plugins_name(const zd_filter_plugins *list, int index);

/** Loads a plug-in and asks it, once; it stays loaded. ZD_ERR_UNSUPPORTED: it is no filter of one picture.
 *  ZD_ERR_CORRUPT: it is no plug-in, or does not start. */
ZD_MUST_USE zd_status zd_filter_plugins_ask(zd_filter_plugins *list, int index, zd_error *err);

/** Of a plug-in that was asked; "" and 0 before. */
const char *zd_filter_plugins_help(const zd_filter_plugins *list, int index);
int zd_filter_plugins_param_count(const zd_filter_plugins *list, int index);

/** Fills in a parameter; the initial value of all but numbers and switches is a text as a chain has it.
 *  False past the last. Texts live as long as the list. */
bool zd_filter_plugins_param(const zd_filter_plugins *list, int index, int param,
                             zd_filter_option *out);

#endif
