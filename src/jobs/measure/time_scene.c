/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A room of which one sees the inside, and boxes and balls in it, whose colours are value noise of the
 * place hit. */

#include "jobs/measure/time_scene.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>

#include "core/pool.h"
#include "core/size.h"

enum { SAMPLES = 2 }; /* a side, of each pixel of a picture */

typedef struct box {
    double low[3];
    double high[3];
    float colour[3];
} box;

typedef struct ball {
    double middle[3];
    double radius;
    float colour[3];
} ball;

/* x to the right, y down, z away; metres. */
static const box room = { { -2.6, -1.5, -1.5 }, { 2.6, 1.2, 6.5 }, { 0.62f, 0.58f, 0.5f } };

static const box boxes[] = {
    { { -1.9, 0.1, 3.2 }, { -0.7, 1.2, 4.0 }, { 0.45f, 0.3f, 0.2f } }, /* a chest */
    { { 0.5, 0.45, 2.4 }, { 1.5, 0.55, 3.4 }, { 0.7f, 0.55f, 0.3f } }, /* a table's top */
    { { 0.55, 0.55, 2.45 }, { 0.65, 1.2, 2.55 }, { 0.6f, 0.5f, 0.3f } },
    { { 1.35, 0.55, 2.45 }, { 1.45, 1.2, 2.55 }, { 0.6f, 0.5f, 0.3f } },
    { { 0.55, 0.55, 3.25 }, { 0.65, 1.2, 3.35 }, { 0.6f, 0.5f, 0.3f } },
    { { 1.35, 0.55, 3.25 }, { 1.45, 1.2, 3.35 }, { 0.6f, 0.5f, 0.3f } },
    { { -0.5, -0.9, 6.3 }, { 0.9, 0.1, 6.5 }, { 0.2f, 0.3f, 0.5f } }, /* a picture on the wall */
    { { 1.9, -0.8, 4.6 }, { 2.6, 1.2, 5.6 }, { 0.3f, 0.42f, 0.3f } }, /* a cupboard */
};

static const ball balls[] = {
    { { 1.0, 0.25, 2.9 }, 0.2, { 0.8f, 0.25f, 0.2f } },
    { { -0.3, 0.85, 2.2 }, 0.35, { 0.2f, 0.45f, 0.7f } },
    { { -1.3, -0.2, 3.6 }, 0.3, { 0.75f, 0.7f, 0.25f } },
};

const char *zd_temporal_scene_name(zd_temporal_scene scene)
{
    return scene == ZD_TEMPORAL_SCENE_WALK ? "drawn: walk" : "drawn: pan";
}

/* ---- the camera ---- */

zd_temporal_camera zd_temporal_scene_camera(zd_temporal_scene scene, int frame, int width,
                                            int height)
{
    const double focal = 0.9; /* of the width */
    const double aspect = (double) ZD_TEMPORAL_SCENE_HEIGHT / ZD_TEMPORAL_SCENE_WIDTH;
    double t = (double) frame;
    bool walks = scene == ZD_TEMPORAL_SCENE_WALK;
    double at[3] = { walks ? -0.7 + 0.045 * t : 0.03 * sin(0.9 * t), walks ? -0.2 : 0.02 * sin(t),
                     walks ? 0.03 * t : 0.2 };
    double yaw = walks ? 0.1 - 0.008 * t : -0.3 + 0.025 * t;
    double c = cos(yaw);
    double s = sin(yaw);
    zd_temporal_camera camera = { .focal = { focal * width, focal * height / aspect },
                                  .centre = { 0.5 * width - 0.5, 0.5 * height - 0.5 },
                                  .turn = { c, 0.0, -s, 0.0, 1.0, 0.0, s, 0.0, c } };
    for (int i = 0; i < 3; i++) {
        camera.place[i] = -(camera.turn[3 * i] * at[0] + camera.turn[3 * i + 1] * at[1] +
                            camera.turn[3 * i + 2] * at[2]);
    }
    return camera;
}

/* ---- what a ray hits ---- */

typedef struct hit {
    double t;
    int axis; /* of the face; 3: a ball */
    const float *colour;
} hit;

/* The nearest crossing of a box's surface in front; from the inside the one that leaves it. */
static void try_box(const box *b, const double from[3], const double ray[3], hit *best)
{
    double enters = -1e30;
    double leaves = 1e30;
    int in_axis = 0;
    int out_axis = 0;
    for (int i = 0; i < 3; i++) {
        double inverse = 1.0 / (fabs(ray[i]) > 1e-12 ? ray[i] : 1e-12);
        double a = (b->low[i] - from[i]) * inverse;
        double c = (b->high[i] - from[i]) * inverse;
        double low = fmin(a, c);
        double high = fmax(a, c);
        in_axis = low > enters ? i : in_axis;
        enters = fmax(enters, low);
        out_axis = high < leaves ? i : out_axis;
        leaves = fmin(leaves, high);
    }
    bool is_outside = enters > 1e-6;
    double t = is_outside ? enters : leaves;
    if (enters < leaves && t > 1e-6 && t < best->t) {
        *best = (hit){ t, is_outside ? in_axis : out_axis, b->colour };
    }
}

static void try_ball(const ball *b, const double from[3], const double ray[3], hit *best)
{
    double rr = 0.0;
    double rp = 0.0;
    double pp = -b->radius * b->radius;
    for (int i = 0; i < 3; i++) {
        double p = from[i] - b->middle[i];
        rr += ray[i] * ray[i];
        rp += ray[i] * p;
        pp += p * p;
    }
    double inside = rp * rp - rr * pp;
    double t = inside > 0.0 ? (-rp - sqrt(inside)) / rr : -1.0;
    if (t > 1e-6 && t < best->t) {
        *best = (hit){ t, 3, b->colour };
    }
}

/* A ray through a place of the picture: where it begins, its direction with 1 along the axis, and what
 * it hits, whose t is the depth. */
static hit cast(const zd_temporal_camera *c, double x, double y, double from[3], double ray[3])
{
    double seen[3] = { (x - c->centre[0]) / c->focal[0], (y - c->centre[1]) / c->focal[1], 1.0 };
    hit best = { 1e30, 0, room.colour };
    for (int i = 0; i < 3; i++) {
        from[i] = 0.0;
        ray[i] = 0.0;
        for (int k = 0; k < 3; k++) {
            from[i] -= c->turn[3 * k + i] * c->place[k];
            ray[i] += c->turn[3 * k + i] * seen[k];
        }
    }
    try_box(&room, from, ray, &best);
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++) {
        try_box(&boxes[i], from, ray, &best);
    }
    for (size_t i = 0; i < sizeof balls / sizeof balls[0]; i++) {
        try_ball(&balls[i], from, ray, &best);
    }
    return best;
}

/* ---- what it looks like ---- */

static float lattice(int x, int y, int z)
{
    uint32_t h =
        (uint32_t) x * 0x8DA6B343u ^ (uint32_t) y * 0xD8163841u ^ (uint32_t) z * 0xCB1AB31Fu;
    h = (h ^ h >> 13) * 0x5BD1E995u;
    return (float) ((h ^ h >> 15) & 0xFFFFu) * (1.0f / 65535.0f);
}

static float noise(const double p[3], double cells)
{
    int at[3];
    float f[3];
    float sum = 0.0f;
    for (int i = 0; i < 3; i++) {
        double v = p[i] * cells;
        at[i] = (int) floor(v);
        f[i] = (float) (v - floor(v));
        f[i] = f[i] * f[i] * (3.0f - 2.0f * f[i]);
    }
    for (int k = 0; k < 8; k++) {
        float w = ((k & 1) != 0 ? f[0] : 1.0f - f[0]) * ((k & 2) != 0 ? f[1] : 1.0f - f[1]) *
                  ((k & 4) != 0 ? f[2] : 1.0f - f[2]);
        sum += w * lattice(at[0] + (k & 1), at[1] + (k >> 1 & 1), at[2] + (k >> 2));
    }
    return sum;
}

static void shade(const hit *h, const double from[3], const double ray[3], float rgb[3])
{
    assert(h->axis >= 0 && h->axis < 4);
    static const float faces[4] = { 0.8f, 1.05f, 0.92f, 1.0f };
    double p[3];
    for (int i = 0; i < 3; i++) {
        p[i] = from[i] + h->t * ray[i];
    }
    float grain = 0.6f + 0.35f * noise(p, 2.5) + 0.3f * noise(p, 9.0) + 0.2f * noise(p, 30.0);
    float lit = faces[h->axis] * grain / (1.0f + 0.05f * (float) h->t);
    for (int i = 0; i < 3; i++) {
        rgb[i] += fminf(h->colour[i] * lit, 1.0f);
    }
}

/* ---- pictures ---- */

typedef struct drawing {
    zd_temporal_camera camera;
    zd_view out;
} drawing;

static void draw_row(void *user, int y)
{
    const drawing *d = user;
    float *row = zd_view_row_f32(d->out, y);
    for (int x = 0; x < d->out.width; x++, row += 3) {
        float sum[3] = { 0.0f, 0.0f, 0.0f };
        for (int i = 0; i < SAMPLES * SAMPLES; i++) {
            double from[3];
            double ray[3];
            double px = x + (i % SAMPLES + 0.5) / SAMPLES - 0.5;
            double py = y + (double) (i / SAMPLES + 0.5) / SAMPLES - 0.5;
            hit h = cast(&d->camera, px, py, from, ray);
            shade(&h, from, ray, sum);
        }
        for (int c = 0; c < 3; c++) {
            row[c] = sum[c] * (1.0f / (SAMPLES * SAMPLES));
        }
    }
}

static void depth_row(void *user, int y)
{
    const drawing *d = user;
    float *row = zd_view_row_f32(d->out, y);
    for (int x = 0; x < d->out.width; x++) {
        double from[3];
        double ray[3];
        row[x] = (float) cast(&d->camera, x, y, from, ray).t;
    }
}

void zd_temporal_scene_draw(zd_context *ctx, zd_temporal_scene scene, int frame, zd_view rgb)
{
    assert(rgb.format.sample == ZD_SAMPLE_F32 && rgb.format.channels == 3);
    drawing d = { zd_temporal_scene_camera(scene, frame, rgb.width, rgb.height), rgb };
    zd_pool_run(zd_context_pool(ctx), rgb.height, draw_row, &d);
}

void zd_temporal_scene_depth(zd_context *ctx, zd_temporal_scene scene, int frame, zd_view metres)
{
    assert(metres.format.sample == ZD_SAMPLE_F32 && metres.format.channels == 1);
    drawing d = { zd_temporal_scene_camera(scene, frame, metres.width, metres.height), metres };
    zd_pool_run(zd_context_pool(ctx), metres.height, depth_row, &d);
}
