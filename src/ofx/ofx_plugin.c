/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the host sees: two exported functions and the actions of two effects. */

#include <string.h>

#include "core/os.h"
#include "ofx/ofx_effect.h"

#if defined(_WIN32)
#    define EXPORT __declspec(dllexport)
#else
#    define EXPORT __attribute__((visibility("default")))
#endif

EXPORT int OfxGetNumberOfPlugins(void);
EXPORT ofx_plugin *OfxGetPlugin(int index);
EXPORT ofx_status OfxSetHost(const ofx_host *host);

static ofx_status instance_action(const char *action, ofx_effect effect, ofx_props in,
                                  ofx_props out, zd_ofx_form form)
{
    if (strcmp(action, "OfxImageEffectActionRender") == 0) {
        return zd_ofx_render(effect, in);
    }
    if (strcmp(action, "OfxImageEffectActionIsIdentity") == 0) {
        return zd_ofx_is_identity(effect, in, out);
    }
    if (strcmp(action, "OfxImageEffectActionGetRegionOfDefinition") == 0) {
        return zd_ofx_region_of_definition(effect, in, out);
    }
    if (strcmp(action, "OfxImageEffectActionGetRegionsOfInterest") == 0) {
        return zd_ofx_regions_of_interest(effect, in, out);
    }
    if (strcmp(action, "OfxImageEffectActionGetFramesNeeded") == 0) {
        return zd_ofx_frames_needed(effect, in, out);
    }
    if (strcmp(action, "OfxImageEffectActionGetClipPreferences") == 0) {
        return zd_ofx_clip_preferences(effect, out);
    }
    if (strcmp(action, "OfxImageEffectActionGetOutputColourspace") == 0) {
        return zd_ofx_output_colourspace(effect, out);
    }
    if (strcmp(action, "OfxActionBeginInstanceChanged") == 0) {
        return zd_ofx_changed_bracket(effect, true);
    }
    if (strcmp(action, "OfxActionInstanceChanged") == 0) {
        return zd_ofx_changed(effect, in);
    }
    if (strcmp(action, "OfxActionEndInstanceChanged") == 0) {
        return zd_ofx_changed_bracket(effect, false);
    }
    if (strcmp(action, "OfxActionEndInstanceEdit") == 0) {
        return zd_ofx_end_edit(effect);
    }
    if (strcmp(action, "OfxImageEffectActionBeginSequenceRender") == 0) {
        return zd_ofx_sequence(effect, true);
    }
    if (strcmp(action, "OfxImageEffectActionEndSequenceRender") == 0) {
        return zd_ofx_sequence(effect, false);
    }
    if (strcmp(action, "OfxActionCreateInstance") == 0) {
        return zd_ofx_create(effect, form);
    }
    if (strcmp(action, "OfxActionDestroyInstance") == 0) {
        return zd_ofx_destroy(effect);
    }
    return OFX_REPLY_DEFAULT;
}

static ofx_status dispatch(const char *action, const void *handle, ofx_props in, ofx_props out,
                           zd_ofx_form form)
{
    ofx_effect effect = (ofx_effect) handle;
    if (action == NULL) {
        return OFX_REPLY_DEFAULT;
    }
    if (strcmp(action, "OfxActionLoad") == 0) {
        zd_os_stay_loaded();
        return zd_ofx_host_load();
    }
    if (strcmp(action, "OfxActionUnload") == 0) {
        zd_ofx_drop_engine();
        return OFX_OK;
    }
    if (zd_ofx_host_get()->props == NULL) {
        return OFX_ERR_MISSING_HOST_FEATURE;
    }
    if (effect == NULL) {
        return OFX_REPLY_DEFAULT;
    }
    if (strcmp(action, "OfxActionDescribe") == 0) {
        return zd_ofx_describe(effect, form);
    }
    if (strcmp(action, "OfxImageEffectActionDescribeInContext") == 0) {
        return zd_ofx_describe_in_context(effect, in, form);
    }
    return instance_action(action, effect, in, out, form);
}

static ofx_status act(const char *action, const void *handle, ofx_props in, ofx_props out,
                      zd_ofx_form form)
{
    zd_os_locale locale = zd_os_locale_enter();
    ofx_status reply = dispatch(action, handle, in, out, form);
    zd_os_locale_leave(locale);
    return reply;
}

#define ENTRY(name, ...)                                                                        \
    static ofx_status name(const char *action, const void *handle, ofx_props in, ofx_props out) \
    {                                                                                           \
        return act(action, handle, in, out, (zd_ofx_form){ __VA_ARGS__ });                      \
    }

ENTRY(filter_main, .is_compositor = false)
ENTRY(compositor_main, .is_compositor = true)
ENTRY(first_filter_main, .is_first = true)
ENTRY(first_compositor_main, .is_compositor = true, .is_first = true)

static void set_host(ofx_host *host)
{
    zd_ofx_host_set(host);
}

/* Hosts show the highest version and give old projects theirs. The new ones come last: a host that knows
 * no versions keeps what it was told last. */
static ofx_plugin plugins[] = {
    { "OfxImageEffectPluginAPI", 1, "org.zdepth.ZDepth", 1, 0, set_host, first_filter_main },
    { "OfxImageEffectPluginAPI", 1, "org.zdepth.ZDepthCompositor", 1, 0, set_host,
      first_compositor_main },
    { "OfxImageEffectPluginAPI", 1, "org.zdepth.ZDepth", 2, 0, set_host, filter_main },
    { "OfxImageEffectPluginAPI", 1, "org.zdepth.ZDepthCompositor", 2, 0, set_host,
      compositor_main },
};

int OfxGetNumberOfPlugins(void)
{
    return (int) (sizeof plugins / sizeof *plugins);
}

ofx_plugin *OfxGetPlugin(int index)
{
    return index >= 0 && index < OfxGetNumberOfPlugins() ? &plugins[index] : NULL;
}

ofx_status OfxSetHost(const ofx_host *host)
{
    zd_ofx_host_set(host);
    return OFX_OK;
}
