/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FRAME_STORE_H
#define ZD_MEDIA_FRAME_STORE_H

/* Pictures just as an encoder takes them, in a file: what a chunk of a movie leaves for the process that
 * encodes all of it, so that the movie has the bits of one run. A header tells size and pixel format;
 * each picture has its time, what its codes mean, the few kinds of side data that encoders use, and
 * its rows without gaps. Numbers are the machine's own; the header tells a machine that has others.
 * The file appears under its name when it is complete. Inside the media module only.
 *
 * Thread-safety: one thread at a time uses a store. */

#include "media/av_support.h"

typedef struct zd_frame_store zd_frame_store;

/** What the pictures of a store are. */
typedef struct zd_frame_form {
    enum AVPixelFormat format;
    int width;
    int height;
} zd_frame_form;

/** Begins a store. The caller owns *out and ends it with zd_frame_store_finish or
 *  zd_frame_store_close. */
ZD_MUST_USE zd_status zd_frame_store_create(zd_context *ctx, const char *path,
                                            const zd_frame_form *form, zd_frame_store **out,
                                            zd_error *err);

/** Appends a picture, which stays the caller's. */
ZD_MUST_USE zd_status zd_frame_store_put(zd_frame_store *store, const AVFrame *picture, int64_t pts,
                                         int64_t duration, zd_error *err);

/** Gives the file its name. The store must be closed afterwards. */
ZD_MUST_USE zd_status zd_frame_store_finish(zd_frame_store *store, zd_error *err);

/** Opens a store that is complete; refuses one that is damaged or of another form. The caller owns
 *  *out. */
ZD_MUST_USE zd_status zd_frame_store_open(zd_context *ctx, const char *path,
                                          const zd_frame_form *form, zd_frame_store **out,
                                          zd_error *err);

/** The next picture, which is the caller's; ZD_ERR_END after the last. */
ZD_MUST_USE zd_status zd_frame_store_next(zd_frame_store *store, AVFrame **out, int64_t *pts,
                                          int64_t *duration, zd_error *err);

/** Releases a store; one that is being written and not finished is removed. Accepts a pointer to NULL. */
void zd_frame_store_close(zd_frame_store **store);

#endif
