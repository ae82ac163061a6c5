/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SCHEMATIC_H
#define ZD_STUDIO_ZD_SCHEMATIC_H

/* The nodes of a scene and who carries whom, drawn and edited by hand: a node is chosen by a click,
 * opened by a double click, moved by a drag; a drag from the port below a node to another node links
 * them. The number in brackets is that of the media a node uses.
 *
 * Signals: "chosen" (int node; -1: none), "opened" (int node), "linked" (int parent, int child),
 * "menu" (int node, double x, double y) in the widget's pixels, "dropped" (int kind, int node) when
 * a node of the bin was dropped on a node or (-1) beside all. */

#include <gtk/gtk.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_SCHEMATIC (zd_schematic_get_type())
G_DECLARE_FINAL_TYPE(ZdSchematic, zd_schematic, ZD, SCHEMATIC, GtkWidget)

GtkWidget *zd_schematic_new(void);

/** Shows a scene's nodes as they are now; NULL: none. Nodes keep the places that they were given by
 *  hand as long as they keep their names. */
void zd_schematic_set_scene(ZdSchematic *schematic, const zdepth_scene *scene);

void zd_schematic_choose(ZdSchematic *schematic, int node);

/** Forgets all places given by hand, and shows everything. */
void zd_schematic_arrange(ZdSchematic *schematic);

G_END_DECLS

#endif
