/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The engine's pixels become the texture's own; the tint is laid on them by the matte. */

#include "zd_view_draw.h"

static zdepth_status draw_pixels(zdepth_engine *engine, const ZdViewWish *wish,
                                 zdepth_output output, zdepth_cancel *cancel, guchar *pixels,
                                 zdepth_error *error)
{
    zdepth_request request = { .size = sizeof request,
                               .frame = wish->frame,
                               .output = output,
                               .width = wish->width,
                               .height = wish->height,
                               .pixels = pixels,
                               .cancel = cancel };
    return zdepth_engine_render(engine, &request, error);
}

/* Tints what is background, by the matte of the frame that was rendered last. */
static void tint(zdepth_engine *engine, const ZdViewWish *wish, zdepth_cancel *cancel,
                 guchar *pixels, gsize bytes)
{
    static const int colour[3] = { 230, 40, 60 };
    g_autofree guchar *matte = g_malloc(bytes);
    if (draw_pixels(engine, wish, ZDEPTH_OUTPUT_MATTE, cancel, matte, NULL) != ZDEPTH_OK) {
        return; /* a newer picture is wanted */
    }
    for (gsize i = 0; i < bytes; i += 4) {
        int much = (255 - matte[i]) * 115; /* of 255 * 255: 45 % */
        for (int c = 0; c < 3; c++) {
            int value = pixels[i + (gsize) c];
            pixels[i + (gsize) c] = (guchar) (value + (colour[c] - value) * much / 65025);
        }
    }
}

GdkTexture *zd_view_draw(zdepth_engine *engine, const ZdViewWish *wish, zdepth_cancel *cancel,
                         char **failure)
{
    g_return_val_if_fail(wish->width > 0 && wish->height > 0, NULL);
    zdepth_error error;
    gsize stride = (gsize) wish->width * 4;
    gsize bytes = stride * (gsize) wish->height;
    guchar *pixels = g_malloc(bytes);
    zdepth_status status = draw_pixels(engine, wish, wish->output, cancel, pixels, &error);
    *failure = NULL;
    if (status != ZDEPTH_OK) {
        g_free(pixels);
        if (status != ZDEPTH_ERR_CANCELLED && status != ZDEPTH_ERR_END) {
            *failure = g_strdup(error.message);
        }
        return NULL;
    }
    if (wish->overlay && wish->output != ZDEPTH_OUTPUT_MATTE) {
        tint(engine, wish, cancel, pixels, bytes);
    }
    g_autoptr(GBytes) data = g_bytes_new_take(pixels, bytes);
    return gdk_memory_texture_new(wish->width, wish->height, GDK_MEMORY_R8G8B8A8, data, stride);
}
