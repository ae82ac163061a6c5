/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The layers of a torn surface: made anew when the map, the picture or what tears changes, and when a
 * camera goes so far that more of what is hidden shows. */

#include <string.h>

#include "core/size.h"
#include "scene/zmap.h"

enum { GRID = 48, LEAST_REACH = 8, MOST_REACH = 512 };

/* The nearest depth but for a twentieth of the field. */
static double near_z(zd_view field)
{
    float values[GRID * GRID];
    int count = 0;
    for (int i = 0; i < GRID * GRID; i++) {
        float z =
            zd_view_row_f32(field, (i / GRID * 2 + 1) * field.height /
                                       (2 * GRID))[(i % GRID * 2 + 1) * field.width / (2 * GRID)];
        if (isnan(z)) {
            continue;
        }
        int to = count++;
        for (; to > 0 && values[to - 1] > z; to--) {
            values[to] = values[to - 1];
        }
        values[to] = z;
    }
    return count > 0 ? (double) values[count / 20] : 1.0;
}

void zd_zmap_reach(const zd_zmap *map, const zd_scene_view_camera *camera, zd_zmap_layers *layers)
{
    zd_vec3 seen =
        zd_mat4_point(&map->relief.camera.from_world, zd_mat4_column(&camera->to_world, 3));
    double away = zd_vec3_length(seen);
    double samples = 64.0;
    if (!map->relief.is_height) {
        layers->nearest = near_z(zd_image_view(map->field));
        samples = 1.25 * away / (layers->nearest * layers->steps.pixel) + 4.0;
    }
    layers->reach = LEAST_REACH;
    while (layers->reach < samples && layers->reach < MOST_REACH) {
        layers->reach *= 2.0;
    }
}

zd_scene_steps zd_zmap_steps(const zd_zmap *map, const zd_mat4 *object, double tangent,
                             double max_edge)
{
    zd_scene_steps steps;
    memset(&steps, 0, sizeof steps); /* padding is compared too */
    double card = fabs(zd_camera_depth(&map->relief.camera, zd_mat4_column(object, 3)));
    double size =
        map->card_w / zd_image_view(map->field).width * zd_vec3_length(zd_mat4_column(object, 0));
    steps.is_height = map->relief.is_height;
    steps.tangent = tangent;
    steps.pixel = steps.is_height ? size : size / fmax(card, 1e-6);
    steps.max_edge = max_edge;
    steps.coarse = map->coarse;
    return steps;
}

/* A torn surface has no slope where it tears: its normals are those of the layers that meet there. Those of
 * a coarse map stay as they are, taken from values without its steps. */
static zd_status sharpen_normals(zd_zmap_store *store, zd_zmap *map, zd_error *err)
{
    if (map->normals == NULL || map->slopes != NULL) {
        return ZD_OK;
    }
    ZD_TRY(zd_scene_bump_normals(store->scene->ctx, map, &map->bump_object,
                                 zd_image_view(map->sharp), zd_image_view(map->normals), err));
    map->normals_serial = ++store->serial;
    map->bump_sharp = map->normals_serial;
    return ZD_OK;
}

zd_status zd_zmap_prepare_layers(zd_zmap_store *store, zd_zmap *map, const zd_zmap_layers *wanted,
                                 zd_view picture, zd_error *err)
{
    zd_context *ctx = store->scene->ctx;
    zd_view field = zd_image_view(map->field);
    const zd_zmap_layers *now = &map->layers;
    bool is_sharp = map->sharp != NULL && now->field == wanted->field &&
                    now->picture == wanted->picture &&
                    memcmp(&now->steps, &wanted->steps, sizeof now->steps) == 0;
    bool is_filled = is_sharp && (wanted->reach <= 0.0 ||
                                  (now->reach == wanted->reach && now->nearest == wanted->nearest));
    if (!is_sharp) {
        zd_image_unref(&map->sharp);
        ZD_TRY(zd_image_create(ctx, field.width, field.height, ZD_GRAY_F32, &map->sharp, err));
        ZD_TRY(zd_scene_depth_snap(ctx, &wanted->steps, zd_zmap_surface(map), picture,
                                   zd_image_view(map->sharp), err));
        map->sharp_serial = ++store->serial;
    }
    if (!is_sharp || map->bump_sharp != map->normals_serial) {
        ZD_TRY(sharpen_normals(store, map, err));
    }
    if (!is_filled) {
        zd_scene_filling_release(&map->filling);
        if (wanted->reach > 0.0) {
            ZD_TRY(zd_scene_depth_fill(ctx, &wanted->steps, zd_image_view(map->sharp), picture,
                                       wanted->reach, wanted->nearest, &map->filling, err));
        }
        map->filling_serial = ++store->serial;
    }
    memcpy(&map->layers, wanted, sizeof *wanted);
    return ZD_OK;
}
