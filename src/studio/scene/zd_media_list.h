/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_MEDIA_LIST_H
#define ZD_STUDIO_ZD_MEDIA_LIST_H

/* The media of a scene with their numbers, as in Action's Media menu: one is chosen, Apply gives it to
 * the chosen node.
 *
 * Signals: "apply" (int node), "add" (), "opened" (int node) on a double click. */

#include <gtk/gtk.h>

#include "zd_scene_document.h"

G_BEGIN_DECLS

#define ZD_TYPE_MEDIA_LIST (zd_media_list_get_type())
G_DECLARE_FINAL_TYPE(ZdMediaList, zd_media_list, ZD, MEDIA_LIST, GtkBox)

GtkWidget *zd_media_list_new(ZdSceneDocument *document);

/** The chosen media's node, or -1. */
int zd_media_list_chosen(ZdMediaList *list);

/** Whether Apply has a node to give the media to, and its name. */
void zd_media_list_set_target(ZdMediaList *list, const char *name);

G_END_DECLS

#endif
