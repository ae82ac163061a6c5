/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_WINDOW_H
#define ZD_STUDIO_ZD_WINDOW_H

/* The main window: wires document, session and widgets together. */

#include <adwaita.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_WINDOW (zd_window_get_type())
G_DECLARE_FINAL_TYPE(ZdWindow, zd_window, ZD, WINDOW, AdwApplicationWindow)

GtkWidget *zd_window_new(AdwApplication *application, zdepth_context *context);

/** Opens footage, or a project by its ending ".zdp". A failure is told in the window. */
void zd_window_open(ZdWindow *window, const char *path);

/** Offers the journal of a run that did not end, if there is one. */
void zd_window_offer_journal(ZdWindow *window);

G_END_DECLS

#endif
