/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The meshes of a frame's objects: cards, extruded surfaces and what they hide, files. A mesh is made in the
 * world, anew when something that it is made of has changed since; from there the rendering camera sees it, anew
 * when the camera has changed; else it stays on the graphics card as it is. */

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/file.h"
#include "scene/render_internal.h"

#define RADIANS 0.017453292519943295

/* ---- what is kept ---- */

static void make_arrays(zd_scene_render_mesh *kept)
{
    static const struct {
        GLuint buffer;
        int size;
        size_t offset;
    } attributes[] = { { 0, 3, offsetof(zd_vertex, position) },
                       { 0, 3, offsetof(zd_vertex, normal) },
                       { 1, 2, offsetof(zd_mesh_lie, uv) },
                       { 1, 3, offsetof(zd_mesh_lie, lookup) } };
    glCreateVertexArrays(1, &kept->vertex_array);
    glCreateBuffers(1, &kept->vertex_buffer);
    glCreateBuffers(1, &kept->lie_buffer);
    glCreateBuffers(1, &kept->index_buffer);
    glVertexArrayVertexBuffer(kept->vertex_array, 0, kept->vertex_buffer, 0, sizeof(zd_vertex));
    glVertexArrayVertexBuffer(kept->vertex_array, 1, kept->lie_buffer, 0, sizeof(zd_mesh_lie));
    glVertexArrayElementBuffer(kept->vertex_array, kept->index_buffer);
    for (GLuint i = 0; i < 4; i++) {
        glEnableVertexArrayAttrib(kept->vertex_array, i);
        glVertexArrayAttribFormat(kept->vertex_array, i, attributes[i].size, GL_FLOAT, GL_FALSE,
                                  (GLuint) attributes[i].offset);
        glVertexArrayAttribBinding(kept->vertex_array, i, attributes[i].buffer);
    }
}

/* What is the same for every camera. */
static void upload_mesh(const zd_mesh *mesh, zd_scene_render_mesh *kept)
{
    if (kept->vertex_array == 0) {
        make_arrays(kept);
    }
    glNamedBufferData(kept->lie_buffer, (GLsizeiptr) (mesh->vertex_count * sizeof(zd_mesh_lie)),
                      mesh->lies, GL_STREAM_DRAW);
    glNamedBufferData(kept->index_buffer, (GLsizeiptr) (mesh->index_count * sizeof(uint32_t)),
                      mesh->indices, GL_STREAM_DRAW);
}

static void upload_seen(const zd_mesh *mesh, const zd_mesh_seen *seen, bool is_flat,
                        zd_scene_render_mesh *kept)
{
    glNamedBufferData(kept->vertex_buffer, (GLsizeiptr) (mesh->vertex_count * sizeof(zd_vertex)),
                      seen->vertices, GL_STREAM_DRAW);
    size_t planes = mesh->index_count / 3 * ZD_SCENE_PLANE_FLOATS;
    if (planes > 0 && seen->planes != NULL) {
        memcpy(kept->plane, seen->planes, sizeof kept->plane);
    }
    if (is_flat) {
        return;
    }
    if (kept->plane_texture == 0) {
        glCreateBuffers(1, &kept->plane_buffer);
        glCreateTextures(GL_TEXTURE_BUFFER, 1, &kept->plane_texture);
    }
    glNamedBufferData(kept->plane_buffer, (GLsizeiptr) (planes * sizeof(float)), seen->planes,
                      GL_STREAM_DRAW);
    glTextureBuffer(kept->plane_texture, GL_RGBA32F, kept->plane_buffer);
}

void zd_scene_render_mesh_release(zd_scene_render_mesh *mesh)
{
    glDeleteVertexArrays(1, &mesh->vertex_array);
    glDeleteBuffers(1, &mesh->vertex_buffer);
    glDeleteBuffers(1, &mesh->lie_buffer);
    glDeleteBuffers(1, &mesh->index_buffer);
    glDeleteBuffers(1, &mesh->plane_buffer);
    glDeleteTextures(1, &mesh->plane_texture);
    if (mesh->mesh.ctx != NULL) {
        zd_mesh_release(&mesh->mesh);
    }
}

/* What the meshes of an object are made of, but for the way they are made. */
static void begin_key(const zd_scene_draw *draw, zd_scene_mesh_key *key)
{
    memset(key, 0, sizeof *key); /* padding is compared too */
    key->object = draw->world;
    if (draw->map != NULL) {
        memcpy(&key->relief, &draw->map->relief, sizeof key->relief);
        key->card[0] = draw->map->card_w;
        key->card[1] = draw->map->card_h;
        key->field = draw->map->field_serial;
    }
}

static bool is_seen(const zd_scene_renderer *r, const zd_scene_render_mesh *kept)
{
    return kept->is_seen && memcmp(&kept->camera, &r->camera, sizeof r->camera) == 0;
}

/* Whether a mesh need not be made: it is the same, and either kept in the world or seen by the same camera. */
static bool is_kept(const zd_scene_renderer *r, const zd_scene_render_mesh *kept,
                    const zd_scene_mesh_key *key)
{
    return r->sink == NULL && kept->is_made && memcmp(&kept->key, key, sizeof *key) == 0 &&
           (kept->bytes > 0 || is_seen(r, kept));
}

/* Where a mesh is to be made. */
static zd_mesh *begin_mesh(zd_scene_renderer *r, zd_scene_render_mesh *kept)
{
    zd_mesh *mesh = r->sink != NULL ? &r->mesh : &kept->mesh;
    if (r->sink == NULL) {
        r->kept_bytes -= kept->bytes;
        kept->bytes = 0;
        kept->is_made = false;
        kept->is_seen = false;
    }
    mesh->ctx = r->ctx;
    zd_mesh_clear(mesh);
    return mesh;
}

/* Takes the mesh that was made, unless it is for the sink. */
static void end_mesh(zd_scene_renderer *r, const zd_scene_mesh_key *key, zd_scene_render_mesh *kept)
{
    if (r->sink != NULL) {
        return;
    }
    upload_mesh(&kept->mesh, kept);
    zd_mesh_release_lies(&kept->mesh);
    kept->index_count = (GLsizei) kept->mesh.index_count;
    memcpy(&kept->key, key, sizeof *key);
    kept->is_made = true;
    kept->bytes = zd_mesh_bytes(&kept->mesh) + 1;
    r->kept_bytes += kept->bytes;
    r->meshes_made++;
}

/* What the camera sees of the mesh. All meshes that are kept have a limit together: what goes beyond it is made
 * again for each camera, and is the same then. */
static zd_status see_mesh(zd_scene_renderer *r, bool is_flat, zd_scene_render_mesh *kept,
                          zd_error *err)
{
    const zd_mesh *mesh = r->sink != NULL ? &r->mesh : &kept->mesh;
    if (r->sink == NULL && is_seen(r, kept)) {
        return ZD_OK;
    }
    kept->is_seen = false;
    ZD_TRY(zd_mesh_see(mesh, &r->camera, &r->seen, err));
    if (r->sink != NULL) {
        return ZD_OK;
    }
    ZD_TRY(zd_mesh_planes(mesh, &r->camera, &r->seen, err));
    upload_seen(mesh, &r->seen, is_flat, kept);
    memcpy(kept->low, r->seen.low, sizeof kept->low);
    memcpy(kept->high, r->seen.high, sizeof kept->high);
    kept->nearest = kept->high[2] > -r->camera.near_px
                        ? zd_scene_render_nearest_of_mesh(&r->camera, mesh, &r->seen)
                        : HUGE_VAL;
    memcpy(&kept->camera, &r->camera, sizeof kept->camera);
    kept->is_seen = true;
    r->meshes_seen++;
    if (r->kept_bytes > r->most_kept_bytes) {
        r->kept_bytes -= kept->bytes;
        kept->bytes = 0;
        zd_mesh_release(&kept->mesh);
    }
    return ZD_OK;
}

/* ---- geometry ---- */

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
                     "'%s': '%s' has no texture coordinates, so its %s one colour or value; "
                     "unwrap it, or use mapping camera, plane or triplanar for a depth map",
                     node->name, zd_scene_node_text(node, ZD_SCENE_GEOMETRY_FILE),
                     has_map && has_picture ? "media and depth map show"
                     : has_map              ? "depth map shows"
                                            : "media shows");
    }
}

static zd_status load_geometry(zd_scene_renderer *r, const zd_scene_node *node,
                               zd_scene_render_node *kept, zd_error *err)
{
    const char *file = zd_scene_node_text(node, ZD_SCENE_GEOMETRY_FILE);
    const char *base = zd_path_base(r->scene->path);
    char *path = NULL;
    int times = (int) zd_scene_node_number(node, ZD_SCENE_GEOMETRY_SUBDIVIDE, 0, r->pose.frame);
    if (kept->has_geometry && kept->subdivided == times) {
        return ZD_OK;
    }
    zd_geometry_release(r->ctx, &kept->geometry);
    kept->has_geometry = false;
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
        status = zd_geometry_subdivide(r->ctx, &kept->geometry, times, err);
    }
    if (status == ZD_OK) {
        status = zd_geometry_join(r->ctx, &kept->geometry, err);
    }
    if (status != ZD_OK) {
        zd_geometry_release(r->ctx, &kept->geometry);
        const zd_scene_value *value = zd_scene_node_value(node, ZD_SCENE_GEOMETRY_FILE);
        return zd_fail_context(err, status, "%s:%d:%d: geometry '%s'", r->scene->path, value->line,
                               value->column, node->name);
    }
    kept->has_geometry = true;
    kept->subdivided = times;
    if (!kept->has_warned) {
        kept->has_warned = true;
        warn_without_uv(r, node);
    }
    return ZD_OK;
}

static zd_status make_geometry(zd_scene_renderer *r, zd_scene_draw *draw, bool three_d,
                               zd_error *err)
{
    const zd_scene_node *node = &r->scene->nodes[draw->node];
    zd_scene_render_node *kept = &r->nodes[draw->node];
    zd_scene_mesh_key key;
    ZD_TRY(load_geometry(r, node, kept, err));
    double unit = zd_scene_node_number(node, ZD_SCENE_GEOMETRY_UNIT, 0, r->pose.frame);
    zd_mat4 scaled = zd_mat4_scaling((zd_vec3){ unit, unit, unit });
    zd_geometry_place place = { .object = zd_mat4_multiply(&draw->world, &scaled),
                                .map = draw->map,
                                .displaces = three_d };
    if (draw->zdepth >= 0) {
        place.mapping =
            zd_scene_node_choice(&r->scene->nodes[draw->zdepth], ZD_SCENE_ZDEPTH_MAPPING);
    }
    bool projects = place.mapping == ZD_SCENE_MAPPING_CAMERA;
    draw->features |= projects && (draw->features & ZD_GL_FIELD) != 0 ? ZD_GL_PROJECTED : 0;
    begin_key(draw, &key);
    key.object = place.object;
    key.form = three_d ? ZD_SCENE_FORM_GRID : ZD_SCENE_FORM_CARD;
    key.subdivided = kept->subdivided;
    if (!is_kept(r, &kept->mesh, &key)) {
        zd_mesh *mesh = begin_mesh(r, &kept->mesh);
        ZD_TRY(zd_mesh_geometry(mesh, &kept->geometry, &place, err));
        end_mesh(r, &key, &kept->mesh);
    }
    return see_mesh(r, false, &kept->mesh, err);
}

/* ---- surfaces ---- */

bool zd_scene_render_sees_behind(const zd_scene_renderer *r, const zd_scene_draw *draw)
{
    const zd_scene_relief *relief = &draw->map->relief;
    const zd_scene_node *camera = &r->scene->nodes[r->camera_node];
    zd_vec3 eye = zd_mat4_column(&r->camera.to_world, 3);
    zd_vec3 seen = zd_mat4_point(&relief->camera.from_world, eye);
    double tiny = 1e-9 * (1.0 + zd_vec3_length(eye));
    return r->sink != NULL || relief->direction != ZD_SCENE_DIRECTION_RAY ||
           zd_vec3_length(seen) > tiny ||
           zd_scene_node_number(camera, ZD_SCENE_CAMERA_APERTURE, 0, r->pose.frame) > 0.0;
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
    if (tear->mode == ZD_SCENE_CUT_SKIRT && zd_scene_render_sees_behind(r, draw)) {
        zd_view field = zd_image_view(draw->map->field);
        layers.reach = zd_scene_node_number(map, ZD_SCENE_ZDEPTH_SKIRT, 0, r->pose.frame) *
                       field.width / draw->map->card_w;
    } else if (tear->mode == ZD_SCENE_CUT_FILL && zd_scene_render_sees_behind(r, draw)) {
        zd_zmap_reach(draw->map, &r->camera, &layers);
    }
    ZD_TRY(zd_zmap_prepare_layers(&r->maps, draw->map, &layers, picture, err));
    if ((draw->features & ZD_GL_BUMP) != 0) {
        zd_gl_texture_upload(&r->nodes[draw->zdepth].bump, zd_image_view(draw->map->normals),
                             draw->map->normals_serial);
    }
    if (draw->map->filling.colour != NULL) {
        zd_gl_texture_upload(&r->nodes[draw->zdepth].filling,
                             zd_image_view(draw->map->filling.colour), draw->map->filling_serial);
    }
    zd_gl_texture *clean = &r->nodes[draw->zdepth].clean;
    if (draw->map->filling.clean != NULL && tear->mode == ZD_SCENE_CUT_FILL) {
        zd_gl_texture_upload(clean, zd_image_view(draw->map->filling.clean),
                             draw->map->filling_serial);
        if (draw->is_minified) {
            zd_gl_texture_shrink(clean);
        }
    } else {
        zd_gl_texture_release(clean);
    }
    return ZD_OK;
}

static zd_status make_card(zd_scene_renderer *r, zd_scene_draw *draw, zd_error *err)
{
    zd_scene_render_mesh *kept = &r->nodes[draw->node].mesh;
    double card[2] = { 0.0, 0.0 };
    zd_scene_mesh_key key;
    ZD_TRY(zd_scene_object_size(&r->media, draw->node, r->pose.frame, &card[0], &card[1], err));
    begin_key(draw, &key);
    key.form = ZD_SCENE_FORM_CARD;
    key.card[0] = card[0];
    key.card[1] = card[1];
    if (!is_kept(r, kept, &key)) {
        zd_mesh *mesh = begin_mesh(r, kept);
        zd_mesh_card(mesh, &draw->world, card[0], card[1]);
        ZD_TRY(mesh->failed ? zd_fail_memory(err, "a surface") : ZD_OK);
        end_mesh(r, &key, kept);
    }
    return see_mesh(r, true, kept, err);
}

/* A surface as its map says, torn or not. */
static zd_status make_grid(zd_scene_renderer *r, zd_scene_draw *draw, const zd_scene_tear *tear,
                           zd_scene_render_mesh *kept, zd_error *err)
{
    const zd_scene_node *node = &r->scene->nodes[draw->node];
    zd_scene_mesh_key key;
    begin_key(draw, &key);
    key.form = ZD_SCENE_FORM_GRID;
    key.cell = zd_scene_node_number(node, ZD_SCENE_SURFACE_CELL, 0, r->pose.frame);
    key.layers = draw->map->sharp != NULL ? draw->map->sharp_serial : 0;
    key.tear.mode = tear->mode;
    key.tear.tangent = tear->tangent;
    key.tear.max_edge = tear->max_edge;
    if (!is_kept(r, kept, &key)) {
        zd_mesh *mesh = begin_mesh(r, kept);
        zd_status status = zd_mesh_grid(mesh, &draw->world, draw->map, key.cell, tear, err);
        if (status != ZD_OK) {
            return zd_fail_context(err, status, "%s:%d:%d: surface '%s'", r->scene->path,
                                   node->line, node->column, node->name);
        }
        end_mesh(r, &key, kept);
    }
    return see_mesh(r, false, kept, err);
}

static double tear_tangent(const zd_scene_renderer *r, const zd_scene_draw *draw)
{
    return tan(RADIANS * zd_scene_node_number(&r->scene->nodes[draw->zdepth],
                                              ZD_SCENE_ZDEPTH_CUT_ANGLE, 0, r->pose.frame));
}

static zd_status make_surface(zd_scene_renderer *r, zd_scene_draw *draw, bool three_d,
                              zd_error *err)
{
    if (!three_d) {
        return make_card(r, draw, err);
    }
    const zd_scene_node *map = &r->scene->nodes[draw->zdepth];
    zd_scene_tear tear = { .mode = zd_scene_node_choice(map, ZD_SCENE_ZDEPTH_CUT_MODE),
                           .tangent = tear_tangent(r, draw),
                           .max_edge = zd_scene_node_number(map, ZD_SCENE_ZDEPTH_MAX_EDGE, 0,
                                                            r->pose.frame) };
    ZD_TRY(prepare_layers(r, draw, &tear, err));
    return make_grid(r, draw, &tear, &r->nodes[draw->node].mesh, err);
}

static void add_bounds(const zd_scene_render_mesh *kept, zd_scene_draw *draw)
{
    for (int c = 0; c < 3; c++) {
        draw->low[c] = fmin(draw->low[c], kept->low[c]);
        draw->high[c] = fmax(draw->high[c], kept->high[c]);
    }
}

/* A surface in the default mode is flat; lights see it as its depth says. */
static zd_status make_caster(zd_scene_renderer *r, zd_scene_draw *draw, zd_error *err)
{
    zd_scene_render_mesh *kept = &r->nodes[draw->node].caster;
    const zd_scene_tear tear = { .mode = ZD_SCENE_CUT_CUT, .tangent = tear_tangent(r, draw) };
    zd_image_unref(&draw->map->sharp);
    if (draw->map->shape != NULL) {
        zd_gl_texture_upload(&r->nodes[draw->zdepth].shape, zd_image_view(draw->map->shape),
                             draw->map->shape_field);
    }
    ZD_TRY(make_grid(r, draw, &tear, kept, err));
    draw->caster_count = kept->index_count;
    add_bounds(kept, draw);
    return ZD_OK;
}

zd_status zd_scene_render_meshes(zd_scene_renderer *r, zd_scene_draw *draw, bool three_d,
                                 zd_error *err)
{
    bool is_surface = r->scene->nodes[draw->node].kind == ZD_SCENE_NODE_SURFACE;
    zd_scene_render_mesh *kept = &r->nodes[draw->node].mesh;
    ZD_TRY(is_surface ? make_surface(r, draw, three_d, err) : make_geometry(r, draw, three_d, err));
    if (r->sink != NULL) {
        return r->sink(r->sink_user, r, draw, err);
    }
    draw->features |= is_surface && !three_d ? 0u : ZD_GL_PLANES;
    draw->index_count = kept->index_count;
    memcpy(draw->low, kept->low, sizeof draw->low);
    memcpy(draw->high, kept->high, sizeof draw->high);
    bool casts = r->lights.casts && is_surface && (draw->features & ZD_GL_FIELD) != 0;
    return casts ? make_caster(r, draw, err) : ZD_OK;
}

/* The layer behind a torn surface is drawn like it, with its own mesh, picture and plain normals. */
zd_status zd_scene_render_hidden_mesh(zd_scene_renderer *r, const zd_scene_draw *surface,
                                      zd_scene_draw *draw, zd_error *err)
{
    assert(surface->map != NULL);
    zd_scene_render_mesh *kept = &r->nodes[surface->node].hidden;
    zd_scene_mesh_key key;
    *draw = *surface;
    draw->is_hidden = true;
    draw->features &= ~(unsigned) (ZD_GL_BUMP | ZD_GL_NORMALMAP);
    draw->features |= ZD_GL_PLANES;
    begin_key(draw, &key);
    key.form = ZD_SCENE_FORM_HIDDEN;
    key.layers = draw->map->filling_serial;
    if (!is_kept(r, kept, &key)) {
        zd_mesh *mesh = begin_mesh(r, kept);
        ZD_TRY(zd_mesh_hidden(mesh, &draw->world, draw->map, err));
        end_mesh(r, &key, kept);
    }
    ZD_TRY(see_mesh(r, false, kept, err));
    draw->index_count = kept->index_count;
    return r->sink != NULL ? r->sink(r->sink_user, r, draw, err) : ZD_OK;
}
