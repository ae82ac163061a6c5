/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_PARAMS_PANEL_H
#define ZD_STUDIO_ZD_PARAMS_PANEL_H

/* The table of parameters as a column of rows, in groups that fold, with a search. Either those of
 * the project or those of one insert. */

#include <gtk/gtk.h>

#include "zd_document.h"

G_BEGIN_DECLS

#define ZD_TYPE_PARAMS_PANEL (zd_params_panel_get_type())
G_DECLARE_FINAL_TYPE(ZdParamsPanel, zd_params_panel, ZD, PARAMS_PANEL, GtkBox)

GtkWidget *zd_params_panel_new(ZdDocument *document);

/** Shows the parameters of an insert, or ZDEPTH_PROJECT_ITSELF's. */
void zd_params_panel_show(ZdParamsPanel *panel, int insert);

/** Puts the text cursor into the row of that name, as soon as it is there. */
void zd_params_panel_edit(ZdParamsPanel *panel, const char *name);

void zd_params_panel_set_time(ZdParamsPanel *panel, double time_s);

/** See zd_param_row_set_automatic; for the row of that name, where it is shown. */
void zd_params_panel_set_automatic(ZdParamsPanel *panel, const char *name, double value,
                                   double slider_from, double slider_to);

G_END_DECLS

#endif
