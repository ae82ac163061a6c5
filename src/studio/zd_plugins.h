/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_PLUGINS_H
#define ZD_STUDIO_ZD_PLUGINS_H

/* The frei0r plug-ins of the system, once the person has allowed them: they are foreign code, and none of it
 * is run before. Allowed ones are asked in a thread for what they are. A run that ended while it asked
 * them takes the permission back.
 *
 * Signal: "changed" () when they were allowed, and when all have answered. */

#include <gio/gio.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_PLUGINS (zd_plugins_get_type())
G_DECLARE_FINAL_TYPE(ZdPlugins, zd_plugins, ZD, PLUGINS, GObject)

/** Allowed is what was allowed in an earlier run. The context is borrowed and outlives it. */
ZdPlugins *zd_plugins_new(zdepth_context *context);

gboolean zd_plugins_are_there(ZdPlugins *plugins);
gboolean zd_plugins_are_allowed(ZdPlugins *plugins);

/** The person has said yes, for this run and later ones. */
void zd_plugins_allow(ZdPlugins *plugins);

/** Whether a project's effect runs plug-ins although they are not allowed. */
gboolean zd_plugins_refuse(ZdPlugins *plugins, const zdepth_project *project);

/** The filters among them, by name, counting from 0; FALSE past the last, and before they answered. */
gboolean zd_plugins_at(ZdPlugins *plugins, int index, zdepth_effect *out);

/** The index of a filter by its name, or -1. */
int zd_plugins_find(ZdPlugins *plugins, const char *name);

gboolean zd_plugins_param_at(ZdPlugins *plugins, int index, int param, zdepth_effect_param *out);

/** The values of a plug-in's parameters as a chain has them, with those that are missing as they are
 *  initially. `text` may be NULL: none is given. Release with g_strfreev. */
char **zd_plugins_values(ZdPlugins *plugins, int index, const char *text);

/** The text of values without the last ones that are initial; NULL: all of them are. Release with
 *  g_free. */
char *zd_plugins_text(ZdPlugins *plugins, int index, char *const *values);

G_END_DECLS

#endif
