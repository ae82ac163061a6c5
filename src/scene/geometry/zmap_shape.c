/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What a map's values stand for: a quantised map without its steps, which 3D is extruded by and whose tears are
 * no tears, and what normals are read off. */

#include "scene/zmap_internal.h"

/* What a step of the map's values is in the field. */
static zd_scene_coarse coarse_of(const zd_scene_depth_rule *rule, const zd_zmap_measured *measured,
                                 bool is_nearness, double step)
{
    zd_scene_coarse coarse = { .step = step * rule->scale };
    if (is_nearness) {
        double span = (double) measured->range.nearest - (double) measured->range.furthest;
        coarse.is_inverse = true;
        coarse.step =
            span > 0.0 ? step / span * (1.0 / measured->nearest - 1.0 / measured->furthest) : 0.0;
    } else if (rule->range == ZD_SCENE_ZRANGE_NORMALIZED) {
        coarse.step = step * (rule->far_px - rule->near_px);
    } else if (rule->range == ZD_SCENE_ZRANGE_INVERSE) {
        coarse = (zd_scene_coarse){ step / rule->scale, true };
    } else if (rule->range == ZD_SCENE_ZRANGE_INVERSE_NORMALIZED) {
        coarse = (zd_scene_coarse){ step * (1.0 / rule->near_px - 1.0 / rule->far_px), true };
    }
    return coarse;
}

/* Values without their steps, as a field. */
static zd_status make_shape(zd_zmap_store *store, zd_zmap *map, zd_view smooth, bool is_nearness,
                            zd_error *err)
{
    zd_context *ctx = store->scene->ctx;
    zd_image *z = NULL;
    if (is_nearness) {
        ZD_TRY(zd_zmap_analysed_z(store, smooth, &map->key.measured, &z, err));
    } else {
        ZD_TRY(zd_image_create(ctx, smooth.width, smooth.height, ZD_GRAY_F32, &z, err));
        zd_scene_depth_convert(&map->rule, smooth, zd_image_view(z));
    }
    zd_status status = zd_scene_depth_soften(ctx, zd_image_view(z), map->key.softness[0],
                                             map->key.softness[1], map->key.edge_aware, err);
    if (status == ZD_OK) {
        status = zd_zmap_place(store, map, z, &map->shape, err);
    }
    zd_image_unref(&z);
    return status;
}

static zd_status read_values(zd_zmap_store *store, const zd_pose *pose, const zd_scene_node *node,
                             const zd_zmap *map, bool is_nearness, zd_image **out, zd_error *err)
{
    zd_scene_media_slot *slot = NULL;
    if (is_nearness) {
        *out = zd_image_ref(map->analysed);
        return ZD_OK;
    }
    ZD_TRY(zd_scene_media_data(store->media, zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_MEDIA),
                               pose->frame, &slot, err));
    return zd_zmap_values(store, node, slot, out, err);
}

zd_status zd_zmap_prepare_shape(zd_zmap_store *store, const zd_pose *pose, int zdepth, zd_zmap *map,
                                zd_error *err)
{
    const zd_scene_node *node = &store->scene->nodes[zdepth];
    bool is_nearness = zd_zmap_range(node, map) == ZD_SCENE_ZRANGE_NEARNESS;
    zd_image *raw = NULL;
    zd_image *smooth = NULL;
    double step = 0.0;
    if (map->shape_field == map->field_serial) {
        return ZD_OK;
    }
    zd_image_unref(&map->shape);
    map->coarse = (zd_scene_coarse){ 0 };
    map->shape_field = 0;
    if (!zd_zmap_is_analysed(node)) {
        ZD_TRY(read_values(store, pose, node, map, is_nearness, &raw, err));
        zd_view values = zd_image_view(raw);
        zd_status status = zd_image_create(store->scene->ctx, values.width, values.height,
                                           ZD_GRAY_F32, &smooth, err);
        if (status == ZD_OK) {
            status = zd_scene_depth_dequantise(store->scene->ctx, values, zd_image_view(smooth),
                                               &step, err);
        }
        if (status == ZD_OK && step > 0.0) {
            map->coarse = coarse_of(&map->rule, &map->key.measured, is_nearness, step);
            status = make_shape(store, map, zd_image_view(smooth), is_nearness, err);
        }
        zd_image_unref(&raw);
        zd_image_unref(&smooth);
        ZD_TRY(status);
    }
    map->shape_field = map->field_serial;
    return ZD_OK;
}

/* The same field once more, evened out, where it was measured on a picture. */
static zd_status make_even_slopes(zd_zmap_store *store, zd_zmap *map, zd_error *err)
{
    zd_view z = zd_image_view(map->z);
    zd_image *even = NULL;
    ZD_TRY(zd_image_create(store->scene->ctx, z.width, z.height, ZD_GRAY_F32, &even, err));
    zd_view_copy(z, zd_image_view(even));
    zd_status status = zd_scene_depth_even(store->scene->ctx, zd_image_view(even), err);
    if (status == ZD_OK) {
        status = zd_zmap_place(store, map, even, &map->slopes, err);
    }
    zd_image_unref(&even);
    return status;
}

zd_status zd_zmap_prepare_slopes(zd_zmap_store *store, const zd_pose *pose, int zdepth,
                                 zd_zmap *map, zd_error *err)
{
    if (map->slopes_field == map->field_serial) {
        return ZD_OK;
    }
    zd_image_unref(&map->slopes);
    map->slopes_field = 0;
    if (zd_zmap_is_analysed(&store->scene->nodes[zdepth])) {
        ZD_TRY(make_even_slopes(store, map, err));
    } else {
        ZD_TRY(zd_zmap_prepare_shape(store, pose, zdepth, map, err));
        map->slopes = map->shape != NULL ? zd_image_ref(map->shape) : NULL;
    }
    map->slopes_field = map->field_serial;
    return ZD_OK;
}
