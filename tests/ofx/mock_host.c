/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The host itself: what was seen, the small suites, and the suites by their names. */

#include "mock_internal.h"

#include <stdarg.h>
#include <stdio.h>

#include <string.h>

mock_options mock_how;
atomic_bool mock_cancel_pressed;
atomic_int mock_images_alive;
atomic_int mock_aborts_asked;
atomic_int mock_messages;
char mock_last_message[600];
atomic_bool mock_message_stands;
int mock_progress_updates;
int mock_draw_calls;
ofx_point_d mock_drawn[8];

static ofx_status message(void *handle, const char *type, const char *id, const char *format, ...)
{
    (void) handle;
    (void) type;
    (void) id;
    va_list list;
    va_start(list, format);
    vsnprintf(mock_last_message, sizeof mock_last_message, format, list);
    va_end(list);
    atomic_fetch_add(&mock_messages, 1);
    atomic_store(&mock_message_stands, true);
    return OFX_OK;
}

static ofx_status clear_message(void *handle)
{
    (void) handle;
    atomic_store(&mock_message_stands, false);
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
    return mock_how.cancel_progress || atomic_load(&mock_cancel_pressed) ? OFX_REPLY_NO
                                                                         : OFX_REPLY_YES;
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
        return &mock_property_suite;
    }
    if (strcmp(name, "OfxImageEffectSuite") == 0) {
        return &mock_effect_suite;
    }
    if (strcmp(name, "OfxParameterSuite") == 0) {
        return &mock_param_suite;
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
    mock_props_clear(&props[at]);
    mock_props_text(&props[at], "OfxPropName",
                    mock_how.name != NULL ? mock_how.name : "org.zdepth.mock");
    return &hosts[at];
}
