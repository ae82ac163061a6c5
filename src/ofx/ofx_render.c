/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Actions that hosts send while they render. */

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "ofx/ofx_effect.h"

static void tell_once(zd_ofx_instance *i, const char *text)
{
    pthread_mutex_lock(&i->lock);
    bool first = !i->told;
    i->told = true;
    pthread_mutex_unlock(&i->lock);
    if (first) {
        zd_ofx_tell(i->effect, false, text);
    }
}

static void untell(zd_ofx_instance *i)
{
    pthread_mutex_lock(&i->lock);
    bool told = i->told;
    i->told = false;
    pthread_mutex_unlock(&i->lock);
    if (told) {
        zd_ofx_untell(i->effect);
    }
}

static zd_pixels_rows rows_of(ofx_props in)
{
    /* Row 0 of the host, at the bottom, belongs to the lower field; it is row -1 of the plane. */
    const char *field = zd_ofx_text(in, "OfxImageEffectPropFieldToRender", "");
    return strcmp(field, "OfxFieldLower") == 0   ? ZD_PIXELS_ROWS_ODD
           : strcmp(field, "OfxFieldUpper") == 0 ? ZD_PIXELS_ROWS_EVEN
                                                 : ZD_PIXELS_ROWS_ALL;
}

static zd_rect window_of(ofx_props in, const zd_pixels *out)
{
    ofx_rect_i w;
    if (!zd_ofx_rect_i(in, "OfxImageEffectPropRenderWindow", &w) || w.y2 == INT_MIN ||
        w.y1 == INT_MIN) {
        return zd_pixels_rect(out);
    }
    return (zd_rect){ w.x1, -w.y2, w.x2, -w.y1 };
}

/* Whether an insert follows what only a walk over the shot finds. */
static bool has_walk(const zd_ofx_frame *f)
{
    for (int i = 0; f->has_inserts && i < f->inserts.insert_count; i++) {
        if (zd_params_int(&f->inserts.inserts[i], ZD_P_TRACK) == ZD_STICK_WALL) {
            return true;
        }
    }
    return false;
}

static ofx_status render_frame(zd_ofx_instance *i, zd_engine *engine, ofx_props in,
                               const zd_pixels *out)
{
    zd_ofx_frame f;
    zd_error err = { 0 };
    ofx_time time = zd_ofx_number(in, "OfxPropTime", 0, 0.0);
    zd_rect window = window_of(in, out);
    zd_pixels_rows rows = rows_of(in);
    zd_status status = zd_ofx_frame_open(i, engine, time, &f, &err);
    ofx_status answer = OFX_OK;
    if (f.source.is_unusable) {
        answer = OFX_ERR_IMAGE_FORMAT;
    } else if (f.frame.footage.view.data == NULL) {
        zd_pixels_clear(out, zd_rect_intersect(window, zd_pixels_rect(out)), rows);
    } else {
        if (status == ZD_OK) {
            status = zd_engine_frame_is_identity(&f.frame)
                         ? zd_engine_pass(engine, &f.source.picture, out, window, rows, &err)
                         : zd_engine_render(engine, &f.frame, out, window, rows, &err);
        }
        if (status == ZD_OK && f.kept_missing) {
            tell_once(i, "the analysis's steadied depth is no longer in the depth cache, so this "
                         "frame has its own; analyse again");
        } else if (status == ZD_OK && has_walk(&f)) {
            tell_once(i, "track = wall looks at all frames of a shot, which a host does not give: "
                         "the insert stays where it is placed; link its X and Y to the host's "
                         "tracker, or give the camera's file");
        } else if (status == ZD_OK) {
            untell(i);
        } else if (status == ZD_ERR_CANCELLED) {
            answer = OFX_FAILED;
        } else {
            tell_once(i, err.message);
            status = zd_engine_pass(engine, &f.source.picture, out, window, rows, &err);
            answer = status == ZD_OK ? OFX_OK : OFX_FAILED;
        }
    }
    zd_ofx_frame_close(&f);
    return answer;
}

ofx_status zd_ofx_render(ofx_effect effect, ofx_props in)
{
    zd_error err = { 0 };
    zd_ofx_image out;
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    zd_engine *engine = zd_ofx_engine(&err);
    if (i == NULL) {
        return OFX_ERR_BAD_HANDLE;
    }
    if (engine == NULL) {
        return OFX_ERR_MEMORY;
    }
    zd_ofx_image_fetch(i->output, zd_ofx_number(in, "OfxPropTime", 0, 0.0), &out);
    ofx_status answer = out.picture.view.data != NULL ? render_frame(i, engine, in, &out.picture)
                        : out.is_unusable             ? OFX_ERR_IMAGE_FORMAT
                                                      : OFX_FAILED;
    zd_ofx_image_release(&out);
    return answer;
}

/* Answered from parameters and connections alone: hosts ask often. */
ofx_status zd_ofx_is_identity(ofx_effect effect, ofx_props in, ofx_props out)
{
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    ofx_time time = zd_ofx_number(in, "OfxPropTime", 0, 0.0);
    if (i == NULL) {
        return OFX_REPLY_DEFAULT;
    }
    const ofx_param *v = i->values;
    bool swap = i->form.is_compositor && zd_ofx_extra_int(i, ZD_OFX_SWAP_INPUTS, time) != 0;
    bool passes;
    if (i->form.is_compositor) {
        passes =
            !zd_ofx_has_inserts(i) && (!zd_ofx_clip_connected(swap ? i->source : i->insert) ||
                                       !(zd_ofx_value(v[ZD_P_OPACITY], time, false, 1.0) > 0.0));
    } else {
        passes = zd_ofx_value(v[ZD_P_TRANSPARENCY], time, true, 0.0) == 0.0 &&
                 zd_ofx_value(v[ZD_P_MASK_EFFECTS], time, true, 1.0) == 0.0 &&
                 zd_ofx_extra_int(i, ZD_OFX_BUILTIN, time) == 0 &&
                 zd_ofx_value_text(i, ZD_P_EFFECT)[0] == '\0' &&
                 (i->form.is_first || zd_ofx_value(v[ZD_P_PRESET], time, true, 0.0) == 0.0);
    }
    if (!passes || zd_ofx_value(v[ZD_P_VIEW], time, true, 0.0) != 0.0) {
        return OFX_REPLY_DEFAULT;
    }
    zd_ofx_set_text(out, "OfxPropName", 0, swap ? "Foreground" : i->source_name);
    zd_ofx_set_number(out, "OfxPropTime", 0, time);
    return OFX_OK;
}

static ofx_clip footage_clip(const zd_ofx_instance *i, ofx_time time)
{
    bool swap = i->form.is_compositor && zd_ofx_extra_int(i, ZD_OFX_SWAP_INPUTS, time) != 0;
    return swap ? i->insert : i->source;
}

ofx_status zd_ofx_region_of_definition(ofx_effect effect, ofx_props in, ofx_props out)
{
    ofx_rect_d region;
    const zd_ofx_host *host = zd_ofx_host_get();
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    ofx_time time = zd_ofx_number(in, "OfxPropTime", 0, 0.0);
    if (i == NULL || host->effect->clip_get_region_of_definition == NULL ||
        host->effect->clip_get_region_of_definition(footage_clip(i, time), time, &region) != OFX_OK)
    {
        return OFX_REPLY_DEFAULT;
    }
    zd_ofx_set_rect(out, "OfxImageEffectPropRegionOfDefinition", region);
    return OFX_OK;
}

static void ask_whole(ofx_clip clip, const char *property, ofx_time time, ofx_props out)
{
    ofx_rect_d region;
    const zd_ofx_host *host = zd_ofx_host_get();
    if (clip != NULL && zd_ofx_clip_connected(clip) &&
        host->effect->clip_get_region_of_definition != NULL &&
        host->effect->clip_get_region_of_definition(clip, time, &region) == OFX_OK)
    {
        zd_ofx_set_rect(out, property, region);
    }
}

/* Whether light of the insert is blurred, for which all of it is seen. */
static bool is_lit(const zd_ofx_instance *i, ofx_time time)
{
    const zd_param_id amounts[] = { ZD_P_LIGHT_WRAP, ZD_P_LIGHT_WRAP_FRONT, ZD_P_CONTACT_SHADOW,
                                    ZD_P_CONTACT_FRONT };
    for (int n = 0; n < 4; n++) {
        if (zd_ofx_shows(i->form, amounts[n]) &&
            zd_ofx_value(i->values[amounts[n]], time, false, 0.0) > 0.0)
        {
            return true;
        }
    }
    return false;
}

/* Depth and matte look at the whole frame; what is laid between the layers, only at the window, unless it is
 * lit. */
ofx_status zd_ofx_regions_of_interest(ofx_effect effect, ofx_props in, ofx_props out)
{
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    ofx_time time = zd_ofx_number(in, "OfxPropTime", 0, 0.0);
    if (i == NULL) {
        return OFX_REPLY_DEFAULT;
    }
    bool swap = i->form.is_compositor && zd_ofx_extra_int(i, ZD_OFX_SWAP_INPUTS, time) != 0;
    bool asks_both = i->form.is_compositor && is_lit(i, time);
    if (swap || asks_both) {
        ask_whole(i->insert, "OfxImageClipPropRoI_Foreground", time, out);
    }
    if (!swap || asks_both) {
        bool is_background = strcmp(i->source_name, "Background") == 0;
        ask_whole(i->source,
                  is_background ? "OfxImageClipPropRoI_Background" : "OfxImageClipPropRoI_Source",
                  time, out);
    }
    ask_whole(i->map, "OfxImageClipPropRoI_Depth", time, out);
    ask_whole(i->original, "OfxImageClipPropRoI_Original", time, out);
    return OFX_OK;
}

/* The footage and its map at the frame's own time, and where inserts are placed. */
ofx_status zd_ofx_frames_needed(ofx_effect effect, ofx_props in, ofx_props out)
{
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    ofx_time time = zd_ofx_number(in, "OfxPropTime", 0, 0.0);
    if (i == NULL) {
        return OFX_REPLY_DEFAULT;
    }
    zd_ofx_needed needed = zd_ofx_find_needed(i, time);
    if (needed.count == 0) {
        return OFX_REPLY_DEFAULT;
    }
    char source[64];
    snprintf(source, sizeof source, "OfxImageClipPropFrameRange_%s", i->source_name);
    const char *names[] = { source, "OfxImageClipPropFrameRange_Depth" };
    for (int n = 0; n < 2; n++) {
        for (int k = 0; k <= needed.count && (n == 0 || i->map != NULL); k++) {
            ofx_time at = k == 0 ? time : needed.times[k - 1];
            zd_ofx_set_number(out, names[n], 2 * k, at);
            zd_ofx_set_number(out, names[n], 2 * k + 1, at);
        }
    }
    return OFX_OK;
}

/* The output's alpha means something once the matte is in it. */
ofx_status zd_ofx_clip_preferences(ofx_effect effect, ofx_props out)
{
    ofx_props props = NULL;
    const zd_ofx_host *host = zd_ofx_host_get();
    zd_ofx_instance *i = zd_ofx_instance_of(effect);
    if (i == NULL || i->form.is_compositor) {
        return OFX_REPLY_DEFAULT;
    }
    const char *state = "";
    if (i->source != NULL && host->effect->clip_get_property_set != NULL &&
        host->effect->clip_get_property_set(i->source, &props) == OFX_OK)
    {
        state = zd_ofx_text(props, "OfxImageEffectPropPreMultiplication", "");
    }
    zd_ofx_set_text(out, "OfxImageEffectPropPreMultiplication", 0,
                    strcmp(state, "OfxImageAlphaUnPremultiplied") == 0
                        ? "OfxImageAlphaUnPremultiplied"
                        : "OfxImageAlphaPremultiplied");
    return OFX_OK;
}

/* OpenFX 1.5: the result is in the footage's colourspace. */
ofx_status zd_ofx_output_colourspace(ofx_effect effect, ofx_props out)
{
    char name[64];
    const zd_ofx_instance *i = zd_ofx_instance_of(effect);
    if (i == NULL || i->form.is_first) {
        return OFX_REPLY_DEFAULT;
    }
    snprintf(name, sizeof name, "OfxColourspace_%s", i->source_name);
    zd_ofx_set_text(out, "OfxImageClipPropColourspace", 0, name);
    return OFX_OK;
}
