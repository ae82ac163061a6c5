/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_PANELS_ZD_EFFECT_ROW_H
#define ZD_STUDIO_PANELS_ZD_EFFECT_ROW_H

/* A parameter of an effect as the effect tells it: its name, and a control for its type.
 *
 * Signals: "pick": see zd_effect_row_offer_pick; "edited" (const char *text, gboolean ended): the value as a chain has it; NULL takes it out.
 * `ended` is FALSE in the middle of a drag. */

#include <gtk/gtk.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_EFFECT_ROW (zd_effect_row_get_type())
G_DECLARE_FINAL_TYPE(ZdEffectRow, zd_effect_row, ZD, EFFECT_ROW, GtkBox)

/** `words` (ends with NULL) and their `numbers` are a choice's, else NULL. `value` NULL: it is not given. */
GtkWidget *zd_effect_row_new(const zdepth_effect_param *param, const char *const *words,
                             const double *numbers, const char *value);

/** Adds a button that asks for a place in the picture. */
void zd_effect_row_offer_pick(ZdEffectRow *row);

G_END_DECLS

#endif
