/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See clip_ahead.h. */

#include "clip/clip_ahead.h"

#include "clip/clip_walk.h"
#include "core/require.h"

void zd_clip_ahead_forget(zd_clip_ahead *ahead)
{
    zd_frame_unref(&ahead->frame);
    ahead->at = -1;
}

zd_status zd_clip_ahead_take(zd_clip_ahead *ahead, const zd_clip *clip, int64_t index,
                             zd_frame **out, zd_error *err)
{
    ZD_REQUIRE(err, index >= 0);
    bool follows = ahead->at == index;
    *out = follows ? ahead->frame : NULL;
    if (follows) {
        ahead->frame = NULL;
    }
    zd_clip_ahead_forget(ahead); /* until the frame is there */
    if (*out == NULL && !follows) {
        ZD_TRY(zd_reader_select(clip->reader, index, INT64_MAX, err));
    }
    if (*out == NULL) {
        ZD_TRY(zd_reader_next(clip->reader, out, err));
    }
    ahead->at = index + 1;
    return ZD_OK;
}

zd_status zd_clip_ahead_look(zd_clip_ahead *ahead, const zd_clip *clip, const zd_frame **out,
                             zd_error *err)
{
    *out = NULL;
    if (!zd_clip_walk_looks_ahead(clip, ahead->at - 1)) {
        return ZD_OK;
    }
    if (ahead->frame == NULL) {
        zd_status status = zd_reader_next(clip->reader, &ahead->frame, err);
        if (status == ZD_ERR_END) {
            zd_clip_ahead_forget(ahead);
            return ZD_OK;
        }
        ZD_TRY(status);
    }
    *out = ahead->frame;
    return ZD_OK;
}
