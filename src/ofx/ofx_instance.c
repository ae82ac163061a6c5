/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Instances hold handles and what was analysed; everything else is the process's engine. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "engine/network/engine_module.h"
#include "ofx/ofx_effect.h"

enum { MAX_ANALYSIS = 64 << 20 };

/* The engine is made when the first frame is rendered and ends when the host has unloaded the
 * plug-in and the last instance is gone. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static zd_engine *the_engine;
static int instances;
static bool is_unloaded;

zd_engine *zd_ofx_engine(zd_error *err)
{
    pthread_mutex_lock(&gate);
    if (the_engine == NULL && zd_engine_acquire(&the_engine, err) != ZD_OK) {
        the_engine = NULL;
    }
    zd_engine *engine = the_engine;
    pthread_mutex_unlock(&gate);
    return engine;
}

static void count_instance(int by)
{
    pthread_mutex_lock(&gate);
    instances += by;
    assert(instances >= 0);
    if (by > 0) {
        is_unloaded = false;
    } else if (instances == 0 && is_unloaded) {
        zd_engine_release(&the_engine);
    }
    pthread_mutex_unlock(&gate);
}

void zd_ofx_drop_engine(void)
{
    pthread_mutex_lock(&gate);
    is_unloaded = true;
    if (instances == 0) {
        zd_engine_release(&the_engine);
    }
    pthread_mutex_unlock(&gate);
}

static ofx_props props_of(ofx_effect effect)
{
    ofx_props props = NULL;
    if (zd_ofx_host_get()->effect->get_property_set(effect, &props) != OFX_OK) {
        return NULL;
    }
    return props;
}

zd_ofx_instance *zd_ofx_instance_of(ofx_effect effect)
{
    return zd_ofx_pointer(props_of(effect), "OfxPropInstanceData");
}

static ofx_param find_param(ofx_param_set set, const char *name)
{
    ofx_param param = NULL;
    return set != NULL && zd_ofx_host_get()->params->get_handle(set, name, &param, NULL) == OFX_OK
               ? param
               : NULL;
}

static ofx_clip find_clip(ofx_effect effect, const char *name)
{
    ofx_clip clip = NULL;
    return zd_ofx_host_get()->effect->clip_get_handle(effect, name, &clip, NULL) == OFX_OK ? clip
                                                                                           : NULL;
}

/* Values that changes are compared with: some hosts report every parameter as changed once. */
static void remember_values(zd_ofx_instance *i)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const zd_param_desc *d = zd_param_describe((zd_param_id) id);
        if (i->values[id] != NULL && !zd_ofx_is_text(d)) {
            i->seen[id] = zd_ofx_value_of(i, (zd_param_id) id, 0.0);
        }
    }
    i->picked = zd_ofx_picked(i, 0.0);
    for (int e = 0; e < ZD_OFX_EXTRA_COUNT; e++) {
        const char *type = zd_ofx_extra_describe((zd_ofx_extra) e)->type;
        if (strcmp(type, "OfxParamTypeBoolean") == 0 || strcmp(type, "OfxParamTypeChoice") == 0) {
            i->seen_extras[e] = zd_ofx_extra_int(i, (zd_ofx_extra) e, 0.0);
        }
    }
}

ofx_status zd_ofx_create(ofx_effect effect, zd_ofx_form form)
{
    const zd_ofx_host *host = zd_ofx_host_get();
    ofx_props props = props_of(effect);
    zd_ofx_field f;
    zd_ofx_instance *i = calloc(1, sizeof *i);
    if (i == NULL || props == NULL) {
        free(i);
        return i == NULL ? OFX_ERR_MEMORY : OFX_FAILED;
    }
    i->effect = effect;
    i->form = form;
    pthread_mutex_init(&i->lock, NULL);
    if (host->effect->get_param_set(effect, &i->set) != OFX_OK) {
        i->set = NULL;
    }
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (zd_ofx_shows(form, (zd_param_id) id)) {
            i->values[id] = find_param(i->set, zd_param_describe((zd_param_id) id)->name);
        }
    }
    for (int e = 0; e < ZD_OFX_EXTRA_COUNT; e++) {
        if (zd_ofx_has_extra(form, (zd_ofx_extra) e)) {
            i->extras[e] = find_param(i->set, zd_ofx_extra_describe((zd_ofx_extra) e)->name);
        }
    }
    for (int n = 0; zd_ofx_has_extra(form, ZD_OFX_BUILTIN) && zd_ofx_field_at(n, &f); n++) {
        i->fields[n] = find_param(i->set, f.name);
    }
    i->source_name = zd_ofx_source_name(form.is_compositor);
    i->source = find_clip(effect, i->source_name);
    if (i->source == NULL) { /* the compositor as a filter */
        i->source_name = "Source";
        i->source = find_clip(effect, i->source_name);
    }
    i->insert = form.is_compositor ? find_clip(effect, "Foreground") : NULL;
    i->map = find_clip(effect, "Depth");
    i->original = form.is_compositor ? NULL : find_clip(effect, "Original");
    i->output = find_clip(effect, "Output");
    remember_values(i);
    zd_ofx_set_pointer(props, "OfxPropInstanceData", 0, i);
    zd_ofx_update_enabled(i);
    count_instance(1);
    return OFX_OK;
}

ofx_status zd_ofx_destroy(ofx_effect effect)
{
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    if (i == NULL) {
        return OFX_OK;
    }
    zd_ofx_set_pointer(props_of(effect), "OfxPropInstanceData", 0, NULL);
    zd_shot_list_release(&i->shots);
    free(i->analysis);
    pthread_mutex_destroy(&i->lock);
    free(i);
    count_instance(-1);
    return OFX_OK;
}

/* The time of the clip's first frame. */
double zd_ofx_first_time(const zd_ofx_instance *i)
{
    ofx_props props = NULL;
    const zd_ofx_host *host = zd_ofx_host_get();
    bool known = i->source != NULL && host->effect->clip_get_property_set != NULL &&
                 host->effect->clip_get_property_set(i->source, &props) == OFX_OK;
    double first = known ? zd_ofx_number(props, "OfxImageEffectPropFrameRange", 0, 0.0) : 0.0;
    return isfinite(first) && fabs(first) < 1e9 ? first : 0.0;
}

/* "START\nSHOTS": the time of the first frame, and the shots as depth/shot_list.h writes them. */
static void parse_analysis(zd_ofx_instance *i, const char *text)
{
    char *rest;
    zd_error reason;
    i->start = strtod(text, &rest);
    if (rest == text || *rest != '\n' ||
        zd_engine_kept_parse(&i->shots, &i->kept, rest + 1, &reason) != ZD_OK ||
        !isfinite(i->start))
    {
        zd_shot_list_release(&i->shots);
        i->kept = (zd_engine_kept){ 0 };
    }
}

/* A file holds the shots alone; they begin with the clip. */
static void read_analysis(zd_ofx_instance *i, zd_context *ctx, const char *path)
{
    char *text = NULL;
    size_t bytes;
    zd_error reason;
    zd_status status = zd_file_read_text(ctx, path, MAX_ANALYSIS, &text, &bytes, &reason);
    if (status == ZD_OK) {
        status = zd_engine_kept_parse(&i->shots, &i->kept, text, &reason);
    }
    zd_free(ctx, text);
    if (status != ZD_OK) {
        zd_shot_list_release(&i->shots);
        zd_fail_context(&reason, status, "the analysis file '%s'", path);
        zd_ofx_tell(i->effect, false, reason.message);
    }
    i->start = zd_ofx_first_time(i);
}

/* Takes what is stored, else what the file says, when either is new. The caller holds the lock. */
static void follow_analysis(zd_ofx_instance *i, zd_context *ctx)
{
    const char *text = zd_ofx_extra_text(i, ZD_OFX_ANALYSIS);
    bool from_file = text[0] == '\0';
    if (from_file) {
        text = zd_ofx_extra_text(i, ZD_OFX_ANALYSIS_FILE);
    }
    if (i->analysis != NULL && i->analysis_is_file == from_file && strcmp(i->analysis, text) == 0) {
        return;
    }
    zd_shot_list_release(&i->shots);
    i->shots.ctx = ctx;
    i->kept = (zd_engine_kept){ 0 };
    free(i->analysis);
    i->analysis = strdup(text);
    i->analysis_is_file = from_file;
    if (text[0] == '\0') {
        return;
    }
    if (from_file) {
        read_analysis(i, ctx, text);
    } else {
        parse_analysis(i, text);
    }
}

static int64_t index_of(const zd_ofx_instance *i, ofx_time time)
{
    return (int64_t) fmin(fmax(floor(time - i->start + 0.5), 0.0), 1e15);
}

bool zd_ofx_find_shot(zd_ofx_instance *i, zd_context *ctx, ofx_time time, zd_shot *out)
{
    pthread_mutex_lock(&i->lock);
    follow_analysis(i, ctx);
    bool found = i->shots.count > 0;
    if (found) {
        *out = i->shots.shots[zd_shot_list_find(&i->shots, index_of(i, time))];
    }
    pthread_mutex_unlock(&i->lock);
    return found && !out->is_pending;
}

zd_engine_kept zd_ofx_find_kept(zd_ofx_instance *i, ofx_time time, int64_t *frame)
{
    pthread_mutex_lock(&i->lock);
    zd_engine_kept kept = i->kept;
    *frame = floor(time - i->start + 0.5) >= 0.0 ? index_of(i, time) : -1; /* before the clip */
    pthread_mutex_unlock(&i->lock);
    return kept;
}

/* Images. */

bool zd_ofx_clip_connected(ofx_clip clip)
{
    ofx_props props = NULL;
    const zd_ofx_host *host = zd_ofx_host_get();
    if (clip == NULL || host->effect->clip_get_property_set == NULL ||
        host->effect->clip_get_property_set(clip, &props) != OFX_OK)
    {
        return clip != NULL;
    }
    return zd_ofx_int(props, "OfxImageClipPropConnected", 0, 1) != 0;
}

static bool parse_format(ofx_props props, zd_pixels *out)
{
    const char *depth = zd_ofx_text(props, "OfxImageEffectPropPixelDepth", "");
    const char *components = zd_ofx_text(props, "OfxImageEffectPropComponents", "");
    const char *order = zd_ofx_text(props, "OfxImageEffectPropPixelOrder", "");
    size_t length = strlen(depth);
    static const char *const names[] = { "OfxBitDepthByte", "OfxBitDepthShort", "OfxBitDepthHalf",
                                         "OfxBitDepthFloat" };
    static const char *const sets[] = { "OfxImageComponentAlpha", NULL, "OfxImageComponentRGB",
                                        "OfxImageComponentRGBA" };
    bool is_bgr = length > 3 && strcmp(depth + length - 3, "BGR") == 0;
    int sample = -1;
    int channels = 0;
    length -= is_bgr ? 3 : 0;
    for (int n = 0; n < 4; n++) {
        if (strlen(names[n]) == length && strncmp(names[n], depth, length) == 0) {
            sample = n;
        }
        if (sets[n] != NULL && strcmp(sets[n], components) == 0) {
            channels = n + 1;
        }
    }
    out->is_bgr = is_bgr || strcmp(order, "OfxImagePixelOrderBGRA") == 0;
    out->view.format = (zd_format){ (zd_sample) sample, channels };
    return sample >= 0 && channels > 0;
}

static zd_pixels_alpha parse_alpha(ofx_props props)
{
    const char *state = zd_ofx_text(props, "OfxImageEffectPropPreMultiplication", "");
    return strcmp(state, "OfxImageAlphaPremultiplied") == 0 ? ZD_PIXELS_PREMULTIPLIED
           : strcmp(state, "OfxImageOpaque") == 0           ? ZD_PIXELS_OPAQUE
                                                            : ZD_PIXELS_STRAIGHT;
}

/* Rows go up in OpenFX; the engine's top row is the last. */
static bool describe_image(ofx_props props, zd_pixels *out)
{
    ofx_rect_i b;
    char *data = zd_ofx_pointer(props, "OfxImagePropData");
    ptrdiff_t row_bytes = zd_ofx_int(props, "OfxImagePropRowBytes", 0, 0);
    if (data == NULL || !zd_ofx_rect_i(props, "OfxImagePropBounds", &b) ||
        !parse_format(props, out)) {
        return false;
    }
    int64_t width = (int64_t) b.x2 - b.x1;
    int64_t height = (int64_t) b.y2 - b.y1;
    int64_t limit = 65536;
    if (width < 1 || height < 1 || width > limit || height > limit || b.y2 < -limit * 1024 ||
        b.y2 > limit * 1024 || b.x1 < -limit * 1024 || b.x1 > limit * 1024)
    {
        return false;
    }
    int64_t needed = width * (int64_t) zd_format_pixel_bytes(out->view.format);
    if (row_bytes == 0) {
        row_bytes = (ptrdiff_t) needed;
    }
    if ((row_bytes < 0 ? -row_bytes : row_bytes) < needed) {
        return false;
    }
    out->view.data = data + (height - 1) * row_bytes;
    out->view.stride_bytes = -row_bytes;
    out->view.width = (int) width;
    out->view.height = (int) height;
    out->x = b.x1;
    out->y = -b.y2;
    out->alpha = parse_alpha(props);
    return true;
}

/* Hosts may say which picture an image is. */
static zd_pixels_hash identity_of(ofx_props props)
{
    const char *word = zd_ofx_text(props, "OfxImagePropUniqueIdentifier", "");
    zd_pixels_hash none = { 0, 0 };
    return word[0] != '\0' ? zd_pixels_hash_bytes((zd_pixels_hash){ 1, 1 }, word, strlen(word))
                           : none;
}

/* Sequences of a process are numbered, so that none is taken for another. */
ofx_status zd_ofx_sequence(ofx_effect effect, bool begins)
{
    static atomic_int count;
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    if (i != NULL) {
        atomic_store(&i->sequence, begins ? 1 + (atomic_fetch_add(&count, 1) & 0x3fffffff) : 0);
    }
    return OFX_OK;
}

void zd_ofx_image_fetch(ofx_clip clip, ofx_time time, zd_ofx_image *out)
{
    ofx_props props = NULL;
    *out = (zd_ofx_image){ 0 };
    if (clip == NULL ||
        zd_ofx_host_get()->effect->clip_get_image(clip, time, NULL, &props) != OFX_OK ||
        props == NULL)
    {
        return;
    }
    out->props = props;
    if (!describe_image(props, &out->picture)) {
        out->is_unusable = zd_ofx_pointer(props, "OfxImagePropData") != NULL;
        out->picture = (zd_pixels){ 0 };
        return;
    }
    out->picture.identity = identity_of(props);
}

void zd_ofx_image_release(zd_ofx_image *image)
{
    if (image->props != NULL) {
        zd_ofx_host_get()->effect->clip_release_image(image->props);
    }
    *image = (zd_ofx_image){ 0 };
}
