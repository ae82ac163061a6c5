/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Three cells are drawn when the frame passes, the fourth is the result as it is written. */

#include "jobs/job_sheet.h"

#include <assert.h>
#include <math.h>

#include "core/require.h"
#include "engine/engine_result.h"
#include "media/writer.h"
#include "title/sheet.h"

enum { CELLS = 4, SHEET_CELL_WIDTH = 640 };

struct zd_job_sheet {
    zd_context *ctx;
    zd_writer *writer; /* NULL when the sheet is written */
    const zd_clip *clip;
    double time_s; /* on the clip; below 0: the middle of the range */
    zd_image *cells[CELLS];
};

static const zd_sheet_params look = { .columns = 2, .cell_width_px = SHEET_CELL_WIDTH };

/* Opened before the work, so that a name that cannot be written costs no render. */
static zd_status open_picture(zd_context *ctx, const char *path, const zd_reader_info *info,
                              const int size[2], zd_writer **out, zd_error *err)
{
    zd_reader_info like = *info;
    zd_writer_params how = { .like = &like, .width = size[0], .height = size[1] };
    like.bit_depth = 8;
    like.is_float = false;
    like.has_alpha = false;
    return zd_writer_open(ctx, path, &how, out, err);
}

/* Opened before the work, so that a name that cannot be written costs no render. */
static zd_status open_writer(zd_job_sheet *sheet, const char *path, zd_error *err)
{
    const zd_reader_info *info = sheet->clip->info;
    zd_sheet_cell cells[CELLS];
    int size[2];
    for (int i = 0; i < CELLS; i++) {
        cells[i] = (zd_sheet_cell){ { .width = info->width, .height = info->height }, NULL };
    }
    zd_sheet_size(&look, cells, CELLS, &size[0], &size[1]);
    return open_picture(sheet->ctx, path, info, size, &sheet->writer, err);
}

zd_status zd_job_sheet_open(zd_context *ctx, const zd_job *job, const zd_clip *clip,
                            zd_job_sheet **out, zd_error *err)
{
    zd_job_sheet *sheet = zd_alloc_zeroed(ctx, 1, sizeof *sheet);
    *out = sheet;
    if (sheet == NULL) {
        return zd_fail_memory(err, "the contact sheet");
    }
    sheet->ctx = ctx;
    sheet->clip = clip;
    sheet->time_s = job->sheet_time_s;
    return open_writer(sheet, job->sheet, err);
}

void zd_job_sheet_close(zd_job_sheet **sheet)
{
    if (*sheet != NULL) {
        for (int i = 0; i < CELLS; i++) {
            zd_image_unref(&(*sheet)->cells[i]);
        }
        zd_writer_abort(&(*sheet)->writer);
        zd_free((*sheet)->ctx, *sheet);
        *sheet = NULL;
    }
}

bool zd_job_sheet_wants(const zd_job_sheet *sheet, const zd_layered_frame *frame)
{
    if (sheet == NULL) {
        return false;
    }
    const zd_clip *clip = sheet->clip;
    const zd_reader_info *info = clip->info;
    int shot;
    int end;
    zd_clip_shots_in_range(clip, &shot, &end);
    int64_t first = info->first_frame;
    int64_t last = zd_shot_list_end(&clip->shots, end - 1) - 1;
    last = info->end_frame - 1 < last ? info->end_frame - 1 : last;
    int64_t asked =
        llround(sheet->time_s * info->frame_rate.numerator / info->frame_rate.denominator);
    asked = sheet->time_s < 0.0 ? first + (last - first) / 2 : asked;
    if (frame->index == first && (asked < first || asked > last)) {
        zd_log_write(zd_context_log(sheet->ctx), ZD_LOG_WARN, "sheet",
                     "%g s lies outside what is rendered; the %s frame is on the contact sheet",
                     sheet->time_s, asked < first ? "first" : "last");
    }
    asked = asked < first ? first : asked;
    return frame->index == (asked < last ? asked : last);
}

static zd_status make_cell(zd_job_sheet *sheet, int cell, int width, int height, zd_error *err)
{
    assert(cell >= 0 && cell < CELLS);
    return zd_image_create(sheet->ctx, width, height, ZD_RGBA_F32, &sheet->cells[cell], err);
}

zd_status zd_job_sheet_add(zd_job_sheet *sheet, zd_layers *layers, const zd_layered_frame *frame,
                           zd_error *err)
{
    int width = frame->picture.width;
    int height = frame->picture.height;
    zd_rect whole = { 0, 0, width, height };
    zd_image *matte = NULL;
    for (int i = 0; i < CELLS; i++) {
        ZD_TRY(make_cell(sheet, i, width, height, err));
    }
    ZD_TRY(zd_image_create(sheet->ctx, width, height, ZD_GRAY_F32, &matte, err));
    zd_status status = zd_layers_matte(layers, &frame->matte, whole, zd_image_view(matte), err);
    if (status == ZD_OK) {
        zd_view_copy(frame->picture, zd_image_view(sheet->cells[0]));
        zd_view mask = zd_image_view(matte);
        zd_engine_view view = zd_engine_view_of(frame, ZD_MATTE_VIEW_DEPTH, whole, mask);
        zd_engine_draw_view(sheet->ctx, frame, &view, zd_image_view(sheet->cells[1]));
        view.kind = ZD_MATTE_VIEW_THRESHOLDED;
        zd_engine_draw_view(sheet->ctx, frame, &view, zd_image_view(sheet->cells[2]));
    }
    zd_image_unref(&matte);
    return status;
}

static void bytes_to_float(zd_view from, zd_view to)
{
    for (int y = 0; y < from.height; y++) {
        const uint8_t *in = zd_view_row_u8(from, y);
        float *out = zd_view_row_f32(to, y);
        for (int i = 0; i < from.width * from.format.channels; i++) {
            out[i] = (float) in[i] / 255.0f;
        }
    }
}

static zd_status write_picture(zd_context *ctx, zd_writer **writer, zd_view rgb, zd_error *err)
{
    zd_image *picture = NULL;
    ZD_TRY(zd_image_create(ctx, rgb.width, rgb.height, ZD_RGB_F32, &picture, err));
    bytes_to_float(rgb, zd_image_view(picture));
    zd_status status = zd_writer_put_view(*writer, zd_image_view(picture), 0, 1, err);
    if (status == ZD_OK) {
        status = zd_writer_finish(writer, err);
    }
    zd_image_unref(&picture);
    return status;
}

zd_status zd_job_sheet_write_picture(zd_context *ctx, const char *path, const zd_reader_info *info,
                                     zd_view rgb, zd_error *err)
{
    ZD_REQUIRE(err, rgb.format.sample == ZD_SAMPLE_U8 && rgb.format.channels == 3);
    zd_writer *writer = NULL;
    int size[2] = { rgb.width, rgb.height };
    ZD_TRY(open_picture(ctx, path, info, size, &writer, err));
    zd_status status = write_picture(ctx, &writer, rgb, err);
    zd_writer_abort(&writer);
    return status;
}

zd_status zd_job_sheet_write(zd_job_sheet *sheet, const zd_frame *result, zd_error *err)
{
    ZD_REQUIRE(err, sheet->cells[CELLS - 1] != NULL);
    static const char *const captions[CELLS] = { "source", "depth", "thresholded", "result" };
    zd_view last = zd_image_view(sheet->cells[CELLS - 1]);
    zd_sheet_cell cells[CELLS];
    zd_image *picture = NULL;
    ZD_TRY(zd_frame_read(result, (zd_rect){ 0, 0, last.width, last.height }, last, err));
    for (int i = 0; i < CELLS; i++) {
        cells[i] = (zd_sheet_cell){ zd_image_view(sheet->cells[i]), captions[i] };
    }
    ZD_TRY(zd_sheet_render(sheet->ctx, &look, cells, CELLS, &picture, err));
    zd_status status = write_picture(sheet->ctx, &sheet->writer, zd_image_view(picture), err);
    zd_image_unref(&picture);
    return status;
}
