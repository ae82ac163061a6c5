/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Steps from file to field, each remembered with what it was made of: read, range, convert,
 * soften, place, relief, normals. */

#include "scene/zmap.h"

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
    }
    if (store->scene != NULL) {
        zd_free(store->scene->ctx, store->maps);
    }
    *store = (zd_zmap_store){ 0 };
}

int zd_scene_zdepth_on(const zd_scene *scene, int object)
{
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

/* The values of a gray picture, or the first channel of another; hi + lo for HQ. */
static zd_status raw_values(zd_zmap_store *store, const zd_scene_node *node,
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
    static const char *const words[] = { "normalized",         "absolute", "inverse",
                                         "inverse_normalized", "height",   "auto" };
    return words[range];
}

/* What is learnt from a map comes from the first frame of the scene's range, whichever frame is
 * rendered first, so that the chunks of a sequence agree. */
static int first_frame(const zd_scene *scene)
{
    return (int) scene->nodes[0].values[ZD_SCENE_FRAME_RANGE].number[0];
}

static zd_status fail_first(const zd_scene *scene, const zd_pose *pose, const zd_scene_node *node,
                            zd_status status, zd_error *err)
{
    int first = first_frame(scene);
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
                            first_frame(store->scene), &slot, err);
    if (status != ZD_OK) {
        return fail_first(store->scene, pose, node, status, err);
    }
    ZD_TRY(raw_values(store, node, slot, &values, err));
    map->guess = zd_scene_depth_guess_range(slot->data.declared, zd_image_view(values));
    map->has_guess = true;
    zd_image_unref(&values);
    zd_log_write(zd_context_log(store->scene->ctx), ZD_LOG_WARN, "scene",
                 "'%s': range auto takes the map as %s%s (%s: %s)", node->name,
                 range_word(map->guess.range), map->guess.is_radial ? ", radial" : "",
                 sure[map->guess.confidence], map->guess.reason);
    return ZD_OK;
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

static int edge(double at, int side)
{
    return (int) fmin(fmax(at, 0.0), side);
}

static bool is_face_analysis(const zd_scene_node *node)
{
    return zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_ANALYSIS) == ZD_SCENE_ANALYSIS_FACE;
}

/* Measures the media at a frame, unless that picture was measured last. */
static zd_status analyse_at(zd_zmap_store *store, double frame, const zd_scene_node *node,
                            zd_zmap *map, zd_error *err)
{
    const zd_scene_analyser *analyser = &store->media->services->analyser;
    const zd_scene *scene = store->scene;
    zd_scene_media_slot *slot = NULL;
    int media = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_MEDIA);
    ZD_TRY(zd_scene_media_colour(store->media, media, frame, &slot, err));
    double roi[4];
    for (int i = 0; i < 4; i++) {
        roi[i] = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_ROI, i, frame);
    }
    if (map->analysed != NULL && map->analysed_of == slot->colour_serial &&
        memcmp(roi, map->analysed_roi, sizeof roi) == 0)
    {
        return ZD_OK;
    }
    zd_view view = zd_image_view(slot->colour);
    zd_rect rect = { 0, 0, view.width, view.height };
    if (roi[2] > roi[0] && roi[3] > roi[1]) {
        rect = (zd_rect){ edge(roi[0], view.width), edge(roi[1], view.height),
                          edge(roi[2], view.width), edge(roi[3], view.height) };
    }
    if (zd_rect_is_empty(rect)) {
        return zd_scene_fail(scene, node->line, node->column, err,
                             "'%s': the region of interest lies outside the media", node->name);
    }
    zd_image_unref(&map->analysed);
    zd_depth_range range = { 0 };
    zd_scene_measure what =
        is_face_analysis(node) ? ZD_SCENE_MEASURE_FACE : ZD_SCENE_MEASURE_GLOBAL;
    zd_status status =
        analyser->analyse(analyser->user, what, view, rect, &map->analysed, &range, err);
    if (status != ZD_OK) {
        return zd_fail_context(err, status, "%s:%d:%d: '%s'", scene->path, node->line, node->column,
                               node->name);
    }
    map->analysed_range = map->has_range ? map->analysed_range : range;
    map->has_range = true;
    map->analysed_of = slot->colour_serial;
    map->analysed_serial = ++store->serial;
    memcpy(map->analysed_roi, roi, sizeof roi);
    /* Outside the region the object stays where it is. */
    zd_view values = zd_image_view(map->analysed);
    for (int y = 0; y < values.height; y++) {
        float *row = zd_view_row_f32(values, y);
        for (int x = 0; x < values.width; x++) {
            if (x < rect.x0 || x >= rect.x1 || y < rect.y0 || y >= rect.y1) {
                row[x] = NAN;
            }
        }
    }
    return ZD_OK;
}

static zd_status analyse(zd_zmap_store *store, const zd_pose *pose, const zd_scene_node *node,
                         zd_zmap *map, zd_error *err)
{
    const zd_scene_analyser *analyser = &store->media->services->analyser;
    const zd_scene *scene = store->scene;
    if (analyser->analyse == NULL) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "%s:%d:%d: '%s': %s analysis is not available here",
                       scene->path, node->line, node->column, node->name,
                       is_face_analysis(node) ? "face" : "global");
    }
    zd_status status =
        map->has_range ? ZD_OK : analyse_at(store, first_frame(scene), node, map, err);
    if (status != ZD_OK) {
        return fail_first(scene, pose, node, status, err);
    }
    return analyse_at(store, pose->frame, node, map, err);
}

static void measure_range(zd_view values, zd_depth_range *range)
{
    range->furthest = INFINITY;
    range->nearest = -INFINITY;
    for (int y = 0; y < values.height; y++) {
        const float *row = zd_view_row_f32(values, y);
        for (int x = 0; x < values.width; x++) {
            if (isfinite(row[x])) {
                range->furthest = fminf(range->furthest, row[x]);
                range->nearest = fmaxf(range->nearest, row[x]);
            }
        }
    }
}

/* Nearness has no scale, so the scene says which z its ends get: by default half the card's
 * distance for the nearest and the card's for the furthest. 1/z is affine in nearness. */
static zd_status analysed_z(zd_zmap_store *store, zd_pose *pose, const zd_scene_node *node,
                            zd_zmap *map, zd_image **out, zd_error *err)
{
    zd_mat4 object;
    zd_view in = zd_image_view(map->analysed);
    ZD_TRY(zd_pose_world(pose, zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON), &object, err));
    double card = zd_camera_depth(&map->relief.camera, zd_mat4_column(&object, 3));
    double nearest = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_ANALYSIS_DEPTH, 0, pose->frame);
    double furthest = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_ANALYSIS_DEPTH, 1, pose->frame);
    nearest = nearest > 0.0 ? nearest : 0.5 * card;
    furthest = furthest > 0.0 ? furthest : card;
    if (!(nearest > 0.0) || !(furthest > 0.0)) {
        return zd_scene_fail(store->scene, node->line, node->column, err,
                             "'%s': its object is behind the map's camera; give analysis_depth",
                             node->name);
    }
    zd_depth_range range = map->analysed_range;
    if (!(range.nearest > range.furthest)) {
        measure_range(in, &range);
    }
    double span = (double) range.nearest - (double) range.furthest;
    ZD_TRY(zd_image_create(store->scene->ctx, in.width, in.height, ZD_GRAY_F32, out, err));
    for (int y = 0; y < in.height; y++) {
        const float *row = zd_view_row_f32(in, y);
        float *to = zd_view_row_f32(zd_image_view(*out), y);
        for (int x = 0; x < in.width; x++) {
            double t = span > 0.0 ? ((double) row[x] - (double) range.furthest) / span : 0.0;
            t = isnan(t) ? t : fmin(fmax(t, 0.0), 1.0);
            to[x] = (float) (1.0 / (1.0 / furthest + t * (1.0 / nearest - 1.0 / furthest)));
        }
    }
    return ZD_OK;
}

static zd_status read_z(zd_zmap_store *store, zd_pose *pose, const zd_scene_node *node,
                        zd_zmap *map, const zd_scene_media_slot *slot, zd_scene_depth_rule *rule,
                        zd_image **out, zd_error *err)
{
    ZD_TRY(raw_values(store, node, slot, out, err));
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
    placing->nearest =
        zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_FILTER) == ZD_SCENE_FILTER_NEAREST;
    return ZD_OK;
}

/* Samples for each pixel of the card, so that a map denser than it keeps its detail. */
static int denser(int samples, double card)
{
    return (int) fmin(fmax(ceil(samples / card), 1.0), MAX_DENSER);
}

static zd_status place(zd_zmap_store *store, const zd_zmap_key *key, zd_zmap *map, zd_error *err)
{
    zd_view z = zd_image_view(map->z);
    zd_image_unref(&map->field);
    if (zd_scene_depth_placing_is_plain(&key->placing)) {
        map->field = zd_image_ref(map->z);
    } else {
        int width = zd_int_clamp((int) floor(map->card_w + 0.5) * denser(z.width, map->card_w), 1,
                                 MAX_SIDE);
        int height = zd_int_clamp((int) floor(map->card_h + 0.5) * denser(z.height, map->card_h), 1,
                                  MAX_SIDE);
        ZD_TRY(zd_image_create(store->scene->ctx, width, height, ZD_GRAY_F32, &map->field, err));
        zd_scene_depth_place(&key->placing, z, zd_image_view(map->field));
    }
    map->field_serial = ++store->serial;
    map->has_invalid = false;
    zd_view field = zd_image_view(map->field);
    for (int y = 0; y < field.height && !map->has_invalid; y++) {
        const float *row = zd_view_row_f32(field, y);
        for (int x = 0; x < field.width; x++) {
            map->has_invalid = map->has_invalid || isnan(row[x]);
        }
    }
    return ZD_OK;
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

static zd_status prepare_normals(zd_zmap_store *store, zd_pose *pose, int zdepth, zd_zmap *map,
                                 zd_error *err)
{
    const zd_scene_node *node = &store->scene->nodes[zdepth];
    zd_mat4 object;
    double depth = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_BUMP_DEPTH, 0, pose->frame);
    if (zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_BUMP) != ZD_SCENE_YES) {
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
    ZD_TRY(zd_scene_bump_normals(store->scene->ctx, map, &object, depth,
                                 zd_image_view(map->normals), err));
    memcpy(&map->bump_relief, &map->relief, sizeof map->relief);
    map->bump_object = object;
    map->bump_depth = depth;
    map->bump_field = map->field_serial;
    map->normals_serial = ++store->serial;
    return ZD_OK;
}

static zd_status update_field(zd_zmap_store *store, zd_pose *pose, const zd_scene_node *node,
                              zd_zmap *map, const zd_scene_media_slot *slot, const zd_zmap_key *key,
                              zd_error *err)
{
    bool analysed = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_ANALYSIS) != ZD_SCENE_ANALYSIS_NONE;
    zd_scene_depth_rule rule = key->rule;
    zd_image_unref(&map->z);
    ZD_TRY(analysed ? analysed_z(store, pose, node, map, &map->z, err)
                    : read_z(store, pose, node, map, slot, &rule, &map->z, err));
    map->relief.is_height = rule.range == ZD_SCENE_ZRANGE_HEIGHT && !analysed;
    ZD_TRY(zd_scene_depth_soften(store->scene->ctx, zd_image_view(map->z), key->softness[0],
                                 key->softness[1], key->edge_aware, err));
    zd_zmap_key placed = *key;
    placed.placing.is_height = map->relief.is_height;
    return place(store, &placed, map, err);
}

zd_status zd_zmap_prepare(zd_zmap_store *store, zd_pose *pose, int zdepth, int camera,
                          zd_zmap **out, zd_error *err)
{
    const zd_scene_node *node = &store->scene->nodes[zdepth];
    zd_zmap *map = &store->maps[zdepth];
    zd_scene_media_slot *slot = NULL;
    bool analysed = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_ANALYSIS) != ZD_SCENE_ANALYSIS_NONE;
    *out = map;
    zd_mat4 object;
    bool was_height = map->relief.is_height;
    ZD_TRY(prepare_relief(store, pose, zdepth, camera, map, err));
    map->relief.is_height = was_height;
    zd_zmap_key key;
    memset(&key, 0, sizeof key); /* padding is compared too */
    if (analysed) {
        ZD_TRY(analyse(store, pose, node, map, err));
        key.source_serial = map->analysed_serial;
        key.rule.near_px =
            zd_scene_node_number(node, ZD_SCENE_ZDEPTH_ANALYSIS_DEPTH, 0, pose->frame);
        key.rule.far_px =
            zd_scene_node_number(node, ZD_SCENE_ZDEPTH_ANALYSIS_DEPTH, 1, pose->frame);
        ZD_TRY(zd_pose_world(pose, zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON), &object, err));
        key.rule.scale = zd_camera_depth(&map->relief.camera, zd_mat4_column(&object, 3));
    } else {
        ZD_TRY(guess_range(store, pose, node, map, err));
        ZD_TRY(zd_scene_media_data(store->media, zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_MEDIA),
                                   pose->frame, &slot, err));
        key.source_serial = slot->data_serial;
        key.rule.near_px = map->relief.camera.near_px;
        key.rule.far_px = map->relief.camera.far_px;
        key.rule.scale = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_SCALE, 0, pose->frame);
    }
    key.rule.focal_x = map->relief.camera.focal_x;
    key.rule.focal_y = map->relief.camera.focal_y;
    key.softness[0] = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_SOFTNESS, 0, pose->frame);
    key.softness[1] = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_SOFTNESS, 1, pose->frame);
    key.edge_aware =
        zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_SOFT_MODE) == ZD_SCENE_SOFT_EDGE_AWARE;
    ZD_TRY(make_placing(store, pose, zdepth, &key.placing, err));
    key.placing.card_w = map->card_w;
    key.placing.card_h = map->card_h;
    if (map->field == NULL || memcmp(&key, &map->key, sizeof key) != 0) {
        zd_image_unref(&map->field);
        ZD_TRY(update_field(store, pose, node, map, slot, &key, err));
        memcpy(&map->key, &key, sizeof key);
    }
    return prepare_normals(store, pose, zdepth, map, err);
}

float zd_zmap_sample(const zd_zmap *map, double x, double y, bool nearest)
{
    zd_scene_depth_placing plain = { .card_w = map->card_w,
                                     .card_h = map->card_h,
                                     .inverse = { { 1, 0, 0 }, { 0, 1, 0 } },
                                     .nearest = nearest,
                                     .is_height = map->relief.is_height };
    zd_view field = zd_image_view(map->field);
    return zd_scene_depth_sample(&plain, field, (x / map->card_w + 0.5) * field.width,
                                 (0.5 - y / map->card_h) * field.height);
}
