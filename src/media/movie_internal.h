/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_MOVIE_INTERNAL_H
#define ZD_MEDIA_MOVIE_INTERNAL_H

/* Shared by movie.c (opening), movie_decode.c (frames) and movie_seek.c (finding them). */

#include "media/av_support.h"
#include "media/frame_internal.h"
#include "media/hevc_layers.h"
#include "media/movie.h"
#include "media/timeline.h"

typedef struct zd_movie_sender zd_movie_sender;

struct zd_movie {
    zd_context *ctx;
    char *path;
    zd_reader_params params;
    AVFormatContext *format;
    AVStream *stream;
    AVCodecContext *codec;
    AVPacket *packet;
    const zd_task *task; /* its cancel ends a decode; may be NULL */
    zd_movie_sender *sender;
    bool is_sending;   /* a packet is on its way into the decoder */
    bool sends_broken; /* and lacks a part */
    AVFrame *first;    /* the first frame, decoded at opening and not given out yet */
    AVRational frame_rate;
    AVRational sample_aspect; /* as displayed */
    int width;                /* as coded; must not change */
    int height;
    int rotation_deg;
    bool is_mirrored;
    bool is_still;
    bool is_draining;
    zd_timeline timeline;
    int64_t frame_offset; /* what is added to the frames' times where they go back */
    int64_t first_pts;
    int64_t last_pts;         /* of the frame before; AV_NOPTS_VALUE: none */
    int64_t next_index;       /* of the frame that comes next */
    int64_t packets;          /* read since the beginning; -1 after a seek */
    int64_t expected_packets; /* by a complete index; 0: unknown */
    int64_t shown_packets;    /* of these, those that an edit list lets show; 0: unknown */
    int64_t uniform_step;     /* pts from frame to frame when all are known to be equal; 0: no */
    int64_t *times;           /* the pts of all frames, sorted; NULL until needed */
    size_t time_count;
    int64_t packet_count; /* of the picture, that show; counted by a scan */
    const char *damage;   /* what is wrong with the file; told after the frames that decode */
    bool is_last_broken;  /* the packet read last lacks a part */
    const char *noted;    /* what a packet was found to be; told unless it is the last */
    int64_t noted_frame;
    bool is_noted;
    bool has_decoded;      /* a frame, whatever was noted */
    zd_hevc_layers layers; /* of the packets before the first frame */
    bool is_rough; /* damage, joins or equal times were met: only reading on finds a frame */
};

/** Opens the file again from its beginning. */
ZD_MUST_USE zd_status zd_movie_restart(zd_movie *movie, zd_error *err);

/** Learns from the container's index how many packets there are and whether they are uniform. */
void zd_movie_expect(zd_movie *movie);

/** Gives a packet, which is empty afterwards, or with NULL the end, to the decoder. Where the movie's task
 *  may be cancelled it is only on its way then, as is_sending tells, and zd_movie_sent has the decoder's
 *  answer; else that is what is returned. */
int zd_movie_send(zd_movie *movie, AVPacket *packet);

/** Waits for what is on its way; false: the task is cancelled, and it stays on its way. */
bool zd_movie_sent(zd_movie *movie, int *code);

/** Waits for what is on its way, if anything is, whatever the task says; before the decoder is used
 *  otherwise. */
void zd_movie_settle(zd_movie *movie);
void zd_movie_end_sending(
    zd_movie *movie); /* the same, and ends the thread; before the decoder is freed */

/** Decodes the next frame as it is coded, with its pts set. */
ZD_MUST_USE zd_status zd_movie_decode(zd_movie *movie, AVFrame **out, zd_error *err);

#endif
