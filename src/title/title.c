/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A title's parameters, and its making: the text is set at the asked size and, unless it may be
 * cut, smaller and smaller until it is inside the frame. */

#include "title/title.h"

#include <math.h>
#include <string.h>

#include "core/require.h"
#include "title/title_internal.h"

zd_title_params zd_title_defaults(void)
{
    return (zd_title_params){
        .font = "DejaVu Sans Bold",
        .size = 0.25f,
        .colour = { 1.0f, 1.0f, 1.0f, 1.0f },
        .outline_colour = { 0.0f, 0.0f, 0.0f, 1.0f },
        .shadow_colour = { 0.0f, 0.0f, 0.0f, 0.5f },
        .shadow_x = 0.03f,
        .shadow_y = 0.03f,
        .shadow_blur = 0.06f,
        .x = 0.5f,
        .y = 0.5f,
        .line_spacing = 1.0f,
        .max_width = 0.95f,
        .end_s = (double) INFINITY,
    };
}

static zd_status check_range(float value, float low, float high, const char *what, zd_error *err)
{
    if (value >= low && value <= high) {
        return ZD_OK;
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the title's %s is %g; it must be %g to %g", what,
                   (double) value, (double) low, (double) high);
}

static zd_status check_colour(const float colour[4], const char *what, zd_error *err)
{
    for (int c = 0; c < 4; c++) {
        ZD_TRY(check_range(colour[c], 0.0f, 1.0f, what, err));
    }
    return ZD_OK;
}

static zd_status check_times(const zd_title_params *params, zd_error *err)
{
    if (!(params->in_s >= 0.0) || !(params->out_s >= 0.0)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the title's motion takes %g s in and %g s out; neither may be negative",
                       params->in_s, params->out_s);
    }
    if (!(params->end_s > params->start_s)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the title ends at %g s, which is not after its start at %g s",
                       params->end_s, params->start_s);
    }
    return ZD_OK;
}

static zd_status check_params(const zd_title_params *params, zd_error *err)
{
    if ((unsigned) params->in >= ZD_TITLE_MOTION_COUNT ||
        (unsigned) params->out >= ZD_TITLE_MOTION_COUNT ||
        (unsigned) params->align > ZD_TITLE_ALIGN_RIGHT)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the title's motion or alignment is unknown");
    }
    ZD_TRY(check_range(params->size, 0.001f, 4.0f, "size", err));
    ZD_TRY(check_range(params->outline, 0.0f, 1.0f, "outline", err));
    ZD_TRY(check_range(params->shadow_x, -4.0f, 4.0f, "shadow offset", err));
    ZD_TRY(check_range(params->shadow_y, -4.0f, 4.0f, "shadow offset", err));
    ZD_TRY(check_range(params->shadow_blur, 0.0f, 4.0f, "shadow blur", err));
    ZD_TRY(check_range(params->x, -10.0f, 10.0f, "position", err));
    ZD_TRY(check_range(params->y, -10.0f, 10.0f, "position", err));
    ZD_TRY(check_range(params->line_spacing, 0.1f, 10.0f, "line spacing", err));
    ZD_TRY(check_range(params->letter_spacing, -1.0f, 4.0f, "letter spacing", err));
    ZD_TRY(check_range(params->max_width, 0.01f, 1.0f, "largest width", err));
    ZD_TRY(check_colour(params->colour, "colour", err));
    ZD_TRY(check_colour(params->outline_colour, "outline colour", err));
    ZD_TRY(check_colour(params->shadow_colour, "shadow colour", err));
    return check_times(params, err);
}

/* How much smaller the set text has to be; 1 when it fits. Wrapped text loses height with the
 * square of its size, since its lines get longer too. */
static double fit_factor(const zd_title_params *params, zd_title_text_layout *text,
                         const zd_title_text_style *style, int frame_width, int frame_height)
{
    PangoRectangle block;
    pango_layout_get_extents(text->layout, NULL, &block);
    zd_rect ink = zd_title_ink(params, text, style->size_px);
    double factor = 1.0;
    factor = fmin(factor, style->width_px / ((double) block.width / PANGO_SCALE));
    factor = fmin(factor, (double) frame_width / (ink.x1 - ink.x0));
    factor = fmin(factor, sqrt((double) frame_height / (ink.y1 - ink.y0)));
    return factor;
}

static void fit(const zd_title_params *params, zd_title_text_layout *text,
                zd_title_text_style *style, int frame_width, int frame_height)
{
    const double smallest_px = 2.0;
    for (int i = 0; i < 64 && style->size_px > smallest_px; i++) {
        double factor = fit_factor(params, text, style, frame_width, frame_height);
        if (factor >= 1.0) {
            return;
        }
        style->size_px = fmax(style->size_px * fmin(factor, 0.99), smallest_px);
        zd_title_text_layout_resize(text, style);
    }
}

static zd_status set_and_draw(zd_title *title, const zd_title_params *params, zd_error *err)
{
    static const PangoAlignment aligns[ZD_TITLE_ALIGN_RIGHT + 1] = { PANGO_ALIGN_CENTER,
                                                                     PANGO_ALIGN_LEFT,
                                                                     PANGO_ALIGN_RIGHT };
    zd_title_text_layout text;
    zd_title_text_style style = { .text = params->text,
                                  .markup = params->markup,
                                  .font = params->font != NULL ? params->font : "DejaVu Sans Bold",
                                  .align = aligns[params->align],
                                  .size_px = (double) params->size * title->frame_height,
                                  .width_px = (double) params->max_width * title->frame_width,
                                  .line_spacing = (double) params->line_spacing,
                                  .letter_spacing = (double) params->letter_spacing };
    zd_status status = zd_title_text_layout_open(title->ctx, &style, true, &text, err);
    double asked_px = style.size_px;
    if (status == ZD_OK && !params->may_be_cut) {
        fit(params, &text, &style, title->frame_width, title->frame_height);
    }
    if (status == ZD_OK && style.size_px < asked_px) {
        zd_log_write(zd_context_log(title->ctx), ZD_LOG_INFO, "title",
                     "the title was made %.0f %% of its size to fit the frame",
                     100.0 * style.size_px / asked_px);
    }
    if (status == ZD_OK) {
        status = zd_title_draw(title, &text, style.size_px, err);
    }
    zd_title_text_layout_close(&text);
    return status;
}

zd_status zd_title_create(zd_context *ctx, const zd_title_params *params, int frame_width,
                          int frame_height, zd_title **out, zd_error *err)
{
    int limit = zd_context_max_dimension(ctx);
    *out = NULL;
    ZD_REQUIRE(err, params != NULL);
    if (frame_width < 1 || frame_height < 1 || frame_width > limit || frame_height > limit) {
        return zd_fail(err, ZD_ERR_LIMIT, "a title for frames of %dx%d; each side must be 1 to %d",
                       frame_width, frame_height, limit);
    }
    ZD_TRY(check_params(params, err));
    zd_title *title = zd_alloc_zeroed(ctx, 1, sizeof *title);
    if (title == NULL) {
        return zd_fail_memory(err, "a title");
    }
    title->ctx = ctx;
    title->params = *params;
    title->params.text = NULL;
    title->params.font = NULL;
    title->frame_width = frame_width;
    title->frame_height = frame_height;
    zd_status status = set_and_draw(title, params, err);
    if (status != ZD_OK) {
        zd_title_destroy(&title);
        return status;
    }
    *out = title;
    return ZD_OK;
}

void zd_title_destroy(zd_title **title)
{
    zd_title *doomed = *title;
    *title = NULL;
    if (doomed != NULL) {
        zd_image_unref(&doomed->raster);
        zd_free(doomed->ctx, doomed->lines);
        zd_free(doomed->ctx, doomed->letter_ends);
        zd_free(doomed->ctx, doomed);
    }
}
