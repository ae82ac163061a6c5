/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Nothing that a host says is trusted: each property has a default here. */

#include "ofx/ofx_host.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static zd_ofx_host the_host; /* set before use by the host's main thread, then only read */

void zd_ofx_host_set(const ofx_host *host)
{
    /* Some hosts set themselves again for each instance, while others render. */
    if (the_host.host != host) {
        the_host = (zd_ofx_host){ .host = host };
    }
}

const zd_ofx_host *zd_ofx_host_get(void)
{
    return &the_host;
}

static const void *suite(const char *name, int version)
{
    assert(the_host.host != NULL);
    return the_host.host->fetch_suite(the_host.host->host, name, version);
}

static bool holds(const char *text, const char *part)
{
    size_t length = strlen(part);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, part, length) == 0) {
            return true;
        }
    }
    return false;
}

static zd_ofx_kind find_kind(void)
{
    const char *name = zd_ofx_text(the_host.host->host, "OfxPropName", "");
    return strcmp(name, "MLT") == 0                        ? ZD_OFX_SILENT
           : holds(name, "vegas")                          ? ZD_OFX_VEGAS
           : holds(name, "natron") || holds(name, ".nuke") ? ZD_OFX_LINEAR
                                                           : ZD_OFX_ANY;
}

static bool has_required_members(const zd_ofx_host *h)
{
    const ofx_property_suite *p = h->props;
    const ofx_effect_suite *e = h->effect;
    return p->set_string != NULL && p->set_int != NULL && p->set_double != NULL &&
           p->set_pointer != NULL && p->get_string != NULL && p->get_int != NULL &&
           p->get_double != NULL && p->get_pointer != NULL && e->get_property_set != NULL &&
           e->get_param_set != NULL && e->clip_define != NULL && e->clip_get_handle != NULL &&
           e->clip_get_image != NULL && e->clip_release_image != NULL &&
           h->params->define != NULL && h->params->get_handle != NULL &&
           h->params->get_value_at_time != NULL;
}

ofx_status zd_ofx_host_load(void)
{
    if (the_host.host == NULL || the_host.host->fetch_suite == NULL) {
        return OFX_ERR_MISSING_HOST_FEATURE;
    }
    if (the_host.props != NULL) {
        return OFX_OK;
    }
    zd_ofx_host found = { .host = the_host.host };
    found.props = suite("OfxPropertySuite", 1);
    found.effect = suite("OfxImageEffectSuite", 1);
    found.params = suite("OfxParameterSuite", 1);
    if (found.props == NULL || found.effect == NULL || found.params == NULL ||
        !has_required_members(&found))
    {
        return OFX_ERR_MISSING_HOST_FEATURE;
    }
    found.message = suite("OfxMessageSuite", 2);
    found.has_persistent = found.message != NULL && found.message->set_persistent != NULL &&
                           found.message->clear_persistent != NULL;
    if (found.message == NULL) {
        found.message = suite("OfxMessageSuite", 1);
    }
    found.progress_2 = suite("OfxProgressSuite", 2);
    found.progress = suite("OfxProgressSuite", 1);
    found.interact = suite("OfxInteractSuite", 1);
    found.draw = suite("OfxDrawSuite", 1);
    the_host = found;
    the_host.kind = find_kind();
    /* This one's second version had members that crash. */
    const char *name = zd_ofx_text(the_host.host->host, "OfxPropName", "");
    the_host.has_persistent = found.has_persistent && !holds(name, "davinciresolve");
    return OFX_OK;
}

void zd_ofx_set_text(ofx_props set, const char *name, int index, const char *value)
{
    assert(the_host.props != NULL && value != NULL);
    the_host.props->set_string(set, name, index, value);
}

void zd_ofx_set_int(ofx_props set, const char *name, int index, int value)
{
    the_host.props->set_int(set, name, index, value);
}

void zd_ofx_set_number(ofx_props set, const char *name, int index, double value)
{
    the_host.props->set_double(set, name, index, value);
}

void zd_ofx_set_pointer(ofx_props set, const char *name, int index, void *value)
{
    the_host.props->set_pointer(set, name, index, value);
}

void zd_ofx_set_rect(ofx_props set, const char *name, ofx_rect_d value)
{
    zd_ofx_set_number(set, name, 0, value.x1);
    zd_ofx_set_number(set, name, 1, value.y1);
    zd_ofx_set_number(set, name, 2, value.x2);
    zd_ofx_set_number(set, name, 3, value.y2);
}

const char *zd_ofx_text(ofx_props set, const char *name, const char *otherwise)
{
    assert(set == NULL || the_host.props != NULL);
    char *value = NULL;
    if (set == NULL || the_host.props->get_string(set, name, 0, &value) != OFX_OK || value == NULL)
    {
        return otherwise;
    }
    return value;
}

int zd_ofx_int(ofx_props set, const char *name, int index, int otherwise)
{
    int value = otherwise;
    if (set == NULL || the_host.props->get_int(set, name, index, &value) != OFX_OK) {
        return otherwise;
    }
    return value;
}

double zd_ofx_number(ofx_props set, const char *name, int index, double otherwise)
{
    double value = otherwise;
    if (set == NULL || the_host.props->get_double(set, name, index, &value) != OFX_OK) {
        return otherwise;
    }
    return value;
}

void *zd_ofx_pointer(ofx_props set, const char *name)
{
    void *value = NULL;
    if (set == NULL || the_host.props->get_pointer(set, name, 0, &value) != OFX_OK) {
        return NULL;
    }
    return value;
}

bool zd_ofx_rect_i(ofx_props set, const char *name, ofx_rect_i *out)
{
    int values[4];
    for (int i = 0; i < 4; i++) {
        if (set == NULL || the_host.props->get_int(set, name, i, &values[i]) != OFX_OK) {
            return false;
        }
    }
    *out = (ofx_rect_i){ values[0], values[1], values[2], values[3] };
    return true;
}

void zd_ofx_tell(ofx_effect effect, bool is_error, const char *text)
{
    const char *type = is_error ? "OfxMessageError" : "OfxMessageWarning";
    if (the_host.has_persistent) {
        the_host.message->set_persistent(effect, type, "zdepth", "%s", text);
    } else if (the_host.message != NULL && the_host.message->message != NULL) {
        the_host.message->message(effect, "OfxMessageLog", "zdepth", "%s", text);
    }
}

void zd_ofx_untell(ofx_effect effect)
{
    if (the_host.has_persistent) {
        the_host.message->clear_persistent(effect);
    }
}
