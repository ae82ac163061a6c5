/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Makes the objects of a frame ready: pictures and maps on the graphics card; meshes are
 * render_meshes.c's. */

#include <assert.h>
#include <math.h>

#include "scene/render_internal.h"

static int node_on(const zd_scene *scene, zd_scene_kind kind, int key, int object)
{
    for (int i = 0; i < scene->node_count; i++) {
        if (scene->nodes[i].kind == kind && zd_scene_node_ref(&scene->nodes[i], key) == object) {
            return i;
        }
    }
    return -1;
}

static bool map_yes(const zd_scene_renderer *r, int zdepth, int key)
{
    return zdepth >= 0 && zd_scene_node_choice(&r->scene->nodes[zdepth], key) == ZD_SCENE_YES;
}

/* The default mode is right for the map's own camera only. */
static void warn_moved_camera(zd_scene_renderer *r, const zd_scene_draw *draw)
{
    const zd_scene_view_camera *own = &draw->map->relief.camera;
    zd_scene_render_node *kept = &r->nodes[draw->zdepth];
    zd_vec3 seen = zd_mat4_point(&own->from_world, zd_mat4_column(&r->camera.to_world, 3));
    double away = zd_vec3_length(seen);
    zd_vec3 back = zd_mat4_direction(&own->from_world, zd_mat4_column(&r->camera.to_world, 2));
    double card = fabs(zd_camera_depth(own, zd_mat4_column(&draw->world, 3)));
    if (!kept->has_warned && (away > 0.02 * card || back.z < 0.9998)) {
        kept->has_warned = true;
        zd_log_write(zd_context_log(r->ctx), ZD_LOG_WARN, "scene",
                     "'%s': the camera is away from the map's own; without three_d the picture "
                     "stays flat and its edges no longer match its depth",
                     r->scene->nodes[draw->zdepth].name);
    }
}

static zd_status prepare_map(zd_scene_renderer *r, zd_scene_draw *draw, bool *three_d,
                             zd_error *err)
{
    zd_zmap *map = NULL;
    zd_scene_render_node *kept = &r->nodes[draw->zdepth];
    r->maps.has_facing = r->sink == NULL && (r->lights.casts || r->lights.occludes);
    ZD_TRY(zd_zmap_prepare(&r->maps, &r->pose, draw->zdepth, r->camera_node, &map, err));
    draw->map = map;
    bool displaces = map_yes(r, draw->zdepth, ZD_SCENE_ZDEPTH_DISPLACE);
    bool zpass = map_yes(r, draw->zdepth, ZD_SCENE_ZDEPTH_ZPASS);
    *three_d = displaces && (r->sink != NULL || map_yes(r, draw->zdepth, ZD_SCENE_ZDEPTH_THREE_D));
    if (displaces && !*three_d) {
        draw->features |= ZD_GL_FIELD | (map->has_invalid ? ZD_GL_HOLES : 0u);
        zd_gl_texture_upload(&kept->field, zd_image_view(map->field), map->field_serial);
        if (zpass) {
            warn_moved_camera(r, draw);
        }
    }
    bool is_surface = r->scene->nodes[draw->node].kind == ZD_SCENE_NODE_SURFACE;
    if (*three_d || (displaces && is_surface && r->lights.casts)) {
        ZD_TRY(zd_zmap_prepare_shape(&r->maps, &r->pose, draw->zdepth, map, err));
    }
    if (*three_d && is_surface && map->normals == NULL) {
        ZD_TRY(zd_zmap_prepare_slopes(&r->maps, &r->pose, draw->zdepth, map, err));
    }
    if (map->normals != NULL && !is_surface && (draw->features & ZD_GL_FIELD) != 0) {
        draw->features |= ZD_GL_BUMP_FIELD;
        zd_image *slopes = map->slopes != NULL ? map->slopes : map->field;
        zd_gl_texture_upload(&kept->bump, zd_image_view(slopes), map->field_serial);
    }
    if (map->normals != NULL && is_surface) {
        draw->features |=
            map_yes(r, draw->zdepth, ZD_SCENE_ZDEPTH_BUMP) ? ZD_GL_BUMP : ZD_GL_FACING;
        zd_gl_texture_upload(&kept->bump, zd_image_view(map->normals), map->normals_serial);
    }
    return ZD_OK;
}

/* The shortest way on the screen of one step over the object's picture, at a place of the card. */
static double texel_on_screen(const zd_scene_renderer *r, const zd_scene_draw *draw,
                              const double card[2], zd_view picture, double u, double v)
{
    double steps[3][2] = { { u, v },
                           { u + card[0] / picture.width, v },
                           { u, v + card[1] / picture.height } };
    double at[3][2];
    for (int i = 0; i < 3; i++) {
        zd_vec3 local = { steps[i][0], steps[i][1], 0.0 };
        zd_vec3 seen = zd_mat4_point(&r->camera.from_world, zd_mat4_point(&draw->world, local));
        if (!(-seen.z > r->camera.near_px)) {
            return HUGE_VAL; /* not seen there */
        }
        at[i][0] = seen.x / -seen.z * r->camera.focal_x;
        at[i][1] = seen.y / -seen.z * r->camera.focal_y;
    }
    return fmin(hypot(at[1][0] - at[0][0], at[1][1] - at[0][1]),
                hypot(at[2][0] - at[0][0], at[2][1] - at[0][1]));
}

/* Whether a picture is seen clearly smaller than it is; meshes may hold it in any size. */
static zd_status find_minified(zd_scene_renderer *r, zd_scene_draw *draw, zd_view picture,
                               zd_error *err)
{
    double card[2];
    draw->is_minified = r->scene->nodes[draw->node].kind == ZD_SCENE_NODE_GEOMETRY;
    if (draw->is_minified) {
        return ZD_OK;
    }
    ZD_TRY(zd_scene_object_size(&r->media, draw->node, r->pose.frame, &card[0], &card[1], err));
    for (int i = 0; i < 25 && !draw->is_minified; i++) {
        double u = (i % 5 / 4.0 - 0.5) * card[0];
        double v = (i / 5 / 4.0 - 0.5) * card[1];
        draw->is_minified = texel_on_screen(r, draw, card, picture, u, v) < 0.9;
    }
    return ZD_OK;
}

/* What has no files is white all over: one pixel will do, and no filter. */
static bool is_white(const zd_scene *scene, int media)
{
    const zd_scene_node *node = &scene->nodes[media];
    return zd_scene_node_text(node, ZD_SCENE_MEDIA_FRONT)[0] == '\0' &&
           zd_scene_node_text(node, ZD_SCENE_MEDIA_MATTE)[0] == '\0';
}

GLuint zd_scene_render_picture(const zd_scene_renderer *r, int media)
{
    bool is_file = media >= 0 && !is_white(r->scene, media);
    return is_file ? r->nodes[media].colour.name : r->white;
}

static zd_status prepare_picture(zd_scene_renderer *r, zd_scene_draw *draw, zd_error *err)
{
    const zd_scene_node *node = &r->scene->nodes[draw->node];
    int media = zd_scene_node_ref(node, ZD_SCENE_OBJECT_MEDIA);
    zd_scene_media_slot *slot = NULL;
    draw->is_opaque =
        zd_scene_node_number(node, ZD_SCENE_OBJECT_TRANSPARENCY, 0, r->pose.frame) == 0.0;
    if (media >= 0 && !is_white(r->scene, media)) {
        ZD_TRY(zd_scene_media_colour(&r->media, media, r->pose.frame, &slot, err));
        zd_gl_texture_upload(&r->nodes[media].colour, zd_image_view(slot->colour),
                             slot->colour_serial);
        draw->is_opaque = draw->is_opaque && slot->is_opaque;
        ZD_TRY(find_minified(r, draw, zd_image_view(slot->colour), err));
        if (draw->is_minified) {
            zd_gl_texture_shrink(&r->nodes[media].colour);
        }
    }
    if (draw->normalmap >= 0) {
        int source = zd_scene_node_ref(&r->scene->nodes[draw->normalmap], ZD_SCENE_NORMALMAP_MEDIA);
        ZD_TRY(zd_scene_media_data(&r->media, source, r->pose.frame, &slot, err));
        zd_gl_texture_upload(&r->nodes[source].data, zd_image_view(slot->data.image),
                             slot->data_serial);
        draw->features |= ZD_GL_NORMALMAP;
    }
    if (draw->aov >= 0) {
        draw->features |= ZD_GL_KEY;
        draw->is_opaque = false;
    }
    return ZD_OK;
}

static zd_status prepare_draw(zd_scene_renderer *r, int object, zd_scene_draw *draw, zd_error *err)
{
    assert(object >= 0 && object < r->scene->node_count);
    const zd_scene_node *node = &r->scene->nodes[object];
    bool three_d = false;
    *draw = (zd_scene_draw){ .node = object };
    draw->zdepth = zd_scene_zdepth_on(r->scene, object);
    draw->normalmap = node_on(r->scene, ZD_SCENE_NODE_NORMALMAP, ZD_SCENE_NORMALMAP_ON, object);
    draw->aov = node_on(r->scene, ZD_SCENE_NODE_AOV, ZD_SCENE_AOV_ON, object);
    ZD_TRY(zd_pose_world(&r->pose, object, &draw->world, err));
    draw->distance = zd_camera_depth(&r->camera, zd_mat4_column(&draw->world, 3));
    ZD_TRY(prepare_picture(r, draw, err));
    if (draw->zdepth >= 0) {
        ZD_TRY(prepare_map(r, draw, &three_d, err));
    }
    if (r->lights.is_shading &&
        zd_scene_node_choice(node, ZD_SCENE_OBJECT_LIGHTING) == ZD_SCENE_LIGHTING_DIFFUSE)
    {
        draw->features |= ZD_GL_LIT;
    }
    ZD_TRY(zd_scene_render_meshes(r, draw, three_d, err));
    zd_scene_render_warn_near(r, draw);
    return ZD_OK;
}

static bool has_hidden(const zd_scene_renderer *r, const zd_scene_draw *draw)
{
    return draw->map != NULL && draw->map->filling.z != NULL &&
           zd_scene_render_sees_behind(r, draw) &&
           r->scene->nodes[draw->node].kind == ZD_SCENE_NODE_SURFACE &&
           map_yes(r, draw->zdepth, ZD_SCENE_ZDEPTH_DISPLACE) &&
           (r->sink != NULL || map_yes(r, draw->zdepth, ZD_SCENE_ZDEPTH_THREE_D)) &&
           zd_scene_node_choice(&r->scene->nodes[draw->zdepth], ZD_SCENE_ZDEPTH_CUT_MODE) >=
               ZD_SCENE_CUT_SKIRT;
}

static bool is_drawn(const zd_scene_renderer *r, int index)
{
    const zd_scene_node *node = &r->scene->nodes[index];
    const zd_scene_node *output = &r->scene->nodes[r->output_node];
    return (node->kind == ZD_SCENE_NODE_SURFACE || node->kind == ZD_SCENE_NODE_GEOMETRY) &&
           zd_scene_node_choice(node, ZD_SCENE_OBJECT_VISIBLE) == ZD_SCENE_YES &&
           zd_scene_node_lists(output, ZD_SCENE_OUTPUT_OBJECTS, index, true) &&
           !zd_scene_node_lists(output, ZD_SCENE_OUTPUT_EXCLUDE, index, false);
}

zd_status zd_scene_render_collect(zd_scene_renderer *r, zd_error *err)
{
    r->draw_count = 0;
    for (int i = 0; i < r->scene->node_count; i++) {
        if (is_drawn(r, i)) {
            zd_scene_draw *draw = &r->draws[r->draw_count++];
            ZD_TRY(prepare_draw(r, i, draw, err));
            if (has_hidden(r, draw)) {
                ZD_TRY(zd_scene_render_hidden_mesh(r, draw, &r->draws[r->draw_count++], err));
            }
        }
    }
    return ZD_OK;
}
