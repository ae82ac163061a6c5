/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Analysed maps: the scene's surroundings measure nearness on the media; here it becomes z. Nearness
 * has no scale, so the scene says which z its ends get, and 1/z is affine in between. Outside the
 * region of interest the object stays where it is, and across the region's feather 1/z goes over. */

#include <assert.h>
#include <string.h>

#include "scene/zmap_internal.h"

static int edge(double at, int side)
{
    assert(side > 0);
    return (int) fmin(fmax(at, 0.0), side);
}

static bool is_face_analysis(const zd_scene_node *node)
{
    return zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_ANALYSIS) == ZD_SCENE_ANALYSIS_FACE;
}

/* The least or greatest value that a number of the region has at any time: curves never leave what
 * their keys span. */
static double extreme(const zd_scene_node *node, int key, int component, bool greatest)
{
    const zd_scene_value *value = zd_scene_node_value(node, key);
    double most = value->number[component];
    const zd_scene_curve *curve = value->curves != NULL ? &value->curves[component] : NULL;
    for (int i = 0; curve != NULL && i < curve->count; i++) {
        double v = curve->keys[i].value;
        most = i == 0 ? v : greatest ? fmax(most, v) : fmin(most, v);
    }
    return most;
}

zd_zmap_roi zd_zmap_roi_at(const zd_scene_node *node, double frame)
{
    zd_zmap_roi roi;
    memset(&roi, 0, sizeof roi); /* padding is compared too */
    for (int i = 0; i < 4; i++) {
        roi.is_drawn = roi.is_drawn || extreme(node, ZD_SCENE_ZDEPTH_ROI, i, true) > 0.0;
        roi.rect[i] = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_ROI, i, frame);
    }
    roi.feather = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_ROI_FEATHER, 0, frame);
    roi.shape = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_ROI_SHAPE);
    roi.mode = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_ROI_MODE);
    return roi;
}

/* One that is drawn may close, and leaves nothing then. */
static bool is_closed(const zd_zmap_roi *roi)
{
    return !(roi->rect[2] > roi->rect[0] && roi->rect[3] > roi->rect[1]);
}

/* How far inside the region a place is, in pixels; negative outside. */
static double inside_by(const zd_zmap_roi *roi, double x, double y)
{
    const double *r = roi->rect;
    if (roi->shape == ZD_SCENE_ROI_ELLIPSE) {
        double rx = 0.5 * (r[2] - r[0]);
        double ry = 0.5 * (r[3] - r[1]);
        double away = hypot((x - 0.5 * (r[0] + r[2])) / rx, (y - 0.5 * (r[1] + r[3])) / ry);
        return (1.0 - away) * fmin(rx, ry);
    }
    return fmin(fmin(x - r[0], r[2] - x), fmin(y - r[1], r[3] - y));
}

/* How much of the analysis counts at a place: 0 to 1, half of it on the region's edge. */
static double weight_at(const zd_zmap_roi *roi, double x, double y)
{
    if (!roi->is_drawn) {
        return 1.0;
    }
    double by = is_closed(roi) ? -HUGE_VAL : inside_by(roi, x, y);
    double weight = roi->feather > 0.0 ? fmin(fmax(by / roi->feather + 0.5, 0.0), 1.0) : by > 0.0;
    return roi->mode == ZD_SCENE_ROI_EXCLUDE ? 1.0 - weight : weight;
}

/* The part of the picture that is ever looked at, the same for all frames so that steadying has
 * something to hold on to. */
static zd_rect region_of(const zd_scene_node *node, int width, int height)
{
    double r[4];
    bool is_drawn = zd_zmap_roi_at(node, 0.0).is_drawn;
    bool excludes = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_ROI_MODE) == ZD_SCENE_ROI_EXCLUDE;
    double margin = 0.5 * extreme(node, ZD_SCENE_ZDEPTH_ROI_FEATHER, 0, true);
    for (int i = 0; i < 4; i++) {
        r[i] = extreme(node, ZD_SCENE_ZDEPTH_ROI, i, i >= 2) + (i >= 2 ? margin : -margin);
    }
    if (excludes || !is_drawn) {
        return (zd_rect){ 0, 0, width, height };
    }
    if (!(r[2] - margin > r[0] + margin && r[3] - margin > r[1] + margin)) {
        return (zd_rect){ 0 };
    }
    return (zd_rect){ edge(floor(r[0]), width), edge(floor(r[1]), height), edge(ceil(r[2]), width),
                      edge(ceil(r[3]), height) };
}

static zd_status measure_at(zd_zmap_store *store, double frame, const zd_scene_node *node,
                            zd_scene_media_slot **slot, zd_scene_measured *out, zd_error *err)
{
    const zd_scene_analyser *analyser = &store->media->services->analyser;
    const zd_scene *scene = store->scene;
    zd_scene_measure_request request = {
        .what = is_face_analysis(node) ? ZD_SCENE_MEASURE_FACE : ZD_SCENE_MEASURE_GLOBAL,
        .model = zd_scene_node_text(node, ZD_SCENE_ZDEPTH_MODEL),
        .face_model = zd_scene_node_text(node, ZD_SCENE_ZDEPTH_FACE_MODEL),
    };
    char *path = NULL;
    int media = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_MEDIA);
    ZD_TRY(zd_scene_media_colour(store->media, media, frame, slot, err));
    request.picture = zd_image_view((*slot)->colour);
    request.region = region_of(node, request.picture.width, request.picture.height);
    if (zd_rect_is_empty(request.region)) {
        return zd_scene_fail(
            scene, node->line, node->column, err,
            "'%s': the region of interest is empty or lies outside the media; roi is left, "
            "top, right, bottom in pixels of the media",
            node->name);
    }
    ZD_TRY(zd_scene_media_footage(store->media, media, &path, err));
    request.path = path;
    request.frame = zd_scene_media_number(store->media, media, frame);
    const double *range = scene->nodes[0].values[ZD_SCENE_FRAME_RANGE].number;
    request.first = zd_scene_media_number(store->media, media, range[0]);
    request.last = zd_scene_media_number(store->media, media, range[1]);
    zd_status status = analyser->analyse(analyser->user, &request, out, err);
    zd_free(scene->ctx, path);
    return status == ZD_OK ? ZD_OK
                           : zd_fail_context(err, status, "%s:%d:%d: '%s'", scene->path, node->line,
                                             node->column, node->name);
}

void zd_zmap_find_range(zd_view values, zd_depth_range *range)
{
    if (range->nearest > range->furthest) {
        return;
    }
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

/* Pictures by themselves have no shot: the scene's first frame says what their values span. */
static zd_status learn_range(zd_zmap_store *store, const zd_pose *pose, const zd_scene_node *node,
                             zd_zmap *map, zd_error *err)
{
    zd_scene_media_slot *slot = NULL;
    zd_scene_measured first = { 0 };
    zd_status status =
        measure_at(store, zd_zmap_first_frame(store->scene), node, &slot, &first, err);
    if (status != ZD_OK) {
        return zd_zmap_fail_first(store->scene, pose, node, status, err);
    }
    zd_zmap_find_range(zd_image_view(first.values), &first.range);
    map->analysed_range = first.range;
    map->has_range = true;
    zd_image_unref(&first.values);
    return ZD_OK;
}

static bool is_first(const zd_zmap_store *store, const zd_pose *pose)
{
    return pose->frame == zd_zmap_first_frame(store->scene);
}

zd_status zd_zmap_analyse(zd_zmap_store *store, const zd_pose *pose, const zd_scene_node *node,
                          zd_zmap *map, zd_error *err)
{
    const zd_scene *scene = store->scene;
    zd_scene_media_slot *slot = NULL;
    zd_scene_measured found = { 0 };
    if (store->media->services->analyser.analyse == NULL) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "%s:%d:%d: '%s': %s analysis is not available here",
                       scene->path, node->line, node->column, node->name,
                       is_face_analysis(node) ? "face" : "global");
    }
    int media = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_MEDIA);
    ZD_TRY(zd_scene_media_colour(store->media, media, pose->frame, &slot, err));
    if (map->analysed != NULL && map->analysed_of == slot->colour_serial) {
        return ZD_OK;
    }
    zd_image_unref(&map->analysed);
    ZD_TRY(measure_at(store, pose->frame, node, &slot, &found, err));
    zd_status status = ZD_OK;
    if (found.is_settled || (!map->has_range && is_first(store, pose))) {
        zd_zmap_find_range(zd_image_view(found.values), &found.range);
        map->analysed_range = found.range;
        map->has_range = true;
    } else if (!map->has_range) {
        status = learn_range(store, pose, node, map, err);
    }
    map->analysed = found.values;
    map->analysed_of = slot->colour_serial;
    map->analysed_serial = ++store->serial;
    return status;
}

/* 1/z of the card is affine in the picture's coordinates where it is flat. */
static void card_plane(const zd_zmap *map, const zd_mat4 *object, double out[3])
{
    static const double corner[3][2] = { { -0.5, 0.5 }, { 0.5, 0.5 }, { -0.5, -0.5 } };
    double inverse[3];
    for (int i = 0; i < 3; i++) {
        zd_vec3 local = { corner[i][0] * map->card_w, corner[i][1] * map->card_h, 0.0 };
        inverse[i] = 1.0 / zd_camera_depth(&map->relief.camera, zd_mat4_point(object, local));
    }
    out[0] = inverse[0];
    out[1] = inverse[1] - inverse[0];
    out[2] = inverse[2] - inverse[0];
}

zd_status zd_zmap_analysis_key(zd_zmap_store *store, zd_pose *pose, const zd_scene_node *node,
                               const zd_zmap *map, zd_zmap_measured *key, zd_error *err)
{
    zd_mat4 object;
    int on = zd_scene_node_ref(node, ZD_SCENE_ZDEPTH_ON);
    ZD_TRY(zd_pose_world(pose, on, &object, err));
    double card = zd_camera_depth(&map->relief.camera, zd_mat4_column(&object, 3));
    double nearest = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_ANALYSIS_DEPTH, 0, pose->frame);
    double furthest = zd_scene_node_number(node, ZD_SCENE_ZDEPTH_ANALYSIS_DEPTH, 1, pose->frame);
    key->nearest = nearest > 0.0 ? nearest : 0.5 * card;
    key->furthest = furthest > 0.0 ? furthest : card;
    key->range = map->analysed_range;
    key->roi = zd_zmap_roi_at(node, pose->frame);
    if (!(key->nearest > 0.0) || !(key->furthest > 0.0)) {
        return zd_scene_fail(store->scene, node->line, node->column, err,
                             "'%s': its object is behind the map's camera; give analysis_depth",
                             node->name);
    }
    if (key->nearest >= key->furthest) {
        return zd_scene_fail(store->scene, node->line, node->column, err,
                             "'%s': analysis_depth puts the nearest at %g and the furthest at %g; "
                             "the first must be less",
                             node->name, key->nearest, key->furthest);
    }
    for (int i = 0; i < 3; i++) {
        key->card[i] = (double) NAN;
    }
    if (store->scene->nodes[on].kind == ZD_SCENE_NODE_SURFACE && key->roi.is_drawn) {
        card_plane(map, &object, key->card);
    }
    return ZD_OK;
}

/* The z of one value; `seen` is 1/z of the card, which counts outside the region. */
static double z_of(const zd_zmap_measured *m, double value, double weight, double seen)
{
    double span = (double) m->range.nearest - (double) m->range.furthest;
    double t = span > 0.0 ? (value - (double) m->range.furthest) / span : 0.0;
    t = isnan(t) ? t : fmin(fmax(t, 0.0), 1.0);
    double inverse = 1.0 / m->furthest + t * (1.0 / m->nearest - 1.0 / m->furthest);
    if (weight >= 1.0) {
        return 1.0 / inverse;
    }
    return weight <= 0.0 ? 1.0 / seen : 1.0 / (weight * inverse + (1.0 - weight) * seen);
}

zd_status zd_zmap_analysed_z(zd_zmap_store *store, zd_view in, const zd_zmap_measured *m,
                             zd_image **out, zd_error *err)
{
    assert(in.format.channels == 1);
    ZD_TRY(zd_image_create(store->scene->ctx, in.width, in.height, ZD_GRAY_F32, out, err));
    for (int y = 0; y < in.height; y++) {
        const float *row = zd_view_row_f32(in, y);
        float *to = zd_view_row_f32(zd_image_view(*out), y);
        double v = (y + 0.5) / in.height;
        for (int x = 0; x < in.width; x++) {
            double u = (x + 0.5) / in.width;
            double seen = m->card[0] + m->card[1] * u + m->card[2] * v;
            double z = z_of(m, (double) row[x], weight_at(&m->roi, x + 0.5, y + 0.5), seen);
            to[x] = z > 0.0 ? (float) z : NAN;
        }
    }
    return ZD_OK;
}
