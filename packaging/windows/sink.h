/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_WIN_SINK_H
#define ZD_WIN_SINK_H

/* Bytes of a file that is being made in memory; who writes has made room for all of them. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct zd_win_sink {
    uint8_t *data;
    size_t at;
} zd_win_sink;

static inline void zd_win_put(zd_win_sink *sink, const void *data, size_t bytes)
{
    memcpy(sink->data + sink->at, data, bytes);
    sink->at += bytes;
}

#endif
