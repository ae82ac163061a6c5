/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A style file's networks share most of their weights. Those that are never asked for are not packed and
 * have no memory. */

#include "style/style.h"

#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "image/resample.h"
#include "model/network.h"
#include "model/safetensors.h"

enum { MOST_SIDE = 4096, ROWS = 32 };

struct zd_style {
    zd_context *ctx;
    char *path;
    int count;
    char names[ZD_STYLE_MAX][ZD_STYLE_NAME];
    zd_network *networks[ZD_STYLE_MAX];
    zd_image *small; /* RGB f32 of the working size */
};

static zd_status fail_names(const zd_style *s, zd_error *err)
{
    return zd_fail(
        err, ZD_ERR_CORRUPT,
        "style file '%s': its 'styles' are not 1 to %d names of letters, digits, '-' and "
        "'_', at most %d each, parted by blanks",
        s->path, ZD_STYLE_MAX, ZD_STYLE_NAME - 1);
}

static zd_status read_names(zd_style *s, const char *text, zd_error *err)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, " ");
        if (s->count == ZD_STYLE_MAX || length == 0 || length >= ZD_STYLE_NAME ||
            strspn(text, allowed) < length)
        {
            return fail_names(s, err);
        }
        memcpy(s->names[s->count++], text, length);
        text += length + (text[length] == ' ');
    }
    return s->count > 0 ? ZD_OK : fail_names(s, err);
}

static zd_status read_file(zd_style *s, zd_error *err)
{
    zd_safetensors *file = NULL;
    ZD_TRY(zd_safetensors_open(s->ctx, s->path, &file, err));
    const char *format = zd_safetensors_metadata(file, "format");
    zd_status status = ZD_OK;
    if (format == NULL || strcmp(format, "zdepth-style") != 0) {
        status = zd_fail(err, ZD_ERR_UNSUPPORTED,
                         "'%s' is no style file; embedded-styles comes with the program, and "
                         "training/style.py makes one of a picture",
                         s->path);
    } else {
        status = read_names(s, zd_safetensors_metadata(file, "styles"), err);
    }
    zd_safetensors_close(&file);
    return status;
}

static zd_status open_networks(zd_style *s, zd_error *err)
{
    for (int i = 0; i < s->count; i++) {
        const zd_network_params params = { .precision = ZD_PRECISION_EXACT,
                                           .packs_late = true,
                                           .part = s->names[i] };
        ZD_TRY(zd_network_open(s->ctx, s->path, &params, &s->networks[i], err));
    }
    return ZD_OK;
}

zd_status zd_style_open(zd_context *ctx, const char *path, zd_style **out, zd_error *err)
{
    zd_style *s = zd_alloc_zeroed(ctx, 1, sizeof *s);
    *out = s;
    if (s == NULL) {
        return zd_fail_memory(err, "a style");
    }
    s->ctx = ctx;
    s->path = zd_strdup(ctx, path);
    zd_status status = s->path != NULL ? read_file(s, err) : zd_fail_memory(err, "a style");
    if (status == ZD_OK) {
        status = open_networks(s, err);
    }
    if (status != ZD_OK) {
        zd_style_close(out);
    }
    return status;
}

void zd_style_close(zd_style **style)
{
    zd_style *s = style != NULL ? *style : NULL;
    if (s != NULL) {
        for (int i = 0; i < s->count; i++) {
            zd_network_close(&s->networks[i]);
        }
        zd_image_unref(&s->small);
        zd_free(s->ctx, s->path);
        zd_free(s->ctx, s);
        *style = NULL;
    }
}

int zd_style_count(const zd_style *style)
{
    return style->count;
}

const char *zd_style_name(const zd_style *style, int index)
{
    assert(index >= 0 && index < style->count);
    return style->names[index];
}

/* A side of `length` times the scale, as a multiple of what the network wants. */
static int working_side(int length, double scale, int multiple)
{
    long side = multiple * lround((double) length * scale / multiple);
    return (int) (side < 2 * multiple ? 2 * multiple : side > MOST_SIDE ? MOST_SIDE : side);
}

void zd_style_working_size(const zd_style *style, const zd_style_look *look, zd_view picture,
                           int *width, int *height)
{
    const zd_network_info *info = zd_network_describe(style->networks[look->index]);
    int multiple = info->multiple % 2 == 0 ? info->multiple : 2 * info->multiple;
    double scale = (double) info->default_short_side / (double) look->size /
                   zd_int_min(picture.width, picture.height);
    *width = working_side(picture.width, scale, multiple);
    *height = working_side(picture.height, scale, multiple);
}

static zd_status plan(zd_style *s, const zd_style_look *look, zd_view picture, zd_error *err)
{
    int width;
    int height;
    zd_style_working_size(s, look, picture, &width, &height);
    if (s->small != NULL &&
        (zd_image_view(s->small).width != width || zd_image_view(s->small).height != height))
    {
        zd_image_unref(&s->small);
    }
    if (s->small == NULL) {
        ZD_TRY(zd_image_create(s->ctx, width, height, ZD_RGB_F32, &s->small, err));
    }
    zd_status status = zd_network_plan(s->networks[look->index], width, height, err);
    return status == ZD_OK ? ZD_OK : zd_fail_context(err, status, "style file '%s'", s->path);
}

typedef struct copy_job {
    zd_view view;
    float *packed; /* [height][width][3] */
    bool to_view;
} copy_job;

static float bounded(float value)
{
    return value > 0.0f ? fminf(value, 1.0f) : 0.0f;
}

static void copy_rows(void *user, int item)
{
    const copy_job *job = user;
    int end = zd_int_min((item + 1) * ROWS, job->view.height);
    size_t row = (size_t) job->view.width * 3;
    for (int y = item * ROWS; y < end; y++) {
        float *at = zd_view_row_f32(job->view, y);
        float *packed = job->packed + (size_t) y * row;
        for (size_t i = 0; i < row; i++) {
            if (job->to_view) {
                at[i] = bounded(packed[i]);
            } else {
                packed[i] = bounded(at[i]);
            }
        }
    }
}

static void copy(zd_context *ctx, zd_view view, float *packed, bool to_view)
{
    copy_job job = { view, packed, to_view };
    zd_pool_run(zd_context_pool(ctx), (view.height + ROWS - 1) / ROWS, copy_rows, &job);
}

/* Runs the network on `small`, in place. */
static zd_status run(zd_style *s, zd_network *network, float *rgb, const zd_task *task,
                     zd_error *err)
{
    zd_view small = zd_image_view(s->small);
    const zd_network_io io = { .rgb = rgb };
    zd_network_tensor made;
    copy(s->ctx, small, rgb, false);
    ZD_TRY(zd_network_run(network, &io, task, err));
    if (!zd_network_find_tensor(network, "rgb", &made) || made.channels != 3 ||
        made.width != small.width || made.height != small.height)
    {
        return zd_fail(err, ZD_ERR_CORRUPT,
                       "style file '%s': its list has no result 'rgb' of 3 channels and the "
                       "picture's size",
                       s->path);
    }
    memcpy(rgb, made.data, (size_t) small.width * (size_t) small.height * 3 * sizeof(float));
    copy(s->ctx, small, rgb, true);
    return ZD_OK;
}

zd_status zd_style_paint(zd_style *s, const zd_style_look *look, zd_style_memory *memory,
                         zd_view picture, const zd_task *task, zd_error *err)
{
    if (look->index < 0 || look->index >= s->count) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "style %d is not in '%s'; it has %d, from 0 on, the last is '%s'",
                       look->index, s->path, s->count, s->names[s->count - 1]);
    }
    ZD_TRY(plan(s, look, picture, err));
    zd_view small = zd_image_view(s->small);
    ZD_TRY(zd_resample(s->ctx, ZD_RESAMPLE_LINEAR, picture, small, err));
    if (memory != NULL) {
        ZD_TRY(zd_style_memory_see(memory, small, look->index, err));
    }
    size_t floats = (size_t) small.width * (size_t) small.height * 3;
    float *rgb = zd_alloc(s->ctx, floats * sizeof *rgb);
    if (rgb == NULL) {
        return zd_fail_memory(err, "a style's picture");
    }
    zd_status status = run(s, s->networks[look->index], rgb, task, err);
    zd_free(s->ctx, rgb);
    ZD_TRY(status);
    if (memory != NULL) {
        zd_style_memory_steady(memory, look->steady, small);
    }
    return zd_resample(s->ctx, ZD_RESAMPLE_CUBIC, small, picture, err);
}
