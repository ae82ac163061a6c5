/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The small readers and books of the media module, each by bytes made by hand: stores of pictures, ledgers of
 * finished files, clocks that restart, units of H.265, tags of photographs, PFM, and times of frames. */

#include "media/frame_store.h"
#include "media/hevc_layers.h"
#include "media/ledger.h"
#include "media/pfm.h"
#include "media/still_tags.h"
#include "media/timeline.h"
#include "media_test.h"

#include <fcntl.h>
#include <libavutil/imgutils.h>
#include <sys/file.h>

static size_t read_file(const char *path, uint8_t *to, size_t room)
{
    FILE *file = fopen(path, "rb");
    REQUIRE(file != NULL);
    size_t bytes = fread(to, 1, room, file);
    fclose(file);
    return bytes;
}

static void put_bytes(uint8_t *to, const void *from, size_t bytes)
{
    const uint8_t *at = from;
    for (size_t i = 0; i < bytes; i++) {
        to[i] = at[i];
    }
}

/* ---- pictures kept for an encoder ---- */

static const zd_frame_form form = { AV_PIX_FMT_YUV422P10LE, 19, 7 };

static AVFrame *new_picture_of(int seed)
{
    AVFrame *av = av_frame_alloc();
    av->format = form.format;
    av->width = form.width;
    av->height = form.height;
    REQUIRE(av_frame_get_buffer(av, 0) >= 0);
    for (int p = 0; p < 3; p++) {
        for (int i = 0; i < av->linesize[p] * form.height; i++) {
            av->data[p][i] = (uint8_t) (i * 7 + p * 13 + seed);
        }
    }
    av->color_range = AVCOL_RANGE_JPEG;
    av->color_primaries = AVCOL_PRI_BT2020;
    av->color_trc = AVCOL_TRC_SMPTE2084;
    av->colorspace = AVCOL_SPC_BT2020_NCL;
    av->chroma_location = AVCHROMA_LOC_TOPLEFT;
    av->sample_aspect_ratio = (AVRational){ 64, 45 };
    return av;
}

static void add_side(AVFrame *av, enum AVFrameSideDataType type, int bytes, int value)
{
    AVFrameSideData *side = av_frame_new_side_data(av, type, (size_t) bytes);
    REQUIRE(side != NULL);
    memset(side->data, value, (size_t) bytes);
}

static void require_same_picture(const AVFrame *a, const AVFrame *b)
{
    uint8_t one[2000];
    uint8_t other[2000];
    int bytes = av_image_get_buffer_size(form.format, form.width, form.height, 1);
    REQUIRE(a->format == b->format && a->width == b->width && a->height == b->height);
    av_image_copy_to_buffer(one, bytes, (const uint8_t *const *) a->data, a->linesize, form.format,
                            form.width, form.height, 1);
    av_image_copy_to_buffer(other, bytes, (const uint8_t *const *) b->data, b->linesize,
                            form.format, form.width, form.height, 1);
    REQUIRE_BYTES(one, other, (size_t) bytes);
    REQUIRE(a->color_range == b->color_range && a->color_primaries == b->color_primaries &&
            a->color_trc == b->color_trc);
    REQUIRE(a->colorspace == b->colorspace && a->chroma_location == b->chroma_location);
    REQUIRE(a->sample_aspect_ratio.num == b->sample_aspect_ratio.num &&
            a->sample_aspect_ratio.den == b->sample_aspect_ratio.den);
}

static void write_store(const char *path, int count)
{
    zd_frame_store *store = NULL;
    REQUIRE_OK(zd_frame_store_create(ctx, path, &form, &store, &err));
    for (int i = 0; i < count; i++) {
        AVFrame *av = new_picture_of(i);
        if (i == 1) {
            add_side(av, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, 8, 3);
            add_side(av, AV_FRAME_DATA_MOTION_VECTORS, 40, 4); /* which no encoder wants */
            add_side(av, AV_FRAME_DATA_S12M_TIMECODE, 16, 5);
        }
        REQUIRE_OK(zd_frame_store_put(store, av, 1000 * i - 7, 40 + i, &err));
        av_frame_free(&av);
    }
    REQUIRE(access(path, F_OK) != 0);
    REQUIRE_OK(zd_frame_store_finish(store, &err));
    zd_frame_store_close(&store);
    REQUIRE(access(path, F_OK) == 0 && store == NULL);
    zd_frame_store_close(&store);
}

static void stores_give_back_what_was_put(void)
{
    zd_frame_store *store = NULL;
    const char *path = in_scratch("a.store");
    write_store(path, 3);
    REQUIRE_OK(zd_frame_store_open(ctx, path, &form, &store, &err));
    for (int i = 0; i < 3; i++) {
        AVFrame *expected = new_picture_of(i);
        AVFrame *av = NULL;
        int64_t pts;
        int64_t duration;
        REQUIRE_OK(zd_frame_store_next(store, &av, &pts, &duration, &err));
        REQUIRE(pts == 1000 * i - 7 && duration == 40 + i);
        require_same_picture(av, expected);
        REQUIRE_INT(av->nb_side_data, i == 1 ? 2 : 0);
        for (int k = 0; k < av->nb_side_data; k++) {
            REQUIRE(av->side_data[k]->type ==
                    (k == 0 ? AV_FRAME_DATA_CONTENT_LIGHT_LEVEL : AV_FRAME_DATA_S12M_TIMECODE));
            REQUIRE(av->side_data[k]->size == (k == 0 ? 8 : 16) &&
                    av->side_data[k]->data[7] == (k == 0 ? 3 : 5));
        }
        av_frame_free(&av);
        av_frame_free(&expected);
    }
    AVFrame *none = NULL;
    int64_t unused;
    REQUIRE_INT(zd_frame_store_next(store, &none, &unused, &unused, &err), ZD_ERR_END);
    zd_frame_store_close(&store);
}

static void unfinished_stores_leave_nothing(void)
{
    zd_frame_store *store = NULL;
    int before = count_files("");
    REQUIRE_OK(zd_frame_store_create(ctx, in_scratch("b.store"), &form, &store, &err));
    zd_frame_store_close(&store);
    REQUIRE_INT(count_files(""), before);
    const zd_frame_form wrong = { AV_PIX_FMT_YUV420P, 0, 5 };
    char said[600];
    snprintf(said, sizeof said, "pictures of 0 x 5 in yuv420p cannot be kept in '%s'",
             in_scratch("b.store"));
    REQUIRE_FAILS(zd_frame_store_create(ctx, in_scratch("b.store"), &wrong, &store, &err),
                  ZD_ERR_UNSUPPORTED, said);
}

/* Reads a store to its end or failure. */
static zd_status read_store(const char *path, const zd_frame_form *as, int *count)
{
    zd_frame_store *store = NULL;
    *count = 0;
    zd_status status = zd_frame_store_open(ctx, path, as, &store, &err);
    while (status == ZD_OK) {
        AVFrame *av = NULL;
        int64_t pts;
        int64_t duration;
        status = zd_frame_store_next(store, &av, &pts, &duration, &err);
        *count += status == ZD_OK;
        av_frame_free(&av);
    }
    zd_frame_store_close(&store);
    return status;
}

static void damaged_stores_are_refused(void)
{
    static uint8_t data[8000];
    char said[700];
    int count;
    write_store(in_scratch("c.store"), 3);
    size_t bytes = read_file(in_scratch("c.store"), data, sizeof data);
    const char *path = in_scratch("d.store");
    snprintf(said, sizeof said, "'%s' is damaged; remove it and make it again", path);
    size_t whole[4] = { 0, 0, 0, 0 }; /* where pictures end */
    for (size_t cut = 0; cut <= bytes; cut += cut % 64 == 0 || bytes - cut < 8 ? 1 : 3) {
        write_bytes(path, data, cut);
        zd_status status = read_store(path, &form, &count);
        REQUIRE(status == ZD_ERR_END || status == ZD_ERR_CORRUPT);
        if (status == ZD_ERR_END) {
            whole[count] = cut;
        } else {
            REQUIRE_TEXT(err.message, said);
        }
    }
    REQUIRE(whole[3] == bytes);
    write_bytes(path, data, bytes);
    const zd_frame_form others[3] = { { AV_PIX_FMT_YUV422P10LE, 18, 7 },
                                      { AV_PIX_FMT_YUV422P10LE, 19, 8 },
                                      { AV_PIX_FMT_YUV422P12LE, 19, 7 } };
    for (int i = 0; i < 3; i++) {
        snprintf(said, sizeof said,
                 "'%s' holds other pictures than the output takes (%d x %d, %s); make it again",
                 path, others[i].width, others[i].height, i < 2 ? "yuv422p10le" : "yuv422p12le");
        REQUIRE_INT(read_store(path, &others[i], &count), ZD_ERR_CORRUPT);
        REQUIRE_TEXT(err.message, said);
    }
    snprintf(said, sizeof said, "'%s' is damaged; remove it and make it again", path);
    for (int i = 0; i < 8; i++) {
        data[i] ^= 1;
        write_bytes(path, data, bytes);
        REQUIRE_INT(read_store(path, &form, &count), ZD_ERR_CORRUPT);
        REQUIRE_TEXT(err.message, said);
        data[i] ^= 1;
    }
}

/* ---- ledgers ---- */

static zd_digest job_of(int n)
{
    zd_digest job = { { 0 } };
    job.bytes[5] = (uint8_t) n;
    return job;
}

static void ledgers_remember_one_job(void)
{
    zd_digest job = job_of(1);
    zd_digest other = job_of(2);
    char pattern[300];
    char book[300];
    snprintf(pattern, sizeof pattern, "%s", in_scratch("out.%%04d.png"));
    snprintf(book, sizeof book, "%s", in_scratch(".out.#04d.png.ledger"));
    write_bytes(in_scratch("f1"), "abc", 3);
    write_bytes(in_scratch("f2"), "defg", 4);
    zd_ledger *ledger = zd_ledger_open(ctx, pattern, &job);
    REQUIRE(ledger != NULL && access(book, F_OK) == 0);
    REQUIRE(zd_ledger_open(ctx, pattern, &job) == NULL); /* somebody has it */
    REQUIRE(!zd_ledger_has(ledger, 1, in_scratch("f1")));
    zd_ledger_close(&ledger);
    REQUIRE(ledger == NULL && access(book, F_OK) != 0); /* of nothing nothing stays */
    ledger = zd_ledger_open(ctx, pattern, &job);
    zd_ledger_add(ledger, 2, in_scratch("f2"));
    zd_ledger_add(ledger, 1, in_scratch("f1"));
    zd_ledger_add(ledger, 7, in_scratch("none"));
    REQUIRE(!zd_ledger_has(ledger, 1, in_scratch("f1"))); /* only earlier runs count */
    zd_ledger_close(&ledger);
    REQUIRE(access(book, F_OK) == 0);
    ledger = zd_ledger_open(ctx, pattern, &job);
    REQUIRE(zd_ledger_has(ledger, 1, in_scratch("f1")) &&
            zd_ledger_has(ledger, 2, in_scratch("f2")));
    REQUIRE(!zd_ledger_has(ledger, 1, in_scratch("f2")) &&
            !zd_ledger_has(ledger, 2, in_scratch("f1")));
    REQUIRE(!zd_ledger_has(ledger, 7, in_scratch("none")) &&
            !zd_ledger_has(ledger, 3, in_scratch("f1")));
    write_bytes(in_scratch("f1"), "xyz", 3); /* made again, at another time */
    struct timespec times[2] = { { 1000, 5 }, { 1000, 5 } };
    REQUIRE(utimensat(AT_FDCWD, in_scratch("f1"), times, 0) == 0);
    REQUIRE(!zd_ledger_has(ledger, 1, in_scratch("f1")));
    zd_ledger_add(ledger, 1, in_scratch("f1"));
    zd_ledger_close(&ledger);
    ledger = zd_ledger_open(ctx, pattern, &job);
    REQUIRE(zd_ledger_has(ledger, 1, in_scratch("f1"))); /* any of its lines will do */
    zd_ledger_close(&ledger);
    ledger = zd_ledger_open(ctx, pattern, &other); /* another job knows nothing of it */
    REQUIRE(ledger != NULL && !zd_ledger_has(ledger, 1, in_scratch("f1")));
    zd_ledger_add(ledger, 1, in_scratch("f1"));
    zd_ledger_finish(&ledger);
    REQUIRE(ledger == NULL && access(book, F_OK) != 0);
    zd_ledger_finish(&ledger);
    zd_ledger_close(&ledger);
    REQUIRE(!zd_ledger_has(NULL, 1, in_scratch("f1")));
    zd_ledger_add(NULL, 1, in_scratch("f1"));
}

static void broken_lines_of_ledgers_are_cut_away(void)
{
    static uint8_t data[1000];
    zd_digest job = job_of(3);
    char pattern[300];
    char book[300];
    snprintf(pattern, sizeof pattern, "%s", in_scratch("cut.%%d.png"));
    snprintf(book, sizeof book, "%s", in_scratch(".cut.#d.png.ledger"));
    write_bytes(in_scratch("g1"), "abc", 3);
    zd_ledger *ledger = zd_ledger_open(ctx, pattern, &job);
    zd_ledger_add(ledger, 1, in_scratch("g1"));
    zd_ledger_close(&ledger);
    size_t bytes = read_file(book, data, sizeof data);
    put_bytes(data + bytes, "2 3 4", 5); /* without an end */
    write_bytes(book, data, bytes + 5);
    ledger = zd_ledger_open(ctx, pattern, &job);
    REQUIRE(zd_ledger_has(ledger, 1, in_scratch("g1")));
    zd_ledger_close(&ledger);
    REQUIRE_INT(read_file(book, data, sizeof data), bytes);
    put_bytes(data + bytes, "2 3 x 5\n3 1 1 1\n", 16); /* no number, and what is behind it */
    write_bytes(book, data, bytes + 16);
    ledger = zd_ledger_open(ctx, pattern, &job);
    zd_ledger_close(&ledger);
    REQUIRE_INT(read_file(book, data, sizeof data), bytes);
    write_bytes(book, "somebody's notes\n", 17); /* none of ours: left alone */
    REQUIRE(zd_ledger_open(ctx, pattern, &job) == NULL);
    REQUIRE_INT(read_file(book, data, sizeof data), 17);
    REQUIRE(remove(book) == 0 && symlink(in_scratch("g1"), book) == 0);
    REQUIRE(zd_ledger_open(ctx, pattern, &job) == NULL);
    REQUIRE_INT(read_file(in_scratch("g1"), data, sizeof data), 3);
    REQUIRE(remove(book) == 0 && mkfifo(book, 0600) == 0);
    REQUIRE(zd_ledger_open(ctx, pattern, &job) == NULL);
    REQUIRE(remove(book) == 0);
}

/* ---- clocks ---- */

typedef struct stamps {
    AVFormatContext *format;
    AVInputFormat input;
    zd_timeline timeline;
} stamps;

static stamps new_clock(bool may_jump)
{
    static stamps c;
    c = (stamps){ .format = avformat_alloc_context() };
    c.input.flags = may_jump ? AVFMT_TS_DISCONT : 0;
    c.format->iformat = &c.input;
    for (int i = 0; i < 2; i++) {
        AVStream *stream = avformat_new_stream(c.format, NULL);
        stream->time_base = i == 0 ? (AVRational){ 1, 1000 } : (AVRational){ 1, 48000 };
        stream->avg_frame_rate = (AVRational){ 25, 1 };
        stream->r_frame_rate = (AVRational){ 25, 1 };
    }
    zd_timeline_begin(&c.timeline, c.format->streams[0]);
    return c;
}

/* What becomes of a packet's time. */
static int64_t pass(stamps *c, int stream, int64_t dts, int64_t pts, int64_t duration)
{
    AVPacket *packet = av_packet_alloc();
    c->format->iformat = &c->input;
    packet->stream_index = stream;
    packet->dts = dts;
    packet->pts = pts;
    packet->duration = duration;
    zd_timeline_pass(&c->timeline, c->format, packet);
    int64_t moved = pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    if (pts == AV_NOPTS_VALUE) {
        REQUIRE(packet->pts == AV_NOPTS_VALUE);
    }
    av_packet_free(&packet);
    return moved;
}

static void end_clock(stamps *c)
{
    c->format->iformat = NULL;
    avformat_free_context(c->format);
}

static void clocks_that_restart_go_on(void)
{
    stamps c = new_clock(false);
    REQUIRE_INT(pass(&c, 0, 1000, 1080, 40), 1080);
    REQUIRE_INT(pass(&c, 0, 1040, 1040, 40), 1040);
    REQUIRE_INT(pass(&c, 1, 48000, 48000, 1024), 48000);
    REQUIRE_INT(pass(&c, 0, 920, 920, 40), 920); /* three steps back are none yet */
    REQUIRE_INT(c.timeline.joins, 0);
    REQUIRE_INT(pass(&c, 0, 2000, 2000, 40), 2000);
    REQUIRE_INT(pass(&c, 0, 1879, 1919, 40), 2080); /* more are: it goes on a step later */
    REQUIRE_INT(c.timeline.joins, 1);
    REQUIRE_INT(c.timeline.offset, 161);
    REQUIRE_INT(pass(&c, 1, 48000, 48000, 1024), 48000 + 161 * 48); /* sound moves along */
    end_clock(&c);
}

static void clocks_of_showing_may_step_back(void)
{
    stamps c = new_clock(false);
    REQUIRE_INT(pass(&c, 0, 2000, 2000, 40), 2000);
    REQUIRE_INT(pass(&c, 0, 1879, 1919, 40), 2080);
    REQUIRE_INT(pass(&c, 0, AV_NOPTS_VALUE, 3000, 40), 3161); /* other clocks are not compared */
    REQUIRE_INT(pass(&c, 0, AV_NOPTS_VALUE, 2161, 40), 2322); /* of showing: a second back */
    REQUIRE_INT(c.timeline.joins, 1);
    REQUIRE_INT(pass(&c, 0, AV_NOPTS_VALUE, 1160, 0), 2362);
    REQUIRE_INT(c.timeline.joins, 2);
    REQUIRE_INT(c.timeline.step, 40); /* by the rate, where a packet does not tell */
    REQUIRE_INT(pass(&c, 0, 99000, AV_NOPTS_VALUE, 40), 99000 + c.timeline.offset);
    REQUIRE_INT(c.timeline.joins, 2); /* far ahead is a gap */
    end_clock(&c);
}

static void clocks_that_may_jump_are_joined(void)
{
    stamps c = new_clock(true);
    REQUIRE_INT(pass(&c, 0, 1000, 1000, 40), 1000);
    REQUIRE_INT(pass(&c, 0, 11000, 11000, 40), 11000); /* ten seconds may be */
    REQUIRE_INT(pass(&c, 0, 21001, 21001, 40), 11040);
    REQUIRE_INT(c.timeline.joins, 1);
    REQUIRE_INT(pass(&c, 0, AV_NOPTS_VALUE, AV_NOPTS_VALUE, 40), AV_NOPTS_VALUE);
    end_clock(&c);
}

/* ---- H.265 ---- */

static zd_hevc_layers layers_of(enum AVCodecID codec, const uint8_t *extra, int extra_bytes,
                                const uint8_t *data, int bytes)
{
    AVCodecParameters *stream = avcodec_parameters_alloc();
    AVPacket *packet = av_packet_alloc();
    stream->codec_id = codec;
    stream->extradata = av_mallocz((size_t) extra_bytes + AV_INPUT_BUFFER_PADDING_SIZE);
    stream->extradata_size = extra_bytes;
    put_bytes(stream->extradata, extra, (size_t) extra_bytes);
    packet->data = (uint8_t *) (uintptr_t) data;
    packet->size = bytes;
    zd_hevc_layers found = zd_hevc_find_layers(stream, packet);
    packet->data = NULL;
    av_packet_free(&packet);
    avcodec_parameters_free(&stream);
    return found;
}

static void layers_are_found_in_unit_headers(void)
{
    static const uint8_t codes[] = {
        0, 0, 1, 2 << 1, 1, 9, 0, 0, 1, 2 << 1, 8 | 1, 9, 9
    };                                                           /* layers 0 and 1 */
    static const uint8_t high[] = { 0, 0, 1, 2 << 1 | 1, 1, 9 }; /* layer 32 */
    static const uint8_t alpha[] = { 0, 0, 0, 1, 39 << 1, 1, 165, 0, 0, 1, 2 << 1, 9, 9 };
    static const uint8_t suffix[] = { 0, 0, 1, 40 << 1, 1, 165 };
    static const uint8_t other_sei[] = { 0, 0, 1, 39 << 1, 1, 164 };
    static const uint8_t no_sei[] = { 0, 0, 1, 38 << 1, 1, 165 };
    static const uint8_t lengths[] = { 0, 3, 2 << 1, 1, 9, 0, 3, 2 << 1, 8 | 1, 7 };
    static const uint8_t short_length[] = { 0, 9, 2 << 1, 8 | 1, 9 };
    uint8_t extra[23] = { 1 };
    extra[21] = 0xfd; /* lengths of two bytes */
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 0, codes, sizeof codes), ZD_HEVC_MORE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 0, codes, 6), ZD_HEVC_BASE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 0, codes, 11),
                ZD_HEVC_BASE); /* two bytes are no unit */
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 0, codes, 12), ZD_HEVC_MORE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 0, codes, 0), ZD_HEVC_BASE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_H264, extra, 0, codes, sizeof codes), ZD_HEVC_BASE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 0, high, sizeof high), ZD_HEVC_MORE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 0, alpha, sizeof alpha), ZD_HEVC_ALPHA);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 0, suffix, sizeof suffix), ZD_HEVC_ALPHA);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 0, other_sei, sizeof other_sei), ZD_HEVC_BASE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 0, no_sei, sizeof no_sei), ZD_HEVC_BASE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 22, lengths, sizeof lengths), ZD_HEVC_MORE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 22, lengths, 5), ZD_HEVC_BASE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 22, short_length, sizeof short_length),
                ZD_HEVC_BASE);
    REQUIRE_INT(layers_of(AV_CODEC_ID_HEVC, extra, 21, lengths, sizeof lengths),
                ZD_HEVC_BASE); /* too short to tell lengths */
}

/* ---- photographs ---- */

static int orientation_of(const void *data, size_t bytes)
{
    write_bytes(in_scratch("photo"), data, bytes);
    return zd_still_tags_orientation(in_scratch("photo"));
}

/* A TIFF with one entry after another of (tag, type, count, value). */
static size_t make_tiff(uint8_t *to, bool is_big, const uint32_t (*entries)[4], int count)
{
    size_t at = 10;
    memset(to, 0, 200);
    put_bytes(to, is_big ? "MM\0*\0\0\0\x08" : "II*\0\x08\0\0\0", 8);
    to[is_big ? 9 : 8] = (uint8_t) count;
    for (int i = 0; i < count; i++, at += 12) {
        const uint32_t *e = entries[i];
        uint8_t *p = to + at;
        p[is_big ? 0 : 1] = (uint8_t) (e[0] >> 8);
        p[is_big ? 1 : 0] = (uint8_t) e[0];
        p[is_big ? 3 : 2] = (uint8_t) e[1];
        p[is_big ? 7 : 4] = (uint8_t) e[2];
        if (e[2] <= 2) {
            p[is_big ? 9 : 8] = (uint8_t) e[3];
        } else {
            p[is_big ? 11 : 8] = (uint8_t) e[3];
        }
    }
    return at + 4;
}

static void orientations_are_read_from_exif(void)
{
    uint8_t tiff[200];
    uint8_t file[400];
    for (int is_big = 0; is_big < 2; is_big++) {
        for (uint32_t o = 0; o <= 9; o++) {
            const uint32_t entries[3][4] = { { 256, 3, 1, 64 },
                                             { 274, 4, 1, 2 },
                                             { 274, 3, 1, o } }; /* a long is none */
            size_t bytes = make_tiff(tiff, is_big, entries, 3);
            REQUIRE_INT(orientation_of(tiff, bytes), o >= 1 && o <= 8 ? (int) o : 1);
            REQUIRE_INT(orientation_of(tiff, 44), 1); /* cut off within the third entry */
            /* In a PNG behind another chunk, with a length and a checksum each. */
            put_bytes(file,
                      "\x89PNG\r\n\x1a\n\0\0\0\x03IHDRabcCRC.\0\0\0\x50"
                      "eXIf",
                      31);
            put_bytes(file + 31, tiff, bytes);
            REQUIRE_INT(orientation_of(file, 31 + bytes), o >= 1 && o <= 8 ? (int) o : 1);
            /* In a WebP, whose odd chunks are padded, with and without the name that JPEG has. */
            put_bytes(file, "RIFF....WEBPVP8 \x03\0\0\0abc.EXIF\x60\0\0\0", 32);
            put_bytes(file + 32, tiff, bytes);
            REQUIRE_INT(orientation_of(file, 32 + bytes), o >= 1 && o <= 8 ? (int) o : 1);
            put_bytes(file + 32, "Exif\0\0", 6);
            put_bytes(file + 38, tiff, bytes);
            REQUIRE_INT(orientation_of(file, 38 + bytes), o >= 1 && o <= 8 ? (int) o : 1);
        }
    }
    const uint32_t floats[1][4] = { { 339, 3, 1, 3 } };
    const uint32_t whole[1][4] = { { 339, 3, 1, 1 } };
    const uint32_t many[1][4] = { { 339, 3, 3, 30 } }; /* three values, at byte 30 */
    write_bytes(in_scratch("photo"), tiff, make_tiff(tiff, false, floats, 1));
    REQUIRE(zd_still_tags_is_float_tiff(in_scratch("photo")));
    write_bytes(in_scratch("photo"), tiff, make_tiff(tiff, true, whole, 1));
    REQUIRE(!zd_still_tags_is_float_tiff(in_scratch("photo")));
    make_tiff(tiff, true, many, 1);
    tiff[31] = 3;
    write_bytes(in_scratch("photo"), tiff, 40);
    REQUIRE(zd_still_tags_is_float_tiff(in_scratch("photo")));
    write_bytes(in_scratch("photo"), tiff, 31);
    REQUIRE(!zd_still_tags_is_float_tiff(in_scratch("photo")));
    REQUIRE(!zd_still_tags_is_float_tiff(in_scratch("no such photo")));
    REQUIRE_INT(zd_still_tags_orientation(in_scratch("no such photo")), 1);
    REQUIRE_INT(orientation_of("JPEG or so, none of ours", 24), 1);
    REQUIRE_INT(orientation_of("II", 2), 1);
}

/* EXIF's eight ways by where the first pixel of the first row is shown: turned clockwise after mirroring. */
static void orientations_are_turns(void)
{
    static const int first[9][2] = { { 0, 0 }, { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 },
                                     { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } };
    static const bool is_sideways[9] = {
        false, false, false, false, false, true, true, true, true
    };
    for (int o = 1; o <= 8; o++) {
        int degrees;
        bool mirror;
        zd_still_tags_turn(o, &degrees, &mirror);
        int x = mirror ? 1 : 0; /* of the corner of the stored picture, in a square of one */
        int y = 0;
        for (int k = 0; k < degrees; k += 90) {
            int was = x;
            x = 1 - y;
            y = was;
        }
        REQUIRE(x == first[o][0] && y == first[o][1]);
        REQUIRE((degrees == 90 || degrees == 270) == is_sideways[o]);
    }
}

static void moving_webps_are_told(void)
{
    uint8_t head[21] = "RIFF....WEBPVP8X....";
    head[20] = 2;
    write_bytes(in_scratch("w"), head, 21);
    REQUIRE(zd_still_tags_is_animated_webp(in_scratch("w")));
    head[20] = 0xfd;
    write_bytes(in_scratch("w"), head, 21);
    REQUIRE(!zd_still_tags_is_animated_webp(in_scratch("w")));
    head[20] = 2;
    write_bytes(in_scratch("w"), head, 20);
    REQUIRE(!zd_still_tags_is_animated_webp(in_scratch("w")));
    head[15] = 'L';
    write_bytes(in_scratch("w"), head, 21);
    REQUIRE(!zd_still_tags_is_animated_webp(in_scratch("w")));
}

/* ---- PFM ---- */

static zd_status parse_pfm(const char *header, const void *pixels, size_t bytes, zd_image **out)
{
    uint8_t data[300] = { 0 };
    size_t length = strlen(header);
    put_bytes(data, header, length);
    put_bytes(data + length, pixels, bytes);
    return zd_pfm_parse(ctx, "x.pfm", data, length + bytes, out, &err);
}

static void pfm_rows_go_up(void)
{
    float pixels[12] = { 0 };
    uint8_t swapped[48] = { 0 };
    zd_image *image = NULL;
    for (int i = 0; i < 12; i++) {
        pixels[i] = (float) i * 1.5f - 2.0f;
        for (int k = 0; k < 4; k++) {
            swapped[4 * i + k] = ((uint8_t *) &pixels[i])[3 - k];
        }
    }
    for (int big = 0; big < 2; big++) {
        REQUIRE_OK(parse_pfm(big ? "PF\n2 2\n1.0\n" : "PF\t2 2 -0.5\n",
                             big ? (void *) swapped : pixels, 48, &image));
        zd_view view = zd_image_view(image);
        REQUIRE(view.width == 2 && view.height == 2 && view.format.channels == 3);
        for (int y = 0; y < 2; y++) {
            REQUIRE_BYTES(zd_view_row_f32(view, y), pixels + 6 * (1 - y), 24);
        }
        zd_image_unref(&image);
    }
    REQUIRE_OK(parse_pfm("Pf 3 4 -1 ", pixels, 48, &image));
    REQUIRE(zd_image_view(image).format.channels == 1 &&
            zd_view_row_f32(zd_image_view(image), 0)[2] == pixels[11]);
    zd_image_unref(&image);
    static const char *const bad[] = {
        "PX 2 2 -1\n",         "PF 2 2 0\n",    "PF 0 2 -1\n",
        "PF 2 -2 -1\n",        "PF 2 2 nan\n",  "PF 2 2 inf\n",
        "PF 2 2 1x\n",         "PF 2 2",        "",
        "PF 123456789 1 -1\n", "PF 2.5 2 -1\n", "PFPFPFPFPFPFPFPFPFPFPFPFPFPFPFPFPFPF 2 2 -1\n"
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        REQUIRE_FAILS(parse_pfm(bad[i], pixels, 0, &image), ZD_ERR_CORRUPT,
                      "'x.pfm' has no valid PFM header");
        REQUIRE(image == NULL);
    }
    REQUIRE_FAILS(parse_pfm("PF 2 2 -1\n", pixels, 47, &image), ZD_ERR_CORRUPT,
                  "'x.pfm' is cut off: 2x2 needs more than the 47 bytes of pixels it has");
    REQUIRE_OK(parse_pfm("PF 2 2 -1\n", pixels, 48, &image));
    zd_image_unref(&image);
    REQUIRE_FAILS(
        parse_pfm("PF 99999999 99999999 -1\n", pixels, 48, &image), ZD_ERR_CORRUPT,
        "'x.pfm' is cut off: 99999999x99999999 needs more than the 48 bytes of pixels it has");
}

/* ---- times ---- */

/* Where a container rounds to its ticks the frame's own time is meant; where it does not, its stamp. */
static void times_of_frames_are_exact_where_files_round(void)
{
    zd_reader_info info = footage(8, 8);
    info.frame_rate = (zd_rational){ 24000, 1001 };
    info.time_base = (zd_rational){ 1, 1000 };
    for (int n = 0; n < 5000; n += 37) {
        double exact = n * 1001.0 / 24000.0;
        int64_t rounded_us = (int64_t) (floor(exact * 1000.0 + 0.5) * 1000.0);
        REQUIRE_NEAR(zd_reader_time_s(&info, rounded_us), exact, 1e-12);
        REQUIRE_NEAR(zd_reader_time_s(&info, rounded_us + 1000), exact, 1.0000001e-3 * 1.6);
    }
    REQUIRE_NEAR(zd_reader_time_s(&info, 5000), 0.005, 0.0); /* no frame's time */
    REQUIRE_NEAR(zd_reader_time_s(&info, 1001), 0.0, 0.0);
    REQUIRE_NEAR(zd_reader_time_s(&info, 1003), 0.001003, 0.0);
    info.time_base = (zd_rational){ 1, 90000 }; /* eleven microseconds */
    REQUIRE_NEAR(zd_reader_time_s(&info, 12), 0.0, 0.0);
    REQUIRE_NEAR(zd_reader_time_s(&info, 14), 0.000014, 0.0);
    info.time_base =
        (zd_rational){ 1001, 24000 }; /* counts frames: rounds no more than a millisecond */
    REQUIRE_NEAR(zd_reader_time_s(&info, 1001), 0.0, 0.0);
    REQUIRE_NEAR(zd_reader_time_s(&info, 1003), 0.001003, 0.0);
    info.frame_rate = (zd_rational){ 1000, 1 };
    REQUIRE_NEAR(zd_reader_time_s(&info, 251), 0.0, 0.0); /* a quarter of a frame at most */
    REQUIRE_NEAR(zd_reader_time_s(&info, 254), 0.000254, 0.0);
}

int main(void)
{
    media_begin(1);
    av_log_set_level(AV_LOG_QUIET);
    RUN(stores_give_back_what_was_put);
    RUN(unfinished_stores_leave_nothing);
    RUN(damaged_stores_are_refused);
    RUN(ledgers_remember_one_job);
    RUN(broken_lines_of_ledgers_are_cut_away);
    RUN(clocks_that_restart_go_on);
    RUN(clocks_of_showing_may_step_back);
    RUN(clocks_that_may_jump_are_joined);
    RUN(layers_are_found_in_unit_headers);
    RUN(orientations_are_read_from_exif);
    RUN(orientations_are_turns);
    RUN(moving_webps_are_told);
    RUN(pfm_rows_go_up);
    RUN(times_of_frames_are_exact_where_files_round);
    return media_end();
}
