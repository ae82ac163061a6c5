/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth, matte and views as files. */

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/require.h"
#include "core/size.h"
#include "engine/engine_result.h"
#include "image/resample.h"
#include "jobs/job_loop.h"
#include "media/map_reader.h"

enum { ROWS = 256 }; /* of a picture at a time, so that none lies in memory whole as floats */

typedef struct view_job {
    zd_context *ctx;
    zd_matte_view_kind kind;
    bool raw;
    zd_writer *exr;    /* depth with its own values; NULL: normalised, into the loop's sink */
    zd_image *picture; /* ROWS rows of the footage, RGBA f32 */
    zd_image *gray;    /* of the matte or the depth */
    zd_image *drawn;   /* of a view, RGB f32 */
} view_job;

/* Makes the rows of a rectangle as wide as the frame: gray or RGB f32, in memory of the job's. */
typedef zd_status (*rows_maker)(view_job *job, zd_job_loop *loop, const zd_layered_frame *frame,
                                zd_rect rect, zd_view *out, zd_error *err);

static void close_rows(view_job *job)
{
    zd_image_unref(&job->picture);
    zd_image_unref(&job->gray);
    zd_image_unref(&job->drawn);
}

static zd_status open_rows(view_job *job, int width, int height, bool draws, zd_error *err)
{
    int rows = zd_int_min(ROWS, height);
    ZD_TRY(zd_image_create(job->ctx, width, rows, ZD_GRAY_F32, &job->gray, err));
    if (!draws) {
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(job->ctx, width, rows, ZD_RGBA_F32, &job->picture, err));
    return zd_image_create(job->ctx, width, rows, ZD_RGB_F32, &job->drawn, err);
}

/* The first rows of some memory, as many as a rectangle has. */
static zd_view rows_of(const zd_image *image, zd_rect rect)
{
    zd_view view = zd_image_view(image);
    assert(rect.y1 - rect.y0 <= view.height);
    return zd_view_crop(view, (zd_rect){ 0, 0, view.width, rect.y1 - rect.y0 });
}

static zd_status fill_picture(view_job *job, zd_job_loop *loop, const zd_layered_frame *frame,
                              zd_rect whole, rows_maker make, zd_frame *made, zd_error *err)
{
    for (int y = 0; y < whole.y1; y += ROWS) {
        zd_view rows;
        zd_rect rect = { 0, y, whole.x1, zd_int_min(y + ROWS, whole.y1) };
        ZD_TRY(make(job, loop, frame, rect, &rows, err));
        ZD_TRY(zd_writer_add_rows(loop->writer, made, y, rows, err));
    }
    return ZD_OK;
}

/* Makes a picture of a size part by part and hands it to the sink. */
static zd_status put_rows(view_job *job, zd_job_loop *loop, const zd_layered_frame *frame,
                          zd_rect whole, rows_maker make, const zd_frame *like, zd_error *err)
{
    const zd_frame_info *info = zd_frame_info_get(like);
    zd_frame *made = NULL;
    ZD_TRY(zd_writer_begin(loop->writer, &made, err));
    zd_status status = fill_picture(job, loop, frame, whole, make, made, err);
    if (status != ZD_OK) {
        zd_frame_unref(&made);
        return status;
    }
    return zd_job_sink_put_made(loop->sink, made, info->pts, info->duration, err);
}

static zd_status matte_rows(view_job *job, zd_job_loop *loop, const zd_layered_frame *frame,
                            zd_rect rect, zd_view *out, zd_error *err)
{
    *out = rows_of(job->gray, rect);
    return zd_layers_matte(loop->layers, &frame->matte, rect, *out, err);
}

static zd_status view_rows(view_job *job, zd_job_loop *loop, const zd_layered_frame *frame,
                           zd_rect rect, zd_view *out, zd_error *err)
{
    zd_engine_view view = { .kind = job->kind,
                            .roi = rect,
                            .picture = rows_of(job->picture, rect) };
    if (zd_matte_view_needs_matte(job->kind)) {
        ZD_TRY(matte_rows(job, loop, frame, rect, &view.matte, err));
    }
    ZD_TRY(zd_layers_read(loop->layers, rect, view.picture, err));
    *out = rows_of(job->drawn, rect);
    zd_engine_draw_view(job->ctx, frame, &view, *out);
    return ZD_OK;
}

/* Prepares a frame of which all is shown, part by part. */
static zd_status look_at_all(zd_job_loop *loop, zd_layered_frame *frame, zd_error *err)
{
    ZD_TRY(zd_layers_look(loop->layers, frame, (zd_rect){ 0 }, err));
    zd_layers_expect_all(loop->layers);
    return ZD_OK;
}

/* A view of what the network does not tell would be black and look like an answer. */
static zd_status check_told(const view_job *job, const zd_job_loop *loop, bool sky, bool confidence,
                            zd_error *err)
{
    const char *depth = zd_clip_depth_name(loop->clip.depth);
    if (job->kind == ZD_MATTE_VIEW_SKY && !sky) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' tells nothing of the sky; --model da3-mono-large and da3-metric-large "
                       "do",
                       depth);
    }
    if (job->kind == ZD_MATTE_VIEW_CONFIDENCE && !confidence) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' tells no confidence; --model da3-small and da3-base do", depth);
    }
    return ZD_OK;
}

/* Before the whole clip is looked at for it. */
static zd_status check_may_tell(const view_job *job, const zd_job_loop *loop, zd_error *err)
{
    const zd_clip_depth *depth = loop->clip.depth;
    return check_told(job, loop, zd_clip_depth_may_tell(depth, "sky"),
                      zd_clip_depth_may_tell(depth, "confidence"), err);
}

static zd_status view_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                            zd_frame **target, zd_error *err)
{
    view_job *job = user;
    ZD_TRY(check_told(job, loop, frame->depth.sky != NULL, frame->depth.confidence != NULL, err));
    ZD_TRY(look_at_all(loop, frame, err));
    return put_rows(job, loop, frame, zd_layers_whole(frame), view_rows, *target, err);
}

zd_status zd_job_view(zd_context *ctx, const zd_job *job, zd_matte_view_kind kind,
                      zd_job_report *report, zd_error *err)
{
    ZD_REQUIRE(err, kind < ZD_MATTE_VIEW_COUNT);
    view_job v = { .ctx = ctx, .kind = kind };
    zd_job_loop loop = { 0 };
    zd_status status = zd_job_loop_open(ctx, job, &loop, err);
    if (status == ZD_OK) {
        status = check_may_tell(&v, &loop, err);
    }
    if (status == ZD_OK) {
        status = open_rows(&v, loop.clip.info->width, loop.clip.info->height, true, err);
    }
    if (status == ZD_OK) {
        /* Which one, the parameters may not tell: it has a default. */
        char what[32];
        snprintf(what, sizeof what, "view %d", (int) kind);
        status = zd_job_loop_open_sink(&loop, &(zd_sink_form){ .what = what }, err);
    }
    if (status == ZD_OK) {
        status = zd_job_loop_run(&loop, "view", view_frame, NULL, &v, err);
    }
    *report = loop.report;
    close_rows(&v);
    zd_job_loop_close(&loop);
    return status;
}

static zd_status matte_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                             zd_frame **target, zd_error *err)
{
    view_job *job = user;
    ZD_TRY(look_at_all(loop, frame, err));
    return put_rows(job, loop, frame, zd_layers_whole(frame), matte_rows, *target, err);
}

zd_status zd_job_matte(zd_context *ctx, const zd_job *job, zd_job_report *report, zd_error *err)
{
    view_job v = { .ctx = ctx };
    zd_job_loop loop = { 0 };
    zd_status status = zd_job_loop_open(ctx, job, &loop, err);
    if (status == ZD_OK) {
        status = open_rows(&v, loop.clip.info->width, loop.clip.info->height, false, err);
    }
    if (status == ZD_OK) {
        status =
            zd_job_loop_open_sink(&loop, &(zd_sink_form){ .what = "matte", .is_gray = true }, err);
    }
    if (status == ZD_OK) {
        status = zd_job_loop_run(&loop, "matte", matte_frame, NULL, &v, err);
    }
    *report = loop.report;
    close_rows(&v);
    zd_job_loop_close(&loop);
    return status;
}

/* A normalised depth in the map's own values. Where there is nothing (the matte bounds infinity) it is
 * the furthest, which every tool can take; where that is sky in nearness, 0. */
static float export_value(const zd_layered_frame *frame, float normalised)
{
    const float nothing = -500.0f;
    zd_depth_range range = frame->shot->range;
    bool has_zero = frame->depth.kind == ZD_DEPTH_NEARNESS && frame->depth.sky != NULL;
    return normalised > nothing ? zd_depth_from_normalised(range, normalised)
           : has_zero           ? 0.0f
                                : range.furthest;
}

/* Normalised depth, for files that hold 0..1: at the frame's size with the picture's edges, or as the
 * network gave it. */
static zd_status depth_rows(view_job *job, zd_job_loop *loop, const zd_layered_frame *frame,
                            zd_rect rect, zd_view *out, zd_error *err)
{
    zd_view map = zd_image_view(frame->depth.values);
    *out = rows_of(job->gray, rect);
    if (!job->raw) {
        return zd_layers_full_depth(loop->layers, rect, *out, err);
    }
    for (int y = rect.y0; y < rect.y1; y++) {
        const float *from = zd_view_row_f32(map, y);
        float *row = zd_view_row_f32(*out, y - rect.y0);
        for (int x = 0; x < rect.x1; x++) {
            row[x] = zd_depth_to_normalised(frame->shot->range, from[x]);
        }
    }
    return ZD_OK;
}

/* The depth of an EXR, whose values are the map's own. */
static zd_status depth_image(view_job *job, zd_job_loop *loop, zd_layered_frame *frame,
                             zd_image **out, zd_error *err)
{
    zd_view map = zd_image_view(frame->depth.values);
    int width = job->raw ? map.width : frame->picture.width;
    int height = job->raw ? map.height : frame->picture.height;
    ZD_TRY(zd_image_create(job->ctx, width, height, ZD_GRAY_F32, out, err));
    zd_view view = zd_image_view(*out);
    if (job->raw) {
        zd_view_copy(map, view);
        return ZD_OK;
    }
    ZD_TRY(look_at_all(loop, frame, err));
    ZD_TRY(zd_layers_full_depth(loop->layers, zd_layers_whole(frame), view, err));
    for (int y = 0; y < height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < width; x++) {
            row[x] = export_value(frame, row[x]);
        }
    }
    return ZD_OK;
}

/* What viewers show of an EXR whose values have no natural white: near white, far black. */
static void draw_display(zd_view values, zd_depth_range range, zd_view out)
{
    for (int y = 0; y < values.height; y++) {
        const float *in = zd_view_row_f32(values, y);
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < values.width; x++) {
            float normalised = zd_depth_to_normalised(range, in[x]);
            to[x] = normalised > 0.0f ? zd_float_clamp(normalised, 0.0f, 1.0f) : 0.0f;
        }
    }
}

enum { MOST_CHANNELS = 5, MOST_ATTRIBUTES = 7 };

/* One part of an EXR on its way. */
typedef struct exr_part {
    zd_exr_source channels[MOST_CHANNELS];
    int count;
    zd_image *made[MOST_CHANNELS]; /* of the channels that were made for it */
} exr_part;

static void add_channel(exr_part *part, const char *name, zd_view view)
{
    assert(part->count < MOST_CHANNELS);
    part->channels[part->count++] = (zd_exr_source){ .name = name, .view = view };
}

/* A plane of what the network saw, enlarged where the part is. */
static zd_status add_told(zd_context *ctx, exr_part *part, const char *name, const zd_image *plane,
                          zd_error *err)
{
    zd_view like = part->channels[0].view;
    zd_image **made = &part->made[part->count];
    if (plane == NULL) {
        return ZD_OK;
    }
    zd_view view = zd_image_view(plane);
    if (view.width != like.width || view.height != like.height) {
        ZD_TRY(zd_image_create(ctx, like.width, like.height, ZD_GRAY_F32, made, err));
        ZD_TRY(zd_resample(ctx, ZD_RESAMPLE_LINEAR, view, zd_image_view(*made), err));
        view = zd_image_view(*made);
    }
    add_channel(part, name, view);
    return ZD_OK;
}

static void release_part(exr_part *part)
{
    for (int i = 0; i < MOST_CHANNELS; i++) {
        zd_image_unref(&part->made[i]);
    }
}

/* What is to be seen of the frame: Y for viewers, Z, and what the network said beside it. */
static zd_status fill_shown(zd_context *ctx, exr_part *part, const zd_layered_frame *frame,
                            zd_view values, zd_error *err)
{
    ZD_TRY(zd_image_create(ctx, values.width, values.height, ZD_GRAY_F32, &part->made[0], err));
    draw_display(values, frame->shot->range, zd_image_view(part->made[0]));
    add_channel(part, "Y", zd_image_view(part->made[0]));
    part->channels[0].as_half = true;
    add_channel(part, "Z", values);
    ZD_TRY(add_told(ctx, part, ZD_EXR_SKY, frame->depth.sky, err));
    return add_told(ctx, part, ZD_EXR_CONFIDENCE, frame->depth.confidence, err);
}

/* What the network saw, at its own size, so that the file gives the same matte. */
static zd_status fill_seen(zd_context *ctx, exr_part *part, const zd_layered_frame *frame,
                           zd_error *err)
{
    add_channel(part, "Z", zd_image_view(frame->depth.values));
    ZD_TRY(add_told(ctx, part, ZD_EXR_SUBJECT, frame->foreground, err));
    ZD_TRY(add_told(ctx, part, ZD_EXR_SKY, frame->depth.sky, err));
    return add_told(ctx, part, ZD_EXR_CONFIDENCE, frame->depth.confidence, err);
}

static int fill_attributes(const zd_job_loop *loop, const zd_layered_frame *frame,
                           zd_exr_attribute attributes[MOST_ATTRIBUTES])
{
    bool metres = frame->depth.kind == ZD_DEPTH_METRES;
    zd_depth_range range = frame->shot->range;
    const zd_exr_attribute all[MOST_ATTRIBUTES] = {
        { .name = ZD_EXR_DEPTH_KIND, .text = zd_depth_kind_name(frame->depth.kind) },
        { .name = "zdepthUnit", .text = metres ? "m" : "none" },
        { .name = "zdepthNear", .text = metres ? "small" : "large" },
        { .name = ZD_EXR_DEPTH_FURTHEST, .number = range.furthest },
        { .name = ZD_EXR_DEPTH_NEAREST, .number = range.nearest },
        { .name = "zdepthSource", .text = zd_clip_depth_name(loop->clip.depth) },
        { .name = "zdepthFocal", .number = frame->depth.focal_mm },
    };
    memcpy(attributes, all, sizeof all);
    return frame->depth.focal_mm > 0.0f ? MOST_ATTRIBUTES : MOST_ATTRIBUTES - 1;
}

static zd_status write_exr(view_job *job, zd_job_loop *loop, const zd_layered_frame *frame,
                           const zd_image *values, zd_error *err)
{
    exr_part shown = { 0 };
    exr_part seen = { 0 };
    zd_exr_attribute attributes[MOST_ATTRIBUTES];
    int count = fill_attributes(loop, frame, attributes);
    zd_status status = fill_shown(job->ctx, &shown, frame, zd_image_view(values), err);
    if (status == ZD_OK) {
        status = fill_seen(job->ctx, &seen, frame, err);
    }
    if (status == ZD_OK) {
        bool has_more = seen.count > 1;
        zd_exr_file network = { .channels = seen.channels,
                                .channel_count = seen.count,
                                .attributes = attributes,
                                .attribute_count = count,
                                .name = ZD_EXR_SEEN };
        zd_exr_file file = { .channels = shown.channels,
                             .channel_count = shown.count,
                             .attributes = attributes,
                             .attribute_count = count,
                             .name = has_more ? "depth" : NULL,
                             .next = has_more ? &network : NULL };
        status = zd_writer_put_exr(job->exr, &file, err);
    }
    release_part(&shown);
    release_part(&seen);
    return status;
}

static zd_status depth_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                             zd_frame **target, zd_error *err)
{
    view_job *job = user;
    zd_image *values = NULL;
    if (job->exr == NULL) {
        zd_view map = zd_image_view(frame->depth.values);
        zd_rect whole = { 0, 0, map.width, map.height };
        if (!job->raw) {
            ZD_TRY(look_at_all(loop, frame, err));
            whole = zd_layers_whole(frame);
        }
        return put_rows(job, loop, frame, whole, depth_rows, *target, err);
    }
    zd_status status = depth_image(job, loop, frame, &values, err);
    if (status == ZD_OK) {
        status = write_exr(job, loop, frame, values, err);
    }
    zd_image_unref(&values);
    return status;
}

static zd_status open_exr(view_job *v, zd_job_loop *loop, const zd_sink_form *form, zd_error *err)
{
    ZD_TRY(zd_job_loop_open_writer(loop, form, &v->exr, err));
    loop->direct = v->exr;
    return ZD_OK;
}

static zd_status open_depth(view_job *v, zd_job_loop *loop, zd_error *err)
{
    const char *output = zd_params_text(&loop->job->project->params, ZD_P_OUTPUT);
    static const char *const kind[] = { ZD_EXR_DEPTH_KIND, "normalised", NULL };
    zd_sink_form form = { .what = v->raw ? "raw depth" : "depth", .is_gray = true };
    if (strcasecmp(zd_path_extension(output), "png") == 0) {
        form.metadata = kind;
    }
    if (v->raw) {
        zd_clip_depth_size(loop->clip.depth, &form.width, &form.height);
    }
    if (zd_writer_kind(output) == ZD_OUTPUT_CHANNELS) {
        return open_exr(v, loop, &form, err);
    }
    int width = v->raw ? form.width : loop->clip.info->width;
    int height = v->raw ? form.height : loop->clip.info->height;
    ZD_TRY(open_rows(v, width, height, false, err));
    return zd_job_loop_open_sink(loop, &form, err);
}

zd_status zd_job_depth(zd_context *ctx, const zd_job *job, zd_job_report *report, zd_error *err)
{
    view_job v = { .ctx = ctx, .raw = job->raw };
    zd_job_loop loop = { 0 };
    zd_status status = zd_job_loop_open(ctx, job, &loop, err);
    if (status == ZD_OK) {
        status = open_depth(&v, &loop, err);
    }
    if (status == ZD_OK) {
        status = zd_job_loop_run(&loop, "depth", depth_frame, NULL, &v, err);
    }
    if (status == ZD_OK && v.exr != NULL) {
        status = zd_writer_finish(&v.exr, err);
    }
    zd_writer_abort(&v.exr);
    *report = loop.report;
    close_rows(&v);
    zd_job_loop_close(&loop);
    return status;
}
