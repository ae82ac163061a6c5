/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_COMPOSITE_INTERNAL_H
#define ZD_COMPOSITE_COMPOSITE_INTERNAL_H

/* A span is a piece of one row with every layer that crosses it: small enough that the picture
 * stays in the first-level cache while the layers are laid on it one after the other. */

#include "composite/composite.h"

enum { ZD_SPAN_MAX = 256 };

typedef struct zd_span {
    const zd_composite *composite;
    const int *order; /* indices into composite->layers, far to near; only visible layers */
    int order_count;
    int x0; /* frame coordinates; x1 - x0 <= ZD_SPAN_MAX */
    int x1;
    int y;
    bool keep_original;              /* some layer brings a background */
    float original[ZD_SPAN_MAX * 4]; /* the picture before any insert */
    float shown[ZD_SPAN_MAX];        /* the largest 1 - m of the inserts so far */
    float weight[ZD_SPAN_MAX];       /* 1 - m of the insert at hand */
} zd_span;

/** Lays all layers on the span's pixels. */
void zd_span_render(zd_span *span);

#endif
