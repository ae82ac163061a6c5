/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_WRITER_H
#define ZD_MEDIA_WRITER_H

/* Writes movies, stills and sequences of stills. A movie appears under its final name when it is
 * finished and not before; each file of a sequence when it is complete.
 *
 * "-" is the standard output, and so is "-.mkv" and the like: movies in NUT, Y4M or Matroska, of which
 * everything goes out at once.
 *
 * The ending of the path chooses the kind: .mp4 .m4v .mov .mkv .webm .nut .y4m are movies; .png .tif
 * .tiff .exr .jpg are sequences when the name holds a number pattern ("out.%04d.png") and one still
 * otherwise. media/encoder_defaults.c lists what each ending gets.
 *
 * Thread-safety: one thread at a time uses a writer. */

#include "core/digest.h"
#include "media/exr.h"
#include "media/reader.h"
#include "media/trust.h"

typedef struct zd_writer zd_writer;

typedef enum zd_alpha_output {
    ZD_ALPHA_NONE, /* the output has no alpha */
    ZD_ALPHA_STRAIGHT,
    ZD_ALPHA_PREMULTIPLIED, /* colour times alpha, in the codes of the output */
} zd_alpha_output;

/** Only `like` is needed. Texts live until zd_writer_open returns. */
typedef struct zd_writer_params {
    const zd_reader_info *like; /* size, rate, time base, sample aspect, colour, bit depth */
    int width;                  /* 0: like's */
    int height;
    bool is_gray;           /* one channel, full range: depth and mattes (gray16le by default) */
    const char *codec;      /* FFmpeg's name of an encoder; NULL: by the path's ending */
    bool like_source;       /* movies: the codec, chroma and depth of `like` where none is named */
    const char *pix_fmt;    /* FFmpeg's name; NULL: the encoder's default for this content */
    bool has_quality;       /* without it: visually lossless */
    int quality;            /* the encoder's constant quality (CRF) number */
    const char *options;    /* "key=value:key=value" for the encoder, then for the container */
    zd_trust options_trust; /* without full trust only those that media/allowed.h holds */
    zd_alpha_output alpha;
    const char *source_path;     /* movies: the file that `like` tells of, of which is kept */
    bool copies_sound;           /* the sound, cut to the time of the frames put, and */
    bool encodes_sound;          /* where the container cannot hold it, */
    bool copies_tags;            /* title, time of creation, timecode, chapters, subtitles */
    const char *const *metadata; /* key, value, key, value, ..., NULL; may be NULL */
    int64_t first_number;        /* of a sequence */
    int64_t number_step;         /* 0: 1 */
    int threads;                 /* of the encoder; 0: four, on every machine */
    const zd_digest
        *job;     /* all that decides a sequence's pictures, so that it can be resumed; NULL:
                             every picture is made. Borrowed until zd_writer_open returns */
    bool is_half; /* EXR: half float instead of float */
    const char
        *store; /* movies: pictures are kept in this file, ready for the encoder, and nothing is
                          written to the output; see zd_writer_put_stored. NULL: they are encoded */
} zd_writer_params;

/** What an ending stands for; see the table in encoder_defaults.c. */
typedef enum zd_output_kind {
    ZD_OUTPUT_UNKNOWN,
    ZD_OUTPUT_MOVIE,
    ZD_OUTPUT_STILL,    /* one file a frame, by an encoder of FFmpeg's */
    ZD_OUTPUT_CHANNELS, /* one file a frame with channels of any name, by our own writer: EXR */
} zd_output_kind;

zd_output_kind zd_writer_kind(const char *path);

/** Whether a name means the standard output. */
bool zd_writer_is_stream(const char *path);

/** Whether the name's ending is that of a movie or picture that can be written. */
bool zd_writer_knows(const char *path);

/** Whether the format that the name's ending stands for has an encoder with alpha by default. */
bool zd_writer_holds_alpha(const char *path);

/** Refuses an output that is the same file as the input or would write over a frame of it. For
 *  outputs that no writer opens; zd_writer_open does it by itself. `input` may be NULL. */
ZD_MUST_USE zd_status zd_writer_check_output(zd_context *ctx, const char *path, const char *input,
                                             zd_error *err);

/** Refuses a name that holds one picture for more of them, before these are made. */
ZD_MUST_USE zd_status zd_writer_check_count(const char *path, int64_t pictures, zd_error *err);

/** Opens an output. The caller owns *out and ends it with zd_writer_finish or zd_writer_abort.
 *  Refuses an output that zd_writer_check_output refuses for like->path or source_path. */
ZD_MUST_USE zd_status zd_writer_open(zd_context *ctx, const char *path,
                                     const zd_writer_params *params, zd_writer **out,
                                     zd_error *err);

/** Whether an earlier run of the same job has finished the picture that comes `index`-th, counted from
 *  0, and its file is just as it was written. Safe beside another thread that puts. */
bool zd_writer_has(const zd_writer *writer, int64_t index);

/** Leaves the next picture as it is, because it is finished. */
ZD_MUST_USE zd_status zd_writer_skip(zd_writer *writer, zd_error *err);

/** Whether pictures that are finished stay when the job is broken off, and are told by zd_writer_has
 *  to the next run of the same job. */
bool zd_writer_is_resumable(const zd_writer *writer);

/** Writes a frame at its own time. Its codes go to the encoder untouched when the pixel format is
 *  the output's, and are converted otherwise. The frame is borrowed. */
ZD_MUST_USE zd_status zd_writer_put(zd_writer *writer, const zd_frame *frame, zd_error *err);

/** Writes gray, RGB or RGBA float32 display-referred values, unpremultiplied, at a time in like's
 *  time base. `duration` may be 0. The view is borrowed until return. */
ZD_MUST_USE zd_status zd_writer_put_view(zd_writer *writer, zd_view view, int64_t pts,
                                         int64_t duration, zd_error *err);

/** Writes the pictures that a writer with the same parameters and a store has kept in `path`. *frames
 *  grows by their number. */
ZD_MUST_USE zd_status zd_writer_put_stored(zd_writer *writer, const char *path, int64_t *frames,
                                           zd_error *err);

/** Writes a picture that is made in parts, so that it need not lie in memory as floats. zd_writer_begin gives
 *  one of black codes, and zd_writer_add_rows adds rows like those of zd_writer_put_view to it, which are
 *  written over, from row `y` on, a multiple of 16; each row once. Both may run beside another thread that
 *  puts. zd_writer_put_made writes it; the frame is borrowed. */
ZD_MUST_USE zd_status zd_writer_begin(const zd_writer *writer, zd_frame **out, zd_error *err);
ZD_MUST_USE zd_status zd_writer_add_rows(const zd_writer *writer, zd_frame *picture, int y,
                                         zd_view rows, zd_error *err);
ZD_MUST_USE zd_status zd_writer_put_made(zd_writer *writer, const zd_frame *picture, int64_t pts,
                                         int64_t duration, zd_error *err);

/** Writes the next picture as an EXR with channels and attributes of its own; refused where the
 *  output is no EXR. The file is borrowed until return. */
ZD_MUST_USE zd_status zd_writer_put_exr(zd_writer *writer, const zd_exr_file *file, zd_error *err);

/** Completes the output and gives it its final name. Releases the writer and sets it to NULL, also
 *  on failure, when nothing is left under the final name or beside it. */
ZD_MUST_USE zd_status zd_writer_finish(zd_writer **writer, zd_error *err);

/** Gives up: removes the partial movie or the single picture (finished files of a sequence stay),
 *  releases the writer and sets it to NULL. Accepts a pointer to NULL. */
void zd_writer_abort(zd_writer **writer);

/** The name of the pixel format that the output holds; valid as long as the writer. */
const char *zd_writer_pixel_format(const zd_writer *writer);

#endif
