/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_ENCODER_DEFAULTS_H
#define ZD_MEDIA_ENCODER_DEFAULTS_H

/* What an output gets when nobody says otherwise. Two tables: endings of names, and encoders.
 * A new format is a line in each. Inside the media module only. */

#include <stdbool.h>
#include <stddef.h>

#include "media/writer.h"

typedef enum zd_output_content {
    ZD_CONTENT_OPAQUE,
    ZD_CONTENT_ALPHA,
    ZD_CONTENT_GRAY,
    ZD_CONTENT_HDR, /* opaque, with a PQ or HLG transfer */
    ZD_CONTENT_COUNT,
} zd_output_content;

typedef struct zd_ending {
    const char *ending; /* of the file name, lower case */
    zd_output_kind kind;
    const char *muxer;                   /* of movies */
    const char *codec[ZD_CONTENT_COUNT]; /* encoders by content; NULL: it cannot hold that */
    const char *instead;                 /* what to use where it cannot */
} zd_ending;

/** Our own writer of TIFF with float samples. */
#define ZD_ENCODER_FLOAT_TIFF "tiff-float"

typedef struct zd_encoder {
    const char *name;                     /* FFmpeg's, or "exr" for our own writer */
    const char *format[ZD_CONTENT_COUNT]; /* pixel formats for sources of 8 bit; NULL: none */
    const char *deep[ZD_CONTENT_COUNT];   /* and for deeper ones */
    const char *options;                  /* of the encoder */
    const char *quality_key;              /* NULL: lossless, or by profile */
    int quality;
    const char *alpha_options; /* in addition, with alpha; may be NULL */
    bool keeps_full_range;     /* the stream itself says whether its range is full */
} zd_encoder;

/** The entry for a name's ending, compared without case; NULL when it is not known. */
const zd_ending *zd_ending_find(const char *ending);

/** The entry of an encoder; NULL for those that have no defaults here. */
const zd_encoder *zd_encoder_find(const char *name);

/** ".mp4, .mov, ..." into `text`. */
void zd_ending_list(char *text, size_t size);

#endif
