/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Two stacks of states with names. A step that is undone moves to the other one with the state that it
 * takes the place of. */

#include "zd_history.h"

typedef struct step {
    gpointer state;
    char *label;
} step;

struct ZdHistory {
    const ZdHistoryClass *class;
    gpointer document;
    GPtrArray *undo; /* of step, oldest first */
    GPtrArray *redo;
    int depth;        /* of begin without end */
    char *label;      /* of the running step */
    gpointer pending; /* the state before it; NULL: nothing was changed yet */
};

/* The stacks free their steps by hand: how a state is freed, only the history knows. */
static void empty(ZdHistory *history, GPtrArray *steps)
{
    while (steps->len > 0) {
        step *s = g_ptr_array_steal_index(steps, steps->len - 1);
        history->class->free_state(s->state);
        g_free(s->label);
        g_free(s);
    }
}

static void drop_pending(ZdHistory *history)
{
    if (history->pending != NULL) {
        history->class->free_state(g_steal_pointer(&history->pending));
    }
}

ZdHistory *zd_history_new(const ZdHistoryClass *class, gpointer document)
{
    ZdHistory *history = g_new0(ZdHistory, 1);
    history->class = class;
    history->document = document;
    history->undo = g_ptr_array_new();
    history->redo = g_ptr_array_new();
    return history;
}

void zd_history_free(ZdHistory *history)
{
    zd_history_clear(history);
    drop_pending(history);
    g_ptr_array_unref(history->undo);
    g_ptr_array_unref(history->redo);
    g_free(history->label);
    g_free(history);
}

void zd_history_clear(ZdHistory *history)
{
    empty(history, history->undo);
    empty(history, history->redo);
}

void zd_history_begin(ZdHistory *history, const char *label)
{
    if (history->depth++ == 0) {
        g_free(history->label);
        history->label = g_strdup(label);
    }
}

void zd_history_end(ZdHistory *history)
{
    g_return_if_fail(history->depth > 0);
    if (--history->depth == 0) {
        zd_history_finish(history, history->label);
    }
}

void zd_history_remember(ZdHistory *history)
{
    if (history->pending == NULL) {
        history->pending = history->class->copy(history->document);
    }
}

void zd_history_finish(ZdHistory *history, const char *label)
{
    if (history->depth > 0 || history->pending == NULL) {
        return;
    }
    if (history->class->is_now(history->document, history->pending)) {
        drop_pending(history);
        return;
    }
    step *s = g_new0(step, 1);
    s->label = g_strdup(label);
    s->state = g_steal_pointer(&history->pending);
    g_ptr_array_add(history->undo, s);
    empty(history, history->redo);
    history->class->stepped(history->document);
}

static const char *last_label(const GPtrArray *steps)
{
    return steps->len > 0 ? ((const step *) steps->pdata[steps->len - 1])->label : NULL;
}

const char *zd_history_undo_label(const ZdHistory *history)
{
    return last_label(history->undo);
}

const char *zd_history_redo_label(const ZdHistory *history)
{
    return last_label(history->redo);
}

static gboolean step_over(ZdHistory *history, GPtrArray *from, GPtrArray *to)
{
    if (from->len == 0 || history->depth > 0) {
        return FALSE;
    }
    step *s = g_ptr_array_steal_index(from, from->len - 1);
    s->state = history->class->exchange(history->document, s->state);
    g_ptr_array_add(to, s);
    history->class->stepped(history->document);
    return TRUE;
}

gboolean zd_history_undo(ZdHistory *history)
{
    return step_over(history, history->undo, history->redo);
}

gboolean zd_history_redo(ZdHistory *history)
{
    return step_over(history, history->redo, history->undo);
}
