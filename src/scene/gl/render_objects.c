/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Makes the objects of a frame ready: pictures, maps and meshes on the graphics card. */

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
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

static void upload_mesh(const zd_mesh *mesh, bool is_flat, zd_scene_render_mesh *kept)
{
    static const struct {
        int size;
        size_t offset;
    } attributes[] = { { 3, offsetof(zd_vertex, position) },
                       { 3, offsetof(zd_vertex, normal) },
                       { 2, offsetof(zd_vertex, uv) },
                       { 3, offsetof(zd_vertex, lookup) } };
    if (kept->vertex_array == 0) {
        glCreateVertexArrays(1, &kept->vertex_array);
        glCreateBuffers(1, &kept->vertex_buffer);
        glCreateBuffers(1, &kept->index_buffer);
        glVertexArrayVertexBuffer(kept->vertex_array, 0, kept->vertex_buffer, 0, sizeof(zd_vertex));
        glVertexArrayElementBuffer(kept->vertex_array, kept->index_buffer);
        for (GLuint i = 0; i < 4; i++) {
            glEnableVertexArrayAttrib(kept->vertex_array, i);
            glVertexArrayAttribFormat(kept->vertex_array, i, attributes[i].size, GL_FLOAT, GL_FALSE,
                                      (GLuint) attributes[i].offset);
            glVertexArrayAttribBinding(kept->vertex_array, i, 0);
        }
    }
    glNamedBufferData(kept->vertex_buffer, (GLsizeiptr) (mesh->vertex_count * sizeof(zd_vertex)),
                      mesh->vertices, GL_STREAM_DRAW);
    glNamedBufferData(kept->index_buffer, (GLsizeiptr) (mesh->index_count * sizeof(uint32_t)),
                      mesh->indices, GL_STREAM_DRAW);
    size_t planes = mesh->index_count / 3 * ZD_SCENE_PLANE_FLOATS;
    if (planes > 0 && mesh->planes != NULL) {
        memcpy(kept->plane, mesh->planes, sizeof kept->plane);
    }
    if (is_flat) {
        return;
    }
    if (kept->plane_texture == 0) {
        glCreateBuffers(1, &kept->plane_buffer);
        glCreateTextures(GL_TEXTURE_BUFFER, 1, &kept->plane_texture);
    }
    glNamedBufferData(kept->plane_buffer, (GLsizeiptr) (planes * sizeof(float)), mesh->planes,
                      GL_STREAM_DRAW);
    glTextureBuffer(kept->plane_texture, GL_RGBA32F, kept->plane_buffer);
}

/* Pictures and maps that lie on a mesh by texture coordinates want some. */
static void warn_without_uv(zd_scene_renderer *r, const zd_scene_node *node)
{
    int zdepth = zd_scene_zdepth_on(r->scene, (int) (node - r->scene->nodes));
    bool has_map =
        zdepth >= 0 && zd_scene_node_choice(&r->scene->nodes[zdepth], ZD_SCENE_ZDEPTH_MAPPING) <
                           ZD_SCENE_MAPPING_CAMERA;
    bool has_picture = zd_scene_node_ref(node, ZD_SCENE_OBJECT_MEDIA) >= 0;
    if (!r->nodes[node - r->scene->nodes].geometry.has_uv && (has_map || has_picture)) {
        zd_log_write(zd_context_log(r->ctx), ZD_LOG_WARN, "scene",
                     "'%s': '%s' has no texture coordinates, so its %s shows one colour or value; "
                     "unwrap it, or use mapping camera for a depth map",
                     node->name, zd_scene_node_text(node, ZD_SCENE_GEOMETRY_FILE),
                     has_map && has_picture ? "media and depth map"
                     : has_map              ? "depth map"
                                            : "media");
    }
}

static zd_status load_geometry(zd_scene_renderer *r, const zd_scene_node *node,
                               zd_scene_render_node *kept, zd_error *err)
{
    const char *file = zd_scene_node_text(node, ZD_SCENE_GEOMETRY_FILE);
    const char *base = zd_path_base(r->scene->path);
    char *path = NULL;
    if (kept->has_geometry) {
        return ZD_OK;
    }
    char *folder = zd_strdup(r->ctx, r->scene->path);
    if (folder != NULL) {
        folder[base - r->scene->path] = '\0';
        path = file[0] == '/' || folder[0] == '\0' ? zd_strdup(r->ctx, file)
                                                   : zd_path_join(r->ctx, folder, file);
    }
    zd_free(r->ctx, folder);
    if (path == NULL) {
        return zd_fail_memory(err, "a path");
    }
    zd_status status = zd_geometry_read(
        r->ctx, path, zd_scene_node_text(node, ZD_SCENE_GEOMETRY_PART), &kept->geometry, err);
    zd_free(r->ctx, path);
    if (status == ZD_OK) {
        int times = (int) zd_scene_node_number(node, ZD_SCENE_GEOMETRY_SUBDIVIDE, 0, r->pose.frame);
        status = zd_geometry_subdivide(r->ctx, &kept->geometry, times, err);
    }
    if (status != ZD_OK) {
        const zd_scene_value *value = zd_scene_node_value(node, ZD_SCENE_GEOMETRY_FILE);
        return zd_fail_context(err, status, "%s:%d:%d: geometry '%s'", r->scene->path, value->line,
                               value->column, node->name);
    }
    kept->has_geometry = true;
    warn_without_uv(r, node);
    return ZD_OK;
}

static bool map_yes(const zd_scene_renderer *r, int zdepth, int key)
{
    return zdepth >= 0 && zd_scene_node_choice(&r->scene->nodes[zdepth], key) == ZD_SCENE_YES;
}

static zd_status build_geometry(zd_scene_renderer *r, zd_scene_draw *draw, bool three_d,
                                zd_error *err)
{
    const zd_scene_node *node = &r->scene->nodes[draw->node];
    zd_scene_render_node *kept = &r->nodes[draw->node];
    ZD_TRY(load_geometry(r, node, kept, err));
    double unit = zd_scene_node_number(node, ZD_SCENE_GEOMETRY_UNIT, 0, r->pose.frame);
    zd_mat4 scaled = zd_mat4_scaling((zd_vec3){ unit, unit, unit });
    zd_geometry_place place = { .object = zd_mat4_multiply(&draw->world, &scaled),
                                .map = draw->map,
                                .displaces = three_d,
                                .recompute_normals =
                                    map_yes(r, draw->zdepth, ZD_SCENE_ZDEPTH_BUMP) };
    if (draw->zdepth >= 0) {
        place.mapping =
            zd_scene_node_choice(&r->scene->nodes[draw->zdepth], ZD_SCENE_ZDEPTH_MAPPING);
    }
    bool projects = place.mapping == ZD_SCENE_MAPPING_CAMERA;
    draw->features |= projects && (draw->features & ZD_GL_FIELD) != 0 ? ZD_GL_PROJECTED : 0;
    return zd_mesh_geometry(&r->mesh, &r->camera, &kept->geometry, &place, err);
}

/* Soft steps become sharp before a surface tears; what it hides is made where it is asked for. */
static zd_status prepare_layers(zd_scene_renderer *r, zd_scene_draw *draw,
                                const zd_scene_tear *tear, zd_error *err)
{
    const zd_scene_node *map = &r->scene->nodes[draw->zdepth];
    int media = zd_scene_node_ref(&r->scene->nodes[draw->node], ZD_SCENE_OBJECT_MEDIA);
    zd_scene_media_slot *slot = NULL;
    zd_view picture = { 0 };
    if (tear->mode == ZD_SCENE_CUT_KEEP) {
        zd_image_unref(&draw->map->sharp);
        return ZD_OK;
    }
    if (media >= 0) {
        ZD_TRY(zd_scene_media_colour(&r->media, media, r->pose.frame, &slot, err));
        picture = zd_image_view(slot->colour);
    }
    zd_zmap_layers layers;
    memset(&layers, 0, sizeof layers); /* padding is compared too */
    layers.field = draw->map->field_serial;
    layers.picture = slot != NULL ? slot->colour_serial : 0;
    layers.steps = zd_zmap_steps(draw->map, &draw->world, tear->tangent, tear->max_edge);
    if (tear->mode == ZD_SCENE_CUT_SKIRT) {
        zd_view field = zd_image_view(draw->map->field);
        layers.reach = zd_scene_node_number(map, ZD_SCENE_ZDEPTH_SKIRT, 0, r->pose.frame) *
                       field.width / draw->map->card_w;
    } else if (tear->mode == ZD_SCENE_CUT_FILL) {
        layers.reach = zd_zmap_reach(draw->map, &r->camera, layers.steps.pixel);
    }
    ZD_TRY(zd_zmap_prepare_layers(&r->maps, draw->map, &layers, picture, err));
    if (draw->map->filling.colour != NULL) {
        zd_gl_texture_upload(&r->nodes[draw->zdepth].filling,
                             zd_image_view(draw->map->filling.colour), draw->map->filling_serial);
    }
    return ZD_OK;
}

static zd_status build_surface(zd_scene_renderer *r, zd_scene_draw *draw, bool three_d,
                               zd_error *err)
{
    const zd_scene_node *node = &r->scene->nodes[draw->node];
    double frame = r->pose.frame;
    if (!three_d) {
        double width = 0.0;
        double height = 0.0;
        ZD_TRY(zd_scene_object_size(&r->media, draw->node, frame, &width, &height, err));
        zd_mesh_card(&r->mesh, &r->camera, &draw->world, width, height);
        return r->mesh.failed ? zd_fail_memory(err, "a surface") : ZD_OK;
    }
    const zd_scene_node *map = &r->scene->nodes[draw->zdepth];
    double angle = zd_scene_node_number(map, ZD_SCENE_ZDEPTH_CUT_ANGLE, 0, frame);
    zd_scene_tear tear = { .mode = zd_scene_node_choice(map, ZD_SCENE_ZDEPTH_CUT_MODE),
                           .tangent = tan(angle * 0.017453292519943295),
                           .max_edge =
                               zd_scene_node_number(map, ZD_SCENE_ZDEPTH_MAX_EDGE, 0, frame) };
    ZD_TRY(prepare_layers(r, draw, &tear, err));
    double cell = zd_scene_node_number(node, ZD_SCENE_SURFACE_CELL, 0, frame);
    zd_status status =
        zd_mesh_grid(&r->mesh, &r->camera, &draw->world, draw->map, cell, &tear, err);
    return status == ZD_OK ? ZD_OK
                           : zd_fail_context(err, status, "%s:%d:%d: surface '%s'", r->scene->path,
                                             node->line, node->column, node->name);
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
    if (map->normals != NULL && !is_surface && (draw->features & ZD_GL_FIELD) != 0) {
        draw->features |= ZD_GL_BUMP_FIELD;
        zd_image *slopes = map->slopes != NULL ? map->slopes : map->field;
        zd_gl_texture_upload(&kept->bump, zd_image_view(slopes), map->field_serial);
    }
    if (map->normals != NULL && is_surface) {
        draw->features |= ZD_GL_BUMP;
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

static zd_status prepare_picture(zd_scene_renderer *r, zd_scene_draw *draw, zd_error *err)
{
    const zd_scene_node *node = &r->scene->nodes[draw->node];
    int media = zd_scene_node_ref(node, ZD_SCENE_OBJECT_MEDIA);
    zd_scene_media_slot *slot = NULL;
    draw->is_opaque =
        zd_scene_node_number(node, ZD_SCENE_OBJECT_TRANSPARENCY, 0, r->pose.frame) == 0.0;
    if (media >= 0) {
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

static void add_bounds(const zd_mesh *mesh, zd_scene_draw *draw)
{
    for (size_t i = 0; i < mesh->vertex_count; i++) {
        for (int c = 0; c < 3; c++) {
            double v = (double) mesh->vertices[i].position[c];
            draw->low[c] = fmin(draw->low[c], v);
            draw->high[c] = fmax(draw->high[c], v);
        }
    }
}

/* A surface in the default mode is flat; lights see it as its depth says. */
static zd_status prepare_caster(zd_scene_renderer *r, zd_scene_draw *draw, zd_error *err)
{
    const zd_scene_node *node = &r->scene->nodes[draw->node];
    double angle = zd_scene_node_number(&r->scene->nodes[draw->zdepth], ZD_SCENE_ZDEPTH_CUT_ANGLE,
                                        0, r->pose.frame);
    const zd_scene_tear tear = { .mode = ZD_SCENE_CUT_CUT,
                                 .tangent = tan(angle * 0.017453292519943295) };
    double cell = zd_scene_node_number(node, ZD_SCENE_SURFACE_CELL, 0, r->pose.frame);
    zd_mesh_clear(&r->mesh);
    zd_image_unref(&draw->map->sharp);
    ZD_TRY(zd_mesh_grid(&r->mesh, &r->camera, &draw->world, draw->map, cell, &tear, err));
    upload_mesh(&r->mesh, true, &r->nodes[draw->node].caster);
    draw->caster_count = (GLsizei) r->mesh.index_count;
    add_bounds(&r->mesh, draw);
    return ZD_OK;
}

static zd_status prepare_draw(zd_scene_renderer *r, int object, zd_scene_draw *draw, zd_error *err)
{
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
    zd_mesh_clear(&r->mesh);
    ZD_TRY(node->kind == ZD_SCENE_NODE_SURFACE ? build_surface(r, draw, three_d, err)
                                               : build_geometry(r, draw, three_d, err));
    if (r->sink != NULL) {
        return r->sink(r->sink_user, r, draw, err);
    }
    ZD_TRY(zd_mesh_planes(&r->mesh, &r->camera, err));
    bool is_flat = node->kind == ZD_SCENE_NODE_SURFACE && !three_d;
    draw->features |= is_flat ? 0u : ZD_GL_PLANES;
    upload_mesh(&r->mesh, is_flat, &r->nodes[object].mesh);
    draw->index_count = (GLsizei) r->mesh.index_count;
    for (int c = 0; c < 3; c++) {
        draw->low[c] = HUGE_VAL;
        draw->high[c] = -HUGE_VAL;
    }
    if (!r->lights.casts && draw->is_opaque) {
        return ZD_OK;
    }
    add_bounds(&r->mesh, draw);
    if (!r->lights.casts) {
        return ZD_OK;
    }
    bool is_surface = node->kind == ZD_SCENE_NODE_SURFACE;
    return is_surface && (draw->features & ZD_GL_FIELD) != 0 ? prepare_caster(r, draw, err) : ZD_OK;
}

static bool has_hidden(const zd_scene_renderer *r, const zd_scene_draw *draw)
{
    return draw->map != NULL && draw->map->filling.z != NULL &&
           r->scene->nodes[draw->node].kind == ZD_SCENE_NODE_SURFACE &&
           map_yes(r, draw->zdepth, ZD_SCENE_ZDEPTH_DISPLACE) &&
           (r->sink != NULL || map_yes(r, draw->zdepth, ZD_SCENE_ZDEPTH_THREE_D)) &&
           zd_scene_node_choice(&r->scene->nodes[draw->zdepth], ZD_SCENE_ZDEPTH_CUT_MODE) >=
               ZD_SCENE_CUT_SKIRT;
}

/* The layer behind a torn surface is drawn like it, with its own mesh, picture and plain normals. */
static zd_status prepare_hidden(zd_scene_renderer *r, const zd_scene_draw *surface,
                                zd_scene_draw *draw, zd_error *err)
{
    *draw = *surface;
    draw->is_hidden = true;
    draw->features &= ~(unsigned) (ZD_GL_BUMP | ZD_GL_NORMALMAP);
    draw->features |= ZD_GL_PLANES;
    zd_mesh_clear(&r->mesh);
    ZD_TRY(zd_mesh_hidden(&r->mesh, &r->camera, &draw->world, draw->map, err));
    if (r->sink != NULL) {
        return r->sink(r->sink_user, r, draw, err);
    }
    ZD_TRY(zd_mesh_planes(&r->mesh, &r->camera, err));
    upload_mesh(&r->mesh, false, &r->nodes[draw->node].hidden);
    draw->index_count = (GLsizei) r->mesh.index_count;
    return ZD_OK;
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
                ZD_TRY(prepare_hidden(r, draw, &r->draws[r->draw_count++], err));
            }
        }
    }
    return ZD_OK;
}
