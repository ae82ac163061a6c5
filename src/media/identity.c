/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "media/identity.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "media/sequence.h"

static bool add_file(const char *path, zd_hasher *hasher)
{
    struct stat info;
    char resolved[PATH_MAX];
    if (realpath(path, resolved) == NULL || stat(resolved, &info) != 0 || !S_ISREG(info.st_mode)) {
        return false;
    }
    int64_t facts[3] = { info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec };
    zd_hasher_update(hasher, resolved, strlen(resolved) + 1);
    zd_hasher_update(hasher, facts, sizeof facts);
    return true;
}

bool zd_media_identify(zd_context *ctx, const char *path, zd_hasher *hasher)
{
    if (path == NULL || !zd_sequence_is_path(path)) {
        zd_hasher_update(hasher, path != NULL ? "file" : "none", 4);
        return path == NULL || add_file(path, hasher);
    }
    zd_sequence sequence;
    bool is_known = zd_sequence_init(&sequence, ctx, path, ZD_MISSING_HOLD, NULL) == ZD_OK;
    for (size_t i = 0; is_known && i < sequence.count; i++) {
        is_known = add_file(sequence.files[i], hasher);
    }
    zd_sequence_finish(&sequence);
    return is_known;
}
