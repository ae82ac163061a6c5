/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_TIMELINE_H
#define ZD_MEDIA_TIMELINE_H

/* The time of recordings that were joined: where the clock of the picture's packets restarts or
 * wraps, what follows is moved so that it goes on. Picture and sound are read by demuxers of their
 * own; both ask the picture's packets alone, so that they stay together. Inside the media module
 * only. */

#include "media/av_support.h"

typedef struct zd_timeline {
    int picture;    /* the index of the stream that tells */
    int64_t offset; /* added to its times */
    int64_t last;   /* the time of its packet before, moved */
    int64_t step;   /* how long that one lasts */
    bool has_last;
    bool is_decoding; /* the time before was one of decoding, not of showing */
    int joins;        /* how often the clock has restarted */
} zd_timeline;

/** To be called before the first packet of a file. */
void zd_timeline_begin(zd_timeline *timeline, const AVStream *picture);

/** Moves the times of a packet, the next of the file; those of other streams than the picture's
 *  are moved as it was last. */
void zd_timeline_pass(zd_timeline *timeline, const AVFormatContext *format, AVPacket *packet);

#endif
