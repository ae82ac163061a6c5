/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: small pictures of footage, by a reader of their own. */

#include <stdlib.h>

#include "api/api_internal.h"
#include "clip/clip.h"
#include "core/size.h"
#include "image/image.h"
#include "media/reader.h"
#include "zdepth/thumbs.h"

enum { MAX_SIDE = 1024 };

struct zdepth_thumbs {
    zd_context *ctx;
    zd_reader *reader;
};

zdepth_status zdepth_thumbs_open(zdepth_context *context, const zdepth_project *project,
                                 zdepth_thumbs **out, zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && project != NULL && out != NULL);
    zd_error error = { 0 };
    const zd_params *params = &project->core.params;
    const char *footage = zd_params_text(params, ZD_P_FOOTAGE);
    zd_reader_params how = { .sequence_rate = zd_clip_sequence_rate(params),
                             .threads = 1,
                             .damage = ZD_DAMAGE_TAKE };
    *out = NULL;
    if (footage == NULL) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "the project names no footage");
    }
    zdepth_thumbs *thumbs = calloc(1, sizeof *thumbs);
    if (thumbs == NULL) {
        return zd_api_refuse(err, ZDEPTH_ERR_NO_MEMORY, "not enough memory for thumbnails");
    }
    thumbs->ctx = context->core;
    zd_status status = zd_reader_open(thumbs->ctx, footage, &how, &thumbs->reader, &error);
    if (status != ZD_OK) {
        zdepth_thumbs_close(&thumbs);
        return zd_api_answer(status, &error, err);
    }
    *out = thumbs;
    return ZDEPTH_OK;
}

void zdepth_thumbs_close(zdepth_thumbs **thumbs)
{
    if (*thumbs != NULL) {
        zd_reader_close(&(*thumbs)->reader);
        free(*thumbs);
        *thumbs = NULL;
    }
}

static void store(zd_view rgb, uint8_t *to)
{
    for (int y = 0; y < rgb.height; y++) {
        const float *in = zd_view_row_f32(rgb, y);
        for (int x = 0; x < rgb.width; x++, in += 3, to += 4) {
            to[0] = zd_api_byte(in[0]);
            to[1] = zd_api_byte(in[1]);
            to[2] = zd_api_byte(in[2]);
            to[3] = 255;
        }
    }
}

static zd_status read_small(zdepth_thumbs *thumbs, int64_t index, zd_view out, zd_error *err)
{
    zd_frame *frame = NULL;
    ZD_TRY(zd_reader_seek_frame(thumbs->reader, index, err));
    ZD_TRY(zd_reader_next(thumbs->reader, &frame, err));
    zd_status status = zd_frame_read_small(frame, out, err);
    zd_frame_unref(&frame);
    return status;
}

zdepth_status zdepth_thumbs_read(zdepth_thumbs *thumbs, int64_t frame, int width, int height,
                                 uint8_t *rgba, zdepth_error *err)
{
    ZD_API_REQUIRE(err, thumbs != NULL && rgba != NULL);
    zd_error error = { 0 };
    zd_image *small = NULL;
    if (frame < 0) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no frame %lld",
                             (long long) frame);
    }
    if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT,
                             "a thumbnail of %dx%d is asked for; sides are 1 to %d", width, height,
                             (int) MAX_SIDE);
    }
    zd_status status = zd_image_create(thumbs->ctx, width, height, ZD_RGB_F32, &small, &error);
    if (status == ZD_OK) {
        status = read_small(thumbs, frame, zd_image_view(small), &error);
    }
    if (status == ZD_OK) {
        store(zd_image_view(small), rgba);
    }
    zd_image_unref(&small);
    if (status == ZD_ERR_END) {
        return zd_api_past_end(frame, err);
    }
    return zd_api_answer(status, &error, err);
}
