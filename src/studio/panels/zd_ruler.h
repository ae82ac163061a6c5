/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_RULER_H
#define ZD_STUDIO_ZD_RULER_H

/* The depth ruler: the shot seen from the side, far left and near right. A histogram of the frame's
 * depth, Depth In and Depth Out as handles on it, every insert as a flag. Places are normalised
 * depths, 0 furthest and 1 nearest.
 *
 * Signals: "threshold" (gboolean is_out, double place, gboolean ended), "flag" (int insert, double
 * place, gboolean ended), while dragged. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZD_TYPE_RULER (zd_ruler_get_type())
G_DECLARE_FINAL_TYPE(ZdRuler, zd_ruler, ZD, RULER, GtkWidget)

typedef struct ZdFlag {
    int insert;
    double place;
} ZdFlag;

void zd_ruler_set_histogram(ZdRuler *ruler, const guint32 *counts, int bins);
void zd_ruler_set_thresholds(ZdRuler *ruler, double depth_in, double depth_out);
void zd_ruler_set_flags(ZdRuler *ruler, const ZdFlag *flags, int count);
void zd_ruler_set_pointer(ZdRuler *ruler, double place); /* NaN: none */

G_END_DECLS

#endif
