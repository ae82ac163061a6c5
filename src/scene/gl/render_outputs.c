/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* From targets to the passes of an output. */

#include <assert.h>
#include <math.h>

#include "scene/render_internal.h"

/* Rounds to the nearest half float, ties to even; what is beyond the largest becomes that. */
static float to_half(double value)
{
    const double largest = 65504.0;
    int exponent = 0;
    value = fmin(fmax(value, -largest), largest);
    frexp(value, &exponent);
    exponent = exponent - 11 < -24 ? -24 : exponent - 11;
    return (float) ldexp(nearbyint(ldexp(value, -exponent)), exponent);
}

static zd_status add_pass(zd_scene_renderer *r, zd_scene_picture *out, const char *name,
                          zd_format format, zd_scene_pass **pass, zd_error *err)
{
    assert(out->pass_count < ZD_SCENE_MAX_PASSES);
    *pass = &out->passes[out->pass_count];
    **pass = (zd_scene_pass){ .name = name };
    ZD_TRY(
        zd_image_create(r->ctx, r->camera.width, r->camera.height, format, &(*pass)->image, err));
    out->pass_count++;
    return ZD_OK;
}

zd_status zd_scene_render_read_mean(zd_scene_renderer *r, const zd_gl_target *from, zd_view to,
                                    zd_error *err)
{
    ZD_TRY(zd_gl_target_read(r->ctx, from, ZD_SCENE_TARGET_COLOUR, to, err));
    for (int y = 0; y < to.height && r->samples > 1; y++) {
        float *row = zd_view_row_f32(to, y);
        for (int x = 0; x < to.width * 4; x++) {
            row[x] /= (float) r->samples;
        }
    }
    return ZD_OK;
}

static zd_status read_colour(zd_scene_renderer *r, const zd_gl_target *from, unsigned wanted,
                             zd_scene_picture *out, zd_error *err)
{
    zd_scene_pass *comp = NULL;
    zd_scene_pass *matte = NULL;
    ZD_TRY(add_pass(r, out, "comp", ZD_RGBA_F32, &comp, err));
    comp->channels[0] = "R";
    comp->channels[1] = "G";
    comp->channels[2] = "B";
    comp->channels[3] = "A";
    zd_view view = zd_image_view(comp->image);
    ZD_TRY(zd_scene_render_read_mean(r, from, view, err));
    comp->is_averaged = true;
    if ((wanted & ZD_SCENE_PASS_MATTE) != 0) {
        ZD_TRY(add_pass(r, out, "matte", ZD_GRAY_F32, &matte, err));
        matte->channels[0] = "matte";
        matte->is_averaged = true;
        for (int y = 0; y < view.height; y++) {
            const float *row = zd_view_row_f32(view, y);
            float *to = zd_view_row_f32(zd_image_view(matte->image), y);
            for (int x = 0; x < view.width; x++) {
                to[x] = row[x * 4 + 3];
            }
        }
    }
    if ((wanted & ZD_SCENE_PASS_COMP) == 0) {
        zd_image_unref(&out->passes[0].image);
        out->passes[0] = out->passes[1];
        out->pass_count = matte != NULL ? 1 : 0;
    }
    return ZD_OK;
}

static double normalised(const zd_scene_picture *out, float z)
{
    return ((double) z - out->near_px) / (out->far_px - out->near_px);
}

static zd_status split_hq(zd_scene_renderer *r, zd_view z, zd_scene_picture *out, zd_error *err)
{
    zd_scene_pass *high = NULL;
    zd_scene_pass *low = NULL;
    ZD_TRY(add_pass(r, out, "zdepth_hq", ZD_GRAY_F32, &high, err));
    ZD_TRY(add_pass(r, out, "zdepth_hq_low", ZD_GRAY_F32, &low, err));
    high->channels[0] = "ZHQ.high";
    low->channels[0] = "ZHQ.low";
    high->as_half = true;
    low->as_half = true;
    for (int y = 0; y < z.height; y++) {
        const float *row = zd_view_row_f32(z, y);
        float *a = zd_view_row_f32(zd_image_view(high->image), y);
        float *b = zd_view_row_f32(zd_image_view(low->image), y);
        for (int x = 0; x < z.width; x++) {
            double d = normalised(out, row[x]);
            a[x] = to_half(d);
            b[x] = to_half(d - (double) a[x]);
        }
    }
    return ZD_OK;
}

static zd_status read_z(zd_scene_renderer *r, const zd_gl_target *from, unsigned wanted,
                        zd_scene_picture *out, zd_error *err)
{
    zd_image *z = NULL;
    zd_status status = ZD_OK;
    ZD_TRY(zd_image_create(r->ctx, r->camera.width, r->camera.height, ZD_GRAY_F32, &z, err));
    zd_view view = zd_image_view(z);
    status = zd_gl_target_read(r->ctx, from, ZD_SCENE_TARGET_Z, view, err);
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = row[x] > 0.0f ? row[x] : (float) out->far_px;
        }
    }
    if (status == ZD_OK && (wanted & ZD_SCENE_PASS_ZDEPTH_HQ) != 0) {
        status = split_hq(r, view, out, err);
    }
    if (status != ZD_OK || (wanted & ZD_SCENE_PASS_ZDEPTH) == 0) {
        zd_image_unref(&z);
        return status;
    }
    for (int y = 0; y < view.height && out->is_normalised; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = (float) normalised(out, row[x]);
        }
    }
    out->passes[out->pass_count++] =
        (zd_scene_pass){ .name = "zdepth", .image = z, .channels = { "Z" } };
    return ZD_OK;
}

static zd_status read_data(zd_scene_renderer *r, const zd_gl_target *from, int target,
                           const zd_scene_pass *like, zd_format format, zd_scene_picture *out,
                           zd_error *err)
{
    zd_scene_pass *pass = NULL;
    ZD_TRY(add_pass(r, out, like->name, format, &pass, err));
    for (int i = 0; i < 4; i++) {
        pass->channels[i] = like->channels[i];
    }
    return zd_gl_target_read(r->ctx, from, target, zd_image_view(pass->image), err);
}

/* Texture coordinates and motion share a target. */
static zd_status read_extra(zd_scene_renderer *r, const zd_gl_target *from, unsigned wanted,
                            zd_scene_picture *out, zd_error *err)
{
    static const struct {
        unsigned pass;
        const char *name;
        const char *channels[2];
    } parts[] = { { ZD_SCENE_PASS_UV, "uv", { "uv.u", "uv.v" } },
                  { ZD_SCENE_PASS_MOTION, "motion", { "forward.u", "forward.v" } } };
    zd_image *both = NULL;
    ZD_TRY(zd_image_create(r->ctx, r->camera.width, r->camera.height, ZD_RGBA_F32, &both, err));
    zd_view view = zd_image_view(both);
    zd_status status = zd_gl_target_read(r->ctx, from, ZD_SCENE_TARGET_EXTRA, view, err);
    for (int i = 0; i < 2 && status == ZD_OK; i++) {
        zd_scene_pass *pass = NULL;
        if ((wanted & parts[i].pass) == 0) {
            continue;
        }
        status = add_pass(r, out, parts[i].name, (zd_format){ ZD_SAMPLE_F32, 2 }, &pass, err);
        for (int y = 0; y < view.height && status == ZD_OK; y++) {
            const float *row = zd_view_row_f32(view, y);
            float *to = zd_view_row_f32(zd_image_view(pass->image), y);
            for (int x = 0; x < view.width * 2; x++) {
                to[x] = row[x / 2 * 4 + i * 2 + x % 2];
            }
        }
        pass->channels[0] = parts[i].channels[0];
        pass->channels[1] = parts[i].channels[1];
    }
    zd_image_unref(&both);
    return status;
}

static const struct {
    unsigned pass;
    zd_scene_show show;
    const char *name;
    const char *channels[3];
} shows[] = {
    { ZD_SCENE_PASS_ALBEDO,
      ZD_SCENE_SHOW_ALBEDO,
      "albedo",
      { "albedo.R", "albedo.G", "albedo.B" } },
    { ZD_SCENE_PASS_DIFFUSE,
      ZD_SCENE_SHOW_DIFFUSE,
      "diffuse",
      { "diffuse.R", "diffuse.G", "diffuse.B" } },
    { ZD_SCENE_PASS_SPECULAR,
      ZD_SCENE_SHOW_SPECULAR,
      "specular",
      { "specular.R", "specular.G", "specular.B" } },
    { ZD_SCENE_PASS_SHADOW, ZD_SCENE_SHOW_SHADOW, "shadow", { "shadow" } },
};

static zd_status read_show(zd_scene_renderer *r, zd_view all, int index, zd_scene_picture *out,
                           zd_error *err)
{
    zd_scene_pass *pass = NULL;
    int channels = shows[index].channels[1] != NULL ? 3 : 1;
    ZD_TRY(
        add_pass(r, out, shows[index].name, channels == 3 ? ZD_RGB_F32 : ZD_GRAY_F32, &pass, err));
    pass->is_averaged = true;
    for (int c = 0; c < channels; c++) {
        pass->channels[c] = shows[index].channels[c];
    }
    for (int y = 0; y < all.height; y++) {
        const float *row = zd_view_row_f32(all, y);
        float *to = zd_view_row_f32(zd_image_view(pass->image), y);
        for (int x = 0; x < all.width * channels; x++) {
            to[x] = row[x / channels * 4 + x % channels];
        }
    }
    return ZD_OK;
}

zd_status zd_scene_render_read_shows(zd_scene_renderer *r, zd_scene_draw_all *draw_all,
                                     zd_scene_picture *out, zd_error *err)
{
    zd_image *all = NULL;
    zd_status status =
        zd_image_create(r->ctx, r->camera.width, r->camera.height, ZD_RGBA_F32, &all, err);
    for (size_t i = 0; i < sizeof shows / sizeof shows[0] && status == ZD_OK; i++) {
        if ((r->passes & shows[i].pass) != 0) {
            status = draw_all(r, shows[i].show, all, err);
            status = status == ZD_OK ? read_show(r, zd_image_view(all), (int) i, out, err) : status;
        }
    }
    zd_image_unref(&all);
    if (status == ZD_OK && (r->passes & ZD_SCENE_PASS_CRYPTOMATTE) != 0) {
        status = zd_scene_render_cryptomatte(r, draw_all, out, err);
    }
    return status;
}

zd_status zd_scene_render_read_passes(zd_scene_renderer *r, const zd_gl_target *from,
                                      zd_scene_picture *out, zd_error *err)
{
    static const zd_scene_pass normals = { .name = "normals", .channels = { "N.X", "N.Y", "N.Z" } };
    static const zd_scene_pass position = { .name = "position",
                                            .channels = { "P.X", "P.Y", "P.Z" } };
    static const zd_scene_pass id = { .name = "object_id", .channels = { "object_id" } };
    unsigned wanted = r->passes;
    if ((wanted & (ZD_SCENE_PASS_COMP | ZD_SCENE_PASS_MATTE)) != 0) {
        ZD_TRY(read_colour(r, from, wanted, out, err));
    }
    if ((wanted & (ZD_SCENE_PASS_ZDEPTH | ZD_SCENE_PASS_ZDEPTH_HQ)) != 0) {
        ZD_TRY(read_z(r, from, wanted, out, err));
    }
    if ((wanted & ZD_SCENE_PASS_NORMALS) != 0) {
        ZD_TRY(read_data(r, from, ZD_SCENE_TARGET_NORMAL, &normals, ZD_RGB_F32, out, err));
    }
    if ((wanted & ZD_SCENE_PASS_POSITION) != 0) {
        ZD_TRY(read_data(r, from, ZD_SCENE_TARGET_POSITION, &position, ZD_RGB_F32, out, err));
    }
    if ((wanted & ZD_SCENE_PASS_OBJECT_ID) != 0) {
        ZD_TRY(read_data(r, from, ZD_SCENE_TARGET_ID, &id, ZD_GRAY_F32, out, err));
    }
    if ((wanted & (ZD_SCENE_PASS_UV | ZD_SCENE_PASS_MOTION)) != 0) {
        ZD_TRY(read_extra(r, from, wanted, out, err));
    }
    return ZD_OK;
}
