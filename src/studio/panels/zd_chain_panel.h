/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_CHAIN_PANEL_H
#define ZD_STUDIO_ZD_CHAIN_PANEL_H

/* The effects that are seen through the matte, one after the other, each with the parameters that the
 * effect itself tells; and on which side of the matte they are seen.
 *
 * Signals: "failed" (const char *message); "pick": the next click in the picture is wanted. */

#include <gtk/gtk.h>

#include "zd_document.h"
#include "zd_plugins.h"

G_BEGIN_DECLS

#define ZD_TYPE_CHAIN_PANEL (zd_chain_panel_get_type())
G_DECLARE_FINAL_TYPE(ZdChainPanel, zd_chain_panel, ZD, CHAIN_PANEL, GtkBox)

/** Plug-ins that are not allowed yet are offered by the action "win.allow-plugins". */
GtkWidget *zd_chain_panel_new(ZdDocument *document, ZdPlugins *plugins);

/** The place of the click that "pick" asked for, in fractions of the picture. */
void zd_chain_panel_pick(ZdChainPanel *panel, double x, double y);

G_END_DECLS

#endif
