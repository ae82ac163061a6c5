/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pieces are skipped where no layer shows, so their codes are neither decoded nor written. */

#include "composite/composite_codes.h"

#include <stdatomic.h>
#include <string.h>

#include "core/require.h"
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

/* Whether the compositor can change any pixel of the piece. */
static bool shows(const zd_composite_layer *layer, zd_rect piece)
{
    zd_rect part = zd_rect_intersect(zd_placed_rect(layer->picture), piece);
    for (int y = part.y0; y < part.y1 && part.x0 < part.x1; y++) {
        const float *insert = zd_placed_pixel_f32(layer->picture, part.x0, y);
        const float *matte =
            layer->matte.view.data != NULL ? zd_placed_pixel_f32(layer->matte, part.x0, y) : NULL;
        for (int x = 0; x < part.x1 - part.x0; x++) {
            if ((matte == NULL || matte[x] != 1.0f) && !zd_vec4_is_nothing(insert + 4 * x)) {
                return true;
            }
        }
    }
    return false;
}

static bool any_shows(const zd_composite_layer *layers, int count, zd_rect piece)
{
    for (int i = 0; i < count; i++) {
        if (layers[i].opacity > 0.0f && shows(&layers[i], piece)) {
            return true;
        }
    }
    return false;
}

static void fail(lay_job *job, zd_status status, const zd_error *error)
{
    if (!atomic_exchange(&job->failed, true)) {
        job->status = status;
        job->error = *error;
    }
}

static void lay_piece(void *user, zd_rect piece)
{
    lay_job *job = user;
    float insert[ZD_PIECE_FLOATS];
    float before[ZD_PIECE_FLOATS];
    float after[ZD_PIECE_FLOATS];
    zd_composite_layer own[ZD_COMPOSITE_CODES_FETCH_MAX];
    zd_error error = { 0 };
    const zd_composite_codes *lay = job->lay;
    zd_view display = zd_view_crop(lay->display, piece);
    zd_view was = zd_piece_view(before, piece);
    zd_view now = zd_piece_view(after, piece);
    zd_composite composite = { .picture = { now, piece.x0, piece.y0 },
                               .layers = lay->layers,
                               .count = lay->count };
    if (atomic_load_explicit(&job->failed, memory_order_relaxed)) {
        return;
    }
    if (lay->fetch != NULL) {
        zd_placed_view picture = { zd_piece_view(insert, piece), piece.x0, piece.y0 };
        memcpy(own, lay->layers, (size_t) lay->count * sizeof *own);
        own[lay->fetched].picture = picture;
        lay->fetch(lay->user, piece, picture.view);
        composite.layers = own;
    }
    if (!any_shows(composite.layers, composite.count, piece)) {
        lay->put(lay->user, piece, display, display);
        return;
    }
    zd_view_copy(display, was);
    if (lay->needs_bound) {
        zd_linear_bound(was);
    }
    zd_linear_decode(job->ctx, lay->transfer, was, was);
    zd_view_copy(was, now);
    zd_status status = zd_composite_render(job->ctx, &composite, piece, &error);
    if (status != ZD_OK) {
        fail(job, status, &error);
        return;
    }
    if (zd_linear_encode_changed(job->ctx, lay->transfer, was, now, display, now)) {
        atomic_store_explicit(&job->changed, true, memory_order_relaxed);
    }
    lay->put(lay->user, piece, now, display);
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
