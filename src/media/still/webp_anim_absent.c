/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Built without libwebp: FFmpeg is asked, which says what it can. */

#include "media/webp_anim.h"

bool zd_webp_anim_is(const char *path)
{
    (void) path;
    return false;
}

zd_status zd_webp_anim_open(zd_context *ctx, const char *path, zd_webp_anim **out,
                            zd_reader_info *info, zd_error *err)
{
    (void) ctx;
    (void) info;
    *out = NULL;
    return zd_fail(err, ZD_ERR_UNSUPPORTED, "'%s' is an animated WebP, which this build reads not",
                   path);
}

void zd_webp_anim_close(zd_webp_anim **anim)
{
    *anim = NULL;
}

zd_status zd_webp_anim_next(zd_webp_anim *anim, zd_frame **out, zd_error *err)
{
    (void) anim;
    *out = NULL;
    return zd_fail(err, ZD_ERR_UNSUPPORTED, "animated WebP is not read by this build");
}

zd_status zd_webp_anim_seek(zd_webp_anim *anim, int64_t index, zd_error *err)
{
    (void) anim;
    (void) index;
    return zd_fail(err, ZD_ERR_UNSUPPORTED, "animated WebP is not read by this build");
}

int64_t zd_webp_anim_time_us(const zd_webp_anim *anim, int64_t index)
{
    (void) anim;
    (void) index;
    return 0;
}

int64_t zd_webp_anim_find(const zd_webp_anim *anim, int64_t time_us)
{
    (void) anim;
    (void) time_us;
    return 0;
}
