/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A rendered frame as an EXR: its passes as channels, and what other programs ask of such a file. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "media/exr.h"
#include "scene_job/scene_job.h"
#include "scene_job/scene_job_colour.h"

enum { MAX_CHANNELS = 64, MAX_ATTRIBUTES = 16 };

#define CRYPTO_LAYER "CryptoObject"

/* What the attributes of one file say, as long as it is written. */
typedef struct description {
    zd_exr_attribute attributes[MAX_ATTRIBUTES];
    int count;
    zd_exr_standard standard;
    char matrix[512];
    char crypto_keys[4][64];
    zd_text manifest;
} description;

static void add(description *d, const char *name, const char *text, double number)
{
    assert(d->count < MAX_ATTRIBUTES);
    d->attributes[d->count++] =
        (zd_exr_attribute){ .name = name, .text = text, .number = (float) number };
}

/* 23.976 and its like are whole numbers of 1001 parts. */
static void rate_of(double fps, int rate[2])
{
    double whole = floor(fps * 1.001 + 0.5);
    if (fabs(fps - floor(fps + 0.5)) > 1e-6 && fabs(whole / 1.001 - fps) < 2e-3 && whole < 1e6) {
        rate[0] = (int) whole * 1000;
        rate[1] = 1001;
        return;
    }
    rate[0] = (int) lround(fps * 1000.0);
    rate[1] = 1000;
    for (int a = rate[0], b = rate[1]; b != 0;) {
        int rest = a % b;
        a = b;
        b = rest;
        if (b == 0) {
            rate[0] /= a;
            rate[1] /= a;
        }
    }
}

/* Our camera looks down -z and multiplies columns; the standard's looks down z and multiplies rows. */
static void describe_camera(const zd_scene_picture *picture, zd_exr_standard *out)
{
    const double *world = picture->world_to_camera;
    double f[2] = { picture->focal_x_px / picture->width, picture->focal_px / picture->height };
    double c[2] = { picture->centre[0] / picture->width, picture->centre[1] / picture->height };
    for (int i = 0; i < 4; i++) { /* of a world point, the last is 1 */
        double x = world[i];
        double y = world[4 + i];
        double z = -world[8 + i];
        double last = i == 3 ? 1.0 : 0.0;
        const double camera[4] = { x, y, z, last };
        const double ndc[4] = { f[0] * x + c[0] * z, -f[1] * y + c[1] * z,
                                (picture->far_px * z - picture->near_px * picture->far_px * last) /
                                    (picture->far_px - picture->near_px),
                                z };
        for (int k = 0; k < 4; k++) {
            out->world_to_camera[i * 4 + k] = (float) camera[k];
            out->world_to_ndc[i * 4 + k] = (float) ndc[k];
        }
    }
    out->window_width = (float) (1.0 / f[0]);
    out->window_centre[0] = (float) ((0.5 - c[0]) / f[0]);
    out->window_centre[1] = (float) ((c[1] - 0.5) / f[1]);
    rate_of(picture->fps, out->frame_rate);
}

static zd_status describe_crypto(const zd_scene *scene, description *d, zd_error *err)
{
    static const char *const names[4] = { "name", "hash", "conversion", "manifest" };
    for (int i = 0; i < 4; i++) {
        snprintf(d->crypto_keys[i], sizeof d->crypto_keys[i], "cryptomatte/%07x/%s",
                 (unsigned) zd_scene_crypto_hash(CRYPTO_LAYER) >> 4, names[i]);
    }
    ZD_TRY(zd_scene_crypto_manifest(scene, &d->manifest, err));
    add(d, d->crypto_keys[0], CRYPTO_LAYER, 0.0);
    add(d, d->crypto_keys[1], "MurmurHash3_32", 0.0);
    add(d, d->crypto_keys[2], "uint32_to_float32", 0.0);
    add(d, d->crypto_keys[3], d->manifest.data, 0.0);
    return ZD_OK;
}

static zd_status describe(const zd_scene_picture *picture, const zd_scene *scene, int output,
                          const char *digest, description *d, zd_error *err)
{
    const char *space = zd_scene_job_colour_name(scene, output);
    for (int i = 0; i < 16; i++) {
        size_t used = strlen(d->matrix);
        snprintf(d->matrix + used, sizeof d->matrix - used, "%s%.9g", i > 0 ? " " : "",
                 picture->world_to_camera[i]);
    }
    add(d, "zdepth:depth", picture->is_normalised ? "planar,normalized" : "planar,absolute", 0.0);
    add(d, "zdepth:near", NULL, picture->near_px);
    add(d, "zdepth:far", NULL, picture->far_px);
    add(d, "zdepth:focal", NULL, picture->focal_px);
    add(d, "zdepth:worldToCamera", d->matrix, 0.0);
    add(d, "zdepth:scene", digest, 0.0);
    add(d, "zdepth:frame", NULL, picture->frame);
    describe_camera(picture, &d->standard);
    d->standard.is_bt709 = space[0] == '\0';
    if (!d->standard.is_bt709) {
        add(d, "zdepth:colourSpace", space, 0.0);
    }
    return zd_scene_picture_pass(picture, "cryptomatte") != NULL ? describe_crypto(scene, d, err)
                                                                 : ZD_OK;
}

zd_status zd_scene_job_write_exr(zd_context *ctx, const char *path, const zd_scene_picture *picture,
                                 const zd_scene *scene, int output, const char *scene_digest,
                                 zd_error *err)
{
    zd_exr_source channels[MAX_CHANNELS];
    description d = { 0 };
    int count = 0;
    zd_text_init(&d.manifest, ctx);
    for (int p = 0; p < picture->pass_count; p++) {
        const zd_scene_pass *pass = &picture->passes[p];
        zd_view view = zd_image_view(pass->image);
        for (int c = 0; c < view.format.channels && count < MAX_CHANNELS; c++) {
            channels[count++] = (zd_exr_source){ pass->channels[c], view, c, pass->as_half };
        }
    }
    zd_status status = describe(picture, scene, output, scene_digest, &d, err);
    const zd_exr_file file = { .channels = channels,
                               .channel_count = count,
                               .attributes = d.attributes,
                               .attribute_count = d.count,
                               .standard = &d.standard,
                               .pixel_aspect = (float) picture->pixel_aspect };
    status = status == ZD_OK ? zd_exr_write(ctx, path, &file, err) : status;
    zd_text_release(&d.manifest);
    return status;
}
