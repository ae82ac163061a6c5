/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Mask Effects: an effect that is seen only inside the matte; and the matte as transparency. */

#include <assert.h>
#include <string.h>

#include "composite/effect_chain.h"
#include "engine/engine_result.h"
#include "jobs/job_effect.h"
#include "jobs/job_inside.h"

enum { WHOLE_WAITING = 64 };

/* A frame that waits for the filter graph to give its picture back. */
typedef struct waiting {
    zd_frame *frame;
    zd_image *matte; /* NULL: the effect is everywhere */
    bool is_wanted;  /* else it lies outside the range, and only the graph needs it */
} waiting;

typedef struct filter_job {
    zd_context *ctx;
    zd_job_loop *loop;
    zd_effect_chain chain; /* built-in effects */
    zd_clip_graph *graph;  /* FFmpeg's, or NULL */
    waiting line[WHOLE_WAITING];
    int first;
    int count;
    zd_image *was;       /* RGBA f32, linear premultiplied, of the frame's size */
    zd_image *processed; /* the same, after the effect */
    zd_image *display;
    zd_image *depth;
    zd_clean_plate *plate;    /* or NULL */
    zd_engine_style *style;   /* or NULL */
    zd_engine_layers *layers; /* or NULL */
    bool is_before;           /* the frame at work is not to be written */
    bool mask;
    bool transparency;
} filter_job;

static zd_rect whole_of(const filter_job *job)
{
    const zd_reader_info *info = job->loop->clip.info;
    return (zd_rect){ 0, 0, info->width, info->height };
}

static bool same_format(const zd_frame *a, const zd_frame *b)
{
    return strcmp(zd_frame_info_get(a)->pixel_format, zd_frame_info_get(b)->pixel_format) == 0;
}

/* Counts the frame and hands it to the encoder, unless what was done to it failed. */
static zd_status put_frame(filter_job *job, zd_frame *frame, bool changed, zd_status status,
                           zd_error *err)
{
    if (status != ZD_OK) {
        zd_frame_unref(&frame);
        return status;
    }
    job->loop->report.untouched += !changed;
    return zd_job_sink_put(job->loop->sink, frame, err);
}

/* Writes `processed`, codes that differ from `display`, the frame's own, where `changed`. */
static zd_status put_changed(filter_job *job, zd_frame *frame, zd_view display, bool changed,
                             zd_error *err)
{
    zd_status status = ZD_OK;
    if (changed) {
        status = zd_frame_write(&frame, whole_of(job), display, zd_image_view(job->processed), err);
    }
    return put_frame(job, frame, changed, status, err);
}

static zd_engine_chain_room room_of(const filter_job *job, const zd_image *matte)
{
    const zd_params *params = &job->loop->job->project->params;
    return (zd_engine_chain_room){ .nearness = zd_image_view(job->depth),
                                   .linear = zd_image_view(job->was),
                                   .plate = job->plate,
                                   .layer = matte != NULL ? zd_image_view(matte) : (zd_view){ 0 },
                                   .style = job->style,
                                   .layers = job->layers,
                                   .style_model = zd_params_text(params, ZD_P_STYLE_MODEL) };
}

static zd_status filter_builtin(filter_job *job, const zd_layered_frame *frame, zd_image *matte,
                                zd_frame **target, zd_error *err)
{
    bool changed;
    zd_view where = { 0 };
    zd_frame *mine = *target;
    zd_engine_chain_room room = room_of(job, matte);
    *target = NULL;
    if (job->mask) {
        where = zd_image_view(matte);
    }
    zd_status status = zd_engine_run_chain(job->ctx, &job->chain, frame, where, &room,
                                           zd_image_view(job->processed), &changed, err);
    if (status != ZD_OK || job->is_before) {
        zd_frame_unref(&mine);
        return status;
    }
    return put_changed(job, mine, frame->picture, changed, err);
}

static void fill(zd_view view, float value)
{
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = value;
        }
    }
}

/* The same for a graph that gives another pixel format: all pixels become light and are mixed. */
static zd_status put_converted(filter_job *job, waiting *item, const zd_frame *done, zd_error *err)
{
    zd_rect whole = whole_of(job);
    zd_view display = zd_image_view(job->display);
    zd_view processed = zd_image_view(job->processed);
    if (item->matte == NULL) {
        ZD_TRY(zd_image_create(job->ctx, whole.x1, whole.y1, ZD_GRAY_F32, &item->matte, err));
        fill(zd_image_view(item->matte), 1.0f); /* the effect everywhere */
    }
    ZD_TRY(zd_frame_read(done, whole, processed, err));
    ZD_TRY(zd_frame_read(item->frame, whole, display, err));
    zd_layered_frame like = { .transfer = job->loop->clip.info->colour.transfer };
    bool changed = zd_engine_mix_codes(job->ctx, &like, display, zd_image_view(item->matte),
                                       zd_image_view(job->was), processed);
    zd_frame *frame = item->frame;
    item->frame = NULL;
    return put_changed(job, frame, display, changed, err);
}

/* Puts a picture that the graph has finished over the frame it came from, which may be taken. */
static zd_status put_filtered(filter_job *job, waiting *item, const zd_frame *done, zd_error *err)
{
    if (!same_format(item->frame, done)) {
        return put_converted(job, item, done, err);
    }
    bool changed = false;
    zd_frame *frame = item->frame;
    item->frame = NULL;
    zd_status status = item->matte == NULL
                           ? zd_frame_copy_where(&frame, done, (zd_view){ 0 }, &changed, err)
                           : zd_job_inside(job->ctx, job->loop->clip.info->colour.transfer,
                                           zd_image_view(item->matte), done, &frame, &changed, err);
    return put_frame(job, frame, changed, status, err);
}

/* Takes what the graph has finished and puts it with the frame it came from. */
static zd_status collect(filter_job *job, zd_error *err)
{
    for (;;) {
        zd_frame *done = NULL;
        zd_status status = zd_filter_pull(zd_clip_graph_filter(job->graph), &done, err);
        if (status == ZD_ERR_END || (status == ZD_OK && done == NULL)) {
            return ZD_OK;
        }
        if (status == ZD_OK && job->count == 0) {
            status = zd_fail(err, ZD_ERR_UNSUPPORTED, "the effect makes more frames than it gets");
        }
        if (status != ZD_OK) {
            zd_frame_unref(&done);
            return status;
        }
        waiting item = job->line[job->first];
        job->line[job->first] = (waiting){ 0 };
        job->first = (job->first + 1) % WHOLE_WAITING;
        job->count--;
        if (item.is_wanted) {
            status = put_filtered(job, &item, done, err);
        }
        zd_frame_unref(&item.frame);
        zd_frame_unref(&done);
        zd_image_unref(&item.matte);
        if (status != ZD_OK) {
            return status;
        }
    }
}

/* `matte`: where the effect is to be seen; NULL inside: everywhere. NULL: a frame outside the range. */
static zd_status filter_graph(filter_job *job, const zd_layered_frame *frame, zd_image **matte,
                              zd_frame **target, zd_error *err)
{
    assert(job->graph != NULL && job->count <= WHOLE_WAITING);
    zd_clip_graph_frame one = { .media = *target, .frame = frame };
    if (job->count == WHOLE_WAITING) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the effect holds back more than %d frames",
                       WHOLE_WAITING);
    }
    if (matte != NULL && *matte != NULL) {
        one.layer = zd_image_view(*matte);
    }
    ZD_TRY(zd_clip_graph_push(job->graph, &one, err));
    waiting *item = &job->line[(job->first + job->count) % WHOLE_WAITING];
    *item = (waiting){ .frame = *target };
    *target = NULL;
    if (matte != NULL) {
        item->is_wanted = true;
        item->matte = *matte;
        *matte = NULL;
    }
    job->count++;
    return collect(job, err);
}

/* A graph may look at frames before and after one, so it gets the same as for the whole clip. Once
 * the range's last frame is out there is enough. */
static zd_status pass_frame(void *user, zd_job_loop *loop, zd_frame **frame, bool *enough,
                            zd_error *err)
{
    filter_job *job = user;
    bool is_after = loop->report.frames > 0;
    *enough = is_after && (job->count == 0 || !job->line[job->first].is_wanted);
    if (*enough) {
        return ZD_OK;
    }
    ZD_TRY(filter_graph(job, NULL, NULL, frame, err));
    *enough = is_after && (job->count == 0 || !job->line[job->first].is_wanted);
    return ZD_OK;
}

/* The footage with the matte as its alpha. */
static zd_status put_transparent(filter_job *job, const zd_layered_frame *frame, zd_image *matte,
                                 const zd_frame *target, zd_error *err)
{
    const zd_frame_info *info = zd_frame_info_get(target);
    zd_image *cut = NULL;
    zd_rect whole = whole_of(job);
    ZD_TRY(zd_image_create(job->ctx, whole.x1, whole.y1, ZD_RGBA_F32, &cut, err));
    zd_engine_cut_out(frame->picture, zd_image_view(matte), zd_image_view(cut));
    return zd_job_sink_put_image(job->loop->sink, cut, info->pts, info->duration, err);
}

static zd_status filter_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                              zd_frame **target, zd_error *err)
{
    filter_job *job = user;
    zd_image *matte = NULL;
    zd_rect whole = whole_of(job);
    zd_status status = ZD_OK;
    bool needs_picture = job->graph == NULL;
    if (job->mask || needs_picture || zd_clip_graph_needs_layers(job->graph)) {
        ZD_TRY(zd_layers_look(loop->layers, frame, needs_picture ? whole : (zd_rect){ 0 }, err));
    }
    if (job->mask || job->transparency) {
        ZD_TRY(zd_image_create(job->ctx, whole.x1, whole.y1, ZD_GRAY_F32, &matte, err));
        status = zd_layers_matte(loop->layers, &frame->matte, whole, zd_image_view(matte), err);
    }
    if (status == ZD_OK && job->transparency) {
        status = put_transparent(job, frame, matte, *target, err);
    } else if (status == ZD_OK && job->graph != NULL) {
        status = filter_graph(job, frame, &matte, target, err);
    } else if (status == ZD_OK) {
        status = filter_builtin(job, frame, matte, target, err);
    }
    zd_image_unref(&matte);
    return status;
}

/* A frame that is not written, for an effect that remembers it. It stays as it is for who writes it. */
static zd_status see_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                           zd_frame **target, zd_error *err)
{
    filter_job *job = user;
    zd_frame *mine = zd_frame_ref(*target);
    job->is_before = true;
    zd_status status = filter_frame(user, loop, frame, &mine, err);
    job->is_before = false;
    zd_frame_unref(&mine);
    return status;
}

static zd_status flush_graph(void *user, zd_job_loop *loop, zd_error *err)
{
    filter_job *job = user;
    (void) loop;
    if (job->graph == NULL) {
        return ZD_OK;
    }
    ZD_TRY(zd_clip_graph_push(job->graph, NULL, err));
    ZD_TRY(collect(job, err));
    return job->count == 0
               ? ZD_OK
               : zd_fail(err, ZD_ERR_UNSUPPORTED, "the effect makes fewer frames than it gets");
}

/* Whether the graph will see frames outside the range. */
static bool is_partial(const filter_job *job)
{
    const zd_reader_info *info = job->loop->clip.info;
    return !job->loop->clip.is_alone && (info->first_frame != 0 || !info->is_to_end);
}

static zd_status open_effect(filter_job *job, zd_error *err)
{
    zd_rect whole = whole_of(job);
    if (!job->transparency) {
        const char *effect = zd_params_text(&job->loop->job->project->params, ZD_P_EFFECT);
        double rate = zd_reader_info_rate(job->loop->clip.info);
        ZD_TRY(zd_effect_parse(effect, rate, &job->chain, err));
    }
    ZD_TRY(zd_job_style_open(job->loop, &job->chain, see_frame, &job->style, err));
    ZD_TRY(zd_job_layers_open(job->loop, &job->chain, see_frame, &job->layers, err));
    if (!job->transparency && job->chain.count == 0) {
        ZD_TRY(zd_job_graph_open(job->loop, &job->graph, err));
    }
    if (job->graph != NULL && is_partial(job) && zd_clip_graph_takes_more(job->graph) &&
        zd_filter_has_memory(zd_clip_graph_filter(job->graph)))
    {
        return zd_fail(
            err, ZD_ERR_UNSUPPORTED,
            "the effect takes depth, matte or plate and may look at several frames; give "
            "it the whole clip, or --alone");
    }
    if (job->chain.count > 0 && job->mask &&
        zd_engine_wants_plate(&job->loop->job->project->params, &job->chain))
    {
        ZD_TRY(zd_clean_plate_create(job->ctx, whole.x1, whole.y1, &job->plate, err));
    }
    ZD_TRY(zd_image_create(job->ctx, whole.x1, whole.y1, ZD_RGBA_F32, &job->was, err));
    ZD_TRY(zd_image_create(job->ctx, whole.x1, whole.y1, ZD_RGBA_F32, &job->processed, err));
    ZD_TRY(zd_image_create(job->ctx, whole.x1, whole.y1, ZD_RGBA_F32, &job->display, err));
    return zd_image_create(job->ctx, whole.x1, whole.y1, ZD_GRAY_F32, &job->depth, err);
}

static void close_effect(filter_job *job)
{
    for (int i = 0; i < WHOLE_WAITING; i++) {
        zd_frame_unref(&job->line[i].frame);
        zd_image_unref(&job->line[i].matte);
    }
    zd_clip_graph_close(&job->graph);
    zd_engine_style_destroy(&job->style);
    zd_engine_layers_destroy(&job->layers);
    zd_image_unref(&job->was);
    zd_image_unref(&job->processed);
    zd_image_unref(&job->display);
    zd_image_unref(&job->depth);
    zd_clean_plate_destroy(&job->plate);
}

static zd_status check(const zd_params *p, filter_job *job, zd_error *err)
{
    const char *effect = zd_params_text(p, ZD_P_EFFECT);
    job->transparency = zd_params_bool(p, ZD_P_TRANSPARENCY, 0.0);
    job->mask = zd_params_bool(p, ZD_P_MASK_EFFECTS, 0.0);
    if (job->transparency && effect != NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "transparency contradicts effect; do one after the other");
    }
    if (!job->transparency && effect == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "there is nothing to do; give --effect GRAPH or --transparency");
    }
    return ZD_OK;
}

zd_status zd_job_filter(zd_context *ctx, const zd_job *job, zd_job_report *report, zd_error *err)
{
    zd_job_loop loop = { 0 };
    filter_job f = { .ctx = ctx, .loop = &loop };
    zd_status status = check(&job->project->params, &f, err);
    if (status == ZD_OK) {
        status = zd_job_loop_open(ctx, job, &loop, err);
    }
    if (status == ZD_OK) {
        status = open_effect(&f, err);
    }
    if (status == ZD_OK) {
        /* Frames of a graph come out when it likes. */
        zd_sink_form form = { .what = f.graph == NULL ? "filter" : NULL,
                              .alpha = f.transparency,
                              .footage_alpha = loop.clip.info->has_alpha };
        bool has_memory = f.graph != NULL && zd_filter_has_memory(zd_clip_graph_filter(f.graph));
        loop.pass = has_memory ? pass_frame : NULL;
        status = zd_job_loop_open_sink(&loop, &form, err);
    }
    if (status == ZD_OK) {
        status = zd_job_loop_run(&loop, "filter", filter_frame, flush_graph, &f, err);
    }
    *report = loop.report;
    close_effect(&f);
    zd_job_loop_close(&loop);
    return status;
}
