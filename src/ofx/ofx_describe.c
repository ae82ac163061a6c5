/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Abilities and clips of the two effects; parameters are in ofx_params.c. */

#include <stdio.h>
#include <string.h>

#include "ofx/ofx_effect.h"

/* Plug-in properties that newer hosts know and older ones refuse; refusals are ignored. */
static void set_abilities(ofx_props props, bool looks_around)
{
    const struct {
        const char *name;
        int value;
    } flags[] = {
        { "OfxImageEffectPluginPropSingleInstance", 0 },
        { "OfxImageEffectPluginPropHostFrameThreading", 0 },
        { "OfxImageEffectPropSupportsMultiResolution", 1 },
        { "OfxImageEffectPropSupportsTiles", 1 },
        { "OfxImageEffectPropTemporalClipAccess", looks_around },
        { "OfxImageEffectPluginPropFieldRenderTwiceAlways", 0 },
        { "OfxImageEffectPropMultipleClipDepths", 0 },
        { "OfxImageEffectPropSupportsMultipleClipPARs", 0 },
        { "OfxImageEffectInstancePropSequentialRender", 0 },
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        zd_ofx_set_int(props, flags[i].name, 0, flags[i].value);
    }
    zd_ofx_set_text(props, "OfxImageEffectPluginRenderThreadSafety", 0,
                    "OfxImageEffectRenderFullySafe");
    zd_ofx_set_text(props, "OfxImageEffectPropCPURenderSupported", 0, "true");
    zd_ofx_set_text(props, "OfxImageEffectPropOpenGLRenderSupported", 0, "false");
}

/* Inserts are placed in one frame and seen in others. */
static bool inserts_look_around(zd_ofx_form form)
{
    return form.is_compositor && !form.is_first;
}

ofx_status zd_ofx_describe(ofx_effect descriptor, zd_ofx_form form)
{
    bool is_compositor = form.is_compositor;
    static const char *const depths[] = { "OfxBitDepthByte", "OfxBitDepthShort", "OfxBitDepthHalf",
                                          "OfxBitDepthFloat" };
    static const char *const bgr_depths[] = { "OfxBitDepthByteBGR", "OfxBitDepthFloatBGR" };
    const zd_ofx_host *host = zd_ofx_host_get();
    ofx_props props = NULL;
    int count = 0;
    if (host->effect->get_property_set(descriptor, &props) != OFX_OK) {
        return OFX_FAILED;
    }
    static const char *const labels[2][2] = {
        { "Z-Depth", "Z-Depth Compositor" },
        { "Z-Depth (version 1)", "Z-Depth Compositor (version 1)" },
    };
    const char *label = labels[form.is_first][is_compositor];
    zd_ofx_set_text(props, "OfxPropLabel", 0, label);
    zd_ofx_set_text(props, "OfxPropShortLabel", 0, is_compositor ? "ZComp" : "ZDepth");
    zd_ofx_set_text(props, "OfxPropLongLabel", 0, label);
    zd_ofx_set_text(props, "OfxImageEffectPluginPropGrouping", 0, "Zdepth");
    zd_ofx_set_text(props, "OfxPropPluginDescription", 0,
                    is_compositor ? "Puts a title or a picture between the foreground and the "
                                    "background of footage, by depth."
                                  : "Finds the depth of footage and cuts it into foreground and "
                                    "background, or keeps effects to one of them.");
    zd_ofx_set_text(props, "OfxImageEffectPropSupportedContexts", 0,
                    is_compositor ? "OfxImageEffectContextGeneral" : "OfxImageEffectContextFilter");
    if (is_compositor && !form.is_first) { /* for hosts with one input: titles and files */
        zd_ofx_set_text(props, "OfxImageEffectPropSupportedContexts", 1,
                        "OfxImageEffectContextFilter");
    }
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        /* VEGAS offers no more than these two, in two orders of channels. */
        if (host->kind == ZD_OFX_VEGAS && (i == 1 || i == 2)) {
            continue;
        }
        zd_ofx_set_text(props, "OfxImageEffectPropSupportedPixelDepths", count++, depths[i]);
    }
    for (size_t i = 0; i < 2 && host->kind == ZD_OFX_VEGAS; i++) {
        zd_ofx_set_text(props, "OfxImageEffectPropSupportedPixelDepths", count++, bgr_depths[i]);
    }
    set_abilities(props, inserts_look_around(form));
    if (!form.is_first) {
        /* OpenFX 1.5: pixels depend on their place; the host may say what its numbers mean. */
        zd_ofx_set_text(props, "OfxImageEffectPropNoSpatialAwareness", 0, "false");
        zd_ofx_set_text(props, "OfxImageEffectPropColourManagementStyle", 0,
                        "OfxImageEffectColourManagementBasic");
    }
    if (host->draw != NULL) {
        /* ISO C has no cast from functions to objects; OpenFX hands functions over as objects. */
        const ofx_entry overlay = zd_ofx_overlay;
        void *pointer;
        memcpy(&pointer, &overlay, sizeof pointer);
        zd_ofx_set_pointer(props, "OfxImageEffectPluginPropOverlayInteractV2", 0, pointer);
    }
    return OFX_OK;
}

const char *zd_ofx_source_name(bool is_compositor)
{
    return is_compositor && zd_ofx_host_get()->kind == ZD_OFX_VEGAS ? "Background" : "Source";
}

typedef struct clip_kind {
    bool is_gray;      /* it may have one channel */
    bool looks_around; /* other frames of it are fetched */
} clip_kind;

static ofx_status define_clip(ofx_effect descriptor, const char *name, const char *label,
                              bool optional, clip_kind kind)
{
    ofx_props props = NULL;
    int count = 0;
    if (zd_ofx_host_get()->effect->clip_define(descriptor, name, &props) != OFX_OK) {
        return OFX_FAILED;
    }
    zd_ofx_set_text(props, "OfxImageEffectPropSupportedComponents", count++,
                    "OfxImageComponentRGBA");
    zd_ofx_set_text(props, "OfxImageEffectPropSupportedComponents", count++,
                    "OfxImageComponentRGB");
    if (kind.is_gray) {
        zd_ofx_set_text(props, "OfxImageEffectPropSupportedComponents", count++,
                        "OfxImageComponentAlpha");
    }
    zd_ofx_set_text(props, "OfxPropLabel", 0, label);
    zd_ofx_set_int(props, "OfxImageClipPropOptional", 0, optional);
    zd_ofx_set_int(props, "OfxImageEffectPropTemporalClipAccess", 0, kind.looks_around);
    zd_ofx_set_int(props, "OfxImageEffectPropSupportsTiles", 0, 1);
    zd_ofx_set_text(props, "OfxImageClipPropFieldExtraction", 0, "OfxFieldBoth");
    return OFX_OK;
}

ofx_status zd_ofx_describe_in_context(ofx_effect descriptor, ofx_props in, zd_ofx_form form)
{
    bool is_compositor = form.is_compositor;
    const char *context = zd_ofx_text(in, "OfxImageEffectPropContext", "");
    bool has_second = is_compositor && strcmp(context, "OfxImageEffectContextFilter") != 0;
    bool vegas = zd_ofx_host_get()->kind == ZD_OFX_VEGAS;
    const clip_kind plain = { 0 };
    const clip_kind around = { .looks_around = inserts_look_around(form) };
    ofx_status status = define_clip(descriptor, has_second ? zd_ofx_source_name(true) : "Source",
                                    has_second ? "Background" : "Source", false, around);
    if (status == OFX_OK && has_second) {
        status = define_clip(descriptor, "Foreground", "Foreground", !vegas, plain);
    }
    if (status == OFX_OK) {
        status = define_clip(descriptor, "Output", "Output", false, plain);
    }
    /* Two clips make a compositor in VEGAS; more might not. */
    if (status == OFX_OK && !(vegas && has_second)) {
        status = define_clip(descriptor, "Depth", "Depth map", true,
                             (clip_kind){ .is_gray = true, .looks_around = around.looks_around });
    }
    if (status == OFX_OK && !is_compositor) {
        status = define_clip(descriptor, "Original", "Before effects", true, plain);
    }
    if (status == OFX_OK) {
        zd_ofx_define_params(descriptor, form);
    }
    return status;
}
