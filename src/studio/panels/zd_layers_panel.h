/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_LAYERS_PANEL_H
#define ZD_STUDIO_ZD_LAYERS_PANEL_H

/* What lies before what: the subject, the inserts, the footage. Rows are chosen, reordered, removed.
 *
 * Signal: "chosen" (int insert): ZDEPTH_PROJECT_ITSELF for the subject and the footage. */

#include <gtk/gtk.h>

#include "zd_document.h"

G_BEGIN_DECLS

#define ZD_TYPE_LAYERS_PANEL (zd_layers_panel_get_type())
G_DECLARE_FINAL_TYPE(ZdLayersPanel, zd_layers_panel, ZD, LAYERS_PANEL, GtkBox)

GtkWidget *zd_layers_panel_new(ZdDocument *document);
void zd_layers_panel_choose(ZdLayersPanel *panel, int insert);

G_END_DECLS

#endif
