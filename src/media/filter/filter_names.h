/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FILTER_FILTER_NAMES_H
#define ZD_MEDIA_FILTER_FILTER_NAMES_H

#include "core/status.h"

/** Refuses a graph with a filter that FFmpeg does not have, by its name, and tells the nearest one. What
 *  FFmpeg's own parser says of it differs from version to version. */
ZD_MUST_USE zd_status zd_filter_names_check(const char *graph, zd_error *err);

#endif
