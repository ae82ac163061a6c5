/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Tells, once for an object, that the camera's near cuts holes into it: how near what is seen of it
 * comes. Triangles are clipped to the picture's four sides (Sutherland and Hodgman, "Reentrant Polygon
 * Clipping", 1974), so that what lies beside the picture, as the rest of a floor does, is no hole. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "scene/render_internal.h"

enum { MOST_CORNERS = 3 + 4, MOST_SAMPLES = 1 << 18 };

/* A side of the picture is a plane through the camera: what lies inside has a value of 0 and more. */
static zd_vec3 side_of(const zd_scene_view_camera *c, int side)
{
    assert(side >= 0 && side < 4);
    switch (side) {
    case 0:
        return (zd_vec3){ c->focal_x, 0.0, -c->centre_x };
    case 1:
        return (zd_vec3){ -c->focal_x, 0.0, -(c->width - c->centre_x) };
    case 2:
        return (zd_vec3){ 0.0, -c->focal_y, -c->centre_y };
    default:
        return (zd_vec3){ 0.0, c->focal_y, -(c->height - c->centre_y) };
    }
}

static int clip(zd_vec3 side, const zd_vec3 *from, int count, zd_vec3 *to)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        zd_vec3 a = from[i];
        zd_vec3 b = from[(i + 1) % count];
        double inside_a = zd_vec3_dot(side, a);
        double inside_b = zd_vec3_dot(side, b);
        if (inside_a >= 0.0) {
            to[kept++] = a;
        }
        if ((inside_a >= 0.0) != (inside_b >= 0.0)) {
            double t = inside_a / (inside_a - inside_b);
            to[kept++] = zd_vec3_add(a, zd_vec3_scale(zd_vec3_sub(b, a), t));
        }
    }
    assert(kept <= count + 1);
    return kept;
}

/* The least depth of what the picture shows of a triangle; HUGE_VAL: nothing. */
static double nearest_of_triangle(const zd_scene_view_camera *camera, const zd_vec3 corners[3])
{
    zd_vec3 polygon[2][MOST_CORNERS + 1];
    double nearest = HUGE_VAL;
    int count = 3;
    for (int i = 0; i < 3; i++) {
        polygon[0][i] = corners[i];
    }
    for (int side = 0; side < 4; side++) {
        count = clip(side_of(camera, side), polygon[side % 2], count, polygon[1 - side % 2]);
    }
    for (int i = 0; i < count; i++) {
        nearest = fmin(nearest, -polygon[0][i].z);
    }
    return nearest;
}

double zd_scene_render_nearest_of_mesh(const zd_scene_view_camera *camera, const zd_mesh *mesh,
                                       const zd_mesh_seen *seen)
{
    double nearest = HUGE_VAL;
    for (size_t i = 0; i + 2 < mesh->index_count; i += 3) {
        zd_vec3 corners[3];
        bool is_cut = false;
        for (int k = 0; k < 3; k++) {
            const float *p = seen->vertices[mesh->indices[i + (size_t) k]].position;
            corners[k] = (zd_vec3){ (double) p[0], (double) p[1], (double) p[2] };
            is_cut = is_cut || -corners[k].z < camera->near_px;
        }
        if (is_cut) {
            nearest = fmin(nearest, nearest_of_triangle(camera, corners));
        }
    }
    return nearest;
}

static bool is_in_picture(const zd_scene_view_camera *camera, zd_vec3 seen)
{
    for (int side = 0; side < 4; side++) {
        if (zd_vec3_dot(side_of(camera, side), seen) < 0.0) {
            return false;
        }
    }
    return true;
}

/* Whether neither the card nor any value of its map comes nearer than near: most frames are done with
 * that. Only along the rays of the rendering camera is a value what is seen. */
static bool is_beyond(const zd_scene_renderer *r, const zd_scene_draw *draw)
{
    const zd_scene_relief *relief = &draw->map->relief;
    zd_view field = zd_image_view(draw->map->field);
    float near = (float) r->camera.near_px;
    bool is_plain = relief->direction == ZD_SCENE_DIRECTION_RAY && !relief->is_height &&
                    relief->effect >= 0.0 && relief->effect <= 1.0 &&
                    memcmp(&relief->camera.from_world, &r->camera.from_world, sizeof(zd_mat4)) == 0;
    for (int i = 0; i < 4; i++) {
        zd_vec3 corner = { (i % 2 - 0.5) * draw->map->card_w, (i / 2 - 0.5) * draw->map->card_h,
                           0.0 };
        is_plain = is_plain && zd_camera_depth(&r->camera, zd_mat4_point(&draw->world, corner)) >=
                                   r->camera.near_px;
    }
    for (int y = 0; is_plain && y < field.height; y++) {
        const float *row = zd_view_row_f32(field, y);
        bool is_cut = false;
        for (int x = 0; x < field.width; x++) {
            is_cut |= row[x] < near;
        }
        is_plain = !is_cut;
    }
    return is_plain;
}

/* Without three_d the card's place says where the picture shows a value, and the value how near. */
static double nearest_of_field(const zd_scene_renderer *r, const zd_scene_draw *draw)
{
    const zd_zmap *map = draw->map;
    zd_view field = zd_image_view(map->field);
    double nearest = HUGE_VAL;
    int step = 1;
    if (is_beyond(r, draw)) {
        return HUGE_VAL;
    }
    while ((int64_t) (field.width / step) * (field.height / step) > MOST_SAMPLES) {
        step++;
    }
    for (int y = 0; y < field.height; y += step) {
        const float *row = zd_view_row_f32(field, y);
        double v = (0.5 - (y + 0.5) / field.height) * map->card_h;
        for (int x = 0; x < field.width; x += step) {
            zd_vec3 moved;
            double u = ((x + 0.5) / field.width - 0.5) * map->card_w;
            zd_vec3 card = zd_mat4_point(&draw->world, (zd_vec3){ u, v, 0.0 });
            if (zd_scene_relief_move(&map->relief, card, map->normal, (double) row[x], &moved)) {
                double depth = zd_camera_depth(&r->camera, moved);
                bool is_seen = depth < nearest && depth > 0.0;
                is_seen = is_seen &&
                          is_in_picture(&r->camera, zd_mat4_point(&r->camera.from_world, card));
                nearest = is_seen ? depth : nearest;
            }
        }
    }
    return nearest;
}

static bool is_away(const zd_scene_look *look)
{
    return look->yaw_deg != 0.0 || look->pitch_deg != 0.0 || look->zoom != 0.0 ||
           look->pan_x != 0.0 || look->pan_y != 0.0;
}

/* Rounded down to three digits. */
static double below(double value)
{
    double unit = pow(10.0, floor(log10(value)) - 2.0);
    return floor(value / unit) * unit;
}

void zd_scene_render_warn_near(zd_scene_renderer *r, const zd_scene_draw *draw)
{
    zd_scene_render_node *kept = &r->nodes[draw->node];
    bool is_flat = (draw->features & ZD_GL_FIELD) != 0; /* displaced without three_d */
    bool is_surface = r->scene->nodes[draw->node].kind == ZD_SCENE_NODE_SURFACE;
    if (kept->has_warned_near || r->sink != NULL || is_away(&r->look) || (is_flat && !is_surface)) {
        return;
    }
    double nearest = is_flat ? nearest_of_field(r, draw) : kept->mesh.nearest;
    if (!(nearest < r->camera.near_px * 0.99999) || nearest < 1e-6) {
        return;
    }
    kept->has_warned_near = true;
    zd_log_write(zd_context_log(r->ctx), ZD_LOG_WARN, "scene",
                 "camera '%s': near %g cuts holes into '%s', which comes as near as %.4g in frame "
                 "%g; near %.3g does not",
                 r->scene->nodes[r->camera_node].name, r->camera.near_px,
                 r->scene->nodes[draw->node].name, nearest, r->pose.frame, below(nearest));
}
