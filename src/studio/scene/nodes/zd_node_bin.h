/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_NODE_BIN_H
#define ZD_STUDIO_ZD_NODE_BIN_H

/* The nodes that there are, to be dragged into the schematic or the Result view, or double-clicked.
 *
 * Signal: "activated" (int kind), of a double click or the Enter key. */

#include <gtk/gtk.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_NODE_BIN (zd_node_bin_get_type())
G_DECLARE_FINAL_TYPE(ZdNodeBin, zd_node_bin, ZD, NODE_BIN, GtkBox)

GtkWidget *zd_node_bin_new(void);

/** The kind of node that a dropped value is, or -1. */
int zd_node_bin_dropped(const GValue *value);

G_END_DECLS

#endif
