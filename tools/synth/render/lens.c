/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Every pixel gathers over the largest circle of confusion near it. A tap counts when its own
 * circle reaches the pixel; taps behind count only within the pixel's own circle. The tap pattern
 * is turned in a 4x4 mosaic, and a second pass averages the mosaic away where things are blurred. */

#include "render/lens.h"

#include "render/memory.h"

#include <stdlib.h>
#include <string.h>

enum { LENS_TAPS = 22 };

typedef struct blurred {
    vec3 colour;
    float alpha;
} blurred;

typedef struct lens_pass {
    const sy_frame *frame;
    float *circle; /* radius in pixels, per pixel */
    float *tile;   /* largest circle of a tile and its neighbours */
    int tile_px, tiles_x, tiles_y;
} lens_pass;

static void measure_circles(lens_pass *p, const sy_lens *lens, float limit)
{
    size_t count = (size_t) p->frame->width * (size_t) p->frame->height;
    for (size_t i = 0; i < count; i++) {
        float r = lens->blur_px * fabsf(p->frame->nearest[i] - lens->focus) / lens->focus;
        p->circle[i] = r < limit ? r : limit;
    }
}

static void measure_tiles(lens_pass *p)
{
    size_t count = (size_t) p->tiles_x * (size_t) p->tiles_y;
    float *own = sy_alloc(count, sizeof *own);
    for (int y = 0; y < p->frame->height; y++) {
        for (int x = 0; x < p->frame->width; x++) {
            float *t =
                &own[(size_t) (y / p->tile_px) * (size_t) p->tiles_x + (size_t) (x / p->tile_px)];
            float c = p->circle[(size_t) y * (size_t) p->frame->width + (size_t) x];
            *t = c > *t ? c : *t;
        }
    }
    for (int y = 0; y < p->tiles_y; y++) {
        for (int x = 0; x < p->tiles_x; x++) {
            float most = 0.0f;
            for (int k = 0; k < 9; k++) {
                int tx = clampi(x + k % 3 - 1, 0, p->tiles_x - 1),
                    ty = clampi(y + k / 3 - 1, 0, p->tiles_y - 1);
                float c = own[ty * p->tiles_x + tx];
                most = c > most ? c : most;
            }
            p->tile[y * p->tiles_x + x] = most;
        }
    }
    free(own);
}

static blurred gather(const lens_pass *p, int x, int y, const float (*taps)[3])
{
    const sy_frame *f = p->frame;
    size_t i = (size_t) y * (size_t) f->width + (size_t) x;
    float reach = p->tile[(y / p->tile_px) * p->tiles_x + x / p->tile_px], own = p->circle[i];
    blurred sum = { f->colour[i], f->alpha[i] };
    if (reach < 0.5f) {
        return sum;
    }
    float weight = 1.0f / (own * own + 0.8f), depth = f->nearest[i];
    sum.colour = v3_scale(sum.colour, weight);
    sum.alpha *= weight;
    float turn = (float) (((x & 3) * 5 + (y & 3) * 11) & 15) * (2.0f * SY_PI / 16.0f / 2.39996f);
    float c = cosf(turn), s = sinf(turn);
    for (int k = 0; k < LENS_TAPS; k++) {
        float dx = reach * (taps[k][0] * c - taps[k][1] * s),
              dy = reach * (taps[k][0] * s + taps[k][1] * c);
        int tx = clampi(x + (int) lrintf(dx), 0, f->width - 1),
            ty = clampi(y + (int) lrintf(dy), 0, f->height - 1);
        size_t j = (size_t) ty * (size_t) f->width + (size_t) tx;
        float theirs = p->circle[j];
        if (f->nearest[j] < depth && theirs > own) {
            theirs = own;
        }
        float w = clampf(theirs - reach * taps[k][2] + 0.7f, 0.0f, 1.0f) / (theirs * theirs + 0.8f);
        sum.colour = v3_madd(sum.colour, f->colour[j], w);
        sum.alpha += w * f->alpha[j];
        weight += w;
    }
    return (blurred){ v3_scale(sum.colour, 1.0f / weight), sum.alpha / weight };
}

static void smooth_mosaic(const lens_pass *p, const blurred *in, size_t i, int x, int y)
{
    const sy_frame *f = p->frame;
    float reach = p->tile[(y / p->tile_px) * p->tiles_x + x / p->tile_px];
    blurred sum = in[i];
    if (reach >= 2.0f && p->circle[i] >= 1.5f) {
        float weight = 1.0f;
        for (int k = 0; k < 16; k++) {
            int tx = clampi(x + (k & 3) - 2, 0, f->width - 1),
                ty = clampi(y + (k >> 2) - 2, 0, f->height - 1);
            size_t j = (size_t) ty * (size_t) f->width + (size_t) tx;
            if (p->circle[j] >= 1.5f) {
                sum.colour = v3_add(sum.colour, in[j].colour);
                sum.alpha += in[j].alpha;
                weight += 1.0f;
            }
        }
        sum = (blurred){ v3_scale(sum.colour, 1.0f / weight), sum.alpha / weight };
    }
    f->colour[i] = sum.colour;
    f->alpha[i] = sum.alpha;
}

static void run_passes(const lens_pass *p)
{
    const sy_frame *f = p->frame;
    blurred *first = sy_alloc((size_t) f->width * (size_t) f->height, sizeof *first);
    float taps[LENS_TAPS][3];
    for (int k = 0; k < LENS_TAPS; k++) {
        taps[k][2] = sqrtf(((float) k + 0.6f) / (float) LENS_TAPS);
        taps[k][0] = taps[k][2] * cosf(2.39996f * (float) k);
        taps[k][1] = taps[k][2] * sinf(2.39996f * (float) k);
    }
    for (int y = 0; y < f->height; y++) {
        for (int x = 0; x < f->width; x++) {
            first[(size_t) y * (size_t) f->width + (size_t) x] =
                gather(p, x, y, (const float(*)[3]) taps);
        }
    }
    for (int y = 0; y < f->height; y++) {
        for (int x = 0; x < f->width; x++) {
            smooth_mosaic(p, first, (size_t) y * (size_t) f->width + (size_t) x, x, y);
        }
    }
    free(first);
}

void sy_lens_blur(const sy_frame *frame, const sy_lens *lens)
{
    if (lens->focus <= 0.0f || lens->blur_px < 0.3f) {
        return;
    }
    float limit = clampf(lens->blur_px * 3.0f, 0.0f, 0.045f * (float) frame->height);
    lens_pass p = { .frame = frame, .tile_px = (int) limit + 2 };
    p.tiles_x = frame->width / p.tile_px + 1;
    p.tiles_y = frame->height / p.tile_px + 1;
    p.circle = sy_alloc((size_t) frame->width * (size_t) frame->height, sizeof(float));
    p.tile = sy_alloc((size_t) p.tiles_x * (size_t) p.tiles_y, sizeof(float));
    measure_circles(&p, lens, limit);
    measure_tiles(&p);
    run_passes(&p);
    free(p.circle);
    free(p.tile);
}
