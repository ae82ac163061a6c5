/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SETTINGS_H
#define ZD_STUDIO_ZD_SETTINGS_H

/* What the Studio remembers from one run to the next, in a key file of the user's configuration: the
 * window's size, and what was opened last. A file that cannot be read or written is as none. */

#include <glib.h>

G_BEGIN_DECLS

/** The paths that were opened last, newest first, those that are still there. Release with
 *  g_strfreev. */
char **zd_settings_recent(void);
void zd_settings_add_recent(const char *path);

/** A number, or `otherwise` when it was never set. */
int zd_settings_number(const char *key, int otherwise);
void zd_settings_set_number(const char *key, int value);

G_END_DECLS

#endif
