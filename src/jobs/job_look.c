/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Each moment becomes a small sheet of its own when its frame passes, so that no large picture is kept;
 * the small ones are stacked in the end. */

#include "jobs/job_look.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "engine/engine_result.h"
#include "jobs/job_loop.h"
#include "jobs/job_sheet.h"
#include "title/sheet.h"

enum { PAIR = 2, CELL_WIDTH = 640, LINES = 10, GLYPH_WIDTH = 3, GLYPH_HEIGHT = 5 };

typedef struct look_job {
    zd_context *ctx;
    int moments;
    int count; /* drawn so far */
    zd_image *drawn[ZD_LOOK_MOST];
} look_job;

/* Digits of three by five, a row in three bits. */
static const uint8_t glyphs[10][GLYPH_HEIGHT] = {
    { 7, 5, 5, 5, 7 }, { 2, 6, 2, 2, 7 }, { 7, 1, 7, 4, 7 }, { 7, 1, 3, 1, 7 }, { 5, 5, 7, 1, 1 },
    { 7, 4, 7, 1, 7 }, { 7, 4, 7, 5, 7 }, { 7, 1, 2, 2, 2 }, { 7, 5, 7, 5, 7 }, { 7, 5, 7, 1, 7 },
};

static void fill(zd_view view, zd_rect rect, float value)
{
    zd_rect inside = zd_rect_intersect(rect, (zd_rect){ 0, 0, view.width, view.height });
    for (int y = inside.y0; y < inside.y1; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = inside.x0; x < inside.x1; x++) {
            row[4 * x] = row[4 * x + 1] = row[4 * x + 2] = value;
            row[4 * x + 3] = 1.0f;
        }
    }
}

/* ".3" for three tenths, on black so that it is read on anything. */
static void draw_label(zd_view view, int x, int y, int digit, int unit)
{
    assert(digit >= 0 && digit < 10);
    fill(view, (zd_rect){ x - unit, y - unit, x + 6 * unit, y + 6 * unit }, 0.0f);
    fill(view, (zd_rect){ x, y + 4 * unit, x + unit, y + 5 * unit }, 1.0f);
    for (int row = 0; row < GLYPH_HEIGHT; row++) {
        for (int column = 0; column < GLYPH_WIDTH; column++) {
            if ((glyphs[digit][row] >> (GLYPH_WIDTH - 1 - column) & 1) != 0) {
                int left = x + (2 + column) * unit;
                int top = y + row * unit;
                fill(view, (zd_rect){ left, top, left + unit, top + unit }, 1.0f);
            }
        }
    }
}

/* A line at each tenth: white in the middle of black, its number at the top or left end. */
static void draw_grid(zd_view view)
{
    int thick = view.width > CELL_WIDTH ? view.width / CELL_WIDTH : 1;
    int unit = 2 * thick;
    for (int i = 1; i < LINES; i++) {
        int x = view.width * i / LINES;
        int y = view.height * i / LINES;
        fill(view, (zd_rect){ x - thick, 0, x + 2 * thick, view.height }, 0.0f);
        fill(view, (zd_rect){ 0, y - thick, view.width, y + 2 * thick }, 0.0f);
    }
    for (int i = 1; i < LINES; i++) {
        int x = view.width * i / LINES;
        int y = view.height * i / LINES;
        fill(view, (zd_rect){ x, 0, x + thick, view.height }, 0.8f);
        fill(view, (zd_rect){ 0, y, view.width, y + thick }, 0.8f);
    }
    for (int i = 1; i < LINES; i++) {
        draw_label(view, view.width * i / LINES + 2 * unit, 2 * unit, i, unit);
        draw_label(view, 2 * unit, view.height * i / LINES + 2 * unit, i, unit);
    }
}

/* The moment that this frame is; -1: none. */
static int moment_of(const look_job *look, const zd_clip *clip, int64_t index)
{
    int shot;
    int end;
    zd_clip_shots_in_range(clip, &shot, &end);
    int64_t first = clip->info->first_frame;
    int64_t past = zd_shot_list_end(&clip->shots, end - 1);
    past = clip->info->end_frame < past ? clip->info->end_frame : past;
    for (int i = 0; i < look->moments; i++) {
        if (index == first + (past - first) * (2 * i + 1) / (2 * look->moments)) {
            return i;
        }
    }
    return -1;
}

static zd_status draw_pair(look_job *look, zd_job_loop *loop, const zd_layered_frame *frame,
                           zd_image *const pair[PAIR], zd_error *err)
{
    zd_image *matte = NULL;
    zd_rect whole = { 0, 0, frame->picture.width, frame->picture.height };
    ZD_TRY(zd_image_create(look->ctx, whole.x1, whole.y1, ZD_GRAY_F32, &matte, err));
    zd_status status =
        zd_layers_matte(loop->layers, &frame->matte, whole, zd_image_view(matte), err);
    if (status == ZD_OK) {
        zd_view_copy(frame->picture, zd_image_view(pair[0]));
        zd_engine_view view =
            zd_engine_view_of(frame, ZD_MATTE_VIEW_THRESHOLDED, whole, zd_image_view(matte));
        zd_engine_draw_view(look->ctx, frame, &view, zd_image_view(pair[1]));
    }
    zd_image_unref(&matte);
    return status;
}

static zd_status draw_moment(look_job *look, zd_job_loop *loop, zd_layered_frame *frame,
                             zd_error *err)
{
    char captions[PAIR][64];
    zd_image *pair[PAIR] = { NULL };
    zd_sheet_cell cells[PAIR];
    zd_status status = zd_layers_look(loop->layers, frame, zd_layers_whole(frame), err);
    for (int i = 0; i < PAIR && status == ZD_OK; i++) {
        status = zd_image_create(look->ctx, frame->picture.width, frame->picture.height,
                                 ZD_RGBA_F32, &pair[i], err);
    }
    if (status == ZD_OK) {
        status = draw_pair(look, loop, frame, pair, err);
    }
    for (int i = 0; i < PAIR && status == ZD_OK; i++) {
        snprintf(captions[i], sizeof captions[i],
                 i == 0 ? "%.6g s, %lldf" : "foreground as filmed, background in colours",
                 frame->time_s, (long long) frame->index);
        draw_grid(zd_image_view(pair[i]));
        cells[i] = (zd_sheet_cell){ zd_image_view(pair[i]), captions[i] };
    }
    if (status == ZD_OK) {
        status = zd_sheet_render(look->ctx,
                                 &(zd_sheet_params){ .columns = PAIR, .cell_width_px = CELL_WIDTH },
                                 cells, PAIR, &look->drawn[look->count], err);
        look->count += status == ZD_OK;
    }
    for (int i = 0; i < PAIR; i++) {
        zd_image_unref(&pair[i]);
    }
    return status;
}

static zd_status look_frame(void *user, zd_job_loop *loop, zd_layered_frame *frame,
                            zd_frame **target, zd_error *err)
{
    look_job *look = user;
    (void) target;
    return moment_of(look, &loop->clip, frame->index) >= 0 && look->count < ZD_LOOK_MOST
               ? draw_moment(look, loop, frame, err)
               : ZD_OK;
}

static zd_status write_sheet(look_job *look, const zd_job *job, const zd_reader_info *info,
                             zd_error *err)
{
    zd_sheet_cell cells[ZD_LOOK_MOST];
    zd_image *sheet = NULL;
    if (look->count == 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' has no frame to look at", info->path);
    }
    for (int i = 0; i < look->count; i++) {
        cells[i] = (zd_sheet_cell){ .picture = zd_image_view(look->drawn[i]) };
    }
    zd_sheet_params stack = { .columns = 1, .cell_width_px = cells[0].picture.width };
    ZD_TRY(zd_sheet_render(look->ctx, &stack, cells, look->count, &sheet, err));
    zd_status status =
        zd_job_sheet_write_picture(look->ctx, zd_params_text(&job->project->params, ZD_P_OUTPUT),
                                   info, zd_image_view(sheet), err);
    zd_image_unref(&sheet);
    return status;
}

zd_status zd_job_look(zd_context *ctx, const zd_job *job, int moments, zd_job_report *report,
                      zd_error *err)
{
    ZD_REQUIRE(err, moments > 0);
    look_job look = { .ctx = ctx, .moments = moments };
    zd_job_loop loop = { 0 };
    zd_status status = zd_job_loop_open(ctx, job, &loop, err);
    if (status == ZD_OK) {
        status = zd_job_loop_run(&loop, "look", look_frame, NULL, &look, err);
    }
    if (status == ZD_OK) {
        status = write_sheet(&look, job, loop.clip.info, err);
    }
    for (int i = 0; i < look.count; i++) {
        zd_image_unref(&look.drawn[i]);
    }
    *report = loop.report;
    zd_job_loop_close(&loop);
    return status;
}
