/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Prints what the plug-in draws, a name and a digest a line, so that two systems can be compared:
 *
 *     ofx_digests PLUGIN MODEL FOLDER
 *
 * MODEL is a network's file, or "-" for the plug-in's own and nothing but what is drawn with it; FOLDER is
 * one that may be written to. Every pixel
 * depth, parameters away from their defaults, the compositor with the clip names and pixels of VEGAS,
 * tiles on threads, Analyse, and 600 instances that live for one frame. */

#include <pthread.h>

#include "ofx_scene.h"

#include "cache/cache_folder.h"
#include "core/digest.h"
#include "core/file.h"

static const char *model;

static void print_digest(const char *name, const mock_image *image)
{
    zd_hasher hasher;
    zd_digest digest;
    char text[ZD_DIGEST_TEXT_SIZE];
    size_t bytes = zd_format_pixel_bytes((zd_format){ image->sample, image->channels }) *
                   (size_t) (image->bounds.x2 - image->bounds.x1);
    zd_hasher_init(&hasher);
    for (int y = image->bounds.y1; y < image->bounds.y2; y++) {
        zd_hasher_update(&hasher, mock_image_pixel(image, image->bounds.x1, y), bytes);
    }
    zd_hasher_finish(&hasher, &digest);
    zd_digest_text(&digest, text);
    printf("%-40s %.16s\n", name, text);
}

static const char *const samples[] = {
    [ZD_SAMPLE_U8] = "u8", [ZD_SAMPLE_U16] = "u16", [ZD_SAMPLE_F16] = "f16", [ZD_SAMPLE_F32] = "f32"
};

static const zd_sample all_samples[] = { ZD_SAMPLE_U8, ZD_SAMPLE_U16, ZD_SAMPLE_F16,
                                         ZD_SAMPLE_F32 };

static void render_and_print(rig *s, const char *what, const char *how)
{
    char name[80];
    REQUIRE_INT(rig_render(s), OFX_OK);
    snprintf(name, sizeof name, "%s %s %s", what, how, samples[s->output->sample]);
    print_digest(name, s->output);
}

/* Each of these changes what was before, so that every step shows. */
static void print_filter(void)
{
    for (int i = 0; i < 4; i++) {
        rig s;
        rig_open(&s, false, all_samples[i]);
        mock_set_int(s.effect, "transparency", 1);
        render_and_print(&s, "filter", "transparency");
        mock_set_number(s.effect, "choke", 0.2);
        mock_set_number(s.effect, "level_gamma", 1.7);
        mock_set_int(s.effect, "invert", 1);
        render_and_print(&s, "filter", "choke gamma invert");
        mock_set_int(s.effect, "auto_depth", 0);
        mock_set_number(s.effect, "depth_in", 0.3);
        mock_set_number(s.effect, "depth_out", 0.8);
        mock_set_int(s.effect, "auto_feather", 0);
        mock_set_number(s.effect, "feather", 1.5);
        render_and_print(&s, "filter", "thresholds feather");
        for (int view = 1; view < 5; view++) {
            char how[32];
            snprintf(how, sizeof how, "view %d", view);
            mock_set_int(s.effect, "view", view);
            render_and_print(&s, "filter", how);
        }
        rig_close(&s);
    }
}

static void print_compositor(const char *host, const char *order)
{
    mock_how = (mock_options){ .name = host };
    for (int i = 0; i < 4; i++) {
        char what[80];
        rig s;
        rig_open(&s, true, all_samples[i]);
        REQUIRE((mock_clip(s.effect, "Background") != NULL) == (order != NULL));
        s.source->order = s.insert->order = s.output->order = order;
        if (order != NULL) {
            scene_fill(s.source, SCENE_COLOUR);
            scene_fill(s.insert, SCENE_INSERT);
        }
        mock_connect(s.effect, order != NULL ? "Background" : "Source", s.source);
        mock_connect(s.effect, "Foreground", s.insert);
        mock_connect(s.effect, "Output", s.output);
        snprintf(what, sizeof what, "compositor %s", order != NULL ? "vegas" : "");
        render_and_print(&s, what, "normal");
        for (int blend = 1; blend < 6; blend++) {
            char how[32];
            snprintf(how, sizeof how, "blend %d", blend);
            mock_set_int(s.effect, "blend", blend);
            render_and_print(&s, what, how);
        }
        for (int transfer = 0; transfer < 5; transfer++) {
            char how[32];
            snprintf(how, sizeof how, "transfer %d", transfer);
            mock_set_int(s.effect, "transfer", transfer);
            render_and_print(&s, what, how);
        }
        rig_close(&s);
    }
    mock_how = (mock_options){ 0 };
}

static void print_general_compositor(void)
{
    print_compositor(NULL, NULL);
}

static void print_vegas_compositor(void)
{
    print_compositor("com.vegascreativesoftware.vegas", "OfxImagePixelOrderBGRA");
}

static void print_network(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_connect(s.effect, "Depth", NULL);
    if (model != NULL) {
        mock_set_text(s.effect, "model", model);
    }
    atomic_store(&mock_messages, 0);
    for (int view = 1; view < 5; view++) {
        char how[32];
        snprintf(how, sizeof how, "view %d", view);
        mock_set_int(s.effect, "view", view);
        render_and_print(&s, "network", how);
    }
    mock_set_int(s.effect, "view", 0);
    mock_set_int(s.effect, "transparency", 1);
    render_and_print(&s, "network", "transparency");
    REQUIRE_INT(atomic_load(&mock_messages), 0);
    mock_user_edit(s.effect, "analyse");
    REQUIRE(mock_progress_updates > 0);
    printf("analysis %s\n", mock_param(s.effect, "analysis")->text);
    render_and_print(&s, "analysed", "transparency");
    rig_close(&s);
}

/* ---- tiles on threads ---- */

enum { TILE = 64, WORKERS = 4 };

typedef struct worker {
    ofx_effect effect;
    int first;
    int failures;
} worker;

static void *draw_tiles(void *user)
{
    worker *w = user;
    int across = (SCENE_WIDTH + TILE - 1) / TILE;
    int down = (SCENE_HEIGHT + TILE - 1) / TILE;
    for (int i = w->first; i < across * down; i += WORKERS) {
        int x = i % across * TILE;
        int y = i / across * TILE;
        ofx_rect_i tile = { x, y, x + TILE < SCENE_WIDTH ? x + TILE : SCENE_WIDTH,
                            y + TILE < SCENE_HEIGHT ? y + TILE : SCENE_HEIGHT };
        mock_render_args args = { 0.0, tile, 1.0, NULL };
        w->failures += mock_render(w->effect, &args) != OFX_OK;
    }
    return NULL;
}

static void print_tiles(void)
{
    rig s;
    worker workers[WORKERS];
    pthread_t threads[WORKERS];
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "transparency", 1);
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = (worker){ s.effect, i, 0 };
        REQUIRE_INT(pthread_create(&threads[i], NULL, draw_tiles, &workers[i]), 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        REQUIRE_INT(workers[i].failures, 0);
    }
    print_digest("tiles on threads", s.output);
    mock_image *whole = scene_output(ZD_SAMPLE_F32);
    REQUIRE_INT(rig_render_to(&s, whole), OFX_OK);
    REQUIRE(same_pixels(whole, s.output));
    mock_image_free(whole);
    rig_close(&s);
}

static void print_short_lives(void)
{
    enum { LIVES = 600 };
    rig s;
    rig_open(&s, false, ZD_SAMPLE_U8);
    for (int n = 0; n < LIVES; n++) {
        REQUIRE_INT(start_plugin(the.filter), OFX_OK);
        ofx_effect effect = mock_create(the.filter, s.descriptor);
        mock_set_int(effect, "transparency", 1);
        mock_connect(effect, "Source", s.source);
        mock_connect(effect, "Depth", s.map);
        mock_connect(effect, "Output", s.output);
        mock_render_args args = whole_of(s.output);
        REQUIRE_INT(mock_render(effect, &args), OFX_OK);
        mock_destroy(effect);
    }
    REQUIRE_INT(atomic_load(&mock_images_alive), 0);
    print_digest("600 lives", s.output);
    rig_close(&s);
}

static void print_cache(zd_context *ctx, const char *path)
{
    zd_cache_folder cache;
    zd_cache_usage usage = { 0 };
    zd_error err;
    if (zd_cache_folder_open(ctx, path, 0, &cache, &err) != ZD_OK ||
        zd_cache_folder_measure(&cache, &usage, &err) != ZD_OK)
    {
        printf("%s\n", err.message);
    }
    printf("cached: %lld maps\n", (long long) usage.entries);
    zd_cache_folder_close(&cache);
}

/* The model under a name with letters outside of every code page. */
static char *copy_model(zd_context *ctx, const char *path, const char *folder)
{
    zd_mapping weights;
    zd_error err;
    char *copy = zd_path_join(ctx, folder, "Gr\xC3\xBC\xC3\x9F\x65 \xE6\xB7\xB1.safetensors");
    if (copy == NULL || zd_file_map(path, &weights, &err) != ZD_OK) {
        printf("%s\n", err.message);
        return NULL;
    }
    if (zd_file_write(ctx, copy, weights.data, weights.bytes, &err) != ZD_OK) {
        printf("%s\n", err.message);
    }
    zd_file_unmap(&weights);
    return copy;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        printf("usage: ofx_digests PLUGIN MODEL FOLDER\n");
        return 2;
    }
    char cache[4096];
    zd_context *ctx = zd_test_context(1);
    zd_error err;
    plugin_path = argv[1];
    /* Letters outside of ASCII and of every code page of Windows. */
    snprintf(cache, sizeof cache, "%.2000s/\xC3\xBCml\xC3\xA4ut \xE6\xB7\xB1/cache", argv[3]);
    setenv("ZD_CACHE", cache, 1);
    if (zd_file_make_folder(ctx, argv[3], &err) != ZD_OK) {
        printf("%s\n", err.message);
        return 2;
    }
    RUN(load_plugin);
    if (strcmp(argv[2], "-") != 0) {
        char *copy = copy_model(ctx, argv[2], argv[3]);
        if (copy == NULL) {
            return 2;
        }
        model = copy;
        RUN(print_filter);
        RUN(print_general_compositor);
        RUN(print_vegas_compositor);
        RUN(print_network);
        RUN(print_tiles);
        RUN(print_short_lives);
        zd_free(ctx, copy);
    } else {
        RUN(print_network);
    }
    print_cache(ctx, cache);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
