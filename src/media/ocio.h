/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_OCIO_H
#define ZD_MEDIA_OCIO_H

/* Colours by an OpenColorIO configuration: from a named space to light, and from light to a space or to
 * what a display shows in a view. Transforms are exact, not the library's approximations.
 *
 * Thread-safety: one thread at a time uses a configuration. */

#include <stdbool.h>

#include "image/image.h"
#include "media/ocio_library.h"

typedef struct zd_ocio zd_ocio;
typedef struct zd_ocio_transform zd_ocio_transform;

/** Whether this program has the library. */
bool zd_ocio_is_here(void);

/** Reads a configuration. ZD_ERR_UNSUPPORTED without the library, ZD_ERR_IO when there is no such file,
 *  ZD_ERR_CORRUPT with the library's words otherwise. The caller owns *out. */
ZD_MUST_USE zd_status zd_ocio_open(zd_context *ctx, const char *path, zd_ocio **out, zd_error *err);
void zd_ocio_close(zd_ocio **ocio);

/** Makes a transform, which ends before its configuration. Names that are not known are
 *  ZD_ERR_INVALID_ARGUMENT with the ones that are near, or all. The caller owns *out. */
ZD_MUST_USE zd_status zd_ocio_transform_create(zd_ocio *ocio, const zd_ocio_way *way,
                                               zd_ocio_transform **out, zd_error *err);
void zd_ocio_transform_destroy(zd_ocio_transform **transform);

/** Transforms RGB or RGBA float32 in place, not premultiplied; alpha stays. The same bits for any number
 *  of threads. */
void zd_ocio_transform_apply(const zd_ocio_transform *transform, zd_view view);

/** Whether black stays black and twice the light is twice the value: what may be averaged and
 *  premultiplied. */
bool zd_ocio_transform_is_linear(const zd_ocio_transform *transform);

/** A text that is another for a transform that computes anything else. Lives as long as it does. */
const char *zd_ocio_transform_identity(const zd_ocio_transform *transform);

#endif
