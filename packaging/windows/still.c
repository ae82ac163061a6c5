/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A still goes through the engine as a plug-in's frame does: pixels in, pixels out, in the file's own form. */

#include "still.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "engine/engine.h"
#include "exr_plain.h"
#include "png.h"

const char zd_win_still_usage[] =
    "       zdepth depth STILL -o OUT        PNG of 16 bits, or EXR with the network's own values\n"
    "       zdepth view STILL [--view depth|thresholded|opacity|matte] -o OUT\n"
    "       zdepth filter STILL [--transparency] [--effect zblur=...] -o OUT\n"
    "       zdepth composite STILL --insert PICTURE -o OUT\n"
    "       with the parameters of the plug-in: --depth-in 0.5 --mode normalised --feather 1\n"
    "       --invert --model NAME --depth-map STILL --select X,Y,W,H ...\n"
    "STILL, PICTURE and OUT are PNG or EXR; a picture between the layers is as large as the still.\n";

typedef enum task { TASK_DEPTH, TASK_VIEW, TASK_FILTER, TASK_COMPOSITE, TASK_COUNT } task;

static const char *const verbs[TASK_COUNT] = { "depth", "view", "filter", "composite" };

typedef struct line {
    task task;
    const char *input;
    const char *output;
    const char *insert;
    char boxes[1024];
    zd_params params;
} line;

typedef struct pictures {
    zd_image *still;
    zd_image *insert;
    zd_image *map;
    zd_image *out;
} pictures;

bool zd_win_still_knows(const char *verb)
{
    for (int t = 0; t < TASK_COUNT; t++) {
        if (strcmp(verb, verbs[t]) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- the line ---- */

/* The table's name of a flag: --depth-in, --no-auto-feather. */
static zd_param_id find_param(const char *flag, bool *is_off)
{
    char name[64];
    *is_off = strncmp(flag, "--no-", 5) == 0;
    snprintf(name, sizeof name, "%s", flag + (*is_off ? 5 : 2));
    for (char *c = name; *c != '\0'; c++) {
        *c = *c == '-' ? '_' : *c;
    }
    zd_param_id id = zd_param_find(name);
    bool is_ours =
        id != ZD_PARAM_COUNT && ((zd_param_describe(id)->flags & ZD_PARAM_HOST_1) != 0 ||
                                 id == ZD_P_DEPTH_MAP || id == ZD_P_EFFECT || id == ZD_P_SUBJECT);
    return is_ours ? id : ZD_PARAM_COUNT;
}

static zd_status add_box(line *l, const char *box, zd_error *err)
{
    zd_box boxes[ZD_PROJECT_MAX_BOXES];
    size_t used = strlen(l->boxes);
    int before = zd_engine_read_boxes(l->boxes, boxes);
    snprintf(l->boxes + used, sizeof l->boxes - used, "%s%s", used > 0 ? ";" : "", box);
    return zd_engine_read_boxes(l->boxes, boxes) == before + 1
               ? ZD_OK
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "--select '%.60s' is no box; write x,y,width,height in fractions of the "
                         "frame, %d boxes at most",
                         box, ZD_PROJECT_MAX_BOXES);
}

/* Takes a flag and its value; *used is 1 or 2 words. */
static zd_status take_flag(line *l, const char *flag, const char *value, int *used, zd_error *err)
{
    bool is_off;
    *used = 2;
    zd_param_id id = find_param(flag, &is_off);
    if (id != ZD_PARAM_COUNT && zd_param_describe(id)->type == ZD_PARAM_BOOL) {
        *used = 1;
        return zd_params_parse(&l->params, id, is_off ? "off" : "on", 0.0, err);
    }
    bool is_known = id != ZD_PARAM_COUNT || strcmp(flag, "-o") == 0 ||
                    strcmp(flag, "--insert") == 0 || strcmp(flag, "--select") == 0;
    if (!is_known) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%.40s' is not among the flags that zdepth has for stills on Windows",
                       flag);
    }
    if (value == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s needs a value", flag);
    }
    if (strcmp(flag, "-o") == 0) {
        l->output = value;
    } else if (strcmp(flag, "--insert") == 0) {
        l->insert = value;
    } else if (strcmp(flag, "--select") == 0) {
        return add_box(l, value, err);
    } else if (id == ZD_P_PRESET) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--preset is not there on Windows; say what it sets: --invert");
    } else {
        return zd_params_parse(&l->params, id, value, 0.0, err);
    }
    return ZD_OK;
}

static zd_status read_line(line *l, char *const *words, int count, zd_error *err)
{
    for (int t = 0; t < TASK_COUNT; t++) {
        l->task = strcmp(words[0], verbs[t]) == 0 ? (task) t : l->task;
    }
    for (int i = 1, used; i < count; i += used) {
        used = 1;
        if (words[i][0] == '-') {
            ZD_TRY(take_flag(l, words[i], i + 1 < count ? words[i + 1] : NULL, &used, err));
        } else if (l->input == NULL) {
            l->input = words[i];
        } else {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "one still at a time: '%.80s' is too much",
                           words[i]);
        }
    }
    if (l->input == NULL || l->output == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s needs a still and -o OUT", words[0]);
    }
    return l->task == TASK_COMPOSITE && l->insert == NULL
               ? zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "composite needs --insert PICTURE; titles are drawn elsewhere, since "
                         "Windows' zdepth has no fonts")
               : ZD_OK;
}

/* ---- files ---- */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t wanted = strlen(end);
    for (size_t i = 0; i < wanted && length >= wanted; i++) {
        char c = text[length - wanted + i];
        if ((c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c) != end[i]) {
            return false;
        }
    }
    return length >= wanted;
}

static zd_status read_picture(zd_context *ctx, const char *path, zd_image **out, zd_error *err)
{
    zd_mapping file;
    ZD_TRY(zd_file_map(path, &file, err));
    bool is_exr = ends_with(path, ".exr");
    zd_status status = is_exr ? zd_win_exr_read(ctx, path, file.data, file.bytes, out, err)
                              : zd_win_png_read(ctx, path, file.data, file.bytes, out, err);
    zd_file_unmap(&file);
    return status;
}

static zd_status write_picture(zd_context *ctx, const char *path, zd_view view, zd_error *err)
{
    return ends_with(path, ".exr") ? zd_win_exr_write(ctx, path, view, err)
                                   : zd_win_png_write(ctx, path, view, err);
}

static zd_pixels pixels_of(zd_image *image, bool is_exr)
{
    return (zd_pixels){ .view = zd_image_view(image),
                        .alpha = is_exr ? ZD_PIXELS_PREMULTIPLIED : ZD_PIXELS_STRAIGHT };
}

/* ---- the work ---- */

static zd_status read_pictures(zd_context *ctx, const line *l, pictures *p, zd_error *err)
{
    const char *map = zd_params_text(&l->params, ZD_P_DEPTH_MAP);
    ZD_TRY(read_picture(ctx, l->input, &p->still, err));
    if (zd_params_is_set(&l->params, ZD_P_DEPTH_MAP)) {
        ZD_TRY(read_picture(ctx, map, &p->map, err));
    }
    if (l->insert == NULL) {
        return ZD_OK;
    }
    ZD_TRY(read_picture(ctx, l->insert, &p->insert, err));
    zd_view still = zd_image_view(p->still);
    zd_view insert = zd_image_view(p->insert);
    return insert.width == still.width && insert.height == still.height
               ? ZD_OK
               : zd_fail(err, ZD_ERR_UNSUPPORTED,
                         "'%s' is %d x %d and the still %d x %d; make them the same size",
                         l->insert, insert.width, insert.height, still.width, still.height);
}

static zd_status make_output(zd_context *ctx, const line *l, pictures *p, zd_error *err)
{
    zd_view still = zd_image_view(p->still);
    bool is_exr = ends_with(l->output, ".exr");
    zd_format format = is_exr ? ZD_RGBA_F32 : (zd_format){ ZD_SAMPLE_U8, 4 };
    if (!is_exr && !ends_with(l->output, ".png")) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "'%s': an output ends in .png or .exr", l->output);
    }
    if (l->task == TASK_DEPTH) {
        format = (zd_format){ ZD_SAMPLE_U16, 1 };
    } else if (!is_exr && still.format.sample != ZD_SAMPLE_U8) {
        format.sample = ZD_SAMPLE_U16;
    }
    return zd_image_create(ctx, still.width, still.height, format, &p->out, err);
}

static zd_status render(zd_engine *engine, const line *l, pictures *p, zd_error *err)
{
    zd_effect_chain chain;
    zd_box boxes[ZD_PROJECT_MAX_BOXES];
    zd_context *ctx = zd_engine_context(engine);
    bool is_exr = ends_with(l->input, ".exr");
    zd_engine_frame frame = { .task = l->task == TASK_COMPOSITE ? ZD_ENGINE_COMPOSITE
                                                                : ZD_ENGINE_FILTER,
                              .footage = pixels_of(p->still, is_exr),
                              .params = &l->params,
                              .boxes = boxes,
                              .box_count = zd_engine_read_boxes(l->boxes, boxes),
                              .transfer = is_exr ? ZD_TRANSFER_LINEAR : ZD_TRANSFER_SRGB };
    if (is_exr != ends_with(l->output, ".exr") && l->task > TASK_VIEW) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "a PNG becomes a PNG and an EXR an EXR: '%s', '%s'",
                       l->input, l->output);
    }
    if (p->insert != NULL) {
        frame.insert = pixels_of(p->insert, ends_with(l->insert, ".exr"));
    }
    if (p->map != NULL) {
        frame.map = (zd_pixels){ .view = zd_image_view(p->map), .alpha = ZD_PIXELS_OPAQUE };
    }
    if (l->task == TASK_FILTER && zd_params_is_set(&l->params, ZD_P_EFFECT)) {
        ZD_TRY(zd_effect_parse(zd_params_text(&l->params, ZD_P_EFFECT), 0.0, &chain, err));
        if (chain.count == 0) {
            return zd_fail(err, ZD_ERR_UNSUPPORTED,
                           "only built-in effects are there on Windows: zblur, zfog, zgrade");
        }
        frame.chain = &chain;
    }
    ZD_TRY(make_output(ctx, l, p, err));
    zd_pixels out = pixels_of(p->out, ends_with(l->output, ".exr"));
    zd_status status =
        zd_engine_render(engine, &frame, &out, zd_pixels_rect(&out), ZD_PIXELS_ROWS_ALL, err);
    return status == ZD_OK ? write_picture(ctx, l->output, out.view, err) : status;
}

/* The network's own values at its own size. */
static zd_status write_values(zd_engine *engine, const line *l, pictures *p, zd_error *err)
{
    zd_depth_sample sample = { 0 };
    zd_engine_abort never = { 0 };
    zd_context *ctx = zd_engine_context(engine);
    zd_pixels still = pixels_of(p->still, ends_with(l->input, ".exr"));
    zd_view view = zd_image_view(p->still);
    ZD_TRY(zd_image_create(ctx, view.width, view.height, ZD_RGBA_F32, &p->out, err));
    zd_pixels_read(ctx, &still, zd_pixels_rect(&still), zd_image_view(p->out));
    zd_status status = zd_engine_network_depth(zd_engine_get_network(engine),
                                               zd_params_text(&l->params, ZD_P_MODEL),
                                               zd_image_view(p->out), &never, &sample, err);
    if (status == ZD_OK) {
        status = zd_win_exr_write(ctx, l->output, zd_image_view(sample.depth.values), err);
    }
    zd_depth_sample_release(&sample);
    return status;
}

static zd_status work(zd_engine *engine, line *l, pictures *p, zd_error *err)
{
    ZD_TRY(read_pictures(zd_engine_context(engine), l, p, err));
    if (l->task == TASK_DEPTH && ends_with(l->output, ".exr")) {
        return ends_with(l->input, ".exr")
                   ? zd_fail(err, ZD_ERR_UNSUPPORTED, "depth of an EXR goes into a PNG here")
                   : write_values(engine, l, p, err);
    }
    if (l->task == TASK_DEPTH) {
        ZD_TRY(zd_params_parse(&l->params, ZD_P_VIEW, "depth", 0.0, err));
    } else if (l->task == TASK_VIEW && !zd_params_is_set(&l->params, ZD_P_VIEW)) {
        ZD_TRY(zd_params_parse(&l->params, ZD_P_VIEW, "thresholded", 0.0, err));
    }
    return render(engine, l, p, err);
}

zd_status zd_win_still_run(zd_context *ctx, char *const *words, int count, zd_error *err)
{
    line l = { .task = TASK_COUNT };
    pictures p = { 0 };
    zd_engine *engine = NULL;
    zd_params_init(&l.params, ctx);
    zd_status status = read_line(&l, words, count, err);
    if (status == ZD_OK) {
        status = zd_engine_acquire(&engine, err);
    }
    if (status == ZD_OK) {
        status = work(engine, &l, &p, err);
        zd_image_unref(&p.still);
        zd_image_unref(&p.insert);
        zd_image_unref(&p.map);
        zd_image_unref(&p.out);
        zd_engine_release(&engine);
    }
    if (status == ZD_OK) {
        printf("wrote %s\n", l.output);
    }
    zd_params_finish(&l.params);
    return status;
}
