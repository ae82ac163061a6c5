/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_STILL_H
#define ZD_MEDIA_STILL_H

/* One picture from one file, whatever its format. Inside the media module only. */

#include "media/reader.h"

typedef struct zd_still {
    zd_frame *frame; /* the holder owns one reference */
    bool is_half;
    char codec[ZD_MEDIA_NAME_SIZE];
} zd_still;

typedef enum zd_still_type {
    ZD_STILL_OTHER, /* for FFmpeg to find out: a picture or a movie */
    ZD_STILL_EXR,
    ZD_STILL_PFM,
    ZD_STILL_TIFF, /* of float samples */
    ZD_STILL_HEIF,
} zd_still_type;

/** ICC profiles that are larger are left out. */
enum { ZD_STILL_ICC_MOST = 16 << 20 };

/** A file's first bytes; what lies beyond its end is 0. */
typedef struct zd_still_head {
    unsigned char bytes[20];
    size_t count;
} zd_still_head;

/** The type by a file's first bytes. */
ZD_MUST_USE zd_status zd_still_detect(const char *path, zd_still_type *type, zd_error *err);

/** Loads a picture; of a movie, the first frame. */
ZD_MUST_USE zd_status zd_still_load(zd_context *ctx, const char *path,
                                    const zd_reader_params *params, zd_still *out, zd_error *err);

/* The loaders of still/still.c's table. `params` says which part and channels of an EXR. */
ZD_MUST_USE zd_status zd_still_load_exr(zd_context *ctx, const char *path,
                                        const zd_reader_params *params, zd_still *out,
                                        zd_error *err);
ZD_MUST_USE zd_status zd_still_load_tiff(zd_context *ctx, const char *path,
                                         const zd_reader_params *params, zd_still *out,
                                         zd_error *err);
ZD_MUST_USE zd_status zd_still_load_heif(zd_context *ctx, const char *path,
                                         const zd_reader_params *params, zd_still *out,
                                         zd_error *err);
ZD_MUST_USE zd_status zd_still_load_pfm(zd_context *ctx, const char *path,
                                        const zd_reader_params *params, zd_still *out,
                                        zd_error *err);

#endif
