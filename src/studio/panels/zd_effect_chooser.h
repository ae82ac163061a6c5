/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_PANELS_ZD_EFFECT_CHOOSER_H
#define ZD_STUDIO_PANELS_ZD_EFFECT_CHOOSER_H

/* A button that opens the list of effects, each with what it does, found by words of either.
 *
 * Signal: "chosen" (int index): of the effects that it was given. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZD_TYPE_EFFECT_CHOOSER (zd_effect_chooser_get_type())
G_DECLARE_FINAL_TYPE(ZdEffectChooser, zd_effect_chooser, ZD, EFFECT_CHOOSER, GtkBox)

GtkWidget *zd_effect_chooser_new(void);

/** What is offered, each "name\nwhat it does"; ends with NULL. */
void zd_effect_chooser_offer(ZdEffectChooser *chooser, const char *const *texts);

G_END_DECLS

#endif
