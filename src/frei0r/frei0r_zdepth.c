/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The frei0r doors: a filter, and with ZD_FREI0R_MIXER a mixer of two inputs. frei0r knows numbers
 * from 0 to 1, so every number is its parameter's range mapped to that. */

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/os.h"
#include "engine/engine.h"
#include "frei0r/frei0r_abi.h"
#include "frei0r/frei0r_sidecar.h"

#if defined(ZD_FREI0R_MIXER)
enum { IS_MIXER = 1 };
#else
enum { IS_MIXER = 0 };
#endif

/* Depths from the slider's 0..1 to what they mean in normalised depth. */
static const zd_param_id ids[] = {
    ZD_P_DEPTH_MAP,    ZD_P_DEPTH_MAP_TYPE, ZD_P_MODEL,      ZD_P_VIEW,        ZD_P_DEPTH_IN,
    ZD_P_DEPTH_OUT,    ZD_P_AUTO_FEATHER,   ZD_P_FEATHER,    ZD_P_CHOKE,       ZD_P_INVERT,
    ZD_P_NEAREST_ONLY, ZD_P_LEVEL_FAR,      ZD_P_LEVEL_NEAR, ZD_P_LEVEL_GAMMA, ZD_P_DECONTAMINATE,
    ZD_P_OPACITY,      ZD_P_BLEND,
};

/* Hosts store numbers of parameters: new ones come last. */
enum {
    TABLE_COUNT = sizeof ids / sizeof *ids,
    AUTO_DEPTH = TABLE_COUNT,
    FPS,
    BOXES,
    ANALYSIS_FILE,
    EFFECT, /* of the filter; the mixer has none */
    PARAM_COUNT = IS_MIXER ? EFFECT : EFFECT + 1,
    MAX_ANALYSIS = 64 << 20,
};

typedef struct instance {
    int width;
    int height;
    double numbers[PARAM_COUNT]; /* as frei0r has them, 0..1 */
    char *texts[PARAM_COUNT];
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

static bool is_text(int index)
{
    return index >= BOXES ||
           (index < TABLE_COUNT && (zd_param_describe(ids[index])->type == ZD_PARAM_TEXT ||
                                    zd_param_describe(ids[index])->type == ZD_PARAM_PATH));
}

/* The ends of a parameter's range here. Depths are normalised: hosts give no other scale. */
static void range_of(int index, double *low, double *high)
{
    *low = 0.0;
    *high = 1.0;
    if (index == FPS) {
        *high = 240.0;
    } else if (index < TABLE_COUNT && ids[index] != ZD_P_DEPTH_IN && ids[index] != ZD_P_DEPTH_OUT) {
        *low = zd_param_describe(ids[index])->min;
        *high = zd_param_describe(ids[index])->max;
    }
    if (index < TABLE_COUNT && ids[index] == ZD_P_VIEW) {
        enum {
            LAST_OF_FIRST_VIEWS = 4
        }; /* matte: later views must not move what hosts have stored */
        *high = LAST_OF_FIRST_VIEWS;
    }
}

static double initial_of(int index)
{
    double low;
    double high;
    range_of(index, &low, &high);
    double value = index == AUTO_DEPTH                                  ? 1.0
                   : index == FPS                                       ? 25.0
                   : index < TABLE_COUNT && ids[index] == ZD_P_DEPTH_IN ? 0.5
                   : index < TABLE_COUNT && ids[index] == ZD_P_DEPTH_OUT
                       ? 1.0
                       : zd_param_describe(ids[index])->initial;
    return (value - low) / (high - low);
}

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
        .name = IS_MIXER ? "Z-Depth compositor" : "Z-Depth",
        .author = "The Zdepth developers",
        .plugin_type = IS_MIXER ? F0R_MIXER2 : F0R_FILTER,
        .color_model = F0R_RGBA8888,
        .frei0r_version = 1,
        .major_version = 1,
        .num_params = PARAM_COUNT,
        .explanation = IS_MIXER ? "Puts the second input between the layers of the first, by depth"
                                : "Cuts the picture into foreground and background, by depth",
    };
}

void f0r_get_param_info(f0r_param *info, int index)
{
    static const f0r_param texts[] = {
        { "boxes", F0R_STRING,
          "Selection boxes x,y,width,height in fractions of the frame from the upper left, parted by "
          "semicolons; a minus sign before one that subtracts" },
        { "analysis_file", F0R_STRING,
          "Ranges and thresholds of the clip's shots, as zdepth info --shots writes them, and the "
          "steadied depth that it has kept in the depth cache" },
        { "effect", F0R_STRING,
          "Built-in effects such as zblur=focus=0.8 inside the matte, instead of the cut-out" },
    };
    *info = (f0r_param){ "", F0R_DOUBLE, "" };
    if (index >= BOXES && index < PARAM_COUNT) {
        *info = texts[index - BOXES];
        return;
    }
    if (index == AUTO_DEPTH) {
        *info = (f0r_param){ "auto_depth", F0R_BOOL, "Depth In and Depth Out are found" };
    } else if (index == FPS) {
        *info = (f0r_param){
            "fps", F0R_DOUBLE,
            "Frames a second divided by 240, for a depth map that is a sequence or a movie"
        };
    } else if (index >= 0 && index < TABLE_COUNT) {
        const zd_param_desc *d = zd_param_describe(ids[index]);
        int type = is_text(index) ? F0R_STRING : d->type == ZD_PARAM_BOOL ? F0R_BOOL : F0R_DOUBLE;
        *info = (f0r_param){ d->name, type, d->help };
    }
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
    for (int p = 0; p < PARAM_COUNT; p++) {
        if (is_text(p)) {
            const char *initial = p < TABLE_COUNT ? zd_param_describe(ids[p])->initial_text : NULL;
            i->texts[p] = strdup(initial != NULL ? initial : "");
        } else {
            i->numbers[p] = initial_of(p);
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
        for (int p = 0; p < PARAM_COUNT; p++) {
            free(i->texts[p]);
        }
        free(i);
    }
}

void f0r_set_param_value(void *user, void *value, int index)
{
    instance *i = user;
    if (i == NULL || value == NULL || index < 0 || index >= PARAM_COUNT) {
        return;
    }
    if (is_text(index)) {
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
    if (i == NULL || value == NULL || index < 0 || index >= PARAM_COUNT) {
        return;
    }
    if (is_text(index)) {
        *(char **) value = i->texts[index];
    } else {
        memcpy(value, &i->numbers[index], sizeof(double));
    }
}

static double value_of(const instance *i, int index)
{
    double low;
    double high;
    range_of(index, &low, &high);
    return low + i->numbers[index] * (high - low);
}

static bool cuts_out(const instance *i)
{
    return !IS_MIXER && i->texts[PARAM_COUNT - 1][0] == '\0';
}

/* A depth that is not its default counts, whatever the switch says: hosts may set it alone. */
static bool is_automatic(const instance *i, int index)
{
    bool is_depth = ids[index] == ZD_P_DEPTH_IN || ids[index] == ZD_P_DEPTH_OUT;
    return is_depth && i->numbers[AUTO_DEPTH] >= 0.5 &&
           fabs(i->numbers[index] - initial_of(index)) < 1e-9;
}

static zd_status read_params(const instance *i, zd_params *out, zd_error *err)
{
    ZD_TRY(zd_params_set_number(out, ZD_P_MODE, 1.0, err));
    ZD_TRY(zd_params_set_number(out, ZD_P_TRANSPARENCY, cuts_out(i) ? 1.0 : 0.0, err));
    for (int p = 0; p < TABLE_COUNT; p++) {
        const zd_param_desc *d = zd_param_describe(ids[p]);
        double value = value_of(i, p);
        if (ids[p] == ZD_P_MODEL && i->texts[p][0] != '\0') {
            ZD_TRY(zd_params_set_text(out, ids[p], i->texts[p], err));
        } else if (!is_text(p) && !is_automatic(i, p)) {
            if (d->type != ZD_PARAM_NUMBER) {
                value = floor(value + 0.5);
            }
            ZD_TRY(zd_params_set_number(out, ids[p], value, err));
        }
    }
    return ZD_OK;
}

static double fps_of(const instance *i)
{
    return fmax(value_of(i, FPS), 0.01);
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
    bool is_set = fabs(i->numbers[FPS] - initial_of(FPS)) > 1e-9;
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
    const char *path = i->texts[0];
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
    const char *path = i->texts[ANALYSIS_FILE];
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
    bool kept_missing; /* the analysis's depth */
} texts_read;

static zd_pixels packed(const instance *i, const void *pixels)
{
    zd_view view = { (void *) (uintptr_t) pixels,
                     i->width,
                     i->height,
                     4 * (ptrdiff_t) i->width,
                     { ZD_SAMPLE_U8, 4 } };
    return (zd_pixels){ .view = view, .alpha = ZD_PIXELS_STRAIGHT };
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
    frame->box_count = zd_engine_read_boxes(i->texts[BOXES], to->boxes);
    frame->boxes = to->boxes;
    if (IS_MIXER || cuts_out(i)) {
        return ZD_OK;
    }
    ZD_TRY(zd_effect_parse(i->texts[PARAM_COUNT - 1], fps_of(i), &to->chain, err));
    if (to->chain.count == 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the effect '%s' is none of the built-in ones",
                       i->texts[PARAM_COUNT - 1]);
    }
    frame->chain = &to->chain;
    return ZD_OK;
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
    ZD_TRY(read_texts(i, time, texts, frame, err));
    zd_params_init(&params, zd_engine_context(i->engine));
    frame->params = &params;
    zd_status status = read_params(i, &params, err);
    if (status == ZD_OK) {
        status = zd_engine_render(i->engine, frame, &to, whole, ZD_PIXELS_ROWS_ALL, err);
    }
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
        .task = IS_MIXER ? ZD_ENGINE_COMPOSITE : ZD_ENGINE_FILTER,
        .footage = packed(i, in1),
        .transfer = ZD_TRANSFER_BT709,
    };
    if (IS_MIXER && in2 != NULL) {
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
