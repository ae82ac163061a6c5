/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Trees, bushes and tufts: tapered trunks and clusters of leaf cards lit like balls of foliage. */

#include "world/build.h"

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

static vec3 random_dir(sy_build *b)
{
    float z = uniform(b, -1, 1), a = uniform(b, 0, 2 * SY_PI), r = sqrtf(1 - z * z);
    return v3(r * cosf(a), z, r * sinf(a));
}

/* A square card with its normal bent outwards, which shades a cluster like a ball. */
static void leaf_card(sy_build *b, vec3 at, vec3 out, float size)
{
    sy_mesh *m = sy_mesh_of(b);
    vec3 face = v3_normalize(v3_madd(out, random_dir(b), 0.8f));
    vec3 u = v3_normalize(v3_cross(face, random_dir(b))), v = v3_cross(face, u);
    uint32_t first = 0;
    for (int i = 0; i < 4; i++) {
        float su = i == 1 || i == 2 ? 1.0f : -1.0f, sv = i >= 2 ? 1.0f : -1.0f;
        vec3 p = v3_madd(v3_madd(at, u, su * size), v, sv * size);
        vec3 n = v3_normalize(v3_madd(out, v3_add(v3_scale(u, su), v3_scale(v, sv)), 0.25f));
        uint32_t k = sy_mesh_vertex(m, p, n, su * 0.5f + 0.5f, sv * 0.5f + 0.5f);
        first = i == 0 ? k : first;
    }
    sy_mesh_quad(m, first, first + 1, first + 2, first + 3);
}

static void leaf_cluster(sy_build *b, vec3 centre, vec3 radii, int count, float size)
{
    for (int i = 0; i < count; i++) {
        vec3 d = random_dir(b);
        float r = powf(uniform(b, 0, 1), 0.4f);
        vec3 p = v3_add(centre, v3_scale(v3_mul(d, radii), r));
        leaf_card(b, p, v3_normalize(v3_add(d, v3(0, 0.25f, 0))), size * uniform(b, 0.7f, 1.3f));
    }
}

static void conifer(sy_build *b, float height, int leaves)
{
    for (int i = 0; i < leaves; i++) {
        float t = uniform(b, 0.1f, 1.0f), a = uniform(b, 0, 2 * SY_PI),
              r = (1.05f - t) * height * 0.22f * uniform(b, 0.3f, 1.0f);
        vec3 d = v3(cosf(a), 0.3f, sinf(a));
        leaf_card(b, v3(r * cosf(a), t * height, r * sinf(a)), d, height * 0.05f * (1.4f - t));
    }
}

void sy_tree_emit(sy_build *b, float height, int leaves)
{
    sy_mesh *m = sy_mesh_of(b);
    bool needle = sy_rng_chance(b->rng, 0.2f);
    float trunk = height * uniform(b, 0.015f, 0.035f), split = height * uniform(b, 0.25f, 0.5f);
    int bark = sy_pick_pattern(b, SY_PATTERN_BARK, v3(1, 1, 1), maxf(trunk * 8, 0.2f)),
        foliage = sy_pick_foliage(b);
    float lean = uniform(b, -0.06f, 0.06f) * height;
    vec3 path[5];
    float radii[5];
    for (int i = 0; i < 5; i++) {
        float t = (float) i / 4.0f;
        path[i] = v3(lean * t * t, t * height * 0.9f, 0.5f * lean * t * t);
        radii[i] = trunk * (1.25f - t) * (i == 0 ? 1.4f : 1.0f);
    }
    sy_mesh_begin(m, bark);
    sy_shape_tube(m, path, radii, 5, 9);
    if (needle) {
        sy_mesh_begin(m, foliage);
        conifer(b, height, leaves);
        return;
    }
    int branches = 5 + sy_rng_int(b->rng, 5);
    float crown = height * uniform(b, 0.22f, 0.36f);
    for (int i = 0; i < branches; i++) {
        float a = 2.39996f * (float) i + uniform(b, -0.4f, 0.4f), t = (float) i / (float) branches;
        float y0 = mixf(split, height * 0.75f, t),
              y1 = minf(y0 + crown * uniform(b, 0.4f, 0.9f), height * 0.92f);
        vec3 from = v3(lean * y0 / height * y0 / height, y0 * 0.95f, 0);
        vec3 to = v3(crown * (1.1f - 0.6f * t) * cosf(a), y1, crown * (1.1f - 0.6f * t) * sinf(a));
        vec3 branch[3] = { from, v3_add(v3_lerp(from, to, 0.5f), v3(0, -0.03f * height, 0)), to };
        float wide[3] = { trunk * 0.5f, trunk * 0.3f, trunk * 0.12f };
        sy_mesh_begin(m, bark);
        sy_shape_tube(m, branch, wide, 3, 6);
        sy_mesh_begin(m, foliage);
        float r = crown * uniform(b, 0.45f, 0.7f);
        leaf_cluster(b, to, v3(r, r * 0.75f, r), leaves / branches, crown * 0.20f);
    }
    sy_mesh_begin(m, foliage);
    leaf_cluster(b, v3(lean, height * 0.82f, 0), v3(crown * 0.8f, crown * 0.6f, crown * 0.8f),
                 leaves / 5, crown * 0.20f);
}

void sy_bush_emit(sy_build *b, float width, float height)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_mesh_begin(m, sy_pick_foliage(b));
    int blobs = 2 + sy_rng_int(b->rng, 4);
    for (int i = 0; i < blobs; i++) {
        float h = height * uniform(b, 0.6f, 1.0f);
        leaf_cluster(
            b, v3(uniform(b, -0.35f, 0.35f) * width, h * 0.5f, uniform(b, -0.2f, 0.2f) * width),
            v3(width * 0.35f, h * 0.5f, width * 0.35f), 70, height * 0.14f);
    }
}
