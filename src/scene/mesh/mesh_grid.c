/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The 3D mode: a grid over the surface whose vertices the map moves. Along the camera's rays a
 * cell interpolates 1/z, so a plane is exact at any resolution and a linear ramp is off by
 * dz^2/(4z) a cell.
 *
 * Torn edges. An edge of a cell tears when the surface would be seen at a grazing angle beyond the
 * cut angle: a real plane never gets there, a step in depth always does (soft steps are made sharp
 * before, depth_snap.c). A torn cell falls into the parts of its four corners along a line from cut to
 * cut (mesh_cut.c); each part keeps the depth of its side up to the cut, so from the map's own camera
 * no hole opens. What is hidden behind is another mesh. */

#include "scene/mesh_surface.h"

#include <assert.h>
#include <string.h>

#include "core/pool.h"
#include "core/require.h"
#include "core/size.h"

enum { MAX_GRID_VERTICES = 1 << 24, SLANT = 4 };

typedef struct grid {
    zd_mesh_place place;
    const zd_scene_tear *tear;
    zd_mesh *mesh;
    double cell;
    bool at_centres; /* cells of one pixel have their vertices on the pixels' centres */
    int columns;     /* of vertices */
    int rows;
    double *moved; /* of each vertex: its z (rays) or height (other directions); NaN: none */
    float *
        slant; /* of each vertex: its ray in the map's camera (x, y), its z there, and the map's value */
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

/* The map between its samples, going on in a straight line of 1/z to the very edge; where the
 * samples belong to different things, the nearest. */
static double sample_map(const grid *g, double x, double y)
{
    zd_view field = zd_mesh_place_field(&g->place);
    double u = x / g->place.map->card_w * field.width;
    double v = y / g->place.map->card_h * field.height;
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
    bool is_height = g->place.map->relief.is_height;
    double pixel = 1.0 / g->place.map->relief.camera.focal_y;
    bool apart = !is_height && most - least > 2.0 * g->tear->tangent * pixel * least &&
                 !zd_scene_coarse_hides(&g->place.map->coarse, most, least);
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

static void vertex_row(void *user, int row)
{
    grid *g = user;
    double y = line_at(g, row, g->rows, g->place.map->card_h);
    for (int column = 0; column < g->columns; column++) {
        size_t index = (size_t) row * (size_t) g->columns + (size_t) column;
        double x = line_at(g, column, g->columns, g->place.map->card_w);
        zd_vec3 point = zd_mesh_place_card(&g->place, x, y);
        double value = sample_map(g, x, y);
        double moved = zd_mesh_place_value(&g->place, point, value);
        zd_vec3 world = isnan(moved) ? point : zd_mesh_place_moved(&g->place, point, moved);
        zd_vec3 seen = zd_mat4_point(&g->place.map->relief.camera.from_world, world);
        g->moved[index] = moved;
        g->slant[index * SLANT] = (float) (seen.x / -seen.z);
        g->slant[index * SLANT + 1] = (float) (seen.y / -seen.z);
        g->slant[index * SLANT + 2] = (float) -seen.z;
        g->slant[index * SLANT + 3] = (float) value;
        g->mesh->vertices[index] = zd_mesh_place_vertex(&g->place, x, y, world);
    }
}

static bool is_torn(const grid *g, size_t a, size_t b)
{
    const float *p = g->slant + a * SLANT;
    const float *q = g->slant + b * SLANT;
    if (isnan(g->moved[a]) || isnan(g->moved[b])) {
        return true;
    }
    if (g->tear->mode == ZD_SCENE_CUT_KEEP) {
        return false;
    }
    double step = fabs((double) p[2] - (double) q[2]);
    double apart = hypot((double) p[0] - (double) q[0], (double) p[1] - (double) q[1]) *
                   sqrt(fabs((double) p[2] * (double) q[2]));
    bool is_steep = step > g->tear->tangent * apart &&
                    !zd_scene_coarse_hides(&g->place.map->coarse, (double) p[3], (double) q[3]);
    return is_steep || (g->tear->max_edge > 0.0 && step > g->tear->max_edge);
}

/* The mean of what is interpolated: of 1/z along rays. */
static double mean(const grid *g, const double *values, unsigned mask)
{
    double sum = 0.0;
    int count = 0;
    for (int i = 0; i < 4; i++) {
        if ((mask >> i & 1) != 0) {
            sum += zd_mesh_place_is_ray(&g->place) ? 1.0 / values[i] : values[i];
            count++;
        }
    }
    return zd_mesh_place_is_ray(&g->place) ? count / sum : sum / count;
}

/* A point of a torn cell, lit like the corner that it belongs to. */
static uint32_t add_point(const grid *g, uint32_t corner, double x, double y, double moved)
{
    zd_vec3 world = zd_mesh_place_moved(&g->place, zd_mesh_place_card(&g->place, x, y), moved);
    zd_vertex vertex = zd_mesh_place_vertex(&g->place, x, y, world);
    memcpy(vertex.normal, g->mesh->vertices[corner].normal, sizeof vertex.normal);
    return zd_mesh_add_vertex(g->mesh, &vertex);
}

typedef struct cell {
    size_t corner[4]; /* top left, top right, bottom left, bottom right */
    double x[2];
    double y[2];
    double moved[4];
    bool torn[4];  /* top, bottom, left, right */
    double cut[4]; /* where the torn ones are cut, 0 to 1 rightwards or down */
} cell;

/* The corners that hang together with one, over edges that hold. */
static unsigned connected(const cell *c, int from)
{
    assert(from >= 0 && from < 4);
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

/* Where the cell's cuts meet: a line from cut to cut where there are two. */
static void find_middle(const cell *c, double out[2])
{
    double sum[2] = { 0.0, 0.0 };
    int count = 0;
    for (int e = 0; e < 4; e++) {
        if (c->torn[e]) {
            bool level = e < 2;
            sum[0] += level ? c->x[0] + c->cut[e] * (c->x[1] - c->x[0]) : c->x[e & 1];
            sum[1] += level ? c->y[e & 1] : c->y[0] + c->cut[e] * (c->y[1] - c->y[0]);
            count++;
        }
    }
    out[0] = sum[0] / count;
    out[1] = sum[1] / count;
}

static void add_quarters(const grid *g, const cell *c)
{
    double middle[2];
    find_middle(c, middle);
    for (int i = 0; i < 4; i++) {
        if (isnan(c->moved[i])) {
            continue;
        }
        int level = i >> 1;
        int upright = 2 + (i & 1);
        unsigned self = 1u << i;
        double across = mean(g, c->moved, c->torn[level] ? self : self | 1u << (i ^ 1));
        double down = mean(g, c->moved, c->torn[upright] ? self : self | 1u << (i ^ 2));
        double centre = mean(g, c->moved, connected(c, i));
        double part_x = c->torn[level] ? c->cut[level] : 0.5;
        double part_y = c->torn[upright] ? c->cut[upright] : 0.5;
        uint32_t corner = (uint32_t) c->corner[i];
        uint32_t a =
            add_point(g, corner, c->x[0] + part_x * (c->x[1] - c->x[0]), c->y[level], across);
        uint32_t m = add_point(g, corner, middle[0], middle[1], centre);
        uint32_t d =
            add_point(g, corner, c->x[i & 1], c->y[0] + part_y * (c->y[1] - c->y[0]), down);
        bool turns_left = i == 1 || i == 2; /* from a to d, seen from the front */
        zd_mesh_add_triangle(g->mesh, corner, turns_left ? a : m, turns_left ? m : a);
        zd_mesh_add_triangle(g->mesh, corner, turns_left ? m : d, turns_left ? d : m);
    }
}

static double steepness(const grid *g, size_t a, size_t b)
{
    return fabs(1.0 / (double) g->slant[a * SLANT + 2] - 1.0 / (double) g->slant[b * SLANT + 2]);
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
    assert(column >= 0 && column + 1 < g->columns && row >= 0 && row + 1 < g->rows);
    size_t first = (size_t) row * (size_t) g->columns + (size_t) column;
    cell c = { .corner = { first, first + 1, first + (size_t) g->columns,
                           first + (size_t) g->columns + 1 } };
    for (int i = 0; i < 2; i++) {
        c.x[i] = line_at(g, column + i, g->columns, g->place.map->card_w);
        c.y[i] = line_at(g, row + i, g->rows, g->place.map->card_h);
    }
    for (int i = 0; i < 4; i++) {
        c.moved[i] = g->moved[c.corner[i]];
    }
    c.torn[0] = is_torn(g, c.corner[0], c.corner[1]);
    c.torn[1] = is_torn(g, c.corner[2], c.corner[3]);
    c.torn[2] = is_torn(g, c.corner[0], c.corner[2]);
    c.torn[3] = is_torn(g, c.corner[1], c.corner[3]);
    for (int e = 0; e < 4; e++) {
        bool level = e < 2;
        const double from[2] = { level ? c.x[0] : c.x[e & 1], level ? c.y[e & 1] : c.y[0] };
        const double to[2] = { level ? c.x[1] : c.x[e & 1], level ? c.y[e & 1] : c.y[1] };
        c.cut[e] = c.torn[e] ? zd_mesh_place_cut(&g->place, from, to) : 0.5;
    }
    return c;
}

/* The way from one vertex to another, unless the surface tears between them or ends. */
static bool between(const grid *g, int column, int row, int dx, int dy, zd_vec3 *out)
{
    int x = column + dx;
    int y = row + dy;
    if (x < 0 || y < 0 || x >= g->columns || y >= g->rows) {
        return false;
    }
    size_t a = (size_t) row * (size_t) g->columns + (size_t) column;
    size_t b = (size_t) y * (size_t) g->columns + (size_t) x;
    if (is_torn(g, a < b ? a : b, a < b ? b : a)) {
        return false;
    }
    const float *p = g->mesh->vertices[a].position;
    const float *q = g->mesh->vertices[b].position;
    *out = (zd_vec3){ (double) q[0] - (double) p[0], (double) q[1] - (double) p[1],
                      (double) q[2] - (double) p[2] };
    return true;
}

/* The tangent along the rows or columns: from both sides where there are two. */
static bool tangent(const grid *g, int column, int row, int dx, int dy, zd_vec3 *out)
{
    zd_vec3 forward;
    zd_vec3 backward;
    bool has_forward = between(g, column, row, dx, dy, &forward);
    bool has_backward = between(g, column, row, -dx, -dy, &backward);
    *out = has_forward && has_backward ? zd_vec3_sub(forward, backward)
           : has_forward               ? forward
           : has_backward              ? zd_vec3_scale(backward, -1.0)
                                       : (zd_vec3){ 0, 0, 0 };
    return has_forward || has_backward;
}

/* The displaced surface's own normals. */
static void normal_row(void *user, int row)
{
    grid *g = user;
    for (int column = 0; column < g->columns; column++) {
        zd_vec3 across;
        zd_vec3 upward;
        if (!tangent(g, column, row, 1, 0, &across) || !tangent(g, column, row, 0, -1, &upward)) {
            continue;
        }
        zd_vec3 n = zd_vec3_unit(zd_vec3_cross(across, upward));
        n = zd_mat4_direction(&g->place.camera->to_world, n);
        float *to = g->mesh->vertices[(size_t) row * (size_t) g->columns + (size_t) column].normal;
        if (zd_vec3_length(n) > 0.5) {
            to[0] = (float) n.x;
            to[1] = (float) n.y;
            to[2] = (float) n.z;
        }
    }
}

static void add_cells(const grid *g)
{
    for (int row = 0; row + 1 < g->rows; row++) {
        for (int column = 0; column + 1 < g->columns; column++) {
            cell c = make_cell(g, column, row);
            add_cell(g, &c);
        }
    }
}

zd_status zd_mesh_grid(zd_mesh *mesh, const zd_scene_view_camera *camera, const zd_mat4 *object,
                       const zd_zmap *map, double cell_px, const zd_scene_tear *tear, zd_error *err)
{
    ZD_REQUIRE(err, cell_px > 0.0);
    grid g = { .place = { camera, object, map }, .tear = tear, .mesh = mesh, .cell = cell_px };
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
    g.slant = zd_alloc_zeroed(mesh->ctx, count, SLANT * sizeof *g.slant);
    if (mesh->failed || g.moved == NULL || g.slant == NULL) {
        mesh->failed = true;
    } else {
        mesh->vertex_count = count;
        zd_pool_run(zd_context_pool(mesh->ctx), g.rows, vertex_row, &g);
        zd_pool_run(zd_context_pool(mesh->ctx), g.rows, normal_row, &g);
        add_cells(&g);
    }
    zd_free(mesh->ctx, g.moved);
    zd_free(mesh->ctx, g.slant);
    return mesh->failed ? zd_fail_memory(err, "an extruded surface") : ZD_OK;
}
