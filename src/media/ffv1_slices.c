/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A slice of FFV1 begins at floor(size * index / slices) of the luma; its chroma begins at that number
 * shifted down and has as many samples as its own size shifted up (RFC 9043, 4.6.3). Of an odd size
 * the last column or row of chroma can so lie in no slice: 187 pixels in two are 93 and 94, whose
 * chroma is 0..46 and 46..92 of 0..93. FFmpeg 6.1 writes such a grid without a word (its ticket 5548);
 * Debian's 5.1 and 7.1 leave it out. Between two slices nothing is lost. */

#include "media/ffv1_slices.h"

#include <assert.h>
#include <libavutil/pixdesc.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/context.h"

typedef struct picture_size {
    int width;
    int height;
    int shift_x; /* of the chroma */
    int shift_y;
} picture_size;

static int ceil_shift(int size, int shift)
{
    return (size + (1 << shift) - 1) >> shift;
}

/* Whether the last of `parts` slices ends before the chroma does. */
static bool is_cut(int size, int parts, int shift)
{
    assert(size > 0 && parts > 0 && shift >= 0 && shift < 8);
    int begin = (int) ((int64_t) size * (parts - 1) / parts);
    return (begin >> shift) + ceil_shift(size - begin, shift) < ceil_shift(size, shift);
}

static bool is_whole(const picture_size *size, int columns, int rows)
{
    return !is_cut(size->width, columns, size->shift_x) &&
           !is_cut(size->height, rows, size->shift_y);
}

enum { SLICES_MAX = 256 };

/* FFmpeg's grid of so many slices: the one of fewest rows that has from as many columns as rows to less than
 * twice as many. False: there is none, and the encoder refuses the number by itself. */
static bool grid_of(int slices, int *columns, int *rows)
{
    for (*rows = 1; *rows * *rows <= slices; ++*rows) {
        *columns = slices / *rows;
        if (*columns * *rows == slices && *columns < 2 * *rows) {
            return true;
        }
    }
    return false;
}

static bool loses(const picture_size *size, int slices)
{
    int columns = 0;
    int rows = 0;
    return grid_of(slices, &columns, &rows) && !is_whole(size, columns, rows);
}

/* The smallest number of slices, of at least 2x2, that loses nothing. 0: none. */
static int first_whole(const picture_size *size)
{
    int columns = 0;
    int rows = 0;
    for (int slices = 4; slices <= SLICES_MAX; slices++) {
        if (grid_of(slices, &columns, &rows) && is_whole(size, columns, rows)) {
            return slices;
        }
    }
    return 0;
}

static bool is_early(const AVDictionary *options)
{
    const AVDictionaryEntry *level = av_dict_get(options, "level", NULL, 0);
    return level != NULL && atoi(level->value) < 2;
}

static zd_status set_option(AVDictionary **options, const char *name, int value, zd_error *err)
{
    return av_dict_set_int(options, name, value, 0) >= 0 ? ZD_OK
                                                         : zd_fail_memory(err, "encoder options");
}

zd_status zd_ffv1_choose_slices(int width, int height, enum AVPixelFormat format,
                                AVDictionary **options, zd_error *err)
{
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get(format);
    assert(width > 0 && height > 0 && descriptor != NULL);
    picture_size size = { width, height, descriptor->log2_chroma_w, descriptor->log2_chroma_h };
    const AVDictionaryEntry *asked = av_dict_get(*options, "slices", NULL, 0);
    if (asked != NULL) {
        int slices = atoi(asked->value);
        return slices > 0 && slices <= SLICES_MAX && loses(&size, slices)
                   ? zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                             "FFV1 in %d slices would lose chroma at the edge of %dx%d %s; leave "
                             "the encoder option 'slices' out",
                             slices, width, height, descriptor->name)
                   : ZD_OK;
    }
    int whole = first_whole(&size);
    if (whole == 4) { /* what the encoder takes by itself */
        return ZD_OK;
    }
    if (whole > 0 && !is_early(*options)) {
        return set_option(options, "slices", whole, err);
    }
    av_dict_set(options, "slicecrc", NULL, 0); /* such sums would make it a version of slices */
    return is_early(*options) ? ZD_OK : set_option(options, "level", 1, err);
}
