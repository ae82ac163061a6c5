/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The compositor in a host's pixels: the picture that the host hands over is an insert like any other,
 * read piece by piece. */

#include <string.h>

#include "engine/compositor.h"
#include "engine/engine_internal.h"
#include "image/linear.h"

/* The insert's pixels in a piece, in linear light. */
static void fetch_piece(void *user, zd_rect piece, zd_view out)
{
    const zd_engine_request *r = user;
    if (!zd_pixels_read(r->ctx, &r->frame->insert, zd_engine_plane_rect(r, piece), out)) {
        zd_linear_bound(out);
    }
    zd_linear_decode(r->ctx, r->frame->transfer, out, out);
}

/* Where the insert can show. Its pixels are fetched: only the rectangle is looked at. */
static zd_status insert_at(void *user, double time_s, zd_rect roi, zd_composite_layer *layer,
                           zd_error *err)
{
    static float none;
    const zd_engine_request *r = user;
    const zd_params *p = r->frame->params;
    (void) err;
    if (r->frame->insert.view.data == NULL) {
        return ZD_OK;
    }
    zd_rect found = zd_pixels_bounds(r->ctx, &r->frame->insert, zd_engine_plane_rect(r, roi));
    layer->opacity = (float) zd_params_number(p, ZD_P_OPACITY, time_s);
    layer->blend = (zd_blend) zd_params_int(p, ZD_P_BLEND);
    if (!zd_rect_is_empty(found)) {
        zd_view view = { &none, found.x1 - found.x0, found.y1 - found.y0, 0, ZD_RGBA_F32 };
        layer->picture = (zd_placed_view){ view, found.x0 - r->frame->footage.x,
                                           found.y0 - r->frame->footage.y };
    }
    return ZD_OK;
}

static void put_piece(void *user, zd_rect piece, zd_view result, zd_view display)
{
    const zd_engine_request *r = user;
    zd_engine_put(r, piece, result, &r->frame->footage, display);
}

/* The footage's own codes in the roi, except inside `hole`. */
static void put_around(const zd_engine_request *r, zd_rect hole)
{
    zd_rect roi = r->roi;
    if (zd_rect_is_empty(hole)) {
        hole = (zd_rect){ roi.x1, roi.y1, roi.x1, roi.y1 };
    }
    const zd_rect parts[] = { { roi.x0, roi.y0, roi.x1, hole.y0 },
                              { roi.x0, hole.y1, roi.x1, roi.y1 },
                              { roi.x0, hole.y0, hole.x0, hole.y1 },
                              { hole.x1, hole.y0, roi.x1, hole.y1 } };
    for (int i = 0; i < 4; i++) {
        if (!zd_rect_is_empty(parts[i])) {
            zd_view view = zd_view_crop(r->prepared->frame.picture, parts[i]);
            zd_engine_put(r, parts[i], view, &r->frame->footage, view);
        }
    }
}

/* ---- inserts of a project ---- */

/* An insert with a copy of its parameters, which outlive the render. */
typedef struct kept_insert {
    zd_engine *engine;
    zd_context *ctx;
    const void *place; /* in the scene, or NULL */
    zd_params params;
    zd_compositor_insert inner;
} kept_insert;

static zd_status kept_at(void *user, double time_s, zd_rect roi, zd_composite_layer *layer,
                         zd_error *err)
{
    const kept_insert *kept = user;
    return kept->inner.at(kept->inner.user, time_s, roi, layer, err);
}

static void close_kept(void *user)
{
    kept_insert *kept = user;
    if (kept->inner.close != NULL) {
        kept->inner.close(kept->inner.user);
    }
    zd_engine_place_give(kept->engine, kept->place);
    zd_params_finish(&kept->params);
    zd_free(kept->ctx, kept);
}

static zd_status keep_insert(zd_engine_request *r, int index, zd_error *err)
{
    const zd_params *params = &r->frame->inserts->inserts[index];
    zd_prepared *p = r->prepared;
    kept_insert *kept = zd_alloc_zeroed(r->ctx, 1, sizeof *kept);
    if (kept == NULL) {
        return zd_fail_memory(err, "an insert");
    }
    kept->engine = r->engine;
    kept->ctx = r->ctx;
    zd_status status = zd_params_copy(params, &kept->params, err);
    if (status != ZD_OK) {
        zd_free(r->ctx, kept);
        return status;
    }
    kept->place = r->places[index];
    zd_engine_place_use(r->engine, kept->place);
    status = r->engine->files->open_insert(r->ctx, &kept->params, p->width, p->height, kept->place,
                                           &kept->inner, err);
    if (status != ZD_OK) {
        close_kept(kept);
        return status;
    }
    zd_compositor_insert insert = {
        .params = &kept->params, .at = kept_at, .close = close_kept, .user = kept
    };
    return zd_compositor_add(p->compositor, &insert, err);
}

/* What inserts there are, as text: the same ones stay open for the next tile and frame. */
static zd_status inserts_key(zd_context *ctx, const zd_project *inserts, zd_pixels_hash *out,
                             zd_error *err)
{
    zd_text text;
    zd_text_init(&text, ctx);
    zd_project_write(inserts, &text);
    zd_status status = zd_text_finish(&text, "the inserts", err);
    if (status == ZD_OK) {
        *out = zd_pixels_hash_bytes((zd_pixels_hash){ 5, 5 }, text.data, strlen(text.data));
    }
    zd_text_release(&text);
    return status;
}

static zd_status open_inserts(zd_engine_request *r, const zd_compositor_insert *own,
                              zd_pixels_hash key, zd_error *err)
{
    zd_prepared *p = r->prepared;
    const zd_project *inserts = r->frame->inserts;
    int count = inserts != NULL ? inserts->insert_count : 0;
    zd_compositor_clear(p->compositor);
    p->inserts = (zd_pixels_hash){ 0, 0 };
    if (count > 0 && r->engine->files == NULL) {
        return zd_fail(err, ZD_ERR_MISSING,
                       "no titles and no files can be had here; give the insert as the clip "
                       "Foreground");
    }
    ZD_TRY(zd_compositor_add(p->compositor, own, err));
    for (int i = 0; i < count; i++) {
        if (zd_project_shows(inserts, i)) {
            ZD_TRY(keep_insert(r, i, err));
        }
    }
    p->inserts = key;
    return ZD_OK;
}

static zd_status add_inserts(zd_engine_request *r, zd_error *err)
{
    zd_prepared *p = r->prepared;
    zd_pixels_hash key = { 1, 0 };
    zd_compositor_insert own = {
        .params = r->frame->params, .at = insert_at, .fetch = fetch_piece, .user = r
    };
    if (p->compositor == NULL) {
        ZD_TRY(zd_compositor_create(r->ctx, p->width, p->height, &p->compositor, err));
        p->inserts = (zd_pixels_hash){ 0, 0 };
    }
    if (r->frame->inserts != NULL && r->frame->inserts->insert_count > 0) {
        ZD_TRY(inserts_key(r->ctx, r->frame->inserts, &key, err));
        key = zd_pixels_hash_bytes(key, r->places, sizeof r->places);
    }
    if (zd_pixels_hash_is_same(p->inserts, key)) {
        zd_compositor_replace(p->compositor, 0, &own);
        return ZD_OK;
    }
    return open_inserts(r, &own, key, err);
}

zd_status zd_engine_render_composite(zd_engine_request *r, zd_error *err)
{
    bool changed;
    zd_rect touched;
    zd_prepared *p = r->prepared;
    zd_compositor_target target = { .put = put_piece, .user = r };
    int64_t tile = (int64_t) (r->roi.x1 - r->roi.x0) * (r->roi.y1 - r->roi.y0);
    if (4 * tile < (int64_t) p->width * p->height) {
        zd_pixels_hash both[2] = { p->key, p->prepared_for };
        target.tiles_of = zd_pixels_hash_bytes((zd_pixels_hash){ 9, 9 }, both, sizeof both);
    }
    ZD_TRY(add_inserts(r, err));
    zd_status status = zd_compositor_at(p->compositor, r->frame->time_s, r->roi, &touched, err);
    touched = zd_rect_intersect(touched, r->roi);
    if (status == ZD_OK && !zd_rect_is_empty(touched)) {
        status = zd_compositor_render(p->compositor, r->frame->params, &p->frame, touched, &r->task,
                                      &target, &changed, err);
    }
    ZD_TRY(status);
    put_around(r, touched);
    return ZD_OK;
}
