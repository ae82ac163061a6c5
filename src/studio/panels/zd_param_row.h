/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_PARAM_ROW_H
#define ZD_STUDIO_ZD_PARAM_ROW_H

/* One parameter of the table as a row: its label, the control of its type, a diamond for keys, and a
 * way back to its initial value. It follows the document and changes it. */

#include <gtk/gtk.h>

#include "zd_document.h"

G_BEGIN_DECLS

#define ZD_TYPE_PARAM_ROW (zd_param_row_get_type())
G_DECLARE_FINAL_TYPE(ZdParamRow, zd_param_row, ZD, PARAM_ROW, GtkBox)

/** `insert` is ZDEPTH_PROJECT_ITSELF or an insert of the document. */
GtkWidget *zd_param_row_new(ZdDocument *document, int insert, const zdepth_param *param);

/** The moment whose keyed value is shown and keyed. */
void zd_param_row_set_time(ZdParamRow *row, double time_s);

/** What counts while the parameter is not set, and the ends of a useful slider: found by the analysis. */
void zd_param_row_set_automatic(ZdParamRow *row, double value, double slider_from,
                                double slider_to);

/** Puts the text cursor into its control. */
void zd_param_row_edit(ZdParamRow *row);

const char *zd_param_row_name(ZdParamRow *row);

G_END_DECLS

#endif
