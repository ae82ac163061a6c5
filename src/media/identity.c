/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Size and time of change of each file of a path or a sequence. */

#include "media/identity.h"

#include "media/sequence.h"

bool zd_media_identify(zd_context *ctx, const char *path, zd_hasher *hasher)
{
    if (path == NULL || !zd_sequence_is_path(path)) {
        zd_hasher_update(hasher, path != NULL ? "file" : "none", 4);
        return path == NULL || zd_hasher_add_file(hasher, path);
    }
    zd_sequence sequence;
    bool is_known = zd_sequence_init(&sequence, ctx, path, ZD_MISSING_HOLD, NULL) == ZD_OK;
    for (size_t i = 0; is_known && i < sequence.count; i++) {
        is_known = zd_hasher_add_file(hasher, sequence.files[i]);
    }
    zd_sequence_finish(&sequence);
    return is_known;
}
