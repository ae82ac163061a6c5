/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Camera effects, see post.h. */

#include "render/post.h"

#include "render/lens.h"
#include "render/memory.h"

#include <stdlib.h>
#include <string.h>

enum { STREAK_TAPS = 9 };

float sy_post_curve(float x)
{
    /* A soft shoulder above about 0.7, then gamma 2. */
    x = x > 0.0f ? x : 0.0f;
    float y = x < 0.6f ? x : 0.6f + 0.4f * (1.0f - expf(-(x - 0.6f) / 0.4f));
    return sqrtf(y);
}

static float auto_exposure(const sy_frame *f)
{
    double sum = 0.0;
    size_t count = (size_t) f->width * (size_t) f->height;
    for (size_t i = 0; i < count; i++) {
        const vec3 *c = &f->colour[i];
        sum += (double) logf(0.3f * c->x + 0.6f * c->y + 0.1f * c->z + 0.02f);
    }
    return 0.20f / expf((float) (sum / (double) count));
}

static void streak_blur(const sy_frame *f, const sy_post_options *o)
{
    size_t count = (size_t) f->width * (size_t) f->height;
    vec3 *out = sy_alloc(count, sizeof *out);
    for (size_t i = 0; i < count; i++) {
        int x = (int) (i % (size_t) f->width), y = (int) (i / (size_t) f->width);
        vec3 sum = v3(0, 0, 0);
        for (int k = 0; k < STREAK_TAPS; k++) {
            float t = (float) k / (float) (STREAK_TAPS - 1) - 0.5f;
            int tx = clampi(x + (int) lrintf(t * o->streak_x), 0, f->width - 1);
            int ty = clampi(y + (int) lrintf(t * o->streak_y), 0, f->height - 1);
            sum = v3_madd(sum, f->colour[(size_t) ty * (size_t) f->width + (size_t) tx],
                          1.0f / STREAK_TAPS);
        }
        out[i] = sum;
    }
    memcpy(f->colour, out, count * sizeof *out);
    free(out);
}

static vec3 develop_pixel(vec3 c, const sy_post_options *o, float exposure)
{
    vec3 k = v3(o->balance[0] > 0 ? o->balance[0] : 1, o->balance[1] > 0 ? o->balance[1] : 1,
                o->balance[2] > 0 ? o->balance[2] : 1);
    c = v3_scale(v3_mul(c, k), exposure);
    float saturation = o->saturation > 0.0f ? o->saturation : 1.0f;
    float luma = 0.25f * c.x + 0.65f * c.y + 0.1f * c.z;
    c = v3_lerp(v3(luma, luma, luma), c, saturation);
    c = v3(sy_post_curve(c.x), sy_post_curve(c.y), sy_post_curve(c.z));
    float contrast = o->contrast > 0.0f ? o->contrast : 1.0f;
    return v3((c.x - 0.45f) * contrast + 0.45f, (c.y - 0.45f) * contrast + 0.45f,
              (c.z - 0.45f) * contrast + 0.45f);
}

/* The sum of the four bytes of a number is about normal, with a deviation of 148. */
static float byte_normal(uint32_t bits)
{
    uint32_t sum = (bits & 255u) + ((bits >> 8) & 255u) + ((bits >> 16) & 255u) + (bits >> 24);
    return ((float) sum - 510.0f) * (1.0f / 148.0f);
}

static vec3 add_noise(vec3 c, float sigma, sy_rng *rng)
{
    float shared = 0.8f * byte_normal(sy_rng_next(rng));
    c.x += sigma * (shared + 0.6f * byte_normal(sy_rng_next(rng)));
    c.y += sigma * (shared + 0.4f * byte_normal(sy_rng_next(rng)));
    c.z += sigma * (shared + 0.7f * byte_normal(sy_rng_next(rng)));
    return c;
}

static uint8_t to_byte(float x)
{
    return (uint8_t) clampf(x * 255.0f + 0.5f, 0.0f, 255.0f);
}

void sy_post_develop(const sy_frame *f, const sy_post_options *o, uint8_t *rgb)
{
    sy_lens lens = { o->blur_px, o->focus };
    sy_lens_blur(f, &lens);
    if (fabsf(o->streak_x) + fabsf(o->streak_y) > 1.0f) {
        streak_blur(f, o);
    }
    float exposure = o->exposure > 0.0f ? o->exposure : auto_exposure(f);
    sy_rng rng = sy_rng_make(o->seed, 5);
    for (int y = 0; y < f->height; y++) {
        for (int x = 0; x < f->width; x++) {
            size_t i = (size_t) y * (size_t) f->width + (size_t) x;
            vec3 c = develop_pixel(f->colour[i], o, exposure);
            float dx = 2.0f * (float) x / (float) f->width - 1.0f,
                  dy = 2.0f * (float) y / (float) f->height - 1.0f;
            c = v3_scale(c, 1.0f - 0.25f * o->vignette * (dx * dx + dy * dy));
            if (o->noise > 0.0f) {
                c = add_noise(c, o->noise / 255.0f * (1.2f - 0.5f * c.y), &rng);
            }
            rgb[3 * i] = to_byte(c.x);
            rgb[3 * i + 1] = to_byte(c.y);
            rgb[3 * i + 2] = to_byte(c.z);
        }
    }
}
