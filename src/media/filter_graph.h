/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FILTER_GRAPH_H
#define ZD_MEDIA_FILTER_GRAPH_H

/* Filter graphs that somebody else wrote, read before anything of FFmpeg's is created. */

#include "core/status.h"
#include "core/text.h"

enum { ZD_FILTER_GRAPH_MAX = 8192 };

/** Reads a filter graph as FFmpeg does, refuses every filter and option that media/allowed.h does
 *  not hold, and adds the graph to `out`, written anew: every option by its name, every value
 *  escaped in one way. What was checked and what FFmpeg then reads cannot differ. A written graph
 *  is read to the same text again. The message names the filter or option and the way out. */
ZD_MUST_USE zd_status zd_filter_graph_check(const char *graph, zd_text *out, zd_error *err);

#endif
