/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_MESH_SURFACE_H
#define ZD_SCENE_MESH_SURFACE_H

/* Points of an extruded surface: a place on the card, moved by what the map says there. Places count
 * in pixels of the card from its top left corner, y down. */

#include "scene/mesh.h"

typedef struct zd_mesh_place {
    const zd_mat4 *object;
    const zd_zmap *map;
} zd_mesh_place;

static inline bool zd_mesh_place_is_ray(const zd_mesh_place *p)
{
    return p->map->relief.direction == ZD_SCENE_DIRECTION_RAY;
}

static inline zd_vec3 zd_mesh_place_card(const zd_mesh_place *p, double x, double y)
{
    zd_vec3 local = { x - 0.5 * p->map->card_w, 0.5 * p->map->card_h - y, 0.0 };
    return zd_mat4_point(p->object, local);
}

/** Turns the map's value at a card point into what is interpolated: z along rays, else height. NaN
 *  when it lies behind the map's camera. */
static inline double zd_mesh_place_value(const zd_mesh_place *p, zd_vec3 point, double value)
{
    const zd_scene_relief *relief = &p->map->relief;
    double card = zd_camera_depth(&relief->camera, point);
    double height = relief->effect * (relief->is_height ? value : card - value);
    if (!zd_mesh_place_is_ray(p)) {
        return height;
    }
    return card > 0.0 && card - height > 0.0 ? card - height : (double) NAN;
}

static inline zd_vec3 zd_mesh_place_moved(const zd_mesh_place *p, zd_vec3 point, double moved)
{
    const zd_scene_relief *relief = &p->map->relief;
    if (!zd_mesh_place_is_ray(p)) {
        zd_vec3 way = relief->direction == ZD_SCENE_DIRECTION_AXIS ? relief->axis : p->map->normal;
        return zd_vec3_add(point, zd_vec3_scale(way, moved));
    }
    zd_vec3 seen = zd_mat4_point(&relief->camera.from_world, point);
    return zd_mat4_point(&relief->camera.to_world, zd_vec3_scale(seen, moved / -seen.z));
}

static inline zd_mesh_lie zd_mesh_place_lie(const zd_mesh_place *p, double x, double y)
{
    float u = (float) (x / p->map->card_w);
    float v = (float) (y / p->map->card_h);
    return (zd_mesh_lie){ { u, v }, { u, v, 1.0f } };
}

/** The map's values that the surface is extruded by: with sharp steps where it tears. */
static inline zd_view zd_mesh_place_field(const zd_mesh_place *p)
{
    return p->map->sharp != NULL ? zd_image_view(p->map->sharp) : zd_zmap_surface(p->map);
}

/* mesh_cut.c */

/** Where the cut between two places lies, from 0 at the first to 1 at the second: on the largest step
 *  between them, along a line that is smooth beside its neighbours. */
double zd_mesh_place_cut(const zd_mesh_place *p, const double from[2], const double to[2]);

#endif
