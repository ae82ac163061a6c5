/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where things will be a frame later: each object's step in the world, and the camera. Points of a
 * surface move with their object; that its depth map changes too is not motion. */

#include "scene/render_internal.h"

static zd_status step_of(zd_scene_renderer *r, zd_pose *later, int node, zd_error *err)
{
    zd_mat4 now;
    zd_mat4 then;
    zd_mat4 back;
    ZD_TRY(zd_pose_world(&r->pose, node, &now, err));
    ZD_TRY(zd_pose_world(later, node, &then, err));
    r->steps[node] =
        zd_mat4_invert(&now, &back) ? zd_mat4_multiply(&then, &back) : zd_mat4_identity();
    return ZD_OK;
}

zd_status zd_scene_render_steps(zd_scene_renderer *r, zd_error *err)
{
    zd_pose later;
    if ((r->passes & ZD_SCENE_PASS_MOTION) == 0) {
        return ZD_OK;
    }
    if (r->steps == NULL) {
        r->steps = zd_alloc_zeroed(r->ctx, (size_t) r->scene->node_count, sizeof *r->steps);
        if (r->steps == NULL) {
            return zd_fail_memory(err, "the motion of a scene");
        }
    }
    ZD_TRY(zd_pose_init(&later, r->scene, err));
    later.camera = r->camera_node;
    later.snap = r->pose.snap;
    later.snap_user = r->pose.snap_user;
    zd_pose_set_frame(&later, r->frame + 1.0);
    zd_status status = zd_pose_camera(&later, r->camera_node, &r->later, err);
    for (int i = 1; i < r->scene->node_count && status == ZD_OK; i++) {
        zd_scene_kind kind = r->scene->nodes[i].kind;
        if (kind == ZD_SCENE_NODE_SURFACE || kind == ZD_SCENE_NODE_GEOMETRY) {
            status = step_of(r, &later, i, err);
        }
    }
    zd_pose_finish(&later);
    if (r->look.width > 0 && r->look.height > 0) { /* pictures of another size */
        double across = (double) r->look.width / r->later.width;
        double down = (double) r->look.height / r->later.height;
        r->later.focal_x *= across;
        r->later.centre_x *= across;
        r->later.focal_y *= down;
        r->later.centre_y *= down;
    }
    return status;
}
