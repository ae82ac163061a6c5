/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Face textures. u runs round the head with the face in the middle (0.5), v from the chin (0) to
 * the crown (1). Distances are in head radii; features are soft shapes laid over skin. */

#include "world/library.h"

typedef struct look {
    vec3 skin, lips, iris, brow, shade;
    float eye_y, eye_x, eye_size, brow_weight, mouth_y, mouth_width, stubble, age, open;
    uint32_t seed;
} look;

static float blob(float x, float y, float cx, float cy, float rx, float ry, float soft)
{
    float dx = (x - cx) / rx, dy = (y - cy) / ry;
    return smoothf(1.0f + soft, 1.0f - soft, sqrtf(dx * dx + dy * dy));
}

/* Eyes and brows are measured in radians both ways; a step of v is about 2.9 of them. */
static vec3 add_eye(vec3 c, const look *l, float x, float v, float cx)
{
    float s = l->eye_size, y = 2.9f * v, cy = 2.9f * l->eye_y;
    c = v3_lerp(c, v3_scale(l->shade, 0.8f),
                0.45f * blob(x, y, cx, cy + 0.3f * s, 2.0f * s, 1.5f * s, 0.5f));
    float lid = blob(x, y, cx, cy, 1.18f * s, 0.62f * s, 0.12f);
    c = v3_lerp(c, v3(0.12f, 0.08f, 0.07f), lid * (y > cy ? 0.9f : 0.45f));
    float white = blob(x, y, cx, cy - 0.03f * s, 1.0f * s, 0.45f * s * l->open, 0.15f);
    c = v3_lerp(c, v3(0.80f, 0.77f, 0.75f), white);
    c = v3_lerp(c, l->iris, white * blob(x, y, cx, cy, 0.42f * s, 0.42f * s, 0.15f));
    c = v3_lerp(c, v3(0.03f, 0.03f, 0.03f), white * blob(x, y, cx, cy, 0.2f * s, 0.2f * s, 0.2f));
    c = v3_lerp(c, v3(1, 1, 1),
                white * blob(x, y, cx + 0.12f * s, cy + 0.14f * s, 0.1f * s, 0.1f * s, 0.3f));
    float arch = cy + 1.55f * s - 0.30f * (x - cx) * (x - cx) / s;
    float brow = blob(x, y, cx, arch, 1.45f * s, 0.26f * s * l->brow_weight, 0.4f);
    return v3_lerp(c, l->brow, 0.85f * brow);
}

static vec3 add_mouth(vec3 c, const look *l, float x, float y)
{
    float w = l->mouth_width, cy = l->mouth_y;
    float upper = blob(x, y, 0, cy + 0.010f, w, 0.026f - 0.012f * minf(fabsf(x) / w, 1.0f), 0.3f);
    float lower = blob(x, y, 0, cy - 0.016f, 0.85f * w, 0.030f, 0.3f);
    c = v3_lerp(c, v3_scale(l->lips, 0.85f), 0.8f * upper);
    c = v3_lerp(c, l->lips, 0.8f * lower);
    c = v3_lerp(c, v3(0.2f, 0.08f, 0.07f), 0.85f * blob(x, y, 0, cy, 0.92f * w, 0.006f, 0.6f));
    return v3_lerp(c, v3_scale(l->shade, 0.9f),
                   0.3f * blob(x, y, 0, cy - 0.07f, 0.6f * w, 0.018f, 0.8f));
}

static vec3 face_colour(const look *l, float u, float v)
{
    float x = (u - 0.5f) * 2.0f * SY_PI, y = v;
    float mottle = sy_fbm2(u * 20.0f, v * 20.0f, l->seed, 4, 20);
    vec3 c = v3_scale(l->skin, 0.93f + 0.14f * mottle);
    vec3 flush = v3_mul(l->skin, v3(1.08f, 0.82f, 0.80f));
    float side = fabsf(x);
    c = v3_lerp(c, flush, 0.5f * blob(side, y, 0.5f, 0.38f, 0.35f, 0.12f, 0.8f));
    c = v3_lerp(c, flush, 0.5f * blob(x, y, 0, 0.42f, 0.12f, 0.06f, 0.8f));
    float beard = blob(x, y, 0, 0.1f, 1.1f, 0.24f, 0.3f) * l->stubble;
    float grain = sy_noise2(u * 160.0f, v * 160.0f, l->seed + 3, 160);
    c = v3_lerp(c, l->brow, beard * (0.5f + 0.5f * grain));
    c = add_eye(c, l, side, y, l->eye_x);
    for (int s = -1; s <= 1; s += 2) {
        c = v3_lerp(c, v3_scale(l->shade, 0.5f),
                    0.7f * blob(x, y, 0.075f * (float) s, 0.366f, 0.045f, 0.010f, 0.7f));
    }
    c = add_mouth(c, l, x, y);
    float line = blob(side, y, 0.30f - 0.4f * (y - 0.33f), 0.33f, 0.02f, 0.09f, 0.9f);
    return v3_lerp(c, l->shade, 0.35f * l->age * line);
}

static look random_look(sy_rng *rng)
{
    static const float tones[7][3] = { { 0.95f, 0.80f, 0.72f }, { 0.90f, 0.72f, 0.60f },
                                       { 0.84f, 0.64f, 0.50f }, { 0.74f, 0.54f, 0.40f },
                                       { 0.60f, 0.42f, 0.31f }, { 0.46f, 0.31f, 0.23f },
                                       { 0.34f, 0.23f, 0.18f } };
    look l = { .seed = sy_rng_next(rng) };
    const float *t = tones[sy_rng_int(rng, 7)];
    l.skin = v3(t[0], t[1], t[2]);
    l.skin = v3_scale(l.skin, sy_rng_float(rng, 0.93f, 1.04f));
    l.shade = v3_mul(l.skin, v3(0.72f, 0.62f, 0.60f));
    l.lips =
        v3_mul(l.skin, v3(0.92f, sy_rng_float(rng, 0.5f, 0.75f), sy_rng_float(rng, 0.5f, 0.75f)));
    l.iris = sy_rng_chance(rng, 0.6f) ? v3(0.28f, 0.17f, 0.1f) : v3(0.32f, 0.45f, 0.52f);
    l.brow = v3_scale(v3(0.30f, 0.22f, 0.16f), sy_rng_float(rng, 0.3f, 1.3f));
    l.eye_y = sy_rng_float(rng, 0.52f, 0.56f);
    l.eye_x = sy_rng_float(rng, 0.36f, 0.42f);
    l.eye_size = sy_rng_float(rng, 0.155f, 0.19f);
    l.brow_weight = sy_rng_float(rng, 0.7f, 1.6f);
    l.mouth_y = sy_rng_float(rng, 0.225f, 0.26f);
    l.mouth_width = sy_rng_float(rng, 0.27f, 0.36f);
    l.stubble = sy_rng_chance(rng, 0.3f) ? sy_rng_float(rng, 0.2f, 0.9f) : 0.0f;
    l.age = sy_rng_float(rng, 0.0f, 1.0f);
    l.open = sy_rng_float(rng, 0.55f, 0.95f);
    return l;
}

void sy_face_make(sy_face_texture *face, sy_rng *rng)
{
    look l = random_look(rng);
    face->skin = sy_rgb(l.skin.x, l.skin.y, l.skin.z);
    float inv = 1.0f / (float) face->texture.size;
    for (int y = 0; y < face->texture.size; y++) {
        for (int x = 0; x < face->texture.size; x++) {
            vec3 c = face_colour(&l, ((float) x + 0.5f) * inv, ((float) y + 0.5f) * inv);
            sy_texture_set(&face->texture, x, y, c, 1.0f);
        }
    }
}
