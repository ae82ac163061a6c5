/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "mock_host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/host_half.h"

mock_options mock_how;
atomic_int mock_images_alive;
atomic_int mock_aborts_asked;
atomic_int mock_messages;
int mock_progress_updates;
int mock_draw_calls;
ofx_point_d mock_drawn[8];

/* Properties. */

mock_prop *mock_props_find(ofx_props set, const char *name)
{
    for (int i = 0; i < set->count; i++) {
        if (strcmp(set->props[i].name, name) == 0) {
            return &set->props[i];
        }
    }
    return NULL;
}

static mock_prop *find_or_add(ofx_props set, const char *name, char type)
{
    mock_prop *found = mock_props_find(set, name);
    if (found != NULL) {
        return found;
    }
    if (set->count == set->capacity) {
        set->capacity = set->capacity > 0 ? set->capacity * 2 : 8;
        set->props = realloc(set->props, (size_t) set->capacity * sizeof *set->props);
    }
    mock_prop *prop = &set->props[set->count++];
    memset(prop, 0, sizeof *prop);
    snprintf(prop->name, sizeof prop->name, "%s", name);
    prop->type = type;
    return prop;
}

static void clear_props(ofx_props set)
{
    for (int i = 0; i < set->count; i++) {
        for (int v = 0; v < MOCK_VALUES; v++) {
            free(set->props[i].texts[v]);
        }
    }
    free(set->props);
    *set = (struct ofx_property_set_s){ 0 };
}

static void copy_props(ofx_props to, ofx_props from)
{
    to->capacity = from->count;
    to->count = from->count;
    to->props = malloc((size_t) (from->count + 1) * sizeof *to->props);
    for (int i = 0; i < from->count; i++) {
        to->props[i] = from->props[i];
        for (int v = 0; v < MOCK_VALUES; v++) {
            char *text = from->props[i].texts[v];
            to->props[i].texts[v] = text != NULL ? strdup(text) : NULL;
        }
    }
}

ofx_props mock_props_create(void)
{
    return calloc(1, sizeof(struct ofx_property_set_s));
}

void mock_props_free(ofx_props props)
{
    clear_props(props);
    free(props);
}

/* Names that came after version 1.2 and that old hosts refuse. */
static bool is_refused(const char *name)
{
    static const char *const late[] = { "OfxPropPluginDescription",
                                        "OfxImageEffectPropCPURenderSupported",
                                        "OfxImageEffectPropOpenGLRenderSupported",
                                        "OfxImageEffectPluginPropOverlayInteractV2",
                                        "OfxParamPropScriptName",
                                        "OfxParamPropDefaultCoordinateSystem",
                                        "OfxImageEffectInstancePropSequentialRender",
                                        "OfxParamPropCanUndo",
                                        "OfxParamPropStringMode" };
    for (size_t i = 0; mock_how.refuse_setting && i < sizeof late / sizeof *late; i++) {
        if (strcmp(name, late[i]) == 0) {
            return true;
        }
    }
    return false;
}

static ofx_status set_pointer(ofx_props set, const char *name, int index, void *value)
{
    if (index < 0 || index >= MOCK_VALUES || is_refused(name)) {
        return OFX_ERR_UNKNOWN;
    }
    mock_prop *p = find_or_add(set, name, 'p');
    p->pointers[index] = value;
    p->count = p->count > index ? p->count : index + 1;
    return OFX_OK;
}

static ofx_status set_string(ofx_props set, const char *name, int index, const char *value)
{
    if (index < 0 || index >= MOCK_VALUES || is_refused(name)) {
        return index >= MOCK_VALUES ? OFX_ERR_BAD_INDEX : OFX_ERR_UNKNOWN;
    }
    mock_prop *p = find_or_add(set, name, 's');
    free(p->texts[index]);
    p->texts[index] = strdup(value);
    p->count = p->count > index ? p->count : index + 1;
    return OFX_OK;
}

static ofx_status set_double(ofx_props set, const char *name, int index, double value)
{
    if (index < 0 || index >= MOCK_VALUES || is_refused(name)) {
        return OFX_ERR_UNKNOWN;
    }
    mock_prop *p = find_or_add(set, name, 'd');
    p->numbers[index] = value;
    p->count = p->count > index ? p->count : index + 1;
    return OFX_OK;
}

static ofx_status set_int(ofx_props set, const char *name, int index, int value)
{
    if (index < 0 || index >= MOCK_VALUES || is_refused(name)) {
        return OFX_ERR_UNKNOWN;
    }
    mock_prop *p = find_or_add(set, name, 'i');
    p->ints[index] = value;
    p->count = p->count > index ? p->count : index + 1;
    return OFX_OK;
}

static mock_prop *readable(ofx_props set, const char *name, int index, char type)
{
    mock_prop *p = set != NULL ? mock_props_find(set, name) : NULL;
    return p != NULL && p->type == type && index >= 0 && index < p->count ? p : NULL;
}

static ofx_status get_pointer(ofx_props set, const char *name, int index, void **value)
{
    mock_prop *p = readable(set, name, index, 'p');
    if (p != NULL) {
        *value = p->pointers[index];
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static ofx_status get_string(ofx_props set, const char *name, int index, char **value)
{
    mock_prop *p = readable(set, name, index, 's');
    if (p != NULL) {
        *value = p->texts[index];
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static ofx_status get_double(ofx_props set, const char *name, int index, double *value)
{
    mock_prop *p = readable(set, name, index, 'd');
    if (p != NULL) {
        *value = p->numbers[index];
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static ofx_status get_int(ofx_props set, const char *name, int index, int *value)
{
    mock_prop *p = readable(set, name, index, 'i');
    if (p != NULL) {
        *value = p->ints[index];
    }
    return p != NULL ? OFX_OK : OFX_ERR_UNKNOWN;
}

static ofx_status get_dimension(ofx_props set, const char *name, int *count)
{
    mock_prop *p = mock_props_find(set, name);
    if (p == NULL || mock_how.fail_dimension) {
        return OFX_ERR_UNKNOWN;
    }
    *count = p->count;
    return OFX_OK;
}

void mock_props_int(ofx_props props, const char *name, int index, int value)
{
    set_int(props, name, index, value);
}

void mock_props_number(ofx_props props, const char *name, int index, double value)
{
    set_double(props, name, index, value);
}

void mock_props_text(ofx_props props, const char *name, const char *value)
{
    set_string(props, name, 0, value);
}

void mock_props_pointer(ofx_props props, const char *name, void *value)
{
    set_pointer(props, name, 0, value);
}

static const ofx_property_suite property_suite = {
    .set_pointer = set_pointer,
    .set_string = set_string,
    .set_double = set_double,
    .set_int = set_int,
    .get_pointer = get_pointer,
    .get_string = get_string,
    .get_double = get_double,
    .get_int = get_int,
    .get_dimension = get_dimension,
};

/* Effects, clips, images. */

static ofx_status effect_props(ofx_effect effect, ofx_props *out)
{
    *out = &effect->props;
    return OFX_OK;
}

static ofx_status effect_params(ofx_effect effect, ofx_param_set *out)
{
    *out = &effect->params;
    return OFX_OK;
}

ofx_clip mock_clip(ofx_effect effect, const char *name)
{
    for (int i = 0; i < effect->clip_count; i++) {
        if (strcmp(effect->clips[i]->name, name) == 0) {
            return effect->clips[i];
        }
    }
    return NULL;
}

static ofx_status clip_define(ofx_effect effect, const char *name, ofx_props *out)
{
    ofx_clip clip = calloc(1, sizeof *clip);
    snprintf(clip->name, sizeof clip->name, "%s", name);
    effect->clips[effect->clip_count++] = clip;
    *out = &clip->props;
    return OFX_OK;
}

static ofx_status clip_get_handle(ofx_effect effect, const char *name, ofx_clip *clip,
                                  ofx_props *props)
{
    *clip = mock_clip(effect, name);
    if (*clip != NULL && props != NULL) {
        *props = &(*clip)->props;
    }
    return *clip != NULL ? OFX_OK : OFX_ERR_BAD_HANDLE;
}

static ofx_status clip_props(ofx_clip clip, ofx_props *props)
{
    *props = &clip->props;
    return OFX_OK;
}

static ofx_status clip_get_image(ofx_clip clip, ofx_time time, const ofx_rect_d *region,
                                 ofx_props *out)
{
    (void) region;
    int index = time >= 0.0 && time < MOCK_FRAMES ? (int) time : 0;
    const mock_image *image = clip->images[index] != NULL ? clip->images[index] : clip->images[0];
    if (!clip->connected || image == NULL || clip->lies) {
        return OFX_FAILED;
    }
    ofx_props p = mock_props_create();
    set_pointer(p, "OfxImagePropData", 0, image->data);
    const int bounds[4] = { image->bounds.x1, image->bounds.y1, image->bounds.x2,
                            image->bounds.y2 };
    for (int i = 0; i < 4; i++) {
        set_int(p, "OfxImagePropBounds", i, bounds[i]);
        set_int(p, "OfxImagePropRegionOfDefinition", i, bounds[i]);
    }
    set_int(p, "OfxImagePropRowBytes", 0, image->row_bytes);
    set_string(p, "OfxImageEffectPropPixelDepth", 0, image->depth);
    set_string(p, "OfxImageEffectPropComponents", 0, image->components);
    set_string(p, "OfxImageEffectPropPreMultiplication", 0, image->premultiplication);
    if (image->order != NULL) {
        set_string(p, "OfxImageEffectPropPixelOrder", 0, image->order);
    }
    atomic_fetch_add(&mock_images_alive, 1);
    *out = p;
    return OFX_OK;
}

static ofx_status clip_release_image(ofx_props image)
{
    mock_props_free(image);
    atomic_fetch_sub(&mock_images_alive, 1);
    return OFX_OK;
}

static ofx_status clip_get_rod(ofx_clip clip, ofx_time time, ofx_rect_d *out)
{
    (void) time;
    if (!clip->connected) {
        return OFX_FAILED;
    }
    *out = clip->rod;
    return OFX_OK;
}

static int effect_abort(ofx_effect effect)
{
    atomic_fetch_add(&mock_aborts_asked, 1);
    int left = atomic_load(&effect->abort_after);
    if (left < 0) {
        return 0;
    }
    if (left > 0) {
        atomic_fetch_sub(&effect->abort_after, 1);
        return 0;
    }
    return 1;
}

static const ofx_effect_suite effect_suite = {
    .get_property_set = effect_props,
    .get_param_set = effect_params,
    .clip_define = clip_define,
    .clip_get_handle = clip_get_handle,
    .clip_get_property_set = clip_props,
    .clip_get_image = clip_get_image,
    .clip_release_image = clip_release_image,
    .clip_get_region_of_definition = clip_get_rod,
    .abort = effect_abort,
};

/* Parameters. */

ofx_param mock_param(ofx_effect effect, const char *name)
{
    for (int i = 0; i < effect->params.count; i++) {
        if (strcmp(effect->params.params[i]->name, name) == 0) {
            return effect->params.params[i];
        }
    }
    return NULL;
}

static ofx_status param_define(ofx_param_set set, const char *type, const char *name,
                               ofx_props *out)
{
    ofx_param param = calloc(1, sizeof *param);
    snprintf(param->name, sizeof param->name, "%s", name);
    snprintf(param->type, sizeof param->type, "%s", type);
    set->params[set->count++] = param;
    *out = &param->props;
    return OFX_OK;
}

static ofx_status param_handle(ofx_param_set set, const char *name, ofx_param *out,
                               ofx_props *props)
{
    for (int i = 0; i < set->count; i++) {
        if (strcmp(set->params[i]->name, name) == 0) {
            *out = set->params[i];
            if (props != NULL) {
                *props = &set->params[i]->props;
            }
            return OFX_OK;
        }
    }
    return OFX_ERR_BAD_HANDLE;
}

static bool has_type(ofx_param param, const char *type)
{
    return strcmp(param->type, type) == 0;
}

static ofx_status get_varied(ofx_param param, va_list list)
{
    if (has_type(param, "OfxParamTypeDouble")) {
        *va_arg(list, double *) = param->numbers[0];
    } else if (has_type(param, "OfxParamTypeDouble2D")) {
        *va_arg(list, double *) = param->numbers[0];
        *va_arg(list, double *) = param->numbers[1];
    } else if (has_type(param, "OfxParamTypeString")) {
        *va_arg(list, char **) = param->text;
    } else {
        *va_arg(list, int *) = param->whole;
    }
    return OFX_OK;
}

static ofx_status param_get(ofx_param param, ...)
{
    va_list list;
    va_start(list, param);
    ofx_status status = get_varied(param, list);
    va_end(list);
    return status;
}

static ofx_status param_get_at(ofx_param param, ofx_time time, ...)
{
    va_list list;
    va_start(list, time);
    ofx_status status = get_varied(param, list);
    va_end(list);
    return status;
}

static void send_changed(ofx_effect effect, const char *name, const char *reason)
{
    ofx_props in = mock_props_create();
    mock_props_text(in, "OfxPropType", "OfxTypeParameter");
    mock_props_text(in, "OfxPropName", name);
    mock_props_text(in, "OfxPropChangeReason", reason);
    mock_props_number(in, "OfxPropTime", 0, 0.0);
    mock_action(effect, "OfxActionInstanceChanged", in, NULL);
    mock_props_free(in);
}

/* Setting tells the plug-in at once, as hosts do. */
static ofx_status param_set(ofx_param param, ...)
{
    va_list list;
    va_start(list, param);
    if (has_type(param, "OfxParamTypeDouble")) {
        param->numbers[0] = va_arg(list, double);
    } else if (has_type(param, "OfxParamTypeDouble2D")) {
        param->numbers[0] = va_arg(list, double);
        param->numbers[1] = va_arg(list, double);
    } else if (has_type(param, "OfxParamTypeString")) {
        char *text = strdup(va_arg(list, char *));
        free(param->text);
        param->text = text;
    } else {
        param->whole = va_arg(list, int);
    }
    va_end(list);
    param->effect->params.sets++;
    send_changed(param->effect, param->name, "OfxChangePluginEdited");
    return OFX_OK;
}

static ofx_status edit_begin(ofx_param_set set, const char *label)
{
    if (set->edit_depth++ == 0) {
        set->edits++;
        snprintf(set->edit_label, sizeof set->edit_label, "%s", label);
    }
    return OFX_OK;
}

static ofx_status edit_end(ofx_param_set set)
{
    set->edit_depth--;
    return OFX_OK;
}

static const ofx_param_suite param_suite = {
    .define = param_define,
    .get_handle = param_handle,
    .get_value = param_get,
    .get_value_at_time = param_get_at,
    .set_value = param_set,
    .edit_begin = edit_begin,
    .edit_end = edit_end,
};

/* The other suites. */

static ofx_status message(void *handle, const char *type, const char *id, const char *format, ...)
{
    (void) handle;
    (void) type;
    (void) id;
    (void) format;
    atomic_fetch_add(&mock_messages, 1);
    return OFX_OK;
}

static ofx_status clear_message(void *handle)
{
    (void) handle;
    return OFX_OK;
}

static const ofx_message_suite message_suite = { message, message, clear_message };

static ofx_status progress_start(void *handle, const char *label, const char *id)
{
    (void) handle;
    (void) label;
    (void) id;
    return OFX_OK;
}

static ofx_status progress_update(void *handle, double part)
{
    (void) handle;
    (void) part;
    mock_progress_updates++;
    return mock_how.cancel_progress ? OFX_REPLY_NO : OFX_REPLY_YES;
}

static ofx_status progress_end(void *handle)
{
    (void) handle;
    return OFX_OK;
}

static const ofx_progress_suite_2 progress_suite = { progress_start, progress_update,
                                                     progress_end };

static ofx_status interact_ok(ofx_interact interact)
{
    (void) interact;
    return OFX_OK;
}

static ofx_status interact_props(ofx_interact interact, ofx_props *out)
{
    *out = (ofx_props) interact;
    return interact != NULL ? OFX_OK : OFX_FAILED;
}

static const ofx_interact_suite interact_suite = { interact_ok, interact_ok, interact_props };

static ofx_status draw_colour(ofx_draw_context context, int which, ofx_rgba_f *out)
{
    (void) context;
    (void) which;
    *out = (ofx_rgba_f){ 1, 1, 1, 1 };
    return OFX_OK;
}

static ofx_status draw_set(ofx_draw_context context, const ofx_rgba_f *colour)
{
    (void) context;
    (void) colour;
    mock_draw_calls++;
    return OFX_OK;
}

static ofx_status draw_shape(ofx_draw_context context, int primitive, const ofx_point_d *points,
                             int count)
{
    (void) context;
    (void) primitive;
    mock_draw_calls++;
    for (int i = 0; i < count && i < 8; i++) {
        mock_drawn[i] = points[i];
    }
    return OFX_OK;
}

static const ofx_draw_suite draw_suite = { .get_colour = draw_colour,
                                           .set_colour = draw_set,
                                           .draw = draw_shape };

static const void *fetch_suite(ofx_props host, const char *name, int version)
{
    (void) host;
    if (mock_how.missing_suite != NULL && strcmp(name, mock_how.missing_suite) == 0) {
        return NULL;
    }
    if (strcmp(name, "OfxPropertySuite") == 0) {
        return &property_suite;
    }
    if (strcmp(name, "OfxImageEffectSuite") == 0) {
        return &effect_suite;
    }
    if (strcmp(name, "OfxParameterSuite") == 0) {
        return &param_suite;
    }
    if (mock_how.no_optional_suites) {
        return NULL;
    }
    return strcmp(name, "OfxMessageSuite") == 0 && version <= 2    ? (const void *) &message_suite
           : strcmp(name, "OfxProgressSuite") == 0 && version == 2 ? (const void *) &progress_suite
           : strcmp(name, "OfxInteractSuite") == 0                 ? (const void *) &interact_suite
           : strcmp(name, "OfxDrawSuite") == 0                     ? (const void *) &draw_suite
                                                                   : NULL;
}

ofx_host *mock_host(void)
{
    /* Another address for other ways to behave: that is another host. */
    static struct ofx_property_set_s props[2];
    static ofx_host hosts[2] = { { &props[0], fetch_suite }, { &props[1], fetch_suite } };
    static mock_options last;
    static int at;
    if (memcmp(&last, &mock_how, sizeof last) != 0) {
        at = 1 - at;
        last = mock_how;
    }
    clear_props(&props[at]);
    set_string(&props[at], "OfxPropName", 0,
               mock_how.name != NULL ? mock_how.name : "org.zdepth.mock");
    return &hosts[at];
}

/* Life of effects. */

ofx_effect mock_describe(ofx_plugin *plugin, const char *context)
{
    ofx_effect effect = calloc(1, sizeof *effect);
    effect->plugin = plugin;
    atomic_init(&effect->abort_after, -1);
    ofx_props in = mock_props_create();
    mock_props_text(in, "OfxImageEffectPropContext", context);
    if (plugin->main_entry("OfxActionDescribe", effect, NULL, NULL) != OFX_OK ||
        plugin->main_entry("OfxImageEffectActionDescribeInContext", effect, in, NULL) != OFX_OK)
    {
        mock_free_descriptor(effect);
        effect = NULL;
    }
    mock_props_free(in);
    return effect;
}

static double first_number(ofx_param param, const char *name, int index)
{
    mock_prop *p = mock_props_find(&param->props, name);
    return p != NULL ? p->numbers[index] : 0.0;
}

static void reset_param(ofx_param param)
{
    mock_prop *p = mock_props_find(&param->props, "OfxParamPropDefault");
    param->whole = p != NULL ? p->ints[0] : 0;
    param->numbers[0] = first_number(param, "OfxParamPropDefault", 0);
    param->numbers[1] = first_number(param, "OfxParamPropDefault", 1);
    free(param->text);
    param->text = strdup(p != NULL && p->texts[0] != NULL ? p->texts[0] : "");
}

ofx_effect mock_create(ofx_plugin *plugin, ofx_effect descriptor)
{
    ofx_effect effect = calloc(1, sizeof *effect);
    effect->plugin = plugin;
    atomic_init(&effect->abort_after, -1);
    copy_props(&effect->props, &descriptor->props);
    for (int i = 0; i < descriptor->clip_count; i++) {
        ofx_clip clip = calloc(1, sizeof *clip);
        memcpy(clip->name, descriptor->clips[i]->name, sizeof clip->name);
        copy_props(&clip->props, &descriptor->clips[i]->props);
        set_int(&clip->props, "OfxImageClipPropConnected", 0, 0);
        effect->clips[effect->clip_count++] = clip;
    }
    for (int i = 0; i < descriptor->params.count; i++) {
        ofx_param from = descriptor->params.params[i];
        ofx_param param = calloc(1, sizeof *param);
        memcpy(param->name, from->name, sizeof param->name);
        memcpy(param->type, from->type, sizeof param->type);
        copy_props(&param->props, &from->props);
        param->effect = effect;
        reset_param(param);
        effect->params.params[effect->params.count++] = param;
    }
    if (plugin->main_entry("OfxActionCreateInstance", effect, NULL, NULL) != OFX_OK) {
        mock_free_descriptor(effect);
        return NULL;
    }
    return effect;
}

void mock_free_descriptor(ofx_effect effect)
{
    for (int i = 0; i < effect->clip_count; i++) {
        clear_props(&effect->clips[i]->props);
        free(effect->clips[i]);
    }
    for (int i = 0; i < effect->params.count; i++) {
        clear_props(&effect->params.params[i]->props);
        free(effect->params.params[i]->text);
        free(effect->params.params[i]);
    }
    clear_props(&effect->params.props);
    clear_props(&effect->props);
    free(effect);
}

void mock_destroy(ofx_effect effect)
{
    effect->plugin->main_entry("OfxActionDestroyInstance", effect, NULL, NULL);
    mock_free_descriptor(effect);
}

ofx_status mock_action(ofx_effect effect, const char *action, ofx_props in, ofx_props out)
{
    return effect->plugin->main_entry(action, effect, in, out);
}

void mock_set_int(ofx_effect effect, const char *name, int value)
{
    mock_param(effect, name)->whole = value;
}

void mock_set_number(ofx_effect effect, const char *name, double value)
{
    mock_param(effect, name)->numbers[0] = value;
}

void mock_set_point(ofx_effect effect, const char *name, double x, double y)
{
    mock_param(effect, name)->numbers[0] = x;
    mock_param(effect, name)->numbers[1] = y;
}

void mock_set_text(ofx_effect effect, const char *name, const char *value)
{
    ofx_param param = mock_param(effect, name);
    free(param->text);
    param->text = strdup(value);
}

void mock_user_edit(ofx_effect effect, const char *name)
{
    ofx_props in = mock_props_create();
    mock_props_text(in, "OfxPropChangeReason", "OfxChangeUserEdited");
    mock_action(effect, "OfxActionBeginInstanceChanged", in, NULL);
    send_changed(effect, name, "OfxChangeUserEdited");
    mock_action(effect, "OfxActionEndInstanceChanged", in, NULL);
    mock_props_free(in);
}

void mock_connect(ofx_effect effect, const char *name, mock_image *image)
{
    ofx_clip clip = mock_clip(effect, name);
    clip->connected = image != NULL;
    clip->images[0] = image;
    set_int(&clip->props, "OfxImageClipPropConnected", 0, image != NULL);
    if (image != NULL) {
        clip->rod =
            (ofx_rect_d){ image->bounds.x1, image->bounds.y1, image->bounds.x2, image->bounds.y2 };
        set_string(&clip->props, "OfxImageEffectPropPreMultiplication", 0,
                   image->premultiplication);
    }
}

/* Images. */

enum { GUARD = 64, GUARD_BYTE = 0xA5 };

mock_image *mock_image_create(ofx_rect_i bounds, zd_sample sample, int channels, int padding,
                              bool negative)
{
    static const char *const depths[] = { "OfxBitDepthByte", "OfxBitDepthShort", "OfxBitDepthHalf",
                                          "OfxBitDepthFloat" };
    mock_image *image = calloc(1, sizeof *image);
    size_t pixel = zd_format_pixel_bytes((zd_format){ sample, channels });
    size_t width = (size_t) (bounds.x2 - bounds.x1);
    size_t height = (size_t) (bounds.y2 - bounds.y1);
    size_t row = width * pixel + (size_t) padding;
    image->bounds = bounds;
    image->sample = sample;
    image->channels = channels;
    image->depth = depths[sample];
    image->components = channels == 4   ? "OfxImageComponentRGBA"
                        : channels == 3 ? "OfxImageComponentRGB"
                                        : "OfxImageComponentAlpha";
    image->premultiplication = "OfxImageAlphaUnPremultiplied";
    image->memory_bytes = row * height + 2 * GUARD;
    image->memory = malloc(image->memory_bytes);
    memset(image->memory, GUARD_BYTE, image->memory_bytes);
    image->data = image->memory + GUARD + (negative ? row * (height - 1) : 0);
    image->row_bytes = negative ? -(int) row : (int) row;
    return image;
}

void mock_image_free(mock_image *image)
{
    if (image != NULL) {
        free(image->memory);
        free(image);
    }
}

char *mock_image_pixel(const mock_image *image, int x, int y)
{
    size_t pixel = zd_format_pixel_bytes((zd_format){ image->sample, image->channels });
    return image->data + (ptrdiff_t) (y - image->bounds.y1) * image->row_bytes +
           (ptrdiff_t) (x - image->bounds.x1) * (ptrdiff_t) pixel;
}

bool mock_guards_intact(const mock_image *image)
{
    size_t pixel = zd_format_pixel_bytes((zd_format){ image->sample, image->channels });
    size_t used = (size_t) (image->bounds.x2 - image->bounds.x1) * pixel;
    size_t row = (size_t) abs(image->row_bytes);
    const unsigned char *at = (const unsigned char *) image->memory;
    for (size_t i = 0; i < image->memory_bytes; i++) {
        bool is_row = i >= GUARD && i < image->memory_bytes - GUARD && (i - GUARD) % row < used;
        if (!is_row && at[i] != GUARD_BYTE) {
            return false;
        }
    }
    return true;
}

static int place_of(const mock_image *image, int channel)
{
    bool bgr = image->order != NULL && strcmp(image->order, "OfxImagePixelOrderBGRA") == 0;
    return bgr && channel != 3 ? 2 - channel : channel;
}

void mock_image_put(mock_image *image, int x, int y, const float rgba[4])
{
    char *at = mock_image_pixel(image, x, y);
    for (int c = 0; c < image->channels; c++) {
        float v = rgba[c];
        int to = place_of(image, c);
        float bounded = !(v > 0.0f) ? 0.0f : v > 1.0f ? 1.0f : v;
        uint16_t word = image->sample == ZD_SAMPLE_F16 ? zd_half_from_float(v)
                                                       : (uint16_t) (bounded * 65535.0f + 0.5f);
        if (image->sample == ZD_SAMPLE_U8) {
            at[to] = (char) (unsigned char) (bounded * 255.0f + 0.5f);
        } else if (image->sample == ZD_SAMPLE_F32) {
            memcpy(at + 4 * to, &v, 4);
        } else {
            memcpy(at + 2 * to, &word, 2);
        }
    }
}

void mock_image_get(const mock_image *image, int x, int y, float rgba[4])
{
    const char *at = mock_image_pixel(image, x, y);
    rgba[3] = 1.0f;
    for (int c = 0; c < image->channels; c++) {
        int from = place_of(image, c);
        uint16_t word;
        if (image->sample == ZD_SAMPLE_U8) {
            rgba[c] = (float) (unsigned char) at[from] / 255.0f;
        } else if (image->sample == ZD_SAMPLE_F32) {
            memcpy(&rgba[c], at + 4 * from, 4);
        } else {
            memcpy(&word, at + 2 * from, 2);
            rgba[c] =
                image->sample == ZD_SAMPLE_F16 ? zd_half_to_float(word) : (float) word / 65535.0f;
        }
    }
}

ofx_status mock_render(ofx_effect effect, const mock_render_args *args)
{
    ofx_props in = mock_props_create();
    const int window[4] = { args->window.x1, args->window.y1, args->window.x2, args->window.y2 };
    mock_props_number(in, "OfxPropTime", 0, args->time);
    for (int i = 0; i < 4; i++) {
        mock_props_int(in, "OfxImageEffectPropRenderWindow", i, window[i]);
    }
    mock_props_number(in, "OfxImageEffectPropRenderScale", 0, args->scale);
    mock_props_number(in, "OfxImageEffectPropRenderScale", 1, args->scale);
    mock_props_text(in, "OfxImageEffectPropFieldToRender",
                    args->field != NULL ? args->field : "OfxFieldNone");
    ofx_status status = mock_action(effect, "OfxImageEffectActionRender", in, NULL);
    mock_props_free(in);
    return status;
}

/* The dump. */

static void dump_props(FILE *out, ofx_props set)
{
    for (int i = 0; i < set->count; i++) {
        const mock_prop *p = &set->props[i];
        fprintf(out, "  %s:", p->name);
        for (int v = 0; v < p->count; v++) {
            if (p->type == 'i') {
                fprintf(out, " %d", p->ints[v]);
            } else if (p->type == 'd') {
                fprintf(out, " %g", p->numbers[v]);
            } else if (p->type == 's') {
                fprintf(out, " \"%s\"", p->texts[v]);
            } else {
                fprintf(out, " (pointer)");
            }
        }
        fprintf(out, "\n");
    }
}

char *mock_dump(ofx_effect effect)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fprintf(out, "effect\n");
    dump_props(out, &effect->props);
    for (int i = 0; i < effect->clip_count; i++) {
        fprintf(out, "clip %s\n", effect->clips[i]->name);
        dump_props(out, &effect->clips[i]->props);
    }
    for (int i = 0; i < effect->params.count; i++) {
        fprintf(out, "%s %s\n", effect->params.params[i]->type, effect->params.params[i]->name);
        dump_props(out, &effect->params.params[i]->props);
    }
    fclose(out);
    return text;
}
