/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_CLIP_FEED_H
#define ZD_CLIP_CLIP_FEED_H

/* A thread that reads footage ahead, a few frames and no more. */

#include "media/reader.h"

typedef struct zd_clip_feed zd_clip_feed;

/** Starts reading. The reader is the feed's until zd_clip_feed_stop. */
ZD_MUST_USE zd_status zd_clip_feed_start(zd_context *ctx, zd_reader *reader, zd_clip_feed **out,
                                         zd_error *err);

/** The next frame (the caller owns one reference), ZD_ERR_END, or the reader's failure. */
ZD_MUST_USE zd_status zd_clip_feed_next(zd_clip_feed *feed, zd_frame **out, zd_error *err);

/** Ends the thread and sets the feed to NULL; the reader is the caller's again. Accepts a pointer
 *  to NULL. */
void zd_clip_feed_stop(zd_clip_feed **feed);

#endif
