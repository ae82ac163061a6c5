/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_NODE_PANEL_H
#define ZD_STUDIO_ZD_NODE_PANEL_H

/* The menu of a node: its name and a row for each of its keys.
 *
 * Signals: "failed" (const char *message), "draw-region" (int node), "browse" (int node, const char
 * *key). */

#include <gtk/gtk.h>

#include "zd_scene_document.h"

G_BEGIN_DECLS

#define ZD_TYPE_NODE_PANEL (zd_node_panel_get_type())
G_DECLARE_FINAL_TYPE(ZdNodePanel, zd_node_panel, ZD, NODE_PANEL, GtkBox)

GtkWidget *zd_node_panel_new(ZdSceneDocument *document);

/** Shows a node's menu; node 0 is the frame. */
void zd_node_panel_show(ZdNodePanel *panel, int node);

/** The node that is shown; 0 when it has gone. */
int zd_node_panel_shown(ZdNodePanel *panel);

void zd_node_panel_set_frame(ZdNodePanel *panel, double frame);

G_END_DECLS

#endif
