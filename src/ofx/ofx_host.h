/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_OFX_OFX_HOST_H
#define ZD_OFX_OFX_HOST_H

/* The host: its suites, what it is, and properties read so that a failing or lying host gives a
 * default instead of garbage. Suites may be NULL but for the first three, and so may members. */

#include <stdbool.h>

#include "ofx/ofx_abi.h"

/** Hosts that need something of their own; see docs/hosts.md. */
typedef enum zd_ofx_kind {
    ZD_OFX_ANY,
    ZD_OFX_VEGAS,
    ZD_OFX_LINEAR, /* pictures are linear light: Nuke, Natron */
    ZD_OFX_SILENT, /* tells of no change and shows no buttons: MLT */
} zd_ofx_kind;

typedef struct zd_ofx_host {
    const ofx_host *host;
    const ofx_property_suite *props;
    const ofx_effect_suite *effect;
    const ofx_param_suite *params;
    const ofx_message_suite *message;
    bool has_persistent;
    const ofx_progress_suite *progress;
    const ofx_progress_suite_2 *progress_2;
    const ofx_interact_suite *interact;
    const ofx_draw_suite *draw;
    zd_ofx_kind kind;
} zd_ofx_host;

/** Stores the host; calls nothing. */
void zd_ofx_host_set(const ofx_host *host);

/** Fetches the suites. OFX_ERR_MISSING_HOST_FEATURE without a required one. May be repeated. */
ofx_status zd_ofx_host_load(void);

/** The host; suites are there once zd_ofx_host_load succeeded. */
const zd_ofx_host *zd_ofx_host_get(void);

/* Properties. Setters ignore what the host does not know. */
void zd_ofx_set_text(ofx_props set, const char *name, int index, const char *value);
void zd_ofx_set_int(ofx_props set, const char *name, int index, int value);
void zd_ofx_set_number(ofx_props set, const char *name, int index, double value);
void zd_ofx_set_pointer(ofx_props set, const char *name, int index, void *value);
void zd_ofx_set_rect(ofx_props set, const char *name, ofx_rect_d value);

const char *zd_ofx_text(ofx_props set, const char *name, const char *otherwise);
int zd_ofx_int(ofx_props set, const char *name, int index, int otherwise);
double zd_ofx_number(ofx_props set, const char *name, int index, double otherwise);
void *zd_ofx_pointer(ofx_props set, const char *name);
bool zd_ofx_rect_i(ofx_props set, const char *name, ofx_rect_i *out);

/** Tells the user something, where the host can: a text that stays until cleared, or a message. */
void zd_ofx_tell(ofx_effect effect, bool is_error, const char *text);
void zd_ofx_untell(ofx_effect effect);

#endif
