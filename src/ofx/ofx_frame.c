/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Everything that one frame of a host is made of: images, parameters, shot, files. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "engine/network/engine_module.h"
#include "ofx/ofx_effect.h"

/* Else nothing upstream changes while a sequence is rendered: of one time and place it is one picture. */
static void identify(const zd_ofx_instance *i, ofx_time time, zd_pixels *picture)
{
    zd_pixels_hash none = { 0, 0 };
    int sequence = atomic_load(&i->sequence);
    if (picture->view.data == NULL || !zd_pixels_hash_is_same(picture->identity, none) ||
        sequence == 0) {
        return;
    }
    double where[4] = { sequence, time, (double) picture->x, (double) picture->y };
    zd_pixels_hash seed = zd_pixels_hash_bytes((zd_pixels_hash){ 2, 2 }, &i, sizeof i);
    seed = zd_pixels_hash_bytes(seed, &picture->view.data, sizeof picture->view.data);
    picture->identity = zd_pixels_hash_bytes(seed, where, sizeof where);
}

/* What an OpenFX 1.5 host says of the footage's numbers, by the names of its native colourspaces; -1: nothing
 * that tells of its curve. */
static int told_transfer(const zd_ofx_instance *i)
{
    ofx_props props = NULL;
    const zd_ofx_host *host = zd_ofx_host_get();
    if (i->form.is_first || i->source == NULL || host->effect->clip_get_property_set == NULL ||
        host->effect->clip_get_property_set(i->source, &props) != OFX_OK)
    {
        return -1;
    }
    const char *name = zd_ofx_text(props, "OfxImageClipPropColourspace", "");
    if (strstr(name, "linear") != NULL || strncmp(name, "lin_", 4) == 0 ||
        strcmp(name, "ACEScg") == 0 || strcmp(name, "ACES2065-1") == 0)
    {
        return ZD_TRANSFER_LINEAR;
    }
    return strncmp(name, "srgb", 4) == 0    ? ZD_TRANSFER_SRGB
           : strstr(name, "rec709") != NULL ? ZD_TRANSFER_BT709
                                            : -1;
}

static zd_transfer choose_transfer(const zd_ofx_instance *i)
{
    static const zd_transfer transfers[] = { ZD_TRANSFER_BT709, ZD_TRANSFER_BT709, ZD_TRANSFER_SRGB,
                                             ZD_TRANSFER_LINEAR };
    int choice = zd_ofx_extra_int(i, ZD_OFX_TRANSFER, 0.0);
    int told = choice == 0 ? told_transfer(i) : -1;
    if (told >= 0) {
        return (zd_transfer) told;
    }
    if (choice == 0 && zd_ofx_host_get()->kind == ZD_OFX_LINEAR) {
        return ZD_TRANSFER_LINEAR;
    }
    return transfers[choice < 0 || choice > 3 ? 0 : choice];
}

static bool host_aborts(void *user)
{
    const zd_ofx_instance *i = user;
    int (*abort)(ofx_effect) = zd_ofx_host_get()->effect->abort;
    return abort != NULL && abort(i->effect) != 0;
}

static void fetch_optional(ofx_clip clip, ofx_time time, zd_ofx_image *out)
{
    if (zd_ofx_clip_connected(clip)) {
        zd_ofx_image_fetch(clip, time, out);
    }
}

/* Seconds since the clip's first frame, and its rate. */
static double seconds_of(const zd_ofx_instance *i, ofx_time time, double *fps)
{
    ofx_props props = NULL;
    const zd_ofx_host *host = zd_ofx_host_get();
    bool known = i->source != NULL && host->effect->clip_get_property_set != NULL &&
                 host->effect->clip_get_property_set(i->source, &props) == OFX_OK;
    double rate = known ? zd_ofx_number(props, "OfxImageEffectPropFrameRate", 0, 25.0) : 25.0;
    *fps = rate > 0.01 && rate < 1e4 ? rate : 25.0;
    return (time - zd_ofx_first_time(i)) / *fps;
}

static zd_status open_frame(zd_ofx_instance *i, zd_engine *engine, ofx_time time, zd_ofx_frame *out,
                            zd_error *err);

/* Another frame of the clip, for inserts that are placed there. */
static zd_status other_frame(void *user, int64_t number, const zd_engine_frame **out, zd_error *err)
{
    zd_ofx_frame *own = user;
    ofx_time time = zd_ofx_first_time(own->instance) + (double) number;
    *out = NULL;
    if (time == own->time) {
        return ZD_OK;
    }
    for (zd_ofx_frame *f = own->others; f != NULL; f = f->others) {
        if (f->time == time) {
            *out = f->frame.footage.view.data != NULL ? &f->frame : NULL;
            return ZD_OK;
        }
    }
    zd_ofx_frame *other = zd_alloc_zeroed(zd_engine_context(own->engine), 1, sizeof *other);
    if (other == NULL) {
        return zd_fail_memory(err, "another frame");
    }
    zd_status status = open_frame(own->instance, own->engine, time, other, err);
    other->others = own->others;
    own->others = other;
    other->frame.time_s = (double) number / own->frame.clip.fps;
    *out = other->frame.footage.view.data != NULL ? &other->frame : NULL;
    return status;
}

/* What the second version has of files. */
static zd_status open_files(zd_ofx_instance *i, zd_engine *engine, ofx_time time, zd_ofx_frame *out,
                            zd_error *err)
{
    static const char *const folders[] = { ".", "../files", NULL }; /* installed; as built */
    double fps;
    double seconds = seconds_of(i, time, &fps);
    zd_context *ctx = zd_engine_context(engine);
    const char *map = zd_params_text(&out->params, ZD_P_DEPTH_MAP);
    bool reads_map = map != NULL && out->map.picture.view.data == NULL;
    out->frame.time_s = seconds;
    if (!reads_map && !zd_ofx_has_inserts(i)) {
        return ZD_OK;
    }
    zd_engine_set_files(engine, zd_engine_load_files(ctx, folders));
    if (reads_map) {
        ZD_TRY(zd_engine_map_at(engine, map, fps, seconds, &out->map_file, err));
        out->frame.map =
            (zd_pixels){ .view = zd_image_view(out->map_file), .alpha = ZD_PIXELS_OPAQUE };
    }
    if (i->form.is_compositor && zd_ofx_has_inserts(i)) {
        zd_project_init(&out->inserts, ctx);
        out->has_inserts = true;
        ZD_TRY(zd_ofx_read_inserts(i, &out->params, &out->inserts, err));
        out->frame.inserts = &out->inserts;
        out->frame.clip = (zd_engine_clip){ other_frame, out, fps };
    }
    return ZD_OK;
}

static zd_status open_frame(zd_ofx_instance *i, zd_engine *engine, ofx_time time, zd_ofx_frame *out,
                            zd_error *err)
{
    *out = (zd_ofx_frame){ .instance = i, .engine = engine, .time = time };
    assert(engine != NULL);
    zd_context *ctx = zd_engine_context(engine);
    ZD_TRY(zd_ofx_read_params(i, ctx, time, &out->params, err));
    bool swap = i->form.is_compositor && zd_ofx_extra_int(i, ZD_OFX_SWAP_INPUTS, time) != 0;
    zd_ofx_image_fetch(swap ? i->insert : i->source, time, &out->source);
    fetch_optional(swap ? i->source : i->insert, time, &out->insert);
    fetch_optional(i->map, time, &out->map);
    fetch_optional(i->original, time, &out->original);
    zd_ofx_image *images[] = { &out->source, &out->map, &out->original };
    for (int k = 0; k < 3; k++) {
        identify(i, time, &images[k]->picture);
    }
    bool has_original = out->original.picture.view.data != NULL;
    out->frame = (zd_engine_frame){
        .task = i->form.is_compositor ? ZD_ENGINE_COMPOSITE : ZD_ENGINE_FILTER,
        .footage = has_original ? out->original.picture : out->source.picture,
        .insert = out->insert.picture,
        .map = out->map.picture,
        .params = &out->params,
        .transfer = choose_transfer(i),
        .time_s = time,
        .abort = { host_aborts, i },
    };
    if (has_original) {
        out->frame.processed = out->source.picture;
    }
    if (zd_ofx_find_shot(i, ctx, time, &out->shot)) {
        out->frame.shot = &out->shot;
        out->kept = zd_ofx_find_kept(i, time, &out->frame.kept_frame);
        out->frame.kept = i->form.is_first ? NULL : &out->kept;
        out->frame.kept_missing = &out->kept_missing;
    } else if (!i->form.is_first) {
        out->frame.boxes = out->boxes;
        out->frame.box_count = zd_ofx_read_boxes(i, out->boxes);
    }
    if (!i->form.is_first) {
        ZD_TRY(open_files(i, engine, time, out, err));
    }
    if (zd_ofx_has_extra(i->form, ZD_OFX_BUILTIN)) {
        ZD_TRY(zd_ofx_read_chain(i, &out->params, time, &out->chain, err));
        out->frame.chain = &out->chain;
        if (out->chain.count > 0) { /* it works on the picture as it comes */
            out->frame.footage = out->source.picture;
            out->frame.processed = (zd_pixels){ 0 };
        }
    }
    return ZD_OK;
}

zd_status zd_ofx_frame_open(zd_ofx_instance *i, zd_engine *engine, ofx_time time, zd_ofx_frame *out,
                            zd_error *err)
{
    return open_frame(i, engine, time, out, err);
}

void zd_ofx_frame_close(zd_ofx_frame *frame)
{
    while (frame->others != NULL) {
        zd_ofx_frame *other = frame->others;
        frame->others = other->others;
        other->others = NULL;
        zd_ofx_frame_close(other);
        zd_free(zd_engine_context(frame->engine), other);
    }
    zd_ofx_image_release(&frame->source);
    zd_ofx_image_release(&frame->insert);
    zd_ofx_image_release(&frame->map);
    zd_ofx_image_release(&frame->original);
    zd_image_unref(&frame->map_file);
    if (frame->has_inserts) {
        zd_project_finish(&frame->inserts);
    }
    if (frame->params.ctx != NULL) {
        zd_params_finish(&frame->params);
    }
}

/* Frames in which inserts are placed, for hosts that fetch before they render. */
static zd_status find_needed(zd_ofx_instance *i, zd_engine *engine, ofx_time time, zd_ofx_frame *f,
                             zd_ofx_needed *out, zd_error *err)
{
    double fps;
    zd_context *ctx = zd_engine_context(engine);
    int64_t frames[ZD_OFX_NEEDED];
    ZD_TRY(zd_ofx_read_params(i, ctx, time, &f->params, err));
    zd_project_init(&f->inserts, ctx);
    f->has_inserts = true;
    ZD_TRY(zd_ofx_read_inserts(i, &f->params, &f->inserts, err));
    f->frame.time_s = seconds_of(i, time, &fps);
    f->frame.inserts = &f->inserts;
    f->frame.clip.fps = fps;
    f->frame.shot = zd_ofx_find_shot(i, ctx, time, &f->shot) ? &f->shot : NULL;
    int count = zd_engine_frames_needed(&f->frame, frames, ZD_OFX_NEEDED);
    for (int n = 0; n < count; n++) {
        out->times[out->count++] = zd_ofx_first_time(i) + (double) frames[n];
    }
    return ZD_OK;
}

zd_ofx_needed zd_ofx_find_needed(zd_ofx_instance *i, ofx_time time)
{
    zd_error err;
    zd_ofx_needed out = { .count = 0 };
    zd_ofx_frame f = { .instance = i };
    zd_engine *engine = zd_ofx_engine(&err);
    if (engine != NULL && i->form.is_compositor && !i->form.is_first && zd_ofx_has_inserts(i)) {
        f.engine = engine;
        if (find_needed(i, engine, time, &f, &out, &err) != ZD_OK) {
            out.count = 0; /* the render will say why */
        }
        zd_ofx_frame_close(&f);
    }
    return out;
}
