/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* FFmpeg's log has no user pointer: the context that is at work is kept for each thread. */

#include "media/av_support.h"

#include <errno.h>
#include <libavutil/display.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"

/* FFmpeg has one log callback for the whole process and its messages do not say which of our
 * contexts they belong to; the thread that makes the call does. */
static _Thread_local zd_context *current;
static _Thread_local char last_message[160];

static void receive(void *object, int level, const char *format, va_list args)
{
    static _Thread_local int at_line_start = 1;
    char line[512];
    if (current == NULL || level > AV_LOG_VERBOSE) {
        return;
    }
    av_log_format_line2(object, level, format, args, line, sizeof line, &at_line_start);
    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '\0') {
        return;
    }
    if (level <= AV_LOG_WARNING) {
        const char *mark = strchr(line, ']');
        const char *text = line[0] == '[' && mark != NULL && mark[1] == ' ' ? mark + 2 : line;
        /* "ff_frame_thread_encoder_init failed": the reason was said before it. */
        if (last_message[0] == '\0' || strncmp(text, "ff_", 3) != 0) {
            snprintf(last_message, sizeof last_message, "%.150s", text);
        }
    }
    /* What FFmpeg calls an error may be no failure of ours: real ones come as zd_error. */
    zd_log_write(zd_context_log(current), level <= AV_LOG_WARNING ? ZD_LOG_INFO : ZD_LOG_DEBUG,
                 "ffmpeg", "%s", line);
}

static void install(void)
{
    av_log_set_callback(receive);
}

zd_context *zd_av_enter(zd_context *ctx)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    zd_context *previous = current;
    pthread_once(&once, install);
    current = ctx;
    last_message[0] = '\0';
    return previous;
}

void zd_av_leave(zd_context *previous)
{
    current = previous;
}

const char *zd_av_last_message(void)
{
    return last_message;
}

static zd_status status_of(int code)
{
    switch (code) {
    case AVERROR(ENOMEM):
        return ZD_ERR_NO_MEMORY;
    case AVERROR_INVALIDDATA:
    case AVERROR_EOF:
        return ZD_ERR_CORRUPT;
    case AVERROR_DECODER_NOT_FOUND:
    case AVERROR_ENCODER_NOT_FOUND:
    case AVERROR_FILTER_NOT_FOUND:
    case AVERROR_PATCHWELCOME:
    case AVERROR(ENOSYS):
        return ZD_ERR_UNSUPPORTED;
    case AVERROR(EINVAL):
    case AVERROR_OPTION_NOT_FOUND:
        return ZD_ERR_INVALID_ARGUMENT;
    default:
        return ZD_ERR_IO;
    }
}

zd_status zd_av_fail(zd_error *err, int code, const char *format, ...)
{
    char text[ZD_ERROR_MESSAGE_SIZE];
    char reason[128];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    av_strerror(code, reason, sizeof reason);
    return zd_fail(err, status_of(code), "%.340s: %s", text, reason);
}

static const int32_t *display_matrix(const AVStream *stream)
{
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    const AVPacketSideData *data =
        av_packet_side_data_get(stream->codecpar->coded_side_data,
                                stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    return data != NULL ? (const int32_t *) (const void *) data->data : NULL;
#else
    return (const int32_t *) (const void *) av_stream_get_side_data(
        stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
#endif
}

void zd_av_rotation(const AVStream *stream, const AVFrame *first, int *degrees, bool *mirror)
{
    const int32_t *matrix = display_matrix(stream);
    const AVFrameSideData *side = av_frame_get_side_data(first, AV_FRAME_DATA_DISPLAYMATRIX);
    if (matrix == NULL && side != NULL && side->size >= 9 * sizeof(int32_t)) {
        matrix = (const int32_t *) (const void *) side->data;
    }
    *degrees = 0;
    *mirror = false;
    if (matrix == NULL) {
        return;
    }
    /* The picture's x axis goes to (a, b) and its y axis to (c, d), y down. */
    int64_t a = matrix[0];
    int64_t b = matrix[1];
    int64_t c = matrix[3];
    int64_t d = matrix[4];
    if (a * d - b * c < 0) {
        *mirror = true;
        a = -a;
        b = -b;
    }
    if (llabs(a) >= llabs(b)) {
        *degrees = a < 0 ? 180 : 0;
    } else {
        *degrees = b > 0 ? 90 : 270;
    }
}

int64_t zd_av_frame_duration(const AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame->duration;
#else
    return frame->pkt_duration;
#endif
}

zd_status zd_av_check_file(const char *path, zd_error *err)
{
    struct stat info;
    ZD_TRY(zd_file_check_regular(path, err));
    if (stat(path, &info) != 0 || access(path, R_OK) != 0) {
        return zd_fail(err, ZD_ERR_IO, "cannot open '%s': %s", path, strerror(errno));
    }
    if (info.st_size == 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is empty: it has 0 bytes; copy it again", path);
    }
    return ZD_OK;
}

char *zd_av_url(zd_context *ctx, const char *path)
{
    size_t size = strlen(path) + sizeof "file:";
    char *url = zd_alloc(ctx, size);
    if (url != NULL) {
        snprintf(url, size, "file:%s", path);
    }
    return url;
}
