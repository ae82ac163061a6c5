/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A frame of the file is kept until the next one is due; it is fitted to the footage once. */

#include "clip/inserts/insert_file.h"

#include <assert.h>
#include <math.h>
#include <strings.h>

#include "clip/inserts/insert_source.h"
#include "core/file.h"
#include "core/size.h"
#include "image/linear.h"
#include "image/resample.h"
#include "title/svg.h"

struct zd_insert_file {
    zd_context *ctx;
    const zd_params *params;
    int frame_width;
    int frame_height;
    zd_transfer transfer; /* of the footage */
    zd_reader *reader;    /* NULL for SVG */
    zd_frame *pending;    /* read, and not yet due */
    zd_image *source;     /* the current frame at its own size, linear, premultiplied */
    zd_image *fitted;     /* the same at the size it is shown */
    double pixel_aspect;  /* width of a pixel over its height */
    int64_t end_us;       /* of the current frame, from the first one's beginning */
    bool ended;
    bool is_profile_told; /* that it cannot be used */
};

static zd_status fail_file(const zd_insert_file *file, zd_status status, zd_error *err)
{
    return zd_fail_context(err, status, "the insert '%s'",
                           zd_params_text(file->params, ZD_P_INSERT));
}

static void adapt_row(float *row, int width, zd_transfer as)
{
    for (int x = 0; x < width; x++) {
        float *pixel = row + (ptrdiff_t) x * 4;
        for (int c = 0; c < 3 && pixel[3] > 0.0f; c++) {
            float code = zd_transfer_encode(ZD_TRANSFER_SRGB, pixel[c] / pixel[3]);
            pixel[c] = zd_transfer_decode(as, code) * pixel[3];
        }
    }
}

/* A drawing comes in the light of sRGB codes. */
static void adapt_drawing(const zd_insert_file *file)
{
    zd_view view = zd_image_view(file->source);
    zd_transfer as = zd_insert_transfer(file->params, ZD_TRANSFER_SRGB, file->transfer);
    if (as != ZD_TRANSFER_SRGB) {
        for (int y = 0; y < view.height; y++) {
            adapt_row(zd_view_row_f32(view, y), view.width, as);
        }
    }
}

zd_status zd_insert_file_open(zd_context *ctx, const zd_params *params,
                              const zd_reader_info *footage, zd_insert_file **out, zd_error *err)
{
    const char *path = zd_params_text(params, ZD_P_INSERT);
    zd_insert_file *file = zd_alloc_zeroed(ctx, 1, sizeof *file);
    *out = file;
    if (file == NULL) {
        return zd_fail_memory(err, "an insert");
    }
    file->ctx = ctx;
    file->params = params;
    file->frame_width = footage->width;
    file->frame_height = footage->height;
    file->pixel_aspect = 1.0;
    file->transfer = footage->colour.transfer;
    zd_status status;
    if (strcasecmp(zd_path_extension(path), "svg") == 0) {
        status = zd_svg_load(ctx, path, footage->height, &file->source, err);
        if (status == ZD_OK) {
            adapt_drawing(file);
        }
    } else {
        zd_reader_params how = { .sequence_rate = footage->frame_rate, .damage = footage->damage };
        status = zd_reader_open(ctx, path, &how, &file->reader, err);
    }
    if (status != ZD_OK) {
        status = fail_file(file, status, err);
        zd_insert_file_close(out);
    }
    return status;
}

void zd_insert_file_close(zd_insert_file **file)
{
    if (*file != NULL) {
        zd_frame_unref(&(*file)->pending);
        zd_reader_close(&(*file)->reader);
        zd_image_unref(&(*file)->source);
        zd_image_unref(&(*file)->fitted);
        zd_free((*file)->ctx, *file);
        *file = NULL;
    }
}

/* When a frame is shown, from the first frame on. */
static int64_t begin_of(const zd_insert_file *file, const zd_frame *frame)
{
    return zd_frame_time_us(frame) - zd_reader_info_get(file->reader)->start_us;
}

static int64_t end_of(const zd_insert_file *file, const zd_frame *frame)
{
    const zd_frame_info *info = zd_frame_info_get(frame);
    zd_rational rate = zd_reader_info_get(file->reader)->frame_rate;
    double length_s = info->duration > 0 ? (double) info->duration * info->time_base.numerator /
                                               info->time_base.denominator
                                         : (double) rate.denominator / rate.numerator;
    return begin_of(file, frame) + llround(length_s * 1e6);
}

/* A picture with a colour profile becomes sRGB. */
static void use_profile(zd_insert_file *file, zd_view view)
{
    zd_icc icc = zd_reader_info_get(file->reader)->icc;
    zd_error why = { 0 };
    if (icc.bytes > 0 && !file->is_profile_told && zd_icc_to_srgb(icc, view, &why) != ZD_OK) {
        file->is_profile_told = true; /* and every frame is shown as it is */
        zd_log_write(zd_context_log(file->ctx), ZD_LOG_WARN, "insert", "'%s': %s",
                     zd_params_text(file->params, ZD_P_INSERT), why.message);
    }
}

static zd_status take_frame(zd_insert_file *file, zd_frame *frame, zd_error *err)
{
    const zd_frame_info *info = zd_frame_info_get(frame);
    file->end_us = end_of(file, frame);
    zd_image_unref(&file->source);
    zd_image_unref(&file->fitted);
    ZD_TRY(zd_image_create(file->ctx, info->width, info->height, ZD_RGBA_F32, &file->source, err));
    zd_view view = zd_image_view(file->source);
    ZD_TRY(zd_frame_read(frame, (zd_rect){ 0, 0, info->width, info->height }, view, err));
    use_profile(file, view);
    zd_transfer_decode_view(zd_insert_transfer(file->params, info->colour.transfer, file->transfer),
                            view);
    zd_linear_premultiply(view);
    if (info->sample_aspect.numerator > 0 && info->sample_aspect.denominator > 0) {
        file->pixel_aspect =
            (double) info->sample_aspect.numerator / info->sample_aspect.denominator;
    }
    return ZD_OK;
}

/* Reads on until the next frame lies after `own_us`. */
static zd_status advance(zd_insert_file *file, int64_t own_us, zd_error *err)
{
    while (!file->ended) {
        if (file->pending == NULL) {
            zd_status status = zd_reader_next(file->reader, &file->pending, err);
            if (status == ZD_ERR_END) {
                file->ended = true;
                return ZD_OK;
            }
            if (status != ZD_OK) {
                return status;
            }
        }
        if (file->source != NULL && begin_of(file, file->pending) > own_us + ZD_READER_ROUNDING_US)
        {
            return ZD_OK;
        }
        zd_status status = take_frame(file, file->pending, err);
        zd_frame_unref(&file->pending);
        if (status != ZD_OK) {
            return status;
        }
    }
    return ZD_OK;
}

static void shown_size(const zd_insert_file *file, zd_view picture, int *width, int *height)
{
    assert(picture.width > 0 && picture.height > 0);
    double w = picture.width * file->pixel_aspect;
    double h = picture.height;
    double fit_x = file->frame_width / w;
    double fit_y = file->frame_height / h;
    int how = zd_params_int(file->params, ZD_P_FIT);
    if (zd_params_is_set(file->params, ZD_P_SIZE) && !zd_params_is_set(file->params, ZD_P_FIT)) {
        how = ZD_FIT_NONE;
    }
    double scale = how == ZD_FIT_FILL ? fmax(fit_x, fit_y) : fmin(fit_x, fit_y);
    if (how == ZD_FIT_NONE) {
        scale = zd_params_number(file->params, ZD_P_SIZE, 0.0) * file->frame_height / h;
    }
    *width = (int) lround(how == ZD_FIT_STRETCH ? file->frame_width : w * scale);
    *height = (int) lround(how == ZD_FIT_STRETCH ? file->frame_height : h * scale);
    *width = zd_int_clamp(*width, 1, 16384);
    *height = zd_int_clamp(*height, 1, 16384);
}

static zd_status fit_picture(zd_insert_file *file, zd_error *err)
{
    int width;
    int height;
    zd_view picture = zd_image_view(file->source);
    shown_size(file, picture, &width, &height);
    if (width == picture.width && height == picture.height) {
        file->fitted = zd_image_ref(file->source);
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(file->ctx, width, height, ZD_RGBA_F32, &file->fitted, err));
    return zd_resample(file->ctx, ZD_RESAMPLE_LINEAR, picture, zd_image_view(file->fitted), err);
}

zd_status zd_insert_file_at(zd_insert_file *file, double time_s, double own_s, zd_placed_view *out,
                            zd_error *err)
{
    zd_status status = ZD_OK;
    *out = (zd_placed_view){ 0 };
    if (file->reader != NULL) {
        int64_t own_us = (int64_t) llround(own_s * 1e6);
        status = advance(file, own_us, err);
        bool is_still = zd_reader_info_get(file->reader)->kind == ZD_MEDIA_STILL;
        bool over = file->ended && !is_still && own_us + ZD_READER_ROUNDING_US >= file->end_us;
        if (status == ZD_OK && (file->source == NULL || over)) {
            return ZD_OK;
        }
    }
    if (status == ZD_OK && file->fitted == NULL) {
        status = fit_picture(file, err);
    }
    if (status != ZD_OK) {
        return fail_file(file, status, err);
    }
    zd_view view = zd_image_view(file->fitted);
    double x = zd_params_number(file->params, ZD_P_X, time_s) * file->frame_width;
    double y = zd_params_number(file->params, ZD_P_Y, time_s) * file->frame_height;
    *out = (zd_placed_view){ view, (int) lround(x - view.width / 2.0),
                             (int) lround(y - view.height / 2.0) };
    return ZD_OK;
}
