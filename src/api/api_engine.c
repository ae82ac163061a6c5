/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: a project's footage at work. The engine is clip/clip_engine; here pictures get the
 * caller's form. */

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_internal.h"
#include "clip/clip_engine.h"
#include "core/size.h"
#include "image/depth_histogram.h"

static_assert((int) ZDEPTH_OUTPUT_RESULT == (int) ZD_CLIP_OUTPUT_RESULT, "outputs");
static_assert((int) ZDEPTH_OUTPUT_SOURCE == (int) ZD_CLIP_OUTPUT_SOURCE, "outputs");
static_assert((int) ZDEPTH_OUTPUT_DEPTH == (int) ZD_CLIP_OUTPUT_DEPTH, "outputs");
static_assert((int) ZDEPTH_OUTPUT_THRESHOLDED == (int) ZD_CLIP_OUTPUT_THRESHOLDED, "outputs");
static_assert((int) ZDEPTH_OUTPUT_OPACITY == (int) ZD_CLIP_OUTPUT_OPACITY, "outputs");
static_assert((int) ZDEPTH_OUTPUT_MATTE == (int) ZD_CLIP_OUTPUT_MATTE, "outputs");
static_assert((int) ZDEPTH_OUTPUT_DEPTH_VALUES == (int) ZD_CLIP_OUTPUT_DEPTH_VALUES, "outputs");
static_assert((int) ZDEPTH_OUTPUT_SKY == (int) ZD_CLIP_OUTPUT_SKY, "outputs");
static_assert((int) ZDEPTH_OUTPUT_CONFIDENCE == (int) ZD_CLIP_OUTPUT_CONFIDENCE, "outputs");

enum { OUTPUT_COUNT = ZD_CLIP_OUTPUT_COUNT, MAX_SIDE = 65536 };

struct zdepth_engine {
    zdepth_context *context;
    zd_clip_engine *core;
    zd_clip_picture picture; /* of the frame rendered last; views are the core's */
    bool has_picture;
};

zdepth_status zdepth_engine_open(zdepth_context *context, const zdepth_project *project,
                                 const zdepth_engine_options *options, zdepth_engine **out,
                                 zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && project != NULL && out != NULL);
    zd_error error = { 0 };
    zdepth_engine_options with;
    *out = NULL;
    ZD_API_TRY(zd_api_take(&with, sizeof with, options, "zdepth_engine_options", err));
    zdepth_engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        return zd_api_refuse(err, ZDEPTH_ERR_NO_MEMORY, "not enough memory for the engine");
    }
    engine->context = context;
    zd_clip_options how = { .no_cache = with.no_cache, .cache_folder = with.cache_folder };
    zd_status status =
        zd_clip_engine_open(context->core, &project->core, &how, &engine->core, &error);
    if (status != ZD_OK) {
        free(engine);
        return zd_api_answer(status, &error, err);
    }
    *out = engine;
    return ZDEPTH_OK;
}

void zdepth_engine_close(zdepth_engine **engine)
{
    if (*engine != NULL) {
        zd_clip_engine_close(&(*engine)->core);
        free(*engine);
        *engine = NULL;
    }
}

void zdepth_engine_info(const zdepth_engine *engine, zdepth_clip_info *out)
{
    const zd_reader_info *info = zd_clip_engine_info(engine->core);
    bool has_aspect = info->sample_aspect.numerator > 0 && info->sample_aspect.denominator > 0;
    *out =
        (zdepth_clip_info){ .width = info->width,
                            .height = info->height,
                            .sample_aspect_num = has_aspect ? info->sample_aspect.numerator : 1,
                            .sample_aspect_den = has_aspect ? info->sample_aspect.denominator : 1,
                            .frame_rate_num = info->frame_rate.numerator,
                            .frame_rate_den = info->frame_rate.denominator,
                            .frame_count = info->frame_count,
                            .duration_s = (double) info->duration_us * 1e-6,
                            .bit_depth = info->is_float ? 32 : info->bit_depth,
                            .is_still = info->kind == ZD_MEDIA_STILL,
                            .has_alpha = info->has_alpha,
                            .audio_count = info->audio_count };
    memcpy(out->codec, info->codec, sizeof out->codec);
    memcpy(out->pixel_format, info->pixel_format, sizeof out->pixel_format);
}

zdepth_status zdepth_engine_set_project(zdepth_engine *engine, const zdepth_project *project,
                                        zdepth_error *err)
{
    ZD_API_REQUIRE(err, engine != NULL && project != NULL);
    zd_error error = { 0 };
    engine->has_picture = false;
    return zd_api_answer(zd_clip_engine_set_project(engine->core, &project->core, &error), &error,
                         err);
}

zdepth_status zdepth_engine_analyse(zdepth_engine *engine, const zdepth_task *task,
                                    zdepth_error *err)
{
    ZD_API_REQUIRE(err, engine != NULL);
    zd_error error = { 0 };
    zd_task inner = zd_api_task(task);
    return zd_api_answer(zd_clip_engine_analyse(engine->core, &inner, &error), &error, err);
}

/* ---- what was found ---- */

int zdepth_engine_generation(zdepth_engine *engine)
{
    return zd_clip_engine_generation(engine->core);
}

bool zdepth_engine_is_analysed(zdepth_engine *engine)
{
    return zd_clip_engine_is_analysed(engine->core);
}

bool zdepth_engine_has_depth(zdepth_engine *engine, int64_t frame)
{
    return zd_clip_engine_has_depth(engine->core, frame);
}

int zdepth_engine_shot_count(zdepth_engine *engine)
{
    const zd_shot_list *shots = zd_clip_engine_shots(engine->core);
    return shots != NULL ? shots->count : 0;
}

bool zdepth_engine_shot_at(zdepth_engine *engine, int index, zdepth_shot *out)
{
    const zd_shot_list *shots = zd_clip_engine_shots(engine->core);
    *out = (zdepth_shot){ 0 };
    if (shots == NULL || index < 0 || index >= shots->count) {
        return false;
    }
    const zd_shot *shot = &shots->shots[index];
    int64_t end =
        index + 1 < shots->count ? shots->shots[index + 1].first_frame : shots->frame_count;
    *out = (zdepth_shot){ .first_frame = shot->first_frame,
                          .frame_count = end - shot->first_frame,
                          .kind = (zdepth_depth_kind) shots->kind,
                          .furthest = (double) shot->range.furthest,
                          .nearest = (double) shot->range.nearest,
                          .depth_in =
                              (double) (shot->selected ? shot->selected_in : shot->suggested_in),
                          .depth_out =
                              (double) (shot->selected ? shot->selected_out : shot->suggested_out),
                          .confidence = (double) shot->confidence,
                          .is_selected = shot->selected };
    return true;
}

static zd_rational rate_of(const zdepth_engine *engine)
{
    zd_rational rate = zd_clip_engine_info(engine->core)->frame_rate;
    return rate.numerator > 0 && rate.denominator > 0 ? rate : (zd_rational){ 24, 1 };
}

int64_t zdepth_engine_frame_at(const zdepth_engine *engine, double time_s)
{
    zd_rational rate = rate_of(engine);
    double frame = floor(time_s * rate.numerator / rate.denominator + 1e-6);
    return frame > 0.0 && frame < 9e15 ? (int64_t) frame : 0;
}

double zdepth_engine_time_of(const zdepth_engine *engine, int64_t frame)
{
    zd_rational rate = rate_of(engine);
    return (double) frame * rate.denominator / rate.numerator;
}

/* ---- pictures ---- */

static void store_bytes(zd_view from, uint8_t *to, ptrdiff_t stride)
{
    for (int y = 0; y < from.height; y++, to += stride) {
        const float *in = zd_view_row_f32(from, y);
        for (int i = 0; i < 4 * from.width; i++) {
            to[i] = zd_api_byte(in[i]);
        }
    }
}

static void store_rows(zd_view from, size_t row_bytes, char *to, ptrdiff_t stride)
{
    for (int y = 0; y < from.height; y++, to += stride) {
        memcpy(to, zd_view_row_f32(from, y), row_bytes);
    }
}

static size_t pixel_bytes(zdepth_format format)
{
    return format == ZDEPTH_RGBA_F32 ? 16 : 4;
}

static zdepth_status check_request(const zdepth_request *r, zdepth_error *err)
{
    bool gray = r->format == ZDEPTH_GRAY_F32;
    bool has_gray = r->output == ZDEPTH_OUTPUT_MATTE || r->output == ZDEPTH_OUTPUT_DEPTH_VALUES;
    if ((int) r->output < 0 || (int) r->output >= OUTPUT_COUNT) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no output %d",
                             (int) r->output);
    }
    if ((int) r->format < 0 || r->format > ZDEPTH_GRAY_F32) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no format %d",
                             (int) r->format);
    }
    if (gray ? !has_gray : r->output == ZDEPTH_OUTPUT_DEPTH_VALUES) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "%s",
                             gray ? "only the matte and depth values are gray"
                                  : "depth values are gray; ask for ZDEPTH_GRAY_F32");
    }
    if (r->width < 0 || r->height < 0 || r->width > MAX_SIDE || r->height > MAX_SIDE ||
        (r->width == 0) != (r->height == 0))
    {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "a picture of %dx%d is asked for",
                             r->width, r->height);
    }
    if (r->pixels == NULL) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there are no pixels to render to");
    }
    return ZDEPTH_OK;
}

static zdepth_status store(const zdepth_request *r, const zd_clip_picture *picture,
                           zdepth_error *err)
{
    zd_view view = r->format == ZDEPTH_GRAY_F32 ? picture->gray : picture->rgba;
    size_t row_bytes = (size_t) view.width * pixel_bytes(r->format);
    ptrdiff_t stride = r->stride_bytes != 0 ? r->stride_bytes : (ptrdiff_t) row_bytes;
    if ((size_t) (stride < 0 ? -stride : stride) < row_bytes) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT,
                             "a row of %zu bytes does not fit into a stride of %td", row_bytes,
                             stride);
    }
    if (r->format == ZDEPTH_RGBA_8) {
        store_bytes(view, r->pixels, stride);
    } else {
        store_rows(view, row_bytes, r->pixels, stride);
    }
    return ZDEPTH_OK;
}

zdepth_status zdepth_engine_render(zdepth_engine *engine, const zdepth_request *request,
                                   zdepth_error *err)
{
    ZD_API_REQUIRE(err, engine != NULL && request != NULL);
    zd_error error = { 0 };
    zdepth_request r;
    ZD_API_TRY(zd_api_take(&r, sizeof r, request, "zdepth_request", err));
    ZD_API_TRY(check_request(&r, err));
    zd_task task = { .cancel = r.cancel != NULL ? &r.cancel->core : NULL };
    zd_clip_request inner = { .frame = r.frame,
                              .output = (zd_clip_output) r.output,
                              .width = r.width,
                              .height = r.height,
                              .task = &task };
    engine->has_picture = false;
    zd_status status = zd_clip_engine_render(engine->core, &inner, &engine->picture, &error);
    if (status == ZD_ERR_END) {
        return zd_api_past_end(r.frame, err);
    }
    if (status != ZD_OK) {
        return zd_api_answer(status, &error, err);
    }
    engine->has_picture = true;
    return store(&r, &engine->picture, err);
}

/* ---- the frame rendered last ---- */

/* What the core's analysis found since takes it away. */
static bool keeps_picture(const zdepth_engine *engine)
{
    return engine->has_picture && zd_clip_engine_keeps_last(engine->core);
}

void zdepth_engine_frame_state(const zdepth_engine *engine, zdepth_frame_state *out)
{
    *out = (zdepth_frame_state){ .frame = -1, .shot = -1 };
    const zd_shot_list *shots = zd_clip_engine_shots(engine->core); /* may take it away */
    if (!keeps_picture(engine)) {
        return;
    }
    const zd_layered_frame *frame = engine->picture.frame;
    *out =
        (zdepth_frame_state){ .frame = frame->index,
                              .time_s = frame->time_s,
                              .is_analysed = engine->picture.is_analysed,
                              .shot = shots != NULL ? zd_shot_list_find(shots, frame->index) : -1,
                              .kind = (zdepth_depth_kind) frame->depth.kind,
                              .furthest = (double) frame->shot->range.furthest,
                              .nearest = (double) frame->shot->range.nearest,
                              .depth_in = (double) frame->matte.depth_in,
                              .depth_out = (double) frame->matte.depth_out };
}

bool zdepth_engine_has_output(const zdepth_engine *engine, zdepth_output output)
{
    const zd_depth_map *depth = keeps_picture(engine) ? &engine->picture.frame->depth : NULL;
    return depth != NULL && (output != ZDEPTH_OUTPUT_SKY || depth->sky != NULL) &&
           (output != ZDEPTH_OUTPUT_CONFIDENCE || depth->confidence != NULL);
}

/* A sample of the depth map at a place in fractions; NaN outside. */
static float depth_at(zd_view map, double x, double y)
{
    int column = zd_int_clamp((int) (x * map.width), 0, map.width - 1);
    int row = zd_int_clamp((int) (y * map.height), 0, map.height - 1);
    return zd_view_row_f32(map, row)[column];
}

zdepth_status zdepth_engine_probe(zdepth_engine *engine, double x, double y, zdepth_probe *out,
                                  zdepth_error *err)
{
    ZD_API_REQUIRE(err, engine != NULL && out != NULL);
    *out = (zdepth_probe){ 0 };
    if (!keeps_picture(engine)) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "no frame was rendered yet");
    }
    if (!(x >= 0.0 && x <= 1.0 && y >= 0.0 && y <= 1.0)) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT,
                             "%g, %g is no place in the picture; both are 0 to 1", x, y);
    }
    zd_error error = { 0 };
    zd_view picture = engine->picture.frame->picture;
    int column = zd_int_clamp((int) (x * picture.width), 0, picture.width - 1);
    int row = zd_int_clamp((int) (y * picture.height), 0, picture.height - 1);
    memcpy(out->rgba, zd_view_row_f32(picture, row) + 4 * column, sizeof out->rgba);
    float depth = depth_at(engine->picture.small_depth, x, y);
    out->depth = (double) depth;
    out->normalised = (double) zd_depth_to_normalised(engine->picture.frame->shot->range, depth);
    return zd_api_answer(zd_clip_engine_matte_at(engine->core, column, row, &out->matte, &error),
                         &error, err);
}

void zdepth_engine_histogram(const zdepth_engine *engine, int bins, uint32_t *counts)
{
    memset(counts, 0, (size_t) (bins > 0 ? bins : 0) * sizeof *counts);
    if (keeps_picture(engine) && bins >= 1) {
        zd_depth_histogram(engine->picture.small_depth, engine->picture.frame->shot->range,
                           zd_int_min(bins, ZD_DEPTH_BINS_MAX), counts);
    }
}
