/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* sRGB (IEC 61966-2-1), BT.709, PQ and HLG (BT.2100), gamma 2.2 and 2.8, by their formulas. */

#include "image/colour.h"

#include <math.h>

static float srgb_decode(float v)
{
    return v <= 0.04045f ? v / 12.92f : powf((v + 0.055f) / 1.055f, 2.4f);
}

static float srgb_encode(float v)
{
    return v <= 0.0031308f ? v * 12.92f : 1.055f * powf(v, 1.0f / 2.4f) - 0.055f;
}

/* BT.709 rounds alpha and beta to 1.099 and 0.018, which leaves a step; these are the values with
 * which the two parts meet (BT.2020-2, note to table 4). */
static const float bt709_alpha = 1.09929682680944f;
static const float bt709_beta = 0.018053968510807f;

static float bt709_decode(float v)
{
    return v < 4.5f * bt709_beta ? v / 4.5f
                                 : powf((v + bt709_alpha - 1.0f) / bt709_alpha, 1.0f / 0.45f);
}

static float bt709_encode(float v)
{
    return v < bt709_beta ? v * 4.5f : bt709_alpha * powf(v, 0.45f) - (bt709_alpha - 1.0f);
}

/* BT.2100 table 4: m1, m2, c1, c2, c3; peak 10,000 cd/m2 against a reference white of 203. */
static const float pq_m1 = 2610.0f / 16384.0f;
static const float pq_m2 = 2523.0f / 32.0f;
static const float pq_c1 = 3424.0f / 4096.0f;
static const float pq_c2 = 2413.0f / 128.0f;
static const float pq_c3 = 2392.0f / 128.0f;
static const float pq_scale = 10000.0f / 203.0f;

static float pq_decode(float v)
{
    float p = powf(v, 1.0f / pq_m2);
    float numerator = p > pq_c1 ? p - pq_c1 : 0.0f;
    return pq_scale * powf(numerator / (pq_c2 - pq_c3 * p), 1.0f / pq_m1);
}

static float pq_encode(float v)
{
    float y = powf(v / pq_scale, pq_m1);
    return powf((pq_c1 + pq_c2 * y) / (1.0f + pq_c3 * y), pq_m2);
}

/* BT.2100 table 5. */
static const float hlg_a = 0.17883277f;
static const float hlg_b = 0.28466892f;
static const float hlg_c = 0.55991073f;

/* The scene light of the reference white, whose code is 0.75 (BT.2408, table 1). */
static const float hlg_white = 0.26496256f;

static float hlg_decode(float v)
{
    float scene = v <= 0.5f ? v * v / 3.0f : (expf((v - hlg_c) / hlg_a) + hlg_b) / 12.0f;
    return scene / hlg_white;
}

static float hlg_encode(float v)
{
    float scene = v * hlg_white;
    return scene <= 1.0f / 12.0f ? sqrtf(3.0f * scene)
                                 : hlg_a * logf(12.0f * scene - hlg_b) + hlg_c;
}

static float decode_positive(zd_transfer transfer, float v)
{
    switch (transfer) {
    case ZD_TRANSFER_SRGB:
        return srgb_decode(v);
    case ZD_TRANSFER_BT709:
        return bt709_decode(v);
    case ZD_TRANSFER_GAMMA22:
        return powf(v, 2.2f);
    case ZD_TRANSFER_GAMMA28:
        return powf(v, 2.8f);
    case ZD_TRANSFER_PQ:
        return pq_decode(v < 1.0f ? v : 1.0f);
    case ZD_TRANSFER_HLG:
        return hlg_decode(v);
    case ZD_TRANSFER_LINEAR:
        break;
    }
    return v;
}

static float encode_positive(zd_transfer transfer, float v)
{
    switch (transfer) {
    case ZD_TRANSFER_SRGB:
        return srgb_encode(v);
    case ZD_TRANSFER_BT709:
        return bt709_encode(v);
    case ZD_TRANSFER_GAMMA22:
        return powf(v, 1.0f / 2.2f);
    case ZD_TRANSFER_GAMMA28:
        return powf(v, 1.0f / 2.8f);
    case ZD_TRANSFER_PQ:
        return pq_encode(v);
    case ZD_TRANSFER_HLG:
        return hlg_encode(v);
    case ZD_TRANSFER_LINEAR:
        break;
    }
    return v;
}

bool zd_transfer_is_display(zd_transfer transfer)
{
    return transfer == ZD_TRANSFER_SRGB || transfer == ZD_TRANSFER_BT709 ||
           transfer == ZD_TRANSFER_GAMMA22 || transfer == ZD_TRANSFER_GAMMA28;
}

float zd_transfer_decode(zd_transfer transfer, float code)
{
    return code < 0.0f ? -decode_positive(transfer, -code) : decode_positive(transfer, code);
}

float zd_transfer_encode(zd_transfer transfer, float linear)
{
    return linear < 0.0f ? -encode_positive(transfer, -linear) : encode_positive(transfer, linear);
}
