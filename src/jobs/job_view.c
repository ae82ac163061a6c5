/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth, matte and views as files. */

#include <stdio.h>
#include <strings.h>

#include "core/file.h"
#include "core/size.h"
#include "engine/engine_result.h"
#include "jobs/job_loop.h"
#include "media/map_reader.h"

typedef struct view_job {
    zd_context *ctx;
    zd_matte_view_kind kind;
    bool raw;
    zd_writer *exr; /* depth with its own values; NULL: normalised, into the loop's sink */
} view_job;

static zd_status put_image(zd_job_loop *loop, const zd_frame *like, zd_image *image, zd_error *err)
{
    const zd_frame_info *info = zd_frame_info_get(like);
    return zd_job_sink_put_image(loop->sink, image, info->pts, info->duration, err);
}

static zd_status draw(view_job *job, zd_job_loop *loop, const zd_layered_frame *frame,
                      zd_view matte, zd_view out, zd_error *err)
{
    zd_rect whole = { 0, 0, out.width, out.height };
    if (zd_matte_view_needs_matte(job->kind)) {
        ZD_TRY(zd_layers_matte(loop->layers, &frame->matte, whole, matte, err));
    }
    zd_engine_draw_view(frame, job->kind, whole, matte, out);
    return ZD_OK;
}

static zd_status view_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                            zd_frame **target, zd_error *err)
{
    view_job *job = user;
    zd_image *matte = NULL;
    zd_image *out = NULL;
    int width = frame->picture.width;
    int height = frame->picture.height;
    ZD_TRY(zd_layers_look(loop->layers, frame, err));
    ZD_TRY(zd_image_create(job->ctx, width, height, ZD_GRAY_F32, &matte, err));
    zd_status status = zd_image_create(job->ctx, width, height, ZD_RGB_F32, &out, err);
    if (status == ZD_OK) {
        status = draw(job, loop, frame, zd_image_view(matte), zd_image_view(out), err);
    }
    zd_image_unref(&matte);
    if (status != ZD_OK) {
        zd_image_unref(&out);
        return status;
    }
    return put_image(loop, *target, out, err);
}

zd_status zd_job_view(zd_context *ctx, const zd_job *job, zd_matte_view_kind kind,
                      zd_job_report *report, zd_error *err)
{
    view_job v = { .ctx = ctx, .kind = kind };
    zd_job_loop loop = { 0 };
    zd_status status = zd_job_loop_open(ctx, job, &loop, err);
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
    zd_job_loop_close(&loop);
    return status;
}

static zd_status matte_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                             zd_frame **target, zd_error *err)
{
    view_job *job = user;
    zd_image *matte = NULL;
    zd_rect whole = { 0, 0, frame->picture.width, frame->picture.height };
    ZD_TRY(zd_layers_look(loop->layers, frame, err));
    ZD_TRY(zd_image_create(job->ctx, whole.x1, whole.y1, ZD_GRAY_F32, &matte, err));
    zd_status status =
        zd_layers_matte(loop->layers, &frame->matte, whole, zd_image_view(matte), err);
    if (status != ZD_OK) {
        zd_image_unref(&matte);
        return status;
    }
    return put_image(loop, *target, matte, err);
}

zd_status zd_job_matte(zd_context *ctx, const zd_job *job, zd_job_report *report, zd_error *err)
{
    view_job v = { .ctx = ctx };
    zd_job_loop loop = { 0 };
    zd_status status = zd_job_loop_open(ctx, job, &loop, err);
    if (status == ZD_OK) {
        status =
            zd_job_loop_open_sink(&loop, &(zd_sink_form){ .what = "matte", .is_gray = true }, err);
    }
    if (status == ZD_OK) {
        status = zd_job_loop_run(&loop, "matte", matte_frame, NULL, &v, err);
    }
    *report = loop.report;
    zd_job_loop_close(&loop);
    return status;
}

/* A normalised depth in the map's own values. Where there is nothing (the matte bounds infinity) it is
 * the furthest, which every tool can take. */
static float export_value(zd_depth_range range, float normalised)
{
    const float nothing = -500.0f;
    return normalised > nothing ? zd_depth_from_normalised(range, normalised) : range.furthest;
}

/* The depth to write: at the frame's size with the picture's edges (normalised), or as the network
 * gave it. In an EXR the values are the map's own; elsewhere normalised, for 0..1 files. */
static zd_status depth_image(view_job *job, zd_job_loop *loop, zd_layered_frame *frame,
                             zd_image **out, zd_error *err)
{
    zd_view map = zd_image_view(frame->depth.values);
    int width = job->raw ? map.width : frame->picture.width;
    int height = job->raw ? map.height : frame->picture.height;
    ZD_TRY(zd_image_create(job->ctx, width, height, ZD_GRAY_F32, out, err));
    zd_view view = zd_image_view(*out);
    zd_depth_range range = frame->shot->range;
    if (job->raw) {
        zd_view_copy(map, view);
    } else {
        ZD_TRY(zd_layers_look(loop->layers, frame, err));
        ZD_TRY(zd_layers_full_depth(loop->layers, (zd_rect){ 0, 0, width, height }, view, err));
    }
    for (int y = 0; job->raw != (job->exr != NULL) && y < height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < width; x++) {
            row[x] = job->raw ? zd_depth_to_normalised(range, row[x]) : export_value(range, row[x]);
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

static zd_status write_exr(view_job *job, zd_job_loop *loop, const zd_layered_frame *frame,
                           const zd_image *values, zd_error *err)
{
    zd_view view = zd_image_view(values);
    zd_image *display = NULL;
    ZD_TRY(zd_image_create(job->ctx, view.width, view.height, ZD_GRAY_F32, &display, err));
    draw_display(view, frame->shot->range, zd_image_view(display));
    const zd_exr_source channels[] = {
        { .name = "Y", .view = zd_image_view(display), .as_half = true },
        { .name = "Z", .view = view }
    };
    bool metres = frame->depth.kind == ZD_DEPTH_METRES;
    const zd_exr_attribute attributes[] = {
        { .name = ZD_EXR_DEPTH_KIND, .text = zd_depth_kind_name(frame->depth.kind) },
        { .name = "zdepthUnit", .text = metres ? "m" : "none" },
        { .name = "zdepthNear", .text = metres ? "small" : "large" },
        { .name = ZD_EXR_DEPTH_FURTHEST, .number = frame->shot->range.furthest },
        { .name = ZD_EXR_DEPTH_NEAREST, .number = frame->shot->range.nearest },
        { .name = "zdepthSource", .text = zd_clip_depth_name(loop->clip.depth) },
    };
    /* What the network saw goes along, at its own size, so that the file gives the same matte. */
    const zd_exr_source seen[] = {
        { .name = "Z", .view = zd_image_view(frame->depth.values) },
        { .name = ZD_EXR_SUBJECT,
          .view = frame->foreground != NULL ? zd_image_view(frame->foreground) : view }
    };
    zd_exr_file network = { .channels = seen,
                            .channel_count = 2,
                            .attributes = attributes,
                            .attribute_count = 6,
                            .name = ZD_EXR_SEEN };
    zd_exr_file file = { .channels = channels,
                         .channel_count = 2,
                         .attributes = attributes,
                         .attribute_count = 6,
                         .name = frame->foreground != NULL ? "depth" : NULL,
                         .next = frame->foreground != NULL ? &network : NULL };
    zd_status status = zd_writer_put_exr(job->exr, &file, err);
    zd_image_unref(&display);
    return status;
}

static zd_status depth_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                             zd_frame **target, zd_error *err)
{
    view_job *job = user;
    zd_image *values = NULL;
    zd_status status = depth_image(job, loop, frame, &values, err);
    if (status == ZD_OK && job->exr == NULL) {
        return put_image(loop, *target, values, err);
    }
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
    return zd_writer_kind(output) == ZD_OUTPUT_CHANNELS ? open_exr(v, loop, &form, err)
                                                        : zd_job_loop_open_sink(loop, &form, err);
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
    zd_job_loop_close(&loop);
    return status;
}
