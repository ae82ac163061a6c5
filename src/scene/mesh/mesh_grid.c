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

/* Measured depth is rough between its edges: light sees it evened out, as bumped normals do. */
static zd_vec3 even_of(const grid *g, double x, double y, zd_vec3 point, zd_vec3 world)
{
    const zd_zmap *map = g->place.map;
    double value = (double) zd_zmap_sample(map, zd_image_view(map->slopes), x - 0.5 * map->card_w,
                                           0.5 * map->card_h - y, false);
    double moved = zd_mesh_place_value(&g->place, point, value);
    return isnan(moved) ? world : zd_mesh_place_moved(&g->place, point, moved);
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
        g->mesh->points[index] = world;
        g->mesh->lies[index] = zd_mesh_place_lie(&g->place, x, y);
        if (g->mesh->even != NULL) {
            g->mesh->even[index] = even_of(g, x, y, point, world);
        }
    }
}

/* The z of a vertex some strides inwards of one; NaN outside, and where cells are not of one size. */
static double inwards(const grid *g, size_t from, ptrdiff_t stride, int times)
{
    ptrdiff_t columns = g->columns;
    ptrdiff_t step = stride == 1 || stride == -1 ? stride : stride / columns;
    ptrdiff_t at = stride == step ? (ptrdiff_t) from % columns : (ptrdiff_t) from / columns;
    ptrdiff_t count = stride == step ? columns : g->rows;
    ptrdiff_t place = at - times * step;
    if (place < 1 || place + 2 > count) {
        return (double) NAN;
    }
    return (double) g->slant[((ptrdiff_t) from - times * stride) * SLANT + 2];
}

static bool is_limb(const grid *g, size_t last, ptrdiff_t stride)
{
    return zd_scene_turns_away(inwards(g, last, stride, 0), inwards(g, last, stride, 1),
                               inwards(g, last, stride, 2), inwards(g, last, stride, 3));
}

static bool tears(const grid *g, size_t a, size_t b)
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
    bool is_steep = step > g->tear->tangent * apart && !is_limb(g, b, (ptrdiff_t) (b - a)) &&
                    !is_limb(g, a, (ptrdiff_t) a - (ptrdiff_t) b) &&
                    !zd_scene_coarse_hides(&g->place.map->coarse, (double) p[3], (double) q[3]);
    return is_steep || (g->tear->max_edge > 0.0 && step > g->tear->max_edge);
}

/* Which of the ways from the points of a row to the next ones right and down hold. */
static void hold_row(void *user, int row)
{
    const grid *g = user;
    for (int column = 0; column < g->columns; column++) {
        size_t index = (size_t) row * (size_t) g->columns + (size_t) column;
        bool right = column + 1 < g->columns && !tears(g, index, index + 1);
        bool down = row + 1 < g->rows && !tears(g, index, index + (size_t) g->columns);
        g->mesh->holds[index] =
            (uint8_t) ((right ? ZD_MESH_HOLDS_RIGHT : 0) | (down ? ZD_MESH_HOLDS_DOWN : 0));
    }
}

/* Of two neighbours, in any order. */
static bool is_torn(const grid *g, size_t a, size_t b)
{
    size_t first = a < b ? a : b;
    size_t apart = a < b ? b - a : a - b;
    int way = apart == 1 ? ZD_MESH_HOLDS_RIGHT : ZD_MESH_HOLDS_DOWN;
    assert(apart == 1 || apart == (size_t) g->columns);
    return (g->mesh->holds[first] & way) == 0;
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

/* How far from its last vertex a root ends whose last two steps have a ratio. */
static double root_end(double ratio)
{
    double low = 0.0;
    double high = 1.0;
    for (int i = 0; i < 12; i++) {
        double middle = 0.5 * (low + high);
        double last = sqrt(middle + 1.0) - sqrt(middle);
        bool is_nearer = last > ratio * (sqrt(middle + 2.0) - sqrt(middle + 1.0));
        low = is_nearer ? middle : low;
        high = is_nearer ? high : middle;
    }
    return 0.5 * (low + high);
}

/* What the surface gains beyond a vertex, `by` cells before it ends, by its last two steps: straight on, or, where
 * it turns away as the limb of a ball does, as the root of the way to its end. */
static double gain_by_steps(double last, double before, double by)
{
    double turn = sqrt(by + 1.0) - sqrt(by);
    double whole = turn / (sqrt(by + 2.0) - sqrt(by + 1.0));
    double round = fmin(fmax((last / before - 1.0) / (whole - 1.0), 0.0), 1.0);
    return last * before > 0.0 ? last * (by + round * (sqrt(by) / turn - by)) : 0.0;
}

/* The value that the surface comes to beyond a vertex. Along rays it is 1/z that is a ball's root. */
static double value_beyond(const grid *g, int column, int row, int dx, int dy, double by)
{
    size_t from = (size_t) row * (size_t) g->columns + (size_t) column;
    ptrdiff_t stride = (ptrdiff_t) dy * g->columns + dx;
    size_t next = (size_t) ((ptrdiff_t) from - stride);
    bool is_ray = zd_mesh_place_is_ray(&g->place);
    double own = g->moved[from];
    if (isnan(inwards(g, from, stride, 2)) || is_torn(g, from, next) ||
        is_torn(g, next, (size_t) ((ptrdiff_t) next - stride)))
    {
        return own;
    }
    double v[3];
    for (int k = 0; k < 3; k++) {
        double moved = g->moved[(ptrdiff_t) from - k * stride];
        v[k] = is_ray ? 1.0 / moved : moved;
    }
    double gain = gain_by_steps(v[0] - v[1], v[1] - v[2], by);
    return is_ray ? fmin(fmax(1.0 / (v[0] + gain), 0.75 * own), 1.25 * own) : own + gain;
}

/* A point of a torn cell, lit like the corner that it belongs to. */
static uint32_t add_point(const grid *g, uint32_t corner, double x, double y, double moved)
{
    zd_mesh *mesh = g->mesh;
    zd_mesh_lie lie = zd_mesh_place_lie(&g->place, x, y);
    zd_vec3 world = zd_mesh_place_moved(&g->place, zd_mesh_place_card(&g->place, x, y), moved);
    size_t added = mesh->vertex_count - (size_t) g->columns * (size_t) g->rows;
    if (!zd_mesh_grow(mesh->ctx, &mesh->lit_like, sizeof *mesh->lit_like, added, added + 1,
                      &mesh->lit_capacity))
    {
        mesh->failed = true;
        return 0;
    }
    mesh->lit_like[added] = corner;
    return zd_mesh_add_vertex(mesh, world, &lie);
}

typedef struct cell {
    int column;
    int row;
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

/* The value that the surface has where an edge of its corner is cut: along its row, or its column. */
static double at_cut(const grid *g, const cell *c, int i, bool is_level)
{
    int right = i & 1;
    int down = i >> 1;
    double cut = c->cut[is_level ? down : 2 + right];
    bool is_last = is_level ? right == 1 : down == 1; /* of the edge's two ends */
    int way = is_last ? -1 : 1;
    return isnan(c->moved[i])
               ? (double) NAN
               : value_beyond(g, c->column + right, c->row + down, is_level ? way : 0,
                              is_level ? 0 : way, is_last ? 1.0 - cut : cut);
}

/* The value where the cuts meet: between those that a part of the cell comes to at its own cuts. */
static double at_middle(const grid *g, const cell *c, unsigned part, const double level[4],
                        const double upright[4])
{
    double sum = 0.0;
    int count = 0;
    for (int i = 0; i < 4; i++) {
        bool is_own = (part >> i & 1) != 0;
        if (is_own && c->torn[i >> 1]) {
            sum += zd_mesh_place_is_ray(&g->place) ? 1.0 / level[i] : level[i];
            count++;
        }
        if (is_own && c->torn[2 + (i & 1)]) {
            sum += zd_mesh_place_is_ray(&g->place) ? 1.0 / upright[i] : upright[i];
            count++;
        }
    }
    if (count == 0) { /* a whole cell beside one cut */
        return mean(g, c->moved, part);
    }
    return zd_mesh_place_is_ray(&g->place) ? count / sum : sum / count;
}

/* The parts of a torn cell: triangles from its edges, which are whole or cut, to where the cuts meet. */
static void add_parts(const grid *g, const cell *c)
{
    static const unsigned char around[4][3] = {
        { 0, 1, 0 }, { 1, 3, 3 }, { 3, 2, 1 }, { 2, 0, 2 }
    };
    double middle[2];
    double value[2][4]; /* of each corner, where its upright edge is cut, and its level one */
    uint32_t ends[4];
    find_middle(c, middle);
    for (int i = 0; i < 4; i++) {
        value[0][i] = c->torn[2 + (i & 1)] ? at_cut(g, c, i, false) : (double) NAN;
        value[1][i] = c->torn[i >> 1] ? at_cut(g, c, i, true) : (double) NAN;
    }
    for (int i = 0; i < 4 && !g->mesh->failed; i++) {
        ends[i] = isnan(c->moved[i])
                      ? 0
                      : add_point(g, (uint32_t) c->corner[i], middle[0], middle[1],
                                  at_middle(g, c, connected(c, i), value[1], value[0]));
    }
    for (int k = 0; k < 4 && !g->mesh->failed; k++) {
        int from = around[k][0];
        int to = around[k][1];
        int edge = around[k][2];
        bool level = edge < 2;
        double x = level ? c->x[0] + c->cut[edge] * (c->x[1] - c->x[0]) : c->x[edge & 1];
        double y = level ? c->y[edge] : c->y[0] + c->cut[edge] * (c->y[1] - c->y[0]);
        uint32_t p = (uint32_t) c->corner[from];
        uint32_t q = (uint32_t) c->corner[to];
        if (!c->torn[edge]) {
            zd_mesh_add_triangle(g->mesh, p, ends[from], q);
            continue;
        }
        if (!isnan(c->moved[from])) {
            uint32_t cut = add_point(g, p, x, y, value[level][from]);
            zd_mesh_add_triangle(g->mesh, p, ends[from], cut);
        }
        if (!isnan(c->moved[to])) {
            uint32_t cut = add_point(g, q, x, y, value[level][to]);
            zd_mesh_add_triangle(g->mesh, cut, ends[to], q);
        }
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
        add_parts(g, c);
    } else if (steepness(g, v[0], v[3]) < steepness(g, v[1], v[2])) {
        zd_mesh_add_triangle(g->mesh, (uint32_t) v[0], (uint32_t) v[2], (uint32_t) v[3]);
        zd_mesh_add_triangle(g->mesh, (uint32_t) v[0], (uint32_t) v[3], (uint32_t) v[1]);
    } else {
        zd_mesh_add_triangle(g->mesh, (uint32_t) v[0], (uint32_t) v[2], (uint32_t) v[1]);
        zd_mesh_add_triangle(g->mesh, (uint32_t) v[1], (uint32_t) v[2], (uint32_t) v[3]);
    }
}

/* The cut of an edge, from its first end to its second: where the limb of one of the two ends, if one is. */
static double cut_of(const grid *g, const cell *c, int e)
{
    bool level = e < 2;
    const double from[2] = { level ? c->x[0] : c->x[e & 1], level ? c->y[e & 1] : c->y[0] };
    const double to[2] = { level ? c->x[1] : c->x[e & 1], level ? c->y[e & 1] : c->y[1] };
    double cut = zd_mesh_place_cut(&g->place, from, to);
    size_t first = level ? c->corner[2 * e] : c->corner[e - 2];
    ptrdiff_t stride = level ? 1 : g->columns;
    bool is_first = g->slant[first * SLANT + 2] <
                    g->slant[((ptrdiff_t) first + stride) * SLANT + 2]; /* is the nearer */
    size_t end = is_first ? first : (size_t) ((ptrdiff_t) first + stride);
    stride = is_first ? stride : -stride;
    if (!is_limb(g, end, stride)) {
        return cut;
    }
    double v[3]; /* along rays it is 1/z that is a ball's root */
    for (int k = 0; k < 3; k++) {
        v[k] = 1.0 / inwards(g, end, stride, k);
    }
    double by = root_end((v[0] - v[1]) / (v[1] - v[2]));
    double at = is_first ? by : 1.0 - by;
    return fmin(fmax(fmin(fmax(at, cut - 0.45), cut + 0.45), 0.02), 0.98);
}

static cell make_cell(const grid *g, int column, int row)
{
    assert(column >= 0 && column + 1 < g->columns && row >= 0 && row + 1 < g->rows);
    size_t first = (size_t) row * (size_t) g->columns + (size_t) column;
    cell c = { .column = column,
               .row = row,
               .corner = { first, first + 1, first + (size_t) g->columns,
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
        c.cut[e] = c.torn[e] ? cut_of(g, &c, e) : 0.5;
    }
    return c;
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

/* Memory for the grid's points, and for what they are made by. */
static bool begin(grid *g)
{
    const zd_zmap *map = g->place.map;
    zd_mesh *mesh = g->mesh;
    size_t count = (size_t) g->columns * (size_t) g->rows;
    bool is_even = map->slopes != NULL && map->slopes != map->shape && map->normals == NULL;
    zd_mesh_reserve(mesh, count, count * 6);
    g->moved = zd_alloc_zeroed(mesh->ctx, count, sizeof *g->moved);
    g->slant = zd_alloc_zeroed(mesh->ctx, count, SLANT * sizeof *g->slant);
    mesh->holds = zd_alloc_zeroed(mesh->ctx, count, sizeof *mesh->holds);
    mesh->even = is_even ? zd_alloc_zeroed(mesh->ctx, count, sizeof *mesh->even) : NULL;
    mesh->normal = map->normal;
    mesh->columns = g->columns;
    mesh->rows = g->rows;
    return !mesh->failed && g->moved != NULL && g->slant != NULL && mesh->holds != NULL &&
           (!is_even || mesh->even != NULL);
}

zd_status zd_mesh_grid(zd_mesh *mesh, const zd_mat4 *object, const zd_zmap *map, double cell_px,
                       const zd_scene_tear *tear, zd_error *err)
{
    ZD_REQUIRE(err, cell_px > 0.0);
    grid g = { .place = { object, map }, .tear = tear, .mesh = mesh, .cell = cell_px };
    zd_pool *pool = zd_context_pool(mesh->ctx);
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
    mesh->failed = !begin(&g);
    if (!mesh->failed) {
        mesh->vertex_count = (size_t) g.columns * (size_t) g.rows;
        zd_pool_run(pool, g.rows, vertex_row, &g);
        zd_pool_run(pool, g.rows, hold_row, &g);
        add_cells(&g);
    }
    zd_free(mesh->ctx, g.moved);
    zd_free(mesh->ctx, g.slant);
    return mesh->failed ? zd_fail_memory(err, "an extruded surface") : ZD_OK;
}
