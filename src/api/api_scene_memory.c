/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A view's memory: an edit that changes more than numbers wants a new renderer, which asks for the
 * same pictures and the same depth again. A loaded picture is known by what was asked for, measured
 * depth by the picture's hash. The oldest go first. */

#include <stdio.h>
#include <string.h>

#include "api/api_scene.h"
#include "core/digest.h"

enum { MAX_LOADED = 24, MAX_MEASURED = 8, KEY_SIZE = 9216 };

typedef struct loaded_entry {
    char *key;
    zd_scene_loaded loaded;
    unsigned used; /* when it was asked for last */
} loaded_entry;

typedef struct measured_entry {
    zd_digest digest;
    zd_scene_measured found; /* values NULL: an empty place */
    unsigned used;
} measured_entry;

struct zd_api_scene_memory {
    zd_context *ctx;
    const zd_scene_services *under;
    zd_scene_services services;
    loaded_entry loaded[MAX_LOADED];
    measured_entry measured[MAX_MEASURED];
    unsigned clock;
};

static void forget_loaded(zd_api_scene_memory *m, loaded_entry *entry)
{
    zd_free(m->ctx, entry->key);
    zd_image_unref(&entry->loaded.image);
    *entry = (loaded_entry){ 0 };
}

static zd_status load(void *user, const zd_scene_request *request, zd_scene_loaded *out,
                      zd_error *err)
{
    zd_api_scene_memory *m = user;
    char key[KEY_SIZE];
    snprintf(key, sizeof key, "%d %d %d %s \x1f%s\x1f%s\x1f%s\x1f%s", request->frame,
             request->as_data, request->colourspace, request->channel, request->path,
             request->space, request->colours.working, request->colours.config);
    loaded_entry *oldest = &m->loaded[0];
    for (int i = 0; i < MAX_LOADED; i++) {
        loaded_entry *entry = &m->loaded[i];
        if (entry->key != NULL && strcmp(entry->key, key) == 0) {
            entry->used = ++m->clock;
            *out = entry->loaded;
            zd_image_ref(out->image);
            return ZD_OK;
        }
        oldest = entry->used < oldest->used ? entry : oldest;
    }
    ZD_TRY(m->under->loader.load(m->under->loader.user, request, out, err));
    forget_loaded(m, oldest);
    oldest->key = zd_strdup(m->ctx, key);
    if (oldest->key != NULL) { /* without memory it is loaded again next time */
        oldest->loaded = *out;
        oldest->used = ++m->clock;
        zd_image_ref(out->image);
    }
    return ZD_OK;
}

/* A frame of footage is known by its place, any other picture by its pixels. */
static zd_digest digest_of(const zd_scene_measure_request *request)
{
    zd_hasher hasher;
    zd_digest digest;
    zd_view rgb = request->picture;
    zd_rect r = request->region;
    bool is_footage = request->path != NULL;
    int head[] = { (int) request->what,
                   rgb.width,
                   rgb.height,
                   r.x0,
                   r.y0,
                   r.x1,
                   r.y1,
                   is_footage,
                   is_footage ? request->frame : 0 };
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, head, sizeof head);
    zd_hasher_update(&hasher, request->model, strlen(request->model) + 1);
    zd_hasher_update(&hasher, request->face_model, strlen(request->face_model) + 1);
    if (is_footage) {
        zd_hasher_update(&hasher, request->path, strlen(request->path));
    }
    for (int y = 0; y < rgb.height && !is_footage; y++) {
        zd_hasher_update(&hasher, zd_view_row_f32(rgb, y),
                         (size_t) rgb.width * zd_format_pixel_bytes(rgb.format));
    }
    zd_hasher_finish(&hasher, &digest);
    return digest;
}

static zd_status analyse(void *user, const zd_scene_measure_request *request,
                         zd_scene_measured *out, zd_error *err)
{
    zd_api_scene_memory *m = user;
    zd_digest digest = digest_of(request);
    measured_entry *oldest = &m->measured[0];
    for (int i = 0; i < MAX_MEASURED; i++) {
        measured_entry *entry = &m->measured[i];
        if (entry->found.values != NULL && memcmp(&entry->digest, &digest, sizeof digest) == 0) {
            entry->used = ++m->clock;
            *out = entry->found;
            zd_image_ref(out->values);
            return ZD_OK;
        }
        oldest = entry->used < oldest->used ? entry : oldest;
    }
    ZD_TRY(m->under->analyser.analyse(m->under->analyser.user, request, out, err));
    zd_image_unref(&oldest->found.values);
    *oldest = (measured_entry){ digest, *out, ++m->clock };
    zd_image_ref(out->values);
    return ZD_OK;
}

zd_status zd_api_scene_memory_create(zd_context *ctx, const zd_scene_services *under,
                                     zd_api_scene_memory **out, zd_error *err)
{
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "a view of scenes");
    }
    (*out)->ctx = ctx;
    (*out)->under = under;
    (*out)->services = (zd_scene_services){ { *out, load }, { *out, analyse } };
    return ZD_OK;
}

void zd_api_scene_memory_destroy(zd_api_scene_memory **memory)
{
    zd_api_scene_memory *m = *memory;
    *memory = NULL;
    if (m != NULL) {
        for (int i = 0; i < MAX_LOADED; i++) {
            forget_loaded(m, &m->loaded[i]);
        }
        for (int i = 0; i < MAX_MEASURED; i++) {
            zd_image_unref(&m->measured[i].found.values);
        }
        zd_free(m->ctx, m);
    }
}

const zd_scene_services *zd_api_scene_memory_services(zd_api_scene_memory *memory)
{
    return &memory->services;
}
