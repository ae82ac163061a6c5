/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth maps in the cache: what cache_codec.c makes of them. What earlier versions stored, EXR files and
 * another code, is computed again; only the pruning knows it. */

#include "cache/cache_depth.h"

#include "core/file.h"

static const size_t most_bytes = (size_t) 1 << 30;

static void tell_damaged(zd_cache_folder *cache, const zd_digest *key, const zd_error *reason)
{
    char text[ZD_DIGEST_TEXT_SIZE];
    zd_digest_text(key, text);
    zd_log_write(zd_context_log(cache->ctx), ZD_LOG_WARN, "cache",
                 "'%s/%.2s/%s.zdm' is damaged (%s); its depth is computed again", cache->path, text,
                 text + 2, reason->message);
    zd_cache_folder_forget(cache, key, "zdm");
}

static zd_status get_coded(zd_cache_folder *cache, const zd_digest *key, zd_cache_depth *out,
                           bool *found, zd_error *err)
{
    zd_cache_bytes entry;
    ZD_TRY(zd_cache_folder_read(cache, key, "zdm", most_bytes, &entry, err));
    if (entry.data == NULL) {
        return ZD_OK;
    }
    zd_status status = zd_cache_decode(cache->ctx, entry.data, entry.bytes, out, err);
    zd_free(cache->ctx, entry.data);
    *found = status == ZD_OK;
    if (status == ZD_ERR_UNSUPPORTED) { /* an earlier version's, which nobody needs to be told of */
        zd_cache_folder_forget(cache, key, "zdm");
    }
    return status == ZD_ERR_UNSUPPORTED ? ZD_OK : status;
}

zd_status zd_cache_depth_get(zd_cache_folder *cache, const zd_digest *key, zd_cache_depth *out,
                             bool *found, zd_error *err)
{
    zd_error reason;
    *out = (zd_cache_depth){ 0 };
    *found = false;
    zd_status status = get_coded(cache, key, out, found, &reason);
    if (status == ZD_ERR_NO_MEMORY) {
        return zd_fail(err, status, "%s", reason.message);
    }
    if (status != ZD_OK) {
        tell_damaged(cache, key, &reason);
    }
    return ZD_OK;
}

void zd_cache_depth_put(zd_cache_folder *cache, const zd_digest *key, const zd_cache_depth *entry)
{
    uint8_t *data = NULL;
    size_t bytes = 0;
    zd_error reason;
    if (cache->is_stopped || cache->is_full) {
        return;
    }
    if (zd_cache_encode(cache->ctx, entry, &data, &bytes, &reason) != ZD_OK) {
        zd_fail_context(&reason, reason.status, "the depth cache");
        zd_cache_folder_trouble(cache, &reason);
        return;
    }
    zd_cache_folder_write(cache, key, "zdm", data, bytes);
    zd_free(cache->ctx, data);
}
