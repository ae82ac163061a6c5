/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_HISTORY_H
#define ZD_STUDIO_ZD_HISTORY_H

/* What a document did, to be undone and done again, without limit. A step is the whole state before it:
 * a few kilobytes, so that undo cannot forget anything. Changes between begin and end are one step; one
 * that came to nothing is none. */

#include <glib.h>

G_BEGIN_DECLS

/** What the states of a document are, and what it does after each step. */
typedef struct ZdHistoryClass {
    gpointer (*copy)(gpointer document); /* the state as it is now */
    gpointer (*exchange)(gpointer document,
                         gpointer state); /* takes a state, gives the one before */
    gboolean (*is_now)(gpointer document,
                       gpointer state); /* whether a state is as the present one */
    GDestroyNotify free_state;
    void (*stepped)(gpointer document); /* a step was made, undone or done again */
} ZdHistoryClass;

typedef struct ZdHistory ZdHistory;

/** The document is borrowed and owns the history. Release with zd_history_free. */
ZdHistory *zd_history_new(const ZdHistoryClass *methods, gpointer document);
void zd_history_free(ZdHistory *history);

/** Joins everything until zd_history_end into one step of this name. May be nested; the outermost name
 *  counts. */
void zd_history_begin(ZdHistory *history, const char *label);

/** As zd_history_begin, of a letter that is typed: it goes on with the step before where that was typed too,
 *  has the same name and is fresh. */
void zd_history_begin_typing(ZdHistory *history, const char *label);
void zd_history_end(ZdHistory *history);

/** Before an edit: keeps the state, unless the running step has one. */
void zd_history_remember(ZdHistory *history);

/** After an edit, made or refused: a step of this name, outside of begin and end. */
void zd_history_finish(ZdHistory *history, const char *label);

/** The name of the step that undo or redo would do; NULL when there is none. */
const char *zd_history_undo_label(const ZdHistory *history);
const char *zd_history_redo_label(const ZdHistory *history);

/** FALSE: there is nothing to undo, or a step is running. */
gboolean zd_history_undo(ZdHistory *history);
gboolean zd_history_redo(ZdHistory *history);

/** Forgets all steps. */
void zd_history_clear(ZdHistory *history);

G_END_DECLS

#endif
