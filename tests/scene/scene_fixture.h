/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_FIXTURE_H
#define ZD_SCENE_FIXTURE_H

/* Fixture T0 of the scene's checks: 640x360, vertical field of view 40 degrees, focal length
 * 494.545936 pixels, a card that fills the frame at z 0, near 10, far 510. Media are formulas: the
 * loader below makes a picture from a name. */

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "image/image.h"
#include "scene/render.h"
#include "scene/scene.h"
#include "zd_test.h"

enum { T0_W = 640, T0_H = 360 };
#define T0_FOCAL 494.545936

/* The value of a made picture at a pixel. A test sets it by name. */
typedef float (*t0_formula)(int x, int y, int channel);

typedef struct t0_picture {
    const char *name;
    t0_formula formula;
    int channels;
    int width; /* 0: T0's */
    int height;
    bool is_half;
    int bit_depth;
    const char *declared;
    bool moves; /* its formula reads t0_frame */
} t0_picture;

typedef struct t0_world {
    zd_context *ctx;
    zd_scene *scene;
    zd_scene_renderer *renderer;
    zd_scene_services services;
    zd_scene_picture picture;
    char log[4096];
} t0_world;

static const t0_picture *t0_pictures;
static int t0_picture_count;
static t0_world t0;
static int t0_frame;              /* of the picture that is being made */
static const zd_image *t0_memory; /* the picture called "memory" */

static inline zd_status t0_load(void *user, const zd_scene_request *request, zd_scene_loaded *out,
                                zd_error *err)
{
    (void) user;
    const char *name =
        strrchr(request->path, '/') != NULL ? strrchr(request->path, '/') + 1 : request->path;
    if (strcmp(name, "memory") == 0) {
        *out = (zd_scene_loaded){ .image = zd_image_ref((zd_image *) t0_memory),
                                  .is_still = true,
                                  .is_float = true };
        return ZD_OK;
    }
    t0_frame = request->frame;
    for (int i = 0; i < t0_picture_count; i++) {
        const t0_picture *p = &t0_pictures[i];
        if (strcmp(p->name, name) != 0) {
            continue;
        }
        zd_format format = { ZD_SAMPLE_F32, p->channels };
        *out = (zd_scene_loaded){ .is_still = !p->moves,
                                  .is_float = p->bit_depth == 0,
                                  .is_half = p->is_half,
                                  .bit_depth = p->bit_depth };
        if (p->declared != NULL) {
            snprintf(out->declared, sizeof out->declared, "%s", p->declared);
        }
        ZD_TRY(zd_image_create(t0.ctx, p->width > 0 ? p->width : T0_W,
                               p->height > 0 ? p->height : T0_H, format, &out->image, err));
        zd_view view = zd_image_view(out->image);
        for (int y = 0; y < view.height; y++) {
            float *row = zd_view_row_f32(view, y);
            for (int x = 0; x < view.width * p->channels; x++) {
                row[x] = p->formula(x / p->channels, y, x % p->channels);
            }
        }
        return ZD_OK;
    }
    return zd_fail(err, ZD_ERR_IO, "'%s': there is no such file", name);
}

static inline void t0_log(void *user, zd_log_level level, const char *domain, const char *message)
{
    (void) user;
    (void) level;
    (void) domain;
    size_t used = strlen(t0.log);
    snprintf(t0.log + used, sizeof t0.log - used, "%s\n", message);
}

static inline void t0_start(const t0_picture *pictures, int count)
{
    zd_context_params params = { .allocator = { zd_test_allocate, zd_test_release, &zd_test_held },
                                 .threads = 1,
                                 .log = { t0_log, NULL, ZD_LOG_INFO } };
    if (zd_context_create(&params, &t0.ctx, NULL) != ZD_OK) {
        exit(1);
    }
    t0.services.loader.load = t0_load;
    t0_pictures = pictures;
    t0_picture_count = count;
}

static inline void t0_clear(void)
{
    zd_scene_picture_release(&t0.picture);
    zd_scene_renderer_destroy(&t0.renderer);
    zd_scene_destroy(&t0.scene);
    t0.log[0] = '\0';
}

static inline void t0_stop(void)
{
    t0_clear();
    zd_context_destroy(&t0.ctx);
}

/** What every T0 scene begins with; '%s' of t0_render follows. */
#define T0_HEAD                          \
    "zscene 1\n"                         \
    "frame { size 640 360 range 1 1 }\n" \
    "camera cam { near 10 far 510 }\n"

/** Renders output 0 of a whole scene; the picture stays until the next one. Skips the test where
 *  there is no OpenGL. */
static inline const zd_scene_picture *t0_render_text(double frame, const char *text)
{
    zd_error err = { 0 };
    t0_clear();
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t0.zscene", text, strlen(text), &t0.scene, &err));
    REQUIRE_OK(zd_scene_check(t0.scene, &err));
    zd_status status = zd_scene_renderer_create(t0.ctx, t0.scene, &t0.services, &t0.renderer, &err);
    if (status == ZD_ERR_MISSING) {
        SKIP("%s", err.message);
    }
    REQUIRE_OK(status);
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, frame, &t0.picture, &err));
    return &t0.picture;
}

/** The same of T0_HEAD and the rest. */
static inline const zd_scene_picture *t0_render_at(double frame, const char *format, ...)
{
    static char text[1 << 16];
    va_list args;
    size_t head = (size_t) snprintf(text, sizeof text, "%s", T0_HEAD);
    va_start(args, format);
    vsnprintf(text + head, sizeof text - head, format, args);
    va_end(args);
    return t0_render_text(frame, text);
}
#define t0_render(...) t0_render_at(1.0, __VA_ARGS__)

static inline zd_view t0_pass(const char *name)
{
    const zd_scene_pass *pass = zd_scene_picture_pass(&t0.picture, name);
    REQUIRE(pass != NULL);
    return zd_image_view(pass->image);
}

static inline float t0_at(zd_view view, int x, int y, int channel)
{
    return zd_view_row_f32(view, y)[x * view.format.channels + channel];
}

/** A copy of a pass that outlives the next render. */
static inline zd_image *t0_keep(const char *name)
{
    return zd_image_ref(zd_scene_picture_pass(&t0.picture, name)->image);
}

static inline bool t0_same(zd_view a, zd_view b)
{
    for (int y = 0; y < a.height; y++) {
        if (memcmp(zd_view_row_f32(a, y), zd_view_row_f32(b, y),
                   (size_t) a.width * zd_format_pixel_bytes(a.format)) != 0)
        {
            return false;
        }
    }
    return true;
}

#endif
