/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The windows: which frames go in, which are held, and how one joins the next. */

#include "depth/video_depth.h"

#include <math.h>
#include <string.h>

#include "core/size.h"

enum {
    WINDOW = ZD_VIDEO_WINDOW,
    STEP = ZD_VIDEO_STEP,
    KEYS = 10,
    FADE = 8,
    FADE_FIRST = 2,       /* position of the first frame that is cross-faded */
    SECOND_REFERENCE = 12 /* position whose map the next window is fitted to, beside frame 0's */
};

/* The positions of a window that become the first of the next. */
static const int key_positions[KEYS] = { 0, 12, 24, 25, 26, 27, 28, 29, 30, 31 };

struct zd_video_depth {
    zd_context *ctx;
    zd_video_params params;
    size_t picture; /* floats */
    size_t map;
    float *pictures;   /* [WINDOW]: of the positions of the window that is gathered */
    float *maps;       /* [WINDOW]: of the window that ran */
    float *raw;        /* [WINDOW]: maps of the network's size, when others are wanted; or NULL */
    float *tails;      /* [FADE]: maps of the window before that are cross-faded */
    float *references; /* [2] */
    int64_t frames;    /* of the shot, so far */
    int64_t window;    /* of the shot, that is gathered */
    int filled;        /* positions that have a picture */
    int first;         /* positions of `maps` that are ready: first .. end */
    int end;
    bool has_held; /* the network holds the first positions' encodings */
    bool is_over;
    bool keeps_windows; /* unfitted maps are kept and taken */
    bool is_apart;      /* nothing else is asked for */
    zd_hasher chain;    /* of the shot's pictures so far */
    zd_digest key;      /* of the window */
    double scale;
    double shift;
    int64_t encoded;
    int64_t windows;
};

static zd_status allocate(zd_video_depth *v, zd_error *err)
{
    const zd_video_params *p = &v->params;
    if (!zd_size_mul3((size_t) p->width, (size_t) p->height, 3, &v->picture) ||
        !zd_size_mul((size_t) p->out_width, (size_t) p->out_height, &v->map))
    {
        return zd_fail(err, ZD_ERR_LIMIT, "%d x %d needs too much memory", p->width, p->height);
    }
    v->pictures = zd_alloc_zeroed(v->ctx, v->picture * WINDOW, sizeof(float));
    v->maps = zd_alloc_zeroed(v->ctx, v->map * WINDOW, sizeof(float));
    bool same = p->out_width == p->width && p->out_height == p->height;
    if (!same) {
        v->raw = zd_alloc_zeroed(v->ctx, v->picture / 3 * WINDOW, sizeof(float));
    }
    v->tails = zd_alloc_zeroed(v->ctx, v->map * FADE, sizeof(float));
    v->references = zd_alloc_zeroed(v->ctx, v->map * 2, sizeof(float));
    bool whole = v->pictures != NULL && v->maps != NULL && (same || v->raw != NULL) &&
                 v->tails != NULL && v->references != NULL;
    return whole ? ZD_OK : zd_fail_memory(err, "a window of frames");
}

zd_status zd_video_depth_create(zd_context *ctx, const zd_video_params *params,
                                zd_video_depth **out, zd_error *err)
{
    *out = NULL;
    if (zd_network_describe(params->network)->window != WINDOW) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "'%s' is no network for video",
                       zd_network_describe(params->network)->name);
    }
    zd_video_depth *v = zd_alloc_zeroed(ctx, 1, sizeof *v);
    if (v == NULL) {
        return zd_fail_memory(err, "depth of video");
    }
    v->ctx = ctx;
    v->params = *params;
    if (params->out_width == 0) {
        v->params.out_width = params->width;
        v->params.out_height = params->height;
    }
    zd_status status = allocate(v, err);
    if (status == ZD_OK) {
        status =
            zd_network_plan_window(params->network, params->width, params->height, WINDOW, err);
    }
    if (status != ZD_OK) {
        zd_video_depth_destroy(&v);
        return status;
    }
    zd_video_depth_begin(v);
    *out = v;
    return ZD_OK;
}

void zd_video_depth_destroy(zd_video_depth **video)
{
    if (video == NULL || *video == NULL) {
        return;
    }
    zd_video_depth *doomed = *video;
    zd_free(doomed->ctx, doomed->pictures);
    zd_free(doomed->ctx, doomed->maps);
    zd_free(doomed->ctx, doomed->raw);
    zd_free(doomed->ctx, doomed->tails);
    zd_free(doomed->ctx, doomed->references);
    zd_free(doomed->ctx, doomed);
    *video = NULL;
}

void zd_video_depth_begin(zd_video_depth *v)
{
    v->frames = 0;
    v->window = 0;
    v->filled = 0;
    v->first = 0;
    v->end = 0;
    v->has_held = false;
    v->is_over = false;
    v->is_apart = false;
    v->scale = 1.0;
    v->shift = 0.0;
    zd_hasher_init(&v->chain);
}

void zd_video_depth_keep_windows(zd_video_depth *v)
{
    v->keeps_windows = true;
}

void zd_video_depth_begin_apart(zd_video_depth *v, int64_t window)
{
    zd_video_depth_begin(v);
    v->is_apart = true;
    v->window = window;
    v->frames = window * STEP;
}

int64_t zd_video_depth_frame(int64_t window, int position)
{
    bool is_first = window > 0 && position == 0;
    bool is_second = window > 0 && position == 1;
    return is_first    ? 0
           : is_second ? (window - 1) * STEP + SECOND_REFERENCE
                       : window * STEP + position;
}

static float *picture_at(const zd_video_depth *v, int position)
{
    return v->pictures + (size_t) position * v->picture;
}

static float *map_at(const zd_video_depth *v, int position)
{
    return v->maps + (size_t) position * v->map;
}

/* ---- keys ---- */

/** The key of what a window made of a position: all pictures of the shot up to the window's end, and
 *  whether the shot ends in it, decide. `is_tail`: before it is cross-faded. */
static void key_of(const zd_video_depth *v, int position, bool is_tail, zd_digest *out)
{
    zd_hasher hasher;
    int32_t facts[] = { ZD_VIDEO_RULE, position, is_tail, v->params.out_width,
                        v->params.out_height };
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, v->key.bytes, sizeof v->key.bytes);
    zd_hasher_update(&hasher, facts, sizeof facts);
    zd_hasher_finish(&hasher, out);
}

static zd_status make_key(zd_video_depth *v, zd_error *err)
{
    const zd_network_info *info = zd_network_describe(v->params.network);
    zd_digest weights;
    zd_digest chain;
    zd_hasher hasher = v->chain;
    int32_t facts[] = { v->params.width, v->params.height, v->filled, (int32_t) v->window };
    zd_hasher_finish(&hasher, &chain);
    ZD_TRY(zd_network_digest(v->params.network, &weights, err));
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, weights.bytes, sizeof weights.bytes);
    zd_hasher_update(&hasher, info->arithmetic, strlen(info->arithmetic) + 1);
    zd_hasher_update(&hasher, chain.bytes, sizeof chain.bytes);
    zd_hasher_update(&hasher, facts, sizeof facts);
    zd_hasher_finish(&hasher, &v->key);
    return ZD_OK;
}

/** The shot's frames from the window's first place on, as far as they are known. */
static int64_t frames_left(const zd_video_depth *v)
{
    return v->frames - v->window * STEP;
}

/** Whether a position's own map shows anywhere. Not that of a frame that is no more than the shot's last one
 *  again; nor that of the first cross-faded position, which is all the window before's; nor that of the last
 *  position, for after a full window comes another whose cross-fade ends there. */
static bool is_wanted(const zd_video_depth *v, int position)
{
    bool is_faded_out = position == WINDOW - 1 || (v->window > 0 && position == FADE_FIRST);
    return position < frames_left(v) && !is_faded_out;
}

/** The positions whose maps a window settles: first .. end. The rest is cross-faded by the next. */
static void settled(const zd_video_depth *v, int *first, int *end)
{
    int64_t left = frames_left(v);
    *first = v->window == 0 ? 0 : FADE_FIRST;
    *end = v->is_over ? WINDOW : WINDOW - FADE;
    *end = left < *end ? (int) left : *end;
}

static bool recall(zd_video_depth *v)
{
    zd_digest key;
    int first;
    int end;
    settled(v, &first, &end);
    if (v->params.store.get == NULL) {
        return false;
    }
    for (int i = first; i < end; i++) {
        key_of(v, i, false, &key);
        if (!v->params.store.get(v->params.store.user, &key, map_at(v, i))) {
            return false;
        }
    }
    for (int i = WINDOW - FADE; i < WINDOW && !v->is_over; i++) {
        key_of(v, i, true, &key);
        if (is_wanted(v, i) && !v->params.store.get(v->params.store.user, &key, map_at(v, i))) {
            return false;
        }
    }
    return true;
}

static void keep_settled(const zd_video_depth *v)
{
    zd_digest key;
    int first;
    int end;
    settled(v, &first, &end);
    for (int i = first; i < WINDOW && v->params.store.put != NULL; i++) {
        if (i < end || (!v->is_over && is_wanted(v, i))) {
            key_of(v, i, i >= end, &key);
            v->params.store.put(v->params.store.user, &key, map_at(v, i));
        }
    }
}

/* ---- a window ---- */

/** Bilinear, corners aligned, in float32 as PyTorch computes it. */
static void resize_map(const zd_video_depth *v, const float *from, float *to)
{
    const zd_video_params *p = &v->params;
    float step_y = p->out_height > 1 ? (float) (p->height - 1) / (float) (p->out_height - 1) : 0.0f;
    float step_x = p->out_width > 1 ? (float) (p->width - 1) / (float) (p->out_width - 1) : 0.0f;
    for (int y = 0; y < p->out_height; y++) {
        float fy = step_y * (float) y;
        int y0 = zd_int_min((int) fy, p->height - 1);
        const float *a = from + (ptrdiff_t) y0 * p->width;
        const float *b = y0 + 1 < p->height ? a + p->width : a;
        float ty = fy - (float) y0;
        for (int x = 0; x < p->out_width; x++) {
            float fx = step_x * (float) x;
            int x0 = zd_int_min((int) fx, p->width - 1);
            int x1 = zd_int_min(x0 + 1, p->width - 1);
            float tx = fx - (float) x0;
            float top = (1.0f - tx) * a[x0] + tx * a[x1];
            float bottom = (1.0f - tx) * b[x0] + tx * b[x1];
            *to++ = (1.0f - ty) * top + ty * bottom;
        }
    }
}

/** Encodes what the network does not hold. */
static zd_status encode(zd_video_depth *v, const zd_task *task, zd_error *err)
{
    int first = v->window > 0 && v->has_held ? KEYS : 0;
    for (int i = first; i < v->filled; i++) {
        zd_network_io io = { .rgb = picture_at(v, i), .is_normalised = v->params.is_normalised };
        ZD_TRY(zd_network_encode(v->params.network, i, &io, task, err));
        v->encoded++;
    }
    for (int i = v->filled; i < WINDOW; i++) {
        zd_network_move_held(v->params.network, v->filled - 1, i); /* the last stands for it */
    }
    v->has_held = true;
    return ZD_OK;
}

static zd_status run_network(zd_video_depth *v, const zd_task *task, zd_error *err)
{
    zd_network_window window = { .count = WINDOW };
    ZD_TRY(encode(v, task, err));
    for (int i = 0; i < WINDOW; i++) {
        float *map = v->raw != NULL ? v->raw + (size_t) i * (v->picture / 3) : map_at(v, i);
        window.outputs[i][0] = is_wanted(v, i) ? map : NULL;
    }
    ZD_TRY(zd_network_run_window(v->params.network, &window, task, err));
    for (int i = 0; i < WINDOW && v->raw != NULL; i++) {
        if (window.outputs[i][0] != NULL) {
            resize_map(v, window.outputs[i][0], map_at(v, i));
        }
    }
    v->windows++;
    return ZD_OK;
}

/** The key of a window's own pictures: where in which shot they are does not matter to the network. */
static zd_status apart_key(const zd_video_depth *v, zd_hasher *out, zd_error *err)
{
    const zd_network_info *info = zd_network_describe(v->params.network);
    const zd_video_params *p = &v->params;
    zd_digest weights;
    int32_t facts[] = { ZD_VIDEO_RULE, p->width, p->height, p->out_width, p->out_height };
    ZD_TRY(zd_network_digest(p->network, &weights, err));
    zd_hasher_init(out);
    zd_hasher_update(out, weights.bytes, sizeof weights.bytes);
    zd_hasher_update(out, info->arithmetic, strlen(info->arithmetic) + 1);
    zd_hasher_update(out, facts, sizeof facts);
    zd_hasher_update(out, v->pictures, v->picture * WINDOW * sizeof(float));
    return ZD_OK;
}

static void apart_map_key(const zd_hasher *window, int32_t position, zd_digest *out)
{
    zd_hasher hasher = *window;
    zd_hasher_update(&hasher, &position, sizeof position);
    zd_hasher_finish(&hasher, out);
}

/** What the network gives for the window, from the store where windows are kept. */
static zd_status see_window(zd_video_depth *v, const zd_task *task, zd_error *err)
{
    const zd_video_store *store = &v->params.store;
    zd_hasher hasher;
    zd_digest key;
    bool is_kept = true;
    if (!v->keeps_windows) {
        return run_network(v, task, err);
    }
    ZD_TRY(apart_key(v, &hasher, err));
    for (int i = 0; i < WINDOW && is_kept; i++) {
        apart_map_key(&hasher, i, &key);
        is_kept =
            !is_wanted(v, i) || (store->get != NULL && store->get(store->user, &key, map_at(v, i)));
    }
    if (is_kept) {
        v->has_held = false;
        return ZD_OK;
    }
    ZD_TRY(run_network(v, task, err));
    for (int i = 0; i < WINDOW && store->put != NULL; i++) {
        apart_map_key(&hasher, i, &key);
        if (is_wanted(v, i)) {
            store->put(store->user, &key, map_at(v, i));
        }
    }
    return ZD_OK;
}

/** Least squares of the window's first two maps onto the references. */
static void fit(zd_video_depth *v)
{
    double n = 2.0 * (double) v->map;
    double pp = 0.0;
    double p = 0.0;
    double pt = 0.0;
    double t = 0.0;
    for (size_t i = 0; i < 2 * v->map; i++) {
        double x = (double) v->maps[i];
        double y = (double) v->references[i];
        pp += x * x;
        p += x;
        pt += x * y;
        t += y;
    }
    double det = pp * n - p * p;
    v->scale = det != 0.0 ? (n * pt - p * t) / det : 1.0;
    v->shift = det != 0.0 ? (pp * t - p * pt) / det : 0.0;
}

/** Brings the window's maps to the scale of those before, and cross-fades. */
static void align(zd_video_depth *v)
{
    bool relative = zd_network_describe(v->params.network)->kind == ZD_NETWORK_KIND_RELATIVE;
    if (relative) {
        fit(v);
    }
    int64_t end = frames_left(v);
    for (int p = FADE_FIRST + 1; p < WINDOW && p < end; p++) {
        float *map = map_at(v, p);
        float weight = fminf((float) (p - FADE_FIRST) / (FADE - 1), 1.0f);
        const float *before = weight < 1.0f ? v->tails + (size_t) (p - FADE_FIRST) * v->map : NULL;
        for (size_t c = 0; c < v->map; c++) {
            float fitted = fmaxf(map[c] * (float) v->scale + (float) v->shift, 0.0f);
            map[c] = before != NULL ? before[c] * (1.0f - weight) + fitted * weight : fitted;
        }
    }
    memcpy(map_at(v, FADE_FIRST), v->tails, v->map * sizeof(float));
}

/** What the next window needs of this one's maps. */
static void keep_maps(zd_video_depth *v)
{
    if (v->window == 0) {
        memcpy(v->references, map_at(v, 0), v->map * sizeof(float));
    }
    memcpy(v->references + v->map, map_at(v, SECOND_REFERENCE), v->map * sizeof(float));
    memcpy(v->tails, map_at(v, WINDOW - FADE), FADE * v->map * sizeof(float));
}

static zd_status run_window(zd_video_depth *v, const zd_task *task, zd_error *err)
{
    if (v->is_apart) {
        return see_window(v, task, err);
    }
    ZD_TRY(make_key(v, err));
    if (recall(v)) {
        v->has_held = false;
    } else {
        ZD_TRY(see_window(v, task, err));
        if (v->window > 0) {
            align(v);
        }
        keep_settled(v);
    }
    keep_maps(v);
    settled(v, &v->first, &v->end);
    return ZD_OK;
}

/** The key frames become the first of the next window. */
static void move_on(zd_video_depth *v)
{
    for (int i = 0; i < KEYS; i++) {
        int from = key_positions[i];
        if (from != i) {
            memcpy(picture_at(v, i), picture_at(v, from), v->picture * sizeof(float));
        }
        if (v->has_held) {
            zd_network_move_held(v->params.network, from, i);
        }
    }
    v->window++;
    v->filled = KEYS;
}

zd_status zd_video_depth_push(zd_video_depth *v, const float *rgb, const zd_task *task,
                              zd_error *err)
{
    if (v->filled == WINDOW) {
        move_on(v);
    }
    memcpy(picture_at(v, v->filled), rgb, v->picture * sizeof(float));
    zd_hasher_update(&v->chain, rgb, v->picture * sizeof(float));
    v->filled++;
    v->frames++;
    return v->filled == WINDOW ? run_window(v, task, err) : ZD_OK;
}

zd_status zd_video_depth_end(zd_video_depth *v, const zd_task *task, bool *more, zd_error *err)
{
    *more = false;
    if (v->frames == 0 || v->is_over) {
        return ZD_OK;
    }
    if (v->filled == WINDOW) {
        move_on(v);
    }
    /* Frames that are cross-faded have a window more, as published. */
    *more = v->frames > (v->window + 1) * STEP + FADE_FIRST;
    v->is_over = !*more;
    for (int i = v->filled; i < WINDOW; i++) {
        memcpy(picture_at(v, i), picture_at(v, v->filled - 1), v->picture * sizeof(float));
    }
    ZD_TRY(run_window(v, task, err));
    v->filled = WINDOW;
    return ZD_OK;
}

const float *zd_video_depth_pop(zd_video_depth *v)
{
    return v->first < v->end ? map_at(v, v->first++) : NULL;
}

size_t zd_video_depth_memory(const zd_video_depth *v)
{
    size_t weights;
    size_t activations;
    size_t raw = v->raw != NULL ? v->picture / 3 * WINDOW : 0;
    zd_network_memory(v->params.network, &weights, &activations);
    return activations + (v->picture * WINDOW + v->map * (WINDOW + FADE + 2) + raw) * sizeof(float);
}

void zd_video_depth_counts(const zd_video_depth *v, int64_t *encoded, int64_t *windows)
{
    *encoded = v->encoded;
    *windows = v->windows;
}

void zd_video_depth_fit(const zd_video_depth *v, double *scale, double *shift)
{
    *scale = v->scale;
    *shift = v->shift;
}
