/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_MAP_READER_H
#define ZD_MEDIA_MAP_READER_H

/* Reads supplied depth maps: PNG, TIFF, PFM, EXR, sequences of these, and movies. The raw values
 * come out with no colour management: integer codes over their largest value (0..1), float as it
 * is, NaN outside the data window of an EXR. What they mean (nearness or distance, range) is the caller's knowledge, helped by `declared`.
 *
 * Thread-safety: one thread at a time uses a map reader. */

#include "media/reader.h"

typedef struct zd_map_reader zd_map_reader;

typedef struct zd_map_params {
    zd_reader_params media; /* range, rate of sequences, missing frames, part of an EXR */
    const char *channel;    /* EXR: see zd_exr_find_depth */
} zd_map_params;

/* The attributes by which an EXR says what its depth means; see docs/formats.md. */
#define ZD_EXR_DEPTH_KIND     "zdepthKind" /* text */
#define ZD_EXR_SEEN           "zdepthSeen" /* the part with what the network saw: Z and */
#define ZD_EXR_SUBJECT        "subject"    /* how sure a pixel is of the subject, 0 to 1 */
#define ZD_EXR_SKY            "sky"        /* of zd_depth_map */
#define ZD_EXR_CONFIDENCE     "confidence"
#define ZD_EXR_DEPTH_FURTHEST "zdepthFurthest" /* number */
#define ZD_EXR_DEPTH_NEAREST  "zdepthNearest"  /* number */

/** What a network saw beside depth. */
typedef enum zd_seen {
    ZD_SEEN_SUBJECT,
    ZD_SEEN_SKY,
    ZD_SEEN_CONFIDENCE,
    ZD_SEEN_COUNT,
} zd_seen;

/** What an EXR says about its depth. */
typedef struct zd_map_declared {
    bool has_kind;
    char kind[ZD_MEDIA_NAME_SIZE]; /* "nearness", "normalised" or "metres" */
    bool has_range;
    float furthest;
    float nearest;
} zd_map_declared;

typedef struct zd_map_info {
    zd_media_kind kind;
    int width;
    int height;
    zd_rational frame_rate;
    int64_t frame_count; /* 0: unknown */
    int bit_depth;
    bool is_float;
    zd_map_declared declared;
    char channel[64]; /* the EXR channel that is read, else "" */
} zd_map_info;

/** Opens a depth map or a movie or sequence of them. `params` may be NULL. The caller owns *out. */
ZD_MUST_USE zd_status zd_map_reader_open(zd_context *ctx, const char *path,
                                         const zd_map_params *params, zd_map_reader **out,
                                         zd_error *err);
void zd_map_reader_close(zd_map_reader **reader);

const zd_map_info *zd_map_reader_info_get(const zd_map_reader *reader);

/** Turns every map clockwise by 90 or 270 degrees, mirrored first when asked: maps of the sensor go with
 *  a picture that was turned. Before the first map is read. */
void zd_map_reader_turn(zd_map_reader *reader, int degrees, bool is_mirrored);

/** The map shown at a time counted from the first map's, as gray float32 at its own size: the last
 *  one that is not later (to ZD_READER_ROUNDING_US); a still, or the last map, holds for ever. Going back in
 *  time seeks, and so does going far ahead. The caller owns one reference, which may be the same image as last time. */
ZD_MUST_USE zd_status zd_map_reader_at(zd_map_reader *reader, int64_t time_us, zd_image **out,
                                       zd_error *err);

/** What the network saw beside the map given last, gray float32 of its size, where an exported depth
 *  tells it; NULL: unknown. Borrowed until the next call. */
zd_image *zd_map_reader_seen(const zd_map_reader *reader, zd_seen what);

/** Whether the map shown at `time_us` by the last call of zd_map_reader_at is the last one, held
 *  beyond its own time. Never for a still. */
bool zd_map_reader_is_held(const zd_map_reader *reader, int64_t time_us);

/** The next map in order and its time from the first; ZD_ERR_END after the last. Do not mix with
 *  zd_map_reader_at. `time_us` may be NULL. */
ZD_MUST_USE zd_status zd_map_reader_next(zd_map_reader *reader, zd_image **out, int64_t *time_us,
                                         zd_error *err);

/** Writes a depth map as an EXR with the float channel Z that says what it means. */
ZD_MUST_USE zd_status zd_map_write_exr(zd_context *ctx, const char *path, zd_view values,
                                       const zd_map_declared *declared, zd_error *err);

#endif
