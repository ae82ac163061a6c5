/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A slot for each media node; a new picture gets a new serial, which others watch. */

#include "scene/scene_media.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/file.h"

enum { MAX_SIDE = 16384, CHANNEL_SIZE = 128 };

zd_status zd_scene_media_store_init(zd_scene_media_store *store, const zd_scene *scene,
                                    const zd_scene_services *services, zd_error *err)
{
    *store = (zd_scene_media_store){ .scene = scene, .services = services };
    store->slots = zd_alloc_zeroed(scene->ctx, (size_t) scene->node_count, sizeof *store->slots);
    return store->slots != NULL ? ZD_OK : zd_fail_memory(err, "a scene's media");
}

void zd_scene_media_store_finish(zd_scene_media_store *store)
{
    for (int i = 0; store->slots != NULL && i < store->scene->node_count; i++) {
        zd_image_unref(&store->slots[i].colour);
        zd_image_unref(&store->slots[i].data.image);
        zd_image_unref(&store->slots[i].data_low);
    }
    if (store->scene != NULL) {
        zd_free(store->scene->ctx, store->slots);
    }
    *store = (zd_scene_media_store){ 0 };
}

/* Relative paths start from the scene's folder. The caller frees the path. */
static char *join_folder(const zd_scene *scene, const char *name)
{
    const char *base = zd_path_base(scene->path);
    if (name[0] == '/' || base == scene->path) {
        return zd_strdup(scene->ctx, name);
    }
    char *folder = zd_strdup(scene->ctx, scene->path);
    char *joined = NULL;
    if (folder != NULL) {
        folder[base - scene->path] = '\0';
        joined = zd_path_join(scene->ctx, folder, name);
    }
    zd_free(scene->ctx, folder);
    return joined;
}

zd_status zd_scene_colour_config(const zd_scene *scene, char **path, zd_error *err)
{
    const char *name = zd_scene_node_text(&scene->nodes[0], ZD_SCENE_FRAME_OCIO);
    *path = name[0] != '\0' ? join_folder(scene, name) : NULL;
    return name[0] == '\0' || *path != NULL ? ZD_OK : zd_fail_memory(err, "a path");
}

/* A file, or numbered files, that have the ':' in their name. */
static bool is_whole_name(const zd_scene *scene, const char *text, const char *colon)
{
    char *joined = strchr(colon, '%') == NULL ? join_folder(scene, text) : NULL;
    bool whole = strchr(colon, '%') != NULL || (joined != NULL && zd_file_exists(joined));
    zd_free(scene->ctx, joined);
    return whole;
}

/* "FILE:CHANNEL" is cut at the last ':' that no '/' follows, unless there is a file of that name. */
static char *split_path(const zd_scene *scene, const char *text, char channel[CHANNEL_SIZE])
{
    const char *colon = strrchr(text, ':');
    channel[0] = '\0';
    size_t length = strlen(text);
    if (colon != NULL && colon > text + 1 && strchr(colon, '/') == NULL &&
        strlen(colon + 1) < CHANNEL_SIZE && !is_whole_name(scene, text, colon))
    {
        strcpy(channel, colon + 1);
        length = (size_t) (colon - text);
    }
    char *name = zd_strdup(scene->ctx, text);
    if (name == NULL) {
        return NULL;
    }
    name[length] = '\0';
    char *joined = join_folder(scene, name);
    zd_free(scene->ctx, name);
    return joined;
}

static int number_of(const zd_scene_node *media, double frame)
{
    double offset = zd_scene_node_number(media, ZD_SCENE_MEDIA_OFFSET, 0, frame);
    return (int) fmin(fmax(floor(frame - offset + 0.5), INT32_MIN), INT32_MAX);
}

int zd_scene_media_number(const zd_scene_media_store *store, int media, double frame)
{
    return number_of(&store->scene->nodes[media], frame);
}

zd_status zd_scene_media_footage(const zd_scene_media_store *store, int media, char **path,
                                 zd_error *err)
{
    char channel[CHANNEL_SIZE];
    const zd_scene_node *node = &store->scene->nodes[media];
    const char *front = zd_scene_node_text(node, ZD_SCENE_MEDIA_FRONT);
    *path = NULL;
    if (front[0] == '\0' || zd_scene_node_choice(node, ZD_SCENE_MEDIA_COLOURSPACE) != 0 ||
        zd_scene_node_text(node, ZD_SCENE_MEDIA_SPACE)[0] != '\0')
    {
        return ZD_OK;
    }
    *path = split_path(store->scene, front, channel);
    if (*path == NULL) {
        return zd_fail_memory(err, "a path");
    }
    if (channel[0] != '\0') {
        zd_free(store->scene->ctx, *path);
        *path = NULL;
    }
    return ZD_OK;
}

/* `known` is the identity of the picture that is there already: without an image it is still the same. */
static zd_status load(zd_scene_media_store *store, const zd_scene_node *node, int key, double frame,
                      bool as_data, int64_t known, zd_scene_loaded *out, zd_error *err)
{
    char channel[CHANNEL_SIZE];
    const zd_scene_value *value = zd_scene_node_value(node, key);
    *out = (zd_scene_loaded){ 0 };
    char *path = split_path(store->scene, value->text, channel);
    if (path == NULL) {
        return zd_fail_memory(err, "a path");
    }
    zd_scene_request request = { .path = path,
                                 .channel = channel,
                                 .frame = number_of(node, frame),
                                 .as_data = as_data,
                                 .colourspace =
                                     zd_scene_node_choice(node, ZD_SCENE_MEDIA_COLOURSPACE),
                                 .space = zd_scene_node_text(node, ZD_SCENE_MEDIA_SPACE),
                                 .known = known };
    char *config = NULL;
    zd_status status = zd_scene_colour_config(store->scene, &config, err);
    request.colours.config = config != NULL ? config : "";
    request.colours.working = zd_scene_working_space(store->scene);
    if (status == ZD_OK) {
        status = store->services->loader.load(store->services->loader.user, &request, out, err);
    }
    zd_free(store->scene->ctx, config);
    zd_free(store->scene->ctx, path);
    assert(status != ZD_OK || out->image != NULL || (known != 0 && out->identity == known));
    if (status == ZD_OK && out->image != NULL) {
        zd_view view = zd_image_view(out->image);
        if (view.width > MAX_SIDE || view.height > MAX_SIDE) {
            status = zd_fail(err, ZD_ERR_LIMIT, "'%s' is %dx%d; a side may have %d pixels",
                             value->text, view.width, view.height, MAX_SIDE);
            zd_image_unref(&out->image);
        }
    }
    return status == ZD_OK
               ? ZD_OK
               : zd_fail_context(err, status, "%s:%d:%d: media '%s'", store->scene->path,
                                 value->line, value->column, node->name);
}

static void size_without_files(const zd_scene_media_store *store, const zd_scene_node *node,
                               int *width, int *height)
{
    const double *own = zd_scene_node_value(node, ZD_SCENE_MEDIA_SIZE)->number;
    const double *frame = store->scene->nodes[0].values[ZD_SCENE_FRAME_SIZE].number;
    *width = (int) (own[0] > 0.0 ? own[0] : frame[0]);
    *height = (int) (own[1] > 0.0 ? own[1] : frame[1]);
}

static float luma_of(const float *pixel, int channels)
{
    return channels == 1 ? pixel[0] : 0.2126f * pixel[0] + 0.7152f * pixel[1] + 0.0722f * pixel[2];
}

/* Joins front and matte into premultiplied RGBA; NULL stands for white. Returns whether no pixel
 * is transparent. */
static bool join(const zd_image *front, const zd_image *matte, bool is_premultiplied, zd_view out)
{
    zd_view f = front != NULL ? zd_image_view(front) : (zd_view){ 0 };
    zd_view m = matte != NULL ? zd_image_view(matte) : (zd_view){ 0 };
    bool opaque = true;
    for (int y = 0; y < out.height; y++) {
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < out.width; x++, to += 4) {
            float rgb[3] = { 1.0f, 1.0f, 1.0f };
            float alpha = 1.0f;
            if (front != NULL) {
                const float *p = zd_view_row_f32(f, y) + (size_t) x * (size_t) f.format.channels;
                for (int c = 0; c < 3; c++) {
                    rgb[c] = p[f.format.channels == 1 ? 0 : c];
                }
            }
            if (matte != NULL) {
                const float *p = zd_view_row_f32(m, y) + (size_t) x * (size_t) m.format.channels;
                alpha = luma_of(p, m.format.channels);
                alpha = isnan(alpha) ? 0.0f : fminf(fmaxf(alpha, 0.0f), 1.0f);
            }
            float scale = is_premultiplied ? 1.0f : alpha;
            for (int c = 0; c < 3; c++) {
                to[c] = isfinite(rgb[c]) ? rgb[c] * scale : 0.0f;
            }
            to[3] = alpha;
            opaque = opaque && alpha >= 1.0f;
        }
    }
    return opaque;
}

static zd_status join_slot(zd_scene_media_store *store, const zd_scene_node *node,
                           const zd_image *front, const zd_image *matte, zd_scene_media_slot *slot,
                           zd_error *err)
{
    int width = 0;
    int height = 0;
    size_without_files(store, node, &width, &height);
    if (front != NULL || matte != NULL) {
        zd_view view = zd_image_view(front != NULL ? front : matte);
        width = view.width;
        height = view.height;
    }
    if (front != NULL && matte != NULL) {
        zd_view view = zd_image_view(matte);
        if (view.width != width || view.height != height) {
            return zd_scene_fail(store->scene, node->line, node->column, err,
                                 "media '%s' has a front of %dx%d and a matte of %dx%d", node->name,
                                 width, height, view.width, view.height);
        }
    }
    zd_image_unref(&slot->colour);
    ZD_TRY(zd_image_create(store->scene->ctx, width, height, ZD_RGBA_F32, &slot->colour, err));
    slot->is_opaque =
        join(front, matte, zd_scene_node_choice(node, ZD_SCENE_MEDIA_PREMULT) == ZD_SCENE_YES,
             zd_image_view(slot->colour));
    slot->colour_serial = ++store->serial;
    return ZD_OK;
}

/* Front and matte, where there are files of them. */
static zd_status load_both(zd_scene_media_store *store, const zd_scene_node *node, double frame,
                           const int64_t known[2], zd_scene_loaded both[2], zd_error *err)
{
    static const int keys[2] = { ZD_SCENE_MEDIA_FRONT, ZD_SCENE_MEDIA_MATTE };
    for (int i = 0; i < 2; i++) {
        zd_image_unref(&both[i].image);
        both[i] = (zd_scene_loaded){ .is_still = true };
        if (zd_scene_node_text(node, keys[i])[0] != '\0') {
            ZD_TRY(load(store, node, keys[i], frame, i == 1, known[i], &both[i], err));
        }
    }
    return ZD_OK;
}

static bool is_known(const zd_scene_loaded *loaded, int64_t known)
{
    return loaded->image == NULL && known != 0;
}

zd_status zd_scene_media_colour(zd_scene_media_store *store, int media, double frame,
                                zd_scene_media_slot **out, zd_error *err)
{
    static const int64_t nothing[2] = { 0, 0 };
    const zd_scene_node *node = &store->scene->nodes[media];
    assert(node->kind == ZD_SCENE_NODE_MEDIA);
    zd_scene_media_slot *slot = &store->slots[media];
    int number = number_of(node, frame);
    *out = slot;
    if (slot->colour != NULL && (slot->colour_is_still || slot->colour_number == number)) {
        return ZD_OK;
    }
    zd_scene_loaded both[2] = { { .is_still = true }, { .is_still = true } };
    const int64_t *known = slot->colour != NULL ? slot->colours : nothing;
    zd_status status = load_both(store, node, frame, known, both, err);
    bool front_stays = is_known(&both[0], known[0]);
    bool matte_stays = is_known(&both[1], known[1]);
    bool is_same = (front_stays && both[1].image == NULL) || (matte_stays && both[0].image == NULL);
    if (status == ZD_OK && !is_same && (front_stays || matte_stays)) {
        status = load_both(store, node, frame, nothing, both, err); /* the other one is new */
    }
    if (status == ZD_OK && !is_same) {
        status = join_slot(store, node, both[0].image, both[1].image, slot, err);
    }
    slot->colour_number = number;
    slot->colour_is_still = both[0].is_still && both[1].is_still;
    for (int i = 0; i < 2; i++) {
        slot->colours[i] = both[i].identity;
        zd_image_unref(&both[i].image);
    }
    return status;
}

/* The matte as the low part of the front's values. */
static zd_status load_low(zd_scene_media_store *store, const zd_scene_node *node, double frame,
                          zd_scene_media_slot *slot, zd_error *err)
{
    zd_scene_loaded low;
    if (zd_scene_node_text(node, ZD_SCENE_MEDIA_MATTE)[0] == '\0') {
        return ZD_OK;
    }
    ZD_TRY(load(store, node, ZD_SCENE_MEDIA_MATTE, frame, true, 0, &low, err));
    slot->data_low = low.image;
    return ZD_OK;
}

zd_status zd_scene_media_data(zd_scene_media_store *store, int media, double frame,
                              zd_scene_media_slot **out, zd_error *err)
{
    const zd_scene_node *node = &store->scene->nodes[media];
    assert(node->kind == ZD_SCENE_NODE_MEDIA);
    zd_scene_media_slot *slot = &store->slots[media];
    int number = number_of(node, frame);
    *out = slot;
    if (slot->data.image != NULL && (slot->data.is_still || slot->data_number == number)) {
        return ZD_OK;
    }
    if (zd_scene_node_text(node, ZD_SCENE_MEDIA_FRONT)[0] == '\0') {
        return zd_scene_fail(store->scene, node->line, node->column, err,
                             "media '%s' has no front to read depth or normals from", node->name);
    }
    zd_scene_loaded next;
    bool may_stay = slot->data.image != NULL && slot->data_low == NULL;
    int64_t known = may_stay ? slot->data.identity : 0;
    if (known == 0) {
        zd_image_unref(&slot->data.image);
    }
    ZD_TRY(load(store, node, ZD_SCENE_MEDIA_FRONT, frame, true, known, &next, err));
    slot->data_number = number;
    if (is_known(&next, known)) {
        return ZD_OK;
    }
    zd_image_unref(&slot->data.image);
    zd_image_unref(&slot->data_low);
    slot->data = next;
    zd_status status = load_low(store, node, frame, slot, err);
    if (status != ZD_OK) {
        zd_image_unref(&slot->data.image); /* nothing half */
    }
    slot->data_serial = ++store->serial;
    return status;
}

static zd_status visit_file(const zd_scene *scene, const char *text,
                            zd_status (*visit)(void *user, const char *path, zd_error *err),
                            void *user, bool has_channel, zd_error *err)
{
    char channel[CHANNEL_SIZE];
    if (text[0] == '\0') {
        return ZD_OK;
    }
    char *path = has_channel ? split_path(scene, text, channel) : join_folder(scene, text);
    if (path == NULL) {
        return zd_fail_memory(err, "a path");
    }
    zd_status status = visit(user, path, err);
    zd_free(scene->ctx, path);
    return status;
}

zd_status zd_scene_visit_files(const zd_scene *scene,
                               zd_status (*visit)(void *user, const char *path, zd_error *err),
                               void *user, zd_error *err)
{
    ZD_TRY(visit_file(scene, zd_scene_node_text(&scene->nodes[0], ZD_SCENE_FRAME_OCIO), visit, user,
                      false, err));
    for (int i = 0; i < scene->node_count; i++) {
        const zd_scene_node *node = &scene->nodes[i];
        if (node->kind == ZD_SCENE_NODE_MEDIA) {
            ZD_TRY(visit_file(scene, zd_scene_node_text(node, ZD_SCENE_MEDIA_FRONT), visit, user,
                              true, err));
            ZD_TRY(visit_file(scene, zd_scene_node_text(node, ZD_SCENE_MEDIA_MATTE), visit, user,
                              true, err));
        } else if (node->kind == ZD_SCENE_NODE_GEOMETRY) {
            ZD_TRY(visit_file(scene, zd_scene_node_text(node, ZD_SCENE_GEOMETRY_FILE), visit, user,
                              false, err));
        }
    }
    return ZD_OK;
}
