/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The cut-out and Mask Effects in a host's pixels, piece by piece while a piece is in the cache. */

#include <string.h>

#include "engine/engine_between.h"
#include "engine/engine_internal.h"
#include "engine/engine_result.h"
#include "image/piece.h"

enum { BAND = 64 }; /* rows between two looks at the host's abort */

typedef struct filter_job {
    const zd_engine_request *render;
    zd_view matte; /* of the frame's size */
    bool masks;    /* else the picture is cut out */
} filter_job;

static void cut_piece(const filter_job *job, zd_rect piece)
{
    float read[ZD_PIECE_FLOATS];
    float cut[ZD_PIECE_FLOATS];
    const zd_engine_request *r = job->render;
    const zd_pixels *source = &r->frame->footage;
    zd_view picture = zd_view_crop(r->prepared->frame.picture, piece);
    zd_view out = zd_piece_view(cut, piece);
    if (r->frame->processed.view.data != NULL) {
        source = &r->frame->processed;
        picture = zd_piece_view(read, piece);
        zd_pixels_read(r->ctx, source, zd_engine_plane_rect(r, piece), picture);
    }
    zd_engine_cut_out(picture, zd_view_crop(job->matte, piece), out);
    zd_engine_put(r, piece, out, source, picture);
}

static bool is_outside(zd_view matte)
{
    for (int y = 0; y < matte.height; y++) {
        const float *row = zd_view_row_f32(matte, y);
        for (int x = 0; x < matte.width; x++) {
            if (row[x] != 0.0f) {
                return false;
            }
        }
    }
    return true;
}

/* The processed picture inside the matte, the footage elsewhere. */
static void mask_piece(const filter_job *job, zd_rect piece)
{
    float footage[ZD_PIECE_FLOATS];
    float processed[ZD_PIECE_FLOATS];
    const zd_engine_request *r = job->render;
    zd_view matte = zd_view_crop(job->matte, piece);
    zd_view display = zd_view_crop(r->prepared->frame.picture, piece);
    zd_view now = zd_piece_view(processed, piece);
    if (is_outside(matte)) {
        zd_engine_put(r, piece, display, &r->frame->footage, display);
        return;
    }
    zd_pixels_read(r->ctx, &r->frame->processed, zd_engine_plane_rect(r, piece), now);
    zd_engine_mix_codes(r->ctx, &r->prepared->frame, display, matte, zd_piece_view(footage, piece),
                        now);
    zd_engine_put(r, piece, now, &r->frame->footage, display);
}

static void filter_piece(void *user, zd_rect piece)
{
    const filter_job *job = user;
    if (job->masks) {
        mask_piece(job, piece);
    } else {
        cut_piece(job, piece);
    }
}

/* ---- built-in effects ---- */

static zd_pixels_hash key_of_track(zd_pixels_hash key, const zd_effect_track *track)
{
    key = zd_pixels_hash_bytes(key, &track->step, sizeof track->step);
    key = zd_pixels_hash_bytes(key, &track->field->offset, sizeof track->field->offset);
    for (int i = 0; i < track->count; i++) {
        const zd_key *at = &track->keys[i];
        const double values[] = { at->time_s, at->value, (double) at->ease };
        key = zd_pixels_hash_bytes(key, values, sizeof values);
    }
    return key;
}

static zd_pixels_hash chain_key(const zd_engine_request *r, bool masks)
{
    const zd_effect_chain *chain = r->frame->chain;
    const zd_prepared *p = r->prepared;
    const zd_matte_params *m = &p->frame.matte;
    float matte[] = { (float) m->mode,
                      m->depth_in,
                      m->depth_out,
                      m->feather,
                      m->choke,
                      m->auto_feather,
                      m->invert,
                      m->nearest_only,
                      m->level_far,
                      m->level_near,
                      m->level_gamma,
                      m->probability,
                      masks };
    zd_pixels_hash key = zd_pixels_hash_bytes(p->prepared_for, matte, sizeof matte);
    const char *styles = zd_params_text(r->frame->params, ZD_P_STYLE_MODEL);
    key = zd_pixels_hash_bytes(key, styles, strlen(styles));
    for (int i = 0; i < chain->count; i++) {
        const zd_effect_step *step = &chain->steps[i];
        key = zd_pixels_hash_bytes(key, step->effect->name, strlen(step->effect->name));
        key = zd_pixels_hash_bytes(key, step->params.bytes, step->effect->size);
    }
    for (int i = 0; i < chain->track_count; i++) {
        key = key_of_track(key, &chain->tracks[i]);
    }
    if (zd_effect_chain_moves(chain)) {
        key = zd_pixels_hash_bytes(key, &p->frame.time_s, sizeof p->frame.time_s);
    }
    return key;
}

/* Effects look far around, so the whole frame is drawn, once for all its tiles. */
static zd_status draw_chain(zd_engine_request *r, bool masks, zd_view out, zd_error *err)
{
    zd_prepared *p = r->prepared;
    zd_engine_chain_room room = { .plate = NULL };
    zd_view matte = { 0 };
    if (zd_engine_style_is_wanted(r->frame->chain)) {
        room.style = r->engine->style;
        room.style_model = zd_params_text(r->frame->params, ZD_P_STYLE_MODEL);
    }
    zd_rect whole = { 0, 0, p->width, p->height };
    zd_pixels_hash key = chain_key(r, masks);
    if (p->is_drawn && zd_pixels_hash_is_same(p->drawn_for, key)) {
        return ZD_OK;
    }
    p->is_drawn = false;
    ZD_TRY(zd_prepared_get_plane(r->ctx, p, ZD_PREPARED_DEPTH, &room.nearness, err));
    ZD_TRY(zd_prepared_get_plane(r->ctx, p, ZD_PREPARED_SCRATCH, &room.linear, err));
    if (masks) {
        ZD_TRY(zd_prepared_get_plane(r->ctx, p, ZD_PREPARED_MATTE, &matte, err));
        ZD_TRY(zd_engine_render_matte(p->frame.prepared, &p->frame.matte, whole, &r->task, matte,
                                      err));
        room.layer = matte;
        if (zd_engine_wants_plate(r->frame->params, r->frame->chain)) {
            ZD_TRY(zd_prepared_get_plate(r->ctx, p, &room.plate, err));
        }
    }
    ZD_TRY(zd_task_check(&r->task, err));
    ZD_TRY(zd_engine_run_chain(r->ctx, r->frame->chain, &p->frame, matte, &room, out, NULL, err));
    p->is_drawn = true;
    p->drawn_for = key;
    return ZD_OK;
}

static zd_status render_chain(zd_engine_request *r, bool masks, zd_error *err)
{
    zd_view out;
    ZD_TRY(zd_prepared_get_plane(r->ctx, r->prepared, ZD_PREPARED_DRAWN, &out, err));
    if (zd_engine_layers_are_moved(r->frame->chain)) {
        return zd_fail(
            err, ZD_ERR_UNSUPPORTED,
            "%s holds layers of the frames before, which a host does not give in order; do "
            "it with zdepth filter",
            r->frame->chain->steps[0].effect->name);
    }
    ZD_TRY(draw_chain(r, masks, out, err));
    zd_engine_put(r, r->roi, zd_view_crop(out, r->roi), &r->frame->footage,
                  zd_view_crop(r->prepared->frame.picture, r->roi));
    return ZD_OK;
}

zd_status zd_engine_render_filter(zd_engine_request *r, zd_error *err)
{
    const zd_params *p = r->frame->params;
    bool masks = zd_params_bool(p, ZD_P_MASK_EFFECTS, 0.0);
    bool cuts = zd_params_bool(p, ZD_P_TRANSPARENCY, 0.0);
    if (!cuts && r->frame->chain != NULL && r->frame->chain->count > 0) {
        return render_chain(r, masks, err);
    }
    filter_job job = { .render = r,
                       .masks = !cuts && masks && r->frame->processed.view.data != NULL };
    ZD_TRY(zd_engine_roi_matte(r, &job.matte, err));
    for (int y = r->roi.y0; y < r->roi.y1; y += BAND) {
        zd_rect band = { r->roi.x0, y, r->roi.x1, y + BAND < r->roi.y1 ? y + BAND : r->roi.y1 };
        ZD_TRY(zd_task_check(&r->task, err));
        zd_pieces_run(r->ctx, band, filter_piece, &job);
    }
    return ZD_OK;
}
