/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_PROBE_H
#define ZD_MEDIA_PROBE_H

/* What this machine's media libraries can do, for `zdepth doctor`. */

#include <stdbool.h>
#include <stddef.h>

typedef enum zd_probe_kind {
    ZD_PROBE_LIBRARY, /* detail: the version */
    ZD_PROBE_DECODER,
    ZD_PROBE_ENCODER,
    ZD_PROBE_FILTER,
} zd_probe_kind;

typedef struct zd_probe_item {
    zd_probe_kind kind;
    const char *name;    /* "libavcodec", "libx264", "frei0r" */
    const char *purpose; /* "H.264 movies", in a few words */
    bool is_available;
    char detail[64]; /* version, or "" */
} zd_probe_item;

/** Fills in item `index`, counting from 0; false past the last. */
bool zd_probe_get(int index, zd_probe_item *item);

#endif
