/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A store is read through a mapping: every length in it is checked against what is left of the file
 * before it is used. */

#include "media/frame_store.h"

#include <libavutil/imgutils.h>
#include <string.h>

#include "core/file.h"
#include "core/part.h"
#include "core/require.h"

enum { SIDES_MOST = 16, SIDE_BYTES_MOST = 16 << 20 };

typedef struct store_header {
    char magic[8];
    uint32_t order; /* of the bytes */
    int32_t width;
    int32_t height;
    uint32_t picture_bytes;
    char format[ZD_MEDIA_NAME_SIZE];
} store_header;

static const char magic[8] = "zdframe1";
enum { BYTE_ORDER_MARK = 0x01020304 };

typedef struct picture_header {
    int64_t pts;
    int64_t duration;
    int32_t colour[5]; /* range, primaries, transfer, matrix, chroma location */
    int32_t aspect[2];
    uint32_t sides; /* side data that follow, each with its header, before the picture */
} picture_header;

typedef struct side_header {
    uint32_t type;
    uint32_t bytes;
} side_header;

/* Side data that encoders put into their streams; all are plain bytes. */
static const enum AVFrameSideDataType kept_sides[] = {
    AV_FRAME_DATA_A53_CC,
    AV_FRAME_DATA_ICC_PROFILE,
    AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
    AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
    AV_FRAME_DATA_SEI_UNREGISTERED,
    AV_FRAME_DATA_S12M_TIMECODE,
};

struct zd_frame_store {
    zd_context *ctx;
    char *path;
    zd_frame_form form;
    size_t picture_bytes;
    zd_part part;      /* while it is written */
    uint8_t *packed;   /* one picture without gaps */
    zd_mapping file;   /* while it is read */
    const uint8_t *at; /* the next picture */
};

static bool is_kept(uint32_t type)
{
    for (size_t i = 0; i < sizeof kept_sides / sizeof *kept_sides; i++) {
        if ((uint32_t) kept_sides[i] == type) {
            return true;
        }
    }
    return false;
}

void zd_frame_store_close(zd_frame_store **store)
{
    zd_frame_store *doomed = *store;
    *store = NULL;
    if (doomed != NULL) {
        zd_part_discard(doomed->ctx, &doomed->part);
        zd_file_unmap(&doomed->file);
        zd_free(doomed->ctx, doomed->packed);
        zd_free(doomed->ctx, doomed->path);
        zd_free(doomed->ctx, doomed);
    }
}

static zd_status make(zd_context *ctx, const char *path, const zd_frame_form *form,
                      zd_frame_store **out, zd_error *err)
{
    int bytes = av_image_get_buffer_size(form->format, form->width, form->height, 1);
    *out = NULL;
    if (bytes <= 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "pictures of %d x %d in %s cannot be kept in '%s'",
                       form->width, form->height, av_get_pix_fmt_name(form->format), path);
    }
    zd_frame_store *store = zd_alloc_zeroed(ctx, 1, sizeof *store);
    if (store == NULL || (store->path = zd_strdup(ctx, path)) == NULL) {
        zd_free(ctx, store);
        return zd_fail_memory(err, path);
    }
    store->ctx = ctx;
    store->form = *form;
    store->picture_bytes = (size_t) bytes;
    *out = store;
    return ZD_OK;
}

static store_header header_of(const zd_frame_store *store)
{
    store_header header = { .order = BYTE_ORDER_MARK,
                            .width = store->form.width,
                            .height = store->form.height,
                            .picture_bytes = (uint32_t) store->picture_bytes };
    memcpy(header.magic, magic, sizeof magic);
    const char *name = av_get_pix_fmt_name(store->form.format);
    memcpy(header.format, name, strnlen(name, sizeof header.format - 1));
    return header;
}

zd_status zd_frame_store_create(zd_context *ctx, const char *path, const zd_frame_form *form,
                                zd_frame_store **out, zd_error *err)
{
    ZD_TRY(make(ctx, path, form, out, err));
    zd_frame_store *store = *out;
    store_header header = header_of(store);
    store->packed = zd_alloc(ctx, store->picture_bytes);
    zd_status status = store->packed != NULL ? ZD_OK : zd_fail_memory(err, path);
    zd_part_sweep(ctx, path);
    if (status == ZD_OK) {
        status = zd_part_create(ctx, path, &store->part, err);
    }
    if (status == ZD_OK) {
        status = zd_part_write(&store->part, path, &header, sizeof header, err);
    }
    if (status != ZD_OK) {
        zd_frame_store_close(out);
    }
    return status;
}

static zd_status put_side(zd_frame_store *store, const AVFrameSideData *side, zd_error *err)
{
    side_header header = { (uint32_t) side->type, (uint32_t) side->size };
    ZD_TRY(zd_part_write(&store->part, store->path, &header, sizeof header, err));
    return zd_part_write(&store->part, store->path, side->data, side->size, err);
}

zd_status zd_frame_store_put(zd_frame_store *store, const AVFrame *picture, int64_t pts,
                             int64_t duration, zd_error *err)
{
    ZD_REQUIRE(err, picture->width == store->form.width && picture->height == store->form.height);
    ZD_REQUIRE(err, picture->format == (int) store->form.format && store->packed != NULL);
    const AVFrameSideData *sides[SIDES_MOST];
    picture_header header = {
        .pts = pts,
        .duration = duration,
        .colour = { (int32_t) picture->color_range, (int32_t) picture->color_primaries,
                    (int32_t) picture->color_trc, (int32_t) picture->colorspace,
                    (int32_t) picture->chroma_location },
        .aspect = { picture->sample_aspect_ratio.num, picture->sample_aspect_ratio.den },
    };
    for (int i = 0; i < picture->nb_side_data && header.sides < SIDES_MOST; i++) {
        const AVFrameSideData *side = picture->side_data[i];
        if (is_kept((uint32_t) side->type) && side->size <= SIDE_BYTES_MOST) {
            sides[header.sides++] = side;
        }
    }
    ZD_TRY(zd_part_write(&store->part, store->path, &header, sizeof header, err));
    for (uint32_t i = 0; i < header.sides; i++) {
        ZD_TRY(put_side(store, sides[i], err));
    }
    av_image_copy_to_buffer(store->packed, (int) store->picture_bytes,
                            (const uint8_t *const *) picture->data, picture->linesize,
                            store->form.format, store->form.width, store->form.height, 1);
    return zd_part_write(&store->part, store->path, store->packed, store->picture_bytes, err);
}

zd_status zd_frame_store_finish(zd_frame_store *store, zd_error *err)
{
    return zd_part_commit(store->ctx, &store->part, store->path, true, err);
}

/* ---- reading ---- */

static zd_status fail_damaged(const zd_frame_store *store, zd_error *err)
{
    return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is damaged; remove it and make it again",
                   store->path);
}

static bool take(zd_frame_store *store, void *to, size_t bytes)
{
    size_t left = (size_t) (store->file.data + store->file.bytes - store->at);
    if (bytes > left) {
        return false;
    }
    memcpy(to, store->at, bytes);
    store->at += bytes;
    return true;
}

static zd_status check_header(zd_frame_store *store, zd_error *err)
{
    store_header header;
    store_header wanted = header_of(store);
    if (!take(store, &header, sizeof header) || memcmp(header.magic, magic, sizeof magic) != 0) {
        return fail_damaged(store, err);
    }
    if (memcmp(&header, &wanted, sizeof header) != 0) {
        return zd_fail(err, ZD_ERR_CORRUPT,
                       "'%s' holds other pictures than the output takes (%d x %d, %s); make it "
                       "again",
                       store->path, store->form.width, store->form.height,
                       av_get_pix_fmt_name(store->form.format));
    }
    return ZD_OK;
}

zd_status zd_frame_store_open(zd_context *ctx, const char *path, const zd_frame_form *form,
                              zd_frame_store **out, zd_error *err)
{
    ZD_TRY(make(ctx, path, form, out, err));
    zd_frame_store *store = *out;
    zd_status status = zd_file_map(path, &store->file, err);
    store->at = store->file.data;
    if (status == ZD_OK) {
        status = store->at != NULL ? check_header(store, err) : fail_damaged(store, err);
    }
    if (status != ZD_OK) {
        zd_frame_store_close(out);
    }
    return status;
}

static zd_status take_side(zd_frame_store *store, AVFrame *picture, zd_error *err)
{
    side_header header;
    if (!take(store, &header, sizeof header) || !is_kept(header.type) ||
        header.bytes > SIDE_BYTES_MOST) {
        return fail_damaged(store, err);
    }
    AVFrameSideData *side =
        av_frame_new_side_data(picture, (enum AVFrameSideDataType) header.type, header.bytes);
    if (side == NULL) {
        return zd_fail_memory(err, "a frame");
    }
    return take(store, side->data, header.bytes) ? ZD_OK : fail_damaged(store, err);
}

static zd_status take_picture(zd_frame_store *store, const picture_header *header, AVFrame *picture,
                              zd_error *err)
{
    uint8_t *planes[4];
    int strides[4];
    const zd_frame_form *form = &store->form;
    picture->format = form->format;
    picture->width = form->width;
    picture->height = form->height;
    picture->color_range = (enum AVColorRange) header->colour[0];
    picture->color_primaries = (enum AVColorPrimaries) header->colour[1];
    picture->color_trc = (enum AVColorTransferCharacteristic) header->colour[2];
    picture->colorspace = (enum AVColorSpace) header->colour[3];
    picture->chroma_location = (enum AVChromaLocation) header->colour[4];
    picture->sample_aspect_ratio = (AVRational){ header->aspect[0], header->aspect[1] };
    if (av_frame_get_buffer(picture, 0) < 0) {
        return zd_fail_memory(err, "a frame");
    }
    for (uint32_t i = 0; i < header->sides; i++) {
        ZD_TRY(take_side(store, picture, err));
    }
    if ((size_t) (store->file.data + store->file.bytes - store->at) < store->picture_bytes) {
        return fail_damaged(store, err);
    }
    av_image_fill_arrays(planes, strides, store->at, form->format, form->width, form->height, 1);
    av_image_copy(picture->data, picture->linesize, (const uint8_t **) planes, strides,
                  form->format, form->width, form->height);
    store->at += store->picture_bytes;
    return ZD_OK;
}

zd_status zd_frame_store_next(zd_frame_store *store, AVFrame **out, int64_t *pts, int64_t *duration,
                              zd_error *err)
{
    ZD_REQUIRE(err, store->file.data != NULL);
    picture_header header;
    *out = NULL;
    if (store->at == store->file.data + store->file.bytes) {
        return ZD_ERR_END;
    }
    if (!take(store, &header, sizeof header) || header.sides > SIDES_MOST) {
        return fail_damaged(store, err);
    }
    AVFrame *picture = av_frame_alloc();
    zd_status status = picture != NULL ? take_picture(store, &header, picture, err)
                                       : zd_fail_memory(err, "a frame");
    if (status != ZD_OK) {
        av_frame_free(&picture);
        return status;
    }
    *pts = header.pts;
    *duration = header.duration;
    *out = picture;
    return ZD_OK;
}
