/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cuts of torn surfaces, and the mesh of what is hidden behind them. A step lies between two samples;
 * where exactly comes from the share of samples around that belong to the near side, so that the cut
 * of a slanted edge is a line and no staircase. */

#include <assert.h>

#include "core/size.h"
#include "scene/mesh_surface.h"

enum {
    SMOOTHING = 2, /* samples each way that a cut is smoothed over */
    RIM = 2,       /* samples of the far layer that the hidden one begins with */
    RIM_SIDE = 2 * RIM + 1
};
#define NEARER \
    0.1 /* of the step that tears: how much the hidden layer's rim lies before the far layer */

typedef struct spot {
    int x;
    int y;
} spot;

static spot spot_at(zd_view field, const zd_mesh_place *p, double x, double y)
{
    return (
        spot){ zd_int_clamp((int) floor(x / p->map->card_w * field.width), 0, field.width - 1),
               zd_int_clamp((int) floor(y / p->map->card_h * field.height), 0, field.height - 1) };
}

/* Larger is nearer; -infinity where there is nothing. */
static double signal_at(const zd_mesh_place *p, zd_view field, spot s)
{
    double value = (double) zd_view_row_f32(field, s.y)[s.x];
    if (isnan(value)) {
        return -HUGE_VAL;
    }
    return p->map->relief.is_height ? value : 1.0 / value;
}

/* The share of samples about a spot that are nearer than `half`. */
static double near_share(const zd_mesh_place *p, zd_view field, spot s, double half)
{
    int near_count = 0;
    int count = 0;
    for (int dy = -SMOOTHING; dy <= SMOOTHING; dy++) {
        for (int dx = -SMOOTHING; dx <= SMOOTHING; dx++) {
            spot other = { s.x + dx, s.y + dy };
            if (other.x >= 0 && other.y >= 0 && other.x < field.width && other.y < field.height) {
                near_count += signal_at(p, field, other) > half;
                count++;
            }
        }
    }
    return (double) near_count / count;
}

/* Between two samples on either side of a step, from 0 to 1. */
static double cut_between(const zd_mesh_place *p, zd_view field, spot a, spot b)
{
    double one = signal_at(p, field, a);
    double other = signal_at(p, field, b);
    double low = fmin(one, other);
    double half = low == -HUGE_VAL ? -1e30 : 0.5 * (one + other);
    bool first_near = one > other;
    double near_side = fmax(near_share(p, field, first_near ? a : b, half), 0.52);
    double far_side = fmin(near_share(p, field, first_near ? b : a, half), 0.48);
    double from_near = (near_side - 0.5) / (near_side - far_side);
    return fmin(fmax(first_near ? from_near : 1.0 - from_near, 0.02), 0.98);
}

double zd_mesh_place_cut(const zd_mesh_place *p, const double from[2], const double to[2])
{
    zd_view field = zd_mesh_place_field(p);
    double across = fabs(to[0] - from[0]) / p->map->card_w * field.width;
    double down = fabs(to[1] - from[1]) / p->map->card_h * field.height;
    int steps = zd_int_max(1, (int) lround(fmax(across, down)));
    double best = -1.0;
    double at = 0.5;
    spot before = spot_at(field, p, from[0], from[1]);
    for (int i = 1; i <= steps; i++) {
        double t = (double) i / steps;
        spot next =
            spot_at(field, p, from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1]));
        double change = fabs(signal_at(p, field, next) - signal_at(p, field, before));
        if (change > best) {
            best = change;
            at = (i - 1 + cut_between(p, field, before, next)) / steps;
        }
        before = next;
    }
    return best > 0.0 ? at : 0.5;
}

/* ---- what is hidden ---- */

typedef struct hidden {
    const zd_mesh_place *place;
    const zd_scene_steps *steps;
    zd_mesh *mesh;
    zd_view z;        /* of the hidden layer */
    zd_view field;    /* of the surface */
    uint32_t *vertex; /* of each sample of two rows; UINT32_MAX: none */
} hidden;

/* The hidden layer's value at a sample, or, beside it, the far layer's, a little nearer: so the last of the far layer
 * before a cut, whose colour is mixed with that of the near thing, lies behind. */
static float value_at(const hidden *h, int x, int y)
{
    float own = zd_view_row_f32(h->z, y)[x];
    if (!isnan(own)) {
        return own;
    }
    float far_side = zd_view_row_f32(h->field, y)[x];
    for (int k = 0; k < RIM_SIDE * RIM_SIDE && !isnan(far_side); k++) {
        int ox = x + k % RIM_SIDE - RIM;
        int oy = y + k / RIM_SIDE - RIM;
        if (ox < 0 || oy < 0 || ox >= h->z.width || oy >= h->z.height) {
            continue;
        }
        float other = zd_view_row_f32(h->z, oy)[ox];
        if (!isnan(other) && !zd_scene_steps_apart(h->steps, (double) other, (double) far_side)) {
            double size = h->steps->tangent * h->steps->pixel;
            bool is_height = h->place->map->relief.is_height;
            return is_height ? far_side + (float) (NEARER * size)
                             : far_side * (float) (1.0 - NEARER * fmin(size, 0.5));
        }
    }
    return NAN;
}

static uint32_t vertex_of(hidden *h, int x, int y)
{
    assert(x >= 0 && x < h->z.width && y >= 0 && y < h->z.height);
    uint32_t *known = &h->vertex[(size_t) (y & 1) * (size_t) h->z.width + (size_t) x];
    if (*known != UINT32_MAX) {
        return *known;
    }
    float value = value_at(h, x, y);
    if (isnan(value)) {
        return UINT32_MAX;
    }
    double px = (x + 0.5) / h->z.width * h->place->map->card_w;
    double py = (y + 0.5) / h->z.height * h->place->map->card_h;
    zd_vec3 point = zd_mesh_place_card(h->place, px, py);
    double moved = zd_mesh_place_value(h->place, point, (double) value);
    if (isnan(moved)) {
        return UINT32_MAX;
    }
    zd_mesh_lie lie = zd_mesh_place_lie(h->place, px, py);
    *known = zd_mesh_add_vertex(h->mesh, zd_mesh_place_moved(h->place, point, moved), &lie);
    return *known;
}

/* Whether something of a cell is hidden, or, for its rim, is just beside it. */
static bool has_hidden(const hidden *h, int x, int y)
{
    for (int oy = zd_int_max(y - RIM + 1, 0); oy <= zd_int_min(y + RIM, h->z.height - 1); oy++) {
        const float *row = zd_view_row_f32(h->z, oy);
        for (int ox = zd_int_max(x - RIM + 1, 0); ox <= zd_int_min(x + RIM, h->z.width - 1); ox++) {
            if (!isnan(row[ox])) {
                return true;
            }
        }
    }
    return false;
}

/* The triangles of a cell whose corners are there: where two hidden layers meet, they hang together
 * rather than leave a hole. */
static void add_cell(hidden *h, int x, int y)
{
    static const int triangles[4][3] = { { 0, 2, 1 }, { 1, 2, 3 }, { 0, 2, 3 }, { 0, 3, 1 } };
    uint32_t v[4];
    int there = 0;
    for (int i = 0; i < 4; i++) {
        v[i] = vertex_of(h, x + (i & 1), y + (i >> 1));
        there += v[i] != UINT32_MAX;
    }
    for (int t = 0; t < (there == 4 ? 2 : 4) && there >= 3; t++) {
        const int *c = triangles[t];
        if (v[c[0]] != UINT32_MAX && v[c[1]] != UINT32_MAX && v[c[2]] != UINT32_MAX) {
            zd_mesh_add_triangle(h->mesh, v[c[0]], v[c[1]], v[c[2]]);
        }
    }
}

zd_status zd_mesh_hidden(zd_mesh *mesh, const zd_mat4 *object, const zd_zmap *map, zd_error *err)
{
    zd_mesh_place place = { object, map };
    hidden h = { .place = &place,
                 .steps = &map->layers.steps,
                 .mesh = mesh,
                 .z = zd_image_view(map->filling.z),
                 .field = zd_mesh_place_field(&place) };
    size_t width = (size_t) h.z.width;
    mesh->normal = map->normal;
    h.vertex = zd_alloc(mesh->ctx, 2 * width * sizeof *h.vertex);
    if (h.vertex == NULL) {
        return zd_fail_memory(err, "a hidden surface");
    }
    for (size_t i = 0; i < 2 * width; i++) {
        h.vertex[i] = UINT32_MAX;
    }
    for (int y = 0; y + 1 < h.z.height; y++) {
        for (size_t i = 0; i < width; i++) {
            h.vertex[(size_t) ((y + 1) & 1) * width + i] = UINT32_MAX;
        }
        for (int x = 0; x + 1 < h.z.width; x++) {
            if (has_hidden(&h, x, y)) {
                add_cell(&h, x, y);
            }
        }
    }
    zd_free(mesh->ctx, h.vertex);
    return mesh->failed ? zd_fail_memory(err, "a hidden surface") : ZD_OK;
}
