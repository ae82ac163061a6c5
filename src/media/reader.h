/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_READER_H
#define ZD_MEDIA_READER_H

/* Reads footage frame by frame: movies and stills through FFmpeg's libraries, EXR through OpenEXR,
 * and sequences of stills. Rotation is applied, time stamps are kept as they are.
 *
 * A path is a file; a printf pattern ("shot.%04d.exr"); a glob ("plates/frame*.png", natural
 * order); or a folder that holds the pictures of one sequence.
 *
 * Thread-safety: one thread at a time uses a reader. */

#include "core/task.h"
#include "media/frame.h"
#include "media/icc.h"

typedef struct zd_reader zd_reader;

/** Times of two files that are no further apart mean one moment: containers round to milliseconds. */
enum { ZD_READER_ROUNDING_US = 2000 };

typedef enum zd_media_kind {
    ZD_MEDIA_MOVIE,
    ZD_MEDIA_STILL,
    ZD_MEDIA_SEQUENCE,
} zd_media_kind;

/** What to do about a number that a sequence lacks between its first and its last. */
typedef enum zd_missing_frame {
    ZD_MISSING_FAIL, /* the open fails and names the first missing file */
    ZD_MISSING_HOLD, /* the frame before is repeated, with a warning in the log */
} zd_missing_frame;

/** What to do about damage inside a movie, and about one that ends too early. */
typedef enum zd_damage {
    ZD_DAMAGE_PASS,   /* damage is passed over with a warning, a cut off file is an error */
    ZD_DAMAGE_REFUSE, /* both are errors, after the frames before */
    ZD_DAMAGE_TAKE,   /* both are warnings: what is there is given */
} zd_damage;

/** `{0}` reads all of the best video stream. A range is given in frames or in time, half open;
 *  frames count from 0 at the clip's first, for sequences too. */
typedef struct zd_reader_params {
    int64_t first_frame;
    int64_t end_frame;         /* the one after the last; 0: to the end */
    int64_t start_us;          /* from the clip's start; used when the frame range is all zero */
    int64_t end_us;            /* 0: to the end */
    zd_rational sequence_rate; /* frames a second of a sequence; 0/0: 24 */
    zd_missing_frame missing;
    int stream;  /* 0: the best video stream; n: the nth video stream, counting from 1 */
    int threads; /* of the decoder; 0: as many as the context's pool */
    zd_damage damage;
    bool deinterlaces; /* interlaced movies give whole pictures */
    const char *layer; /* EXR: channels "LAYER.R" and so on, or one channel's name; NULL: R,G,B */
    int part;          /* EXR: part number from 0 */
} zd_reader_params;

/** Interlaced footage has two moments in a frame. */
typedef enum zd_fields {
    ZD_FIELDS_NONE,
    ZD_FIELDS_TOP_FIRST,
    ZD_FIELDS_BOTTOM_FIRST,
} zd_fields;

typedef struct zd_audio_info {
    int stream; /* FFmpeg's stream index */
    char codec[ZD_MEDIA_NAME_SIZE];
    int sample_rate;
    int channels;
    char language[16]; /* "" when not told */
} zd_audio_info;

/** The light that HDR footage was graded on (SMPTE ST 2086) and reaches (CTA-861.3). */
typedef struct zd_hdr_light {
    bool has_mastering;
    zd_rational primaries[3][2]; /* x and y of red, green and blue */
    zd_rational white[2];
    zd_rational least_nits;
    zd_rational most_nits;
    bool has_level;
    unsigned max_content_nits;
    unsigned max_average_nits;
} zd_hdr_light;

typedef struct zd_reader_info {
    zd_media_kind kind;
    int width; /* display orientation */
    int height;
    zd_rational frame_rate; /* average; 24/1 for stills */
    zd_rational time_base;
    zd_rational sample_aspect;
    int64_t frame_count; /* in the selected range; 0: unknown */
    bool is_frame_count_exact;
    int64_t duration_us; /* of the selected range; 0: unknown */
    int64_t start_pts;   /* of the clip's first frame, in time_base */
    int64_t start_us;    /* the same as zd_frame_time_us tells it */
    int64_t first_frame; /* of the selected range, counted from the clip's first */
    int64_t end_frame;   /* the one after its last; INT64_MAX: the clip's end */
    int64_t clip_us;     /* duration of the whole clip; 0: unknown */
    zd_damage damage;    /* as asked for */
    bool is_to_end;      /* the selected range has no end of its own */
    bool is_variable_rate;
    int rotation_deg; /* clockwise: 0, 90, 180 or 270, already applied, */
    bool is_mirrored; /* after this */
    int bit_depth;
    bool is_float;
    bool is_half; /* EXR: all colour channels are half float */
    bool has_alpha;
    zd_fields fields;
    int field_order_id; /* AVFieldOrder numbers: the container's word for it */
    zd_media_colour colour;
    zd_hdr_light light;
    zd_icc icc;                         /* of pictures; valid as long as the reader */
    char container[ZD_MEDIA_NAME_SIZE]; /* "mov", "matroska", "png", "exr" ... */
    char codec[ZD_MEDIA_NAME_SIZE];
    char pixel_format[ZD_MEDIA_NAME_SIZE];
    int64_t first_number; /* of the range's first frame: in its file's name, else counted from 0 */
    int64_t number_step;  /* from frame to frame: 1, or 2 for every second frame ... */
    int audio_count;
    const zd_audio_info *audio; /* valid as long as the reader */
    const char *path;           /* as given; valid as long as the reader */
} zd_reader_info;

/** Opens footage. `params` may be NULL. The caller owns *out. Every failure names the file, the
 *  reason and, where there is one, the remedy. */
ZD_MUST_USE zd_status zd_reader_open(zd_context *ctx, const char *path,
                                     const zd_reader_params *params, zd_reader **out,
                                     zd_error *err);

/** Closes a reader and sets it to NULL. Accepts a pointer to NULL. Frames stay valid. */
void zd_reader_close(zd_reader **reader);

/** Frames a second; 0: unknown. */
static inline double zd_reader_info_rate(const zd_reader_info *info)
{
    bool has_rate = info->frame_rate.numerator > 0 && info->frame_rate.denominator > 0;
    return has_rate ? (double) info->frame_rate.numerator / info->frame_rate.denominator : 0.0;
}

const zd_reader_info *zd_reader_info_get(const zd_reader *reader);

/** Counts the frames of a movie that does not tell them, by reading all of it without decoding; its
 *  info then tells them, and the duration. Does nothing where they are known. */
ZD_MUST_USE zd_status zd_reader_count(zd_reader *reader, zd_error *err);

/** A frame's time in seconds, from its time in microseconds since some other frame's: n / rate, as
 *  exact as a double holds it, where the file's stamps say so but for their rounding (Matroska's are
 *  whole milliseconds), and the time itself where they do not (a variable rate). */
double zd_reader_time_s(const zd_reader_info *info, int64_t time_us);

/** Gives the next frame of the range; the caller owns one reference. ZD_ERR_END after the last.
 *  A movie that breaks off gives the frames that decode and then ZD_ERR_CORRUPT; zd_damage tells
 *  when it does not. Times go up: where they do not in the file they are moved. */
ZD_MUST_USE zd_status zd_reader_next(zd_reader *reader, zd_frame **out, zd_error *err);

/** Makes `frame` (counted from the first of the selected range) the next one. Exact for any movie,
 *  those with a variable rate included. Past the end, the next frame is ZD_ERR_END. */
ZD_MUST_USE zd_status zd_reader_seek_frame(zd_reader *reader, int64_t frame, zd_error *err);

/** Selects other frames of the clip: `first` to the one before `end`, counted from the clip's first
 *  whatever was selected before; INT64_MAX: to the clip's end. The first of them comes next, and
 *  frames are counted from it. What the info tells stays that of the range given on opening. */
ZD_MUST_USE zd_status zd_reader_select(zd_reader *reader, int64_t first, int64_t end,
                                       zd_error *err);

/** A task whose cancel ends reads and seeks of movies from now on with ZD_ERR_CANCELLED; where the
 *  reader is then is not known until it is sought. Borrowed; NULL: none. */
void zd_reader_set_task(zd_reader *reader, const zd_task *task);

/** Makes the frame shown at a time, from the start of the selected range, the next one. */
ZD_MUST_USE zd_status zd_reader_seek_time(zd_reader *reader, int64_t time_us, zd_error *err);

#endif
