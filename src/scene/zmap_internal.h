/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_ZMAP_INTERNAL_H
#define ZD_SCENE_ZMAP_INTERNAL_H

/* The rooms of a map's store: zmap.c reads and lays maps, zmap_analysis.c measures them,
 * zmap_shape.c evens them out. */

#include "scene/zmap.h"

/** What is learnt from a map comes from the first frame of the scene's range, whichever frame is
 *  rendered first, so that the chunks of a sequence agree. */
static inline int zd_zmap_first_frame(const zd_scene *scene)
{
    return (int) scene->nodes[0].values[ZD_SCENE_FRAME_RANGE].number[0];
}

/** Says that a failure concerns the first frame, where it does. */
zd_status zd_zmap_fail_first(const zd_scene *scene, const zd_pose *pose, const zd_scene_node *node,
                             zd_status status, zd_error *err);

/** The map's region of interest at a frame. */
zd_zmap_roi zd_zmap_roi_at(const zd_scene_node *node, double frame);

/** Measures the media at the pose's frame, unless that picture was measured last. */
zd_status zd_zmap_analyse(zd_zmap_store *store, const zd_pose *pose, const zd_scene_node *node,
                          zd_zmap *map, zd_error *err);

/** All that decides which z the measured nearness becomes. */
zd_status zd_zmap_analysis_key(zd_zmap_store *store, zd_pose *pose, const zd_scene_node *node,
                               const zd_zmap *map, zd_zmap_measured *key, zd_error *err);

/** What values span, unless *range is known. */
void zd_zmap_find_range(zd_view values, zd_depth_range *range);

/** Turns nearness, measured or read, into z. The caller owns *out. */
zd_status zd_zmap_analysed_z(zd_zmap_store *store, zd_view nearness, const zd_zmap_measured *key,
                             zd_image **out, zd_error *err);

/** The values of a map's media at a frame: of a gray picture, of the first channel of another, or the sum of
 *  two parts (hq). The caller owns *out. */
zd_status zd_zmap_values(zd_zmap_store *store, const zd_scene_node *node,
                         const zd_scene_media_slot *slot, zd_image **out, zd_error *err);

/** Lays a picture of z on the object's picture. The caller owns *field, which may be z itself. */
zd_status zd_zmap_place(zd_zmap_store *store, const zd_zmap *map, zd_image *z, zd_image **field,
                        zd_error *err);

/** Whether the map is measured by a network. */
static inline bool zd_zmap_is_analysed(const zd_scene_node *node)
{
    return zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_ANALYSIS) != ZD_SCENE_ANALYSIS_NONE;
}

/** What its key says, or what was guessed. */
zd_zrange zd_zmap_range(const zd_scene_node *node, const zd_zmap *map);

#endif
