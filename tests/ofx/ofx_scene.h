/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_OFX_SCENE_H
#define ZD_TEST_OFX_SCENE_H

/* What the plug-in tests share: the loaded plug-in, and a made-up scene with its depth: a warm disc
 * before a cool, textured wall. */

#include "mock_host.h"
#include "test_system.h"
#include "zd_test.h"

enum { SCENE_WIDTH = 333, SCENE_HEIGHT = 217 };

typedef struct loaded {
    void *library;
    int (*count)(void);
    ofx_plugin *(*get)(int);
    ofx_plugin *filter; /* of the first version */
    ofx_plugin *compositor;
    ofx_plugin *second_filter;
    ofx_plugin *second_compositor;
} loaded;

static const char *plugin_path;
static loaded the;

static inline void load_plugin(void)
{
    the.library = dlopen(plugin_path, RTLD_NOW | RTLD_LOCAL);
    if (the.library == NULL) {
        ZD_TEST_FAIL("%s", dlerror());
    }
    *(void **) &the.count = dlsym(the.library, "OfxGetNumberOfPlugins");
    *(void **) &the.get = dlsym(the.library, "OfxGetPlugin");
    REQUIRE(the.count != NULL && the.get != NULL);
    the.filter = the.get(0);
    the.compositor = the.get(1);
    the.second_filter = the.get(2);
    the.second_compositor = the.get(3);
}

static inline ofx_status start_plugin(ofx_plugin *plugin)
{
    plugin->set_host(mock_host());
    return plugin->main_entry("OfxActionLoad", NULL, NULL, NULL);
}

static inline void stop_plugin(ofx_plugin *plugin)
{
    plugin->main_entry("OfxActionUnload", NULL, NULL, NULL);
}

static inline float wave(int x, int y)
{
    unsigned h = (unsigned) x * 2654435761u ^ (unsigned) y * 40503u;
    h ^= h >> 13;
    h *= 2246822519u;
    return (float) (h >> 24) / 255.0f;
}

/* In fractions of the frame, so that any size shows the same; y goes up. */
static inline bool in_disc(float u, float v)
{
    float x = (u - 0.55f) * (float) SCENE_WIDTH / SCENE_HEIGHT;
    float y = v - 0.45f;
    return x * x + y * y < 0.0784f;
}

static inline void scene_colour(float u, float v, int x, int y, float rgba[4])
{
    float grain = 0.06f * wave(x, y);
    if (in_disc(u, v)) {
        rgba[0] = 0.82f + grain;
        rgba[1] = 0.45f + 0.2f * u;
        rgba[2] = 0.2f;
    } else {
        rgba[0] = 0.12f;
        rgba[1] = 0.25f + 0.2f * v + grain;
        rgba[2] = 0.5f + 0.3f * u;
    }
    rgba[3] = 1.0f;
}

static inline float scene_depth(float u, float v)
{
    return in_disc(u, v) ? 0.8f + 0.05f * u : 0.1f + 0.2f * (1.0f - v);
}

/* An insert that covers the middle, half of it transparent. */
static inline void scene_insert(float u, float v, float rgba[4])
{
    bool inside = u > 0.2f && u < 0.9f && v > 0.3f && v < 0.7f;
    rgba[0] = inside ? 1.0f : 0.0f;
    rgba[1] = inside ? 0.95f : 0.0f;
    rgba[2] = inside ? 0.3f : 0.0f;
    rgba[3] = inside ? (u < 0.5f ? 1.0f : 0.5f) : 0.0f;
}

typedef enum scene_kind { SCENE_COLOUR, SCENE_DEPTH, SCENE_INSERT, SCENE_EFFECT } scene_kind;

static inline void scene_pixel(scene_kind kind, float u, float v, int x, int y, float rgba[4])
{
    if (kind == SCENE_DEPTH) {
        rgba[0] = rgba[1] = rgba[2] = scene_depth(u, v);
        rgba[3] = 1.0f;
    } else if (kind == SCENE_INSERT) {
        scene_insert(u, v, rgba);
    } else {
        scene_colour(u, v, x, y, rgba);
        for (int c = 0; c < 3 && kind == SCENE_EFFECT; c++) {
            rgba[c] = 1.0f - rgba[c];
        }
    }
}

/** Fills an image: what lies at (u, v) depends on its bounds alone. */
static inline void scene_fill(mock_image *image, scene_kind kind)
{
    const ofx_rect_i b = image->bounds;
    for (int y = b.y1; y < b.y2; y++) {
        for (int x = b.x1; x < b.x2; x++) {
            float rgba[4];
            float u = ((float) (x - b.x1) + 0.5f) / (float) (b.x2 - b.x1);
            float v = ((float) (y - b.y1) + 0.5f) / (float) (b.y2 - b.y1);
            scene_pixel(kind, u, v, x - b.x1, y - b.y1, rgba);
            mock_image_put(image, x, y, rgba);
        }
    }
}

static inline mock_image *scene_image(scene_kind kind, zd_sample sample)
{
    ofx_rect_i bounds = { 0, 0, SCENE_WIDTH, SCENE_HEIGHT };
    mock_image *image = mock_image_create(bounds, sample, 4, 0, false);
    scene_fill(image, kind);
    return image;
}

static inline mock_image *scene_output(zd_sample sample)
{
    ofx_rect_i bounds = { 0, 0, SCENE_WIDTH, SCENE_HEIGHT };
    return mock_image_create(bounds, sample, 4, 0, false);
}

static inline mock_render_args whole_of(const mock_image *image)
{
    return (mock_render_args){ 0.0, image->bounds, 1.0, NULL };
}

/** An instance with scene clips of one sample type connected. */
typedef struct rig {
    ofx_effect descriptor;
    ofx_effect effect;
    mock_image *source;
    mock_image *map;
    mock_image *insert;
    mock_image *output;
} rig;

static inline void rig_open_in(rig *s, ofx_plugin *plugin, const char *context, zd_sample sample)
{
    bool compositor = strcmp(context, "OfxImageEffectContextGeneral") == 0;
    *s = (rig){ 0 };
    REQUIRE_INT(start_plugin(plugin), OFX_OK);
    s->descriptor = mock_describe(plugin, context);
    REQUIRE(s->descriptor != NULL);
    s->effect = mock_create(plugin, s->descriptor);
    REQUIRE(s->effect != NULL);
    s->source = scene_image(SCENE_COLOUR, sample);
    s->map = scene_image(SCENE_DEPTH, ZD_SAMPLE_F32);
    s->output = scene_output(sample);
    mock_connect(s->effect, mock_clip(s->effect, "Background") != NULL ? "Background" : "Source",
                 s->source);
    if (mock_clip(s->effect, "Depth") != NULL) {
        mock_connect(s->effect, "Depth", s->map);
    }
    mock_connect(s->effect, "Output", s->output);
    if (compositor) {
        s->insert = scene_image(SCENE_INSERT, sample);
        mock_connect(s->effect, "Foreground", s->insert);
    }
}

static inline void rig_open_plugin(rig *s, ofx_plugin *plugin, zd_sample sample)
{
    bool compositor = plugin == the.compositor || plugin == the.second_compositor;
    rig_open_in(s, plugin,
                compositor ? "OfxImageEffectContextGeneral" : "OfxImageEffectContextFilter",
                sample);
}

static inline void rig_open(rig *s, bool compositor, zd_sample sample)
{
    rig_open_plugin(s, compositor ? the.compositor : the.filter, sample);
}

static inline void rig_close(rig *s)
{
    ofx_plugin *plugin = s->effect->plugin;
    mock_destroy(s->effect);
    mock_free_descriptor(s->descriptor);
    mock_image_free(s->source);
    mock_image_free(s->map);
    mock_image_free(s->insert);
    mock_image_free(s->output);
    stop_plugin(plugin);
}

/** Gives the stage another output image and renders all of it. */
static inline ofx_status rig_render_to(rig *s, mock_image *output)
{
    mock_connect(s->effect, "Output", output);
    mock_render_args args = whole_of(output);
    ofx_status status = mock_render(s->effect, &args);
    mock_connect(s->effect, "Output", s->output);
    return status;
}

static inline ofx_status rig_render(rig *s)
{
    return rig_render_to(s, s->output);
}

static inline float largest_difference(const mock_image *a, const mock_image *b)
{
    float largest = 0.0f;
    for (int y = 0; y < a->bounds.y2 - a->bounds.y1; y++) {
        for (int x = 0; x < a->bounds.x2 - a->bounds.x1; x++) {
            float p[4];
            float q[4];
            mock_image_get(a, a->bounds.x1 + x, a->bounds.y1 + y, p);
            mock_image_get(b, b->bounds.x1 + x, b->bounds.y1 + y, q);
            for (int c = 0; c < 4; c++) {
                float d = p[c] - q[c];
                largest = d > largest ? d : -d > largest ? -d : largest;
            }
        }
    }
    return largest;
}

static inline bool same_pixels(const mock_image *a, const mock_image *b)
{
    size_t bytes = zd_format_pixel_bytes((zd_format){ a->sample, a->channels }) *
                   (size_t) (a->bounds.x2 - a->bounds.x1);
    for (int y = 0; y < a->bounds.y2 - a->bounds.y1; y++) {
        if (memcmp(mock_image_pixel(a, a->bounds.x1, a->bounds.y1 + y),
                   mock_image_pixel(b, b->bounds.x1, b->bounds.y1 + y), bytes) != 0)
        {
            return false;
        }
    }
    return true;
}

#endif
