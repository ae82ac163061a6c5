/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The table of what is written, and the scene as it is then: the renderer's own meshes, displaced by
 * their maps, torn and filled, with the colour that each point shows. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/require.h"
#include "core/size.h"
#include "image/colour.h"
#include "scene/exchange/export_internal.h"
#include "scene/render_internal.h"

static const struct {
    const char *ending;
    bool has_meshes;
    bool has_camera;
    zd_status (*write)(const zd_export *job, zd_text *out, zd_error *err);
} writers[] = {
    { "ply", true, false, zd_export_ply },   { "obj", true, false, zd_export_obj },
    { "gltf", true, true, zd_export_gltf },  { "glb", true, true, zd_export_glb },
    { "chan", false, true, zd_export_chan }, { "nk", false, true, zd_export_nuke },
};

const char *zd_scene_export_endings(void)
{
    return "ply obj gltf glb chan nk";
}

void zd_export_put_u32(zd_text *out, uint32_t value)
{
    const char bytes[4] = { (char) (value & 255), (char) (value >> 8 & 255),
                            (char) (value >> 16 & 255), (char) (value >> 24 & 255) };
    zd_text_add_bytes(out, bytes, 4);
}

void zd_export_put_float(zd_text *out, float value)
{
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    zd_export_put_u32(out, bits);
}

int zd_export_code(float linear)
{
    float clipped = fminf(fmaxf(linear, 0.0f), 1.0f);
    return (int) lroundf(255.0f * zd_transfer_encode(ZD_TRANSFER_SRGB, clipped));
}

/* ---- meshes ---- */

/* The colour of a point's place in the object's picture, straight and tinted. */
static void colour_of(const zd_scene_renderer *r, const zd_scene_draw *draw, zd_view picture,
                      const zd_mesh_lie *lie, float rgb[3])
{
    const zd_scene_node *node = &r->scene->nodes[draw->node];
    for (int c = 0; c < 3; c++) {
        rgb[c] = draw->is_hidden
                     ? 1.0f
                     : (float) zd_scene_node_number(node, ZD_SCENE_OBJECT_COLOUR, c, r->pose.frame);
    }
    if (picture.data == NULL) {
        return;
    }
    int x =
        (int) fminf(fmaxf(lie->uv[0] * (float) picture.width, 0.0f), (float) picture.width - 1.0f);
    int y = (int) fminf(fmaxf(lie->uv[1] * (float) picture.height, 0.0f),
                        (float) picture.height - 1.0f);
    const float *at = zd_view_row_f32(picture, y) + (ptrdiff_t) x * 4;
    for (int c = 0; c < 3; c++) {
        rgb[c] *= at[3] > 0.0f ? at[c] / at[3] : 0.0f;
    }
}

static zd_status picture_of(zd_scene_renderer *r, const zd_scene_draw *draw, zd_view *out,
                            zd_error *err)
{
    int media = zd_scene_node_ref(&r->scene->nodes[draw->node], ZD_SCENE_OBJECT_MEDIA);
    zd_scene_media_slot *slot = NULL;
    *out = (zd_view){ 0 };
    if (draw->is_hidden) {
        *out = draw->map->filling.colour != NULL ? zd_image_view(draw->map->filling.colour) : *out;
    } else if (media >= 0) {
        ZD_TRY(zd_scene_media_colour(&r->media, media, r->pose.frame, &slot, err));
        *out = zd_image_view(slot->colour);
    }
    return ZD_OK;
}

static zd_export_point point_of(const zd_export *job, const zd_scene_renderer *r,
                                const zd_scene_draw *draw, zd_view picture, uint32_t index)
{
    const zd_vertex *v = &r->seen.vertices[index];
    const zd_mesh_lie *lie = &r->mesh.lies[index];
    zd_export_point out = { .normal = { v->normal[0], v->normal[1], v->normal[2] },
                            .uv = { lie->uv[0], 1.0f - lie->uv[1] } };
    zd_vec3 seen = { (double) v->position[0], (double) v->position[1], (double) v->position[2] };
    zd_vec3 world = zd_mat4_point(&r->camera.to_world, seen);
    out.position[0] = (float) (world.x / job->params->unit);
    out.position[1] = (float) (world.y / job->params->unit);
    out.position[2] = (float) (world.z / job->params->unit);
    colour_of(r, draw, picture, lie, out.rgb);
    return out;
}

/* Only points that a triangle uses, in the order of their first use. */
static zd_status copy_mesh(const zd_export *job, zd_scene_renderer *r, const zd_scene_draw *draw,
                           zd_export_mesh *mesh, zd_error *err)
{
    zd_view picture;
    const zd_mesh *from = &r->mesh;
    ZD_TRY(picture_of(r, draw, &picture, err));
    mesh->points = zd_alloc_zeroed(job->ctx, from->vertex_count + 1, sizeof *mesh->points);
    mesh->indices = zd_alloc_zeroed(job->ctx, from->index_count + 1, sizeof *mesh->indices);
    uint32_t *place = zd_alloc_zeroed(job->ctx, from->vertex_count + 1, sizeof *place);
    bool good = mesh->points != NULL && mesh->indices != NULL && place != NULL;
    for (size_t i = 0; good && i < from->index_count; i++) {
        uint32_t v = from->indices[i];
        if (place[v] == 0) {
            mesh->points[mesh->point_count++] = point_of(job, r, draw, picture, v);
            place[v] = (uint32_t) mesh->point_count;
        }
        mesh->indices[mesh->index_count++] = place[v] - 1;
    }
    zd_free(job->ctx, place);
    return good ? ZD_OK : zd_fail_memory(err, "a mesh");
}

static zd_status take_mesh(void *user, zd_scene_renderer *r, const zd_scene_draw *draw,
                           zd_error *err)
{
    zd_export *job = user;
    const char *name = r->scene->nodes[draw->node].name;
    if (job->params->node != NULL && strcmp(job->params->node, name) != 0) {
        return ZD_OK;
    }
    if (job->mesh_count == job->mesh_capacity) {
        return zd_fail(err, ZD_ERR_LIMIT, "more than %d meshes", job->mesh_capacity);
    }
    zd_export_mesh *mesh = &job->meshes[job->mesh_count++];
    snprintf(mesh->name, sizeof mesh->name, "%s%s", name, draw->is_hidden ? "_hidden" : "");
    return copy_mesh(job, r, draw, mesh, err);
}

/* ---- cameras ---- */

static zd_status take_views(zd_export *job, zd_scene_renderer *r, int camera, zd_error *err)
{
    const zd_scene_node *node = &r->scene->nodes[camera];
    assert(node->kind == ZD_SCENE_NODE_CAMERA);
    job->camera = node->name;
    job->view_count = job->params->last - job->params->first + 1;
    job->views = zd_alloc_zeroed(job->ctx, (size_t) job->view_count, sizeof *job->views);
    if (job->views == NULL) {
        return zd_fail_memory(err, "a camera's frames");
    }
    job->film_back = zd_scene_node_number(node, ZD_SCENE_CAMERA_FILM_BACK, 0, job->params->first);
    for (int i = 0; i < job->view_count; i++) {
        zd_scene_view_camera c;
        zd_pose_set_frame(&r->pose, job->params->first + i);
        ZD_TRY(zd_pose_camera(&r->pose, camera, &c, err));
        zd_export_view *view = &job->views[i];
        *view = (zd_export_view){ .frame = job->params->first + i,
                                  .to_world = c.to_world,
                                  .fov = 2.0 * atan(0.5 * c.height / c.focal_y) };
        for (int k = 0; k < 3; k++) {
            view->to_world.m[k][3] /= job->params->unit;
        }
        job->aspect = c.width * c.focal_y / (c.focal_x * c.height);
        job->near_z = c.near_px / job->params->unit;
        job->far_z = c.far_px / job->params->unit;
        bool is_plain =
            c.centre_x == 0.5 * c.width && c.centre_y == 0.5 * c.height &&
            zd_scene_node_number(node, ZD_SCENE_CAMERA_DISTORTION, 0, view->frame) == 0.0;
        if (!is_plain && i == 0) {
            zd_log_write(zd_context_log(job->ctx), ZD_LOG_WARN, "scene",
                         "'%s' has a shift or distortion, which '%s' does not hold", node->name,
                         job->params->path);
        }
    }
    return ZD_OK;
}

/* ---- the export ---- */

static int find_writer(const char *path)
{
    const char *ending = zd_path_extension(path);
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        if (strcasecmp(writers[i].ending, ending) == 0) {
            return (int) i;
        }
    }
    return -1;
}

static zd_status choose_node(const zd_scene_renderer *r, const zd_scene_export_params *params,
                             int writer, int *camera, zd_error *err)
{
    const zd_scene *scene = r->scene;
    int node = params->node != NULL ? zd_scene_find(scene, params->node) : -1;
    zd_scene_kind kind = node >= 0 ? scene->nodes[node].kind : ZD_SCENE_NODE_KINDS;
    bool is_object = kind == ZD_SCENE_NODE_SURFACE || kind == ZD_SCENE_NODE_GEOMETRY;
    bool is_right = (writers[writer].has_meshes && is_object) ||
                    (writers[writer].has_camera && kind == ZD_SCENE_NODE_CAMERA);
    if (params->node != NULL && !is_right) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: there is no %s '%s'", scene->path,
                       !writers[writer].has_meshes   ? "camera"
                       : !writers[writer].has_camera ? "surface or geometry"
                                                     : "object or camera",
                       params->node);
    }
    *camera = kind == ZD_SCENE_NODE_CAMERA ? node
              : params->node != NULL || !writers[writer].has_camera
                  ? -1
                  : zd_scene_output_camera(scene, zd_scene_output_node(scene, 0));
    return ZD_OK;
}

static zd_status collect(zd_export *job, zd_scene_renderer *r, bool meshes, int camera,
                         zd_error *err)
{
    job->mesh_capacity = 2 * r->scene->node_count;
    job->meshes = zd_alloc_zeroed(job->ctx, (size_t) job->mesh_capacity, sizeof *job->meshes);
    if (job->meshes == NULL) {
        return zd_fail_memory(err, "meshes");
    }
    ZD_TRY(zd_gl_enter(r->gl, err));
    zd_status status = zd_scene_render_place(r, job->params->first, err);
    if (status == ZD_OK && meshes) {
        r->sink = take_mesh;
        r->sink_user = job;
        status = zd_scene_render_collect(r, err);
        r->sink = NULL;
    }
    if (status == ZD_OK && camera >= 0) {
        status = take_views(job, r, camera, err);
    }
    zd_gl_leave(r->gl);
    if (status == ZD_OK && meshes && job->mesh_count == 0 && camera < 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: the first output shows no object",
                       r->scene->path);
    }
    return status;
}

static void release(zd_export *job)
{
    for (int i = 0; i < job->mesh_count; i++) {
        zd_free(job->ctx, job->meshes[i].points);
        zd_free(job->ctx, job->meshes[i].indices);
    }
    zd_free(job->ctx, job->meshes);
    zd_free(job->ctx, job->views);
}

zd_status zd_scene_export(zd_scene_renderer *r, const zd_scene_export_params *params, zd_error *err)
{
    ZD_REQUIRE(err, params->path != NULL && params->unit > 0.0);
    int camera = -1;
    int writer = find_writer(params->path);
    zd_text out;
    zd_export job = { .ctx = r->ctx, .params = params, .fps = zd_scene_fps(r->scene) };
    if (writer < 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "'%s' cannot be written; there are writers for %s",
                       params->path, zd_scene_export_endings());
    }
    if (params->last - params->first >= 100000) {
        return zd_fail(err, ZD_ERR_LIMIT, "more than 100000 frames of a camera");
    }
    ZD_TRY(choose_node(r, params, writer, &camera, err));
    bool wants_meshes = writers[writer].has_meshes && (params->node == NULL || camera < 0);
    zd_text_init(&out, r->ctx);
    zd_status status = collect(&job, r, wants_meshes, camera, err);
    if (status == ZD_OK) {
        status = writers[writer].write(&job, &out, err);
    }
    if (status == ZD_OK) {
        status = zd_text_finish(&out, "a file", err);
    }
    if (status == ZD_OK) {
        status = zd_file_write(r->ctx, params->path, out.data, out.length, err);
    }
    zd_text_release(&out);
    release(&job);
    return status;
}
