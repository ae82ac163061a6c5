/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One look at a picture: the detector on the whole, the landmarks twice on the square about each box, our
 * own network's twice more from beside. */

#include "face/face.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "face/face_internal.h"
#include "model/safetensors.h"

enum { POINT_VALUES = ZD_FACE_POINTS * 3, FLAGS_OF_OURS = 4, PASSES = 2 };

static const float least_side = 28.0f; /* of a face's crop, pixels */
static const float most_yaw = 1.0f;    /* radians */
static const float most_overlap = 0.3f;
static const float small_share = 0.3f; /* of the picture: a face that may not be the only one */
static const float aside = 0.05f;      /* of a crop's side: where the looks from beside are */
static const float aside_size = 0.94f; /* of a crop, for them */

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
    zd_view picture;
    zd_rect part;
    zd_face_list *list;
    zd_face_crop crops[ZD_FACES_MAX]; /* of the faces, by their landmarks */
    zd_error *err;
} search;

/** What the landmark network says of a crop; points in pixels of the picture. */
typedef struct answer {
    zd_face_crop crop;
    float presence;
    float shown[3]; /* logits that eyes, nose and mouth are seen */
    float points[ZD_FACE_POINTS][3];
} answer;

static zd_status run_on(const search *s, zd_network *net, const zd_face_crop *crop)
{
    int side = zd_network_describe(net)->default_short_side;
    const zd_network_io io = { .rgb = s->finder->rgb };
    zd_face_crop_sample(s->finder->ctx, s->picture, s->part, crop, side, s->finder->rgb);
    return zd_network_run(net, &io, NULL, s->err);
}

/** Landmarks come in pixels of the published network's crop, or in fractions of ours. */
static zd_status read_landmarks(const search *s, const zd_face_crop *crop, answer *out)
{
    zd_network *net = s->finder->landmarks;
    zd_network_tensor points;
    zd_network_tensor flags;
    ZD_TRY(run_on(s, net, crop));
    if (!zd_network_find_tensor(net, "points0", &points) ||
        !zd_network_find_tensor(net, "flags0", &flags) || points.channels != POINT_VALUES ||
        points.width * points.height != 1 ||
        (flags.channels != 1 && flags.channels != FLAGS_OF_OURS))
    {
        return zd_fail(s->err, ZD_ERR_UNSUPPORTED, "the face network's results are not landmarks");
    }
    bool in_pixels = s->finder->decoder == ZD_FACE_ANCHORS;
    float unit = in_pixels ? 1.0f / (float) zd_network_describe(net)->default_short_side : 1.0f;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        const float *from = points.data + (size_t) i * 3;
        zd_face_crop_point(crop, from[0] * unit, from[1] * unit, out->points[i]);
        out->points[i][2] = -from[2] * unit * crop->side;
    }
    out->crop = *crop;
    out->presence = flags.data[0];
    for (int k = 0; k < 3; k++) {
        out->shown[k] = flags.channels == FLAGS_OF_OURS ? flags.data[k + 1] : 1.0f;
    }
    return ZD_OK;
}

static bool is_finite_answer(const answer *a)
{
    float sum = a->presence;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        sum += a->points[i][0] + a->points[i][1] + a->points[i][2];
    }
    return isfinite(sum);
}

static float yaw_of(const float points[ZD_FACE_POINTS][3])
{
    float across[3];
    for (int i = 0; i < 3; i++) {
        across[i] = points[263][i] - points[33][i];
    }
    return atan2f(across[2], sqrtf(across[0] * across[0] + across[1] * across[1]));
}

static zd_face_verdict judge(const answer *a)
{
    if (!is_finite_answer(a) || a->presence <= 0.0f) {
        return ZD_FACE_UNSURE;
    }
    for (int k = 0; k < 3; k++) {
        if (a->shown[k] < 0.0f) {
            return (zd_face_verdict) (ZD_FACE_EYES_HIDDEN + k);
        }
    }
    return fabsf(yaw_of(a->points)) > most_yaw ? ZD_FACE_TURNED : ZD_FACE_FOUND;
}

/** Whether a face that was found before is this one: two boxes led to the same landmarks. */
static bool is_known(const search *s, const zd_face_crop *crop)
{
    for (int i = 0; i < s->list->count; i++) {
        const zd_face_crop *other = &s->crops[i];
        float reach = 0.5f * (crop->side + other->side);
        float w = fmaxf(reach - fabsf(crop->x - other->x), 0.0f);
        float h = fmaxf(reach - fabsf(crop->y - other->y), 0.0f);
        float least = fminf(crop->side, other->side);
        float common = fminf(w, least) * fminf(h, least);
        float both = crop->side * crop->side + other->side * other->side - common;
        if (common > most_overlap * both) {
            return true;
        }
    }
    return false;
}

static void keep_face(search *s, const answer *a, float score)
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
    float width = (float) s->picture.width;
    float height = (float) s->picture.height;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        face->points[i][0] = a->points[i][0] / width;
        face->points[i][1] = a->points[i][1] / height;
        face->points[i][2] = a->points[i][2] / width;
    }
}

/** Our own network's errors change with where the face lies in its crop: the mean with two looks from the left
 *  and the right is nearer to the truth than any of them. */
static zd_status look_aside(const search *s, answer *a)
{
    answer beside[2] = { 0 };
    const answer *seen = a;
    const zd_face_crop crop = zd_face_crop_of(seen->points);
    for (int i = 0; i < 2; i++) {
        zd_face_crop other = crop;
        float way = (i == 0 ? aside : -aside) * aside_size * crop.side;
        other.side *= aside_size;
        other.x += way * cosf(crop.angle);
        other.y += way * sinf(crop.angle);
        ZD_TRY(read_landmarks(s, &other, &beside[i]));
        if (!is_finite_answer(&beside[i])) {
            return ZD_OK;
        }
    }
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        for (int c = 0; c < 3; c++) {
            a->points[i][c] += beside[0].points[i][c] + beside[1].points[i][c];
            a->points[i][c] /= 3.0f;
        }
    }
    return ZD_OK;
}

/** Asks for landmarks about a box, and about what they say. */
static zd_status look_closer(search *s, const zd_face_crop *square, const zd_face_box *box)
{
    answer a;
    const answer *seen = &a;
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
        ZD_TRY(read_landmarks(s, &crop, &a));
        verdict = judge(&a);
        if (verdict <= ZD_FACE_UNSURE) {
            break;
        }
        crop = zd_face_crop_of(seen->points);
        verdict = crop.side >= least_side ? verdict : ZD_FACE_SMALL;
    }
    if (verdict == ZD_FACE_FOUND) {
        ZD_TRY(s->finder->decoder == ZD_FACE_CELLS ? look_aside(s, &a) : ZD_OK);
        keep_face(s, &a, box->score);
    }
    s->list->verdict = verdict > s->list->verdict ? verdict : s->list->verdict;
    return ZD_OK;
}

static float size_of(const zd_face *face)
{
    float low = INFINITY;
    float high = -INFINITY;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        low = fminf(low, face->points[i][1]);
        high = fmaxf(high, face->points[i][1]);
    }
    return high - low;
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
    ZD_TRY(run_on(s, finder->detector, square));
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
    float width = (float) (s->part.x1 - s->part.x0);
    float height = (float) (s->part.y1 - s->part.y0);
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
    search s = { .finder = finder, .picture = picture, .part = part, .list = list, .err = err };
    float width = (float) (part.x1 - part.x0);
    float height = (float) (part.y1 - part.y0);
    zd_face_crop square = { 0.5f * (float) (part.x0 + part.x1), 0.5f * (float) (part.y0 + part.y1),
                            fmaxf(width, height), 0.0f };
    list->count = 0;
    list->verdict = ZD_FACE_NONE;
    ZD_TRY(search_square(&s, &square));
    if (list->count > 0 && s.crops[0].side < small_share * square.side) {
        ZD_TRY(search_tiles(&s, &square));
    }
    qsort(list->faces, (size_t) list->count, sizeof *list->faces, compare_sizes);
    return ZD_OK;
}

zd_status zd_face_key(zd_face_finder *finder, zd_view picture, zd_rect part, zd_digest *out,
                      zd_error *err)
{
    ZD_REQUIRE(err, picture.format.sample == ZD_SAMPLE_F32);
    static const char what[] = "zdepth faces 3";
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
