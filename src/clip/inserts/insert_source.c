/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Parameters become a title or a file; titles are drawn for every moment, files are asked for
 * it. */

#include "clip/inserts/insert_source.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "clip/inserts/insert_file.h"
#include "core/file.h"
#include "core/require.h"
#include "core/size.h"
#include "image/colour.h"
#include "image/colour_parse.h"
#include "image/resample.h"
#include "title/title.h"

struct zd_insert_source {
    zd_context *ctx;
    const zd_params *params;
    int frame_width;
    int frame_height;
    zd_title *title;      /* for titles that do not move by keys */
    zd_insert_file *file; /* for files */
    zd_transfer transfer; /* of the footage */
    double footage_end_s; /* infinity: unknown, or a still */
    zd_image *drawn;      /* a moving title's pixels */
};

zd_transfer zd_insert_transfer(const zd_params *params, zd_transfer own, zd_transfer footage)
{
    bool keeps_codes = zd_transfer_is_display(own) && zd_transfer_is_display(footage) &&
                       !zd_params_bool(params, ZD_P_SCENE_LIGHT, 0.0);
    return keeps_codes ? footage : own;
}

/* Titles are drawn in the light of sRGB codes; these are the codes with the light that is wanted. */
static void adapt_colour(const zd_insert_source *source, float colour[4])
{
    zd_transfer as = zd_insert_transfer(source->params, ZD_TRANSFER_SRGB, source->transfer);
    for (int c = 0; as != ZD_TRANSFER_SRGB && c < 3; c++) {
        colour[c] = zd_transfer_encode(ZD_TRANSFER_SRGB, zd_transfer_decode(as, colour[c]));
    }
}

/* A motion at the end needs an end. */
static double end_of(const zd_insert_source *source, double time_s)
{
    const zd_params *p = source->params;
    if (zd_params_is_set(p, ZD_P_END)) {
        return zd_params_number(p, ZD_P_END, time_s);
    }
    bool moves = zd_params_int(p, ZD_P_ANIMATE_OUT) != ZD_TITLE_MOTION_NONE;
    return moves ? source->footage_end_s : (double) INFINITY;
}

static zd_status title_params(const zd_insert_source *source, double time_s, zd_title_params *out,
                              zd_error *err)
{
    const zd_params *p = source->params;
    static const zd_title_align aligns[ZD_ALIGN_COUNT] = {
        [ZD_ALIGN_LEFT] = ZD_TITLE_ALIGN_LEFT,
        [ZD_ALIGN_CENTRE] = ZD_TITLE_ALIGN_CENTRE,
        [ZD_ALIGN_RIGHT] = ZD_TITLE_ALIGN_RIGHT,
    };
    *out = zd_title_defaults();
    out->text = zd_params_text(p, ZD_P_TITLE);
    out->font = zd_params_text(p, ZD_P_FONT);
    out->size = (float) zd_params_number(p, ZD_P_SIZE, time_s);
    out->outline = (float) zd_params_number(p, ZD_P_OUTLINE, time_s);
    out->shadow_colour[3] = (float) zd_params_number(p, ZD_P_SHADOW, time_s);
    out->align = aligns[zd_params_int(p, ZD_P_ALIGN)];
    out->x = (float) zd_params_number(p, ZD_P_X, time_s);
    out->y = (float) zd_params_number(p, ZD_P_Y, time_s);
    out->max_width = (float) fmin(zd_params_number(p, ZD_P_WIDTH, time_s), 1.0);
    out->may_be_cut = zd_params_is_keyed(p, ZD_P_X) || zd_params_is_keyed(p, ZD_P_Y);
    out->in = (zd_title_motion) zd_params_int(p, ZD_P_ANIMATE_IN);
    out->out = (zd_title_motion) zd_params_int(p, ZD_P_ANIMATE_OUT);
    out->in_s = zd_params_number(p, ZD_P_ANIMATE_TIME, time_s);
    out->out_s = out->in_s;
    out->start_s = zd_params_number(p, ZD_P_START, time_s);
    out->end_s = end_of(source, time_s);
    ZD_TRY(zd_colour_parse(zd_params_text(p, ZD_P_COLOUR), out->colour, err));
    ZD_TRY(zd_colour_parse(zd_params_text(p, ZD_P_OUTLINE_COLOUR), out->outline_colour, err));
    adapt_colour(source, out->colour);
    adapt_colour(source, out->outline_colour);
    return ZD_OK;
}

static zd_status make_title(zd_insert_source *source, double time_s, zd_error *err)
{
    zd_title_params params;
    zd_title_destroy(&source->title);
    zd_status status = title_params(source, time_s, &params, err);
    if (status == ZD_OK) {
        status = zd_title_create(source->ctx, &params, source->frame_width, source->frame_height,
                                 &source->title, err);
    }
    return status == ZD_OK ? ZD_OK : zd_fail_context(err, status, "the title");
}

zd_status zd_insert_source_open(zd_context *ctx, const zd_params *params,
                                const zd_reader_info *footage, zd_insert_source **out,
                                zd_error *err)
{
    *out = NULL;
    if (!zd_params_is_set(params, ZD_P_TITLE) && !zd_params_is_set(params, ZD_P_INSERT)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "an insert has neither a title nor a file; set 'title' or 'insert' in it");
    }
    zd_insert_source *source = zd_alloc_zeroed(ctx, 1, sizeof *source);
    *out = source;
    if (source == NULL) {
        return zd_fail_memory(err, "an insert");
    }
    source->ctx = ctx;
    source->params = params;
    source->frame_width = footage->width;
    source->frame_height = footage->height;
    source->transfer = footage->colour.transfer;
    bool has_end = footage->kind != ZD_MEDIA_STILL && footage->clip_us > 0;
    source->footage_end_s = has_end ? (double) footage->clip_us * 1e-6 : (double) INFINITY;
    zd_status status = zd_params_is_set(params, ZD_P_TITLE)
                           ? make_title(source, 0.0, err)
                           : zd_insert_file_open(ctx, params, footage, &source->file, err);
    if (status != ZD_OK) {
        zd_insert_source_close(out);
    }
    return status;
}

void zd_insert_source_close(zd_insert_source **source)
{
    if (*source != NULL) {
        zd_title_destroy(&(*source)->title);
        zd_insert_file_close(&(*source)->file);
        zd_image_unref(&(*source)->drawn);
        zd_free((*source)->ctx, *source);
        *source = NULL;
    }
}

static zd_status draw_title(zd_insert_source *source, double time_s, zd_composite_layer *layer,
                            zd_error *err)
{
    float opacity = 1.0f;
    const zd_params *p = source->params;
    if (zd_params_is_keyed(p, ZD_P_X) || zd_params_is_keyed(p, ZD_P_Y)) {
        ZD_TRY(make_title(source, time_s, err));
    }
    if (zd_title_still(source->title, time_s, &layer->picture, &opacity)) {
        layer->opacity *= opacity;
        return ZD_OK;
    }
    zd_rect bounds = zd_title_bounds(source->title, time_s);
    if (zd_rect_is_empty(bounds)) {
        return ZD_OK;
    }
    zd_image_unref(&source->drawn);
    ZD_TRY(zd_image_create(source->ctx, bounds.x1 - bounds.x0, bounds.y1 - bounds.y0, ZD_RGBA_F32,
                           &source->drawn, err));
    zd_title_render(source->title, time_s, bounds, zd_image_view(source->drawn));
    layer->picture = (zd_placed_view){ zd_image_view(source->drawn), bounds.x0, bounds.y0 };
    return ZD_OK;
}

zd_status zd_insert_source_at(zd_insert_source *source, double time_s, zd_composite_layer *layer,
                              zd_error *err)
{
    ZD_REQUIRE(err, isfinite(time_s));
    const zd_params *p = source->params;
    *layer = (zd_composite_layer){ 0 };
    bool ended = zd_params_is_set(p, ZD_P_END) && time_s >= zd_params_number(p, ZD_P_END, time_s);
    if (ended || time_s < zd_params_number(p, ZD_P_START, time_s)) {
        return ZD_OK;
    }
    layer->opacity = (float) zd_params_number(p, ZD_P_OPACITY, time_s);
    layer->blend = (zd_blend) zd_params_int(p, ZD_P_BLEND);
    if (source->file != NULL) {
        double start_s = zd_params_number(p, ZD_P_START, 0.0);
        return zd_insert_file_at(source->file, time_s, time_s - start_s, &layer->picture, err);
    }
    return draw_title(source, time_s, layer, err);
}
