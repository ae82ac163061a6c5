/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Draws the objects of a frame once, with one sample for each pixel. What hides goes first, with
 * its depth; then what shows through, the farthest object first, tested against that depth; then
 * the depth and data of those transparent fragments whose alpha reaches the threshold. */

#include "scene/render_internal.h"

#include <assert.h>

#define NO_END 1e9 /* farther than any depth */

static GLint at(GLuint program, const char *name)
{
    return glGetUniformLocation(program, name);
}

static void set_matrix(GLuint program, const char *name, const zd_mat4 *m)
{
    float values[16];
    for (int i = 0; i < 16; i++) {
        values[i] = (float) m->m[i / 4][i % 4];
    }
    glUniformMatrix4fv(at(program, name), 1, GL_TRUE, values);
}

static void bind_texture(GLuint program, const char *name, int unit, GLuint texture, GLuint sampler)
{
    glBindTextureUnit((GLuint) unit, texture);
    glBindSampler((GLuint) unit, sampler);
    glUniform1i(at(program, name), unit);
}

/* What is around the frame is looked at from the lens's middle. */
static bool has_lens(const zd_scene_renderer *r)
{
    return r->lens.is_wide && !r->is_looking;
}

static void set_camera(const zd_scene_renderer *r, GLuint program, const double shift[2])
{
    const zd_scene_view_camera *c = &r->camera;
    double right = c->centre_x - 0.5 * c->width; /* of the centre from the picture's middle */
    double up = 0.5 * c->height - c->centre_y;
    glUniform4f(at(program, "u_project"), (float) (2.0 * c->focal_x / c->width),
                (float) (2.0 * c->focal_y / c->height),
                (float) (2.0 * (shift[0] - right) / c->width),
                (float) (2.0 * (shift[1] - up) / c->height));
    glUniform1f(at(program, "u_near"), (float) c->near_px);
    glUniform4f(at(program, "u_ray"), (float) (c->centre_x - shift[0]),
                (float) (c->height - c->centre_y - shift[1]), (float) (1.0 / c->focal_x),
                (float) (1.0 / c->focal_y));
    glUniform2f(at(program, "u_shift"), (float) shift[0], (float) shift[1]);
    set_matrix(program, "u_to_world", &c->to_world);
    if (has_lens(r)) {
        glUniform2f(at(program, "u_frame"), (float) c->width, (float) c->height);
        glUniform4f(at(program, "u_lens"), (float) r->lens.offset[0], (float) r->lens.offset[1],
                    (float) r->lens.refocus[0], (float) r->lens.refocus[1]);
    }
}

static void set_motion(const zd_scene_renderer *r, GLuint program, const zd_scene_draw *draw)
{
    const zd_scene_view_camera *now = &r->camera;
    const zd_scene_view_camera *then = &r->later;
    zd_mat4 moved = zd_mat4_multiply(&r->steps[draw->node], &now->to_world);
    zd_mat4 motion = zd_mat4_multiply(&then->from_world, &moved);
    set_matrix(program, "u_motion", &motion);
    glUniform4f(at(program, "u_motion_lens"), (float) then->focal_x, (float) then->focal_y,
                (float) (then->centre_x + r->lens.left - now->centre_x),
                (float) (now->centre_y - then->centre_y - r->lens.top));
}

static void set_show(const zd_scene_renderer *r, GLuint program, const zd_scene_draw *draw)
{
    float mask[3];
    for (int c = 0; c < 3; c++) {
        mask[c] = r->masked[c] == draw->node ? 1.0f : 0.0f;
    }
    glUniform1i(at(program, "u_show"), (int) r->show);
    glUniform3fv(at(program, "u_mask"), 1, mask);
    if (r->show == ZD_SCENE_SHOW_DIFFUSE || r->show == ZD_SCENE_SHOW_SHADOW) {
        glUniform1f(at(program, "u_shine"), 0.0f);
    }
}

static void set_relief(const zd_scene_renderer *r, GLuint program, const zd_scene_draw *draw)
{
    const zd_scene_relief *relief = &draw->map->relief;
    const zd_scene_node *node = &r->scene->nodes[draw->zdepth];
    zd_mat4 from = zd_mat4_multiply(&relief->camera.from_world, &r->camera.to_world);
    zd_mat4 to = zd_mat4_multiply(&r->camera.from_world, &relief->camera.to_world);
    int own = zd_zdepth_camera(r->scene, draw->zdepth, r->camera_node);
    zd_vec3 way = relief->axis;
    set_matrix(program, "u_from_world", &r->camera.from_world);
    set_matrix(program, "u_depth_from", &from);
    set_matrix(program, "u_depth_to", &to);
    glUniform1i(at(program, "u_same_camera"), own == r->camera_node);
    glUniform1f(at(program, "u_effect"), (float) relief->effect);
    glUniform1i(at(program, "u_along_ray"), relief->direction == ZD_SCENE_DIRECTION_RAY);
    glUniform1i(at(program, "u_along_normal"), relief->direction == ZD_SCENE_DIRECTION_NORMAL);
    glUniform3f(at(program, "u_way"), (float) way.x, (float) way.y, (float) way.z);
    glUniform1i(at(program, "u_is_height"), relief->is_height);
    glUniform1i(at(program, "u_light_at_depth"),
                zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_LIGHT_AT) == ZD_SCENE_LIGHT_AT_DEPTH);
    bool nearest = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_FILTER) == ZD_SCENE_FILTER_NEAREST;
    glUniform1i(at(program, "u_field_nearest"), nearest);
    zd_view field = zd_image_view(draw->map->field);
    glUniform2f(at(program, "u_field_size"), (float) field.width, (float) field.height);
    bool has_shape = draw->map->shape != NULL && draw->caster_count > 0;
    glUniform1i(at(program, "u_has_shape"), has_shape);
    if (has_shape) {
        bind_texture(program, "u_shape", 9, r->nodes[draw->zdepth].shape.name, r->samplers[0]);
    }
    bind_texture(program, "u_field", 1, r->nodes[draw->zdepth].field.name, r->samplers[nearest]);
}

static void set_normals(const zd_scene_renderer *r, GLuint program, const zd_scene_draw *draw)
{
    if ((draw->features & ZD_GL_BUMP_FIELD) != 0) {
        const zd_scene_node *map = &r->scene->nodes[draw->zdepth];
        bind_texture(program, "u_slopes", 2, r->nodes[draw->zdepth].bump.name, r->samplers[0]);
        glUniform1f(
            at(program, "u_bump_depth"),
            (float) zd_scene_node_number(map, ZD_SCENE_ZDEPTH_BUMP_DEPTH, 0, r->pose.frame));
    }
    if ((draw->features & (ZD_GL_BUMP | ZD_GL_FACING)) != 0) {
        bind_texture(program, "u_bump", 2, r->nodes[draw->zdepth].bump.name, r->samplers[0]);
    }
    if ((draw->features & ZD_GL_NORMALMAP) == 0) {
        return;
    }
    const zd_scene_node *node = &r->scene->nodes[draw->normalmap];
    int media = zd_scene_node_ref(node, ZD_SCENE_NORMALMAP_MEDIA);
    bind_texture(program, "u_normalmap", 3, r->nodes[media].data.name, r->samplers[0]);
    bool is_signed =
        zd_scene_node_choice(node, ZD_SCENE_NORMALMAP_ENCODING) == ZD_SCENE_ENCODING_SIGNED;
    bool is_world = zd_scene_node_choice(node, ZD_SCENE_NORMALMAP_SPACE) == ZD_SCENE_SPACE_WORLD;
    float green =
        zd_scene_node_choice(node, ZD_SCENE_NORMALMAP_HAND) == ZD_SCENE_HAND_LEFT ? -1.0f : 1.0f;
    float basis[9];
    for (int c = 0; c < 3; c++) {
        zd_vec3 column = zd_vec3_unit(zd_mat4_column(&draw->world, c));
        if (is_world) {
            column = (zd_vec3){ c == 0, c == 1, c == 2 };
        }
        float sign = c == 1 ? green : 1.0f;
        basis[c * 3] = (float) column.x * sign;
        basis[c * 3 + 1] = (float) column.y * sign;
        basis[c * 3 + 2] = (float) column.z * sign;
    }
    glUniformMatrix3fv(at(program, "u_basis"), 1, GL_FALSE, basis);
    glUniform2f(at(program, "u_decode"), is_signed ? 1.0f : 2.0f, is_signed ? 0.0f : -1.0f);
}

static void set_key(const zd_scene_renderer *r, GLuint program, const zd_scene_draw *draw)
{
    assert(draw->aov >= 0);
    const zd_scene_node *node = &r->scene->nodes[draw->aov];
    double frame = r->pose.frame;
    int type = zd_scene_node_choice(node, ZD_SCENE_AOV_TYPE);
    double a[4] = { 0 };
    if (type == ZD_SCENE_AOV_DISTANCE) {
        a[0] = zd_scene_node_number(node, ZD_SCENE_AOV_BAND, 0, frame);
        a[1] = zd_scene_node_number(node, ZD_SCENE_AOV_BAND, 1, frame);
        a[1] = a[1] != 0.0 ? a[1] : NO_END;
    } else {
        int key = type == ZD_SCENE_AOV_NORMAL ? ZD_SCENE_AOV_DIRECTION : ZD_SCENE_AOV_CENTRE;
        zd_vec3 v = { zd_scene_node_number(node, key, 0, frame),
                      zd_scene_node_number(node, key, 1, frame),
                      zd_scene_node_number(node, key, 2, frame) };
        v = type == ZD_SCENE_AOV_NORMAL ? zd_vec3_unit(v) : v;
        a[0] = v.x;
        a[1] = v.y;
        a[2] = v.z;
        a[3] = zd_scene_node_number(
            node, type == ZD_SCENE_AOV_NORMAL ? ZD_SCENE_AOV_TOLERANCE : ZD_SCENE_AOV_RADIUS, 0,
            frame);
    }
    glUniform1i(at(program, "u_key_type"), type);
    glUniform4f(at(program, "u_key_a"), (float) a[0], (float) a[1], (float) a[2], (float) a[3]);
    glUniform4f(
        at(program, "u_key_b"), (float) zd_scene_node_number(node, ZD_SCENE_AOV_FEATHER, 0, frame),
        zd_scene_node_choice(node, ZD_SCENE_AOV_INVERT) == ZD_SCENE_YES ? 1.0f : 0.0f, 0.0f, 0.0f);
}

/* The picture of what is drawn. A map's own camera sees its media as they are; others see behind steps, where
 * pixels that mix near and far would stay on the far side as a line. */
static GLuint picture_of(const zd_scene_renderer *r, const zd_scene_draw *draw, int media)
{
    if (draw->is_hidden) {
        return r->nodes[draw->zdepth].filling.name;
    }
    bool is_cleaned = draw->zdepth >= 0 && r->nodes[draw->zdepth].clean.name != 0 &&
                      zd_zdepth_camera(r->scene, draw->zdepth, r->camera_node) != r->camera_node;
    return is_cleaned ? r->nodes[draw->zdepth].clean.name : zd_scene_render_picture(r, media);
}

static void set_surface(const zd_scene_renderer *r, GLuint program, const zd_scene_draw *draw)
{
    const zd_scene_node *node = &r->scene->nodes[draw->node];
    double frame = r->pose.frame;
    int media = zd_scene_node_ref(node, ZD_SCENE_OBJECT_MEDIA);
    bool nearest = zd_scene_node_choice(node, ZD_SCENE_OBJECT_FILTER) == ZD_SCENE_FILTER_NEAREST;
    GLuint picture = picture_of(r, draw, media);
    int sampler = nearest ? 1 : draw->is_minified && !draw->is_hidden ? 2 : 0;
    bind_texture(program, "u_media", 0, picture, r->samplers[sampler]);
    glUniform4f(
        at(program, "u_tint"), (float) zd_scene_node_number(node, ZD_SCENE_OBJECT_COLOUR, 0, frame),
        (float) zd_scene_node_number(node, ZD_SCENE_OBJECT_COLOUR, 1, frame),
        (float) zd_scene_node_number(node, ZD_SCENE_OBJECT_COLOUR, 2, frame),
        (float) (1.0 - 0.01 * zd_scene_node_number(node, ZD_SCENE_OBJECT_TRANSPARENCY, 0, frame)));
    glUniform1i(at(program, "u_flip"),
                zd_scene_node_choice(node, ZD_SCENE_OBJECT_FLIP_NORMALS) == ZD_SCENE_YES);
    glUniform1i(at(program, "u_two_sided"),
                zd_scene_node_choice(node, ZD_SCENE_OBJECT_TWO_SIDED) == ZD_SCENE_YES);
    glUniform1f(at(program, "u_shine"),
                (float) zd_scene_node_number(node, ZD_SCENE_OBJECT_SHINE, 0, frame));
    glUniform3f(at(program, "u_specular"),
                (float) zd_scene_node_number(node, ZD_SCENE_OBJECT_SPECULAR, 0, frame),
                (float) zd_scene_node_number(node, ZD_SCENE_OBJECT_SPECULAR, 1, frame),
                (float) zd_scene_node_number(node, ZD_SCENE_OBJECT_SPECULAR, 2, frame));
    const zd_scene_node *output = &r->scene->nodes[r->output_node];
    glUniform1f(at(program, "u_threshold"),
                (float) zd_scene_node_number(output, ZD_SCENE_OUTPUT_THRESHOLD, 0, frame));
}

/* Objects are numbered in file order, whatever an output leaves out. */
static int object_id(const zd_scene *scene, int node)
{
    assert(node >= 0 && node < scene->node_count);
    int id = 0;
    for (int i = 0; i <= node; i++) {
        id += scene->nodes[i].kind == ZD_SCENE_NODE_SURFACE ||
              scene->nodes[i].kind == ZD_SCENE_NODE_GEOMETRY;
    }
    return id;
}

/* What the program that draws an object has to do. */
static unsigned features_of(const zd_scene_renderer *r, const zd_scene_draw *draw, unsigned phase)
{
    unsigned outs = (r->outputs >> ZD_SCENE_TARGET_Z & 1 ? ZD_GL_OUT_Z : 0u) |
                    (r->outputs >> ZD_SCENE_TARGET_NORMAL & 1 ? ZD_GL_OUT_NORMAL : 0u) |
                    (r->outputs >> ZD_SCENE_TARGET_POSITION & 1 ? ZD_GL_OUT_POSITION : 0u) |
                    (r->outputs >> ZD_SCENE_TARGET_ID & 1 ? ZD_GL_OUT_ID : 0u) |
                    (r->outputs >> ZD_SCENE_TARGET_EXTRA & 1 ? ZD_GL_OUT_EXTRA : 0u);
    unsigned features = draw->features | phase | outs | (has_lens(r) ? ZD_GL_LENS : 0u);
    bool is_lit = (features & ZD_GL_LIT) != 0 && !r->is_looking;
    features |= r->show != ZD_SCENE_SHOW_BEAUTY && !r->is_looking ? ZD_GL_SHOW : 0u;
    features &= is_lit ? ~0u : ~(unsigned) (ZD_GL_LIT | ZD_GL_FACING);
    features |= is_lit && r->shadows.count > 0 ? ZD_GL_SHADOWS : 0u;
    features |= is_lit && r->lights.occludes ? ZD_GL_OCCLUSION : 0u;
    return features;
}

static void set_lights(zd_scene_renderer *r, GLuint program, const zd_scene_draw *draw,
                       unsigned features)
{
    float lights[ZD_GL_MAX_LIGHTS * ZD_GL_LIGHT_VECTORS][4];
    int count = zd_scene_render_object_lights(r, draw->node, lights);
    glUniform1i(at(program, "u_light_count"), count);
    if (count > 0) {
        glUniform4fv(at(program, "u_lights"), count * ZD_GL_LIGHT_VECTORS, lights[0]);
    }
    if ((features & ZD_GL_SHADOWS) != 0) {
        zd_scene_shadows_bind(r, program);
    }
    if ((features & ZD_GL_OCCLUSION) != 0) {
        bind_texture(program, "u_depth", 6, r->around.textures[ZD_SCENE_TARGET_Z], r->samplers[1]);
    }
}

static zd_status draw_object(zd_scene_renderer *r, const zd_scene_draw *draw, unsigned phase,
                             const double shift[2], zd_error *err)
{
    GLuint program = 0;
    unsigned features = features_of(r, draw, phase);
    ZD_TRY(zd_gl_program_use(&r->programs, features, &program, err));
    set_camera(r, program, shift);
    set_surface(r, program, draw);
    set_normals(r, program, draw);
    glUniform1i(at(program, "u_zpass"),
                r->is_looking || draw->zdepth < 0 ||
                    zd_scene_node_choice(&r->scene->nodes[draw->zdepth], ZD_SCENE_ZDEPTH_ZPASS) ==
                        ZD_SCENE_YES);
    int id = object_id(r->scene, draw->node);
    glUniform1f(at(program, "u_id"), (float) id);
    /* What is hidden lies behind what is not, where the two meet. */
    glUniform1f(at(program, "u_order"), (float) id - (draw->is_hidden ? 0.5f : 0.0f));
    if ((draw->features & ZD_GL_FIELD) != 0) {
        set_relief(r, program, draw);
    }
    if ((features & ZD_GL_OUT_EXTRA) != 0 && r->steps != NULL) {
        set_motion(r, program, draw);
    }
    if ((features & ZD_GL_SHOW) != 0) {
        set_show(r, program, draw);
    }
    if ((draw->features & ZD_GL_KEY) != 0) {
        set_key(r, program, draw);
    }
    if ((features & ZD_GL_LIT) != 0) {
        set_lights(r, program, draw, features);
    }
    const zd_scene_render_mesh *mesh =
        draw->is_hidden ? &r->nodes[draw->node].hidden : &r->nodes[draw->node].mesh;
    if ((phase & ZD_GL_PEEL) != 0) {
        bind_texture(program, "u_hidden_by", 7, r->sample.depth, r->samplers[1]);
        bind_texture(program, "u_peeled", 8, r->peels[(r->peeling + 1) % 2].depth, r->samplers[1]);
        glUniform1i(at(program, "u_is_first"), r->peeling == 0);
    }
    glBindVertexArray(mesh->vertex_array);
    if ((draw->features & ZD_GL_PLANES) != 0) {
        bind_texture(program, "u_planes", 4, mesh->plane_texture, 0);
    } else {
        glUniform4fv(at(program, "u_plane"), 1, mesh->plane);
    }
    glDrawElements(GL_TRIANGLES, draw->index_count, GL_UNSIGNED_INT, NULL);
    return ZD_OK;
}

/* The farthest transparent object that has not been drawn; the earlier in the file of equals. */
static int next_farthest(const zd_scene_renderer *r, int after)
{
    assert(after < r->draw_count);
    int best = -1;
    for (int i = 0; i < r->draw_count; i++) {
        const zd_scene_draw *draw = &r->draws[i];
        bool done = after >= 0 && (draw->distance > r->draws[after].distance ||
                                   (draw->distance == r->draws[after].distance && i <= after));
        if (!draw->is_opaque && !done && (best < 0 || draw->distance > r->draws[best].distance)) {
            best = i;
        }
    }
    return best;
}

static zd_status draw_transparent(zd_scene_renderer *r, const double shift[2], zd_error *err)
{
    glDepthMask(GL_FALSE);
    glEnablei(GL_BLEND, 0);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    zd_gl_target_select(&r->sample, true, false);
    if (zd_scene_render_crosses(r)) {
        ZD_TRY(zd_scene_render_peel(r, shift, draw_object, err));
    } else {
        for (int i = next_farthest(r, -1); i >= 0; i = next_farthest(r, i)) {
            ZD_TRY(draw_object(r, &r->draws[i], ZD_GL_BLEND, shift, err));
        }
    }
    glDisablei(GL_BLEND, 0);
    glDepthMask(GL_TRUE);
    zd_gl_target_select(&r->sample, false, true);
    for (int i = 0; i < r->draw_count && r->outputs != 1u << ZD_SCENE_TARGET_COLOUR; i++) {
        if (!r->draws[i].is_opaque) {
            ZD_TRY(draw_object(r, &r->draws[i], ZD_GL_DATA, shift, err));
        }
    }
    return ZD_OK;
}

static void begin_objects(void)
{
    glEnable(GL_DEPTH_TEST);
    glEnable(GL_DEPTH_CLAMP); /* `near` cuts fragments, which a map may move, and not triangles */
    glDepthFunc(GL_GEQUAL);
    glDepthMask(GL_TRUE);
    glClipControl(GL_LOWER_LEFT, GL_ZERO_TO_ONE);
}

zd_status zd_scene_render_draw_sample(zd_scene_renderer *r, const double shift[2], zd_error *err)
{
    bool transparent = false;
    zd_gl_target_clear(&r->sample);
    begin_objects();
    for (int i = 0; i < r->draw_count; i++) {
        const zd_scene_draw *draw = &r->draws[i];
        transparent = transparent || !draw->is_opaque;
        ZD_TRY(draw_object(r, draw, draw->is_opaque ? 0 : ZD_GL_SOLID, shift, err));
    }
    return transparent ? draw_transparent(r, shift, err) : ZD_OK;
}

zd_status zd_scene_render_around(zd_scene_renderer *r, zd_error *err)
{
    static const double centre[2] = { 0.0, 0.0 };
    unsigned outputs = r->outputs;
    zd_status status = ZD_OK;
    if (!r->lights.occludes) {
        return ZD_OK;
    }
    ZD_TRY(zd_gl_target_resize(&r->around, r->camera.width, r->camera.height,
                               1u << ZD_SCENE_TARGET_Z, err));
    r->outputs = 1u << ZD_SCENE_TARGET_Z;
    r->is_looking = true;
    zd_gl_target_clear(&r->around);
    begin_objects();
    for (int i = 0; i < r->draw_count && status == ZD_OK; i++) {
        const zd_scene_draw *draw = &r->draws[i];
        status = draw_object(r, draw, draw->is_opaque ? 0 : ZD_GL_SOLID, centre, err);
    }
    r->is_looking = false;
    r->outputs = outputs;
    return status;
}
