/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Steps from file to field, each remembered with what it was made of: read, range, convert,
 * soften, place, relief, normals. */

#include "scene/zmap_internal.h"

#include <assert.h>
#include <string.h>

#include "core/size.h"

enum { MAX_SIDE = 16384, MAX_DENSER = 4 };

zd_status zd_zmap_store_init(zd_zmap_store *store, const zd_scene *scene,
                             zd_scene_media_store *media, zd_error *err)
{
    *store = (zd_zmap_store){ .scene = scene, .media = media };
    store->maps = zd_alloc_zeroed(scene->ctx, (size_t) scene->node_count, sizeof *store->maps);
    return store->maps != NULL ? ZD_OK : zd_fail_memory(err, "a scene's depth maps");
}

void zd_zmap_store_finish(zd_zmap_store *store)
{
    for (int i = 0; store->maps != NULL && i < store->scene->node_count; i++) {
        zd_image_unref(&store->maps[i].z);
        zd_image_unref(&store->maps[i].field);
        zd_image_unref(&store->maps[i].normals);
        zd_image_unref(&store->maps[i].analysed);
        zd_image_unref(&store->maps[i].sharp);
        zd_image_unref(&store->maps[i].slopes);
        zd_image_unref(&store->maps[i].shape);
        zd_scene_filling_release(&store->maps[i].filling);
    }
    if (store->scene != NULL) {
        zd_free(store->scene->ctx, store->maps);
    }
    *store = (zd_zmap_store){ 0 };
}

int zd_scene_zdepth_on(const zd_scene *scene, int object)
{
    assert(object >= 0 && object < scene->node_count);
    for (int i = 0; i < scene->node_count; i++) {
        if (scene->nodes[i].kind == ZD_SCENE_NODE_ZDEPTH &&
            zd_scene_node_ref(&scene->nodes[i], ZD_SCENE_ZDEPTH_ON) == object)
        {
            return i;
        }
    }
    return -1;
}

zd_status zd_scene_object_size(zd_scene_media_store *media, int object, double frame, double *width,
                               double *height, zd_error *err)
{
    const zd_scene_node *node = &media->scene->nodes[object];
    const zd_scene_node *scene_frame = &media->scene->nodes[0];
    int source = zd_scene_node_ref(node, ZD_SCENE_OBJECT_MEDIA);
    *width = scene_frame->values[ZD_SCENE_FRAME_SIZE].number[0];
    *height = scene_frame->values[ZD_SCENE_FRAME_SIZE].number[1];
    if (node->kind == ZD_SCENE_NODE_SURFACE &&
        zd_scene_node_number(node, ZD_SCENE_SURFACE_SIZE, 0, frame) > 0.0 &&
        zd_scene_node_number(node, ZD_SCENE_SURFACE_SIZE, 1, frame) > 0.0)
    {
        *width = zd_scene_node_number(node, ZD_SCENE_SURFACE_SIZE, 0, frame);
        *height = zd_scene_node_number(node, ZD_SCENE_SURFACE_SIZE, 1, frame);
    } else if (source >= 0) {
        zd_scene_media_slot *slot = NULL;
        ZD_TRY(zd_scene_media_colour(media, source, frame, &slot, err));
        *width = zd_image_view(slot->colour).width;
        *height = zd_image_view(slot->colour).height;
    }
    if (*width > MAX_SIDE || *height > MAX_SIDE) {
        return zd_scene_fail(media->scene, node->line, node->column, err,
                             "'%s' is %gx%g pixels; a side may have %d", node->name, *width,
                             *height, MAX_SIDE);
    }
    return ZD_OK;
}

/* The part of a map that is used: Flame's Use Cropped Size. */
static zd_status used_part(const zd_zmap_store *store, const zd_scene_node *node, zd_view view,
                           zd_rect *out, zd_error *err)
{
    const zd_scene_value *value = zd_scene_node_value(node, ZD_SCENE_ZDEPTH_CROP);
    const double *c = value->number;
    *out = (zd_rect){ 0, 0, view.width, view.height };
    if (c[2] <= c[0] && c[3] <= c[1]) {
        return ZD_OK;
    }
    *out = (zd_rect){ (int) fmin(c[0], view.width), (int) fmin(c[1], view.height),
                      (int) fmin(c[2], view.width), (int) fmin(c[3], view.height) };
    return zd_rect_is_empty(*out)
               ? zd_scene_fail(store->scene, value->line, value->column, err,
                               "cropped_size of '%s' leaves nothing of a map of %dx%d", node->name,
                               view.width, view.height)
               : ZD_OK;
}

zd_status zd_zmap_values(zd_zmap_store *store, const zd_scene_node *node,
                         const zd_scene_media_slot *slot, zd_image **out, zd_error *err)
{
    zd_view front = zd_image_view(slot->data.image);
    int channels = front.format.channels;
    bool hq = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_HQ) == ZD_SCENE_YES;
    if (hq && slot->data_low == NULL && channels < 2) {
        return zd_scene_fail(store->scene, node->line, node->column, err,
                             "'%s' has hq, and its media has one channel; the matte or a second "
                             "channel holds the low part",
                             node->name);
    }
    zd_view low = slot->data_low != NULL ? zd_image_view(slot->data_low) : front;
    if (hq && (low.width != front.width || low.height != front.height)) {
        return zd_scene_fail(store->scene, node->line, node->column, err,
                             "'%s': the high and the low part differ in size", node->name);
    }
    zd_rect used;
    ZD_TRY(used_part(store, node, front, &used, err));
    front = zd_view_crop(front, used);
    low = zd_view_crop(low, used);
    int low_channels = low.format.channels;
    int low_at = slot->data_low != NULL ? 0 : 1;
    ZD_TRY(zd_image_create(store->scene->ctx, front.width, front.height, ZD_GRAY_F32, out, err));
    zd_view values = zd_image_view(*out);
    for (int y = 0; y < values.height; y++) {
        const float *a = zd_view_row_f32(front, y);
        const float *b = zd_view_row_f32(low, y);
        float *to = zd_view_row_f32(values, y);
        for (int x = 0; x < values.width; x++) {
            float part = hq ? b[(ptrdiff_t) x * low_channels + low_at] : 0.0f;
            to[x] = a[(ptrdiff_t) x * channels] + part;
        }
    }
    return ZD_OK;
}

static const char *range_word(zd_zrange range)
{
    assert(range <= ZD_SCENE_ZRANGE_AUTO);
    static const char *const words[] = { "normalized", "absolute", "inverse", "inverse_normalized",
                                         "height",     "nearness", "auto" };
    return words[range];
}

zd_status zd_zmap_fail_first(const zd_scene *scene, const zd_pose *pose, const zd_scene_node *node,
                             zd_status status, zd_error *err)
{
    int first = zd_zmap_first_frame(scene);
    return pose->frame == first
               ? status
               : zd_fail_context(err, status,
                                 "the range of '%s' is learnt on frame %d, where the scene's range "
                                 "begins",
                                 node->name, first);
}

/* What `range auto` stands for; told on the log, never silent. */
static zd_status guess_range(zd_zmap_store *store, const zd_pose *pose, const zd_scene_node *node,
                             zd_zmap *map, zd_error *err)
{
    static const char *const sure[] = { "declared", "likely", "unsure" };
    zd_scene_media_slot *slot = NULL;
    zd_image *values = NULL;
    if (zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_RANGE) != ZD_SCENE_ZRANGE_AUTO || map->has_guess)
    {
        return ZD_OK;
    }
    zd_status status =
        zd_scene_media_data(store->media, zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_MEDIA),
                            zd_zmap_first_frame(store->scene), &slot, err);
    if (status != ZD_OK) {
        return zd_zmap_fail_first(store->scene, pose, node, status, err);
    }
    ZD_TRY(zd_zmap_values(store, node, slot, &values, err));
    map->guess = zd_scene_depth_guess_range(slot->data.declared, zd_image_view(values));
    map->has_guess = true;
    zd_image_unref(&values);
    zd_log_write(zd_context_log(store->scene->ctx), ZD_LOG_WARN, "scene",
                 "'%s': range auto takes the map as %s%s (%s: %s)", node->name,
                 range_word(map->guess.range), map->guess.is_radial ? ", radial" : "",
                 sure[map->guess.confidence], map->guess.reason);
    if (map->guess.other != NULL) {
        zd_log_write(zd_context_log(store->scene->ctx), ZD_LOG_WARN, "scene",
                     "'%s': nobody can tell black near from white near by these values: it may be "
                     "%s as well; say range normalized (black near) or range nearness (white near)",
                     node->name, map->guess.other);
    }
    return ZD_OK;
}

zd_zrange zd_zmap_range(const zd_scene_node *node, const zd_zmap *map)
{
    zd_zrange range = (zd_zrange) zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_RANGE);
    return range == ZD_SCENE_ZRANGE_AUTO && map->has_guess ? map->guess.range : range;
}

/* The values of a map that is larger where it is nearer span what its file says, else 0 to 1 where
 * they are codes, else what they span on the scene's first frame. */
static zd_status nearness_range(zd_zmap_store *store, const zd_pose *pose,
                                const zd_scene_node *node, zd_zmap *map,
                                const zd_scene_media_slot *slot, zd_error *err)
{
    zd_scene_media_slot *first = NULL;
    zd_image *values = NULL;
    int media = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_MEDIA);
    bool is_coded = !slot->data.is_float || strstr(slot->data.declared, "normalised") != NULL;
    if (slot->data.has_span || is_coded) {
        map->analysed_range = slot->data.has_span
                                  ? slot->data.span
                                  : (zd_depth_range){ .furthest = 0.0f, .nearest = 1.0f };
        return ZD_OK;
    }
    if (map->has_range) {
        return ZD_OK;
    }
    zd_status status =
        zd_scene_media_data(store->media, media, zd_zmap_first_frame(store->scene), &first, err);
    if (status == ZD_OK) {
        status = zd_zmap_values(store, node, first, &values, err);
    }
    if (status != ZD_OK) {
        return zd_zmap_fail_first(store->scene, pose, node, status, err);
    }
    zd_zmap_find_range(zd_image_view(values), &map->analysed_range);
    map->has_range = true;
    zd_image_unref(&values);
    /* A media keeps one picture: the frame's own again. */
    return zd_scene_media_data(store->media, media, pose->frame, &first, err);
}

/* How values become z. Warns when the map was written for another camera. */
static void make_rule(zd_zmap_store *store, const zd_pose *pose, const zd_scene_node *node,
                      zd_zmap *map, const zd_scene_loaded *loaded, zd_view values,
                      zd_scene_depth_rule *rule)
{
    const zd_scene_view_camera *camera = &map->relief.camera;
    *rule = (zd_scene_depth_rule){
        .range = (zd_zrange) zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_RANGE),
        .is_radial =
            zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_GEOMETRY) == ZD_SCENE_GEOMETRY_RADIAL,
        .scale = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_SCALE, 0, pose->frame),
        .near_px = camera->near_px,
        .far_px = camera->far_px,
        .focal_x = camera->focal_x * values.width / camera->width,
        .focal_y = camera->focal_y * values.height / camera->height,
        .shift_x = (camera->centre_x / camera->width - 0.5) * values.width,
        .shift_y = (camera->centre_y / camera->height - 0.5) * values.height,
    };
    if (rule->range == ZD_SCENE_ZRANGE_AUTO) {
        rule->range = map->guess.range;
        rule->is_radial = rule->is_radial || map->guess.is_radial;
    }
    if (loaded->near_px > 0.0 && rule->range == ZD_SCENE_ZRANGE_NORMALIZED && !map->has_warned &&
        (loaded->near_px != rule->near_px || loaded->far_px != rule->far_px))
    {
        zd_log_write(zd_context_log(store->scene->ctx), ZD_LOG_WARN, "scene",
                     "'%s': the map was written with near %g and far %g; the camera has %g and %g",
                     node->name, loaded->near_px, loaded->far_px, rule->near_px, rule->far_px);
    }
}

/* One 16-bit or half value is too coarse for most scenes: said once for a map. */
static void warn_precision(zd_zmap_store *store, const zd_scene_node *node, zd_zmap *map,
                           const zd_scene_loaded *loaded, const zd_scene_depth_rule *rule, double z)
{
    if (map->has_warned || zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_HQ) == ZD_SCENE_YES) {
        return;
    }
    double step =
        zd_scene_depth_step(rule, loaded->is_float ? 0 : loaded->bit_depth, loaded->is_half, z);
    if (step > 0.05) {
        zd_log_write(zd_context_log(store->scene->ctx), ZD_LOG_WARN, "scene",
                     "'%s': a %s map has steps of %.3g pixels at z %.6g; use float or hq",
                     node->name,
                     loaded->is_half          ? "half float"
                     : loaded->bit_depth <= 8 ? "8-bit"
                                              : "16-bit",
                     step, z);
    }
}

static zd_status read_z(zd_zmap_store *store, zd_pose *pose, const zd_scene_node *node,
                        zd_zmap *map, const zd_scene_media_slot *slot, zd_scene_depth_rule *rule,
                        zd_image **out, zd_error *err)
{
    ZD_TRY(zd_zmap_values(store, node, slot, out, err));
    zd_view values = zd_image_view(*out);
    make_rule(store, pose, node, map, &slot->data, values, rule);
    if (zd_scene_depth_convert(rule, values, values) == 0) {
        zd_image_unref(out);
        return zd_scene_fail(store->scene, node->line, node->column, err,
                             "'%s': no value of the map is a depth (all are NaN, infinite, huge or "
                             "not positive)",
                             node->name);
    }
    float middle = zd_view_row_f32(values, values.height / 2)[values.width / 2];
    if (rule->range != ZD_SCENE_ZRANGE_HEIGHT && !isnan(middle)) {
        warn_precision(store, node, map, &slot->data, rule, (double) middle);
    }
    map->has_warned = true;
    return ZD_OK;
}

/* The map's own axis relative to the object, as far as it acts in the object's plane. */
static zd_status make_placing(zd_zmap_store *store, zd_pose *pose, int zdepth,
                              zd_scene_depth_placing *placing, zd_error *err)
{
    const zd_scene_node *node = &store->scene->nodes[zdepth];
    zd_mat4 object;
    zd_mat4 axis;
    zd_mat4 to_object;
    zd_mat4 inverse;
    ZD_TRY(zd_pose_world(pose, zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON), &object, err));
    ZD_TRY(zd_pose_world(pose, zdepth, &axis, err));
    bool good = zd_mat4_invert(&object, &to_object);
    zd_mat4 local = good ? zd_mat4_multiply(&to_object, &axis) : zd_mat4_identity();
    if (memcmp(&object, &axis, sizeof object) == 0) {
        local = zd_mat4_identity();
    }
    if (!good || !zd_mat4_invert(&local, &inverse)) {
        return zd_scene_fail(store->scene, node->line, node->column, err,
                             "'%s': the axes of the map or its object have a scale of 0",
                             node->name);
    }
    for (int r = 0; r < 2; r++) {
        placing->inverse[r][0] = inverse.m[r][0];
        placing->inverse[r][1] = inverse.m[r][1];
        placing->inverse[r][2] = inverse.m[r][3];
    }
    placing->fit = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_FIT);
    placing->repeat = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_REPEAT);
    placing->keeps_aspect = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_KEEP_ASPECT) == ZD_SCENE_YES;
    placing->nearest =
        zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_FILTER) == ZD_SCENE_FILTER_NEAREST;
    return ZD_OK;
}

/* Samples for each pixel of the card, so that a map denser than it keeps its detail. */
static int denser(int samples, double card)
{
    return (int) fmin(fmax(ceil(samples / card), 1.0), MAX_DENSER);
}

zd_status zd_zmap_place(zd_zmap_store *store, const zd_zmap *map, zd_image *z_image,
                        zd_image **field, zd_error *err)
{
    zd_view z = zd_image_view(z_image);
    zd_scene_depth_placing placing = map->key.placing;
    placing.is_height = map->relief.is_height;
    if (zd_scene_depth_placing_is_plain(&placing)) {
        *field = zd_image_ref(z_image);
        return ZD_OK;
    }
    int width =
        zd_int_clamp((int) floor(map->card_w + 0.5) * denser(z.width, map->card_w), 1, MAX_SIDE);
    int height =
        zd_int_clamp((int) floor(map->card_h + 0.5) * denser(z.height, map->card_h), 1, MAX_SIDE);
    ZD_TRY(zd_image_create(store->scene->ctx, width, height, ZD_GRAY_F32, field, err));
    zd_scene_depth_place(&placing, z, zd_image_view(*field));
    return ZD_OK;
}

static bool has_invalid(zd_view field)
{
    for (int y = 0; y < field.height; y++) {
        const float *row = zd_view_row_f32(field, y);
        for (int x = 0; x < field.width; x++) {
            if (isnan(row[x])) {
                return true;
            }
        }
    }
    return false;
}

static zd_status prepare_relief(zd_zmap_store *store, zd_pose *pose, int zdepth, int camera,
                                zd_zmap *map, zd_error *err)
{
    const zd_scene_node *node = &store->scene->nodes[zdepth];
    int object = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON);
    zd_mat4 world;
    zd_mat4 axis;
    zd_mat4 inverse;
    ZD_TRY(zd_pose_camera(pose, zd_zdepth_camera(store->scene, zdepth, camera), &map->relief.camera,
                          err));
    ZD_TRY(zd_pose_world(pose, object, &world, err));
    ZD_TRY(zd_pose_world(pose, zdepth, &axis, err));
    ZD_TRY(
        zd_scene_object_size(store->media, object, pose->frame, &map->card_w, &map->card_h, err));
    map->relief.effect = 0.01 * zd_scene_node_number(node, ZD_SCENE_ZDEPTH_EFFECT, 0, pose->frame);
    map->relief.direction = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_DIRECTION);
    if (map->relief.direction == ZD_SCENE_DIRECTION_AUTO) {
        map->relief.direction = store->scene->nodes[object].kind == ZD_SCENE_NODE_GEOMETRY
                                    ? ZD_SCENE_DIRECTION_NORMAL
                                    : ZD_SCENE_DIRECTION_RAY;
    }
    map->relief.axis = zd_vec3_unit(zd_mat4_column(&axis, 2));
    if (!zd_mat4_invert(&world, &inverse)) {
        inverse = zd_mat4_identity();
    }
    map->normal = zd_vec3_unit(zd_mat4_normal(&inverse, (zd_vec3){ 0, 0, 1 }));
    return ZD_OK;
}

static bool is_bumped(const zd_scene_node *node)
{
    return zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_BUMP) == ZD_SCENE_YES;
}

static bool has_normals(const zd_zmap_store *store, const zd_scene_node *node)
{
    int on = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON);
    bool is_flat = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_DISPLACE) == ZD_SCENE_YES &&
                   zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_THREE_D) != ZD_SCENE_YES &&
                   store->scene->nodes[on].kind == ZD_SCENE_NODE_SURFACE;
    return is_bumped(node) || (store->has_facing && is_flat);
}

static zd_status prepare_normals(zd_zmap_store *store, zd_pose *pose, int zdepth, zd_zmap *map,
                                 zd_error *err)
{
    const zd_scene_node *node = &store->scene->nodes[zdepth];
    zd_mat4 object;
    double depth = is_bumped(node)
                       ? zd_scene_node_number(node, ZD_SCENE_ZDEPTH_BUMP_DEPTH, 0, pose->frame)
                       : 1.0;
    if (!has_normals(store, node)) {
        zd_image_unref(&map->normals);
        return ZD_OK;
    }
    ZD_TRY(zd_pose_world(pose, zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON), &object, err));
    if (map->normals != NULL && map->bump_field == map->field_serial && map->bump_depth == depth &&
        memcmp(&map->bump_relief, &map->relief, sizeof map->relief) == 0 &&
        memcmp(&map->bump_object, &object, sizeof object) == 0)
    {
        return ZD_OK;
    }
    zd_view field = zd_image_view(map->field);
    zd_image_unref(&map->normals);
    ZD_TRY(zd_image_create(store->scene->ctx, field.width, field.height, ZD_RGBA_F32, &map->normals,
                           err));
    map->bump_depth = depth;
    ZD_TRY(zd_scene_bump_normals(store->scene->ctx, map, &object,
                                 zd_image_view(map->slopes != NULL ? map->slopes : map->field),
                                 zd_image_view(map->normals), err));
    memcpy(&map->bump_relief, &map->relief, sizeof map->relief);
    map->bump_object = object;
    map->bump_field = map->field_serial;
    map->normals_serial = ++store->serial;
    return ZD_OK;
}

/* `slot` is NULL where the map is measured. */
static zd_status update_field(zd_zmap_store *store, zd_pose *pose, const zd_scene_node *node,
                              zd_zmap *map, const zd_scene_media_slot *slot, zd_error *err)
{
    const zd_zmap_key *key = &map->key;
    bool is_analysed = slot == NULL;
    bool is_nearness = !is_analysed && zd_zmap_range(node, map) == ZD_SCENE_ZRANGE_NEARNESS;
    map->rule = key->rule;
    zd_image_unref(&map->z);
    if (is_nearness) {
        zd_image_unref(&map->analysed);
        ZD_TRY(zd_zmap_values(store, node, slot, &map->analysed, err));
    }
    ZD_TRY(
        is_analysed || is_nearness
            ? zd_zmap_analysed_z(store, zd_image_view(map->analysed), &key->measured, &map->z, err)
            : read_z(store, pose, node, map, slot, &map->rule, &map->z, err));
    map->relief.is_height =
        map->rule.range == ZD_SCENE_ZRANGE_HEIGHT && !is_analysed && !is_nearness;
    ZD_TRY(zd_scene_depth_soften(store->scene->ctx, zd_image_view(map->z), key->softness[0],
                                 key->softness[1], key->edge_aware, err));
    ZD_TRY(zd_zmap_place(store, map, map->z, &map->field, err));
    map->field_serial = ++store->serial;
    map->has_invalid = has_invalid(zd_image_view(map->field));
    return ZD_OK;
}

zd_status zd_zmap_prepare(zd_zmap_store *store, zd_pose *pose, int zdepth, int camera,
                          zd_zmap **out, zd_error *err)
{
    const zd_scene_node *node = &store->scene->nodes[zdepth];
    assert(node->kind == ZD_SCENE_NODE_ZDEPTH);
    zd_zmap *map = &store->maps[zdepth];
    zd_scene_media_slot *slot = NULL;
    *out = map;
    bool was_height = map->relief.is_height;
    ZD_TRY(prepare_relief(store, pose, zdepth, camera, map, err));
    map->relief.is_height = was_height;
    zd_zmap_key key;
    memset(&key, 0, sizeof key); /* padding is compared too */
    if (zd_zmap_is_analysed(node)) {
        ZD_TRY(zd_zmap_analyse(store, pose, node, map, err));
        key.source_serial = map->analysed_serial;
        ZD_TRY(zd_zmap_analysis_key(store, pose, node, map, &key.measured, err));
    } else {
        ZD_TRY(guess_range(store, pose, node, map, err));
        ZD_TRY(zd_scene_media_data(store->media, zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_MEDIA),
                                   pose->frame, &slot, err));
        if (zd_zmap_range(node, map) == ZD_SCENE_ZRANGE_NEARNESS) {
            ZD_TRY(nearness_range(store, pose, node, map, slot, err));
            ZD_TRY(zd_zmap_analysis_key(store, pose, node, map, &key.measured, err));
        }
        key.source_serial = slot->data_serial;
        key.rule.near_px = map->relief.camera.near_px;
        key.rule.far_px = map->relief.camera.far_px;
        key.rule.scale = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_SCALE, 0, pose->frame);
    }
    key.rule.focal_x = map->relief.camera.focal_x;
    key.rule.focal_y = map->relief.camera.focal_y;
    key.rule.shift_x = map->relief.camera.centre_x;
    key.rule.shift_y = map->relief.camera.centre_y;
    key.softness[0] = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_SOFTNESS, 0, pose->frame);
    key.softness[1] = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_SOFTNESS, 1, pose->frame);
    key.edge_aware =
        zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_SOFT_MODE) == ZD_SCENE_SOFT_EDGE_AWARE;
    ZD_TRY(make_placing(store, pose, zdepth, &key.placing, err));
    key.placing.card_w = map->card_w;
    key.placing.card_h = map->card_h;
    if (map->field == NULL || memcmp(&key, &map->key, sizeof key) != 0) {
        zd_image_unref(&map->field); /* without it the key does not count */
        memcpy(&map->key, &key, sizeof key);
        ZD_TRY(update_field(store, pose, node, map, slot, err));
    }
    if (has_normals(store, node)) {
        ZD_TRY(zd_zmap_prepare_slopes(store, pose, zdepth, map, err));
    }
    return prepare_normals(store, pose, zdepth, map, err);
}

float zd_zmap_sample(const zd_zmap *map, zd_view field, double x, double y, bool nearest)
{
    zd_scene_depth_placing plain = { .card_w = map->card_w,
                                     .card_h = map->card_h,
                                     .inverse = { { 1, 0, 0 }, { 0, 1, 0 } },
                                     .nearest = nearest,
                                     .is_height = map->relief.is_height };
    return zd_scene_depth_sample(&plain, field, (x / map->card_w + 0.5) * field.width,
                                 (0.5 - y / map->card_h) * field.height);
}
