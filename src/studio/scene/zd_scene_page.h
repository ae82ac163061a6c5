/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SCENE_PAGE_H
#define ZD_STUDIO_ZD_SCENE_PAGE_H

/* The scene workspace, Flame's Z-Depth Map by hand: Result view, schematic, node bin, media, menus.
 * It has its own actions in the group "scene".
 *
 * Signals: "told" (const char *message), for a toast; "state" () after the document's file or
 * history. */

#include <adwaita.h>

#include "zd_scene_document.h"

G_BEGIN_DECLS

#define ZD_TYPE_SCENE_PAGE (zd_scene_page_get_type())
G_DECLARE_FINAL_TYPE(ZdScenePage, zd_scene_page, ZD, SCENE_PAGE, GtkBox)

GtkWidget *zd_scene_page_new(zdepth_context *context);

ZdSceneDocument *zd_scene_page_document(ZdScenePage *page);

/** Where messages about the page are shown. */
AdwToastOverlay *zd_scene_page_toasts(ZdScenePage *page);

gboolean zd_scene_page_open(ZdScenePage *page, const char *path, GError **error);

gboolean zd_scene_page_recover(ZdScenePage *page, const char *journal, GError **error);

/** Starts a scene with a picture or clip on a surface before a camera. */
void zd_scene_page_start(ZdScenePage *page, const char *footage, const zdepth_clip_info *info);

/** Removes the chosen node. */
void zd_scene_page_remove_chosen(ZdScenePage *page);

/** Goes some frames on, within the range. */
void zd_scene_page_step(ZdScenePage *page, int by);

/** Renders the scene into a file. */
void zd_scene_page_export(ZdScenePage *page, const char *file);

G_END_DECLS

#endif
