/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cameras of a Nuke script: "Camera2 { knob value ... }", where a value is a number, a list in braces, or
 * curves of keys, "{curve x1 0 x10 5}": an x sets the frame, numbers without one are a frame apart.
 * Between keys values go in straight lines; scripts for other programs are baked. haperture spans the
 * picture's width. */

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera/camera_internal.h"
#include "core/size.h"

/* One number over time. */
typedef struct curve {
    double *frames; /* NULL: one value */
    double *values;
    int count;
    int capacity;
} curve;

enum { TRANSLATE, ROTATE = 3, FOCAL = 6, HAPERTURE, NEAR, FAR, WINDOW, CURVES = WINDOW + 2 };

static const struct {
    const char *name;
    int first;
    int count;
    double otherwise;
} knobs[] = {
    { "translate", TRANSLATE, 3, 0.0 },
    { "rotate", ROTATE, 3, 0.0 },
    { "focal", FOCAL, 1, 50.0 },
    { "haperture", HAPERTURE, 1, 24.576 },
    { "near", NEAR, 1, 0.1 },
    { "far", FAR, 1, 10000.0 },
    { "win_translate", WINDOW, 2, 0.0 },
};

typedef struct script {
    const zd_camera_source *source;
    curve curves[CURVES];
    char name[64];
    char order[4];
    bool has_matrix;
} script;

static zd_status add_key(script *c, int index, double frame, double value, zd_error *err)
{
    assert(index >= 0 && index < CURVES);
    zd_context *ctx = c->source->ctx;
    curve *to = &c->curves[index];
    if (to->count == to->capacity) {
        int capacity = zd_int_max(16, to->capacity * 2);
        double *memory = zd_alloc_zeroed(ctx, (size_t) capacity, 2 * sizeof *memory);
        if (memory == NULL) {
            return zd_fail_memory(err, "a curve");
        }
        if (to->count > 0) {
            memcpy(memory, to->frames, (size_t) to->count * sizeof *memory);
            memcpy(memory + capacity, to->values, (size_t) to->count * sizeof *memory);
        }
        zd_free(ctx, to->frames);
        to->frames = memory;
        to->values = memory + capacity;
        to->capacity = capacity;
    }
    to->frames[to->count] = frame;
    to->values[to->count++] = value;
    return to->count > 1 && frame <= to->frames[to->count - 2]
               ? zd_fail(err, ZD_ERR_CORRUPT, "'%s': the keys of a curve are not in order",
                         c->source->path)
               : ZD_OK;
}

static zd_status fail_value(const script *c, const char *at, size_t length, zd_error *err)
{
    return zd_fail(
        err, ZD_ERR_UNSUPPORTED,
        "'%s': '%.*s' is an expression or a file's camera; bake it in Nuke and save again",
        c->source->path, (int) (length < 40 ? length : 40), at);
}

/* "curve x1 0 x10 5": what stands behind the word. */
static zd_status read_curve(script *c, int index, const char *at, const char *end, zd_error *err)
{
    double frame = c->source->first;
    while (at < end) {
        size_t length = strcspn(at, " \t\r\n{}");
        char *rest = NULL;
        if (length > 0 && at[0] == 'x') {
            frame = strtod(at + 1, &rest);
            if (rest != at + length || !isfinite(frame) || fabs(frame) > 1e8) {
                return fail_value(c, at, length, err);
            }
        } else if (length > 0 && strchr("+-.0123456789", at[0]) != NULL) {
            double value = strtod(at, &rest);
            if (rest != at + length) {
                return fail_value(c, at, length, err);
            }
            ZD_TRY(add_key(c, index, frame, value, err));
            frame += 1.0;
        }
        at += length + (at + length < end);
    }
    return c->curves[index].count > 0 ? ZD_OK : fail_value(c, "curve", 5, err);
}

static const char *closing(const char *at, const char *end)
{
    int depth = 0;
    for (; at < end; at++) {
        depth += (*at == '{') - (*at == '}');
        if (depth == 0) {
            return at;
        }
    }
    return end;
}

/* A list's numbers and curves: up to `count` of them. */
static zd_status read_list(script *c, int index, int count, const char *at, const char *end,
                           zd_error *err)
{
    int given = 0;
    while (at < end && given < count) {
        size_t space = strspn(at, " \t\r\n");
        at += space;
        if (at >= end) {
            break;
        }
        if (*at == '{') {
            const char *close = closing(at, end);
            const char *inner = at + 1 + strspn(at + 1, " \t");
            if (strncmp(inner, "curve", 5) != 0) {
                return fail_value(c, inner, (size_t) (close - inner), err);
            }
            ZD_TRY(read_curve(c, index + given, inner + 5, close, err));
            at = close + 1;
        } else {
            char *rest = NULL;
            size_t length = strcspn(at, " \t\r\n{}");
            double value = strtod(at, &rest);
            if (rest != at + length) {
                return fail_value(c, at, length, err);
            }
            ZD_TRY(add_key(c, index + given, c->source->first, value, err));
            at += length;
        }
        given++;
    }
    return ZD_OK;
}

static bool is_word(const char *at, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(at, word, length) == 0;
}

static zd_status read_knob(script *c, const char *name, size_t length, const char *at,
                           const char *end, zd_error *err)
{
    for (size_t k = 0; k < sizeof knobs / sizeof knobs[0]; k++) {
        if (is_word(name, length, knobs[k].name)) {
            bool is_list = at < end && *at == '{';
            return read_list(c, knobs[k].first, knobs[k].count, at + is_list,
                             is_list ? closing(at, end) : end, err);
        }
    }
    size_t size = strcspn(at, " \t\r\n}");
    if (is_word(name, length, "name")) {
        snprintf(c->name, sizeof c->name, "%.*s", (int) (size < 60 ? size : 60), at);
    } else if (is_word(name, length, "rot_order") && size == 3) {
        memcpy(c->order, at, 3);
    } else if (is_word(name, length, "useMatrix")) {
        c->has_matrix = is_word(at, size, "true") || is_word(at, size, "1");
    }
    return ZD_OK;
}

static zd_status read_knobs(script *c, const char *at, const char *end, zd_error *err)
{
    while (at < end) {
        at += strspn(at, " \t\r\n");
        size_t length = strcspn(at, " \t\r\n{}");
        if (length == 0 || at + length >= end) {
            return ZD_OK;
        }
        const char *value = at + length + strspn(at + length, " \t");
        const char *stop = *value == '{' ? closing(value, end) + 1 : value + strcspn(value, "\n");
        stop = stop < end ? stop : end;
        ZD_TRY(read_knob(c, at, length, value, stop, err));
        at = stop;
    }
    return ZD_OK;
}

/* ---- the camera ---- */

static double value_at(const curve *c, double frame, double otherwise)
{
    if (c->count == 0) {
        return otherwise;
    }
    int low = 0;
    int high = c->count - 1;
    if (frame <= c->frames[0] || high == 0) {
        return c->values[0];
    }
    if (frame >= c->frames[high]) {
        return c->values[high];
    }
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(c->frames[middle] <= frame ? &low : &high) = middle;
    }
    double t = (frame - c->frames[low]) / (c->frames[high] - c->frames[low]);
    return c->values[low] + t * (c->values[high] - c->values[low]);
}

/* The letters name the axes from the one that turns first. */
static bool rotation_of(const char *order, const double angles[3], double out[9])
{
    int axes[3];
    int seen = 0;
    for (int i = 0; i < 3; i++) {
        axes[i] = order[i] - 'X';
        if (axes[i] < 0 || axes[i] > 2) {
            return false;
        }
        seen |= 1 << axes[i];
    }
    zd_camera_turn(axes, angles, out);
    return seen == 7;
}

static zd_status bake(const script *c, zd_camera *camera, double first, zd_error *err)
{
    for (int i = 0; i < camera->count; i++) {
        zd_camera_pose *to = &camera->poses[i];
        double v[CURVES];
        for (size_t k = 0; k < sizeof knobs / sizeof knobs[0]; k++) {
            for (int n = 0; n < knobs[k].count; n++) {
                v[knobs[k].first + n] =
                    value_at(&c->curves[knobs[k].first + n], first + i, knobs[k].otherwise);
            }
        }
        *to = (zd_camera_pose){ .frame = first + i,
                                .place = { v[0], v[1], v[2] },
                                .focal = v[FOCAL] / v[HAPERTURE] };
        if (!rotation_of(c->order, v + ROTATE, to->turn)) {
            return zd_fail(err, ZD_ERR_CORRUPT, "'%s': rot_order %.3s is none", c->source->path,
                           c->order);
        }
    }
    return ZD_OK;
}

static zd_status make_camera(script *c, zd_error *err)
{
    zd_camera camera = { .ctx = c->source->ctx };
    double first = c->source->first;
    double last = first;
    bool is_moving = false;
    for (int i = 0; i < CURVES; i++) {
        const curve *one = &c->curves[i];
        if (one->count > 1) {
            first = is_moving ? fmin(first, one->frames[0]) : one->frames[0];
            last =
                is_moving ? fmax(last, one->frames[one->count - 1]) : one->frames[one->count - 1];
            is_moving = true;
        }
    }
    if (c->has_matrix) {
        return fail_value(c, "useMatrix", 9, err);
    }
    double span = ceil(last) - floor(first);
    ZD_TRY(zd_camera_make(&camera, span < ZD_CAMERA_MAX_FRAMES ? (int) span + 1 : INT_MAX, err));
    snprintf(camera.name, sizeof camera.name, "%s", c->name);
    camera.near = value_at(&c->curves[NEAR], first, 0.1);
    camera.far = value_at(&c->curves[FAR], first, 10000.0);
    camera.is_shifted = value_at(&c->curves[WINDOW], first, 0.0) != 0.0 ||
                        value_at(&c->curves[WINDOW + 1], first, 0.0) != 0.0;
    zd_status status = bake(c, &camera, floor(first), err);
    if (status == ZD_OK) {
        status = c->source->visit(c->source->user, &camera, err);
    }
    zd_free(camera.ctx, camera.poses);
    return status;
}

static zd_status read_camera(const zd_camera_source *source, const char *at, const char *end,
                             zd_error *err)
{
    script c = { .source = source, .name = "camera", .order = "ZXY" };
    zd_status status = read_knobs(&c, at, end, err);
    if (status == ZD_OK) {
        status = make_camera(&c, err);
    }
    for (int i = 0; i < CURVES; i++) {
        zd_free(source->ctx, c.curves[i].frames);
    }
    return status;
}

zd_status zd_camera_read_nuke(const zd_camera_source *source, const char *text, size_t bytes,
                              zd_error *err)
{
    zd_status status = ZD_OK;
    const char *end = text + bytes;
    for (const char *at = text; status == ZD_OK && at < end;) {
        const char *line = at + strspn(at, " \t\r\n");
        size_t length = strcspn(line, " \t\r\n{");
        const char *open = line + length + strspn(line + length, " \t");
        bool is_camera = is_word(line, length, "Camera") || is_word(line, length, "Camera2") ||
                         is_word(line, length, "Camera3") || is_word(line, length, "Camera4");
        const char *close = *open == '{' ? closing(open, end) : NULL;
        if (is_camera && close != NULL) {
            status = read_camera(source, open + 1, close, err);
        }
        at = is_camera && close != NULL ? close + 1 : line + strcspn(line, "\n");
        at += at < end;
    }
    return status;
}
