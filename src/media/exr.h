/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_EXR_H
#define ZD_MEDIA_EXR_H

/* OpenEXR files with any channels and attributes, through the library's C core. For depth (Z) and
 * other passes; footage in EXR is read by media/reader.h, which uses this.
 *
 * Thread-safety: one thread at a time uses a file. */

#include <stdbool.h>
#include <stdint.h>

#include "core/part.h"
#include "image/image.h"

typedef struct zd_exr zd_exr;

typedef struct zd_exr_channel_info {
    const char *name; /* "R", "Z", "diffuse.G"; valid as long as the file */
    bool is_half;
    bool is_uint;
    int x_sampling;
    int y_sampling;
} zd_exr_channel_info;

/** Opens a file for reading. The caller owns *out. Deep parts are read flattened, see
 *  media/still/exr_deep.c. */
ZD_MUST_USE zd_status zd_exr_open(zd_context *ctx, const char *path, zd_exr **out, zd_error *err);
void zd_exr_close(zd_exr **exr);

int zd_exr_part_count(const zd_exr *exr);
const char *zd_exr_part_name(const zd_exr *exr, int part);              /* "" when it has none */
void zd_exr_size(const zd_exr *exr, int part, int *width, int *height); /* display window */
void zd_exr_data_size(const zd_exr *exr, int part, int *width, int *height); /* data window */
float zd_exr_pixel_aspect(const zd_exr *exr, int part);

int zd_exr_channel_count(const zd_exr *exr, int part);
zd_exr_channel_info zd_exr_channel(const zd_exr *exr, int part, int index);
int zd_exr_find_channel(const zd_exr *exr, int part, const char *name); /* -1: not there */

/** An attribute as text (strings) or number (int, float, double); false when it is not there or of
 *  another type. The text is valid as long as the file. */
bool zd_exr_text(const zd_exr *exr, int part, const char *name, const char **value);
bool zd_exr_number(const zd_exr *exr, int part, const char *name, double *value);

/** One channel wanted: where its samples go. */
typedef struct zd_exr_wanted {
    int channel;   /* of zd_exr_channel */
    zd_view view;  /* float32, the display window's size */
    int component; /* of the view's pixels */
} zd_exr_wanted;

/** Whether a part has DWA compression, which OpenEXR's C core lists and does not unpack. */
bool zd_exr_is_dwa(const zd_exr *exr, int part);

/** Where the data lies in the display window. */
void zd_exr_data_window(const zd_exr *exr, int part, int *x, int *y, int *width, int *height);
const char *zd_exr_path(const zd_exr *exr); /* valid as long as the file */
zd_context *zd_exr_context(const zd_exr *exr);

/** Reads channels of a part as float32, placed in the display window; outside the data window the
 *  value is 0. *bad receives how many samples are NaN or infinite (kept); may be NULL. */
ZD_MUST_USE zd_status zd_exr_read(zd_exr *exr, int part, const zd_exr_wanted *wanted, int count,
                                  int64_t *bad, zd_error *err);

/** A place in the display window. */
typedef struct zd_exr_place {
    int x;
    int y;
} zd_exr_place;

/** The same for views that begin at another place than the display window. */
ZD_MUST_USE zd_status zd_exr_read_window(zd_exr *exr, int part, zd_exr_place from,
                                         const zd_exr_wanted *wanted, int count, int64_t *bad,
                                         zd_error *err);

/** Reads one channel into a gray view of the display window's size; outside the data window the value
 *  is `outside`. */
ZD_MUST_USE zd_status zd_exr_read_one(zd_exr *exr, int part, const zd_exr_wanted *wanted,
                                      float outside, zd_error *err);

/** As zd_exr_read_window, also of parts with DWA compression where OpenEXR's C++ library is linked: in
 *  programs, not in plug-ins. */
ZD_MUST_USE zd_status zd_exr_read_any(zd_exr *exr, int part, zd_exr_place from,
                                      const zd_exr_wanted *wanted, int count, int64_t *bad,
                                      zd_error *err);

/** A channel to write: one component of a float32 view; all views have one size. */
typedef struct zd_exr_source {
    const char *name;
    zd_view view;
    int component;
    bool as_half;
} zd_exr_source;

/** An attribute to write: a text, or a number when text is NULL. */
typedef struct zd_exr_attribute {
    const char *name;
    const char *text;
    float number;
} zd_exr_attribute;

/** OpenEXR's standard attributes of a picture that was computed. Matrices multiply rows from the left,
 *  row-major; the camera's space is RenderMan's: x right, y up, z forward. NDC is 0, 0 in the upper left
 *  corner of the display window and 1, 1 in the lower right. */
typedef struct zd_exr_standard {
    bool is_bt709; /* the primaries; else none are told */
    float world_to_camera[16];
    float world_to_ndc[16];
    float window_centre[2]; /* of the picture at the distance 1, y up */
    float window_width;
    int frame_rate[2]; /* numerator, denominator */
} zd_exr_standard;

typedef struct zd_exr_file {
    const zd_exr_source *channels;
    int channel_count;
    const zd_exr_attribute *attributes;
    int attribute_count;
    float pixel_aspect; /* 0: 1 */
    zd_exr_place place; /* of the views in the display window */
    int display_width;  /* 0: the views' */
    int display_height;
    const zd_exr_standard *standard; /* NULL: none */
    const char *name;                /* of the part; needed where there are several */
    const struct zd_exr_file *next;  /* another part, or NULL */
} zd_exr_file;

/** Writes scan lines with ZIP compression (lossless) of 16 lines. It appears under its name
 *  when it is complete. */
ZD_MUST_USE zd_status zd_exr_write(zd_context *ctx, const char *path, const zd_exr_file *file,
                                   zd_error *err);

/** The same into a part, which stays open. Messages name `path`. */
ZD_MUST_USE zd_status zd_exr_write_part(zd_context *ctx, const zd_part *part, const char *path,
                                        const zd_exr_file *file, zd_error *err);

#endif
