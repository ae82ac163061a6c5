/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Looks of the landmark network at squares of a picture, and what is to be thought of the answers. */

#include <math.h>

#include "core/size.h"
#include "face/face_internal.h"

enum { POINT_VALUES = ZD_FACE_POINTS * 3, FLAGS_OF_OURS = 1 + ZD_FACE_PARTS, LOOKS = 3 };

static const float most_yaw = 1.0f; /* radians */

/* Where the looks from elsewhere are: how far to the side and how large, in sides of the square. */
static const struct {
    float aside;
    float size;
    bool is_mirrored;
} looks[LOOKS] = { { 0.05f, 0.94f, false }, { -0.05f, 0.94f, false }, { 0.0f, 0.9f, true } };

static void mirror(float *rgb, int side)
{
    for (int y = 0; y < side; y++) {
        float *left = rgb + (size_t) y * (size_t) side * 3;
        float *right = left + (size_t) (side - 1) * 3;
        for (; left < right; left += 3, right -= 3) {
            for (int c = 0; c < 3; c++) {
                float kept = left[c];
                left[c] = right[c];
                right[c] = kept;
            }
        }
    }
}

zd_status zd_face_run_on(const zd_face_sight *sight, zd_network *net, const zd_face_crop *crop,
                         bool is_mirrored, zd_error *err)
{
    int side = zd_network_describe(net)->default_short_side;
    const zd_network_io io = { .rgb = sight->rgb };
    zd_face_crop_sample(sight->ctx, sight->picture, sight->part, crop, side, sight->rgb);
    if (is_mirrored) {
        mirror(sight->rgb, side);
    }
    return zd_network_run(net, &io, NULL, err);
}

/** Landmarks come in pixels of the published network's crop, or in fractions of ours. */
static zd_status look(const zd_face_sight *sight, const zd_face_crop *crop, bool is_mirrored,
                      zd_face_answer *out, zd_error *err)
{
    zd_network *net = sight->landmarks;
    zd_network_tensor points;
    zd_network_tensor flags;
    ZD_TRY(zd_face_run_on(sight, net, crop, is_mirrored, err));
    if (!zd_network_find_tensor(net, "points0", &points) ||
        !zd_network_find_tensor(net, "flags0", &flags) || points.channels != POINT_VALUES ||
        points.width * points.height != 1 ||
        (flags.channels != 1 && flags.channels != FLAGS_OF_OURS))
    {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the face network's results are not landmarks");
    }
    bool in_pixels = sight->decoder == ZD_FACE_ANCHORS;
    float unit = in_pixels ? 1.0f / (float) zd_network_describe(net)->default_short_side : 1.0f;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        const float *from = points.data + (size_t) (is_mirrored ? zd_face_mirror[i] : i) * 3;
        float across = from[0] * unit;
        zd_face_crop_point(crop, is_mirrored ? 1.0f - across : across, from[1] * unit,
                           out->points[i]);
        out->points[i][2] = -from[2] * unit * crop->side;
    }
    out->presence = flags.data[0];
    out->says_parts = flags.channels == FLAGS_OF_OURS;
    for (int k = 0; k < ZD_FACE_PARTS; k++) {
        out->shown[k] = out->says_parts ? flags.data[k + 1] : 1.0f;
    }
    return ZD_OK;
}

zd_status zd_face_look(const zd_face_sight *sight, const zd_face_crop *crop, zd_face_answer *out,
                       zd_error *err)
{
    return look(sight, crop, false, out, err);
}

static bool is_finite_answer(const zd_face_answer *a)
{
    float sum = a->presence;
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        sum += a->points[i][0] + a->points[i][1] + a->points[i][2];
    }
    return isfinite(sum);
}

/** Our own network's errors change with where the face lies in its square and with the side that it shows:
 *  the mean with two looks from the left and the right and one into a mirror is nearer to the truth than any
 *  of them. */
zd_status zd_face_look_aside(const zd_face_sight *sight, zd_face_answer *answer, zd_error *err)
{
    const zd_face_answer *seen = answer;
    const zd_face_crop crop = zd_face_crop_of(seen->points);
    float sum[ZD_FACE_POINTS][3] = { { 0.0f } };
    for (int k = 0; k < LOOKS; k++) {
        zd_face_answer other = { 0 };
        zd_face_crop square = crop;
        square.side *= looks[k].size;
        square.x += looks[k].aside * square.side * cosf(crop.angle);
        square.y += looks[k].aside * square.side * sinf(crop.angle);
        ZD_TRY(look(sight, &square, looks[k].is_mirrored, &other, err));
        if (!is_finite_answer(&other)) {
            return ZD_OK;
        }
        for (int i = 0; i < ZD_FACE_POINTS; i++) {
            for (int c = 0; c < 3; c++) {
                sum[i][c] += other.points[i][c];
            }
        }
    }
    for (int i = 0; i < ZD_FACE_POINTS; i++) {
        for (int c = 0; c < 3; c++) {
            answer->points[i][c] = (answer->points[i][c] + sum[i][c]) / (1.0f + LOOKS);
        }
    }
    return ZD_OK;
}

static float yaw_of(const float points[ZD_FACE_POINTS][3])
{
    float across[3];
    for (int i = 0; i < 3; i++) {
        across[i] = points[263][i] - points[33][i];
    }
    return atan2f(across[2], sqrtf(across[0] * across[0] + across[1] * across[1]));
}

zd_face_verdict zd_face_judge(const zd_face_answer *answer)
{
    const zd_face_answer *a = answer;
    if (!is_finite_answer(a) || a->presence <= 0.0f) {
        return ZD_FACE_UNSURE;
    }
    int worst = 0; /* what hides a mouth hides some of the nose */
    for (int k = 1; k < ZD_FACE_PARTS; k++) {
        worst = a->shown[k] < a->shown[worst] ? k : worst;
    }
    if (a->shown[worst] < 0.0f) {
        return (zd_face_verdict) (ZD_FACE_EYES_HIDDEN + worst);
    }
    return fabsf(yaw_of(a->points)) > most_yaw ? ZD_FACE_TURNED : ZD_FACE_FOUND;
}
