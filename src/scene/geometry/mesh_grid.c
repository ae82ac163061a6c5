/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The 3D mode: a grid over the surface whose vertices the map moves. Along the camera's rays a
 * cell interpolates 1/z, so a plane is exact at any resolution and a linear ramp is off by
 * dz^2/(4z) a cell.
 *
 * Torn edges. An edge of a cell tears when the surface would be seen at a grazing angle beyond the
 * cut angle: a real plane never gets there, a step in depth always does. A torn cell falls into
 * the quarters of its four corners; each quarter keeps the depth of its side up to the middle of
 * the cell, so from the map's own camera no hole opens. A skirt goes on from the far side behind
 * the near one, with the picture mirrored. */

#include "scene/mesh.h"

#include <string.h>

#include "core/pool.h"
#include "core/size.h"

enum { MAX_GRID_VERTICES = 1 << 24 };

typedef struct grid {
    const zd_scene_view_camera *camera;
    const zd_mat4 *object;
    const zd_zmap *map;
    const zd_scene_tear *tear;
    zd_mesh *mesh;
    double cell;
    bool at_centres; /* cells of one pixel have their vertices on the pixels' centres */
    int columns;     /* of vertices */
    int rows;
    double *moved; /* of each vertex: its z (rays) or height (other directions); NaN: none */
    float *slant;  /* of each vertex: its ray in the map's camera (x, y), and its z there */
    int cells_x;
    int cells_y;
} grid;

static int count_lines(double size, double cell, bool at_centres)
{
    return at_centres ? (int) size + 2 : (int) ceil(size / cell) + 1;
}

/* The position of a grid line in pixels of the card, from its left or top edge. */
static double line_at(const grid *g, int i, int count, double size)
{
    if (g->at_centres) {
        return i == 0 ? 0.0 : i == count - 1 ? size : i - 0.5;
    }
    return i == count - 1 ? size : i * g->cell;
}

static zd_vec3 card_point(const grid *g, double x, double y)
{
    zd_vec3 local = { x - 0.5 * g->map->card_w, 0.5 * g->map->card_h - y, 0.0 };
    return zd_mat4_point(g->object, local);
}

/* The map between its samples, going on in a straight line of 1/z to the very edge; where the
 * samples belong to different things, the nearest. */
static double sample_map(const grid *g, double x, double y)
{
    zd_view field = zd_image_view(g->map->field);
    double u = x / g->map->card_w * field.width;
    double v = y / g->map->card_h * field.height;
    int nx = zd_int_clamp((int) floor(u), 0, field.width - 1);
    int ny = zd_int_clamp((int) floor(v), 0, field.height - 1);
    double nearest = (double) zd_view_row_f32(field, ny)[nx];
    if (field.width < 2 || field.height < 2) {
        return nearest;
    }
    int bx = zd_int_clamp((int) floor(u - 0.5), 0, field.width - 2);
    int by = zd_int_clamp((int) floor(v - 0.5), 0, field.height - 2);
    double fx = u - 0.5 - bx;
    double fy = v - 0.5 - by;
    const float *top = zd_view_row_f32(field, by) + bx;
    const float *low = zd_view_row_f32(field, by + 1) + bx;
    double t[4] = { (double) top[0], (double) top[1], (double) low[0], (double) low[1] };
    double least = fmin(fmin(t[0], t[1]), fmin(t[2], t[3]));
    double most = fmax(fmax(t[0], t[1]), fmax(t[2], t[3]));
    bool is_height = g->map->relief.is_height;
    double pixel = 1.0 / g->map->relief.camera.focal_y;
    bool apart = !is_height && most - least > 2.0 * g->tear->tangent * pixel * least;
    if (isnan(t[0] + t[1] + t[2] + t[3]) || apart) {
        return nearest;
    }
    double mixed = 0.0;
    for (int i = 0; i < 4; i++) {
        double weight = ((i & 1) != 0 ? fx : 1.0 - fx) * (i >= 2 ? fy : 1.0 - fy);
        mixed += weight * (is_height ? t[i] : 1.0 / t[i]);
    }
    return is_height ? mixed : 1.0 / mixed;
}

static bool is_ray(const grid *g)
{
    return g->map->relief.direction == ZD_SCENE_DIRECTION_RAY;
}

/* Turns the map's value at a card point into what is interpolated: z along rays, else height. */
static double moved_value(const grid *g, zd_vec3 point, double value)
{
    const zd_scene_relief *relief = &g->map->relief;
    double card = zd_camera_depth(&relief->camera, point);
    double height = relief->effect * (relief->is_height ? value : card - value);
    if (!is_ray(g)) {
        return height;
    }
    return card > 0.0 && card - height > 0.0 ? card - height : (double) NAN;
}

static zd_vec3 moved_point(const grid *g, zd_vec3 point, double moved)
{
    const zd_scene_relief *relief = &g->map->relief;
    if (!is_ray(g)) {
        zd_vec3 way = relief->direction == ZD_SCENE_DIRECTION_AXIS ? relief->axis : g->map->normal;
        return zd_vec3_add(point, zd_vec3_scale(way, moved));
    }
    zd_vec3 seen = zd_mat4_point(&relief->camera.from_world, point);
    return zd_mat4_point(&relief->camera.to_world, zd_vec3_scale(seen, moved / -seen.z));
}

static zd_vertex make_vertex(const grid *g, double x, double y, double u, double v, zd_vec3 world)
{
    (void) x;
    (void) y;
    zd_vec3 p = zd_mat4_point(&g->camera->from_world, world);
    zd_vec3 n = g->map->normal;
    return (zd_vertex){ { (float) p.x, (float) p.y, (float) p.z },
                        { (float) n.x, (float) n.y, (float) n.z },
                        { (float) u, (float) v },
                        { (float) u, (float) v, 1.0f } };
}

static void vertex_row(void *user, int row)
{
    grid *g = user;
    double y = line_at(g, row, g->rows, g->map->card_h);
    for (int column = 0; column < g->columns; column++) {
        size_t index = (size_t) row * (size_t) g->columns + (size_t) column;
        double x = line_at(g, column, g->columns, g->map->card_w);
        zd_vec3 point = card_point(g, x, y);
        double moved = moved_value(g, point, sample_map(g, x, y));
        zd_vec3 world = isnan(moved) ? point : moved_point(g, point, moved);
        zd_vec3 seen = zd_mat4_point(&g->map->relief.camera.from_world, world);
        g->moved[index] = moved;
        g->slant[index * 3] = (float) (seen.x / -seen.z);
        g->slant[index * 3 + 1] = (float) (seen.y / -seen.z);
        g->slant[index * 3 + 2] = (float) -seen.z;
        g->mesh->vertices[index] =
            make_vertex(g, x, y, x / g->map->card_w, y / g->map->card_h, world);
    }
}

static bool is_torn(const grid *g, size_t a, size_t b)
{
    const float *p = g->slant + a * 3;
    const float *q = g->slant + b * 3;
    if (isnan(g->moved[a]) || isnan(g->moved[b])) {
        return true;
    }
    if (g->tear->mode == ZD_SCENE_CUT_KEEP) {
        return false;
    }
    double step = fabs((double) p[2] - (double) q[2]);
    double apart = hypot((double) p[0] - (double) q[0], (double) p[1] - (double) q[1]) *
                   sqrt(fabs((double) p[2] * (double) q[2]));
    return step > g->tear->tangent * apart || (g->tear->max_edge > 0.0 && step > g->tear->max_edge);
}

/* The mean of what is interpolated: of 1/z along rays. */
static double mean(const grid *g, const double *values, unsigned mask)
{
    double sum = 0.0;
    int count = 0;
    for (int i = 0; i < 4; i++) {
        if ((mask >> i & 1) != 0) {
            sum += is_ray(g) ? 1.0 / values[i] : values[i];
            count++;
        }
    }
    return is_ray(g) ? count / sum : sum / count;
}

static uint32_t add_point(const grid *g, double x, double y, double moved)
{
    zd_vec3 world = moved_point(g, card_point(g, x, y), moved);
    zd_vertex vertex = make_vertex(g, x, y, x / g->map->card_w, y / g->map->card_h, world);
    return zd_mesh_add_vertex(g->mesh, &vertex);
}

typedef struct cell {
    size_t corner[4]; /* top left, top right, bottom left, bottom right */
    double x[2];
    double y[2];
    double moved[4];
    bool torn[4]; /* top, bottom, left, right */
} cell;

/* The corners that hang together with one, over edges that hold. */
static unsigned connected(const cell *c, int from)
{
    static const unsigned char edges[4][2] = { { 0, 1 }, { 2, 3 }, { 0, 2 }, { 1, 3 } };
    unsigned mask = 1u << from;
    for (int round = 0; round < 3; round++) {
        for (int e = 0; e < 4; e++) {
            unsigned pair = 1u << edges[e][0] | 1u << edges[e][1];
            if (!c->torn[e] && (mask & pair) != 0) {
                mask |= pair;
            }
        }
    }
    return mask;
}

static void add_quarters(const grid *g, const cell *c)
{
    double middle_x = 0.5 * (c->x[0] + c->x[1]);
    double middle_y = 0.5 * (c->y[0] + c->y[1]);
    for (int i = 0; i < 4; i++) {
        if (isnan(c->moved[i])) {
            continue;
        }
        bool across_torn = c->torn[i >> 1];
        bool down_torn = c->torn[2 + (i & 1)];
        unsigned self = 1u << i;
        double across = mean(g, c->moved, across_torn ? self : self | 1u << (i ^ 1));
        double down = mean(g, c->moved, down_torn ? self : self | 1u << (i ^ 2));
        double centre = mean(g, c->moved, connected(c, i));
        uint32_t corner = (uint32_t) c->corner[i];
        uint32_t a = add_point(g, middle_x, c->y[i >> 1], across);
        uint32_t m = add_point(g, middle_x, middle_y, centre);
        uint32_t d = add_point(g, c->x[i & 1], middle_y, down);
        zd_mesh_add_triangle(g->mesh, corner, a, m);
        zd_mesh_add_triangle(g->mesh, corner, m, d);
    }
}

static double steepness(const grid *g, size_t a, size_t b)
{
    return fabs(1.0 / (double) g->slant[a * 3 + 2] - 1.0 / (double) g->slant[b * 3 + 2]);
}

static void add_cell(const grid *g, const cell *c)
{
    const size_t *v = c->corner;
    if (c->torn[0] || c->torn[1] || c->torn[2] || c->torn[3]) {
        add_quarters(g, c);
    } else if (steepness(g, v[0], v[3]) < steepness(g, v[1], v[2])) {
        zd_mesh_add_triangle(g->mesh, (uint32_t) v[0], (uint32_t) v[2], (uint32_t) v[3]);
        zd_mesh_add_triangle(g->mesh, (uint32_t) v[0], (uint32_t) v[3], (uint32_t) v[1]);
    } else {
        zd_mesh_add_triangle(g->mesh, (uint32_t) v[0], (uint32_t) v[2], (uint32_t) v[1]);
        zd_mesh_add_triangle(g->mesh, (uint32_t) v[1], (uint32_t) v[2], (uint32_t) v[3]);
    }
}

static cell make_cell(const grid *g, int column, int row)
{
    size_t first = (size_t) row * (size_t) g->columns + (size_t) column;
    cell c = { .corner = { first, first + 1, first + (size_t) g->columns,
                           first + (size_t) g->columns + 1 } };
    for (int i = 0; i < 2; i++) {
        c.x[i] = line_at(g, column + i, g->columns, g->map->card_w);
        c.y[i] = line_at(g, row + i, g->rows, g->map->card_h);
    }
    for (int i = 0; i < 4; i++) {
        c.moved[i] = g->moved[c.corner[i]];
    }
    c.torn[0] = is_torn(g, c.corner[0], c.corner[1]);
    c.torn[1] = is_torn(g, c.corner[2], c.corner[3]);
    c.torn[2] = is_torn(g, c.corner[0], c.corner[2]);
    c.torn[3] = is_torn(g, c.corner[1], c.corner[3]);
    return c;
}

/* A strip of the far side that goes on behind the near one, across a torn edge. `t` runs from the
 * tear, the picture runs back. */
static void add_skirt(const grid *g, const double from[2], const double to[2], double moved,
                      double half_width)
{
    double length = hypot(to[0] - from[0], to[1] - from[1]);
    double way[2] = { (to[0] - from[0]) / length, (to[1] - from[1]) / length };
    double tear[2] = { 0.5 * (from[0] + to[0]), 0.5 * (from[1] + to[1]) };
    uint32_t corner[4];
    for (int i = 0; i < 4; i++) {
        double t = (i & 1) != 0 ? g->tear->skirt_px : 0.0;
        double side = i >= 2 ? half_width : -half_width;
        double x = tear[0] + way[0] * t - way[1] * side;
        double y = tear[1] + way[1] * t + way[0] * side;
        double u = (tear[0] - way[0] * t - way[1] * side) / g->map->card_w;
        double v = (tear[1] - way[1] * t + way[0] * side) / g->map->card_h;
        zd_vertex vertex = make_vertex(g, x, y, u, v, moved_point(g, card_point(g, x, y), moved));
        corner[i] = zd_mesh_add_vertex(g->mesh, &vertex);
    }
    zd_mesh_add_triangle(g->mesh, corner[0], corner[1], corner[2]);
    zd_mesh_add_triangle(g->mesh, corner[1], corner[3], corner[2]);
}

/* The far side of a torn edge between two vertices that both have a depth. */
static void add_skirt_of(const grid *g, const cell *c, int a, int b)
{
    size_t va = c->corner[a];
    size_t vb = c->corner[b];
    if (isnan(c->moved[a]) || isnan(c->moved[b])) {
        return;
    }
    bool a_is_far = g->slant[va * 3 + 2] > g->slant[vb * 3 + 2];
    int far_corner = a_is_far ? a : b;
    int near_corner = a_is_far ? b : a;
    const double from[2] = { c->x[far_corner & 1], c->y[far_corner >> 1] };
    const double to[2] = { c->x[near_corner & 1], c->y[near_corner >> 1] };
    add_skirt(g, from, to, c->moved[far_corner], 0.5 * g->cell);
}

static void add_cells(const grid *g)
{
    for (int row = 0; row + 1 < g->rows; row++) {
        for (int column = 0; column + 1 < g->columns; column++) {
            cell c = make_cell(g, column, row);
            add_cell(g, &c);
            if (g->tear->mode != ZD_SCENE_CUT_SKIRT) {
                continue;
            }
            if (c.torn[0]) {
                add_skirt_of(g, &c, 0, 1);
            }
            if (c.torn[2]) {
                add_skirt_of(g, &c, 0, 2);
            }
        }
    }
}

zd_status zd_mesh_grid(zd_mesh *mesh, const zd_scene_view_camera *camera, const zd_mat4 *object,
                       const zd_zmap *map, double cell_px, const zd_scene_tear *tear, zd_error *err)
{
    grid g = {
        .camera = camera, .object = object, .map = map, .tear = tear, .mesh = mesh, .cell = cell_px
    };
    g.at_centres =
        cell_px == 1.0 && map->card_w == floor(map->card_w) && map->card_h == floor(map->card_h);
    if (map->card_w / cell_px * (map->card_h / cell_px) > MAX_GRID_VERTICES) {
        return zd_fail(err, ZD_ERR_LIMIT,
                       "a surface of %gx%g pixels in cells of %g has more than %d of them; raise "
                       "cell_px",
                       map->card_w, map->card_h, cell_px, MAX_GRID_VERTICES);
    }
    g.columns = count_lines(map->card_w, cell_px, g.at_centres);
    g.rows = count_lines(map->card_h, cell_px, g.at_centres);
    size_t count = (size_t) g.columns * (size_t) g.rows;
    zd_mesh_reserve(mesh, count, count * 6);
    g.moved = zd_alloc_zeroed(mesh->ctx, count, sizeof *g.moved);
    g.slant = zd_alloc_zeroed(mesh->ctx, count, 3 * sizeof *g.slant);
    if (mesh->failed || g.moved == NULL || g.slant == NULL) {
        mesh->failed = true;
    } else {
        mesh->vertex_count = count;
        zd_pool_run(zd_context_pool(mesh->ctx), g.rows, vertex_row, &g);
        add_cells(&g);
    }
    zd_free(mesh->ctx, g.moved);
    zd_free(mesh->ctx, g.slant);
    return mesh->failed ? zd_fail_memory(err, "an extruded surface") : ZD_OK;
}
