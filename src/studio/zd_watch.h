/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_WATCH_H
#define ZD_STUDIO_ZD_WATCH_H

/* A watch on the thread of GTK, for tests: with ZD_STUDIO_WATCH=FILE it writes there how long the
 * longest turn of the main loop kept the processor, but for the toolkit's own layout and drawing, and
 * how many turns took more than 16 and 50 ms. Processor time, so that a busy machine does not count. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** Begins to watch, when the variable asks for it. Once, for the first window. */
void zd_watch_start(GtkWindow *window);

G_END_DECLS

#endif
