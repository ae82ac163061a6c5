/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The frei0r doors: a filter, and with ZD_FREI0R_MIXER a mixer of two inputs. */

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/os.h"
#include "engine/engine.h"
#include "frei0r/frei0r_doors.h"
#include "frei0r/frei0r_inserts.h"
#include "frei0r/frei0r_params.h"
#include "frei0r/frei0r_sidecar.h"

enum { MAX_ANALYSIS = 64 << 20 };

typedef struct instance {
    int width;
    int height;
    double numbers[ZD_F_COUNT]; /* as frei0r has them, 0..1 */
    char *texts[ZD_F_COUNT];
    zd_engine *engine;
    zd_frei0r_sidecar *sidecar;
    char *sidecar_path; /* that `sidecar` was opened for, or failed for */
    double sidecar_fps;
    zd_shot_list shots;
    zd_engine_kept kept;
    char *shots_path;                              /* likewise */
    char told[sizeof((zd_error *) NULL)->message]; /* the last failure that was told of */
    int64_t frame;
    double last_time;  /* as the host counts; NAN: none yet */
    double least_step; /* the shortest time between two frames so far */
} instance;

int f0r_init(void)
{
    return 1;
}

void f0r_deinit(void)
{
}

void f0r_get_plugin_info(f0r_info *info)
{
    *info = (f0r_info){
        .name = ZD_F_IS_MIXER ? "Z-Depth compositor" : "Z-Depth",
        .author = "The Zdepth developers",
        .plugin_type = ZD_F_IS_MIXER ? F0R_MIXER2 : F0R_FILTER,
        .color_model = F0R_RGBA8888,
        .frei0r_version = 1,
        .major_version = 1,
        .num_params = ZD_F_COUNT,
        .explanation = ZD_F_IS_MIXER
                           ? "Puts the second input between the layers of the first, by depth"
                           : "Cuts the picture into foreground and background, by depth",
    };
}

void f0r_get_param_info(f0r_param *info, int index)
{
    zd_frei0r_param_info(index, info);
}

void *f0r_construct(unsigned width, unsigned height)
{
    instance *i = calloc(1, sizeof *i);
    if (i == NULL || width < 1 || height < 1 || width > 65536 || height > 65536) {
        free(i);
        return NULL;
    }
    i->width = (int) width;
    i->height = (int) height;
    i->last_time = (double) NAN;
    i->least_step = (double) INFINITY;
    for (int p = 0; p < ZD_F_COUNT; p++) {
        if (zd_frei0r_is_text(p)) {
            i->texts[p] = strdup(zd_frei0r_initial_text(p));
        } else {
            i->numbers[p] = zd_frei0r_initial(p);
        }
    }
    return i;
}

void f0r_destruct(void *user)
{
    instance *i = user;
    if (i != NULL) {
        zd_frei0r_sidecar_close(&i->sidecar);
        zd_shot_list_release(&i->shots);
        zd_engine_release(&i->engine);
        free(i->sidecar_path);
        free(i->shots_path);
        for (int p = 0; p < ZD_F_COUNT; p++) {
            free(i->texts[p]);
        }
        free(i);
    }
}

void f0r_set_param_value(void *user, void *value, int index)
{
    instance *i = user;
    if (i == NULL || value == NULL || index < 0 || index >= ZD_F_COUNT) {
        return;
    }
    if (zd_frei0r_is_text(index)) {
        const char *text = *(char **) value;
        char *copy = text != NULL ? strdup(text) : NULL;
        if (copy != NULL) {
            free(i->texts[index]);
            i->texts[index] = copy;
        }
        return;
    }
    double number;
    memcpy(&number, value, sizeof number);
    if (!isnan(number)) {
        i->numbers[index] = fmin(fmax(number, 0.0), 1.0);
    }
}

void f0r_get_param_value(void *user, void *value, int index)
{
    const instance *i = user;
    if (i == NULL || value == NULL || index < 0 || index >= ZD_F_COUNT) {
        return;
    }
    if (zd_frei0r_is_text(index)) {
        *(char **) value = i->texts[index];
    } else {
        memcpy(value, &i->numbers[index], sizeof(double));
    }
}

/* Where titles and files are named, or another input is, the picture stays whole. */
static bool composites(const instance *i)
{
    return ZD_F_IS_MIXER || zd_frei0r_has_inserts(i->texts);
}

static const char *effect_of(const instance *i)
{
    return ZD_F_IS_MIXER ? "" : i->texts[ZD_F_EFFECT];
}

static bool cuts_out(const instance *i)
{
    return !composites(i) && effect_of(i)[0] == '\0';
}

/* A depth that is not its default counts, whatever the switch says: hosts may set it alone. */
static bool is_automatic(const instance *i, int index)
{
    bool is_threshold = index == ZD_F_DEPTH_IN || index == ZD_F_DEPTH_OUT;
    bool is_left = zd_frei0r_is_initial(i->numbers, index);
    return (is_threshold && is_left && i->numbers[ZD_F_AUTO_DEPTH] >= 0.5) ||
           (index == ZD_F_AT_DEPTH && is_left);
}

static zd_status read_params(const instance *i, zd_params *out, zd_error *err)
{
    ZD_TRY(zd_params_set_number(out, ZD_P_MODE, 1.0, err));
    ZD_TRY(zd_params_set_number(out, ZD_P_TRANSPARENCY, cuts_out(i) ? 1.0 : 0.0, err));
    if (i->texts[ZD_F_MODEL][0] != '\0') {
        ZD_TRY(zd_params_set_text(out, ZD_P_MODEL, i->texts[ZD_F_MODEL], err));
    }
    for (int p = 0; p < ZD_F_COUNT; p++) {
        if (zd_frei0r_id(p) < 0 || zd_frei0r_is_text(p) || is_automatic(i, p)) {
            continue;
        }
        zd_param_id id = (zd_param_id) zd_frei0r_id(p);
        ZD_TRY(zd_params_set_number(out, id, zd_frei0r_value(i->numbers, p), err));
    }
    return ZD_OK;
}

static double fps_of(const instance *i)
{
    return fmax(zd_frei0r_value(i->numbers, ZD_F_FPS), 0.01);
}

/* Keeps the shortest step in time: a jump in the footage is longer than a frame, so only that tells.
 * From nothing to the first time is a step too when it is short. Frames drawn again are none. */
static void learn_step(instance *i, double time)
{
    bool is_first = isnan(i->last_time);
    double step = fabs(time - (is_first ? 0.0 : i->last_time));
    i->last_time = time;
    if (step > 1e-4 && (!is_first || step < 1.0)) {
        i->least_step = fmin(i->least_step, step);
    }
}

/* Whether the host counts in milliseconds: no step was shorter than half a frame of them, or than 1
 * where nobody has set the rate, for no footage has frames of a second and more. */
static bool counts_milliseconds(const instance *i, double fps)
{
    bool is_set = fabs(i->numbers[ZD_F_FPS] - zd_frei0r_initial(ZD_F_FPS)) > 1e-9;
    return isfinite(i->least_step) && i->least_step >= (is_set ? 500.0 / fps : 1.0);
}

/* Hosts count in seconds (melt, GStreamer) or milliseconds (ffmpeg), and some hand over garbage:
 * then the frames that came so far tell the time. A map may be a movie, so it matters. What was
 * taken for milliseconds after a jump is mended with the first two frames that lie close. */
static double time_of(instance *i, double time)
{
    double fps = fps_of(i);
    double counted = (double) i->frame++ / fps;
    if (!isfinite(time) || fabs(time) > 1e9) {
        return counted;
    }
    learn_step(i, time);
    return counts_milliseconds(i, fps) ? time * 1e-3 : time;
}

static zd_status open_sidecar(instance *i, zd_error *err)
{
    const char *path = i->texts[ZD_F_DEPTH_MAP];
    double fps = fps_of(i);
    bool is_same_rate = fabs(i->sidecar_fps - fps) < 1e-6;
    if (i->sidecar != NULL && strcmp(i->sidecar_path, path) == 0 && is_same_rate) {
        return ZD_OK;
    }
    i->sidecar_fps = fps;
    zd_frei0r_sidecar_close(&i->sidecar);
    free(i->sidecar_path);
    i->sidecar_path = strdup(path);
    return path[0] != '\0'
               ? zd_frei0r_sidecar_open(zd_engine_context(i->engine), path, fps, &i->sidecar, err)
               : ZD_OK;
}

static zd_status open_shots(instance *i, zd_error *err)
{
    char *text = NULL;
    size_t bytes;
    zd_context *ctx = zd_engine_context(i->engine);
    const char *path = i->texts[ZD_F_ANALYSIS_FILE];
    if (i->shots_path != NULL && strcmp(i->shots_path, path) == 0) {
        return ZD_OK;
    }
    zd_shot_list_release(&i->shots);
    i->shots.ctx = ctx;
    i->kept = (zd_engine_kept){ 0 };
    free(i->shots_path);
    i->shots_path = NULL;
    if (path[0] != '\0') {
        ZD_TRY(zd_file_read_text(ctx, path, MAX_ANALYSIS, &text, &bytes, err));
        zd_status status = zd_engine_kept_parse(&i->shots, &i->kept, text, err);
        zd_free(ctx, text);
        if (status != ZD_OK) {
            return zd_fail_context(err, status, "the analysis file '%s'", path);
        }
    }
    i->shots_path = strdup(path);
    return ZD_OK;
}

/* What belongs to one render. */
typedef struct texts_read {
    zd_shot shot;
    zd_box boxes[ZD_PROJECT_MAX_BOXES];
    zd_effect_chain chain;
    zd_project inserts;
    bool kept_missing; /* the analysis's depth */
} texts_read;

static zd_pixels packed(const instance *i, const void *pixels)
{
    assert(i->width > 0 && i->height > 0);
    zd_view view = { (void *) (uintptr_t) pixels,
                     i->width,
                     i->height,
                     4 * (ptrdiff_t) i->width,
                     { ZD_SAMPLE_U8, 4 } };
    return (zd_pixels){ .view = view, .alpha = ZD_PIXELS_STRAIGHT };
}

static zd_status read_effect(const instance *i, texts_read *to, zd_engine_frame *frame,
                             zd_error *err)
{
    if (composites(i)) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "an effect and a title do not go together in one filter; put it on twice");
    }
    ZD_TRY(zd_effect_parse(effect_of(i), fps_of(i), &to->chain, err));
    if (to->chain.count == 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the effect '%s' is none of the built-in ones",
                       effect_of(i));
    }
    frame->chain = &to->chain;
    return ZD_OK;
}

/* What the texts say besides the map. */
static zd_status read_texts(instance *i, double time, texts_read *to, zd_engine_frame *frame,
                            zd_error *err)
{
    ZD_TRY(open_shots(i, err));
    if (i->shots.count > 0) {
        int64_t index = isfinite(time) && time > 0.0 ? llround(time * fps_of(i)) : 0;
        to->shot = i->shots.shots[zd_shot_list_find(&i->shots, index)];
        frame->shot = &to->shot;
        frame->kept = &i->kept;
        frame->kept_frame = index;
        frame->kept_missing = &to->kept_missing;
    }
    frame->box_count = zd_engine_read_boxes(i->texts[ZD_F_BOXES], to->boxes);
    frame->boxes = to->boxes;
    if (zd_frei0r_has_inserts(i->texts)) {
        frame->inserts = &to->inserts;
        frame->clip.fps = fps_of(i);
        ZD_TRY(zd_frei0r_read_inserts(i->engine, i->texts, i->numbers, &to->inserts, err));
    }
    return effect_of(i)[0] != '\0' ? read_effect(i, to, frame, err) : ZD_OK;
}

static zd_status render(instance *i, double time, texts_read *texts, zd_engine_frame *frame,
                        uint32_t *out, zd_error *err)
{
    zd_params params;
    zd_pixels to = packed(i, out);
    zd_rect whole = { 0, 0, i->width, i->height };
    ZD_TRY(open_sidecar(i, err));
    if (i->sidecar != NULL) {
        ZD_TRY(zd_frei0r_sidecar_at(i->sidecar, time, &frame->map, err));
    }
    zd_params_init(&params, zd_engine_context(i->engine));
    zd_project_init(&texts->inserts, zd_engine_context(i->engine));
    frame->params = &params;
    zd_status status = read_texts(i, time, texts, frame, err);
    if (status == ZD_OK) {
        status = read_params(i, &params, err);
    }
    if (status == ZD_OK) {
        status = zd_engine_render(i->engine, frame, &to, whole, ZD_PIXELS_ROWS_ALL, err);
    }
    zd_project_finish(&texts->inserts);
    zd_params_finish(&params);
    return status;
}

/* frei0r has no way to tell, so the host's log gets one line, without what terminals obey, and the picture
 * passes. */
static void tell(instance *i, const char *what, const char *consequence)
{
    if (strcmp(i->told, what) == 0) {
        return;
    }
    snprintf(i->told, sizeof i->told, "%s", what);
    char line[sizeof i->told];
    for (size_t n = 0; n < sizeof line; n++) {
        bool is_plain = i->told[n] == '\0' || (i->told[n] >= ' ' && i->told[n] < 127);
        line[n] = is_plain ? i->told[n] : '?';
    }
    fprintf(stderr, "zdepth (frei0r): %s; %s\n", line, consequence);
}

void f0r_update2(void *user, double time, const uint32_t *in1, const uint32_t *in2,
                 const uint32_t *in3, uint32_t *out)
{
    instance *i = user;
    (void) in3;
    if (i == NULL || in1 == NULL || out == NULL) {
        return;
    }
    time = time_of(i, time);
    zd_engine_frame frame = {
        .task = composites(i) ? ZD_ENGINE_COMPOSITE : ZD_ENGINE_FILTER,
        .footage = packed(i, in1),
        .time_s = isfinite(time) ? fmax(time, 0.0) : 0.0,
        .transfer = ZD_TRANSFER_BT709,
    };
    if (ZD_F_IS_MIXER && in2 != NULL) {
        frame.insert = packed(i, in2);
    }
    texts_read texts = { 0 };
    zd_error err = { 0 };
    zd_os_locale locale = zd_os_locale_enter();
    zd_status status = i->engine != NULL ? ZD_OK : zd_engine_acquire(&i->engine, &err);
    if (status == ZD_OK) {
        status = render(i, time, &texts, &frame, out, &err);
    } else {
        i->engine = NULL;
    }
    if (status != ZD_OK) {
        tell(i, err.message, "the picture passes unchanged");
        memmove(out, in1, (size_t) i->width * (size_t) i->height * 4);
    }
    if (status == ZD_OK && texts.kept_missing) {
        tell(i, "the analysis file's steadied depth is no longer in the depth cache",
             "each frame has its own; write the file again");
    }
    zd_os_locale_leave(locale);
}

void f0r_update(void *user, double time, const uint32_t *in, uint32_t *out)
{
    f0r_update2(user, time, in, NULL, NULL, out);
}
