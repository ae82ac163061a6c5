/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One search of a picture: the detector on the whole, the landmarks twice on the square about each box, our
 * own network's again from elsewhere. */

#include "face/face.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "face/face_internal.h"
#include "model/safetensors.h"

enum { PASSES = 2 };

static const float least_side = 28.0f; /* of a face's crop, pixels */
static const float most_overlap = 0.3f;
static const float small_share = 0.3f; /* of the picture: a face that may not be the only one */

struct zd_face_finder {
    zd_context *ctx;
    zd_network *detector;
    zd_network *landmarks;
    zd_face_decoder decoder;
    float *rgb; /* what a network sees */
    zd_face_box *room;
};

const char *zd_face_verdict_text(zd_face_verdict verdict)
{
    switch (verdict) {
    case ZD_FACE_SMALL:
        return "what looks like a face is too small";
    case ZD_FACE_UNSURE:
        return "no face is found; what looks like one has no clear eyes, nose and mouth";
    case ZD_FACE_EYES_HIDDEN:
        return "a face is there, but its eyes are hidden";
    case ZD_FACE_NOSE_HIDDEN:
        return "a face is there, but its nose is hidden";
    case ZD_FACE_MOUTH_HIDDEN:
        return "a face is there, but its mouth is hidden";
    case ZD_FACE_TURNED:
        return "a face is there, but it is turned away from the camera";
    case ZD_FACE_FOUND:
        return "a face is found";
    case ZD_FACE_NONE:
    default:
        return "no face is found";
    }
}

static zd_status open_part(zd_face_finder *finder, const char *path, const char *part,
                           zd_network **out, zd_error *err)
{
    const zd_network_params params = { .precision = ZD_PRECISION_EXACT, .part = part };
    ZD_TRY(zd_network_open(finder->ctx, path, &params, out, err));
    const zd_network_info *info = zd_network_describe(*out);
    if (strcmp(info->family, "zdepth-face") != 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "model '%s' is no face network; there are embedded-faces and, to be "
                       "installed, face-landmarks",
                       path);
    }
    return zd_network_plan(*out, info->default_short_side, info->default_short_side, err);
}

static zd_status read_decoder(const char *path, zd_context *ctx, zd_face_decoder *out,
                              zd_error *err)
{
    zd_safetensors *file = NULL;
    ZD_TRY(zd_safetensors_open(ctx, path, &file, err));
    const char *text = zd_safetensors_metadata(file, "detector.decoder");
    *out = text != NULL && strcmp(text, "anchors") == 0 ? ZD_FACE_ANCHORS : ZD_FACE_CELLS;
    zd_safetensors_close(&file);
    return ZD_OK;
}

static zd_status open_both(zd_face_finder *finder, const char *path, zd_error *err)
{
    ZD_TRY(open_part(finder, path, "detector", &finder->detector, err));
    ZD_TRY(open_part(finder, path, "landmarks", &finder->landmarks, err));
    ZD_TRY(read_decoder(path, finder->ctx, &finder->decoder, err));
    size_t a = (size_t) zd_network_describe(finder->detector)->default_short_side;
    size_t b = (size_t) zd_network_describe(finder->landmarks)->default_short_side;
    size_t side = a > b ? a : b;
    finder->rgb = zd_alloc_zeroed(finder->ctx, side * side * 3, sizeof(float));
    finder->room = zd_alloc_zeroed(finder->ctx, ZD_FACE_CANDIDATES_MAX, sizeof *finder->room);
    return finder->rgb != NULL && finder->room != NULL ? ZD_OK
                                                       : zd_fail_memory(err, "the face finder");
}

zd_status zd_face_finder_open(zd_context *ctx, const char *path, zd_face_finder **out,
                              zd_error *err)
{
    zd_face_finder *finder = zd_alloc_zeroed(ctx, 1, sizeof *finder);
    *out = finder;
    if (finder == NULL) {
        return zd_fail_memory(err, "the face finder");
    }
    finder->ctx = ctx;
    zd_status status = open_both(finder, path, err);
    if (status != ZD_OK) {
        zd_face_finder_close(out);
    }
    return status;
}

void zd_face_finder_close(zd_face_finder **finder)
{
    zd_face_finder *doomed = finder != NULL ? *finder : NULL;
    if (doomed != NULL) {
        zd_network_close(&doomed->detector);
        zd_network_close(&doomed->landmarks);
        zd_free(doomed->ctx, doomed->rgb);
        zd_free(doomed->ctx, doomed->room);
        zd_free(doomed->ctx, doomed);
        *finder = NULL;
    }
}

/** One search: the picture and what was found in it. */
typedef struct search {
    zd_face_finder *finder;
    zd_face_sight sight;
    zd_face_list *list;
    zd_face_crop crops[ZD_FACES_MAX];   /* of the faces, by their landmarks */
    zd_face_crop refused[ZD_FACES_MAX]; /* of those that cannot be fitted */
    zd_error *err;
} search;

/** The first of some squares that is about the same face as another; -1: none is. */
static int find_known(const zd_face_crop *squares, int count, const zd_face_crop *crop)
{
    for (int i = 0; i < count; i++) {
        const zd_face_crop *other = &squares[i];
        float reach = 0.5f * (crop->side + other->side);
        float w = fmaxf(reach - fabsf(crop->x - other->x), 0.0f);
        float h = fmaxf(reach - fabsf(crop->y - other->y), 0.0f);
        float least = fminf(crop->side, other->side);
        float common = fminf(w, least) * fminf(h, least);
        float both = crop->side * crop->side + other->side * other->side - common;
        if (common > most_overlap * both) {
            return i;
        }
    }
    return -1;
}

/** Whether a face that was found before is this one: two boxes led to the same landmarks. */
static bool is_known(const search *s, const zd_face_crop *crop)
{
    return find_known(s->crops, s->list->count, crop) >= 0;
}

/** From pixels of the picture to fractions of it. */
static void scale_points(const search *s, const zd_face_answer *a, float out[ZD_FACE_POINTS][3])
{
    float width = (float) s->sight.picture.width;
    float height = (float) s->sight.picture.height;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        out[i][0] = a->points[i][0] / width;
        out[i][1] = a->points[i][1] / height;
        out[i][2] = a->points[i][2] / width;
    }
}

static void keep_face(search *s, const zd_face_answer *a, float score)
{
    zd_face_list *list = s->list;
    zd_face_crop crop = zd_face_crop_of(a->points);
    if (is_known(s, &crop) || list->count == ZD_FACES_MAX) {
        return;
    }
    zd_face *face = &list->faces[list->count];
    s->crops[list->count++] = crop;
    face->score = score;
    face->presence = a->presence;
    for (int k = 0; k < ZD_FACE_PARTS; k++) {
        face->shown[k] = a->says_parts ? 1.0f / (1.0f + expf(-a->shown[k])) : -1.0f;
    }
    scale_points(s, a, face->points);
}

/** A face that was looked at twice is refused for the better reason. */
static void keep_refusal(search *s, const zd_face_answer *a, zd_face_verdict verdict, float score)
{
    zd_face_list *list = s->list;
    float points[ZD_FACE_POINTS][3];
    const float(*scaled)[3] = (const float(*)[3]) points;
    zd_face_crop crop = zd_face_crop_of(a->points);
    int at = find_known(s->refused, list->refused_count, &crop);
    if (at < 0 && list->refused_count < ZD_FACES_MAX) {
        at = list->refused_count++;
        list->refused[at].verdict = ZD_FACE_NONE;
    }
    if (at >= 0 && verdict > list->refused[at].verdict) {
        s->refused[at] = crop;
        list->refused[at] = (zd_face_refusal){ .verdict = verdict, .score = score };
        scale_points(s, a, points);
        zd_face_box_of(scaled, list->refused[at].box);
    }
}

/** What was refused from one square and found from another is found. */
static void drop_found_refusals(search *s)
{
    int kept = 0;
    for (int i = 0; i < s->list->refused_count; i++) {
        if (!is_known(s, &s->refused[i])) {
            s->list->refused[kept++] = s->list->refused[i];
        }
    }
    s->list->refused_count = kept;
}

/** Asks for landmarks about a box, and about what they say. */
static zd_status look_closer(search *s, const zd_face_crop *square, const zd_face_box *box)
{
    zd_face_answer a;
    const zd_face_answer *seen = &a;
    float middle[2];
    zd_face_crop_point(square, box->x, box->y, middle);
    zd_face_crop crop = { middle[0], middle[1], 1.5f * box->size * square->side,
                          atan2f(box->points[1][1] - box->points[0][1],
                                 box->points[1][0] - box->points[0][0]) };
    zd_face_verdict verdict = ZD_FACE_SMALL;
    if (is_known(s, &crop)) {
        return ZD_OK;
    }
    for (int pass = 0; pass < PASSES && crop.side >= least_side; pass++) {
        ZD_TRY(zd_face_look(&s->sight, &crop, &a, s->err));
        verdict = zd_face_judge(seen);
        if (verdict <= ZD_FACE_UNSURE) {
            break;
        }
        crop = zd_face_crop_of(seen->points);
        verdict = crop.side >= least_side ? verdict : ZD_FACE_SMALL;
    }
    if (verdict == ZD_FACE_FOUND) {
        bool is_ours = s->sight.decoder == ZD_FACE_CELLS;
        ZD_TRY(is_ours ? zd_face_look_aside(&s->sight, &a, s->err) : ZD_OK);
        keep_face(s, seen, box->score);
    } else if (verdict >= ZD_FACE_EYES_HIDDEN) {
        keep_refusal(s, seen, verdict, box->score);
    }
    s->list->verdict = verdict > s->list->verdict ? verdict : s->list->verdict;
    return ZD_OK;
}

void zd_face_box_of(const float points[ZD_FACE_POINTS][3], float box[4])
{
    for (int k = 0; k < 2; k++) {
        box[k] = INFINITY;
        box[k + 2] = -INFINITY;
        for (int i = 0; i < ZD_FACE_POINTS; i++) {
            box[k] = fminf(box[k], points[i][k]);
            box[k + 2] = fmaxf(box[k + 2], points[i][k]);
        }
    }
}

static float size_of(const zd_face *face)
{
    float box[4];
    zd_face_box_of(face->points, box);
    return box[3] - box[1];
}

static int compare_sizes(const void *a, const void *b)
{
    float x = size_of(a);
    float y = size_of(b);
    return x > y ? -1 : x < y;
}

static zd_status search_square(search *s, const zd_face_crop *square)
{
    zd_face_boxes boxes;
    zd_face_finder *finder = s->finder;
    ZD_TRY(zd_face_run_on(&s->sight, finder->detector, square, false, s->err));
    ZD_TRY(zd_face_decode(finder->detector, finder->decoder, finder->room, &boxes, s->err));
    for (int i = 0; i < boxes.count; i++) {
        ZD_TRY(look_closer(s, square, &boxes.boxes[i]));
    }
    return ZD_OK;
}

/** Faces that are small beside others: the same on overlapping squares, where one was found. */
static zd_status search_tiles(search *s, const zd_face_crop *square)
{
    float side = 0.6f * square->side;
    zd_rect part = s->sight.part;
    float width = (float) (part.x1 - part.x0);
    float height = (float) (part.y1 - part.y0);
    int across = (int) ceilf(fmaxf(width - side, 0.0f) / (0.5f * side)) + 1;
    int down = (int) ceilf(fmaxf(height - side, 0.0f) / (0.5f * side)) + 1;
    for (int i = 0; i < across * down; i++) {
        float u = across > 1 ? (float) (i % across) / (float) (across - 1) - 0.5f : 0.0f;
        float v = down > 1 ? (float) (i / across) / (float) (down - 1) - 0.5f : 0.0f;
        zd_face_crop tile = { square->x + u * (width - side), square->y + v * (height - side), side,
                              0.0f };
        ZD_TRY(search_square(s, &tile));
    }
    return ZD_OK;
}

zd_status zd_face_find(zd_face_finder *finder, zd_view picture, zd_rect part, zd_face_list *list,
                       zd_error *err)
{
    ZD_REQUIRE(err, picture.format.sample == ZD_SAMPLE_F32 && picture.format.channels >= 3);
    search s = { .finder = finder, .list = list, .err = err };
    s.sight = (zd_face_sight){ .ctx = finder->ctx,
                               .landmarks = finder->landmarks,
                               .decoder = finder->decoder,
                               .rgb = finder->rgb,
                               .picture = picture,
                               .part = part };
    float width = (float) (part.x1 - part.x0);
    float height = (float) (part.y1 - part.y0);
    zd_face_crop square = { 0.5f * (float) (part.x0 + part.x1), 0.5f * (float) (part.y0 + part.y1),
                            fmaxf(width, height), 0.0f };
    list->count = 0;
    list->refused_count = 0;
    list->verdict = ZD_FACE_NONE;
    ZD_TRY(search_square(&s, &square));
    if (list->count > 0 && s.crops[0].side < small_share * square.side) {
        ZD_TRY(search_tiles(&s, &square));
    }
    drop_found_refusals(&s);
    qsort(list->faces, (size_t) list->count, sizeof *list->faces, compare_sizes);
    return ZD_OK;
}

zd_status zd_face_key(zd_face_finder *finder, zd_view picture, zd_rect part, zd_digest *out,
                      zd_error *err)
{
    ZD_REQUIRE(err, picture.format.sample == ZD_SAMPLE_F32);
    static const char what[] = "zdepth faces 5";
    zd_digest weights;
    zd_hasher hasher;
    const int numbers[7] = { picture.width, picture.height,         part.x0, part.y0, part.x1,
                             part.y1,       picture.format.channels };
    ZD_TRY(zd_network_digest(finder->detector, &weights, err));
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, what, sizeof what);
    zd_hasher_update(&hasher, weights.bytes, sizeof weights.bytes);
    zd_hasher_update(&hasher, numbers, sizeof numbers);
    for (int y = 0; y < picture.height; y++) {
        zd_hasher_update(&hasher, zd_view_row_f32(picture, y),
                         (size_t) picture.width * zd_format_pixel_bytes(picture.format));
    }
    zd_hasher_finish(&hasher, out);
    return ZD_OK;
}
