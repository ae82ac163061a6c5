/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_MODELS_WINDOW_H
#define ZD_STUDIO_ZD_MODELS_WINDOW_H

/* The AI model installer: what there is, its size and licence, install, verify, remove. */

#include <adwaita.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_MODELS_WINDOW (zd_models_window_get_type())
G_DECLARE_FINAL_TYPE(ZdModelsWindow, zd_models_window, ZD, MODELS_WINDOW, AdwPreferencesWindow)

GtkWidget *zd_models_window_new(GtkWindow *parent, zdepth_context *context);

G_END_DECLS

#endif
