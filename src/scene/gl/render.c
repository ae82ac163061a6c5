/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A frame: collect objects, draw each sample of a pixel, resolve them, read the passes. */

#include "scene/render.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "core/require.h"
#include "scene/render_internal.h"

enum { MAX_SAMPLES = 256, MOST_KEPT_BYTES = 1 << 30 };

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t) t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void make_objects(zd_scene_renderer *r)
{
    static const float white[4] = { 1, 1, 1, 1 };
    glCreateSamplers(3, r->samplers);
    for (int i = 0; i < 3; i++) {
        GLint filter = i == 1 ? GL_NEAREST : GL_LINEAR;
        glSamplerParameteri(r->samplers[i], GL_TEXTURE_MIN_FILTER,
                            i == 2 ? GL_LINEAR_MIPMAP_LINEAR : filter);
        glSamplerParameteri(r->samplers[i], GL_TEXTURE_MAG_FILTER, filter);
        glSamplerParameteri(r->samplers[i], GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
        glSamplerParameteri(r->samplers[i], GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    }
    if (epoxy_has_gl_extension("GL_EXT_texture_filter_anisotropic")) {
        float most = 1.0f;
        glGetFloatv(GL_MAX_TEXTURE_MAX_ANISOTROPY, &most);
        glSamplerParameterf(r->samplers[2], GL_TEXTURE_MAX_ANISOTROPY, fminf(most, 8.0f));
    }
    glCreateTextures(GL_TEXTURE_2D, 1, &r->white);
    glTextureStorage2D(r->white, 1, GL_RGBA32F, 1, 1);
    glTextureSubImage2D(r->white, 0, 0, 0, 1, 1, GL_RGBA, GL_FLOAT, white);
    glCreateVertexArrays(1, &r->screen_array);
}

static zd_status init(zd_scene_renderer *r, zd_error *err)
{
    size_t count = (size_t) r->scene->node_count;
    r->nodes = zd_alloc_zeroed(r->ctx, count, sizeof *r->nodes);
    r->draws = zd_alloc_zeroed(r->ctx, count, 2 * sizeof *r->draws); /* a hidden layer each */
    if (r->nodes == NULL || r->draws == NULL) {
        return zd_fail_memory(err, "a scene's renderer");
    }
    ZD_TRY(zd_pose_init(&r->pose, r->scene, err));
    ZD_TRY(zd_scene_media_store_init(&r->media, r->scene, r->services, err));
    ZD_TRY(zd_zmap_store_init(&r->maps, r->scene, &r->media, err));
    r->pose.snap = zd_zsnap_point;
    r->pose.snap_user = &r->maps;
    r->mesh.ctx = r->ctx;
    r->seen.ctx = r->ctx;
    r->most_kept_bytes = MOST_KEPT_BYTES;
    ZD_TRY(zd_gl_context_create(r->ctx, &r->gl, err));
    ZD_TRY(zd_gl_enter(r->gl, err));
    make_objects(r);
    zd_gl_leave(r->gl);
    return ZD_OK;
}

/* Whether a camera stands anywhere but where it sees a surface of the frame's size fill its picture. */
static bool goes_about(const zd_scene *scene, int camera)
{
    const zd_scene_node *node = &scene->nodes[camera];
    const zd_scene_value *position = zd_scene_node_value(node, ZD_SCENE_CAMERA_POSITION);
    const zd_scene_value *rotation = zd_scene_node_value(node, ZD_SCENE_CAMERA_ROTATION);
    bool is_aside = position->is_set && (position->number[0] != 0.0 || position->number[1] != 0.0);
    return zd_scene_parent(scene, camera) >= 0 || is_aside || rotation->is_set ||
           position->curves != NULL || rotation->curves != NULL ||
           zd_scene_node_ref(node, ZD_SCENE_CAMERA_LOOK_AT) >= 0;
}

/* A surface extruded along the rays of the very camera that goes round it looks flat to that camera. */
static void tell_seen_by_renderer(const zd_scene *scene, int map, int camera)
{
    const zd_scene_node *node = &scene->nodes[map];
    int direction = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_DIRECTION);
    int object = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON);
    bool by_rays = scene->nodes[object].kind == ZD_SCENE_NODE_SURFACE &&
                   (direction == ZD_SCENE_DIRECTION_AUTO || direction == ZD_SCENE_DIRECTION_RAY);
    if (by_rays && zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_THREE_D) == ZD_SCENE_YES) {
        zd_log_write(
            zd_context_log(scene->ctx), ZD_LOG_WARN, "scene",
            "'%s' has no camera and is extruded along the rays of '%s', which renders: to it "
            "the surface looks flat wherever it goes; add 'camera filmed { }', which "
            "stays, and 'camera filmed' to '%s'",
            node->name, scene->nodes[camera].name, node->name);
    }
}

static void tell_flat_reliefs(const zd_scene *scene)
{
    int camera = -1;
    for (int i = 0; i < zd_scene_output_count(scene) && camera < 0; i++) {
        int seen = zd_scene_output_camera(scene, zd_scene_output_node(scene, i));
        camera = goes_about(scene, seen) ? seen : -1;
    }
    for (int i = 0; i < scene->node_count && camera >= 0; i++) {
        if (scene->nodes[i].kind == ZD_SCENE_NODE_ZDEPTH &&
            zd_scene_node_ref(&scene->nodes[i], ZD_SCENE_ZDEPTH_CAMERA) < 0)
        {
            tell_seen_by_renderer(scene, i, camera);
        }
    }
}

zd_status zd_scene_renderer_create(zd_context *ctx, const zd_scene *scene,
                                   const zd_scene_services *services, zd_scene_renderer **out,
                                   zd_error *err)
{
    *out = NULL;
    ZD_REQUIRE(err, scene != NULL && services != NULL);
    if (!scene->is_checked) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: the scene was not checked", scene->path);
    }
    zd_scene_renderer *r = zd_alloc_zeroed(ctx, 1, sizeof *r);
    if (r == NULL) {
        return zd_fail_memory(err, "a scene's renderer");
    }
    r->ctx = ctx;
    r->scene = scene;
    r->services = services;
    zd_status status = init(r, err);
    if (status != ZD_OK) {
        zd_scene_renderer_destroy(&r);
        return status;
    }
    tell_flat_reliefs(scene);
    *out = r;
    return ZD_OK;
}

static void release_node(zd_context *ctx, zd_scene_render_node *node)
{
    zd_gl_texture_release(&node->colour);
    zd_gl_texture_release(&node->data);
    zd_gl_texture_release(&node->field);
    zd_gl_texture_release(&node->shape);
    zd_gl_texture_release(&node->bump);
    zd_gl_texture_release(&node->filling);
    zd_gl_texture_release(&node->clean);
    zd_geometry_release(ctx, &node->geometry);
    zd_scene_render_mesh_release(&node->mesh);
    zd_scene_render_mesh_release(&node->hidden);
    zd_scene_render_mesh_release(&node->caster);
}

void zd_scene_renderer_destroy(zd_scene_renderer **renderer)
{
    zd_scene_renderer *r = *renderer;
    *renderer = NULL;
    if (r == NULL) {
        return;
    }
    if (r->gl != NULL && zd_gl_enter(r->gl, NULL) == ZD_OK) {
        for (int i = 0; r->nodes != NULL && i < r->scene->node_count; i++) {
            release_node(r->ctx, &r->nodes[i]);
        }
        zd_gl_target_release(&r->sample);
        zd_gl_target_release(&r->picture);
        zd_gl_target_release(&r->around);
        zd_gl_target_release(&r->peels[0]);
        zd_gl_target_release(&r->peels[1]);
        zd_scene_shadows_release(&r->shadows);
        zd_gl_programs_release(&r->programs);
        glDeleteSamplers(3, r->samplers);
        glDeleteTextures(1, &r->white);
        glDeleteVertexArrays(1, &r->screen_array);
        zd_gl_leave(r->gl);
    }
    zd_gl_context_destroy(r->ctx, &r->gl);
    zd_mesh_release(&r->mesh);
    zd_mesh_seen_release(&r->seen);
    zd_zmap_store_finish(&r->maps);
    zd_scene_media_store_finish(&r->media);
    zd_pose_finish(&r->pose);
    zd_free(r->ctx, r->nodes);
    zd_free(r->ctx, r->draws);
    zd_free(r->ctx, r->steps);
    zd_free(r->ctx, r);
}

const char *zd_scene_renderer_name(const zd_scene_renderer *renderer)
{
    return zd_gl_renderer_name(renderer->gl);
}

static double centred(double t)
{
    return t - floor(t + 0.5);
}

static double radical_inverse(unsigned i)
{
    double value = 0.0;
    for (double part = 0.5; i != 0; i >>= 1, part *= 0.5) {
        value += (i & 1) != 0 ? part : 0.0;
    }
    return value;
}

/* Hammersley's points about the pixel's centre, the centre itself among them, nearest first. */
static void make_samples(int count, double (*samples)[2])
{
    assert(count > 0 && count <= MAX_SAMPLES);
    for (int i = 0; i < count; i++) {
        double s[2] = { centred((double) i / count), centred(radical_inverse((unsigned) i)) };
        int to = i;
        while (to > 0 && hypot(samples[to - 1][0], samples[to - 1][1]) > hypot(s[0], s[1])) {
            memcpy(samples[to], samples[to - 1], sizeof s);
            to--;
        }
        memcpy(samples[to], s, sizeof s);
    }
}

static void bind_samples(const zd_scene_renderer *r, GLuint program)
{
    static const char *const names[ZD_SCENE_TARGETS] = { "u_sample0", "u_sample1", "u_sample2",
                                                         "u_sample3", "u_sample4", "u_sample5" };
    for (int i = 0; i < ZD_SCENE_TARGETS; i++) {
        glBindTextureUnit((GLuint) i, r->sample.textures[i]);
        glBindSampler((GLuint) i, r->samplers[1]);
        glUniform1i(glGetUniformLocation(program, names[i]), i);
    }
}

/* Adds the drawn sample to the picture: colour is summed; data goes where no nearer sample had
 * any, which the depth test keeps count of. */
static zd_status resolve_sample(zd_scene_renderer *r, zd_error *err)
{
    GLuint program = 0;
    glBindVertexArray(r->screen_array);
    glDisable(GL_DEPTH_TEST);
    glEnablei(GL_BLEND, 0);
    glBlendFunc(GL_ONE, GL_ONE);
    zd_gl_target_select(&r->picture, true, false);
    ZD_TRY(zd_gl_program_use(&r->programs, ZD_GL_RESOLVE, &program, err));
    bind_samples(r, program);
    glDrawArrays(GL_TRIANGLES, 0, 3);
    glDisablei(GL_BLEND, 0);
    if ((r->outputs & ~(1u << ZD_SCENE_TARGET_COLOUR)) == 0) {
        return ZD_OK;
    }
    unsigned features = ZD_GL_RESOLVE_DATA |
                        (r->outputs >> ZD_SCENE_TARGET_NORMAL & 1 ? ZD_GL_OUT_NORMAL : 0u) |
                        (r->outputs >> ZD_SCENE_TARGET_POSITION & 1 ? ZD_GL_OUT_POSITION : 0u) |
                        (r->outputs >> ZD_SCENE_TARGET_ID & 1 ? ZD_GL_OUT_ID : 0u) |
                        (r->outputs >> ZD_SCENE_TARGET_EXTRA & 1 ? ZD_GL_OUT_EXTRA : 0u);
    glEnable(GL_DEPTH_TEST);
    glDepthFunc(GL_GREATER);
    zd_gl_target_select(&r->picture, false, true);
    ZD_TRY(zd_gl_program_use(&r->programs, features, &program, err));
    bind_samples(r, program);
    glDrawArrays(GL_TRIANGLES, 0, 3);
    return ZD_OK;
}

static unsigned needed_targets(unsigned passes)
{
    unsigned outputs = 1u << ZD_SCENE_TARGET_COLOUR;
    unsigned data = passes & (ZD_SCENE_PASS_ZDEPTH | ZD_SCENE_PASS_ZDEPTH_HQ |
                              ZD_SCENE_PASS_NORMALS | ZD_SCENE_PASS_POSITION |
                              ZD_SCENE_PASS_OBJECT_ID | ZD_SCENE_PASS_MOTION | ZD_SCENE_PASS_UV);
    outputs |= data != 0 ? 1u << ZD_SCENE_TARGET_Z : 0u;
    outputs |= (passes & (ZD_SCENE_PASS_MOTION | ZD_SCENE_PASS_UV)) != 0
                   ? 1u << ZD_SCENE_TARGET_EXTRA
                   : 0u;
    outputs |= (passes & ZD_SCENE_PASS_NORMALS) != 0 ? 1u << ZD_SCENE_TARGET_NORMAL : 0u;
    outputs |= (passes & ZD_SCENE_PASS_POSITION) != 0 ? 1u << ZD_SCENE_TARGET_POSITION : 0u;
    outputs |= (passes & ZD_SCENE_PASS_OBJECT_ID) != 0 ? 1u << ZD_SCENE_TARGET_ID : 0u;
    return outputs;
}

/* Everything as it is at the pose's frame. */
static zd_status prepare(zd_scene_renderer *r, zd_error *err)
{
    zd_scene_lens_widen(r);
    ZD_TRY(zd_scene_render_lights(r, err));
    ZD_TRY(zd_scene_render_collect(r, err));
    ZD_TRY(zd_scene_render_shadows(r, err));
    return zd_scene_render_around(r, err);
}

static zd_status place_camera(zd_scene_renderer *r, double frame, zd_error *err)
{
    zd_pose_set_frame(&r->pose, frame);
    ZD_TRY(zd_pose_camera(&r->pose, r->camera_node, &r->camera, err));
    zd_scene_render_look(r);
    return ZD_OK;
}

zd_status zd_scene_render_place(zd_scene_renderer *r, double frame, zd_error *err)
{
    r->output_node = zd_scene_output_node(r->scene, 0);
    r->camera_node = zd_scene_output_camera(r->scene, r->output_node);
    r->pose.camera = r->camera_node;
    r->frame = frame;
    return place_camera(r, frame, err);
}

/* Moves the scene to a sample's time, and the camera over its lens. */
static zd_status go_to_sample(zd_scene_renderer *r, int index, zd_error *err)
{
    assert(index >= 0 && index < r->samples);
    double time = zd_scene_lens_time(r, index);
    if (r->samples > 1 && time != r->pose.frame) {
        ZD_TRY(place_camera(r, time, err));
        ZD_TRY(prepare(r, err));
    }
    zd_scene_lens_sample(r, index);
    return ZD_OK;
}

static zd_status draw(zd_scene_renderer *r, const zd_gl_target **result, zd_error *err)
{
    double samples[MAX_SAMPLES][2];
    int count = r->samples;
    int width = r->camera.width;
    int height = r->camera.height;
    make_samples(count, samples);
    ZD_TRY(zd_gl_target_resize(&r->sample, width, height, r->outputs, err));
    *result = &r->sample;
    if (count > 1) {
        ZD_TRY(zd_gl_target_resize(&r->picture, width, height, r->outputs, err));
        zd_gl_target_clear(&r->picture);
        *result = &r->picture;
    }
    for (int i = 0; i < count; i++) {
        ZD_TRY(go_to_sample(r, i, err));
        ZD_TRY(zd_scene_render_draw_sample(r, samples[i], err));
        if (count > 1) {
            ZD_TRY(resolve_sample(r, err));
        }
    }
    glFinish();
    GLenum problem = glGetError();
    return problem == GL_NO_ERROR
               ? ZD_OK
               : zd_fail(err, problem == GL_OUT_OF_MEMORY ? ZD_ERR_NO_MEMORY : ZD_ERR_UNSUPPORTED,
                         "OpenGL: error 0x%x while rendering %dx%d", problem, width, height);
}

static zd_status draw_all(zd_scene_renderer *r, zd_scene_show show, zd_image *to, zd_error *err)
{
    const zd_gl_target *result = NULL;
    unsigned outputs = r->outputs;
    r->outputs = 1u << ZD_SCENE_TARGET_COLOUR;
    r->show = show;
    zd_status status = draw(r, &result, err);
    r->show = ZD_SCENE_SHOW_BEAUTY;
    r->outputs = outputs;
    return status == ZD_OK ? zd_scene_render_read_mean(r, result, zd_image_view(to), err) : status;
}

static void describe(const zd_scene_renderer *r, zd_scene_picture *out)
{
    const zd_scene_node *frame = &r->scene->nodes[0];
    const zd_scene_node *output = &r->scene->nodes[r->output_node];
    out->pixel_aspect = frame->values[ZD_SCENE_FRAME_ASPECT].number[0];
    out->fps = zd_scene_fps(r->scene);
    out->near_px = r->camera.near_px;
    out->far_px = r->camera.far_px;
    out->focal_px = r->camera.focal_y;
    out->focal_x_px = r->camera.focal_x;
    out->centre[0] = r->camera.centre_x;
    out->centre[1] = r->camera.centre_y;
    memcpy(out->world_to_camera, r->camera.from_world.m, sizeof out->world_to_camera);
    out->is_normalised =
        zd_scene_node_choice(output, ZD_SCENE_OUTPUT_ZDEPTH_RANGE) == ZD_SCENE_OUT_NORMALIZED;
}

static zd_status render(zd_scene_renderer *r, zd_scene_picture *out, zd_error *err)
{
    const zd_gl_target *result = NULL;
    int64_t start = now_us();
    r->meshes_made = 0;
    r->meshes_seen = 0;
    ZD_TRY(place_camera(r, r->frame, err));
    describe(r, out);
    ZD_TRY(zd_scene_render_steps(r, err));
    ZD_TRY(zd_scene_lens_measure(r, err));
    ZD_TRY(prepare(r, err));
    int64_t prepared = now_us();
    ZD_TRY(draw(r, &result, err));
    int64_t drawn = now_us();
    ZD_TRY(zd_scene_render_read_passes(r, result, out, err));
    ZD_TRY(zd_scene_render_read_shows(r, draw_all, out, err));
    ZD_TRY(zd_scene_lens_bend(r, out, err));
    out->timing = (zd_scene_timing){ .prepare_us = prepared - start,
                                     .draw_us = drawn - prepared,
                                     .read_us = now_us() - drawn,
                                     .meshes_made = r->meshes_made,
                                     .meshes_seen = r->meshes_seen };
    if (r->pose.frame != r->frame) { /* whoever asks where things are means the frame */
        ZD_TRY(place_camera(r, r->frame, err));
        zd_scene_lens_widen(r);
    }
    return ZD_OK;
}

zd_status zd_scene_render(zd_scene_renderer *r, int output, double frame, zd_scene_picture *out,
                          zd_error *err)
{
    *out = (zd_scene_picture){ .frame = frame };
    r->output_node = zd_scene_output_node(r->scene, output);
    if (r->output_node < 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s: there is no output %d", r->scene->path,
                       output + 1);
    }
    r->camera_node = zd_scene_output_camera(r->scene, r->output_node);
    const zd_scene_node *output_node = &r->scene->nodes[r->output_node];
    r->passes = r->look.passes != 0
                    ? r->look.passes
                    : (unsigned) zd_scene_node_choice(output_node, ZD_SCENE_OUTPUT_PASSES);
    r->samples = r->look.samples > 0
                     ? r->look.samples
                     : (int) zd_scene_node_number(output_node, ZD_SCENE_OUTPUT_SAMPLES, 0, frame);
    r->outputs = needed_targets(r->passes);
    r->pose.camera = r->camera_node;
    r->frame = frame;
    ZD_TRY(zd_gl_enter(r->gl, err));
    zd_status status = render(r, out, err);
    zd_gl_leave(r->gl);
    if (status != ZD_OK) {
        zd_scene_picture_release(out);
    }
    return status;
}

void zd_scene_picture_release(zd_scene_picture *picture)
{
    for (int i = 0; i < picture->pass_count; i++) {
        zd_image_unref(&picture->passes[i].image);
    }
    picture->pass_count = 0;
}

const zd_scene_pass *zd_scene_picture_pass(const zd_scene_picture *picture, const char *name)
{
    for (int i = 0; i < picture->pass_count; i++) {
        if (strcmp(picture->passes[i].name, name) == 0) {
            return &picture->passes[i];
        }
    }
    return NULL;
}
