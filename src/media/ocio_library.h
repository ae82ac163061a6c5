/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_OCIO_LIBRARY_H
#define ZD_MEDIA_OCIO_LIBRARY_H

/* What is asked of OpenColorIO, which has a C++ interface only. No exception leaves; functions that may
 * fail return 0, or 1 with the library's words in `reason`. Weak: NULL where the library is not linked, in
 * builds without it and in plug-ins. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#    define ZD_OCIO_WEAK
#else
#    define ZD_OCIO_WEAK __attribute__((weak))
#endif

typedef enum zd_ocio_kind { ZD_OCIO_SPACES, ZD_OCIO_DISPLAYS, ZD_OCIO_VIEWS } zd_ocio_kind;

/** From one colour space to another. NULL stands for linear light of BT.709's primaries. */
typedef struct zd_ocio_way {
    const char *from;
    const char *to;   /* a display where `view` is given */
    const char *view; /* NULL: no display; "": the display's default */
} zd_ocio_way;

/** Reads and validates a configuration; the caller closes *config. */
ZD_OCIO_WEAK int zd_ocio_library_open(const char *path, void **config, char *reason, size_t size);
ZD_OCIO_WEAK void zd_ocio_library_close(void *config);

/** Whether there is a space (a name, an alias or a role), a display, or a view of the display `of`. */
ZD_OCIO_WEAK int zd_ocio_library_knows(void *config, zd_ocio_kind kind, const char *of,
                                       const char *name);

/** The names of a kind, counted from 0; NULL after the last. Lives as long as the configuration. */
ZD_OCIO_WEAK const char *zd_ocio_library_name(void *config, zd_ocio_kind kind, const char *of,
                                              int index);

/** Makes a transform; the caller frees *out. */
ZD_OCIO_WEAK int zd_ocio_library_transform(void *config, const zd_ocio_way *way, void **out,
                                           char *reason, size_t size);
ZD_OCIO_WEAK void zd_ocio_library_free(void *transform);

/** Applies it to float RGB or RGBA in place; alpha stays. May run in several threads at once. */
ZD_OCIO_WEAK int zd_ocio_library_apply(void *transform, float *data, int width, int height,
                                       int channels, ptrdiff_t stride_bytes);

/** A text that is another for a transform that computes anything else, tables in files included. */
ZD_OCIO_WEAK const char *zd_ocio_library_identity(void *transform);

#ifdef __cplusplus
}
#endif

#endif
