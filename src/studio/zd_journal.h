/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_JOURNAL_H
#define ZD_STUDIO_ZD_JOURNAL_H

/* Journals: what is not saved, beside the cache, in a file that names the process which writes it. One
 * whose process has gone was left behind by a crash. */

#include <glib.h>

G_BEGIN_DECLS

/** A name for a new journal with an ending such as ".journal.zdp"; NULL when there is no folder for
 *  it. Release with g_free. */
char *zd_journal_new(const char *ending);

/** A journal that a run which did not end left behind; NULL: none. Release with g_free. */
char *zd_journal_find(const char *ending);

G_END_DECLS

#endif
