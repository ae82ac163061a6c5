/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_NUMBER_H
#define ZD_STUDIO_ZD_NUMBER_H

/* A number to be typed, stepped by arrows and wheel, or scrubbed by dragging its letter.
 *
 * Signal: "edited" (double value, gboolean ended): ended is FALSE while it is scrubbed. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZD_TYPE_NUMBER (zd_number_get_type())
G_DECLARE_FINAL_TYPE(ZdNumber, zd_number, ZD, NUMBER, GtkBox)

/** `letter` is "x" or such; `name` is for those who cannot see it. */
GtkWidget *zd_number_new(const char *letter, const char *name, double min, double max);

/** Shows a value; NULL text: the number itself. */
void zd_number_set(ZdNumber *number, double value, const char *text);

gboolean zd_number_is_scrubbed(ZdNumber *number);

G_END_DECLS

#endif
