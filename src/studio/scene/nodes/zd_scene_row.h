/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SCENE_ROW_H
#define ZD_STUDIO_ZD_SCENE_ROW_H

/* One key of a node as a row: its label, the control of its type, diamonds for keyframes, and a way
 * back to what it is by itself. It changes the document; its panel tells it to read.
 *
 * Signals: "failed" (const char *message); "draw-region" () of a region of interest's button;
 * "browse" (const char *key) of a file's. */

#include <gtk/gtk.h>

#include "zd_scene_document.h"

G_BEGIN_DECLS

#define ZD_TYPE_SCENE_ROW (zd_scene_row_get_type())
G_DECLARE_FINAL_TYPE(ZdSceneRow, zd_scene_row, ZD, SCENE_ROW, GtkBox)

GtkWidget *zd_scene_row_new(ZdSceneDocument *document, int node, const zdepth_scene_key *key);

/** Shows what the document holds, at a frame. The node is still of the row's kind. */
void zd_scene_row_read(ZdSceneRow *row, int node, double frame);

G_END_DECLS

#endif
