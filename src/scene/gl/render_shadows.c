/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Shadow maps: what each light with shadows sees of the frame's objects, as distances along the light's
 * axis (directional lights) or the axes of a cube's sides (points), in layers of one texture. Surfaces
 * in the default mode are flat; what their depth says is made a mesh for the lights alone. The shader
 * makes edges soft by the distances of what blocks (Fernando, Percentage-Closer Soft Shadows, 2005). */

#include <assert.h>
#include <string.h>

#include "scene/render_internal.h"

/* The eye of a layer: right, up and back in the world, and where it stands. */
typedef struct eye {
    zd_vec3 axes[3];
    zd_vec3 origin;
} eye;

static zd_mat4 view_of(const eye *e)
{
    zd_mat4 m = zd_mat4_identity();
    for (int r = 0; r < 3; r++) {
        m.m[r][0] = e->axes[r].x;
        m.m[r][1] = e->axes[r].y;
        m.m[r][2] = e->axes[r].z;
        m.m[r][3] = -zd_vec3_dot(e->axes[r], e->origin);
    }
    return m;
}

/* The ball about all that may cast or catch, in the world. */
static void find_bounds(const zd_scene_renderer *r, zd_vec3 *centre, double *radius)
{
    double low[3] = { HUGE_VAL, HUGE_VAL, HUGE_VAL };
    double high[3] = { -HUGE_VAL, -HUGE_VAL, -HUGE_VAL };
    for (int i = 0; i < r->draw_count; i++) {
        for (int c = 0; c < 3; c++) {
            low[c] = fmin(low[c], r->draws[i].low[c]);
            high[c] = fmax(high[c], r->draws[i].high[c]);
        }
    }
    zd_vec3 middle = { 0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]),
                       0.5 * (low[2] + high[2]) };
    zd_vec3 half = { 0.5 * (high[0] - low[0]), 0.5 * (high[1] - low[1]), 0.5 * (high[2] - low[2]) };
    *centre = zd_mat4_point(&r->camera.to_world, middle);
    *radius = zd_vec3_length(half);
}

static void add_layer(zd_scene_renderer *r, const eye *e, double scale, bool is_parallel)
{
    zd_scene_shadows *s = &r->shadows;
    assert(s->count < ZD_GL_MAX_SHADOWS);
    zd_mat4 view = view_of(e);
    zd_mat4 from_camera = zd_mat4_multiply(&view, &r->camera.to_world);
    float *lens = s->lens[s->count];
    for (int i = 0; i < 16; i++) {
        s->view[s->count][i] = (float) from_camera.m[i % 4][i / 4];
    }
    lens[0] = (float) scale;
    lens[1] = is_parallel ? 1.0f : 0.0f;
    lens[2] = (float) (2.0 / (scale * s->size));
    lens[3] = 0.0f;
    s->count++;
}

static void add_directional(zd_scene_renderer *r, const zd_mat4 *world)
{
    double radius = 0.0;
    eye e = { .axes = { zd_vec3_unit(zd_mat4_column(world, 0)),
                        zd_vec3_unit(zd_mat4_column(world, 1)),
                        zd_vec3_unit(zd_mat4_column(world, 2)) } };
    find_bounds(r, &e.origin, &radius);
    radius = fmax(radius, 1e-3);
    e.origin = zd_vec3_add(e.origin, zd_vec3_scale(e.axes[2], radius * 1.01));
    add_layer(r, &e, 1.0 / radius, true);
}

static void add_spot(zd_scene_renderer *r, const zd_mat4 *world, double spread)
{
    eye e = { .axes = { zd_vec3_unit(zd_mat4_column(world, 0)),
                        zd_vec3_unit(zd_mat4_column(world, 1)),
                        zd_vec3_unit(zd_mat4_column(world, 2)) },
              .origin = zd_mat4_column(world, 3) };
    add_layer(r, &e, 1.0 / tan(fmin(spread + 2.0, 85.0) * 0.017453292519943295), false);
}

/* Six sides; the shader knows their order. A little wider than a right angle, for soft edges. */
static void add_cube(zd_scene_renderer *r, const zd_mat4 *world)
{
    for (int side = 0; side < 6; side++) {
        double sign = side % 2 == 0 ? -1.0 : 1.0; /* back: away from where it looks */
        double axes[3][3] = { { 0 } };
        int along = side / 2;
        axes[2][along] = sign;
        axes[1][(along + 1) % 3] = 1.0;
        eye e = { .origin = zd_mat4_column(world, 3) };
        e.axes[1] = (zd_vec3){ axes[1][0], axes[1][1], axes[1][2] };
        e.axes[2] = (zd_vec3){ axes[2][0], axes[2][1], axes[2][2] };
        e.axes[0] = zd_vec3_cross(e.axes[1], e.axes[2]);
        add_layer(r, &e, 0.9, false);
    }
}

/* Gives the layers of one light; *first is -1 when it casts none. */
static zd_status add_light(zd_scene_renderer *r, int light, zd_error *err)
{
    assert(light >= 0 && light < r->lights.count);
    const zd_scene_node *node = &r->scene->nodes[r->lights.nodes[light]];
    float *shadow = r->lights.values[light * ZD_GL_LIGHT_VECTORS + 5];
    int type = zd_scene_node_choice(node, ZD_SCENE_LIGHT_TYPE);
    zd_mat4 world;
    if (type == ZD_SCENE_LIGHT_AMBIENT ||
        zd_scene_node_choice(node, ZD_SCENE_LIGHT_SHADOW) != ZD_SCENE_YES)
    {
        return ZD_OK;
    }
    bool is_cube = type == ZD_SCENE_LIGHT_POINT || type == ZD_SCENE_LIGHT_AREA;
    int layers = is_cube ? 6 : 1;
    if (r->shadows.count + layers > ZD_GL_MAX_SHADOWS) {
        return zd_scene_fail(r->scene, node->line, node->column, err,
                             "the shadows of '%s' would need more than %d maps; a point or area "
                             "light takes six, others one",
                             node->name, ZD_GL_MAX_SHADOWS);
    }
    ZD_TRY(zd_pose_world(&r->pose, r->lights.nodes[light], &world, err));
    shadow[0] = (float) r->shadows.count;
    shadow[1] = (float) layers;
    if (is_cube) {
        add_cube(r, &world);
    } else if (type == ZD_SCENE_LIGHT_SPOT) {
        add_spot(r, &world, zd_scene_node_number(node, ZD_SCENE_LIGHT_SPREAD, 0, r->pose.frame));
    } else {
        add_directional(r, &world);
    }
    return ZD_OK;
}

static void make_target(zd_scene_shadows *s)
{
    if (s->made_size == s->size && s->made_layers >= s->count) {
        return;
    }
    zd_scene_shadows_release(s);
    glCreateTextures(GL_TEXTURE_2D_ARRAY, 1, &s->maps);
    glTextureStorage3D(s->maps, 1, GL_R32F, s->size, s->size, s->count);
    glTextureParameteri(s->maps, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTextureParameteri(s->maps, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTextureParameteri(s->maps, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTextureParameteri(s->maps, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glCreateTextures(GL_TEXTURE_2D, 1, &s->depth);
    glTextureStorage2D(s->depth, 1, GL_DEPTH_COMPONENT32F, s->size, s->size);
    glCreateFramebuffers(1, &s->framebuffer);
    glNamedFramebufferTexture(s->framebuffer, GL_DEPTH_ATTACHMENT, s->depth, 0);
    s->made_size = s->size;
    s->made_layers = s->count;
}

void zd_scene_shadows_release(zd_scene_shadows *s)
{
    glDeleteTextures(1, &s->maps);
    glDeleteTextures(1, &s->depth);
    glDeleteFramebuffers(1, &s->framebuffer);
    s->maps = 0;
    s->depth = 0;
    s->framebuffer = 0;
    s->made_size = 0;
    s->made_layers = 0;
}

static void draw_caster(const zd_scene_renderer *r, GLuint program, const zd_scene_draw *draw)
{
    const zd_scene_render_node *kept = &r->nodes[draw->node];
    const zd_scene_node *node = &r->scene->nodes[draw->node];
    const zd_scene_render_mesh *mesh = draw->caster_count > 0 ? &kept->caster : &kept->mesh;
    int media = zd_scene_node_ref(node, ZD_SCENE_OBJECT_MEDIA);
    glBindTextureUnit(0, zd_scene_render_picture(r, media));
    glBindSampler(0, r->samplers[0]);
    glUniform1i(glGetUniformLocation(program, "u_media"), 0);
    glUniform1f(glGetUniformLocation(program, "u_opacity"),
                (float) (1.0 - 0.01 * zd_scene_node_number(node, ZD_SCENE_OBJECT_TRANSPARENCY, 0,
                                                           r->pose.frame)));
    glBindVertexArray(mesh->vertex_array);
    glDrawElements(GL_TRIANGLES, draw->caster_count > 0 ? draw->caster_count : draw->index_count,
                   GL_UNSIGNED_INT, NULL);
}

static void draw_layer(const zd_scene_renderer *r, GLuint program, int layer)
{
    static const float nothing[4] = { 1e30f, 0.0f, 0.0f, 0.0f };
    static const float farthest = 1.0f;
    const zd_scene_shadows *s = &r->shadows;
    glNamedFramebufferTextureLayer(s->framebuffer, GL_COLOR_ATTACHMENT0, s->maps, 0, layer);
    glBindFramebuffer(GL_FRAMEBUFFER, s->framebuffer);
    glViewport(0, 0, s->size, s->size);
    glClearBufferfv(GL_COLOR, 0, nothing);
    glClearBufferfv(GL_DEPTH, 0, &farthest);
    glUniformMatrix4fv(glGetUniformLocation(program, "u_view"), 1, GL_FALSE, s->view[layer]);
    glUniform4fv(glGetUniformLocation(program, "u_lens"), 1, s->lens[layer]);
    for (int i = 0; i < r->draw_count; i++) {
        if (!r->draws[i].is_hidden) {
            draw_caster(r, program, &r->draws[i]);
        }
    }
}

zd_status zd_scene_render_shadows(zd_scene_renderer *r, zd_error *err)
{
    GLuint program = 0;
    zd_scene_shadows *s = &r->shadows;
    s->count = 0;
    s->size = 16;
    for (int i = 0; i < r->lights.count; i++) {
        const zd_scene_node *node = &r->scene->nodes[r->lights.nodes[i]];
        if (zd_scene_node_choice(node, ZD_SCENE_LIGHT_SHADOW) == ZD_SCENE_YES) {
            double size = zd_scene_node_number(node, ZD_SCENE_LIGHT_SHADOW_SIZE, 0, r->pose.frame);
            s->size = size > s->size ? (int) size : s->size;
        }
    }
    for (int i = 0; i < r->lights.count && r->draw_count > 0; i++) {
        ZD_TRY(add_light(r, i, err));
    }
    if (s->count == 0) {
        return ZD_OK;
    }
    make_target(s);
    glClipControl(GL_LOWER_LEFT, GL_ZERO_TO_ONE);
    glEnable(GL_DEPTH_TEST);
    glEnable(GL_DEPTH_CLAMP);
    glDepthFunc(GL_LESS);
    glDepthMask(GL_TRUE);
    glDisablei(GL_BLEND, 0);
    ZD_TRY(zd_gl_program_use(&r->programs, ZD_GL_SHADOW_MAP, &program, err));
    for (int layer = 0; layer < s->count; layer++) {
        draw_layer(r, program, layer);
    }
    return ZD_OK;
}

void zd_scene_shadows_bind(const zd_scene_renderer *r, GLuint program)
{
    const zd_scene_shadows *s = &r->shadows;
    glBindTextureUnit(5, s->maps);
    glBindSampler(5, 0);
    glUniform1i(glGetUniformLocation(program, "u_shadows"), 5);
    glUniformMatrix4fv(glGetUniformLocation(program, "u_shadow_view"), s->count, GL_FALSE,
                       s->view[0]);
    glUniform4fv(glGetUniformLocation(program, "u_shadow_lens"), s->count, s->lens[0]);
    glUniform1f(glGetUniformLocation(program, "u_shadow_size"), (float) s->size);
}
