/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_PLUGIN_PLACES_H
#define ZD_PLUGIN_PLACES_H

/* Where plug-ins lie: in the folders in which hosts look, and where this program's own installation
 * put them, which may be another place (a DESTDIR, a prefix, a multiarch folder). */

#include <stdbool.h>

#include "core/context.h"

typedef struct zd_plugin_place {
    char *path;           /* the caller's, release with zd_free; NULL: there is none */
    bool is_seen;         /* hosts look there as they are */
    const char *variable; /* environment variable with which they look elsewhere */
} zd_plugin_place;

/** ZDepth.ofx.bundle: OFX_PLUGIN_PATH, the standard folder, the own installation. */
zd_plugin_place zd_find_openfx_plugin(zd_context *ctx);

/** A frei0r plug-in: FREI0R_PATH, the standard folders, the own installation. */
zd_plugin_place zd_find_frei0r_plugin(zd_context *ctx, const char *file);

#endif
