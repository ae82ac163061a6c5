/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* TIFF of half, float and double samples through libtiff: FFmpeg reads those of whole numbers. Light
 * is taken as linear. Strips and tiles, interleaved or in planes. */

#include <libavutil/rational.h>
#include <stdio.h>
#include <string.h>
#include <tiffio.h>

#include "core/size.h"
#include "media/frame_internal.h"
#include "media/still.h"
#include "media/still_tags.h"

typedef struct tiff_job {
    zd_context *ctx;
    TIFF *tiff;
    const char *path;
    char reason[200]; /* libtiff's last message */
    int width;
    int height;
    int samples; /* of a pixel in the file */
    int used;    /* of these: 1, 3 or 4 */
    int bytes;   /* of a sample */
    bool in_planes;
    bool in_tiles;
    AVFrame *av;
} tiff_job;

ZD_PRINTF(4, 0)
static int keep_message(TIFF *tiff, void *user, const char *module, const char *format,
                        va_list args)
{
    tiff_job *job = user;
    (void) tiff;
    (void) module;
    vsnprintf(job->reason, sizeof job->reason, format, args);
    return 1;
}

static zd_status fail_tiff(const tiff_job *job, zd_error *err)
{
    return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is damaged: %s", job->path,
                   job->reason[0] != '\0' ? job->reason : "libtiff cannot read it");
}

static zd_status open_tiff(tiff_job *job, zd_error *err)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (options == NULL) {
        return zd_fail_memory(err, job->path);
    }
    TIFFOpenOptionsSetErrorHandlerExtR(options, keep_message, job);
    TIFFOpenOptionsSetWarningHandlerExtR(options, keep_message, job);
    job->tiff = TIFFOpenExt(job->path, "r", options);
    TIFFOpenOptionsFree(options);
    return job->tiff != NULL ? ZD_OK : fail_tiff(job, err);
}

static zd_status read_header(tiff_job *job, zd_error *err)
{
    uint32_t width = 0;
    uint32_t height = 0;
    uint16_t bits = 0;
    uint16_t samples = 0;
    uint16_t planes = PLANARCONFIG_CONTIG;
    int limit = zd_context_max_dimension(job->ctx);
    TIFFGetField(job->tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(job->tiff, TIFFTAG_IMAGELENGTH, &height);
    TIFFGetFieldDefaulted(job->tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(job->tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(job->tiff, TIFFTAG_PLANARCONFIG, &planes);
    if (width < 1 || height < 1 || width > (uint32_t) limit || height > (uint32_t) limit) {
        return zd_fail(err, ZD_ERR_LIMIT, "'%s' is %ux%u; each side must be 1 to %d", job->path,
                       (unsigned) width, (unsigned) height, limit);
    }
    if ((bits != 16 && bits != 32 && bits != 64) || samples < 1 || samples > 64) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' has %d samples of %d bits a pixel; float TIFF is read with 16, 32 or "
                       "64 bits",
                       job->path, samples, bits);
    }
    job->width = (int) width;
    job->height = (int) height;
    job->samples = samples;
    job->used = samples >= 4 ? 4 : samples == 3 ? 3 : 1;
    job->bytes = bits / 8;
    job->in_planes = planes == PLANARCONFIG_SEPARATE;
    job->in_tiles = TIFFIsTiled(job->tiff) != 0;
    return ZD_OK;
}

static float half_value(uint16_t half)
{
    unsigned exponent = half >> 10 & 31;
    uint32_t mantissa = half & 1023u;
    uint32_t sign = (uint32_t) (half & 0x8000u) << 16;
    uint32_t bits = sign | (exponent + 112) << 23 | mantissa << 13;
    float value;
    if (exponent == 0) {
        return (sign != 0 ? -1.0f : 1.0f) * (float) mantissa * 0x1p-24f;
    }
    bits = exponent == 31 ? sign | 0x7F800000u | mantissa << 13 : bits;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float sample_value(const uint8_t *at, int bytes)
{
    uint16_t half;
    float single;
    double both;
    switch (bytes) {
    case 2:
        memcpy(&half, at, sizeof half);
        return half_value(half);
    case 4:
        memcpy(&single, at, sizeof single);
        return single;
    default:
        memcpy(&both, at, sizeof both);
        return (float) both;
    }
}

/* One decoded block: where it lies in the picture, and its own width. */
typedef struct block {
    const uint8_t *data;
    int x;
    int y;
    int width; /* as stored */
    int rows;
    int sample; /* of files in planes */
} block;

static void place_sample(const tiff_job *job, const block *b, int sample)
{
    static const int planes[4] = { 2, 0, 1, 3 }; /* R, G, B, A in GBRA */
    int plane = job->used == 1 ? 0 : planes[sample];
    int step = job->in_planes ? 1 : job->samples;
    int offset = job->in_planes ? 0 : sample;
    int columns = zd_int_min(b->width, job->width - b->x);
    int rows = zd_int_min(b->rows, job->height - b->y);
    for (int y = 0; y < rows; y++) {
        const uint8_t *from =
            b->data + ((ptrdiff_t) y * b->width * step + offset) * (ptrdiff_t) job->bytes;
        float *to = (float *) (void *) (job->av->data[plane] +
                                        (ptrdiff_t) (b->y + y) * job->av->linesize[plane]) +
                    b->x;
        for (int x = 0; x < columns; x++) {
            to[x] = sample_value(from + (ptrdiff_t) x * step * job->bytes, job->bytes);
        }
    }
}

static void place(const tiff_job *job, const block *b)
{
    if (job->in_planes) {
        place_sample(job, b, b->sample);
        return;
    }
    for (int i = 0; i < job->used; i++) {
        place_sample(job, b, i);
    }
}

static zd_status read_blocks(tiff_job *job, uint8_t *data, tmsize_t room, zd_error *err)
{
    uint32_t width = (uint32_t) job->width;
    uint32_t rows = (uint32_t) job->height;
    if (job->in_tiles) {
        TIFFGetField(job->tiff, TIFFTAG_TILEWIDTH, &width);
        TIFFGetField(job->tiff, TIFFTAG_TILELENGTH, &rows);
    } else {
        TIFFGetFieldDefaulted(job->tiff, TIFFTAG_ROWSPERSTRIP, &rows);
        rows = rows > (uint32_t) job->height ? (uint32_t) job->height : rows;
    }
    size_t step = (size_t) (job->in_planes ? 1 : job->samples) * (size_t) job->bytes;
    size_t needed;
    if (width < 1 || rows < 1 || width > INT32_MAX || rows > INT32_MAX ||
        !zd_size_mul3(width, rows, step, &needed) || needed > (size_t) room)
    {
        return fail_tiff(job, err);
    }
    for (int sample = 0; sample < (job->in_planes ? job->used : 1); sample++) {
        for (int64_t y = 0; y < job->height; y += rows) {
            for (int64_t x = 0; x < job->width; x += width) {
                memset(data, 0, (size_t) room);
                tmsize_t got = job->in_tiles
                                   ? TIFFReadTile(job->tiff, data, (uint32_t) x, (uint32_t) y, 0,
                                                  (uint16_t) sample)
                                   : TIFFReadEncodedStrip(job->tiff,
                                                          TIFFComputeStrip(job->tiff, (uint32_t) y,
                                                                           (uint16_t) sample),
                                                          data, room);
                if (got < 0) {
                    return fail_tiff(job, err);
                }
                place(job, &(block){ data, (int) x, (int) y, (int) width, (int) rows, sample });
            }
        }
    }
    return ZD_OK;
}

static zd_status read_pixels(tiff_job *job, zd_error *err)
{
    tmsize_t room = job->in_tiles ? TIFFTileSize(job->tiff) : TIFFStripSize(job->tiff);
    uint8_t *data = room > 0 ? zd_alloc(job->ctx, (size_t) room) : NULL;
    if (data == NULL) {
        return room > 0 ? zd_fail_memory(err, job->path) : fail_tiff(job, err);
    }
    zd_status status = read_blocks(job, data, room, err);
    zd_free(job->ctx, data);
    return status;
}

static zd_status read_picture(tiff_job *job, zd_error *err)
{
    ZD_TRY(read_header(job, err));
    enum AVPixelFormat format = job->used == 1   ? AV_PIX_FMT_GRAYF32LE
                                : job->used == 3 ? AV_PIX_FMT_GBRPF32LE
                                                 : AV_PIX_FMT_GBRAPF32LE;
    ZD_TRY(zd_frame_allocate(job->width, job->height, format, NULL, &job->av, err));
    return read_pixels(job, err);
}

static zd_status load(tiff_job *job, zd_still *out, zd_error *err)
{
    int degrees;
    bool mirror;
    ZD_TRY(open_tiff(job, err));
    zd_status status = read_picture(job, err);
    TIFFClose(job->tiff);
    if (status == ZD_OK) {
        zd_still_tags_turn(zd_still_tags_orientation(job->path), &degrees, &mirror);
        status = zd_frame_rotate(&job->av, degrees, mirror, err);
    }
    if (status != ZD_OK) {
        av_frame_free(&job->av);
        return status;
    }
    job->av->color_trc = AVCOL_TRC_LINEAR;
    job->av->color_range = AVCOL_RANGE_JPEG;
    job->av->colorspace = AVCOL_SPC_RGB;
    job->av->pts = 0;
    out->is_half = job->bytes == 2;
    snprintf(out->codec, sizeof out->codec, "tiff");
    zd_frame_info like = { .duration = 1, .time_base = { 1, 24 } };
    return zd_frame_wrap(job->ctx, job->av, &like, true, &out->frame, err);
}

zd_status zd_still_load_tiff(zd_context *ctx, const char *path, const zd_reader_params *params,
                             zd_still *out, zd_error *err)
{
    (void) params;
    tiff_job job = { .ctx = ctx, .path = path };
    return load(&job, out, err);
}
