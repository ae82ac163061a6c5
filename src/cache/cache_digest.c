/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Digests by the identity of files: name, size, and the times of the last change of contents and of
 * anything else, the second of which no program can set. */

#include "cache/cache_digest.h"

#include <string.h>

#include "core/os.h"

bool zd_cache_file_identity(const char *path, zd_digest *out)
{
    static const char what[] = "zdepth file digest 1";
    zd_os_facts found;
    zd_hasher hasher;
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, what, sizeof what);
    bool is_good = zd_hasher_add_file(&hasher, path) && zd_os_look_at(path, &found) == 0;
    if (is_good) {
        int64_t facts[4] = { found.touched_ns / ZD_OS_SECOND, found.touched_ns % ZD_OS_SECOND,
                             found.number, found.disk };
        zd_hasher_update(&hasher, facts, sizeof facts);
        zd_hasher_finish(&hasher, out);
    }
    return is_good;
}

zd_status zd_cache_file_digest(zd_cache_folder *cache, const char *path, zd_digest *out,
                               zd_error *err)
{
    zd_digest key;
    zd_digest after;
    zd_cache_bytes entry;
    if (!zd_cache_file_identity(path, &key)) {
        return zd_digest_file(path, out, err);
    }
    ZD_TRY(zd_cache_folder_read(cache, &key, "digest", sizeof out->bytes, &entry, err));
    bool is_known = entry.data != NULL && entry.bytes == sizeof out->bytes;
    if (is_known) {
        memcpy(out->bytes, entry.data, sizeof out->bytes);
    }
    zd_free(cache->ctx, entry.data);
    if (is_known) {
        return ZD_OK;
    }
    ZD_TRY(zd_digest_file(path, out, err));
    /* Not of a file that changes under our eyes. */
    if (zd_cache_file_identity(path, &after) && memcmp(&key, &after, sizeof key) == 0) {
        zd_cache_folder_write(cache, &key, "digest", out->bytes, sizeof out->bytes);
    }
    return ZD_OK;
}
