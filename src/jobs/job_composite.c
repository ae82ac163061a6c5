/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Titles and inserts between the layers, and an effect below them, to a file: engine/compositor.c on every
 * frame. Codes that nothing touches go through as they are. */

#include <assert.h>

#include "clip/inserts/clip_compositor.h"
#include "jobs/explain.h"
#include "jobs/job_effect.h"
#include "jobs/job_loop.h"
#include "jobs/job_sheet.h"

typedef struct composite_job {
    zd_clip_tracks *tracks; /* NULL: no insert has one */
    zd_compositor *compositor;
    zd_job_effect effect;
    zd_image *mixed; /* the result's codes in a band of rows */
    zd_job_sheet *sheet;
    zd_frame **target;       /* of the frame at work */
    const zd_view *displays; /* its codes */
} composite_job;

/* Where a rectangle inside one band lies. */
static zd_view in_band(const composite_job *c, zd_rect rect)
{
    assert(rect.y0 / ZD_COMPOSITOR_BAND == (rect.y1 - 1) / ZD_COMPOSITOR_BAND);
    int first = rect.y0 - rect.y0 % ZD_COMPOSITOR_BAND;
    zd_rect part = { rect.x0, rect.y0 - first, rect.x1, rect.y1 - first };
    return zd_view_crop(zd_image_view(c->mixed), part);
}

static void put_piece(void *user, zd_rect piece, zd_view result, zd_view display)
{
    (void) display;
    zd_view_copy(result, in_band(user, piece));
}

static zd_status write_band(void *user, zd_rect band, bool changed, zd_error *err)
{
    const composite_job *c = user;
    return changed ? zd_frame_write(c->target, band, zd_view_crop(*c->displays, band),
                                    in_band(c, band), err)
                   : ZD_OK;
}

static zd_status mix(composite_job *c, zd_job_loop *loop, const zd_layered_frame *frame,
                     zd_rect roi, zd_frame **target, zd_error *err)
{
    bool changed;
    zd_compositor_target to = { .put = put_piece, .finish_band = write_band, .user = c };
    c->effect.frame = *target;
    c->target = target;
    c->displays = &frame->picture;
    ZD_TRY(zd_compositor_render(c->compositor, &loop->job->project->params, frame, roi,
                                loop->job->task, &to, &changed, err));
    loop->report.untouched += changed ? 0 : 1;
    return ZD_OK;
}

static zd_status composite_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                                 zd_frame **target, zd_error *err)
{
    composite_job *c = user;
    zd_rect roi;
    zd_rect whole = { 0, 0, frame->picture.width, frame->picture.height };
    bool on_sheet = zd_job_sheet_wants(c->sheet, frame);
    ZD_TRY(zd_clip_tracks_seek(c->tracks, frame->index, loop->job->task, err));
    ZD_TRY(zd_compositor_at(c->compositor, frame->time_s, whole, &roi, err));
    bool empty = zd_rect_is_empty(roi);
    if (!empty || on_sheet) {
        zd_rect seen =
            zd_compositor_reach(c->compositor, &loop->job->project->params, frame->time_s, roi);
        ZD_TRY(zd_layers_look(loop->layers, frame, on_sheet ? whole : seen, err));
    }
    if (on_sheet) {
        ZD_TRY(zd_job_sheet_add(c->sheet, loop->layers, frame, err));
    }
    if (empty) {
        loop->report.untouched++;
    } else {
        loop->report.due++;
        ZD_TRY(mix(c, loop, frame, roi, target, err));
    }
    if (on_sheet) {
        ZD_TRY(zd_job_sheet_write(c->sheet, *target, err));
    }
    zd_frame *done = *target;
    *target = NULL;
    return zd_job_sink_put(loop->sink, done, err);
}

/* A frame that is not written, for an effect that remembers it. */
static zd_status see_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                           zd_frame **target, zd_error *err)
{
    composite_job *c = user;
    bool changed;
    zd_rect roi;
    zd_rect whole = { 0, 0, loop->clip.info->width, loop->clip.info->height };
    zd_compositor_target to = { .put = put_piece, .user = c };
    ZD_TRY(zd_clip_tracks_seek(c->tracks, frame->index, loop->job->task, err));
    ZD_TRY(zd_compositor_at(c->compositor, frame->time_s, whole, &roi, err));
    ZD_TRY(zd_layers_look(loop->layers, frame, whole, err));
    c->effect.frame = *target;
    return zd_compositor_render(c->compositor, &loop->job->project->params, frame, roi,
                                loop->job->task, &to, &changed, err);
}

/* Results that cannot be meant are no failure, but nobody should have to find out by watching them. */
static void tell_hardly_seen(const zd_job_loop *loop, const zd_compositor *c)
{
    const zd_project *project = loop->job->project;
    for (int i = 0; i < project->insert_count; i++) {
        double share = zd_compositor_visible(c, i);
        const zd_params *insert = &project->inserts[i];
        bool is_title = zd_params_is_set(insert, ZD_P_TITLE);
        if (share > 0.0 && share * 100.0 < ZD_EXPLAIN_LEAST_SHARE) {
            zd_log_write(zd_context_log(loop->ctx), ZD_LOG_WARN, "composite",
                         "of the %s '%s' %.0f %% shows, the foreground hides the rest: move it "
                         "(x, y), make it larger (size), or raise depth_in",
                         is_title ? "title" : "insert",
                         zd_params_text(insert, is_title ? ZD_P_TITLE : ZD_P_INSERT),
                         100.0 * share);
        }
    }
}

static void tell_unseen(const zd_job_loop *loop, const zd_compositor *compositor)
{
    const zd_log *log = zd_context_log(loop->ctx);
    const zd_job_report *r = &loop->report;
    int64_t made = r->frames - r->kept;
    int64_t hidden = r->untouched - (made - r->due);
    if (made > 0 && r->due == 0) {
        zd_log_write(log, ZD_LOG_WARN, "composite",
                     "no title or insert is to be seen in the %lld frames: look at their start and "
                     "end, hide and solo, opacity and place",
                     (long long) made);
    } else if (r->due > 0 && hidden * 2 > r->due) {
        zd_log_write(
            log, ZD_LOG_WARN, "composite",
            "in %lld of %lld frames what was put in is hidden, all of it: everything there "
            "counts as foreground before it; zdepth view shows what does",
            (long long) hidden, (long long) r->due);
    } else {
        tell_hardly_seen(loop, compositor);
    }
}

zd_status zd_job_composite(zd_context *ctx, const zd_job *job, zd_job_report *report, zd_error *err)
{
    composite_job c = { 0 };
    zd_job_loop loop = { 0 };
    zd_status status = ZD_OK;
    if (job->project->insert_count == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "there is nothing to composite; give --title TEXT or --insert FILE");
    }
    status = zd_job_loop_open(ctx, job, &loop, err);
    if (status == ZD_OK) {
        status = zd_clip_tracks_create(&loop.clip, &job->clip, &c.tracks, err);
    }
    if (status == ZD_OK) {
        status = zd_clip_compositor_open(ctx, job->project, loop.clip.info, c.tracks, &c.compositor,
                                         err);
    }
    if (status == ZD_OK) {
        status = zd_job_effect_open(&loop, see_frame, &c.effect, err);
    }
    if (status == ZD_OK) {
        zd_job_effect_use(&c.effect, c.compositor);
        status = zd_image_create(ctx, loop.clip.info->width, ZD_COMPOSITOR_BAND, ZD_RGBA_F32,
                                 &c.mixed, err);
    }
    if (status == ZD_OK && job->sheet != NULL) {
        status = zd_job_sheet_open(ctx, job, &loop.clip, &c.sheet, err);
    }
    if (status == ZD_OK) {
        zd_sink_form form = { .what = "composite", .footage_alpha = loop.clip.info->has_alpha };
        status = zd_job_loop_open_sink(&loop, &form, err);
    }
    if (status == ZD_OK) {
        status = zd_job_loop_run(&loop, "composite", composite_frame, NULL, &c, err);
    }
    if (status == ZD_OK && !job->is_chunk) {
        tell_unseen(&loop, c.compositor);
    }
    *report = loop.report;
    zd_compositor_destroy(&c.compositor);
    zd_clip_tracks_destroy(&c.tracks);
    zd_job_effect_close(&c.effect);
    zd_image_unref(&c.mixed);
    zd_job_sheet_close(&c.sheet);
    zd_job_loop_close(&loop);
    return status;
}
