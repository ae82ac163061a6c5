/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_SEQUENCE_H
#define ZD_MEDIA_SEQUENCE_H

/* The files that a pattern, a glob or a folder stands for, in order. Inside the media module and
 * its tests only. */

#include "media/reader.h"

typedef struct zd_sequence {
    zd_context *ctx;
    char **files;     /* the files that exist */
    int64_t *numbers; /* the number in each file's name; NULL when the names hold none */
    size_t count;
    int64_t step;    /* from number to number: 1, or 2 for every second frame ... */
    int64_t frames;  /* with held frames counted */
    int64_t lacking; /* how many numbers are missing */
    bool is_held;    /* numbers are missing, and the frame before stands for them */
} zd_sequence;

/** Whether a path stands for several files: it holds a pattern or a glob, or is a folder, and is
 *  not itself the name of a file. */
bool zd_sequence_is_path(const char *path);

/** Lists the files. Release with zd_sequence_finish, also after a failure. */
ZD_MUST_USE zd_status zd_sequence_init(zd_sequence *sequence, zd_context *ctx, const char *path,
                                       zd_missing_frame missing, zd_error *err);

/** A sequence of the one file; its name is not looked at. Release as above. */
ZD_MUST_USE zd_status zd_sequence_init_single(zd_sequence *sequence, zd_context *ctx,
                                              const char *path, zd_error *err);

/** Says in the log how many frames are held for missing ones, if any. */
void zd_sequence_warn(const zd_sequence *sequence, const char *path);

void zd_sequence_finish(zd_sequence *sequence);

/** The file shown at a frame, 0 .. frames-1. */
const char *zd_sequence_file(const zd_sequence *sequence, int64_t frame);

/** Whether writing `output`, a file or a sequence with the numbers of this one, would write over a
 *  file of this sequence; *number is the first such frame. */
ZD_MUST_USE zd_status zd_sequence_overlaps(const zd_sequence *sequence, const char *output,
                                           bool *overlaps, int64_t *number, zd_error *err);

/** The name of a frame of a sequence: "name.0042.png". False when the path holds no pattern. */
bool zd_sequence_expand(const char *path, int64_t number, char *name, size_t size);

/** The same for a path that may be a sequence or one file, whose name it then is. */
ZD_MUST_USE zd_status zd_sequence_name(const char *pattern, int64_t number, char *out, size_t size,
                                       zd_error *err);

/** Splits "folder/name.%04d.ext" into what is before and after the number; false when the path
 *  holds no such pattern. *width is the least number of digits. */
bool zd_sequence_split(const char *path, size_t *before, const char **after, int *width);

#endif
