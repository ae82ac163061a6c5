/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "cache/cache_depth.h"

#include <string.h>

#include "core/file.h"
#include "media/exr.h"

static const char checksum_name[] = "zdepthChecksum";
static const char kind_name[] = "zdepthKind";

void zd_cache_depth_release(zd_cache_depth *entry)
{
    zd_image_unref(&entry->depth.values);
    zd_image_unref(&entry->foreground);
}

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

static zd_status read_entry(zd_context *ctx, const char *path, zd_cache_depth *out, zd_error *err)
{
    zd_exr *exr = NULL;
    const char *stored = "";
    const char *kind = "";
    char computed[ZD_DIGEST_TEXT_SIZE];
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
    return status;
}

/* An entry that could not be read: gone meanwhile, closed to us, or damaged. */
static void tell_unreadable(zd_cache_folder *cache, const zd_digest *key, const char *path,
                            zd_error *reason)
{
    if (!zd_file_exists(path)) {
        return;
    }
    if (reason->status == ZD_ERR_IO) {
        zd_fail_context(reason, ZD_ERR_IO, "the depth cache");
        zd_cache_folder_trouble(cache, reason);
        return;
    }
    zd_log_write(zd_context_log(cache->ctx), ZD_LOG_WARN, "cache",
                 "'%s' is damaged (%s); its depth is computed again", path, reason->message);
    zd_cache_folder_forget(cache, key, "exr");
}

zd_status zd_cache_depth_get(zd_cache_folder *cache, const zd_digest *key, zd_cache_depth *out,
                             bool *found, zd_error *err)
{
    char *path = NULL;
    zd_error reason;
    bool is_there;
    *out = (zd_cache_depth){ 0 };
    *found = false;
    ZD_TRY(zd_cache_folder_find(cache, key, "exr", &path, &is_there, err));
    zd_status status = is_there ? read_entry(cache->ctx, path, out, &reason) : ZD_ERR_MISSING;
    if (status == ZD_OK) {
        *found = true;
        zd_cache_folder_touch(path);
    } else {
        zd_cache_depth_release(out);
        if (is_there && status != ZD_ERR_NO_MEMORY) {
            tell_unreadable(cache, key, path, &reason);
        }
    }
    zd_free(cache->ctx, path);
    return status == ZD_ERR_NO_MEMORY ? zd_fail(err, status, "%s", reason.message) : ZD_OK;
}

static zd_status write_entry(const zd_cache_folder *cache, const zd_digest *key,
                             const zd_cache_depth *entry, zd_error *err)
{
    char *path = NULL;
    char text[ZD_DIGEST_TEXT_SIZE];
    checksum(entry, text);
    zd_exr_source channels[2] = { { .name = "Z", .view = zd_image_view(entry->depth.values) } };
    if (entry->foreground != NULL) {
        channels[1] =
            (zd_exr_source){ .name = "foreground", .view = zd_image_view(entry->foreground) };
    }
    const zd_exr_attribute attributes[] = {
        { .name = kind_name, .text = zd_depth_kind_name(entry->depth.kind) },
        { .name = checksum_name, .text = text },
    };
    zd_exr_file file = { channels, entry->foreground != NULL ? 2 : 1, attributes, 2, 1.0f };
    ZD_TRY(zd_cache_folder_entry(cache, key, "exr", &path, err));
    zd_status status = zd_exr_write(cache->ctx, path, &file, err);
    zd_free(cache->ctx, path);
    return status == ZD_OK ? ZD_OK : zd_fail_context(err, status, "the depth cache");
}

void zd_cache_depth_put(zd_cache_folder *cache, const zd_digest *key, const zd_cache_depth *entry)
{
    zd_error reason;
    if (!cache->is_stopped && write_entry(cache, key, entry, &reason) != ZD_OK) {
        zd_cache_folder_trouble(cache, &reason);
    }
}
