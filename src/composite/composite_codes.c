/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pieces are skipped where no layer shows, so their codes are neither decoded nor written. */

#include "composite/composite_codes.h"

#include <stdatomic.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "image/linear.h"
#include "image/piece.h"

typedef struct lay_job {
    zd_context *ctx;
    const zd_composite_codes *lay;
    atomic_bool changed;
    atomic_bool failed;
    zd_status status; /* of the piece that failed first */
    zd_error error;
} lay_job;

static bool is_laid(const float *insert, const float *matte, int x)
{
    return (matte == NULL || matte[x] != 1.0f) && !zd_vec4_is_nothing(insert + 4 * x);
}

/* Widens the columns *x0 .. *x1 to those that a layer can change in the piece. */
static void find_columns(const zd_composite_layer *layer, zd_rect piece, int *x0, int *x1)
{
    zd_rect part = zd_rect_intersect(zd_placed_rect(layer->picture), piece);
    int width = part.x1 - part.x0;
    for (int y = part.y0; y < part.y1 && width > 0; y++) {
        const float *insert = zd_placed_pixel_f32(layer->picture, part.x0, y);
        const float *matte =
            layer->matte.view.data != NULL ? zd_placed_pixel_f32(layer->matte, part.x0, y) : NULL;
        int first = 0;
        int end = width;
        while (first < width && part.x0 + first < *x0 && !is_laid(insert, matte, first)) {
            first++;
        }
        while (end > first && part.x0 + end > *x1 && !is_laid(insert, matte, end - 1)) {
            end--;
        }
        if (end > first) {
            *x0 = zd_int_min(*x0, part.x0 + first);
            *x1 = zd_int_max(*x1, part.x0 + end);
        }
    }
}

/* The columns of a piece that any layer can change; others keep their codes. */
static zd_rect shown_part(const zd_composite_layer *layers, int count, zd_rect piece)
{
    int x0 = piece.x1;
    int x1 = piece.x0;
    for (int i = 0; i < count; i++) {
        if (layers[i].opacity > 0.0f) {
            find_columns(&layers[i], piece, &x0, &x1);
        }
    }
    return (zd_rect){ zd_int_min(x0, x1), piece.y0, x1, piece.y1 };
}

static void fail(lay_job *job, zd_status status, const zd_error *error)
{
    if (!atomic_exchange(&job->failed, true)) {
        job->status = status;
        job->error = *error;
    }
}

/* Puts what keeps its codes. */
static void put_same(const zd_composite_codes *lay, zd_rect part)
{
    if (!zd_rect_is_empty(part)) {
        zd_view display = zd_view_crop(lay->display, part);
        lay->put(lay->user, part, display, display);
    }
}

/* Lays the layers where they show. */
static void lay_part(lay_job *job, zd_composite_layer *layers, zd_rect part)
{
    float before[ZD_PIECE_FLOATS];
    float after[ZD_PIECE_FLOATS];
    zd_error error = { 0 };
    const zd_composite_codes *lay = job->lay;
    zd_view display = zd_view_crop(lay->display, part);
    zd_view was = zd_piece_view(before, part);
    zd_view now = zd_piece_view(after, part);
    zd_composite composite = { .picture = { now, part.x0, part.y0 },
                               .layers = layers,
                               .count = lay->count };
    if (lay->needs_bound) {
        zd_view_copy(display, was);
        zd_linear_bound(was);
    }
    zd_linear_decode(job->ctx, lay->transfer, lay->needs_bound ? was : display, was);
    zd_view_copy(was, now);
    zd_status status = zd_composite_render(job->ctx, &composite, part, &error);
    if (status != ZD_OK) {
        fail(job, status, &error);
        return;
    }
    if (zd_linear_encode_changed(job->ctx, lay->transfer, was, now, display, now)) {
        atomic_store_explicit(&job->changed, true, memory_order_relaxed);
    }
    lay->put(lay->user, part, now, display);
}

static void lay_piece(void *user, zd_rect piece)
{
    lay_job *job = user;
    float insert[ZD_PIECE_FLOATS];
    zd_composite_layer own[ZD_COMPOSITE_CODES_FETCH_MAX];
    const zd_composite_codes *lay = job->lay;
    zd_composite_layer *layers = lay->layers;
    if (atomic_load_explicit(&job->failed, memory_order_relaxed)) {
        return;
    }
    if (lay->fetch != NULL) {
        zd_placed_view picture = { zd_piece_view(insert, piece), piece.x0, piece.y0 };
        memcpy(own, lay->layers, (size_t) lay->count * sizeof *own);
        own[lay->fetched].picture = picture;
        lay->fetch(lay->user, piece, picture.view);
        layers = own;
    }
    zd_rect part = shown_part(layers, lay->count, piece);
    put_same(lay, (zd_rect){ piece.x0, piece.y0, part.x0, piece.y1 });
    if (!zd_rect_is_empty(part)) {
        lay_part(job, layers, part);
    }
    put_same(lay, (zd_rect){ part.x1, piece.y0, piece.x1, piece.y1 });
}

zd_status zd_composite_codes_run(zd_context *ctx, const zd_composite_codes *lay, zd_rect roi,
                                 bool *changed, zd_error *err)
{
    ZD_REQUIRE(err, lay->display.format.channels == 4 && lay->put != NULL);
    ZD_REQUIRE(err, roi.x0 >= 0 && roi.y0 >= 0);
    ZD_REQUIRE(err, roi.x1 <= lay->display.width && roi.y1 <= lay->display.height);
    ZD_REQUIRE(err, lay->fetch == NULL || (lay->count <= ZD_COMPOSITE_CODES_FETCH_MAX &&
                                           lay->fetched >= 0 && lay->fetched < lay->count));
    lay_job job = { .ctx = ctx, .lay = lay };
    zd_pieces_run(ctx, roi, lay_piece, &job);
    *changed = atomic_load(&job.changed);
    if (atomic_load(&job.failed)) {
        if (err != NULL) {
            *err = job.error;
        }
        return job.status;
    }
    return ZD_OK;
}
