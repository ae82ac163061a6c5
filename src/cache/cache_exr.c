/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Entries of version 0.1: EXR files with the channels Z and foreground. They are read and no longer
 * written. The only file of the cache that needs OpenEXR. */

#include "cache/cache_exr.h"

#include <string.h>

#include "core/digest.h"
#include "media/exr.h"

static const char checksum_name[] = "zdepthChecksum";
static const char kind_name[] = "zdepthKind";

static void hash_image(zd_hasher *hasher, const zd_image *image)
{
    zd_view view = zd_image_view(image);
    for (int y = 0; y < view.height; y++) {
        zd_hasher_update(hasher, zd_view_row_u8(view, y), (size_t) view.width * sizeof(float));
    }
}

static void checksum(const zd_cache_depth *entry, char text[ZD_DIGEST_TEXT_SIZE])
{
    zd_hasher hasher;
    zd_digest digest;
    zd_hasher_init(&hasher);
    hash_image(&hasher, entry->depth.values);
    if (entry->foreground != NULL) {
        hash_image(&hasher, entry->foreground);
    }
    zd_hasher_finish(&hasher, &digest);
    zd_digest_text(&digest, text);
}

static bool parse_kind(const char *text, zd_depth_kind *out)
{
    for (int kind = ZD_DEPTH_NEARNESS; kind <= ZD_DEPTH_METRES; kind++) {
        if (strcmp(text, zd_depth_kind_name((zd_depth_kind) kind)) == 0) {
            *out = (zd_depth_kind) kind;
            return true;
        }
    }
    return false;
}

static zd_status read_channels(zd_context *ctx, zd_exr *exr, zd_cache_depth *out, zd_error *err)
{
    int width;
    int height;
    zd_exr_wanted wanted[2] = { { .channel = zd_exr_find_channel(exr, 0, "Z") },
                                { .channel = zd_exr_find_channel(exr, 0, "foreground") } };
    int count = wanted[1].channel >= 0 ? 2 : 1;
    if (wanted[0].channel < 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "no channel Z");
    }
    zd_exr_size(exr, 0, &width, &height);
    ZD_TRY(zd_image_create(ctx, width, height, ZD_GRAY_F32, &out->depth.values, err));
    wanted[0].view = zd_image_view(out->depth.values);
    if (count == 2) {
        ZD_TRY(zd_image_create(ctx, width, height, ZD_GRAY_F32, &out->foreground, err));
        wanted[1].view = zd_image_view(out->foreground);
    }
    return zd_exr_read(exr, 0, wanted, count, NULL, err);
}

zd_status zd_cache_exr_read(zd_context *ctx, const char *path, zd_cache_depth *out, zd_error *err)
{
    zd_exr *exr = NULL;
    const char *stored = "";
    const char *kind = "";
    char computed[ZD_DIGEST_TEXT_SIZE];
    *out = (zd_cache_depth){ 0 };
    ZD_TRY(zd_exr_open(ctx, path, &exr, err));
    zd_status status = read_channels(ctx, exr, out, err);
    if (status == ZD_OK) {
        checksum(out, computed);
        if (!zd_exr_text(exr, 0, checksum_name, &stored) || strcmp(stored, computed) != 0 ||
            !zd_exr_text(exr, 0, kind_name, &kind) || !parse_kind(kind, &out->depth.kind))
        {
            status = zd_fail(err, ZD_ERR_CORRUPT, "the checksum is wrong");
        }
    }
    zd_exr_close(&exr);
    if (status != ZD_OK) {
        zd_cache_depth_release(out);
    }
    return status;
}
